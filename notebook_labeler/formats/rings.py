"""How the rings of a polygon lie to each other: apart, one in another, or crossing; formats do not take them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..domain.geometry import Polygon, Ring

APART, INSIDE, AROUND, CROSSING = "apart", "inside", "around", "crossing"
_ON = 1e-9  # pixels from a side at which a point counts as on it
_STRETCH = 128  # points of a ring that are looked at together
Points = np.ndarray[Any, Any]  # count x 2


def relation(a: Ring, b: Ring) -> str:
    """Say how ring `a` lies to ring `b`: ``apart`` (touching too), ``inside`` it, ``around`` it, or ``crossing`` it.

    Examples
    --------
    >>> square = (0, 0, 4, 0, 4, 4, 0, 4)
    >>> relation((1, 1, 2, 1, 2, 2), square), relation((4, 0, 8, 0, 8, 4), square), relation((2, 2, 8, 2, 8, 3), square)
    ('inside', 'apart', 'crossing')
    """
    first, second = _points(a), _points(b)
    (low, high), (under, over) = ((p.min(axis=0), p.max(axis=0)) for p in (first, second))
    if (high <= under).any() or (over <= low).any():
        return APART
    in_b, out_of_b, crosses = _against(first, second)
    if crosses or (in_b and out_of_b):
        return CROSSING
    if in_b:
        return INSIDE
    in_a, out_of_a, _ = _against(second, first)
    if in_a and not out_of_a:
        return AROUND
    return CROSSING if in_a or not (out_of_a or out_of_b) else APART


def are_parts(polygon: Polygon) -> bool:
    """Whether all rings are apart: the polygon has parts, but no holes."""
    rings = polygon.rings
    return all(relation(rings[i], rings[j]) == APART for i, j in near(rings))


def outer(polygon: Polygon) -> Polygon | None:
    """Give the polygon with its holes filled; None if rings cross each other."""
    hidden = set()
    rings = polygon.rings
    for i, j in near(rings):
        found = relation(rings[i], rings[j])
        if found == CROSSING:
            return None
        hidden |= {i} if found == INSIDE else {j} if found == AROUND else set()
    return Polygon(tuple(ring for i, ring in enumerate(rings) if i not in hidden))


def near(rings: Sequence[Ring]) -> Iterator[tuple[int, int]]:
    """Give the pairs of rings whose bounds overlap: all others are apart. Found by a sweep along x.

    Examples
    --------
    >>> list(near([(0, 0, 4, 0, 4, 4), (9, 0, 12, 0, 9, 4), (3, 0, 5, 0, 5, 4)]))
    [(0, 2)]
    """
    if len(rings) < 2:
        return
    low, high = (np.array([edge(_points(ring), axis=0) for ring in rings]) for edge in (np.min, np.max))
    order = np.argsort(low[:, 0], kind="stable")
    ends = np.searchsorted(low[order, 0], high[order, 0], side="left")
    for place, at in enumerate(order):
        others = order[place + 1 : ends[place]]
        for other in others[(low[others, 1] < high[at, 1]) & (high[others, 1] > low[at, 1])]:
            yield min(int(at), int(other)), max(int(at), int(other))


def _points(ring: Ring) -> Points:
    return np.asarray(ring, float).reshape(-1, 2)


def _against(points: Points, ring: Points) -> tuple[bool, bool, bool]:
    """Say whether points of a ring are strictly inside another one, some strictly outside, and whether sides cross.

    Middles of sides count as points: the corners alone may all lie on the other's sides. Neighbours lie close together,
    so that a stretch of a ring has to do with few sides of the other.
    """
    ends, sides = np.roll(points, -1, axis=0), _Sides(ring)
    inside = outside = False
    for at in range(0, len(points), _STRETCH):
        here, there = points[at : at + _STRETCH], ends[at : at + _STRETCH]
        both = np.concatenate([here, there])
        low, high = both.min(axis=0) - _ON, both.max(axis=0) + _ON
        a, b = sides.near(low, high)
        if len(a) and _cross(here, there, a, b):
            return True, True, True
        for some in (here, (here + there) / 2):
            within, on = _within(some, a, b)
            within ^= sides.to_the_right(high[0], some[:, 1]) % 2 == 1
            inside = inside or bool((within & ~on).any())
            outside = outside or bool((~within & ~on).any())
    return inside, outside, False


class _Sides:
    """The sides of a ring, looked up by place."""

    def __init__(self, ring: Points) -> None:
        self._a, self._b = ring, np.roll(ring, -1, axis=0)
        self._low, self._high = np.minimum(self._a, self._b), np.maximum(self._a, self._b)

    def near(self, low: Points, high: Points) -> tuple[Points, Points]:
        """Give the sides, from and to, whose bounds touch a rectangle."""
        there = ((self._high >= low) & (self._low <= high)).all(axis=1)
        return self._a[there], self._b[there]

    def to_the_right(self, x: float, heights: Points) -> Points:
        """Give how many sides wholly to the right of `x` a ray at each height meets."""
        right = self._low[:, 0] > x
        begun, ended = np.sort(self._low[right, 1]), np.sort(self._high[right, 1])
        met: Points = np.searchsorted(begun, heights, "right") - np.searchsorted(ended, heights, "right")
        return met


def _within(points: Points, a: Points, b: Points) -> tuple[Points, Points]:
    """Give for each point whether a ray to the right meets an odd number of sides (a to b), and whether one has it."""
    if not len(a):
        return np.zeros(len(points), bool), np.zeros(len(points), bool)
    px, py = points[:, :1], points[:, 1:]
    (ax, ay), (dx, dy) = a.T, (b - a).T
    spans = (ay > py) != (b[:, 1] > py)
    slope = np.divide(dx, dy, out=np.zeros_like(dx), where=dy != 0)
    within = (spans & (px < ax + (py - ay) * slope)).sum(axis=1) % 2 == 1
    length = dx * dx + dy * dy
    share = np.divide((px - ax) * dx + (py - ay) * dy, length, out=np.zeros(spans.shape), where=length > 0).clip(0, 1)
    near = np.hypot(ax + share * dx - px, ay + share * dy - py).min(axis=1)
    return within, near <= _ON


def _cross(p: Points, q: Points, a: Points, b: Points) -> bool:
    """Whether any side p to q properly crosses any side a to b."""

    def turn(o: Points, d: Points, x: Points) -> Points:
        found: Points = d[..., 0] * (x[..., 1] - o[..., 1]) - d[..., 1] * (x[..., 0] - o[..., 0])
        return found

    p, q, a, b = p[:, None], q[:, None], a[None], b[None]
    either = turn(a, b - a, p) * turn(a, b - a, q) < 0
    return bool((either & (turn(p, q - p, a) * turn(p, q - p, b) < 0)).any())
