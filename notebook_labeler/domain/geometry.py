"""Regions of a picture: boxes and polygons, in float pixels of the upright picture, origin at its upper left corner.

Coordinates are continuous: the pixel in the upper left corner covers 0 to 1 in both directions. Nothing is ever
rounded, so that opening and keeping a region a hundred times moves nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from ..errors import BadInput

BOX, POLYGON, LABEL = "box", "polygon", "label"
SHAPES = (BOX, POLYGON)
SMALLEST = 1e-6  # of a side or an area, in pixels: what is less cannot be seen or taken hold of
FARTHEST = 1e7  # of a coordinate, in pixels
MOST_POINTS = 100_000
Ring = tuple[float, ...]


@dataclass(frozen=True)
class Box:
    """A rectangle along the picture's sides, in pixels.

    Raises
    ------
    BadInput
        A number is not finite, or a side is not positive.

    Examples
    --------
    >>> Box(10, 20, 30, 40).right
    40.0
    """

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        """Refuse what is no box."""
        for name in ("left", "top", "width", "height"):
            object.__setattr__(self, name, coordinate(getattr(self, name), f"{name} of a box"))
        if self.width < SMALLEST or self.height < SMALLEST:
            raise BadInput(
                f"expected a box of positive width and height, got {self.width:g} x {self.height:g}; draw it larger."
            )

    @classmethod
    def spanning(cls, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Make the box between two corners, whichever they are."""
        return cls(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))

    @property
    def shape(self) -> str:
        """The word ``box``."""
        return BOX

    @property
    def right(self) -> float:
        """Where it ends, in x."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends, in y."""
        return self.top + self.height

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Left, top, width, height: how tables have it."""
        return self.left, self.top, self.width, self.height

    @property
    def bounds(self) -> Box:
        """The box itself."""
        return self

    @property
    def area(self) -> float:
        """In square pixels."""
        return self.width * self.height

    @property
    def text(self) -> str:
        """The JSON text by which annotations keep it."""
        return _dumps({BOX: list(self.sides)})

    def moved(self, dx: float, dy: float) -> Box:
        """Give it elsewhere."""
        return Box(self.left + dx, self.top + dy, self.width, self.height)

    def clipped(self, width: float, height: float) -> Box | None:
        """Give what lies in a picture of that size; the very same box if all does, None if nothing does."""
        x0, y0, x1, y1 = self.corners
        if x0 >= 0 and y0 >= 0 and x1 <= width and y1 <= height:
            return self
        x0, y0, x1, y1 = max(x0, 0.0), max(y0, 0.0), min(x1, width), min(y1, height)
        return Box(x0, y0, x1 - x0, y1 - y0) if x1 - x0 >= SMALLEST and y1 - y0 >= SMALLEST else None


@dataclass(frozen=True)
class Polygon:
    """An area bounded by rings: flat tuples x0, y0, x1, y1, ... in pixels, each closed by itself.

    It is filled by the even-odd rule: a ring inside another one is a hole, separate rings are parts of one object.

    Raises
    ------
    BadInput
        A ring has less than three points or an odd count of numbers, a number is not finite, or nothing is enclosed.

    Examples
    --------
    >>> Polygon(((0, 0, 4, 0, 4, 3, 0, 3),)).area
    12.0
    >>> Polygon(((0, 0, 4, 0, 4, 4, 0, 4), (1, 1, 2, 1, 2, 2, 1, 2))).area
    15.0
    """

    rings: tuple[Ring, ...]

    def __post_init__(self) -> None:
        """Refuse what is no polygon."""
        rings = tuple(tuple(coordinate(v, "a polygon's coordinate") for v in ring) for ring in self.rings)
        if not rings:
            raise BadInput("expected a polygon of at least one ring, got none; give its points.")
        if sum(map(len, rings)) > 2 * MOST_POINTS:
            raise BadInput(f"expected a polygon of at most {MOST_POINTS:,} points, got more; simplify it.")
        for ring in rings:
            if len(ring) % 2 or len(ring) < 6:
                raise BadInput(f"expected rings of at least three points x, y, got {len(ring)} numbers in one.")
        object.__setattr__(self, "rings", rings)
        if not any(abs(_signed(ring)) >= SMALLEST for ring in rings):
            raise BadInput("expected a polygon that encloses an area, got points in one line; move one of them.")

    @property
    def shape(self) -> str:
        """The word ``polygon``."""
        return POLYGON

    @cached_property
    def bounds(self) -> Box:
        """The smallest box around it."""
        xs = [x for ring in self.rings for x in ring[::2]]
        ys = [y for ring in self.rings for y in ring[1::2]]
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))

    @cached_property
    def area(self) -> float:
        """In square pixels, holes left out; of rings that cross each other or themselves an approximation."""
        return sum(abs(_signed(ring)) * (-1) ** self._depth(index) for index, ring in enumerate(self.rings))

    @property
    def text(self) -> str:
        """The JSON text by which annotations keep it."""
        return _dumps({POLYGON: [list(ring) for ring in self.rings]})

    def moved(self, dx: float, dy: float) -> Polygon:
        """Give it elsewhere."""
        return Polygon(tuple(tuple(v + (dy if i % 2 else dx) for i, v in enumerate(ring)) for ring in self.rings))

    def clipped(self, width: float, height: float) -> Polygon | None:
        """Give what lies in a picture of that size; the very same polygon if all does, None if nothing does.

        Sutherland and Hodgman's clipping of each ring against the four sides (CACM 17, 1974); parts that a side
        separates stay joined along that side.
        """
        x0, y0, x1, y1 = self.bounds.corners
        if x0 >= 0 and y0 >= 0 and x1 <= width and y1 <= height:
            return self
        cut = [_clip(ring, width, height) for ring in self.rings]
        rings = tuple(ring for ring in cut if len(ring) >= 6 and abs(_signed(ring)) >= SMALLEST)
        return Polygon(rings) if rings else None

    def contains(self, x: float, y: float) -> bool:
        """Whether a point is inside, by the even-odd rule."""
        return sum(_inside(ring, x, y) for ring in self.rings) % 2 == 1

    def _depth(self, index: int) -> int:
        """How many other rings enclose a ring: odd for holes."""
        x, y = self.rings[index][:2]
        return sum(_inside(ring, x, y) for at, ring in enumerate(self.rings) if at != index)


Region = Box | Polygon


def coordinate(value: object, what: str = "a coordinate") -> float:
    """Give a coordinate as float.

    Raises
    ------
    BadInput
        It is no number, not finite, or farther out than any picture is large.
    """
    try:
        number = math.nan if isinstance(value, bool | str) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not abs(number) <= FARTHEST:
        raise BadInput(f"expected {what} as a finite number of pixels, got {value!r:.60}.")
    return number


@lru_cache(maxsize=8192)  # a scene is read again with every action on it
def from_text(text: str | None) -> Region | None:
    """Read the JSON text by which an annotation keeps its region; None for a label of the whole input.

    Examples
    --------
    >>> from_text('{"box":[1,2,3,4]}')
    Box(left=1.0, top=2.0, width=3.0, height=4.0)
    """
    if not text:
        return None
    data = json.loads(text)
    if BOX in data:
        return Box(*data[BOX])
    return Polygon(tuple(tuple(ring) for ring in data[POLYGON])) if POLYGON in data else None


def region(value: Any) -> Region:
    """Give a region out of what a user may have at hand.

    Parameters
    ----------
    value
        A `Box` or `Polygon`; four numbers left, top, width, height; points (x, y), three or more; rings, flat
        (x0, y0, ...) or of points; or a dict with ``box``, ``xyxy`` (two corners) or ``polygon``.

    Raises
    ------
    BadInput
        It is none of these, or encloses nothing.

    Examples
    --------
    >>> region([10, 20, 30, 40])
    Box(left=10.0, top=20.0, width=30.0, height=40.0)
    >>> region([(0, 0), (4, 0), (4, 3)]).rings
    ((0.0, 0.0, 4.0, 0.0, 4.0, 3.0),)
    """
    if isinstance(value, Box | Polygon):
        return value
    if isinstance(value, dict):
        if BOX in value:
            return Box(*_four(value[BOX]))
        if "xyxy" in value:
            return Box.spanning(*(coordinate(v) for v in _four(value["xyxy"])))
        value = value.get(POLYGON)
    items = _listed(value)
    if len(items) == 4 and all(_is_number(v) for v in items):
        return Box(*items)
    if items and not _is_number(items[0]):
        first = _listed(items[0])
        if len(first) == 2 and all(_is_number(v) for v in first):
            return Polygon((tuple(v for point in items for v in _pair(point)),))
        return Polygon(tuple(_flat(ring) for ring in items))
    raise BadInput(
        f"expected a box as [left, top, width, height] or a polygon as [(x, y), ...] of three or more points, "
        f"got {value!r:.80}."
    )


def iou(a: Box, b: Box) -> float:
    """Give how much two boxes overlap: their common area as a share of the area of both together, 0 to 1.

    Examples
    --------
    >>> iou(Box(0, 0, 2, 1), Box(1, 0, 2, 1))
    0.3333333333333333
    """
    wide = min(a.right, b.right) - max(a.left, b.left)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / (a.area + b.area - wide * high)


def _dumps(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def _is_number(value: object) -> bool:
    return not isinstance(value, str | bool | bytes) and hasattr(value, "__float__") and not hasattr(value, "__len__")


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise BadInput(f"expected a box or a polygon as lists of numbers, got {value!r:.80}.")
    return list(value)


def _four(value: Any) -> list[Any]:
    items = _listed(value)
    if len(items) != 4:
        raise BadInput(f"expected four numbers for a box, got {len(items)}.")
    return items


def _pair(point: Any) -> list[float]:
    items = _listed(point)
    if len(items) != 2:
        raise BadInput(f"expected points as (x, y), got {point!r:.60}.")
    return [coordinate(v) for v in items]


def _flat(ring: Any) -> Ring:
    items = _listed(ring)
    if items and not _is_number(items[0]):
        return tuple(v for point in items for v in _pair(point))
    return tuple(coordinate(v) for v in items)


def _signed(ring: Sequence[float]) -> float:
    """Give the area of a ring with its sign, by the shoelace formula, measured from its first point."""
    ox, oy = ring[0], ring[1]
    points = [(x - ox, y - oy) for x, y in zip(ring[::2], ring[1::2], strict=True)]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*points, points[0]])) / 2


def _inside(ring: Sequence[float], x: float, y: float) -> bool:
    """Whether a ray from a point to the right crosses a ring an odd number of times."""
    points = list(zip(ring[::2], ring[1::2], strict=True))
    inside = False
    for (x0, y0), (x1, y1) in pairwise([*points, points[0]]):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
    return inside


def _clip(ring: Ring, width: float, height: float) -> Ring:
    points = list(zip(ring[::2], ring[1::2], strict=True))
    for axis, bound, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        if not points:
            break
        kept: list[tuple[float, float]] = []
        for before, here in pairwise([points[-1], *points]):
            was, now = sign * (before[axis] - bound) >= 0, sign * (here[axis] - bound) >= 0
            if was != now:
                share = (bound - before[axis]) / (here[axis] - before[axis])
                other = before[1 - axis] + share * (here[1 - axis] - before[1 - axis])
                kept.append((bound, other) if axis == 0 else (other, bound))
            if now:
                kept.append(here)
        points = kept
    return tuple(v for point in points for v in point)
