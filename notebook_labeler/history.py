"""What was done, as a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .domain.records import Annotation
from .store.journal import Journal

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["rev", "at", "actor", "action", "input_id", "concepts", "undo_of"]


def history_frame(journal: Journal, *, input_id: str | None = None, task_id: str | None = None) -> pd.DataFrame:
    """Give the events of a project, of one task or of one input, oldest first, one row each.

    `concepts` lists what the action put there (``+cat``) and took away (``-dog``).
    """
    import pandas as pd

    rows, after = [], 0
    while events := journal.events(after=after, task_id=task_id, input_id=input_id):
        after = events[-1].rev
        for event in events:
            op = event.operation
            marks = [
                f"{'-' if c.after.deleted else '+'}{c.after.concept}"
                for c in op.changes
                if isinstance(c.after, Annotation)
            ]
            at = pd.Timestamp(op.at_us, unit="us", tz="UTC")
            rows.append((event.rev, at, op.actor, op.kind, op.input_id, marks, op.undo_of))
    return pd.DataFrame(rows, columns=COLUMNS)
