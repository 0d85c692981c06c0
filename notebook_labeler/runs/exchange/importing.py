"""Bringing what a file says into a task: matched to inputs, placed on the pictures, written as one undoable group."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from ...domain.geometry import BOX, POLYGON, Polygon, Region
from ...domain.inputs import Input, is_url
from ...domain.names import name_key, new_id
from ...domain.operations import Change, Operation
from ...domain.records import Concept
from ...domain.tasks import TaskSettings, one_of
from ...errors import BadInput, Conflict, UnreadableInput
from ...formats.records import Collection, Label, Picture, Problem
from ...media.image import ImageInfo, probe
from ...store.journal import Journal
from .matching import Matcher
from .placing import AUTO, FRAMES, placed
from .planning import Planner
from .results import Imported

T = TypeVar("T")
Source = Callable[[Input], Path | bytes]  # gives an input's file
KIND = "import"
CHANGES = 5_000  # written in one transaction
_TRIES = 3


@dataclass(frozen=True)
class Wishes:
    """How an import is to be done.

    Parameters
    ----------
    add_concepts
        Take classes that the task does not have into the task; else their labels are left out and counted.
    submit
        Hand in the inputs that the file speaks of, also those without a label.
    shape
        Make every region a ``box`` (its bounds) or a ``polygon`` (a box's corners); as the file has them unless told.
    frame
        Of which picture the file speaks where EXIF turns it: ``auto``, ``upright`` or ``stored``.
    """

    add_concepts: bool = False
    submit: bool = False
    shape: str | None = None
    frame: str = AUTO

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        one_of("frame", self.frame, FRAMES)
        if self.shape is not None:
            one_of("shape", self.shape, (BOX, POLYGON))


@dataclass
class Importer:
    """Imports one collection into one task. `source` gives the file of an input, for its size."""

    journal: Journal
    source: Source
    task_id: str
    actor: str
    wishes: Wishes = field(default_factory=Wishes)
    group: str = field(default_factory=new_id)
    problems: list[Problem] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def bring(self, collection: Collection, format: str) -> Imported:
        """Write all that can be written, and tell what came of it.

        Raises
        ------
        BadInput
            The file has regions alone, and the task labels whole pictures.
        Conflict
            Somebody else works on the very same inputs and does not stop.
        """
        record = self.journal.task(self.task_id)
        settings = TaskSettings.loads(record.settings)
        if not settings.objects and _only_regions(collection):
            raise BadInput(
                f"expected labels of whole pictures for the {settings.kind} task {record.name!r:.80}, "
                "got regions alone; import them into a task of kind detection or segmentation."
            )
        self.problems += collection.problems
        settings = _patiently(lambda: self._take_in(collection.concepts if self.wishes.add_concepts else ()))
        concepts = {c.concept_key: c.name for c in self.journal.concepts().values() if not c.deleted}
        planner = Planner(self.task_id, self.actor, settings, concepts, time.time_ns() // 1000)
        found = self._gathered(collection, settings)
        for page in _pages(found):
            planner = _patiently(lambda page=page, planner=planner: self._write(page, planner))  # type: ignore[misc]
        self.problems += planner.problems
        return Imported(
            task=record.name,
            format=format,
            pictures=planner.inputs,
            annotations=planner.added,
            known=planner.known,
            submitted=planner.submitted,
            unknown=dict(self.unknown),
            issues=tuple(self.problems),
        )

    def _take_in(self, names: tuple[str, ...]) -> TaskSettings:
        """Put concepts on the list of the task, and see to it that the project has all that are on it."""
        record, have = self.journal.task(self.task_id), self.journal.concepts()
        settings = TaskSettings.loads(record.settings)
        listed = set(map(name_key, settings.concepts))
        fresh = [have[k].name if (k := name_key(n)) in have and not have[k].deleted else n for n in names]
        wanted = settings.changed(concepts=(*settings.concepts, *(n for n in fresh if name_key(n) not in listed)))
        changes = [Change(record, record.changed(settings=wanted.dumps()))] if wanted != settings else []
        for name in wanted.concepts:
            before = have.get(name_key(name))
            if before is None:
                changes.append(Change(None, Concept.named(name, by=self.actor)))
            elif before.deleted:
                changes.append(Change(before, before.changed(deleted=False)))
        self.journal.commit(self._operation(changes))
        return wanted

    def _gathered(self, collection: Collection, settings: TaskSettings) -> list[tuple[str, str, list[Label]]]:
        """Give what is to be written by input: its id, its picture's name, its labels on the upright picture."""
        matcher = Matcher(self.journal.inputs())
        listed = {name_key(name) for name in settings.concepts}
        found: dict[str, tuple[str, str, list[Label]]] = {}
        for picture in collection.pictures:
            try:
                one = matcher.match(picture.name, *picture.aliases)
                labels, clipped = placed(picture, self._info(one, picture), self.wishes.frame)
            except BadInput as error:
                self.problems.append(Problem(picture.name, "", str(error)))
                continue
            self.problems += clipped
            kept = found.setdefault(one.input_id, (one.input_id, picture.name, []))[2]
            kept += [shaped for label in labels if (shaped := self._fitting(label, picture.name, settings, listed))]
        return list(found.values())

    def _info(self, one: Input, picture: Picture) -> ImageInfo | None:
        """Read a picture's header; None if it cannot be opened, or is far away and the file says its size."""
        if is_url(one.uri) and picture.width and picture.height:
            return None
        try:
            return probe(self.source(one), name=one.name)
        except UnreadableInput:
            return None

    def _fitting(self, label: Label, name: str, settings: TaskSettings, listed: set[str]) -> Label | None:
        if (label.region is not None) != settings.objects:
            what = "a label of the whole picture" if label.region is None else "a region"
            self.problems.append(Problem(name, "", f"{label.concept!r} is {what}; the task does not have such."))
            return None
        if name_key(label.concept) not in listed:
            self.unknown[label.concept] += 1
            return None
        return label if self.wishes.shape is None else replace(label, region=_shaped(label.region, self.wishes.shape))

    def _write(self, page: list[tuple[str, str, list[Label]]], planner: Planner) -> Planner:
        """Commit a page of inputs, and give the planner that has counted it."""
        trial = replace(planner, problems=[*planner.problems])
        scenes = self.journal.scenes(self.task_id, [input_id for input_id, _, _ in page])
        operations = []
        for input_id, name, labels in page:
            changes = trial.changes(scenes.get(input_id), labels, name, submit=self.wishes.submit)
            operations.append(self._operation(changes, input_id))
        self.journal.commit(*operations)
        return trial

    def _operation(self, changes: list[Change], input_id: str = "") -> Operation | None:
        return Operation.of(KIND, changes, actor=self.actor, task_id=self.task_id, input_id=input_id, group=self.group)


def _patiently(write: Callable[[], T]) -> T:
    """Do it again, a few times, when somebody else has just changed what it is about."""
    for _ in range(_TRIES - 1):
        try:
            return write()
        except Conflict:
            continue
    return write()


def _only_regions(collection: Collection) -> bool:
    regions = [label.region for picture in collection.pictures for label in picture.labels]
    return bool(regions) and all(region is not None for region in regions)


def _pages(found: list[tuple[str, str, list[Label]]]) -> Iterator[list[tuple[str, str, list[Label]]]]:
    """Cut into pages of about as many changes as one transaction takes, without cutting an input."""
    page: list[tuple[str, str, list[Label]]] = []
    many = 0
    for one in found:
        page.append(one)
        many += len(one[2]) + 1
        if many >= CHANGES:
            yield page
            page, many = [], 0
    if page:
        yield page


def _shaped(region: Region | None, shape: str) -> Region | None:
    if region is None or region.shape == shape:
        return region
    if shape == BOX:
        return region.bounds
    x0, y0, x1, y1 = region.bounds.corners
    return Polygon(((x0, y0, x1, y0, x1, y1, x0, y1),))
