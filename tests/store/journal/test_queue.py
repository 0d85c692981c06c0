"""Inputs by the hundred thousand, tasks that follow them, and what is next."""

import pytest

from notebook_labeler.domain import labeling
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.records import TaskRecord
from notebook_labeler.errors import BadInput
from notebook_labeler.store.journal import Journal
from notebook_labeler.store.queue import Progress

LEFT = ("waiting", "rejected")


def places(found):
    return [a.position for a in found]


def test_inputs_are_added_once_in_the_order_given(world):
    more = [Input.at(f"/pictures/{n}.jpg", meta='{"n":1}') for n in (4, 7, 5, 7, 6)]
    added = world.journal.add_inputs((i for i in more), actor="Ann")
    assert (added.added, added.known, added.total) == (3, 2, 8)
    assert [i.name for i in world.journal.inputs()] == [f"{n}.jpg" for n in (0, 1, 2, 3, 4, 7, 5, 6)]
    assert world.journal.inputs(start=5, count=2) == [more[1], more[2]]
    assert world.journal.input(more[4].input_id) == more[4]
    rev = world.journal.rev()
    assert world.journal.add_inputs(more, actor="Ann").added == 0
    assert world.journal.add_inputs([], actor="Ann").total == 8
    assert world.journal.rev() == rev, "nothing new is no event"


def test_what_is_no_input_is_refused(world):
    with pytest.raises(BadInput, match=r"Input\.at"):
        world.journal.add_inputs(["/a.jpg"], actor="Ann")
    with pytest.raises(BadInput, match="add the input first"):
        world.journal.input("nobody")


def test_a_task_of_all_inputs_follows_those_added_later(world):
    chosen = [world.inputs[3].input_id, world.inputs[0].input_id]
    world.journal.create_task(TaskRecord(task_id="some", name="some", settings="{}"), actor="Ann", input_ids=chosen)
    later = [Input.at(f"/later/{n}.jpg") for n in range(2)]
    world.journal.add_inputs(later, actor="Bob")
    assert world.journal.progress("t").total == 7
    assert world.journal.assignment_at("t", 6).input_id == later[1].input_id
    assert world.journal.scene("t", later[0].input_id).assignment.state == "waiting"
    assert world.journal.progress("some").total == 2
    assert [world.journal.assignment_at("some", n).input_id for n in range(2)] == chosen
    assert world.journal.assignment_at("some", 2) is None
    with pytest.raises(BadInput, match="not assigned"):
        world.journal.scene("some", later[0].input_id)


def test_a_task_is_made_once_under_its_name(world):
    record = TaskRecord(task_id="t9", name="nine", settings="{}")
    rev = world.journal.create_task(record, actor="Ann", op_id="o")
    assert world.journal.create_task(record, actor="Ann", op_id="o") == rev
    twin = TaskRecord(task_id="t10", name="nine", settings="{}")
    with pytest.raises(BadInput, match="no other task"):
        world.journal.create_task(twin, actor="Ann")
    with pytest.raises(BadInput, match="no-such"):
        world.journal.create_task(TaskRecord(task_id="x", name="x", settings=""), actor="A", input_ids=["no-such"])
    twice = [world.inputs[0].input_id] * 2
    with pytest.raises(BadInput, match="twice"):
        world.journal.create_task(TaskRecord(task_id="x", name="x", settings=""), actor="A", input_ids=twice)
    assert [t.name for t in world.journal.tasks()] == ["clothes", "nine"]
    assert world.journal.find_task("nine").task_id == "t9"
    assert world.journal.find_task("x") is None
    with pytest.raises(BadInput, match="no-task"):
        world.journal.task("no-task")


def test_the_queue_gives_what_is_next_both_ways(world):
    world.do(labeling.submit, n=1)
    world.do(labeling.skip, n=3)
    queue = world.journal.queue
    assert places(queue("t", states=LEFT)) == [0]
    assert places(queue("t", states=LEFT, after=0, limit=9)) == [2, 4]
    assert places(queue("t", states=("submitted", "skipped", "waiting"), limit=9)) == [0, 1, 2, 3, 4]
    assert places(queue("t", states=LEFT, after=4, backwards=True)) == [2]
    assert places(queue("t", states=["skipped", "submitted"], after=9, backwards=True, limit=9)) == [3, 1]
    assert queue("t", states=LEFT, after=4) == []
    assert queue("t", states=[]) == []
    with pytest.raises(BadInput, match="states"):
        queue("t", states=["done"])
    with pytest.raises(BadInput, match="list"):
        queue("t", states="waiting")


def test_what_cannot_be_read_stays_out_of_the_way_and_comes_back(world):
    bad = world.inputs[0].input_id
    world.journal.mark_unreadable(bad, "it is no picture")
    world.journal.mark_unreadable(bad, "it is truncated")
    assert world.journal.problems() == [(world.inputs[0], "it is truncated")]
    assert places(world.journal.queue("t", states=LEFT)) == [1]
    assert world.journal.progress("t") == Progress(total=5, waiting=4, unreadable=1)
    assert world.journal.assignment_at("t", 0).input_id == bad
    late = TaskRecord(task_id="late", name="late", settings="{}")
    world.journal.create_task(late, actor="Ann")
    assert world.journal.progress("late").unreadable == 1
    world.do(labeling.submit, n=0)
    assert world.journal.progress("t") == Progress(total=5, waiting=4, submitted=1), "handed in is done"
    world.journal.mark_readable(bad)
    world.journal.mark_readable(bad)
    assert world.journal.problems() == []
    assert world.journal.progress("late") == Progress(total=5, waiting=5)
    with pytest.raises(BadInput):
        world.journal.mark_unreadable("nobody", "why")


@pytest.mark.slow
def test_a_hundred_thousand_inputs_are_added_opened_and_worked_on(tmp_path):
    url = f"sqlite:///{tmp_path}/labels.db"
    with Journal.open(url) as journal:
        journal.create_task(TaskRecord(task_id="t", name="all", settings="{}"), actor="Ann")
        many = [Input(f"{n:016x}", f"/p/{n}.jpg", name=f"{n}.jpg") for n in range(100_000)]
        assert journal.add_inputs(many, actor="Ann").total == 100_000
    with Journal.open(url) as journal:
        assert journal.progress("t") == Progress(total=100_000, waiting=100_000)
        assert places(journal.queue("t", states=LEFT, after=99_990, limit=20)) == list(range(99_991, 100_000))
        assert journal.inputs(start=99_999) == many[-1:]
        assert journal.queue("t", states=["submitted"]) == []
        assert journal.check().ok
