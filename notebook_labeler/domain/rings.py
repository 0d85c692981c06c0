"""Closed lines as flat tuples x0, y0, x1, y1, ...: what polygons are made of, and what is reckoned with them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

Ring = tuple[float, ...]
_ASKED = 7  # points of a ring that say whether it lies in another
_PATIENCE = 2000  # rings times points asked, about
_MANY = 500  # rings
_ASIDE = 1e-7  # pixels: less than any side, more than the last digit of any coordinate


def signed_area(ring: Sequence[float]) -> float:
    """Give the area of a ring by the shoelace formula, measured from its first point; negative if it goes round left.

    Examples
    --------
    >>> signed_area((0, 0, 4, 0, 4, 3, 0, 3)), signed_area((0, 0, 0, 3, 4, 3, 4, 0))
    (12.0, -12.0)
    """
    ox, oy = ring[0], ring[1]
    points = [(x - ox, y - oy) for x, y in zip(ring[::2], ring[1::2], strict=True)]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*points, points[0]])) / 2


def inside(ring: Sequence[float], x: float, y: float) -> bool:
    """Whether a ray from a point to the right crosses a ring an odd number of times."""
    points = list(zip(ring[::2], ring[1::2], strict=True))
    odd = False
    for (x0, y0), (x1, y1) in pairwise([*points, points[0]]):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            odd = not odd
    return odd


def clipped(ring: Ring, width: float, height: float) -> Ring:
    """Cut a ring at the four sides of a picture (Sutherland and Hodgman, CACM 17, 1974)."""
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


def depths(rings: Sequence[Ring]) -> tuple[int, ...]:
    """Give in how many other rings each one lies: an odd number makes it a hole under the even-odd rule.

    Of each ring several points are asked, each a hair to either side of the line, and the majority decides: rings
    that share a side (as after clipping) are told rightly. Of more than 500 rings none is asked, so that the work
    stays bounded: they come from masks, and go one way round around parts and the other way round around holes.

    Examples
    --------
    >>> depths([(0, 0, 4, 0, 4, 4, 0, 4), (1, 1, 2, 1, 2, 2, 1, 2), (5, 0, 6, 0, 6, 1)])
    (0, 1, 0)
    """
    if len(rings) == 1:
        return (0,)
    if len(rings) > _MANY:
        areas = [signed_area(ring) for ring in rings]
        around = max(areas, key=abs) > 0
        return tuple(int((area > 0) != around) for area in areas)
    starts = [np.reshape(np.asarray(ring, float), (-1, 2)) for ring in rings]
    x0, y0 = np.concatenate(starts).T
    x1, y1 = np.concatenate([np.roll(points, -1, axis=0) for points in starts]).T
    owner = np.repeat(np.arange(len(rings)), [len(points) for points in starts])
    asked = min(_ASKED, _PATIENCE // len(rings))
    found = []
    for index, points in enumerate(starts):
        votes = np.zeros(len(rings))
        for x, y in _spread(points, asked):
            for dx, dy in ((_ASIDE, 0.6 * _ASIDE), (-_ASIDE, -0.6 * _ASIDE)):
                near = np.flatnonzero((y0 > y + dy) != (y1 > y + dy))
                slope = (x1[near] - x0[near]) / (y1[near] - y0[near])
                crossed = near[x + dx < x0[near] + (y + dy - y0[near]) * slope]
                votes += np.bincount(owner[crossed], minlength=len(rings)) % 2
        votes[index] = 0
        found.append(int((votes > asked).sum()))
    return tuple(found)


def _spread(points: np.ndarray[tuple[int, int], np.dtype[np.float64]], count: int) -> list[tuple[float, float]]:
    """Give points on the sides of a ring, spread along it."""
    places = np.arange(count) * len(points) / count
    which = places.astype(int)
    share = (0.37 + places) % 1
    here, there = points[which], points[(which + 1) % len(points)]
    return [(float(x), float(y)) for x, y in here + (there - here) * share[:, None]]
