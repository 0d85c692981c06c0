"""Writing CVAT for images 1.1: what CVAT takes back by Upload annotations, once its task has these labels."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal
from pathlib import Path

from ..domain.geometry import Box, Polygon
from ..domain.names import name_key
from ..domain.rings import Ring
from .cvat_marks import Texts, attributes_written
from .gathered import RING, numbers, ring_text
from .records import Collection, Findings, Label, Picture, Written, attributes_of
from .safe import xml_text

FILE = "annotations.xml"
TASK = "notebook_labeler"
_EXACT = Context(prec=40)


def write(collection: Collection, folder: Path) -> Written:
    """Write ``annotations.xml``: every picture, also without labels, and the labels with their attributes in meta.

    An object of several rings is written as polygons of one group; an attribute ``ring`` tells which is which.
    """
    findings = Findings()
    images = [line for at, picture in enumerate(collection.pictures) for line in _image(at, picture, findings)]
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<annotations>", "  <version>1.1</version>"]
    lines += [*_meta(collection), *images, "</annotations>", ""]
    path = folder / FILE
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return Written((path,), tuple(findings.problems))


def _meta(collection: Collection) -> Iterator[str]:
    known: dict[str, tuple[str, dict[str, None]]] = {name_key(name): (name, {}) for name in collection.concepts}
    for picture in collection.pictures:
        for label in picture.labels:
            _, names = known.setdefault(name_key(label.concept), (label.concept, {}))
            names.update(dict.fromkeys(attributes_written(label)[1]))
            if len(_rings(label)) > 1:
                names[RING] = None
    yield "  <meta>\n    <task>"
    yield f"      <name>{TASK}</name>\n      <size>{len(collection.pictures)}</size>\n      <mode>annotation</mode>"
    yield "      <labels>"
    for label_name, names in known.values():
        yield f"        <label>\n          <name>{xml_text(label_name)}</name>\n          <type>any</type>"
        yield "          <attributes>"
        for name in names:
            yield (
                f"            <attribute><name>{xml_text(name)}</name><mutable>False</mutable>"
                "<input_type>text</input_type><default_value></default_value><values></values></attribute>"
            )
        yield "          </attributes>\n        </label>"
    yield "      </labels>\n    </task>\n  </meta>"


def _image(at: int, picture: Picture, findings: Findings) -> Iterator[str]:
    said = {"id": str(at), "name": picture.name, "width": str(picture.width), "height": str(picture.height)}
    beside = attributes_of(picture.attributes)
    said = {name: v for name, v in beside.items() if isinstance(v, str) and name.isidentifier()} | said
    yield f"  <image{_said(said, picture, findings)}>"
    groups = numbers(picture)
    for label in picture.labels:
        yield from _label(label, groups, picture, findings)
    yield "  </image>"


def _label(label: Label, groups: Iterator[int], picture: Picture, findings: Findings) -> Iterator[str]:
    fixed, free = attributes_written(label)
    fixed = {"label": label.concept, **fixed}
    if label.region is None:
        yield from _element("tag", fixed, free, picture, findings)
        return
    fixed = {"occluded": "0", "z_order": "0"} | fixed
    if isinstance(label.region, Box):
        yield from _element("box", fixed | _sides(label.region), free, picture, findings)
        return
    rings, number = label.region.rings, 0
    if len(rings) > 1:
        number = next(groups)
        fixed = {"group_id": str(number)} | fixed
        if RING in free:
            findings.note(picture.name, "", f"the attribute {RING!r} of {label.concept!r:.80} was left out.")
    for at, ring in enumerate(rings):
        points = ";".join(f"{x!r},{y!r}" for x, y in zip(ring[::2], ring[1::2], strict=True))
        mark = {RING: ring_text(label.region, at, number)} if number else {}
        yield from _element("polygon", {**fixed, "points": points}, free | mark, picture, findings)


def _element(tag: str, fixed: Texts, free: Texts, picture: Picture, findings: Findings) -> Iterator[str]:
    opened = f"    <{tag}{_said(fixed, picture, findings)}>"
    if not free:
        yield f"{opened}</{tag}>"
        return
    yield opened
    for name, value in free.items():
        name_text, text = _text(name, picture, findings), _text(value, picture, findings)
        yield f'      <attribute name="{name_text}">{text}</attribute>'
    yield f"    </{tag}>"


def _sides(box: Box) -> Texts:
    """Give a box's corners; the right and lower one so exactly that what is read back has its very width and height."""
    right = _EXACT.add(Decimal(repr(box.left)), Decimal(repr(box.width)))
    bottom = _EXACT.add(Decimal(repr(box.top)), Decimal(repr(box.height)))
    return {"xtl": repr(box.left), "ytl": repr(box.top), "xbr": f"{right:f}", "ybr": f"{bottom:f}"}


def _rings(label: Label) -> tuple[Ring, ...]:
    return label.region.rings if isinstance(label.region, Polygon) else ()


def _said(values: Texts, picture: Picture, findings: Findings) -> str:
    return "".join(f' {name}="{_text(value, picture, findings)}"' for name, value in values.items())


def _text(value: str, picture: Picture, findings: Findings) -> str:
    text = xml_text(value)
    if "\ufffd" in text and "\ufffd" not in value:
        findings.note(picture.name, "", f"XML cannot hold all characters of {value!r:.80}; U+FFFD stands for them.")
    return text
