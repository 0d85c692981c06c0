"""Which state of an input in a task may follow which. The one table; code asks it."""

from __future__ import annotations

from ..errors import BadInput
from .records import Assignment

BACKLOG, WAITING, SKIPPED, SUBMITTED = "backlog", "waiting", "skipped", "submitted"
APPROVED, REJECTED = "approved", "rejected"
STATES = (BACKLOG, WAITING, SKIPPED, SUBMITTED, APPROVED, REJECTED)

MOVES: dict[str, frozenset[str]] = {
    BACKLOG: frozenset({WAITING}),
    WAITING: frozenset({BACKLOG, SKIPPED, SUBMITTED}),
    SKIPPED: frozenset({WAITING, SUBMITTED}),
    SUBMITTED: frozenset({WAITING, SUBMITTED, APPROVED, REJECTED}),
    REJECTED: frozenset({SKIPPED, SUBMITTED, APPROVED, WAITING}),
    APPROVED: frozenset({WAITING, SUBMITTED, REJECTED}),
}
DONE = frozenset({SUBMITTED, APPROVED})
LEFT = frozenset({WAITING, REJECTED})
UNBEGUN = frozenset({BACKLOG, WAITING})
OUT = tuple(state for state in STATES if state != BACKLOG)  # what a labeler comes by; the backlog is not handed out yet


def lane(task_id: str, seat: int = 0) -> str:
    """Give the id under which the labels of a seat are kept: the task's own, or that of second opinions.

    >>> lane("t"), lane("t", 1)
    ('t', 't~1')
    """
    return f"{task_id}~{seat}" if seat else task_id


def lanes(task_id: str, seats: int) -> tuple[str, ...]:
    """Give the ids of all seats of a task, its own first."""
    return tuple(lane(task_id, seat) for seat in range(max(1, seats)))


def seat_of(lane_id: str) -> int:
    """Give the seat that an id is of.

    >>> seat_of("t"), seat_of("t~2")
    (0, 2)
    """
    _, mark, seat = lane_id.rpartition("~")
    return int(seat) if mark and seat.isdecimal() else 0


def moved(assignment: Assignment, state: str) -> Assignment:
    """Give the assignment in its next state.

    Raises
    ------
    BadInput
        The table has no such move.
    """
    refuse_move(assignment.state, state)
    return assignment if state == assignment.state else assignment.changed(state=state)


def refuse_move(before: str, after: str) -> None:
    """Refuse (`BadInput`) a move that the table does not have; staying is fine."""
    if after not in MOVES[before] and after != before:
        allowed = ", ".join(sorted(MOVES[before]))
        raise BadInput(f"an input that is {before} cannot become {after}; it can become {allowed}.")
