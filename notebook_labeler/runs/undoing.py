"""Undoing a run: what it wrote and nobody touched is taken away, page by page; a second start goes on with the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..domain.names import new_id
from ..domain.operations import Operation
from ..domain.prelabel import taken_back
from ..domain.records import RUNNING, Prelabel, Run
from ..errors import RunGoing
from ..store.inside import Inside
from ..store.journal import Journal
from ..store.writing import now_us
from . import holder as holders
from . import ledger

READ, PAGE = 5000, 200  # marks read at once, inputs written in one transaction


@dataclass(frozen=True)
class TakenBack:
    """What undoing a run did.

    Attributes
    ----------
    inputs
        On how many inputs something was taken away, or nothing was left to be.
    removed
        How many annotations were taken away.
    kept
        How many stay (or were taken away before) because a person had said something to them.
    """

    inputs: int = 0
    removed: int = 0
    kept: int = 0

    def __str__(self) -> str:
        kept = f"; {self.kept:,} that somebody had touched were left as they are" if self.kept else ""
        labels = "annotation" if self.removed == 1 else "annotations"
        return f"{self.removed:,} {labels} on {self.inputs:,} input{'s' * (self.inputs != 1)} taken back{kept}."


def undo_run(journal: Journal, run: Run, *, by: str, progress: Callable[[int], object] | None = None) -> TakenBack:
    """Take back what a run wrote and nobody touched. The charges stay: the model has done its work.

    Parameters
    ----------
    journal, run
        The run, in whatever kernel it was made.
    by
        Who undoes it.
    progress
        Called with the number of inputs dealt with, after each page.

    Raises
    ------
    RunGoing
        It is still going on; stop it first.
    """
    if run.state == RUNNING and not holders.gone(run.holder, run.beat_us, now_us()):
        raise RunGoing(f"the run is still going on ({holders.told(run.holder)}); stop it first.")
    found, group = TakenBack(), new_id()
    while marks := journal.marks(run.run_id, limit=READ):
        for start in range(0, len(marks), PAGE):
            page = _page(journal, run, marks[start : start + PAGE], by, group)
            found = TakenBack(found.inputs + page.inputs, found.removed + page.removed, found.kept + page.kept)
            if progress is not None:
                progress(found.inputs)
    return found


def _page(journal: Journal, run: Run, marks: list[Prelabel], by: str, group: str) -> TakenBack:
    actor = ledger.actor_of(ledger.said_of(run, "model", "a model"), by)
    done: list[TakenBack] = []

    def plan(inside: Inside) -> list[Operation]:
        operations, removed, labels = [], 0, 0
        for seen in marks:
            scene = inside.scenes[seen.input_id]
            mark = scene.prelabel if scene.prelabel is not None and scene.prelabel.key == seen.key else seen
            if mark.undone:  # by somebody else, this very moment
                continue
            changes = tuple(taken_back(scene, mark))
            removed, labels = removed + len(changes) - 1, labels + mark.labels
            operations.append(
                Operation("undo", actor, changes, run.task_id, mark.input_id, group=group, undo_of=run.run_id)
            )
        done[:] = [TakenBack(len(operations), removed, labels - removed)]
        return operations

    journal.atomically(run.task_id, [mark.input_id for mark in marks], plan)
    return done[0]
