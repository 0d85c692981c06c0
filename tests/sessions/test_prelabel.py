"""What one sees of pre-labeling and does about it, without a screen."""

import re
import time

import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler.domain.label_mapping import Wanted
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.records import RUNNING, Run
from notebook_labeler.errors import AssistLimit, BadInput, ModelFailed

PATIENCE = 60


@pytest.fixture
def task(project, pets, pictures):
    """Four pictures: cat and dog, dog, a doubtful cat with a hound, nothing."""
    return project.create_task("pets", concepts=["cat", "dog"], model=pets, threshold=(0.3, 1.0), assist=False)


@pytest.fixture
def open_prelabel(task):
    opened = []

    def made(on=task, **options):
        session = on.prelabel_session(**options)
        opened.append(session)
        session.wait_model(PATIENCE)
        return session

    yield made
    for session in opened:
        session.close()


def seen(session, condition):
    """Look until it is as a condition says."""
    end = time.monotonic() + PATIENCE
    while not condition(session.state):
        assert time.monotonic() < end, f"never came: {session.state}"
        session.look()
        time.sleep(0.01)
    return session.state


def test_F01_a_session_says_what_a_start_would_do_and_what_came_of_it(open_prelabel):
    session = open_prelabel()
    state = session.state
    assert (state.waiting, state.open, state.marked, state.phase, state.why_not) == (4, 4, 0, "idle", "")
    assert (state.low, state.high, state.limit, state.left) == (0.3, 1.0, None, None)
    totals = session.start().value(PATIENCE)
    state = seen(session, lambda s: s.phase == "finished")
    assert (totals.labeled, state.open, state.marked, state.used) == (2, 2, 2, 2)
    assert state.totals == totals
    assert state.done == state.run.total == 4
    assert state.undoable


def test_a_verb_that_changes_nothing_announces_nothing(open_prelabel):
    session = open_prelabel()
    told = []
    session.observe(lambda old, new: told.append(new))
    session.look()
    session.set_range(0.3, 1.0)
    session.dismiss()
    assert told == []
    session.set_range(0.4, 1.0)
    assert len(told) == 1


@pytest.mark.parametrize(
    ("low", "high"), [(0.9, 0.1), (-0.1, 1.0), (0.0, 1.1), (float("nan"), 1.0), ("0", 1.0)], ids=str
)
def test_a_range_that_is_none_is_refused(open_prelabel, low, high):
    session = open_prelabel()
    with pytest.raises(BadInput):
        session.set_range(low, high)
    assert (session.state.low, session.state.high) == (0.3, 1.0)


def test_F02_what_is_put_off_is_moved_to_waiting_first(task, open_prelabel):
    task.to_backlog()
    session = open_prelabel()
    assert (session.state.open, session.state.backlog) == (0, 4)
    assert "Nothing waits" in session.state.why_not
    assert session.to_waiting().value(PATIENCE) == 4
    assert (session.state.open, session.state.backlog, session.state.aside) == (4, 0, None)


def test_F04_the_mapping_as_it_is_at_the_start_holds(task, open_prelabel):
    session = open_prelabel()
    session.map_labels([Wanted("hound", "dog")])
    session.start().value(PATIENCE)
    found = task.project.journal.annotations(task.id, statuses=("PENDING",)).to_pandas()
    assert sorted(found["model_concept"]) == ["cat", "dog", "dog", "hound"]


def test_F04_a_mapping_that_is_changed_after_a_stop_holds_for_the_rest_of_the_run(task, open_prelabel):
    session = open_prelabel()
    assert session.start(limit=1).value(PATIENCE).state == "stopped"
    session.map_labels([Wanted("hound", "dog")])
    seen(session, lambda s: s.phase == "stopped" and s.continues)
    assert session.start().value(PATIENCE).labeled == 3
    found = task.project.journal.annotations(task.id, statuses=("PENDING",)).to_pandas()
    assert sorted(found["model_concept"]) == ["cat", "dog", "dog", "hound"]
    assert task.runs[["state", "total", "labeled"]].values.tolist() == [["finished", 4, 3]]


def test_F09_a_run_larger_than_what_is_left_asks_first_and_can_be_reconsidered(task, open_prelabel):
    task.project.assist_limit = 1
    session = open_prelabel()
    with pytest.raises(AssistLimit):
        session.start()
    assert (session.state.warned.wanted, session.state.warned.left) == (4, 1)
    assert session.state.run is None
    session.dismiss()
    assert session.state.warned is None
    totals = session.start(first=True).value(PATIENCE)
    assert (totals.state, totals.labeled) == ("stopped", 1)
    state = seen(session, lambda s: s.phase == "stopped")
    assert (state.left, state.why_not) == (0, "This month's limit of 1 is used up.")


def test_F10_at_zero_nothing_starts(task, open_prelabel):
    task.project.assist_limit = 0
    session = open_prelabel()
    assert session.state.why_not == "This month's limit of 0 is used up."
    with pytest.raises(AssistLimit):
        session.start()
    assert session.state.warned is None


def test_F05_failures_are_named(task, project, pictures, open_prelabel):
    (pictures / "<b>bad.png").write_bytes(b"nothing")
    project.add_inputs(pictures)
    session = open_prelabel()
    session.start().value(PATIENCE)
    state = seen(session, lambda s: s.phase == "finished")
    assert (state.run.failed, list(state.names.values())) == (1, ["<b>bad.png"])
    assert state.totals.failures[0][0] in state.names


def test_X14_the_last_run_is_undone_and_says_how_much(open_prelabel):
    session = open_prelabel()
    session.start().value(PATIENCE)
    done = session.undo().value(PATIENCE)
    assert (done.inputs, done.removed, done.kept) == (2, 3, 0)
    assert session.state.undone == done
    assert not session.state.undoable
    assert not session.state.continues
    assert session.state.used == 2


def test_nothing_to_undo_is_said(open_prelabel):
    with pytest.raises(BadInput, match="no run"):
        open_prelabel().undo()


def test_F01_a_run_goes_on_when_its_session_is_closed_and_the_next_session_shows_it(project, pictures, task):
    first = task.prelabel_session()
    first.wait_model(PATIENCE)
    job = first.start()
    first.close()
    assert job.value(PATIENCE).labeled == 2
    with_another = task.prelabel_session()
    assert (with_another.state.phase, with_another.state.run.labeled) == ("finished", 2)
    with_another.close()


def test_a_run_whose_kernel_is_gone_is_told_though_nothing_was_written(task, project, open_prelabel):
    session = open_prelabel()
    gone = Run(run_id="r", task_id=task.id, by="ben", state=RUNNING, holder="{}", started_us=1)
    project.journal.commit(Operation.of("run", [Change(None, gone)], actor="ben"))
    session.look()
    assert (session.state.phase, session.state.running, session.state.continues) == ("left", False, False)
    session.start().value(PATIENCE)
    assert sorted(task.runs["state"]) == ["finished", "stopped"]


def test_choosing_a_model_here_leaves_the_task_as_it_is(project, pets, pictures):
    plain = project.create_task("plain", concepts=["cat"])
    session = plain.prelabel_session()
    assert session.state.why_not == "Choose a model first."
    with pytest.raises(BadInput, match=r"got none; choose one first \(in a script model=... names it\)"):
        session.start()
    with pytest.raises(BadInput, match="choose"):
        session.start()
    session.choose_model(pets)
    session.wait_model(PATIENCE)
    assert (plain.settings.assist, plain.settings.model) == (False, "python:pets")
    assert session.start().value(PATIENCE).labeled == 2
    session.close()


def test_a_model_that_cannot_be_opened_says_why_nothing_starts(project, pictures):
    task = project.create_task("odd", concepts=["cat"], model="local-dir:/nowhere", assist=False)
    session = task.prelabel_session()
    with pytest.raises(ModelFailed):
        session.wait_model(PATIENCE)
    assert session.state.why_not
    session.close()


@pytest.mark.parametrize(("name", "call"), [("guess", "task.prelabel(guess)"), ("my model", "task.prelabel(f)")])
def test_F04_a_run_whose_function_is_not_here_says_what_is_needed(project, pictures, name, call):
    def defined():
        return nl.predictor(lambda p: {"cat": 0.9}, labels=["cat"], batched=False, name=name)

    project.prelabel(project.create_task("odd", concepts=["cat"], model=defined(), assist=False), limit=1)
    there = project.task("odd")
    session = there.prelabel_session()
    with pytest.raises(ModelFailed, match=re.escape(f"run the cell that defines it again and call {call}.")):
        session.wait_model(PATIENCE)
    assert session.state.continues
    assert session.state.why_not == (
        f"'{name}' was a Python object; run the cell that defines it again and call {call}."
    )
    session.choose_model(defined())
    session.wait_model(PATIENCE)
    assert session.state.continues
    assert session.start().value(PATIENCE).labeled == len(there.inputs)
    assert len(there.runs) == 1
    session.close()


@pytest.mark.parametrize("limit", [0, -3, 1.5, True, "2"], ids=str)
def test_a_limit_of_a_run_is_a_number_from_one_on(open_prelabel, limit):
    with pytest.raises(BadInput, match="limit"):
        open_prelabel().start(limit=limit)


def test_C04_what_a_run_left_pending_is_accepted_unchecked_and_handed_in(task, project, open_session, open_prelabel):
    open_prelabel().start().value(PATIENCE)
    person = task.session(actor="ben")
    person.go_to(0)
    assert [(r.concept, r.state) for r in person.state.rows] == [("cat", "pending"), ("dog", "pending")]
    assert len(person.state.awaiting) == 2
    person.uncheck("dog")
    person.submit()
    assert task.annotations[["concept", "via", "labeler"]].values.tolist() == [["cat", "on_submit", "ben"]]
    person.undo()
    person.undo()
    person.go_to(0)
    assert person.accept_all() == 2
    assert set(task.annotations["via"]) == {"accept_all"}
    assert set(task.annotations["labeler"]) == {"ben"}
    person.close()


def test_C05_C06_without_assistance_what_a_run_left_pending_is_accepted_at_once_here_and_on_many(task, project):
    """The task's range leaves out what the run wrote; nobody sees that range, so it does not count."""
    project.prelabel(task, threshold=(0.1, 1.0))
    person = task.session(actor="ben")
    assert [(r.concept, r.state) for r in person.state.rows] == [("cat", "pending"), ("dog", "pending")]
    person.search("dog")
    assert person.accept_all() == 1
    person.search("")
    person.undo()
    assert person.accept_all() == 2
    person.undo()
    person.go_to(2)
    assert [(a.concept, a.score) for a in person.state.awaiting] == [("cat", 0.2)]
    person.search("cat")
    assert person.accept_all_inputs().value(PATIENCE) == 2
    person.search("")
    assert person.accept_all_inputs().value(PATIENCE) == 2
    made = task.annotations[["concept", "via", "labeler"]].values.tolist()
    assert sorted(made) == [[c, "accept_all", "ben"] for c in ("cat", "cat", "dog", "dog")]
    person.undo()
    assert len(task.annotations) == 2, "many inputs are one step"
    assert person.accept_all_inputs(predict=False).value(PATIENCE) == 2
    assert person.accept_all() == 0
    person.close()


def test_the_digit_of_a_pending_row_accepts_it(task, open_prelabel):
    open_prelabel().start().value(PATIENCE)
    person = task.session()
    person.toggle("cat")
    assert task.annotations[["concept", "via"]].values.tolist() == [["cat", "accepted"]]
    person.toggle("cat")
    assert len(task.annotations) == 0
    person.close()


def test_objects_a_run_left_are_confirmed_by_handing_in(project, pictures):
    boxes = nl.predictor(
        lambda p: [{"concept": "cat", "score": 0.9, "box": [1, 1, 5, 5]}],
        labels=["cat"],
        batched=False,
        name="boxes",
        shapes=["box"],
    )
    Image.new("RGB", (9, 9)).save(pictures / "e.png")
    task = project.create_task("boxes", kind="detection", concepts=["cat"], model=boxes, assist=False)
    project.prelabel(task)
    person = task.session()
    (thing,) = person.state.objects.values()
    assert thing.state == "pending"
    person.reshape({thing.object_id: [2, 2, 5, 5]})
    person.submit()
    assert person.accept_all() == 1
    assert task.annotations["via"].tolist() == ["edited", "accept_all"]
    person.close()
