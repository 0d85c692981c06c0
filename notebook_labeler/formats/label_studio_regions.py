"""Regions in percent of a picture's sides, as Label Studio has them, from and to pixels.

A percentage is a float of its own, and not every pixel coordinate has one that leads back to it. Where none does, the
pixels stand beside (in `meta`), and count as long as the percentages have not been moved away from them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..domain.geometry import Box, Polygon, Region, coordinate
from ..domain.rings import Ring
from ..errors import BadInput
from .label_studio_brush import painted_runs
from .rle import outline
from .shapes import ellipse, turned

SAME = 1e-6  # pixels between percentages and the pixels beside them, when neither was changed
Value = Mapping[str, Any]  # Any: JSON of others
Size = tuple[int, int]


def region_read(value: Value, size: Size | None, exact: object) -> tuple[Region | Ring, str]:
    """Give the region that a result's value describes (a polygon's only ring as it is), and what it was drawn as.

    Without a `size` regions are in fractions of the picture.

    Raises
    ------
    BadInput
        It is none, or needs the picture's size.
    """
    wide, high = size or (1, 1)
    if "rle" in value:
        if size is None:
            raise BadInput("expected original_width and original_height beside a painted mask, got none.")
        return _mask(value["rle"], size), "mask"
    if "points" in value:
        return _ring(value["points"], wide, high, exact), ""
    degrees = coordinate(value.get("rotation") or 0, "a rotation")
    if degrees and size is None:
        raise BadInput("expected original_width and original_height beside what is turned, got none.")
    x, y = _pixels(value.get("x"), wide), _pixels(value.get("y"), high)
    if "radiusX" in value:
        radii = _pixels(value["radiusX"], wide), _pixels(value.get("radiusY"), high)
        if size is None:
            raise BadInput("expected original_width and original_height beside an ellipse, got none.")
        return ellipse(x, y, *radii, degrees), f"ellipse of {radii[0]:g} x {radii[1]:g}, turned by {degrees:g} degrees"
    sides = x, y, _pixels(value.get("width"), wide), _pixels(value.get("height"), high)
    box = Box(*_exactly(sides, exact))
    found = turned(box, degrees, about=(box.left, box.top))
    return found, "" if found is box else f"box turned by {degrees:g} degrees"


def value_written(region: Box | Ring, size: Size) -> tuple[dict[str, Any], list[float]]:
    """Give the value of a result in percent, and the pixels where percentages do not lead back to them."""
    wide, high = size
    numbers = region.sides if isinstance(region, Box) else region
    percents = [percent(v, high if at % 2 else wide) for at, v in enumerate(numbers)]
    back = [p * (high if at % 2 else wide) / 100 for at, p in enumerate(percents)]
    beside = [] if back == list(numbers) else list(numbers)
    if isinstance(region, Box):
        names = ("x", "y", "width", "height")
        return {**dict(zip(names, percents, strict=True)), "rotation": 0}, beside
    points = [list(point) for point in zip(percents[::2], percents[1::2], strict=True)]
    return {"points": points, "closed": True}, beside


def percent(pixels: float, side: float) -> float:
    """Give pixels in percent of a side: of the nearest floats the one that leads back, if there is one.

    Examples
    --------
    >>> percent(64, 640), percent(0.1, 3) * 3 / 100
    (10.0, 0.1)
    """
    near = pixels * 100 / side
    above, below = math.nextafter(near, math.inf), math.nextafter(near, -math.inf)
    return next((p for p in (near, above, below) if p * side / 100 == pixels), near)


def _pixels(value: object, side: int) -> float:
    return coordinate(value, "a percentage") * side / 100


def _exactly(numbers: Sequence[float], exact: object) -> Sequence[float]:
    if not isinstance(exact, list) or len(exact) != len(numbers):
        return numbers
    try:
        beside = [coordinate(v) for v in exact]
    except BadInput:
        return numbers
    moved = any(abs(a - b) > SAME for a, b in zip(numbers, beside, strict=True))
    return numbers if moved else beside


def _ring(points: object, wide: int, high: int, exact: object) -> Ring:
    if not isinstance(points, list) or not all(isinstance(point, list) and len(point) == 2 for point in points):
        raise BadInput(f"expected points as [[x, y], ...], got {points!r:.80}.")
    return tuple(_exactly([v for x, y in points for v in (_pixels(x, wide), _pixels(y, high))], exact))


def _mask(rle: object, size: Size) -> Polygon:
    try:
        data = bytes(rle) if isinstance(rle, list) else b""
    except (ValueError, TypeError) as error:
        raise BadInput(f"expected a painted mask as bytes, got {rle!r:.60}.") from error
    found = outline(painted_runs(data, *size), *size)
    if found is None:
        raise BadInput("expected a painted mask with something in it, got an empty one.")
    return found
