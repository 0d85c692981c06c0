"""Writing YOLO: text files beside each other, and a list of what they have no room for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..domain.geometry import Box, Polygon, Region
from ..domain.names import name_key
from ..errors import BadInput
from .records import Collection, Findings, Label, Picture, Written
from .rings import are_parts, outer
from .safe import inside, name_parts
from .yolo_names import FILE, written_names

LABELS, IMAGES = "labels", "images"
LIST, FILL, SPLIT = "list", "fill", "split"


def write(
    collection: Collection, folder: Path, *, bounds: bool = False, holes: str = LIST, parts: str = LIST
) -> Written:
    """Write ``data.yaml`` and ``labels/``; the pictures belong into ``images/``.

    As soon as one object is a polygon all are written as polygons, a box by its four corners: YOLO does not mix them.

    Parameters
    ----------
    collection
        What to write; classes are numbered in the order of its concepts.
    folder
        An empty folder.
    bounds
        Write the bounding boxes of polygons.
    holes
        Polygons with holes: ``list`` leaves them out and says so, ``fill`` writes them without the holes.
    parts
        Polygons of several parts: ``list`` leaves them out and says so, ``split`` writes each part as an object.

    Raises
    ------
    BadInput
        An option is none of these.
    """
    if holes not in (LIST, FILL) or parts not in (LIST, SPLIT):
        raise BadInput(f"expected holes= list or fill and parts= list or split, got {holes!r:.40} and {parts!r:.40}.")
    every = [label for picture in collection.pictures for label in picture.labels]
    polygons = not bounds and any(isinstance(label.region, Polygon) for label in every)
    writer = _Writer(folder, bounds, holes, parts, polygons)
    for name in (*collection.concepts, *(label.concept for label in every)):
        writer.spelled.setdefault(name_key(name), name)
    writer.numbers = {key: at for at, key in enumerate(writer.spelled)}
    (folder / LABELS).mkdir()
    for picture in collection.pictures:
        writer.picture(picture)
    (folder / FILE).write_text(written_names(tuple(writer.spelled.values())), encoding="utf-8")
    writer.sum_up(every)
    return Written((folder / FILE, *writer.files), tuple(writer.findings.problems))


@dataclass
class _Writer:
    folder: Path
    bounds: bool
    holes: str
    parts: str
    polygons: bool
    findings: Findings = field(default_factory=Findings)
    spelled: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def picture(self, picture: Picture) -> None:
        """Write the file of a picture."""
        if not (picture.width and picture.height):
            self.findings.note(picture.name, "", "was left out, for its size is not known.")
            return
        path = self._path(picture)
        if path is None:
            return
        lines = [
            self._line(label, region, picture) for label in picture.labels for region in self._regions(label, picture)
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
        self.files.append(path)

    def sum_up(self, labels: list[Label]) -> None:
        """Say what YOLO has no room for, once for all."""
        boxes = sum(isinstance(label.region, Box) for label in labels) if self.polygons else 0
        scores = sum(label.score is not None for label in labels)
        attributes = sum(bool(label.attributes) for label in labels)
        for many, what in (
            (boxes, "boxes were written as polygons of four corners, for YOLO does not mix the two."),
            (scores, "scores were left out, for YOLO has no room for them."),
            (attributes, "labels have attributes, which were left out, for YOLO has no room for them."),
        ):
            if many:
                self.findings.note("", "", f"{many:,} {what}")

    def _path(self, picture: Picture) -> Path | None:
        parts = name_parts(picture.name) or ("_",)
        stem = (*parts[:-1], PurePosixPath(parts[-1]).stem)
        path = inside(self.folder / LABELS, (*stem[:-1], f"{stem[-1]}.txt"))
        key = str(path).casefold()
        if key in self._taken:
            self.findings.note(picture.name, "", "was left out, for another picture has this name but for its ending.")
            return None
        self._taken.add(key)
        if path.relative_to(self.folder / LABELS).with_suffix("").parts != stem:
            self.findings.note(picture.name, path.name, "is called otherwise there, for no file can have its name.")
        return path

    def _line(self, label: Label, region: Region, picture: Picture) -> str:
        by = (picture.width, picture.height)
        if not self.polygons:
            box = region.bounds
            middle = box.left + box.width / 2, box.top + box.height / 2
            values = [middle[0] / by[0], middle[1] / by[1], box.width / by[0], box.height / by[1]]
        elif isinstance(region, Polygon):
            values = [v / by[at % 2] for at, v in enumerate(region.rings[0])]
        else:
            x0, y0, x1, y1 = region.corners
            values = [v / by[at % 2] for at, v in enumerate((x0, y0, x1, y0, x1, y1, x0, y1))]
        return " ".join([str(self.numbers[name_key(label.concept)]), *map(repr, values)]) + "\n"

    def _regions(self, label: Label, picture: Picture) -> list[Region]:
        """Give what is written of a label: mostly its region; nothing where that cannot be said."""
        region = label.region
        if region is None:
            return self._left_out(picture, label, "YOLO has no labels of whole pictures")
        if self.bounds or not isinstance(region, Polygon) or len(region.rings) == 1:
            return [region]
        if not are_parts(region):
            filled = outer(region) if self.holes == FILL else None
            if filled is None:
                how = "; pass holes='fill' to write it without" if self.holes != FILL else ", and its rings cross"
                return self._left_out(picture, label, f"YOLO has no holes{how}")
            region = filled
        if len(region.rings) > 1 and self.parts != SPLIT:
            return self._left_out(picture, label, "YOLO has no objects of several parts; pass parts='split'")
        return [Polygon((ring,)) for ring in region.rings]

    def _left_out(self, picture: Picture, label: Label, why: str) -> list[Region]:
        self.findings.note(picture.name, "", f"{label.concept!r} was left out: {why}.")
        return []
