"""Shapes that other programs have and we do not, as polygons: boxes turned about a point, and ellipses."""

from __future__ import annotations

import math

from ..domain.geometry import Box, Polygon, coordinate
from ..errors import BadInput

SAGITTA = 0.05  # pixels that a side of a polygon may stay inside of the ellipse it stands for
FEWEST, MOST = 12, 720  # points of an ellipse


def turned(box: Box, degrees: float, about: tuple[float, float]) -> Box | Polygon:
    """Give a box turned clockwise about a point; the box itself when nothing is turned.

    Examples
    --------
    >>> turned(Box(0, 0, 4, 2), 90, about=(0, 0)).rings
    ((0.0, 0.0, 0.0, 4.0, -2.0, 4.0, -2.0, 0.0),)
    """
    x0, y0, x1, y1 = box.corners
    turn = _turn(degrees)
    if turn == (1.0, 0.0):
        return box
    return Polygon((tuple(v for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)) for v in _at(x, y, turn, about)),))


def ellipse(x: float, y: float, radius_x: float, radius_y: float, degrees: float = 0.0) -> Polygon:
    """Give an ellipse as a polygon of so many points that no side is farther than 0.05 pixels from it.

    Parameters
    ----------
    x, y
        Its middle, in pixels.
    radius_x, radius_y
        In pixels.
    degrees
        How far it is turned clockwise about its middle.

    Examples
    --------
    >>> round(ellipse(50, 50, 20, 10).area / (math.pi * 20 * 10), 3)
    0.997
    """
    x, y = coordinate(x, "the middle of an ellipse"), coordinate(y, "the middle of an ellipse")
    radii = coordinate(radius_x, "a radius"), coordinate(radius_y, "a radius")
    if min(radii) <= 0:
        raise BadInput(f"expected an ellipse of positive radii, got {radii[0]:g} x {radii[1]:g}.")
    turn = _turn(degrees)
    step = 2 * math.acos(max(0.0, 1 - SAGITTA / max(radii)))  # a side's angle, by the height of a circle's segment
    count = min(MOST, max(FEWEST, 4 * math.ceil(math.pi / 2 / step)))
    angles = [2 * math.pi * n / count for n in range(count)]
    points = ((x + radii[0] * math.cos(a), y + radii[1] * math.sin(a)) for a in angles)
    return Polygon((tuple(v for px, py in points for v in _at(px, py, turn, (x, y))),))


def _turn(degrees: float) -> tuple[float, float]:
    """Give cosine and sine; exact for quarters, so that a box stays one to the last digit."""
    angle = coordinate(degrees, "an angle") % 360
    if angle % 90 == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(angle // 90) % 4]
    return math.cos(math.radians(angle)), math.sin(math.radians(angle))


def _at(x: float, y: float, turn: tuple[float, float], about: tuple[float, float]) -> tuple[float, float]:
    (cosine, sine), dx, dy = turn, x - about[0], y - about[1]
    return about[0] + dx * cosine - dy * sine, about[1] + dx * sine + dy * cosine
