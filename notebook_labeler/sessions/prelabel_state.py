"""What one sees of pre-labeling at one moment: one frozen value, from which the widget paints itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..domain.records import RUNNING, STOPPED, Run
from ..runs.ledger import same
from ..runs.totals import Totals
from ..runs.undoing import TakenBack
from .state import LOADING, READY, LabelState

NOBODY = "idle"  # no run yet
LYING = "left"  # a run whose kernel is gone


@dataclass(frozen=True)
class Warned:
    """That a run would take more than is left of the month (F09): `wanted` inputs, of which `left` are allowed."""

    wanted: int
    left: int


@dataclass(frozen=True)
class Aside:
    """What goes on beside: ``undo`` of a run, or ``to_waiting``; so many inputs done."""

    what: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class PrelabelState:
    """Everything of a pre-labeling session that a view can show.

    `mapping` is the side of the model and its table. Counts are inputs: `open` wait and are not pre-labeled in this
    connection of the dataset. `phase` is ``idle`` (no run yet), ``running``, ``stopped``, ``finished``, ``failed``, or
    ``left`` (its kernel is gone). `rate` is inputs per second.
    """

    mapping: LabelState
    low: float = 0.0
    high: float = 1.0
    waiting: int = 0
    open: int = 0
    backlog: int = 0
    limit: int | None = None
    used: int = 0
    run: Run | None = None
    phase: str = NOBODY
    rate: float = 0.0
    left_s: float | None = None
    warned: Warned | None = None
    aside: Aside | None = None
    undone: TakenBack | None = None
    undoable: bool = False
    failed: tuple[tuple[str, str], ...] = ()  # the first inputs that the run failed on, and why
    names: Mapping[str, str] = field(default_factory=dict)  # of the first of these
    family: str = ""  # of the model: what stays the same when a function is defined anew

    @property
    def left(self) -> int | None:
        """How many inputs may still be pre-labeled this month; None: as many as there are."""
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def marked(self) -> int:
        """How many of the waiting inputs are pre-labeled already."""
        return max(0, self.waiting - self.open)

    @property
    def running(self) -> bool:
        """Whether a run goes on, in whatever kernel."""
        return self.phase == RUNNING

    @property
    def continues(self) -> bool:
        """Whether Start goes on with the run before: one of this model, as far as it is known yet."""
        if self.run is None or self.phase not in (STOPPED, LYING) or self.undone:
            return False
        assist, connection = self.mapping.assist, self.mapping.settings.connection
        return assist.phase != READY or same(self.run, assist.key, self.family, connection)

    @property
    def done(self) -> int:
        """How many inputs the run has dealt with."""
        return 0 if self.run is None else self.run.labeled + self.run.skipped + self.run.failed

    @property
    def totals(self) -> Totals | None:
        """What came of the run so far."""
        return None if self.run is None else Totals.of(self.run, self.failed)

    @property
    def why_not(self) -> str:
        """Why Start cannot be pressed; empty where it can."""
        assist = self.mapping.assist
        if self.running:
            return "A run is going on over this task."
        if self.aside is not None:
            return "Something else is going on; it ends in a moment."
        if self.left == 0:
            return f"This month's limit of {self.limit:,} is used up."
        if assist.phase == LOADING:
            return "The model is being loaded."
        if assist.phase != READY:
            return assist.message or "Choose a model first."
        if not self.open:
            return "Nothing waits that is not pre-labeled."
        if not any(line.mapped for line in self.mapping.mapping) and self.mapping.settings.suggest != "all":
            return "No class of the model feeds a concept of the task yet."
        return ""
