"""What a reviewer sees and may do at one moment: a labeler's state, and what makes it a review."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.assignments import APPROVED, REJECTED, SUBMITTED
from ..domain.history import Told
from ..domain.inputs import Input
from ..domain.records import Annotation, Assignment, Prelabel
from ..domain.reviewing import HANDED_IN
from .state import LabelState

SIZES = (12, 24, 48)  # inputs on a sheet


@dataclass(frozen=True)
class Share:
    """How far a reviewer is: inputs by state. What cannot be opened is in none of the numbers."""

    total: int = 0
    left: int = 0  # handed in, to review
    approved: int = 0
    rejected: int = 0  # sent back, and not handed in again yet

    @property
    def reviewed(self) -> int:
        """How many were judged."""
        return self.approved + self.rejected

    @property
    def coming(self) -> int:
        """How many were not handed in yet."""
        return self.total - self.left - self.reviewed

    @classmethod
    def of(cls, counts: dict[str, int]) -> Share:
        """Make it of counts by state."""
        return cls(sum(counts.values()), *(counts.get(state, 0) for state in (SUBMITTED, APPROVED, REJECTED)))


@dataclass(frozen=True)
class Card:
    """One input on a sheet. `seen` tells whether it is still as it was (`domain.reviewing.seen`)."""

    input: Input
    assignment: Assignment
    labels: tuple[Annotation, ...]
    seen: str
    prelabel: Prelabel | None = None  # the mark of the run that wrote to it last


@dataclass(frozen=True)
class Sheet:
    """The next inputs to approve at once, but for those that were taken out.

    `aside` were taken out of sheets before this one: they come when nothing else is left.
    """

    size: int = SIZES[1]
    cards: tuple[Card, ...] = ()
    taken_out: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()

    @property
    def kept(self) -> tuple[Card, ...]:
        """What approve-all approves."""
        return tuple(card for card in self.cards if card.input.input_id not in self.taken_out)


@dataclass(frozen=True)
class ReviewState(LabelState):
    """Everything of a review that a view can show."""

    rev: int = 0  # the journal's revision of which the labels are shown
    share: Share = Share()
    history: tuple[Told, ...] = ()  # what happened to the input at hand, oldest first
    comments: tuple[str, ...] = ()  # given lately, the last first
    grid: bool = False  # whether the sheet is looked at, instead of one input
    sheet: Sheet = Sheet()

    @property
    def assignment(self) -> Assignment | None:
        """Where the input at hand stands: its labeler, its comment."""
        return None if self.desk is None else self.desk.scene.assignment

    @property
    def labeler(self) -> str:
        """Whose work it is."""
        return self.assignment.labeler if self.assignment else ""

    @property
    def comment(self) -> str:
        """What was said when it was sent back last, until it is approved."""
        return self.assignment.comment if self.assignment else ""

    @property
    def judgeable(self) -> bool:
        """Whether the input at hand was handed in."""
        return self.assignment is not None and self.assignment.state in HANDED_IN

    @property
    def nothing(self) -> str:
        """What is said where there is no input at hand."""
        if not self.share.total:
            return "Your share of this task is empty. The inputs that it is given appear here by themselves."
        if self.share.reviewed + self.share.left:
            return "Everything that was handed in is reviewed. What comes next appears here by itself."
        return "Nothing was handed in yet. What labelers submit appears here by itself."
