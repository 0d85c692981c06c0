"""From a region to the pixels that it covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .geometry import Box, Region

Mask = np.ndarray[Any, Any]  # bool, height x width


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
        points = np.asarray(ring, float).reshape(-1, 2)
        for here, there in zip(points, np.roll(points, -1, axis=0), strict=True):
            (x0, y0), (x1, y1) = (here, there) if here[1] <= there[1] else (there, here)
            first, last = np.clip(np.ceil([y0 - 0.5, y1 - 0.5]), 0, height).astype(int)
            if first < last:
                rows = np.arange(first, last)
                crossing = x0 + (rows + 0.5 - y0) * ((x1 - x0) / (y1 - y0))
                turns[rows, np.clip(np.ceil(crossing - 0.5), 0, width).astype(int)] ^= 1
    return np.bitwise_xor.accumulate(turns, axis=1)[:, :width].astype(bool)


def _corners(box: Box) -> tuple[tuple[float, ...], ...]:
    x0, y0, x1, y1 = box.corners
    return ((x0, y0, x1, y0, x1, y1, x0, y1),)
