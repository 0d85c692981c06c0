"""What a task holds, now or in a version, as records: objects, empty pictures that were handed in, and the concepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...domain.assignments import DONE
from ...domain.geometry import Box, Polygon, Region
from ...domain.inputs import Input
from ...domain.names import name_key
from ...domain.operations import Event
from ...domain.records import Assignment, TaskRecord
from ...domain.tasks import TaskSettings
from ...errors import BadInput, UnreadableInput
from ...formats.records import Collection, Label, Picture, Problem
from ...media.image import probe
from ...store.journal import Journal
from .matching import relative_names

if TYPE_CHECKING:
    from ...store.versions import Version

Source = Callable[[Input], Path | bytes]
_COLUMNS = ("annotation_id", "input_id", "concept", "box", "polygon", "score", "attributes", "created_at")


@dataclass
class Export:
    """The records of a task, and the input behind each picture by its name."""

    collection: Collection
    inputs: dict[str, Input]


@dataclass
class Exporter:
    """Makes records of a task. `source` gives the file of an input, for its size."""

    journal: Journal
    source: Source
    task_id: str
    version: Version | None = None
    problems: list[Problem] = field(default_factory=list)
    _turned: list[str] = field(default_factory=list)

    def export(self) -> Export:
        """Give the task's records: in the order of its inputs, each input's objects in the order of their making.

        Raises
        ------
        BadInput
            There is nothing to export, or the version is of another task.
        """
        settings, done = self._then()
        labels = self._labels()
        inputs = [one for one in self.journal.inputs() if one.input_id in labels or one.input_id in done]
        if not inputs:
            raise BadInput("expected annotations or inputs handed in, got none; label something first.")
        if not labels:
            self.problems.append(Problem("", "", "there is not one object: only empty pictures were exported."))
        names = relative_names(self.journal.inputs())
        pictures = [self._picture(one, names[one.input_id], tuple(labels.get(one.input_id, ()))) for one in inputs]
        if self._turned:
            reason = "is turned by EXIF; sizes and regions are those of the upright picture."
            self.problems += [Problem(name, "", reason) for name in self._turned]
        listed = {name_key(name): name for name in settings.concepts}
        others = {label.concept for picture in pictures for label in picture.labels}
        listed |= {name_key(name): name for name in sorted(others) if name_key(name) not in listed}
        found = Collection(tuple(pictures), tuple(listed.values()), tuple(self.problems))
        return Export(found, {names[one.input_id]: one for one in inputs})

    def _labels(self) -> dict[str, list[Label]]:
        """Give the labels by input, those made first first."""
        import pyarrow.compute as pc

        if self.version is None:
            table = self.journal.annotations(self.task_id)
        else:
            table = self.version.arrow()
            table = table.filter(pc.equal(table["task_id"], self.task_id))
        found: dict[str, list[Label]] = {}
        table = table.select(_COLUMNS).sort_by([("created_at", "ascending"), ("annotation_id", "ascending")])
        for row in table.to_pylist():
            label = Label(row["concept"], _region(row), row["score"], row["attributes"] or "")
            found.setdefault(row["input_id"], []).append(label)
        return found

    def _then(self) -> tuple[TaskSettings, set[str]]:
        """Give the task's settings and the inputs handed in, as they were when the version was saved, or are now."""
        settings = self.journal.task(self.task_id).settings
        line = self.journal.queue(self.task_id, states=DONE, limit=2**31)
        done = {one.input_id for one in line}
        if self.version is not None:
            seen: set[tuple[str, ...]] = set()  # the first change since tells what was there before
            for event in self._events_since(self.version.journal_rev):
                for change in event.operation.changes:
                    own = isinstance(change.after, Assignment | TaskRecord) and change.after.task_id == self.task_id
                    if not own or change.after.key in seen:
                        continue
                    seen.add(change.after.key)
                    if isinstance(change.before, TaskRecord):
                        settings = change.before.settings
                    elif isinstance(change.after, Assignment):
                        was_done = isinstance(change.before, Assignment) and change.before.state in DONE
                        (done.add if was_done else done.discard)(change.after.input_id)
        return TaskSettings.loads(settings), done

    def _events_since(self, rev: int) -> Iterator[Event]:
        while page := self.journal.events(after=rev):  # of all tasks: settings are changed by the project
            yield from page
            rev = page[-1].rev

    def _picture(self, one: Input, name: str, labels: tuple[Label, ...]) -> Picture:
        try:
            info = probe(self.source(one), name=one.name)
        except UnreadableInput as error:
            self.problems.append(Problem(name, "", f"its size is not known: {error}"))
            return Picture(name, labels=labels)
        if info.orientation != 1:
            self._turned.append(name)
        return Picture(name, info.width, info.height, labels)


def _region(row: dict[str, Any]) -> Region | None:  # Any: a row of annotations
    if row["box"] is not None:
        return Box(*row["box"])
    return Polygon(tuple(map(tuple, row["polygon"]))) if row["polygon"] else None
