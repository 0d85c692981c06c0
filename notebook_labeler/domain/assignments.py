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
    APPROVED: frozenset({WAITING, REJECTED}),
}
DONE = frozenset({SUBMITTED, APPROVED})
LEFT = frozenset({WAITING, REJECTED})


def moved(assignment: Assignment, state: str) -> Assignment:
    """Give the assignment in its next state.

    Raises
    ------
    BadInput
        The table has no such move.
    """
    if state not in MOVES[assignment.state] and state != assignment.state:
        allowed = ", ".join(sorted(MOVES[assignment.state]))
        raise BadInput(f"an input that is {assignment.state} cannot become {state}; it can become {allowed}.")
    return assignment if state == assignment.state else assignment.changed(state=state)
