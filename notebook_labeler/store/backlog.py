"""Inputs put off by the thousand, or made to wait again, and the event that holds the rule for it.

The rows are changed inside the database; `replay` follows the rule, and `history` turns it round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from ..domain.assignments import lane
from ..domain.backlog import Moved
from ..domain.places import Positions, unpack
from ..domain.records import Assignment
from .tables import IN_QUEUE, assignment, from_row
from .writing import Heap, Pen

_A = assignment.c
_AT_ONCE = 500
_NEXT = (
    sa.select(_A.position)
    .where(
        _A.task_id == sa.bindparam("lane"),
        _A.shelf == IN_QUEUE,
        _A.state == sa.bindparam("state"),
        _A.position > sa.bindparam("after"),
    )
    .order_by(_A.position)
    .limit(sa.bindparam("many"))
)
_AMONG = sa.select(_A.position).where(
    _A.task_id == sa.bindparam("lane"),
    _A.state == sa.bindparam("state"),
    _A.deleted == 0,
    _A.position.in_(sa.bindparam("places", expanding=True)),
)
_STATES = sa.select(_A.input_id, _A.position, _A.state).where(
    _A.task_id == sa.bindparam("task_id"),
    _A.input_id.in_(sa.bindparam("ids", expanding=True)),
    _A.deleted == 0,
)


def states(connection: sa.Connection, task_id: str, input_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Give the place and the state of inputs of a task by id; those that are not the task's are left out."""
    found: dict[str, tuple[int, str]] = {}
    for i in range(0, len(input_ids), _AT_ONCE):
        values = {"task_id": task_id, "ids": list(input_ids[i : i + _AT_ONCE])}
        found |= {row[0]: (row[1], row[2]) for row in connection.execute(_STATES, values)}
    return found


def next_places(connection: sa.Connection, lane_id: str, state: str, *, after: int, limit: int) -> Positions:
    """Give the next places at which a readable input is in a state, rising."""
    values = {"lane": lane_id, "state": state, "after": after, "many": limit}
    return np.array([row[0] for row in connection.execute(_NEXT, values)], np.int64)


def places_among(connection: sa.Connection, lane_id: str, state: str, places: Positions) -> Positions:
    """Give those of some places at which an input is in a state, readable or not."""
    found: list[int] = []
    for i in range(0, len(places), _AT_ONCE):
        values = {"lane": lane_id, "state": state, "places": places[i : i + _AT_ONCE].tolist()}
        found += [row[0] for row in connection.execute(_AMONG, values)]
    return np.array(found, np.int64)


def move(pen: Pen, task_id: str, moved: Moved, rev: int) -> None:
    """Follow a rule.

    Raises
    ------
    Conflict
        One of these inputs is no longer in the state that it comes from; the sentence names who changed it.
    """
    connection, lane_id, places = pen.connection, lane(task_id, moved.seat), unpack(moved.places)
    if not len(places):
        return
    moving = sa.Table(
        "moving",
        sa.MetaData(),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        prefixes=["TEMPORARY"],
    )
    moving.create(connection)
    connection.execute(sa.insert(moving), [{"position": place} for place in places.tolist()])
    here = (_A.task_id == lane_id, _A.position == moving.c.position)
    fits = sa.and_(_A.state == moved.before, _A.deleted == 0)
    of = (_A.shelf, _A.labeler, _A.reviewer)
    counted = connection.execute(sa.select(*of, sa.func.count()).where(*here, fits).group_by(*of)).all()
    if sum(row[3] for row in counted) < len(places):
        _refuse(pen, lane_id, sa.select(assignment).where(*here, sa.not_(fits)).order_by(_A.position).limit(1))
    values = {"state": moved.after, "version": _A.version + 1, "updated_us": pen.at_us, "rev": rev}
    connection.execute(sa.update(assignment).where(*here).values(values))
    moving.drop(connection)
    for shelf, labeler, reviewer, many in counted:
        for state, more in ((moved.before, -many), (moved.after, many)):
            heap = Heap(lane_id, shelf, state, labeler, reviewer)
            pen.moves[heap] = pen.moves.get(heap, 0) + more


def _refuse(pen: Pen, lane_id: str, query: sa.Select[Any]) -> None:
    row = pen.connection.execute(query).mappings().first()
    found = None if row is None else from_row("assignment", dict(row))
    wanted = found or Assignment(task_id=lane_id, input_id="", position=0)
    raise pen.conflict(wanted, found, 0 if row is None else row["rev"])
