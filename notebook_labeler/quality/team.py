"""What each person's work came to: handed in, approved, sent back, and the time it took, told by the actions alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from ..domain.actions import SECOND_OPINION, Action
from ..domain.history import REDO, SUBMIT
from ..domain.reviewing import APPROVE, REJECT
from .intervals import wilson

REOPEN = "reopen"
BREAK_S = 300  # seconds without an action of a person after which they are taken to have been away
RUN = "prelabel"
NO_WORK = frozenset({"import", RUN})  # what a program did in a person's name
FIXES = frozenset({"accept", "accept all", "add", "delete", "draw", "edit", "paste", "rename", "uncheck"})
_SECOND = 1_000_000  # microseconds
_Place = tuple[str, str]  # an input, and whose further opinion of it (empty: the labels that count)


@dataclass(frozen=True)
class Figures:
    """What one person did in a task. What was undone does not count, but for the time.

    Parameters
    ----------
    person
        Their name.
    submitted
        How many inputs they handed in, and nobody reopened.
    approved
        How many of these are approved now.
    approved_at_once
        How many of these were never rejected and not corrected by the reviewer either.
    rejected
        How often one of theirs was sent back.
    judged
        How many of theirs have a first verdict.
    low, high
        The 95% interval of `rate` (Wilson).
    active_seconds
        Time between consecutive actions in this task, but for breaks of more than `BREAK_S`.
    seconds_per_input
        Median active time of an input that they handed in; NaN where none was measured.
    reviewed
        How many inputs they approved or rejected.
    """

    person: str
    submitted: int = 0
    approved: int = 0
    approved_at_once: int = 0
    rejected: int = 0
    judged: int = 0
    low: float = math.nan
    high: float = math.nan
    active_seconds: float = 0.0
    seconds_per_input: float = math.nan
    reviewed: int = 0

    @property
    def rate(self) -> float:
        """The share of the judged that were approved at once; NaN before the first verdict."""
        return self.approved_at_once / self.judged if self.judged else math.nan


def figures(actions: Sequence[Action]) -> dict[str, Figures]:
    """Give the figures of everybody who did something, by name.

    Parameters
    ----------
    actions
        Those of one task, in the order in which they were committed.

    Examples
    --------
    >>> done = [("add", "ana", 0), ("submit", "ana", 9), ("approve", "ben", 20)]
    >>> found = figures([Action(who, kind, "input", at * 1_000_000) for kind, who, at in done])
    >>> found["ana"].approved_at_once, found["ana"].seconds_per_input, found["ben"].reviewed
    (1, 9.0, 1)
    """
    courses: dict[_Place, _Course] = defaultdict(_Course)
    for action in standing(actions):
        courses[_place(action)].follow(action)
    spent = _spent(actions)
    return {person: _figures(person, courses, spent.get(person, {})) for person in sorted(_people(actions))}


def _people(actions: Sequence[Action]) -> set[str]:
    """Give who did something. A run writes, and is undone, in a name that is nobody's."""
    runs = {action.group for action in actions if action.kind == RUN}
    return {action.person for action in actions if action.kind != RUN and action.undo_of not in runs}


def standing(actions: Sequence[Action]) -> list[Action]:
    """Give the actions that were not undone, or were and are redone; of several words the newest counts."""
    said = {action.undo_of: action.kind == REDO for action in actions if action.undo_of}
    return [action for action in actions if not action.undo_of and said.get(action.group, True)]


def _place(action: Action) -> _Place:
    return action.input_id, action.person if action.kind.endswith(SECOND_OPINION) else ""


@dataclass
class _Course:
    """What became of one input: who handed it in last, and what was said of it."""

    owner: str | None = None
    approved: bool = False
    fixed: bool = False
    handed_in: set[str] = field(default_factory=set)
    rejected: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    reviewers: set[str] = field(default_factory=set)

    def follow(self, action: Action) -> None:
        person, kind = action.person, action.kind.removesuffix(SECOND_OPINION)
        if kind == SUBMIT:
            self.owner, self.approved, self.fixed = person, False, False
            self.handed_in.add(person)
        elif kind == REOPEN:
            self.handed_in.discard(self.owner or "")
            self.owner, self.approved = None, False
        elif kind in (APPROVE, REJECT):
            self.reviewers.add(person)
            self.approved = kind == APPROVE
            if kind == REJECT and self.owner is not None:
                self.rejected[self.owner] += 1
        elif kind in FIXES and person != self.owner:
            self.fixed = True

    def is_approved(self, person: str) -> bool:
        return self.approved and self.owner == person


def _figures(person: str, courses: dict[_Place, _Course], spent: dict[_Place, int]) -> Figures:
    own = {place: course for place, course in courses.items() if person in course.handed_in}
    approved = [course for course in own.values() if course.is_approved(person)]
    at_once = sum(not course.fixed and not course.rejected.get(person) for course in approved)
    judged = sum(course.is_approved(person) or bool(course.rejected.get(person)) for course in own.values())
    low, high = wilson(at_once, judged)
    times = [spent[place] for place in own if place in spent]
    return Figures(
        person,
        submitted=len(own),
        approved=len(approved),
        approved_at_once=at_once,
        rejected=sum(course.rejected.get(person, 0) for course in courses.values()),
        judged=judged,
        low=low,
        high=high,
        active_seconds=sum(spent.values()) / _SECOND,
        seconds_per_input=median(times) / _SECOND if times else math.nan,
        reviewed=sum(person in course.reviewers for course in courses.values()),
    )


def _spent(actions: Iterable[Action]) -> dict[str, dict[_Place, int]]:
    """Give the microseconds that each person spent on each input: those before an action belong to its input."""
    last: dict[str, int] = {}
    spent: dict[str, dict[_Place, int]] = {}
    for action in actions:
        if action.kind in NO_WORK:
            continue
        gap = action.at_us - last.get(action.person, action.at_us)
        if 0 < gap <= BREAK_S * _SECOND:
            own = spent.setdefault(action.person, defaultdict(int))
            own[_place(action)] += gap
        last[action.person] = action.at_us
    return spent
