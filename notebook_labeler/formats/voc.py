"""Pascal VOC (http://host.robots.ox.ac.uk/pascal/VOC/voc2012/devkit_doc.pdf): an XML file per picture, boxes alone.

VOC counts pixels from 1 and includes the last one: ``left = xmin - 1``, ``width = xmax - xmin + 1``. What else an
object says (pose, truncated, difficult, occluded, parts) is kept as attributes, but for what VOC takes for granted.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ..domain.geometry import Box
from ..errors import BadInput
from .records import Collection, Findings, Label, Picture, attributes_text
from .safe import files_in, head, name_parts, read_xml
from .voc_writing import ANNOTATIONS, DEFAULTS, write

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["looks_like", "read", "write"]

MOST = 1 << 24  # bytes of one file
_OWN = frozenset({"name", "bndbox"})
_OF_PICTURE = ("folder", "path", "source", "segmented")


def looks_like(path: Path) -> bool:
    """Whether a file, or the first one in a folder, is VOC XML."""
    one = next(files_in(path, ".xml", most=1), None) if path.is_dir() else path
    return one is not None and one.suffix.lower() == ".xml" and "<annotation>" in head(one)


def read(path: Path) -> Collection:
    """Read one XML file, or all of a folder and its subfolders. Classes are sorted by name, for VOC has no list.

    Raises
    ------
    BadInput
        There are none, or the only file is no VOC.
    """
    files = list(files_in(path, ".xml")) if path.is_dir() else [path]
    if not files:
        raise BadInput(f"expected XML files of Pascal VOC in {path.name!r:.120}, got none.")
    findings, pictures = Findings(), []
    for one in files:
        place = one.relative_to(path) if path.is_dir() else Path(one.name)
        try:
            root = read_xml(one, MOST)
            if root.tag != "annotation":
                raise BadInput(f"expected <annotation> at the root, got <{root.tag!s:.60}>.")
        except BadInput as error:
            if not path.is_dir():
                raise
            findings.note("", place.as_posix(), error)
        else:
            pictures.append(_picture(root, place, findings))
    findings.names = dict(sorted(findings.names.items()))
    return findings.collection(pictures)


def _picture(root: Element, place: Path, findings: Findings) -> Picture:
    name = _name(root, place)
    labels = []
    for at, said in enumerate(root.findall("object"), 1):
        where = f"{place.as_posix()}, object {at}"
        concept = findings.concept(said.findtext("name"), name, where)
        if concept is None:
            continue
        region = findings.region(lambda said=said: _box(said), name, where)  # type: ignore[misc]
        if region is not None:
            labels.append(Label(concept, region, None, _attributes(said)))
    beside = {child.tag: _value(child) for child in root if child.tag in _OF_PICTURE}
    depth = root.findtext("size/depth")
    if depth:
        beside["depth"] = _plain(depth)
    width, height = (_size(root.findtext(f"size/{side}")) for side in ("width", "height"))
    return Picture(name, width, height, tuple(labels), attributes_text(beside))


def _name(root: Element, place: Path) -> str:
    """Give the picture's name: its file name, behind the folders below Annotations that the XML file lies in."""
    folders = place.parts[:-1]
    if ANNOTATIONS in folders:
        folders = folders[folders.index(ANNOTATIONS) + 1 :]
    stated = (root.findtext("filename") or "").strip()
    parts = name_parts(stated) or (PurePosixPath(place.name).stem,)
    return "/".join((*folders, *parts)) if len(parts) == 1 else stated.replace("\\", "/")


def _box(said: Element) -> Box:
    frame = said.find("bndbox")
    if frame is None:
        raise BadInput("expected a bndbox, got none.")
    x0, y0, x1, y1 = (float(frame.findtext(side) or "nan") for side in ("xmin", "ymin", "xmax", "ymax"))
    left, top, right, bottom = x0 - 1, y0 - 1, x1, y1
    return Box(round(left, 9), round(top, 9), round(right - left, 9), round(bottom - top, 9))  # as `whole=False` wrote


def _attributes(said: Element) -> str:
    values: dict[str, Any] = {}
    for child in said:
        if child.tag not in _OWN:
            value = _value(child)
            if DEFAULTS.get(child.tag) != value:
                values[child.tag] = [*_listed(values[child.tag]), value] if child.tag in values else value
    return attributes_text(values)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _value(said: Element) -> Any:
    """Give what an element holds as JSON: a number, text, or its children by name."""
    if not len(said):
        return _plain((said.text or "").strip())
    found: dict[str, Any] = {}
    for child in said:
        found[child.tag] = [*_listed(found[child.tag]), _value(child)] if child.tag in found else _value(child)
    return found


def _plain(text: str) -> int | str:
    """Give a whole number that is written as we would, or the text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 and str(int(text)) == text else text


def _size(text: str | None) -> int:
    try:
        size = float(text or 0)
    except ValueError:
        return 0
    return int(size) if 0 < size <= 1e7 else 0
