"""Regions of a picture: boxes and polygons, in float pixels of the upright picture, origin at its upper left corner.

Coordinates are continuous: the pixel in the upper left corner covers 0 to 1 in both directions. Nothing is ever
rounded, so that opening and keeping a region a hundred times moves nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ..errors import BadInput
from .rings import Ring as Ring
from .rings import clipped, depths, inside, signed_area

BOX, POLYGON, LABEL = "box", "polygon", "label"
SHAPES = (BOX, POLYGON)
SMALLEST = 1e-6  # of a side or an area, in pixels: what is less cannot be seen or taken hold of
FARTHEST = 1e7  # of a coordinate, in pixels
MOST_POINTS = 100_000
_SHORT = 5000  # characters of a text whose region is remembered


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
        wide, high = _reaching(x0, x1), _reaching(y0, y1)
        return Box(x0, y0, wide, high) if wide >= SMALLEST and high >= SMALLEST else None


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
        if not any(abs(signed_area(ring)) >= SMALLEST for ring in rings):
            raise BadInput("expected a polygon that encloses an area, got points in one line; move one of them.")
        _ = self.bounds  # a sliver thinner than any box is refused here

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
        areas = (abs(signed_area(ring)) for ring in self.rings)
        return sum(-area if depth % 2 else area for area, depth in zip(areas, self.depths, strict=True))

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """In how many other rings each ring lies: an odd number makes it a hole."""
        return depths(self.rings)

    @property
    def text(self) -> str:
        """The JSON text by which annotations keep it."""
        return _dumps({POLYGON: [list(ring) for ring in self.rings]})

    def moved(self, dx: float, dy: float) -> Polygon:
        """Give it elsewhere."""
        return Polygon(tuple(tuple(v + (dy if i % 2 else dx) for i, v in enumerate(ring)) for ring in self.rings))

    def clipped(self, width: float, height: float) -> Polygon | None:
        """Give what lies in a picture of that size; the very same polygon if all does, None if nothing does.

        Parts that a side separates stay joined along that side.
        """
        x0, y0, x1, y1 = self.bounds.corners
        if x0 >= 0 and y0 >= 0 and x1 <= width and y1 <= height:
            return self
        cut = [clipped(ring, width, height) for ring in self.rings]
        rings = tuple(ring for ring in cut if len(ring) >= 6 and abs(signed_area(ring)) >= SMALLEST)
        try:
            return Polygon(rings) if rings else None
        except BadInput:  # a sliver
            return None

    def contains(self, x: float, y: float) -> bool:
        """Whether a point is inside, by the even-odd rule."""
        return sum(inside(ring, x, y) for ring in self.rings) % 2 == 1


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
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= FARTHEST:
        raise BadInput(f"expected {what} as a finite number of pixels, got {value!r:.60}.")
    return number


def from_text(text: str | None) -> Region | None:
    """Read the JSON text by which an annotation keeps its region; None for a label of the whole input.

    Examples
    --------
    >>> from_text('{"box":[1,2,3,4]}')
    Box(left=1.0, top=2.0, width=3.0, height=4.0)
    """
    if not text:
        return None
    return _remembered(text) if len(text) <= _SHORT else _parsed(text)


def _parsed(text: str) -> Region | None:
    data = json.loads(text)
    if BOX in data:
        return Box(*data[BOX])
    return Polygon(tuple(tuple(ring) for ring in data[POLYGON])) if POLYGON in data else None


_remembered = lru_cache(maxsize=8192)(_parsed)  # a scene is read again with every action on it


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


def _reaching(start: float, end: float) -> float:
    """Give a length that, added to a start, never leads beyond an end, not by the last digit either."""
    length = end - start
    while length > 0 and start + length > end:
        length = math.nextafter(length, 0.0)
    return length


def _dumps(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def _is_number(value: object) -> bool:
    return not isinstance(value, str | bool | bytes) and hasattr(value, "__float__") and not hasattr(value, "__len__")


def _listed(value: Any) -> list[Any]:
    if hasattr(value, "tolist"):  # of numpy, pandas, torch
        value = value.tolist()
    if isinstance(value, str | bytes | dict) or not isinstance(value, Iterable):
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
