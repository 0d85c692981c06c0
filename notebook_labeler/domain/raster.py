"""From a region to the pixels that it covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .geometry import Box, Region

Mask = np.ndarray[Any, Any]  # bool, height x width
Points = np.ndarray[Any, Any]  # float, sides x 2
_TALL = 32  # rows: sides that cross more are marked one by one, which is quicker then and takes less memory


def filled(region: Region, width: int, height: int) -> Mask:
    """Give the pixels whose middle lies inside a region, by the even-odd rule.

    Parameters
    ----------
    region
        A box or a polygon, in pixels.
    width, height
        Of the picture, in pixels. What lies outside of it is left out.

    Returns
    -------
    numpy.ndarray
        bool, `height` x `width`.

    Examples
    --------
    >>> filled(Box(1, 0, 2, 1), 4, 2).astype(int).tolist()
    [[0, 1, 1, 0], [0, 0, 0, 0]]
    """
    return filled_rings(_corners(region) if isinstance(region, Box) else region.rings, width, height)


def filled_rings(rings: Iterable[Sequence[float]], width: int, height: int) -> Mask:
    """Give the same of rings x0, y0, x1, y1, ... that were not made a polygon."""
    turns = np.zeros((height, width + 1), np.uint8)  # how often the boundary is crossed just left of a pixel's middle
    for ring in rings:
        here = np.asarray(ring, float).reshape(-1, 2)
        there = np.roll(here, -1, axis=0)
        tall = np.abs(there[:, 1] - here[:, 1]) > _TALL
        for side in np.flatnonzero(tall).tolist():
            _cross(turns, here[side : side + 1], there[side : side + 1])
        _cross(turns, here[~tall], there[~tall])
    return np.bitwise_xor.accumulate(turns, axis=1)[:, :width].astype(bool)


def _cross(turns: Mask, here: Points, there: Points) -> None:
    """Mark where sides, each from here to there, cross the middles of rows."""
    height, width = turns.shape[0], turns.shape[1] - 1
    up = (here[:, 1] <= there[:, 1])[:, None]
    (x0, y0), (x1, y1) = np.where(up, here, there).T, np.where(up, there, here).T
    first, last = np.clip(np.ceil([y0 - 0.5, y1 - 0.5]), 0, height).astype(int)
    many = np.maximum(last - first, 0)
    side = np.repeat(np.arange(len(here)), many)
    rows = np.arange(len(side)) - np.repeat(np.cumsum(many) - many, many) + first[side]
    slope = (x1 - x0)[side] / (y1 - y0)[side]
    crossing = x0[side] + (rows + 0.5 - y0[side]) * slope
    columns = np.clip(np.ceil(crossing - 0.5), 0, width).astype(int)
    if len(here) == 1:  # no place comes twice
        turns[rows, columns] ^= 1
    else:
        np.bitwise_xor.at(turns, (rows, columns), 1)


def _corners(box: Box) -> tuple[tuple[float, ...], ...]:
    x0, y0, x1, y1 = box.corners
    return ((x0, y0, x1, y0, x1, y1, x0, y1),)
