"""The journal keeps what it is given, says who stood in the way, and takes nothing twice."""

from dataclasses import replace

import pyarrow as pa
import pytest
import sqlalchemy as sa

from notebook_labeler.domain import labeling
from notebook_labeler.domain.concept_map import Suggestion
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.records import (
    PENDING,
    SUCCESS,
    Annotation,
    Assignment,
    Concept,
    Relation,
    TaskRecord,
    Verdict,
)
from notebook_labeler.errors import BadInput, Conflict, StoreError
from notebook_labeler.store.journal import Journal
from notebook_labeler.store.schema import ANNOTATIONS

HOSTILE = [
    "'; DROP TABLE annotation; --",
    '"quoted" \\ back\\slash %s %(x)s :name ?',
    "<img src=x onerror=alert(1)>",
    "😀👩‍👩‍👧 emoji",
    "שלום‎ مرحبا",
    "{{7*7}} ${x} `x`",
    "NULL",
    "x" * 200,
]


def one_of_each(input_id):
    return [
        Concept.named("shirt", by="Ann"),
        Relation.between("shirt", "jersey", relation="hyponym"),
        Annotation(
            task_id="t",
            annotation_id="a1",
            input_id=input_id,
            concept="shirt",
            concept_key="shirt",
            shape="box",
            geometry='{"box":[1.5,2,3,4]}',
            status=PENDING,
            origin="model",
            via="accepted",
            labeler="Ann",
            original="jersey",
            model="m1",
            model_concept="jersey",
            score=0.1 + 0.2,
            threshold_low=0.3,
            threshold_high=1.0,
        ),
        Verdict(task_id="t", input_id=input_id, suggestion_id="s1", state="dismissed", by="Ann"),
        TaskRecord(task_id="t2", name="other", settings="{}", created_by="Ann"),
    ]


def test_every_kind_of_record_comes_back_equal(world):
    before = world.journal.rev()
    records = one_of_each(world.inputs[0].input_id)
    world.journal.commit(Operation.of("many", [Change(None, r) for r in records], actor="Ann", task_id="t"))
    (event,) = world.journal.events(after=before)
    scene = world.journal.scene("t", world.inputs[0].input_id)
    stored = [
        world.journal.concepts()["shirt"],
        world.journal.relations()["shirt", "jersey"],
        *scene.annotations,
        *scene.verdicts,
        world.journal.task("t2"),
    ]
    for given, kept, change in zip(records, stored, event.operation.changes, strict=True):
        assert kept == change.after
        stamped = {"updated_us": event.operation.at_us} | (
            {"created_us": event.operation.at_us} if hasattr(given, "created_us") else {}
        )
        assert kept == replace(given, **stamped)
        assert event.operation.at_us > 0


def test_an_assignment_comes_back_equal_and_counts(world):
    world.do(labeling.submit, n=1)
    assigned = world.journal.scene("t", world.inputs[1].input_id).assignment
    assert assigned == Assignment(
        task_id="t",
        input_id=world.inputs[1].input_id,
        position=1,
        state="submitted",
        labeler="Ann",
        version=2,
        updated_us=assigned.updated_us,
    )
    progress = world.journal.progress("t")
    assert (progress.total, progress.done, progress.left, progress.submitted) == (5, 1, 4, 1)


def test_a_change_of_something_changed_meanwhile_names_who_and_writes_nothing(world):
    world.do(labeling.add, "shirt")
    stale = world.desk()
    world.do(labeling.decline, "shirt", actor="Ann")
    change = labeling.clear(stale.scene.annotations[0])
    fresh = Change(None, Concept.named("hat"))
    rev = world.journal.rev()
    with pytest.raises(Conflict, match=r"Ann changed the label 'shirt' meanwhile \(decline\)"):
        world.journal.commit(Operation.of("remove", [fresh, change], actor="Bob", task_id="t"))
    assert world.journal.rev() == rev
    assert "hat" not in world.journal.concepts()


def test_one_operation_in_conflict_keeps_the_others_of_its_commit_out(world):
    world.do(labeling.skip)
    fine = Operation.of("add", [Change(None, Concept.named("hat"))], actor="Bob", task_id="t")
    old = Assignment(task_id="t", input_id=world.inputs[0].input_id, position=0)
    clash = Operation.of("submit", [Change(old, old.changed(state="submitted"))], actor="Bob", task_id="t")
    with pytest.raises(Conflict, match="Ann changed the state of this input"):
        world.journal.commit(fine, clash)
    assert "hat" not in world.journal.concepts()


def test_a_concept_that_somebody_else_made_meanwhile_is_no_conflict(world):
    on = world.desk()
    first = labeling.add(on, "hat")
    second = labeling.add(replace(on, actor="Bob"), "hat")
    for actor, changes in (("Ann", first), ("Bob", second)):
        world.journal.commit(Operation.of("add", changes, actor=actor, task_id="t", input_id=on.input_id))
    assert world.labels() == ["hat", "hat"]
    assert world.journal.concepts()["hat"].version == 1


def test_X02_an_operation_sent_twice_is_made_once(world):
    done = world.do(labeling.add, "shirt")
    rev = world.journal.rev()
    assert world.journal.commit(done) == rev
    assert world.journal.commit(done, None, done) == rev
    world.do(labeling.decline, "shirt")
    assert world.journal.commit(done) == rev + 1, "a late resend undoes nothing"
    assert world.labels() == []


def test_nothing_committed_is_no_event(world):
    rev = world.journal.rev()
    assert world.journal.commit() == rev
    assert world.journal.commit(None, None) == rev


def test_operations_of_one_commit_may_build_on_each_other(world):
    a = Concept.named("hat")
    b = a.changed(deleted=True)
    world.journal.commit(
        Operation.of("add", [Change(None, a)], actor="Ann"), Operation.of("remove", [Change(a, b)], actor="Ann")
    )
    assert world.journal.concepts()["hat"].deleted


def test_events_come_in_order_and_can_be_asked_for_by_task_and_input(world):
    world.do(labeling.add, "shirt", n=0)
    world.do(labeling.add, "hat", n=1)
    world.do(labeling.submit, n=1)
    events = world.journal.events(task_id="t")
    assert [e.operation.kind for e in events] == ["create_task", "add", "add", "submit"]
    assert [e.rev for e in world.journal.events()] == list(range(1, world.journal.rev() + 1))
    of_one = world.journal.events(input_id=world.inputs[1].input_id)
    assert [e.operation.kind for e in of_one] == ["add", "submit"]
    assert [e.rev for e in world.journal.events(after=1, limit=2)] == [2, 3]


def test_hostile_texts_come_back_as_they_were(world):
    for n, text in enumerate(HOSTILE):
        world.do(labeling.add, text, actor=text, n=n % 5)
    long = '{"note": "' + "ü" * 10_000 + '\\u0000"}'
    odd = [Input.at(f"/pictures/{text}\n.jpg", meta=long) for text in HOSTILE]
    world.journal.add_inputs(odd, actor=HOSTILE[0])
    world.journal.mark_unreadable(odd[0].input_id, HOSTILE[2])
    assert world.journal.inputs(start=5) == odd
    assert world.journal.problems() == [(odd[0], HOSTILE[2])]
    assert {e.operation.actor for e in world.journal.events()} >= set(HOSTILE)
    table = world.journal.annotations()
    assert set(table["concept"].to_pylist()) == set(HOSTILE)
    assert set(table["labeler"].to_pylist()) == set(HOSTILE)


def test_half_a_character_is_refused_with_a_sentence(world):
    with pytest.raises(BadInput, match="UTF-8"):
        world.journal.mark_unreadable(world.inputs[0].input_id, "bad \udcff name")


def test_H20_annotations_have_the_documented_columns(world):
    suggestion = Suggestion("s", "shirt", 0.75, "m1", ("jersey",), original="jersey")
    world.do(labeling.accept, suggestion, low=0.25, high=1.0, n=2)
    world.do(labeling.add, "hat", n=0)
    table = world.journal.annotations("t")
    assert table.schema.equals(ANNOTATIONS, check_metadata=True)
    assert table["concept"].to_pylist() == ["hat", "shirt"], "in the order of the inputs"
    row = table.slice(1).to_pylist()[0]
    assert row | {"created_at": 0, "updated_at": 0, "annotation_id": 0} == {
        "annotation_id": 0,
        "input_id": world.inputs[2].input_id,
        "uri": "/pictures/2.jpg",
        "name": "2.jpg",
        "concept": "shirt",
        "shape": "label",
        "box": None,
        "polygon": None,
        "status": "SUCCESS",
        "origin": "model",
        "via": "accepted",
        "labeler": "Ann",
        "original": "jersey",
        "model": "m1",
        "model_concept": "jersey",
        "score": 0.75,
        "threshold_low": 0.25,
        "threshold_high": 1.0,
        "task_id": "t",
        "task": "clothes",
        "created_at": 0,
        "updated_at": 0,
        "version": 1,
        "attributes": None,
    }
    assert row["created_at"].utcoffset().total_seconds() == 0
    assert world.journal.annotations("unknown").num_rows == 0


def test_annotations_leave_out_what_is_taken_away_and_what_is_pending(world):
    world.do(labeling.add, "hat")
    world.do(labeling.add, "shirt")
    world.do(labeling.decline, "hat")
    pending = replace(one_of_each(world.inputs[1].input_id)[2], geometry=None, shape="label")
    world.journal.commit(Operation.of("write", [Change(None, pending)], actor="flow", task_id="t"))
    assert world.journal.annotations()["concept"].to_pylist() == ["shirt"]
    assert world.journal.annotations(statuses=[PENDING])["labeler"].to_pylist() == ["Ann"]
    assert world.journal.annotations(statuses=None).num_rows == 2
    assert world.journal.annotations(statuses=[SUCCESS, PENDING]).num_rows == 2


def test_many_annotations_are_the_same_by_the_bulk_way(world, monkeypatch):
    from notebook_labeler.store import bulk

    texts = [None, '{"box":[1.5,2,3,4]}', '{"polygon":[[0,0,1,0,1,1]]}', None, '{"box":[0,0,0.5,1e3]}']
    for n, text in enumerate(texts):
        for k, other in enumerate((None, "", 'a,b\n"c"')):
            annotation = replace(
                one_of_each(world.inputs[n].input_id)[2],
                annotation_id=f"{n}-{k}",
                geometry=text,
                original=other,
                status=SUCCESS,
                model_concept=None,
                score=None if k else 0.25,
            )
            world.journal.commit(Operation.of("add", [Change(None, annotation)], actor="Ann", task_id="t"))
    direct = world.journal.annotations()
    monkeypatch.setattr(bulk, "FEW", 3)
    assert world.journal.annotations().equals(direct)
    assert world.journal.annotations("t").equals(direct)
    assert direct.num_rows == 15
    assert direct["box"].to_pylist()[3] == [1.5, 2, 3, 4]
    assert direct["polygon"].to_pylist()[6] == [[0, 0, 1, 0, 1, 1]]
    assert direct["original"].to_pylist()[:3] == [None, "", 'a,b\n"c"']
    assert isinstance(direct, pa.Table)


def test_closing_twice_is_fine_and_a_closed_journal_says_so(url):
    journal, other = Journal.open(url), Journal.open(url)
    journal.close()
    journal.close()
    with pytest.raises(StoreError, match="closed"):
        journal.rev()
    assert other.rev() == 0, "another journal of this process goes on"
    other.close()


def test_a_reopened_journal_has_everything(world, url):
    world.do(labeling.add, "shirt")
    with Journal.open(url) as again:
        assert again.scene("t", world.inputs[0].input_id) == world.journal.scene("t", world.inputs[0].input_id)
        assert again.rev() == world.journal.rev()


def test_check_finds_a_row_that_no_event_gives(journal):
    journal.commit(Operation.of("add", [Change(None, Concept.named("hat"))], actor="Ann"))
    with journal._database.write() as connection:
        connection.execute(sa.text("UPDATE concept SET name = 'cap'"))
    report = journal.check()
    assert not report.ok
    assert "concept ('hat',) is not what the events give" in report.problems[0]


@pytest.mark.parametrize("statement", [
    "UPDATE counter SET value = value + 1 WHERE name = 'rev'",
    "UPDATE counter SET value = value + 1 WHERE name = 'inputs'",
    "UPDATE tally SET n = n - 1",
    "UPDATE assignment SET shelf = 1 WHERE position = 1",
    "DELETE FROM assignment WHERE position = 1",
    "DELETE FROM event WHERE rev = 2",
    "UPDATE task SET follows = 0",
])  # fmt: skip
def test_check_finds_what_was_tampered_with(journal, statement):
    journal.add_inputs([Input.at(f"/p/{n}") for n in range(3)], actor="Ann")
    journal.create_task(TaskRecord(task_id="t", name="clothes", settings="{}"), actor="Ann")
    journal.commit(Operation.of("add", [Change(None, Concept.named("hat"))], actor="Ann"))
    assert journal.check().ok
    with journal._database.write() as connection:
        connection.execute(sa.text(statement))
    assert not journal.check().ok
