"""What was done, as a DataFrame: in a project, on an input, to one annotation; and which moment somebody means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .domain.records import Annotation
from .errors import BadInput
from .store.journal import Journal

if TYPE_CHECKING:
    import pandas as pd

ONE = ["rev", "at", "actor", "action", "concept", "shape", "geometry", "status", "labeler", "stands", "undo_of"]
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


def annotation_frame(journal: Journal, annotation_id: str) -> pd.DataFrame:
    """Give what was done to one annotation, oldest first: how it was after each action, and whether it stood then."""
    import pandas as pd

    input_id = journal.input_of(annotation_id)
    if input_id is None:
        raise BadInput(f"expected the id of an annotation, got {annotation_id!r:.80}; see the column annotation_id.")
    rows = []
    for event in journal.events(input_id=input_id, limit=None):
        op = event.operation
        for change in op.changes:
            now = change.after
            if isinstance(now, Annotation) and now.annotation_id == annotation_id:
                at = pd.Timestamp(op.at_us, unit="us", tz="UTC")
                said = (now.concept, now.shape, now.geometry, now.status, now.labeler, not now.deleted)
                rows.append((event.rev, at, op.actor, op.kind, *said, op.undo_of))
    return pd.DataFrame(rows, columns=ONE)


def moment(when: Any) -> int:  # Any: whatever pandas reads as a time
    """Give a time in microseconds since 1970, UTC. One that names no zone is taken as UTC.

    Raises
    ------
    BadInput
        It is no time.
    """
    import pandas as pd

    wrong = f"expected a time such as '2026-11-21 14:00', got {when!r:.80}; pass text or a datetime."
    try:
        found = pd.Timestamp(when)
    except (TypeError, ValueError) as error:
        raise BadInput(wrong) from error
    if pd.isna(found):
        raise BadInput(wrong)
    found = found.tz_localize("UTC") if found.tzinfo is None else found
    return int((found - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(microseconds=1))
