"""What the task board shows at one moment: one frozen value, from which every view paints itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..domain.status import done_share, status, why_no_labeling, why_no_review, why_not_mine
from ..domain.tasks import TaskSettings
from ..store.queue import Errands, Progress
from .drafting import Draft
from .robots import Robots
from .state import Notice

UNDO = "undo"  # the kind of a notice beside which Undo is offered
MOST_SAID = 60  # characters of a task's name in a sentence
LABEL, REVIEW, PRELABEL = "label", "review", "prelabel"  # what may stand in the place of the list


def said(name: str) -> str:
    """Give a task's name as a sentence has room for it."""
    return name if len(name) <= MOST_SAID else f"{name[: MOST_SAID - 1]}…"


@dataclass(frozen=True)
class Work:
    """What a machine is doing for a task: so many of so many, if that is known."""

    what: str
    done: int = 0
    total: int | None = None


@dataclass(frozen=True)
class TaskLine:
    """One task of the list."""

    task_id: str
    name: str
    settings: TaskSettings
    dataset: str  # its name; empty: all inputs
    counts: Progress = field(default_factory=Progress)
    created_us: int = 0
    created_by: str = ""
    work: Work | None = None
    actor: str = ""  # who looks
    mine: Errands = field(default_factory=Errands)  # what is theirs to do, where it is shared out

    @cached_property
    def status(self) -> str:
        """How far it is, in a word."""
        return status(self.counts, reviewed=bool(self.settings.reviewers))

    @cached_property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return done_share(self.counts, reviewed=bool(self.settings.reviewers))

    @property
    def no_label(self) -> str:
        """Why Label is inactive; empty where it is not."""
        people, counts = self.settings.labelers, self.counts
        return why_no_labeling(counts) or why_not_mine(
            self.actor, people, self.mine.to_label, counts.waiting + counts.rejected, verb="label"
        )

    @property
    def no_review(self) -> str:
        """Why Review is inactive; empty where it is not."""
        people, counts = self.settings.reviewers, self.counts
        return why_no_review(counts) or why_not_mine(
            self.actor, people, self.mine.to_review, counts.submitted, verb="review"
        )


@dataclass(frozen=True)
class DatasetLine:
    """One dataset to choose."""

    dataset_id: str
    name: str
    inputs: int


@dataclass(frozen=True)
class Form:
    """The form on the screen. `number` grows with each opening; `task_id` is empty for a new task."""

    number: int
    task_id: str = ""
    draft: Draft = field(default_factory=Draft)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """The widget that stands in the place of the list."""

    what: str
    task_id: str
    name: str


@dataclass(frozen=True)
class BoardState:
    """Everything that the board can show."""

    project: str
    actor: str
    inputs: int = 0  # of the project
    lines: tuple[TaskLine, ...] = ()
    people: tuple[str, ...] = ()
    datasets: tuple[DatasetLine, ...] = ()
    concepts: tuple[str, ...] = ()
    form: Form | None = None
    robots: Robots = field(default_factory=Robots)
    opened: Opened | None = None
    deleted: tuple[str, str] | None = None  # id and name of the task that Undo would bring back
    notice: Notice | None = None

    def line(self, task_id: str) -> TaskLine | None:
        """Give the line of a task."""
        return next((line for line in self.lines if line.task_id == task_id), None)
