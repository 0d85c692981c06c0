"""How CVAT's XML keeps what we say beside a region: attributes, scores, and which rings make one object.

CVAT has fixed words (``occluded``, ``z_order``, ...) as XML attributes of a shape, and attributes that a project
defines as elements ``<attribute name="...">``. In `Label.attributes` both stand side by side under their names; one of
a project that bears a fixed word stands one level lower, under ``attributes``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .gathered import Attributes
from .records import Findings, Label, attributes_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

WHOLE = ("group_id", "occluded", "z_order", "outside", "keyframe")  # fixed words with whole numbers
FIXED = ("source", *WHOLE)
MORE, SCORE = "attributes", "score"
_SHAPE = {"label", "xtl", "ytl", "xbr", "ybr", "rotation", "points", "cx", "cy", "rx", "ry"}
_SHAPE |= {"rle", "left", "top", "width", "height"}
_GRANTED = {"occluded": 0, "z_order": 0}  # what CVAT writes where nobody has said anything
Texts = dict[str, str]


def attributes_read(element: Element, findings: Findings, picture: str, place: str) -> Attributes:
    """Give what a shape or tag says beside its geometry."""
    said = {name: element.attrib[name] for name in FIXED if name in element.attrib} | element.attrib
    found: Attributes = {name: _value(name, text) for name, text in said.items() if name not in _SHAPE}
    lower: Attributes = {}
    for child in element:
        name, text = child.get("name"), child.text or ""
        if child.tag != "attribute" or name is None:
            findings.note(picture, place, f"expected attributes with a name, got {child.tag!r:.60}; it was left out.")
            continue
        at = lower if name in (*FIXED, MORE) or name in found else found
        if name in at:
            findings.note(picture, place, f"the attribute {name!r:.60} came twice; the first one was kept.")
        at.setdefault(name, text)
    found = {name: value for name, value in found.items() if name not in _GRANTED or value != _GRANTED[name]}
    return found | ({MORE: lower} if lower else {})


def score_read(found: Attributes) -> float | None:
    """Take the score, when there is one, out of the attributes."""
    try:
        score = float(found.get(SCORE, ""))
    except (TypeError, ValueError):
        return None
    if not 0 <= score <= 1:
        return None
    del found[SCORE]
    return score


def attributes_written(label: Label) -> tuple[Texts, Texts]:
    """Give a label's attributes as those of the XML element, and those that become elements of their own."""
    fixed: Texts = {}
    free: Attributes = {}
    beside = attributes_of(label.attributes)
    lower = beside.pop(MORE, {})
    for name, value in beside.items():
        if name == "source" and isinstance(value, str):
            fixed[name] = value
        elif name in WHOLE and (isinstance(value, int) or _value(name, value) != value):
            fixed[name] = str(int(value))
        else:
            free[name] = value
    if isinstance(lower, Mapping):
        free |= lower
    elif lower:
        free[MORE] = lower
    if label.score is not None:
        free[SCORE] = repr(label.score)
    return fixed, {name: value if isinstance(value, str) else json.dumps(value) for name, value in free.items()}


def _value(name: str, value: object) -> object:
    plain = name in WHOLE and isinstance(value, str) and re.fullmatch(r"0|-?[1-9]\d{0,17}", value)
    return int(str(value)) if plain else value
