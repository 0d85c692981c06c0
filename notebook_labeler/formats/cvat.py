"""CVAT for images 1.1 (https://docs.cvat.ai/docs/manual/advanced/formats/format-cvat/): one XML file for all pictures.

Boxes, polygons, masks and tags are read as they are; boxes that are turned and ellipses become polygons. Objects of
several rings: see `gathered`. Polylines, points, cuboids, skeletons and the tracks of videos are listed as problems.
"""

from __future__ import annotations

from decimal import Context, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from ..domain.geometry import Box, Polygon, Region
from ..domain.rings import Ring
from ..errors import BadInput
from .cvat_marks import attributes_read, score_read
from .cvat_writing import FILE, write
from .gathered import Attributes, Gathered, Rings
from .records import Collection, Findings, Label, Picture, attributes_text
from .rle import outline
from .safe import head, read_xml
from .shapes import ellipse, turned

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["looks_like", "read", "write"]

_EXACT = Context(prec=60, traps=[])
_LONGEST = 60  # characters of a number
_SEEN = 1e7  # pixels of a picture's side at most
DRAWN = "drawn_as"  # attribute: what a polygon was


def looks_like(path: Path) -> bool:
    """Whether a file, or the one in a folder, is XML of CVAT."""
    one = path / FILE if path.is_dir() else path
    return one.suffix.lower() == ".xml" and "<annotations>" in head(one)


def read(path: Path) -> Collection:
    """Read an XML file, or the ``annotations.xml`` of a folder.

    Raises
    ------
    BadInput
        It is no XML of CVAT.
    """
    root = read_xml(path / FILE if path.is_dir() else path)
    if root.tag != "annotations":
        raise BadInput(f"expected <annotations> at the root of {path.name!r:.120}, got <{root.tag!s:.60}>.")
    findings, pictures = Findings(), []
    for at, said in enumerate(root.iterfind("./meta//labels/label"), 1):
        if said.find("parent") is None:  # others are the points of a skeleton
            findings.concept(said.findtext("name"), "", f"label {at} of meta")
    for at, child in enumerate(root, 1):
        if child.tag == "image":
            name = child.get("name", "")
            if name:
                pictures.append(_picture(child, name, findings))
            else:
                findings.note("", f"image {at}", f"expected a name, got none; its {len(child)} labels were left out.")
        elif child.tag not in ("version", "meta"):
            what = f"{child.tag!s:.60} {child.get('label', '')!r:.80}"
            findings.note("", f"element {at}", f"expected an image, got {what}; tracks of videos are not read.")
    return findings.collection(pictures)


def _picture(image: Element, name: str, findings: Findings) -> Picture:
    rings = Rings()
    for at, said in enumerate(image, 1):
        place = f"{name:.80}, {said.tag!s:.60} {at}"
        if said.tag not in _READ:
            findings.note(name, place, f"expected a box, polygon, mask, ellipse or tag, got {said.tag!s:.60}.")
            continue
        concept = findings.concept(said.get("label"), name, place)
        if concept is None:
            continue
        beside = attributes_read(said, findings, name, place)
        try:
            if said.tag == "polygon" and rings.add(concept, _ring(said), beside):
                continue
            region = _READ[said.tag](said, beside)
        except BadInput as error:
            findings.note(name, place, error)
            continue
        rings.labels.append(Label(concept, region, score_read(beside), attributes_text(beside)))
    labels = [label for one in rings.labels if (label := _whole(one, name, findings))]
    beside = {key: value for key, value in image.attrib.items() if key not in ("id", "name", "width", "height")}
    width, height = (_side(image.get(side), name, findings) for side in ("width", "height"))
    return Picture(name, width, height, tuple(labels), attributes_text(beside))


def _whole(one: Label | Gathered, name: str, findings: Findings) -> Label | None:
    if isinstance(one, Label):
        return one
    region = one.noted(name, findings)
    if region is None:
        return None
    return Label(one.concept, region, score_read(one.beside), attributes_text(one.beside))


def _box(said: Element, beside: Attributes) -> Region:
    """Give a box. Its sides are subtracted as the decimals they are, so that 100.4 - 100.1 is 0.3."""
    left, top, right, bottom = (_number(said, side) for side in ("xtl", "ytl", "xbr", "ybr"))
    width, height = _EXACT.subtract(right, left), _EXACT.subtract(bottom, top)
    box = Box(float(left), float(top), float(width), float(height))
    degrees = float(_number(said, "rotation", "0"))
    found = turned(box, degrees, about=(box.left + box.width / 2, box.top + box.height / 2))
    if found is not box:
        beside[DRAWN] = f"box turned by {degrees:g} degrees"
    return found


def _polygon(said: Element, beside: Attributes) -> Region:
    return Polygon((_ring(said),))


def _ring(said: Element) -> Ring:
    points = [pair.split(",") for pair in said.get("points", "").strip().strip(";").split(";")]
    try:
        return tuple(float(v) for x, y in points for v in (x, y))
    except ValueError as error:
        raise BadInput(f"expected points as x,y;x,y;..., got {said.get('points')!r:.60}.") from error


def _ellipse(said: Element, beside: Attributes) -> Region:
    x, y, rx, ry = (float(_number(said, side)) for side in ("cx", "cy", "rx", "ry"))
    degrees = float(_number(said, "rotation", "0"))
    beside[DRAWN] = f"ellipse of {rx:g} x {ry:g}" + (f", turned by {degrees:g} degrees" if degrees else "")
    return ellipse(x, y, rx, ry, degrees)


def _mask(said: Element, beside: Attributes) -> Region:
    try:
        left, top, width, height = (int(said.get(side, "")) for side in ("left", "top", "width", "height"))
        counts = [int(text) for text in said.get("rle", "").split(",")]
    except ValueError as error:
        raise BadInput(f"expected a mask in whole numbers, got {dict(said.attrib)!r:.160}.") from error
    found = outline(counts, width, height, left=left, top=top)
    if found is None:
        raise BadInput("expected a mask with something in it, got an empty one.")
    beside[DRAWN] = "mask"
    return found


def _tag(said: Element, beside: Attributes) -> None:
    return None


_READ = {"box": _box, "polygon": _polygon, "ellipse": _ellipse, "mask": _mask, "tag": _tag}


def _number(said: Element, name: str, default: str = "") -> Decimal:
    text = said.get(name, default).strip()
    number = _EXACT.create_decimal(text) if len(text) <= _LONGEST and text.isascii() else Decimal("nan")
    if not number.is_finite() or abs(number) > _SEEN:
        raise BadInput(f"expected {name} as a number of pixels, got {text!r:.60}.")
    return number


def _side(text: str | None, name: str, findings: Findings) -> int:
    try:
        side = int(text or "0")
    except ValueError:
        side = -1
    if 0 <= side <= _SEEN:
        return side
    findings.note(name, name[:80], f"expected a picture's side in pixels, got {text!r:.60}.")
    return 0
