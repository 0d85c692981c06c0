"""How the rings of a polygon lie to each other: apart, one in another, or crossing; formats do not take them all."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from ..domain.geometry import Polygon, Ring

APART, INSIDE, AROUND, CROSSING = "apart", "inside", "around", "crossing"
_ON = 1e-9  # pixels from a side at which a point counts as on it
_AT_ONCE = 1 << 20  # point-side pairs looked at together
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
    return all(relation(a, b) == APART for a, b in combinations(polygon.rings, 2))


def outer(polygon: Polygon) -> Polygon | None:
    """Give the polygon with its holes filled; None if rings cross each other."""
    hidden = set()
    for (i, a), (j, b) in combinations(enumerate(polygon.rings), 2):
        found = relation(a, b)
        if found == CROSSING:
            return None
        hidden |= {i} if found == INSIDE else {j} if found == AROUND else set()
    return Polygon(tuple(ring for i, ring in enumerate(polygon.rings) if i not in hidden))


def _points(ring: Ring) -> Points:
    return np.asarray(ring, float).reshape(-1, 2)


def _against(points: Points, ring: Points) -> tuple[bool, bool, bool]:
    """Say whether points of a ring are strictly inside another one, some strictly outside, and whether sides cross.

    Middles of sides count as points: the corners alone may all lie on the other's sides.
    """
    ends = np.roll(points, -1, axis=0)
    a, b = ring, np.roll(ring, -1, axis=0)
    inside = outside = False
    step = max(1, _AT_ONCE // len(ring))
    for at in range(0, len(points), step):
        here, there = points[at : at + step], ends[at : at + step]
        if _cross(here, there, a, b):
            return True, True, True
        for some in (here, (here + there) / 2):
            within, on = _within(some, a, b)
            inside = inside or bool((within & ~on).any())
            outside = outside or bool((~within & ~on).any())
    return inside, outside, False


def _within(points: Points, a: Points, b: Points) -> tuple[Points, Points]:
    """Give for each point whether it is inside by the even-odd rule, and whether it is on a side (a to b)."""
    px, py = points[:, :1], points[:, 1:]
    (ax, ay), (dx, dy) = a.T, (b - a).T
    spans = (ay > py) != (ay + dy > py)
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
