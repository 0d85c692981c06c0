"""Objects of several rings in formats whose polygons have one.

Such an object (with holes, with parts) becomes as many polygons, each with an attribute ``ring`` such as "2 of 3,
object 7, a hole". Other programs see them as separate polygons; we put them together again, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ..domain.geometry import Polygon
from ..domain.rings import Ring
from .records import Findings, Label, Picture, attributes_of

RING, GROUP = "ring", "group_id"
_RING = re.compile(r"(\d{1,9}) of (\d{1,9}), object (\d{1,9})(?:, a hole)?")
Attributes = dict[str, Any]  # Any: whatever JSON a format has beside a label


def numbers(picture: Picture) -> Iterator[int]:
    """Give numbers for objects, apart from those of groups that the picture's labels are in."""
    theirs = {attributes_of(label.attributes).get(GROUP) for label in picture.labels}
    return (number for number in count(1) if number not in theirs)


def ring_text(polygon: Polygon, index: int, number: int) -> str:
    """Give what marks a ring as one of several of an object."""
    hole = ", a hole" if polygon.depths[index] % 2 else ""
    return f"{index + 1} of {len(polygon.rings)}, object {number}{hole}"


@dataclass
class Rings:
    """The labels of a picture in their order; rings of one object are gathered where its first one stood."""

    labels: list[Label | Gathered] = field(default_factory=list)
    open: dict[tuple[int, int, str], Gathered] = field(default_factory=dict)

    def add(self, concept: str, ring: Ring, beside: Attributes) -> bool:
        """Add a ring if its attributes mark it as one of several; whether it was."""
        mark = _RING.fullmatch(str(beside.get(RING, "")))
        if mark is None:
            return False
        index, count, number = (int(text) for text in mark.groups())
        del beside[RING]
        if beside.get(GROUP) == number:  # ours, and not a group that the object was in
            del beside[GROUP]
        gathered = self.open.get((count, number, concept))
        if gathered is None or index in gathered.rings:
            gathered = self.open[count, number, concept] = Gathered(concept, count, beside)
            self.labels.append(gathered)
        gathered.rings[index] = ring
        return True


@dataclass
class Gathered:
    """Rings of one object, by their number from 1."""

    concept: str
    count: int
    beside: Attributes
    rings: dict[int, Ring] = field(default_factory=dict)

    @property
    def polygon(self) -> Polygon:
        """All together, in their order."""
        return Polygon(tuple(self.rings[index] for index in sorted(self.rings)))

    def noted(self, name: str, findings: Findings) -> Polygon | None:
        """Give the polygon, having noted what is missing of it; None when nothing is left."""
        if len(self.rings) != self.count:
            missing = (
                f"expected {self.count} rings of one {self.concept!r:.80}, got {len(self.rings)}; those were kept."
            )
            findings.note(name, name[:80], missing)
        place = f"{name:.80}, {self.concept!r:.80} of {self.count} rings"
        found = findings.region(lambda: self.polygon, name, place)
        return found if isinstance(found, Polygon) else None
