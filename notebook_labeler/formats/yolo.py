"""YOLO as Ultralytics has it (https://docs.ultralytics.com/datasets/detect): a file per picture, a line per object.

``class x y width height`` (the middle of a box) or ``class x0 y0 x1 y1 x2 y2 ...`` (a polygon), in fractions of the
upright picture; predictions of boxes end with a score. A picture without objects has an empty file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..domain.geometry import Box, Polygon, Region
from ..errors import BadInput
from .records import Collection, Findings, Label, Picture
from .safe import files_in, text
from .yolo_names import FILE, names_beside
from .yolo_writing import IMAGES, LABELS, write

__all__ = ["looks_like", "read", "write"]

_NO_LABELS = frozenset({"classes.txt", "readme.txt", "readme.dataset.txt", "readme.roboflow.txt", "notes.txt"})
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif")


def looks_like(path: Path) -> bool:
    """Whether a path is of YOLO: a YAML file, or a folder with class names or text files."""
    if path.is_file():
        return path.suffix.lower() in (".yaml", ".yml")
    return (path / FILE).is_file() or next(files_in(path, ".txt", most=1), None) is not None


def read(path: Path, *, names: Iterable[str] | None = None) -> Collection:
    """Read a dataset folder, or the folder that a data.yaml lies in.

    Parameters
    ----------
    path
        The folder or the YAML file.
    names
        The classes in their order, where no data.yaml or classes.txt says them.

    Raises
    ------
    BadInput
        There are no class names.
    """
    known = dict(enumerate(names)) if names is not None else names_beside(path)
    if known is None:
        raise BadInput(f"expected class names in {FILE} or classes.txt, got neither; pass names=[...].")
    reader = _Reader(path.parent if path.is_file() else path)
    for number in sorted(known):
        reader.classes[number] = reader.findings.concept(known[number], "", f"class {number} of the names")
    return reader.collection()


@dataclass
class _Reader:
    folder: Path
    findings: Findings = field(default_factory=Findings)
    classes: dict[int, str | None] = field(default_factory=dict)

    def collection(self) -> Collection:
        files = [one for one in files_in(self.folder, ".txt") if one.name.lower() not in _NO_LABELS]
        within = [one for one in files if LABELS in one.relative_to(self.folder).parts[:-1]] or files
        pictures = self._pictures()
        found = [self._picture(one, pictures) for one in within]
        return self.findings.collection(one for one in found if one is not None)

    def _pictures(self) -> dict[str, str]:
        """Give the names of the pictures that lie in folders named images, by what their labels are called."""
        found: dict[str, str] = {}
        for place, _, names in os.walk(self.folder):
            inner = Path(place).relative_to(self.folder)
            if IMAGES in inner.parts:
                for name in names:
                    if name.lower().endswith(_PICTURES):
                        whole = _without(inner / name, IMAGES)
                        found[str(whole.with_suffix(""))] = str(whole)
        return found

    def _picture(self, path: Path, pictures: dict[str, str]) -> Picture | None:
        place = path.relative_to(self.folder)
        stem = str(_without(place, LABELS).with_suffix(""))
        name = pictures.get(stem, stem)
        try:
            lines = text(path).splitlines()
        except BadInput as error:
            self.findings.note(name, place.as_posix(), error)
            return None
        found = [self._label(line.split(), name, place, at) for at, line in enumerate(lines, 1) if line.strip()]
        return Picture(name, labels=tuple(one for one in found if one is not None), relative=True)

    def _label(self, words: list[str], name: str, path: Path, at: int) -> Label | None:
        try:
            number, *values = map(float, words)
            concept = self.classes.get(int(number)) if number == int(number) else None
            if concept is None:
                raise BadInput(f"expected the number of a class that has a name, got {words[0]!r:.40}.")
            score = values.pop() if len(values) == 5 else None
            if score is not None and not 0 <= score <= 1:
                raise BadInput(f"expected a score from 0 to 1 after the box, got {score}.")
            return Label(concept, _region(values), score)
        except (ValueError, OverflowError) as error:
            reason = error if isinstance(error, BadInput) else "expected numbers with blanks between them, got others."
            self.findings.note(name, f"{path.as_posix()}, line {at}", reason)
            return None


def _region(values: list[float]) -> Region:
    if len(values) == 4:
        x, y, width, height = values
        return Box(x - width / 2, y - height / 2, width, height)
    if len(values) >= 6 and len(values) % 2 == 0:
        return Polygon((tuple(values),))
    raise BadInput(f"expected a class with 4 numbers, or with 3 points or more, got {len(values)} numbers.")


def _without(path: Path, part: str) -> PurePosixPath:
    """Give a path without its last folder of that name: where labels and pictures mirror each other."""
    parts = list(path.parts)
    for at in range(len(parts) - 2, -1, -1):
        if parts[at] == part:
            del parts[at]
            break
    return PurePosixPath(*parts)
