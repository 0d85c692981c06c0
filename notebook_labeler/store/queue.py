"""What is next in a task and how far it is: answered from an index and from tallies, whatever the number of inputs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from ..domain.assignments import APPROVED, BACKLOG, DONE, REJECTED, SKIPPED, STATES, SUBMITTED, WAITING
from ..domain.records import Assignment
from ..errors import BadInput
from .tables import IN_QUEUE, REMOVED, UNREADABLE, assignment, from_row, tally

_PLACE = sa.select(assignment).where(
    assignment.c.task_id == sa.bindparam("task_id"),
    assignment.c.position == sa.bindparam("position"),
    assignment.c.deleted == 0,
)
_LINE = sa.select(assignment).where(
    assignment.c.task_id == sa.bindparam("task_id"),
    assignment.c.shelf == IN_QUEUE,
    assignment.c.state == sa.bindparam("state"),
)
_AHEAD = _LINE.where(assignment.c.position > sa.bindparam("after")).order_by(assignment.c.position).limit(
    sa.bindparam("many")
)  # fmt: skip
_BACK = (
    _LINE.where(assignment.c.position < sa.bindparam("after"))
    .order_by(assignment.c.position.desc())
    .limit(sa.bindparam("many"))
)
_TALLY = sa.select(tally.c.shelf, tally.c.state, tally.c.n).where(tally.c.task_id == sa.bindparam("task_id"))


@dataclass(frozen=True)
class Progress:
    """How far a task is. The states add up to `total` together with `unreadable`.

    `unreadable` are inputs that cannot be opened and are not done; they are in no queue.
    """

    total: int = 0
    waiting: int = 0
    skipped: int = 0
    submitted: int = 0
    approved: int = 0
    rejected: int = 0
    backlog: int = 0
    unreadable: int = 0

    @property
    def done(self) -> int:
        """How many inputs are handed in."""
        return self.submitted + self.approved

    @property
    def left(self) -> int:
        """How many inputs still want a labeler."""
        return self.waiting + self.rejected


def place(connection: sa.Connection, task_id: str, position: int) -> Assignment | None:
    """Give the assignment at a place of the queue, whatever its state."""
    row = connection.execute(_PLACE, {"task_id": task_id, "position": position}).mappings().first()
    return None if row is None else _assignment(row)


def line(
    connection: sa.Connection, task_id: str, *, after: int, states: Collection[str], limit: int, backwards: bool
) -> list[Assignment]:
    """Give the next readable inputs in some states, by position (`backwards`: those before `after`, nearest first)."""
    unknown = [state for state in states if state not in STATES]
    if unknown or isinstance(states, str):
        raise BadInput(f"expected states out of {', '.join(STATES)}, got {states!r:.80}; pass a list of them.")
    found: list[Assignment] = []
    query = _BACK if backwards else _AHEAD
    for state in dict.fromkeys(states):  # one index range each: the database need not sort
        values = {"task_id": task_id, "state": state, "after": after, "many": limit}
        found += [_assignment(row) for row in connection.execute(query, values).mappings()]
    return sorted(found, key=lambda a: -a.position if backwards else a.position)[:limit]


def progress(connection: sa.Connection, task_id: str) -> Progress:
    """Give the counts of a task."""
    counted = dict.fromkeys((WAITING, SKIPPED, SUBMITTED, APPROVED, REJECTED, BACKLOG), 0)
    unreadable = 0
    for shelf, state, many in connection.execute(_TALLY, {"task_id": task_id}):
        if shelf == UNREADABLE and state not in DONE:
            unreadable += many
        elif shelf != REMOVED:
            counted[state] += many
    return Progress(total=sum(counted.values()) + unreadable, unreadable=unreadable, **counted)


def _assignment(row: sa.RowMapping) -> Assignment:
    found = from_row("assignment", dict(row))
    if not isinstance(found, Assignment):
        raise TypeError(type(found))
    return found
