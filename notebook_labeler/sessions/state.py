"""What a labeler sees and may do at one moment: one frozen value, from which every view paints itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..domain import objects
from ..domain.concept_map import Link, Match, Suggestion
from ..domain.geometry import Box, Polygon
from ..domain.inputs import Input
from ..domain.label_mapping import ClassLine, class_lines
from ..domain.labeling import Desk
from ..domain.objects import Group, Thing
from ..domain.predictions import Vocabulary
from ..domain.records import Annotation
from ..domain.rows import SUGGESTED, Lens, Row, awaiting, counted, rows, shown
from ..domain.shares import no_share
from ..domain.tasks import SINGLE, TaskSettings

OFF, LOADING, PREDICTING, READY, FAILED, CANCELLED = "off", "loading", "predicting", "ready", "failed", "cancelled"
SAVED, SAVING, UNSAVED = "saved", "saving", "unsaved"
INFO, ERROR = "info", "error"
DERIVED_FROM = ("desk", "suggestions", "lens", "hidden", "settings")
DERIVED = ("rows", "groups", "objects", "acceptable", "awaiting")  # of a state, kept once somebody has asked


@dataclass(frozen=True)
class Assist:
    """The help a model gives. `phase` is off, loading, predicting, ready, failed or cancelled; `message` says why."""

    on: bool = False
    model: str = ""  # the name as chosen: "toys", "timm/resnet18.a1_in1k", "my_function"
    key: str = ""  # the fingerprint under which its predictions are kept
    vocabulary: Vocabulary | None = None
    phase: str = OFF
    message: str = ""
    on_demand: frozenset[str] = frozenset()  # shapes that it gives once a concept is drawn so

    @property
    def waiting(self) -> bool:
        """Whether something is under way that can be cancelled."""
        return self.phase in (LOADING, PREDICTING)


@dataclass(frozen=True)
class MappingLine:
    """One own concept in the mapping tab: what feeds it, and what is recommended."""

    concept: str
    links: tuple[Link, ...] = ()
    recommended: tuple[Match, ...] = ()

    @property
    def mapped(self) -> bool:
        """Whether anything feeds it: green, else red."""
        return bool(self.links)


@dataclass(frozen=True)
class Progress:
    """How far the task is. Unreadable inputs are in none of the other numbers."""

    total: int = 0
    done: int = 0
    left: int = 0
    skipped: int = 0
    unreadable: int = 0
    per_minute: float = 0.0  # inputs handed in per minute by this session, 0 until there are two


@dataclass(frozen=True)
class Saving:
    """Whether what is on the screen is on disk. Only ``saved`` shows the tick."""

    phase: str = SAVED
    message: str = ""


@dataclass(frozen=True)
class Notice:
    """One sentence for the labeler; `number` grows, so that the same sentence twice is seen twice."""

    number: int
    text: str
    kind: str = INFO


@dataclass(frozen=True)
class Drawing:
    """What is being drawn: a concept, as ``box`` or ``polygon``."""

    concept: str
    shape: str


@dataclass(frozen=True)
class Proposal:
    """An outline that was found and is not accepted yet. `phase` is waiting, ready or failed; `message` says why."""

    input_id: str
    number: int  # grows with every question
    points: tuple[tuple[float, float, bool], ...] = ()  # x, y, whether on the object: source pixels
    box: Box | None = None
    tolerance: float = 1.0  # source pixels
    phase: str = "waiting"
    region: Polygon | None = None  # while waiting the one before
    message: str = ""


@dataclass(frozen=True)
class LabelState:
    """Everything of a labeling session that a view can show."""

    task_id: str
    task_name: str
    actor: str
    settings: TaskSettings
    input: Input | None = None  # None: nothing left, or nothing at all
    position: int = 0  # 0-based place of the input in the task
    rank: int = 0  # 0-based place among the inputs that are this person's: the same where the task is not shared out
    progress: Progress = Progress()
    desk: Desk | None = None
    suggestions: tuple[Suggestion, ...] = ()
    lens: Lens = field(default_factory=Lens)
    assist: Assist = Assist()
    mapping: tuple[MappingLine, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)  # what renaming has taught: folded name -> own concept
    concepts: tuple[str, ...] = ()  # every concept of the project, for "Select or add concepts"
    saving: Saving = Saving()
    away: str = ""  # why the database cannot be reached at the moment; empty where it can be
    notice: Notice | None = None
    undo: str | None = None  # what undo would take back ("accept"), None when nothing
    redo: str | None = None
    unreadable: str | None = None  # why the picture of this input cannot be shown
    hidden: frozenset[str] = frozenset()  # ids of objects and keys of concepts that are not drawn
    selected: tuple[str, ...] = ()  # ids of objects
    drawing: Drawing | None = None
    segmenter: str = "grabcut"  # what finds outlines
    proposal: Proposal | None = None

    def take_over(self, old: LabelState) -> None:
        """Spare deriving again what follows from the same: a selection or a notice changes no rows."""
        same = all(getattr(self, name) is getattr(old, name) for name in DERIVED_FROM)
        if same and self.assist.on == old.assist.on:
            for name in DERIVED:
                if name in vars(old):
                    vars(self).setdefault(name, vars(old)[name])

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the Classifications pane; none in a task of objects."""
        if self.desk is None or self.settings.objects:
            return ()
        return rows(self.desk, self.suggestions, self.lens)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The objects by concept, as the Objects pane has them; none in a task of whole inputs."""
        if self.desk is None or not self.settings.objects:
            return ()
        return objects.groups(self.desk, self.suggestions, self.lens, self.hidden)

    @cached_property
    def objects(self) -> dict[str, Thing]:
        """The objects by their id."""
        return {thing.object_id: thing for group in self.groups for thing in group.things}

    @property
    def count(self) -> int:
        """The number in "Classifications (9)" or "Objects (6)"."""
        return objects.counted(self.groups) if self.settings.objects else counted(self.rows)

    @cached_property
    def acceptable(self) -> tuple[Suggestion, ...]:
        """The suggestions that accept-all takes: what range and search show, but for the ambiguous ones.

        Where an input takes a single concept, that is the likeliest one.
        """
        if self.desk is None:
            return ()
        if self.settings.objects:
            proposed = [
                t.suggestion for t in self.objects.values() if t.state == SUGGESTED and not (t.ambiguous or t.hidden)
            ]
            return tuple(sorted((s for s in proposed if s is not None), key=lambda s: -s.score))
        found = tuple(s for s in shown(self.desk, self.suggestions, self.lens) if not s.ambiguous)
        return found[:1] if self.settings.choice == SINGLE else found

    @cached_property
    def awaiting(self) -> tuple[Annotation, ...]:
        """The pending annotations that accept-all says yes to: what `reach` shows, but for hidden objects."""
        return () if self.desk is None else awaiting(self.desk, self.reach, self.hidden)

    @property
    def reach(self) -> Lens:
        """What accept-all goes by: range and search; the search alone without assistance, where there is no range."""
        return self.lens if self.assist.on else replace(self.lens, low=0.0, high=1.0)

    @property
    def label_mapping(self) -> tuple[ClassLine, ...]:
        """The label-mapping table: a line per model class, in the model's order; nothing without a model."""
        vocabulary = self.assist.vocabulary
        if vocabulary is None:
            return ()
        links = [link for line in self.mapping for link in line.links]
        offers = [match for line in self.mapping for match in line.recommended]
        return class_lines(vocabulary.labels, links, offers, self.settings, vocabulary.shapes, self.renamed)

    @property
    def nothing(self) -> str:
        """What is said where there is no input at hand."""
        if self.progress.total:
            return "All inputs are done."
        if self.settings.labelers:
            return no_share(self.actor, self.settings)
        return "There is nothing to label yet. Add inputs to the project, then open this task again."

    @property
    def submitted(self) -> bool:
        """Whether the input at hand has been handed in."""
        return self.desk is not None and self.desk.scene.assignment.state in ("submitted", "approved")
