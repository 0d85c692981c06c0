"""What is next in a task and how far it is: answered from an index and from tallies, whatever the number of inputs.

A task that is shared out has a queue per person: the inputs that are theirs, in all its lanes (second opinions are
lanes of their own, see `domain.assignments.lane`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..domain.assignments import (
    APPROVED,
    BACKLOG,
    DONE,
    LEFT,
    REJECTED,
    SKIPPED,
    STATES,
    SUBMITTED,
    WAITING,
    lanes,
    seat_of,
)
from ..domain.records import Assignment
from ..errors import BadInput
from .asking import Asked, Question, Rows
from .tables import IN_QUEUE, REMOVED, UNREADABLE, assignment, from_row, tally

_A = assignment.c
_PLACE = sa.select(assignment).where(
    _A.task_id == sa.bindparam("task_id"), _A.position == sa.bindparam("position"), _A.deleted == 0
)


def _line(backwards: bool, whose: str) -> sa.Select[tuple[object, ...]]:
    found = sa.select(assignment).where(
        _A.task_id == sa.bindparam("task_id"), _A.shelf == IN_QUEUE, _A.state == sa.bindparam("state")
    )
    if whose:
        found = found.where(_A[whose] == sa.bindparam("person"))
    after: sa.BindParameter[int] = sa.bindparam("after")
    found = (
        found.where(_A.position < after).order_by(_A.position.desc())
        if backwards
        else found.where(_A.position > after).order_by(_A.position)
    )
    return found.limit(sa.bindparam("many"))


_LINES = {(back, whose): _line(back, whose) for back in (False, True) for whose in ("", "labeler", "reviewer")}
_TALLY = sa.select(tally).where(tally.c.task_id == sa.bindparam("lane"))
_RANKS = {
    whose: sa.select(sa.func.count().label("n"))
    .select_from(assignment)
    .where(_A.task_id == sa.bindparam("lane"), _A.shelf == IN_QUEUE, _A.position < sa.bindparam("position"))
    .where(*([_A[whose] == sa.bindparam("person")] if whose else []))
    for whose in ("", "labeler", "reviewer")
}
_LANE = sa.select(_A.task_id).where(
    _A.task_id.in_(sa.bindparam("lanes", expanding=True)),
    _A.input_id == sa.bindparam("input_id"),
    _A.labeler == sa.bindparam("labeler"),
    _A.deleted == 0,
)


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


@dataclass(frozen=True)
class Errands:
    """How many inputs of a task wait for somebody's labels, second opinions too, and for their review."""

    to_label: int = 0
    to_review: int = 0


@dataclass(frozen=True)
class Share:
    """So many inputs of a seat that are with these two people and in this state (``unreadable``: in no queue)."""

    seat: int
    labeler: str
    reviewer: str
    state: str
    count: int


def place_asked(task_id: str, position: int) -> Question[Assignment | None]:
    """Ask for the assignment at a place of the queue, whatever its state."""
    asked = Asked(_PLACE, {"task_id": task_id, "position": position})
    return Question((asked,), lambda found: _assignment(found[0][0]) if found[0] else None)


def line_asked(
    task_id: str,
    *,
    after: int,
    states: Collection[str],
    limit: int,
    backwards: bool,
    labeler: str | Collection[str] | None = None,
    reviewer: str | Collection[str] | None = None,
    seats: int = 1,
) -> Question[list[Assignment]]:
    """Ask for the next readable inputs in some states, by position (`backwards`: those before `after`, nearest first).

    With `labeler` or `reviewer` only theirs (they may be several); `seats` is how many lanes the task has.
    """
    unknown = [state for state in states if state not in STATES]
    if unknown or isinstance(states, str):
        raise BadInput(f"expected states out of {', '.join(STATES)}, got {states!r:.80}; pass a list of them.")
    whose, people = _people(labeler, reviewer)
    asked = tuple(
        Asked(_LINES[backwards, whose], {"task_id": lane_id, "state": state, "after": after, "many": limit, **person})
        for person in people
        for lane_id in lanes(task_id, seats)
        for state in dict.fromkeys(states)  # one index range each: the database need not sort
    )

    def line(found: list[Rows]) -> list[Assignment]:
        places = [_assignment(row) for rows in found for row in rows]
        return sorted(places, key=lambda a: -a.position if backwards else a.position)[:limit]

    return Question(asked, line)


def rank_asked(
    task_id: str,
    position: int,
    *,
    labeler: str | Collection[str] | None = None,
    reviewer: str | Collection[str] | None = None,
    seats: int = 1,
) -> Question[int]:
    """Ask how many readable inputs of somebody come before a position."""
    whose, people = _people(labeler, reviewer)
    asked = tuple(
        Asked(_RANKS[whose], {"lane": lane_id, "position": position, **person})
        for person in people
        for lane_id in lanes(task_id, seats)
    )
    return Question(asked, lambda found: sum(int(rows[0]["n"]) for rows in found))


def _people(
    labeler: str | Collection[str] | None, reviewer: str | Collection[str] | None
) -> tuple[str, list[dict[str, str]]]:
    """Give the column by which inputs are somebody's, and what it is to say; none: all inputs."""
    whose, names = ("labeler", labeler) if labeler is not None else ("reviewer", reviewer)
    if names is None:
        return "", [{}]
    return whose, [{"person": name} for name in ([names] if isinstance(names, str) else names)]


def lane_of(connection: sa.Connection, task_id: str, input_id: str, labeler: str, seats: int) -> str:
    """Give the lane in which an input is somebody's; the task's own where it is nobody's of that name."""
    found = {row[0] for row in connection.execute(
        _LANE, {"lanes": lanes(task_id, seats), "input_id": input_id, "labeler": labeler}
    )}  # fmt: skip
    return next((lane_id for lane_id in lanes(task_id, seats) if lane_id in found), task_id)


def progress_asked(
    task_id: str, *, labeler: str | None = None, reviewer: str | None = None, seats: int = 1
) -> Question[Progress]:
    """Ask for the counts of a task, or of what is somebody's in it."""
    return Question(
        _tallies(task_id, seats),
        lambda found: _counted(
            row
            for rows in found
            for row in rows
            if (labeler is None or row["labeler"] == labeler) and (reviewer is None or row["reviewer"] == reviewer)
        ),
    )


def _tallies(task_id: str, seats: int) -> tuple[Asked, ...]:
    return tuple(Asked(_TALLY, {"lane": lane_id}) for lane_id in lanes(task_id, seats))


def progresses(connection: sa.Connection) -> dict[str, Progress]:
    """Give the counts of every task, in one question."""
    by_task: dict[str, list[sa.RowMapping]] = {}
    for row in connection.execute(sa.select(tally)).mappings():
        by_task.setdefault(row["task_id"], []).append(row)
    return {task_id: _counted(rows) for task_id, rows in by_task.items() if not seat_of(task_id)}


def errands(connection: sa.Connection, person: str) -> dict[str, Errands]:
    """Give what is somebody's to do in the tasks that are shared out, in one question; others are left out."""
    mine = sa.or_(tally.c.labeler == person, tally.c.reviewer == person)
    found: dict[str, Errands] = {}
    for row in connection.execute(sa.select(tally).where(mine, tally.c.shelf == IN_QUEUE)).mappings():
        task_id = row["task_id"].partition("~")[0]
        before = found.get(task_id, Errands())
        left = row["n"] if row["labeler"] == person and row["state"] in LEFT else 0
        ready = row["n"] if row["reviewer"] == person and row["state"] == SUBMITTED else 0
        found[task_id] = Errands(before.to_label + left, before.to_review + ready)
    return found


def shares_asked(task_id: str, seats: int = 1) -> Question[list[Share]]:
    """Ask how many inputs are with whom, in which state."""
    return Question(_tallies(task_id, seats), lambda found: _shares(row for rows in found for row in rows))


def _shares(rows: Iterable[Mapping[Any, Any]]) -> list[Share]:
    found: dict[tuple[int, str, str, str], int] = {}
    for row in rows:
        lost = row["shelf"] == UNREADABLE and row["state"] not in DONE
        key = seat_of(row["task_id"]), row["labeler"], row["reviewer"], "unreadable" if lost else row["state"]
        if row["shelf"] != REMOVED and row["n"]:
            found[key] = found.get(key, 0) + row["n"]
    return [Share(*key, count=found[key]) for key in sorted(found)]


def _counted(rows: Iterable[Mapping[Any, Any]]) -> Progress:
    counted = dict.fromkeys((WAITING, SKIPPED, SUBMITTED, APPROVED, REJECTED, BACKLOG), 0)
    unreadable = 0
    for row in rows:
        if row["shelf"] == UNREADABLE and row["state"] not in DONE:
            unreadable += row["n"]
        elif row["shelf"] != REMOVED:
            counted[row["state"]] += row["n"]
    return Progress(total=sum(counted.values()) + unreadable, unreadable=unreadable, **counted)


def _assignment(row: Mapping[Any, Any]) -> Assignment:
    found = from_row("assignment", row)
    if not isinstance(found, Assignment):
        raise TypeError(type(found))
    return found
