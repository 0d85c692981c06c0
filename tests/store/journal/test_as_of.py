"""The annotations as they stood at an earlier moment (X14)."""

from __future__ import annotations

from notebook_labeler.domain import labeling
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.store import bulk


def concepts(journal, rev, **options):
    at_us = next(e.operation.at_us for e in journal.events(after=rev - 1, limit=1)) if rev else 0
    return journal.annotations_as_of(at_us, **options)["concept"].to_pylist()


def test_X14_labels_added_renamed_removed_and_undone_are_as_they_were(journal, world, monkeypatch):
    moments = {}

    def now(name):
        moments[name] = journal.rev()

    now("empty")
    world.do(labeling.add, "shirt", n=0)
    now("one")
    world.do(labeling.add, "hat", n=1)
    world.do(labeling.rename, "shirt", "blouse", n=0)
    now("renamed")
    world.do(labeling.decline, "hat", n=1)
    now("removed")
    journal.undo("t", "Ann")
    now("undone")
    record = journal.task("t")
    deleted = record.changed(deleted=True, name="gone")
    journal.commit(Operation.of("delete task", [Change(record, deleted)], actor="Ann"))
    now("deleted")
    said = {name: concepts(journal, rev) for name, rev in moments.items()}
    assert said == {
        "empty": [],
        "one": ["shirt"],
        "renamed": ["blouse", "hat"],
        "removed": ["blouse"],
        "undone": ["blouse", "hat"],
        "deleted": [],
    }
    assert concepts(journal, moments["one"], task_id="t") == ["shirt"]
    assert concepts(journal, moments["one"], task_id="nobody") == []
    monkeypatch.setattr(bulk, "FEW", 0)  # the way that many rows take
    assert {name: concepts(journal, rev) for name, rev in moments.items()} == said
    before = next(e.operation.at_us for e in journal.events(after=moments["removed"] - 1, limit=1))
    assert set(journal.annotations_as_of(before)["task"].to_pylist()) == {"clothes"}
