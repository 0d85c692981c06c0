"""Sharing a task out: who labels and who reviews which inputs, read as columns and written by the hundred thousand.

One event holds who got which places, as text (`domain.places`), in place of a change for each; `replay` follows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from ..domain.assignments import BACKLOG, UNBEGUN, WAITING, lane
from ..domain.places import unpack
from ..domain.records import PENDING
from ..domain.sharing import Dealt
from ..errors import Conflict
from .tables import IN_QUEUE, REMOVED, UNREADABLE, annotation, assignment, tally, verdict
from .writing import Heap, add_to_tally

_A = assignment.c
_PAGE = 10_000
BY_RUN = "prelabel"  # how annotations are marked that a run wrote (`via`)
_FROM_RUN = sa.and_(annotation.c.via == BY_RUN, annotation.c.status == PENDING, annotation.c.labeler == "")
_FRESH = sa.and_(_FROM_RUN, annotation.c.version == 1)  # as the run wrote it
_FEW = 500  # places that are looked up one by one
_HEAP = (_A.labeler, _A.reviewer, _A.state, _A.shelf)
_HERE = (_A.task_id == sa.bindparam("lane"), _A.deleted == 0)
_LIST = sa.func.aggregate_strings(sa.cast(_A.position, sa.Text), ",")
_HEAPS = sa.select(*_HEAP, _LIST).where(*_HERE).group_by(*_HEAP)
_IDS = sa.select(_A.input_id).where(*_HERE).order_by(_A.position)


@dataclass(frozen=True)
class Places:
    """The places of a task's seat as columns, one row per input, by position.

    Attributes
    ----------
    rev
        The journal's revision of which this is true.
    position
        int64.
    input_id, labeler, reviewer, state
        Arrays of str (objects). Ids are there only where they were asked for.
    readable
        bool: whether the input can be opened, as far as is known.
    touched
        bool: whether somebody has worked on it: it is neither waiting nor in the backlog, or has labels (also removed
        ones) or answers that are not a run's alone.
    """

    rev: int
    position: NDArray[np.int64]
    input_id: NDArray[Any]
    labeler: NDArray[Any]
    reviewer: NDArray[Any]
    state: NDArray[Any]
    readable: NDArray[np.bool_]
    touched: NDArray[np.bool_]


def places(connection: sa.Connection, task_id: str, seat: int, rev: int, *, ids: bool = True) -> Places:
    """Read the places of a seat, gathered by the database; `ids`: the inputs' too, which takes as long again."""
    lane_id = lane(task_id, seat)
    rows = connection.execute(_HEAPS, {"lane": lane_id}).all()
    parts = [np.fromstring(row[-1], np.int64, sep=",") for row in rows]
    mixed = np.concatenate([np.empty(0, np.int64), *parts])
    order = np.argsort(mixed, kind="stable")
    position, heap = mixed[order], np.repeat(np.arange(len(rows)), [len(part) for part in parts])[order]
    labeler, reviewer, state, shelf = (np.array([row[i] for row in rows], object)[heap] for i in range(4))
    touched = np.array([row[2] not in UNBEGUN for row in rows], bool)[heap]
    touched[np.searchsorted(position, _by_hand(connection, lane_id))] = True
    found = connection.execute(_IDS, {"lane": lane_id}).scalars().all() if ids else ()
    input_id = np.array(found, object)
    return Places(rev, position, input_id, labeler, reviewer, state, shelf == IN_QUEUE, touched)


def share_out(
    connection: sa.Connection, task_id: str, deals: Sequence[Dealt], *, seen: int, rev: int, at_us: int
) -> dict[str, Any]:
    """Write who gets what, and give the rule for the event.

    Raises
    ------
    Conflict
        Somebody has worked on one of these inputs, or shared it out, since revision `seen`.
    """
    for seat, cards in gathered(deals).items():
        lane_id = lane(task_id, seat)
        _refuse_changed(connection, lane_id, cards, seen)
        before = _counted(connection, lane_id, cards)
        _write(connection, task_id, seat, cards, rev=rev, at_us=at_us)
        if before is None:
            _count(connection, lane_id)
        else:
            after = _counted(connection, lane_id, cards) or Counter()
            for heap in before | after:
                if after[heap] != before[heap]:
                    add_to_tally(connection, heap, after[heap] - before[heap])
    return {"shared": [[d.seat, d.role, d.person, d.places] for d in deals]}


Cards = dict[int, list[str | None]]  # position -> new labeler and new reviewer, None: as it is


def gathered(deals: Sequence[Dealt]) -> dict[int, Cards]:
    """Give, per seat, what changes at which position."""
    seats: dict[int, Cards] = {}
    for deal in deals:
        cards, side = seats.setdefault(deal.seat, {}), int(deal.role == "reviewer")
        for position in unpack(deal.places).tolist():
            cards.setdefault(position, [None, None])[side] = deal.person
    return seats


def _by_hand(connection: sa.Connection, lane_id: str) -> NDArray[np.int64]:
    """Give the places on which somebody left more than a run did."""
    by_run = sa.or_(_FRESH, sa.and_(_FROM_RUN, annotation.c.deleted == 1))
    labels = sa.select(annotation.c.input_id).where(annotation.c.task_id == lane_id, sa.not_(by_run))
    answers = sa.select(verdict.c.input_id).where(verdict.c.task_id == lane_id)
    query = sa.select(_A.position).where(_A.task_id == lane_id, _A.deleted == 0)
    found = connection.execute(query.where(_A.input_id.in_(sa.union(labels, answers)))).scalars()
    return np.array(found.all(), np.int64)


def _refuse_changed(connection: sa.Connection, lane_id: str, cards: Cards, seen: int) -> None:
    few = None
    if len(cards) <= _FEW:
        query = sa.select(_A.input_id).where(_A.task_id == lane_id, _A.position.in_(list(cards)))
        few = list(connection.execute(query).scalars())
    changed = set()
    for table in (assignment, annotation, verdict):
        query = sa.select(table.c.input_id).where(table.c.task_id == lane_id, table.c.rev > seen)
        if few is not None:
            query = query.where(table.c.input_id.in_(few))
        if table is annotation:  # a run may go on: what it writes moves with the input
            query = query.where(sa.not_(_FRESH))
        changed |= {row[0] for row in connection.execute(query)}
    changed_now = list(changed)
    for i in range(0, len(changed_now), 500):
        query = sa.select(_A.position).where(_A.task_id == lane_id, _A.input_id.in_(changed_now[i : i + 500]))
        if any(row[0] in cards for row in connection.execute(query)):
            raise Conflict("somebody worked on an input while it was being shared out; nothing was moved, share again.")


def _write(connection: sa.Connection, task_id: str, seat: int, cards: Cards, *, rev: int, at_us: int) -> None:
    dealt = sa.Table(
        "dealt",
        sa.MetaData(),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("labeler", sa.Text),
        sa.Column("reviewer", sa.Text),
        prefixes=["TEMPORARY"],
    )
    dealt.create(connection)
    rows = [{"position": place, "labeler": one, "reviewer": two} for place, (one, two) in cards.items()]
    for i in range(0, len(rows), _PAGE):
        connection.execute(sa.insert(dealt), rows[i : i + _PAGE])
    lane_id = lane(task_id, seat)
    connection.execute(
        sa.update(assignment)
        .where(_A.task_id == lane_id, _A.position == dealt.c.position)
        .values(
            labeler=sa.func.coalesce(dealt.c.labeler, _A.labeler),
            reviewer=sa.func.coalesce(dealt.c.reviewer, _A.reviewer),
            version=_A.version + 1,
            updated_us=at_us,
            rev=rev,
        )
    )
    if seat:
        _open_seats(connection, task_id, lane_id, dealt, rev=rev, at_us=at_us)
    dealt.drop(connection)


def _open_seats(
    connection: sa.Connection, task_id: str, lane_id: str, dealt: sa.Table, *, rev: int, at_us: int
) -> None:
    """Make the assignments of second opinions that are not there yet."""
    there = sa.select(_A.position).where(_A.task_id == lane_id)
    made = {
        "task_id": sa.literal(lane_id),
        "input_id": _A.input_id,
        "position": _A.position,
        "state": sa.case((_A.state == BACKLOG, BACKLOG), else_=WAITING),
        "labeler": sa.func.coalesce(dealt.c.labeler, ""),
        "reviewer": sa.func.coalesce(dealt.c.reviewer, ""),
        "comment": sa.literal(""),
        "version": sa.literal(1),
        "deleted": sa.literal(0),
        "updated_us": sa.literal(at_us, sa.BigInteger),
        "rev": sa.literal(rev, sa.BigInteger),
        "shelf": sa.case((_A.shelf == UNREADABLE, UNREADABLE), else_=IN_QUEUE),
    }
    source = (
        sa.select(*(made[c.name] for c in assignment.columns))
        .select_from(assignment.join(dealt, dealt.c.position == _A.position))
        .where(_A.task_id == task_id, _A.shelf != REMOVED, _A.position.not_in(there))
    )
    connection.execute(sa.insert(assignment).from_select([c.name for c in assignment.columns], source))


def _counted(connection: sa.Connection, lane_id: str, cards: Cards) -> Counter[Heap] | None:
    """Count what lies at a few places; None if they are many, and the lane is better counted as a whole."""
    if len(cards) > _FEW:
        return None
    of = [_A[name] for name in Heap._fields]
    query = sa.select(*of).where(_A.task_id == lane_id, _A.position.in_(list(cards)))
    return Counter(Heap(*row) for row in connection.execute(query))


def _count(connection: sa.Connection, lane_id: str) -> None:
    """Count a lane anew."""
    connection.execute(sa.delete(tally).where(tally.c.task_id == lane_id))
    of = [_A[name] for name in Heap._fields]
    counted = sa.select(*of, sa.func.count()).where(_A.task_id == lane_id).group_by(*of)
    connection.execute(sa.insert(tally).from_select([*Heap._fields, "n"], counted))
