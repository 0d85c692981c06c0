"""The inputs of a task as one table: where each stands, with whom, and whether a run has been there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from .tables import annotation, assignment, input_, prelabel

_TEXT = pa.string()
LISTED = pa.schema(
    [
        ("input_id", _TEXT),
        ("name", _TEXT),
        ("uri", _TEXT),
        pa.field("position", pa.int64(), nullable=False),
        *((name, _TEXT) for name in ("state", "labeler", "reviewer", "comment")),
        pa.field("prelabeled", pa.bool_(), nullable=False),
    ]
)


def listing(connection: sa.Connection, task_id: str, connection_number: int) -> pa.Table:
    """Give the inputs of a task by position, as a table of `LISTED`.

    Parameters
    ----------
    connection
        To the journal.
    task_id
        The task.
    connection_number
        How often its dataset was connected: which marks of runs count.
    """
    a, p = assignment.c, prelabel.c
    marked = sa.and_(
        p.task_id == a.task_id,
        p.input_id == a.input_id,
        p.connection == connection_number,
        p.deleted == 0,
        p.undone == 0,
    )
    query = (
        sa.select(
            a.input_id, input_.c.name, input_.c.uri, a.position, a.state, a.labeler, a.reviewer, a.comment, p.run_id
        )
        .select_from(assignment.join(input_, input_.c.input_id == a.input_id).outerjoin(prelabel, marked))
        .where(a.task_id == task_id, a.deleted == 0)
        .order_by(a.position)
    )
    rows = connection.execute(query).all()
    columns: Sequence[Any] = list(zip(*rows, strict=True)) or [()] * len(LISTED)
    *known, runs = columns
    values = [*known, [run is not None for run in runs]]
    return pa.table([pa.array(v, f.type) for v, f in zip(values, LISTED, strict=True)], schema=LISTED)


def label_count(connection: sa.Connection, task_id: str) -> int:
    """Give how many annotations stand in a task, whatever their status."""
    a = annotation.c
    query = sa.select(sa.func.count()).select_from(annotation).where(a.task_id == task_id, a.deleted == 0)
    return int(connection.execute(query).scalar_one())
