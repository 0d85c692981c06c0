"""Writing Pascal VOC: an XML file per picture, and a list of what it has no room for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Any

from ..domain.geometry import Box, Polygon
from .records import Collection, Findings, Label, Picture, Written, attributes_of
from .safe import inside, name_parts, xml_text

ANNOTATIONS = "Annotations"
DEFAULTS: dict[str, Any] = {"pose": "Unspecified", "truncated": 0, "difficult": 0}
_TAG = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


def write(collection: Collection, folder: Path, *, bounds: bool = False, whole: bool = True) -> Written:
    """Write ``Annotations/NAME.xml`` for every picture.

    Parameters
    ----------
    collection
        What to write.
    folder
        An empty folder.
    bounds
        Write the bounding boxes of polygons, which VOC does not have; else they are left out and listed.
    whole
        Round to whole pixels, as most readers of VOC expect. False writes decimals: nothing is rounded then.
    """
    writer = _Writer(folder, bounds, whole)
    (folder / ANNOTATIONS).mkdir()
    for picture in collection.pictures:
        writer.picture(picture)
    writer.sum_up(collection)
    return Written(tuple(writer.files), tuple(writer.findings.problems))


@dataclass
class _Writer:
    folder: Path
    bounds: bool
    whole: bool
    findings: Findings = field(default_factory=Findings)
    files: list[Path] = field(default_factory=list)
    rounded: int = 0
    _taken: set[str] = field(default_factory=set)

    def picture(self, picture: Picture) -> None:
        """Write the file of a picture."""
        beside = {"folder": "", "source": {"database": "Unknown"}, "depth": 3, "segmented": 0}
        beside |= attributes_of(picture.attributes)
        size = {"width": picture.width, "height": picture.height, "depth": beside.pop("depth")}
        lines = ["<annotation>\n", *_element("folder", beside.pop("folder"), 1)]
        lines += _element("filename", picture.name, 1)
        for tag, value in (*((t, beside[t]) for t in ("path", "source") if t in beside), ("size", size)):
            lines += _element(tag, value, 1)
        lines += _element("segmented", beside["segmented"], 1)
        for label in picture.labels:
            lines += self._object(label, picture)
        path = self._path(picture)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join([*lines, "</annotation>\n"]), encoding="utf-8")
        self.files.append(path)

    def sum_up(self, collection: Collection) -> None:
        """Say what VOC has no room for, once for all."""
        scores = sum(label.score is not None for picture in collection.pictures for label in picture.labels)
        if scores:
            self.findings.note("", "", f"{scores:,} scores were left out, for VOC has no room for them.")
        if self.rounded:
            self.findings.note(
                "", "", f"{self.rounded:,} boxes were rounded to whole pixels; pass whole=False to keep them."
            )

    def _object(self, label: Label, picture: Picture) -> list[str]:
        region = label.region
        if region is None or (isinstance(region, Polygon) and not self.bounds):
            hint = (
                "polygons; pass bounds=True to write their boxes" if region is not None else "labels of whole pictures"
            )
            self.findings.note(picture.name, "", f"{label.concept!r} was left out: VOC has no {hint}.")
            return []
        lines = ["\t<object>\n", *_element("name", label.concept, 2)]
        for tag, value in (DEFAULTS | attributes_of(label.attributes)).items():
            if not _TAG.fullmatch(tag) or tag in ("name", "bndbox"):
                self.findings.note(picture.name, "", f"the attribute {tag!r:.60} of {label.concept!r} was left out.")
            else:
                lines += _element(tag, value, 2)
        sides = zip(("xmin", "ymin", "xmax", "ymax"), self._sides(region.bounds), strict=True)
        return [*lines, *_element("bndbox", dict(sides), 2), "\t</object>\n"]

    def _sides(self, box: Box) -> tuple[float, ...]:
        x0, y0, x1, y1 = box.corners
        exact = (x0 + 1, y0 + 1, x1, y1)
        if not self.whole:
            return tuple(round(v, 9) for v in exact)
        left, top = round(x0), round(y0)
        near = (left + 1, top + 1, max(round(x1), left + 1), max(round(y1), top + 1))
        self.rounded += near != exact
        return near

    def _path(self, picture: Picture) -> Path:
        """Give the file of a picture; one whose name another has but for the ending keeps its ending."""
        *folders, name = name_parts(picture.name) or ("_",)
        for stem in chain((PurePosixPath(name).stem, name), (f"{name} ({n})" for n in count(2))):
            path = inside(self.folder / ANNOTATIONS, (*folders, f"{stem}.xml"))
            if str(path).casefold() not in self._taken:
                break
        self._taken.add(str(path).casefold())
        return path


def _element(tag: str, value: Any, depth: int) -> list[str]:
    """Write an element, its children by name, or several of one name."""
    margin = "\t" * depth
    if isinstance(value, list):
        return [line for one in value for line in _element(tag, one, depth)]
    if isinstance(value, dict):
        inner = [line for key, one in value.items() if _TAG.fullmatch(key) for line in _element(key, one, depth + 1)]
        return [f"{margin}<{tag}>\n", *inner, f"{margin}</{tag}>\n"]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return [f"{margin}<{tag}>{xml_text('' if value is None else value)}</{tag}>\n"]
