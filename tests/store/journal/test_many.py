"""Many changes are written by the hundred under the very rules by which few are written one by one."""

import pytest

from notebook_labeler.domain import labeling
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.records import Annotation
from notebook_labeler.errors import Conflict
from notebook_labeler.store import many


def operations(world, count=30):
    """Labels on every input, concepts and hand-ins among them, in one group."""
    found = []
    for n in range(len(world.inputs)):
        desk = world.desk(n)
        changes = [Change(None, annotation(desk.input_id, i)) for i in range(count)]
        changes += labeling.add(desk, f"name {n}") + labeling.submit(desk)
        found.append(Operation.of("import", changes, actor="Ann", task_id="t", input_id=desk.input_id, group="g"))
    return found


def annotation(input_id, i):
    return Annotation(
        task_id="t",
        annotation_id=f"{input_id}-{i}",
        input_id=input_id,
        concept="shirt",
        concept_key="shirt",
        labeler="Ann",
    )


def state(world):
    rows = [world.journal.scene("t", one.input_id) for one in world.inputs]
    said = [
        r.content | {"created_us": 0} for s in rows for r in (s.assignment, *sorted(s.annotations, key=lambda a: a.key))
    ]
    versions = [r.version for s in rows for r in (s.assignment, *sorted(s.annotations, key=lambda a: a.key))]
    return said, versions, world.journal.progress("t"), sorted(world.journal.concepts())


@pytest.mark.parametrize("few", [0, 10_000])
def test_X12_many_changes_stand_and_are_undone_like_few(world, monkeypatch, few):
    monkeypatch.setattr(many, "FEW", few)
    world.journal.mark_unreadable(world.inputs[4].input_id, "is damaged")
    made = operations(world)
    before = world.journal.rev()
    assert world.journal.commit(*made) == before + 5
    assert world.journal.commit(*made) == before + 5  # sent again
    progress = world.journal.progress("t")
    assert (progress.submitted, progress.total) == (4 + 1, 5)
    said, versions, _, concepts = state(world)
    assert (len(said), set(versions), len(concepts)) == (5 * 32, {1, 2}, 5)
    assert world.journal.undo("t", "Ann").count == 5
    assert not any(world.labels(n) for n in range(5))
    world.journal.redo("t", "Ann")
    assert [len(world.labels(n)) for n in range(5)] == [31] * 5


def test_X12_one_row_that_somebody_changed_keeps_all_of_many_from_being_written(world):
    made = operations(world)
    world.do(labeling.submit, n=3, actor="Bob")
    before, rev = state(world), world.journal.rev()
    with pytest.raises(Conflict, match="Bob changed the state of this input"):
        world.journal.commit(*made)
    assert (state(world), world.journal.rev()) == (before, rev)


def test_X12_a_row_changed_twice_in_one_transaction_ends_as_the_second_change_says(world):
    first = [annotation(world.inputs[0].input_id, i) for i in range(30)]
    makes = Operation.of("a", [Change(None, one) for one in first], actor="Ann", task_id="t")
    edits = Operation.of("b", [Change(one, one.changed(concept="hat")) for one in first], actor="Ann", task_id="t")
    world.journal.commit(makes, edits)
    assert set(world.labels()) == {"hat"}
    assert world.journal.check().ok
