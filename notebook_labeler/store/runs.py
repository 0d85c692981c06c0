"""What runs work on and what they have marked: read by the page, so that a million inputs are never in memory."""

from __future__ import annotations

import sqlalchemy as sa

from ..domain.assignments import WAITING
from ..domain.inputs import Input
from ..domain.records import Failure, Prelabel
from .reading import rows
from .tables import IN_QUEUE, assignment, failure, input_, prelabel

_A, _P, _I = assignment.c, prelabel.c, input_.c
_MARKED = sa.exists().where(
    _P.task_id == _A.task_id, _P.connection == sa.bindparam("number"), _P.input_id == _A.input_id, _P.deleted == 0
)
_OPEN = (
    sa.select(_A.position, _I.input_id, _I.uri, _I.kind, _I.name, _I.meta)
    .join_from(assignment, input_, _I.input_id == _A.input_id)
    .where(
        _A.task_id == sa.bindparam("task_id"),
        _A.shelf == IN_QUEUE,
        _A.state == WAITING,
        _A.position > sa.bindparam("after"),
        ~_MARKED,
    )
    .order_by(_A.position)
    .limit(sa.bindparam("many"))
)
_TAKEN = (
    sa.select(sa.func.count())
    .join_from(prelabel, assignment, (_A.task_id == _P.task_id) & (_A.input_id == _P.input_id))
    .where(_P.task_id == sa.bindparam("task_id"), _P.connection == sa.bindparam("number"), _P.deleted == 0)
    .where(_A.shelf == IN_QUEUE, _A.state == WAITING)
)
_OF_RUN = (
    sa.select(prelabel)
    .where(_P.run_id == sa.bindparam("run_id"), _P.undone == 0, _P.deleted == 0)
    .limit(sa.bindparam("many"))
)

_FAILED = (  # in the order in which they were written
    sa.select(failure)
    .where(failure.c.run_id == sa.bindparam("run_id"), failure.c.go == sa.bindparam("go"), failure.c.deleted == 0)
    .order_by(failure.c.rev, failure.c.input_id)
    .limit(sa.bindparam("many"))
)


def open_inputs(
    connection: sa.Connection, task_id: str, number: int, *, after: int, limit: int
) -> list[tuple[int, Input]]:
    """Give the next waiting inputs of a task that no run has marked in its n-th connection, with their positions."""
    values = {"task_id": task_id, "number": number, "after": after, "many": limit}
    return [(row[0], Input(*row[1:])) for row in connection.execute(_OPEN, values)]


def marked_and_waiting(connection: sa.Connection, task_id: str, number: int) -> int:
    """Give how many waiting inputs of a task a run has marked in its n-th connection."""
    return int(connection.execute(_TAKEN, {"task_id": task_id, "number": number}).scalar_one())


def marks(connection: sa.Connection, run_id: str, *, limit: int) -> list[Prelabel]:
    """Give marks of a run that are not undone."""
    return rows(connection, Prelabel, _OF_RUN, run_id=run_id, many=limit)


def failures(connection: sa.Connection, run_id: str, go: int, *, limit: int) -> list[Failure]:
    """Give the inputs that a run failed on in its n-th go, a page of them after the other as they were written."""
    return rows(connection, Failure, _FAILED, run_id=run_id, go=go, many=limit)
