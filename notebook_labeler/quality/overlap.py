"""How much regions of any shape overlap, and which of two people's regions are the same object."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..domain import overlap
from ..domain.geometry import Box, Region
from ..domain.raster import filled_rings
from .assignment import Scores, best_pairs

GRID = 128  # cells along each side of what two regions cover together


def iou(a: Region, b: Region) -> float:
    """Give how much two regions overlap: their common area as a share of the area of both together, 0 to 1.

    Two boxes exactly. Where one is a polygon, both are filled (even-odd) on 128 x 128 cells over the bounds of the
    two: shrinking both alike changes no share, so small objects are measured as well as large ones. The error is
    below 0.01 unless a shape is a thread.

    Examples
    --------
    >>> from notebook_labeler.domain.geometry import Polygon
    >>> iou(Box(0, 0, 2, 2), Polygon(((0, 0, 2, 0, 2, 1, 0, 1),)))
    0.5
    """
    if isinstance(a, Box) and isinstance(b, Box):
        return overlap.iou(a, b)
    left, top = min(a.bounds.left, b.bounds.left), min(a.bounds.top, b.bounds.top)
    wide = max(a.bounds.right, b.bounds.right) - left
    high = max(a.bounds.bottom, b.bounds.bottom) - top
    one, other = (_cells(region, left, top, GRID / wide, GRID / high) for region in (a, b))
    either = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / either) if either else 0.0


def ious(some: Sequence[Region], others: Sequence[Region]) -> Scores:
    """Give how much each region of the ones overlaps with each of the others: shape (some, others)."""
    found: Scores = overlap.ious([a.bounds for a in some], [b.bounds for b in others])
    for row, column in np.argwhere(found > 0).tolist():
        a, b = some[row], others[column]
        if not (isinstance(a, Box) and isinstance(b, Box)):
            found[row, column] = iou(a, b)
    return found


def matched(some: Sequence[Region], others: Sequence[Region], at_least: float) -> list[tuple[int, int, float]]:
    """Give which regions of two people are the same object: places and overlap (IoU) of each pair.

    Each is matched once at most, and only where they overlap by `at_least` (0 to 1). There are as many pairs as can
    be; of all such choices it is one of largest overlap in sum.
    """
    scores = ious(some, others)
    return [(row, column, float(scores[row, column])) for row, column in best_pairs(scores, at_least)]


def _cells(
    region: Region, left: float, top: float, across: float, down: float
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    if isinstance(region, Box):
        x0, y0, x1, y1 = region.corners
        rings = [np.array([x0, y0, x1, y0, x1, y1, x0, y1])]
    else:
        rings = [np.array(ring) for ring in region.rings]
    moved = [((ring.reshape(-1, 2) - (left, top)) * (across, down)).ravel().tolist() for ring in rings]
    return filled_rings(moved, GRID, GRID)
