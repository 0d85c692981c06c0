"""From a run-length encoded mask to the polygon along its pixels' edges.

The mask itself is never filled: the work is in proportion to the number of runs, however large a picture a file
claims to speak of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..domain.geometry import FARTHEST, Polygon
from ..errors import BadInput

Numbers = np.ndarray[Any, Any]


def outline(
    counts: Sequence[int], width: int, height: int, *, left: float = 0, top: float = 0, by_columns: bool = False
) -> Polygon | None:
    """Give the polygon that covers exactly the pixels of a mask: holes and separate parts are rings of their own.

    Parameters
    ----------
    counts
        Lengths of runs outside, inside, outside, ... in pixels.
    width, height
        Of the mask, in pixels.
    left, top
        Where the mask's upper left corner lies in the picture, in pixels.
    by_columns
        Whether the runs go down the columns (COCO) and not along the rows (CVAT).

    Returns
    -------
    Polygon or None
        Its corners lie on pixels' corners; pixels that touch at a corner only are separate rings. None if nothing
        is inside.

    Raises
    ------
    BadInput
        The runs do not add up to the mask's size, or the outline has more points than a polygon may have.

    Examples
    --------
    >>> outline([5, 2, 2, 2, 5], 4, 4).rings
    ((1.0, 1.0, 3.0, 1.0, 3.0, 3.0, 1.0, 3.0),)
    """
    if not (0 < width <= FARTHEST and 0 < height <= FARTHEST):
        raise BadInput(f"expected a mask of 1 pixel or more each way, got {width} x {height}.")
    if min(counts, default=0) < 0 or sum(counts) != width * height:
        raise BadInput(f"expected runs that add up to the {width} x {height} pixels of the mask, got {sum(counts)}.")
    across, down, turns = _corners(_bands(counts, height if by_columns else width))
    xs, ys = (down, across) if by_columns else (across, down)
    rings = _linked(xs, ys, turns)
    return Polygon(tuple(_placed(ring, left, top) for ring in rings)) if rings else None


def _bands(counts: Sequence[int], stride: int) -> Numbers:
    """Give the runs inside as rectangles, count x (x0, y0, x1, y1): a long run is at most three of them."""
    ends = np.cumsum(np.asarray(counts, np.int64))
    stops = ends[1::2]
    starts = ends[0::2][: len(stops)]
    starts, stops = starts[stops > starts], stops[stops > starts]
    y0, x0 = np.divmod(starts, stride)
    y1, x1 = np.divmod(stops - 1, stride)
    x1 += 1
    single, several, tall = y0 == y1, y0 < y1, y1 - y0 > 1
    nought, full = np.zeros_like(x0), np.full_like(x0, stride)
    bands = (
        (x0, y0, x1, y0 + 1, single),
        (x0, y0, full, y0 + 1, several),
        (nought, y0 + 1, full, y1, tall),
        (nought, y1, x1, y1 + 1, several),
    )
    return np.concatenate([np.stack(sides, axis=1)[which] for *sides, which in bands])


def _corners(bands: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Give x, y of the corners of all bands together, and which way each turns.

    A band's upper side runs to the right and its lower side to the left. Summed over all bands, the sides between
    two of them cancel, and what is left are the corners of their union (2 or -2 where two touch at a corner).
    """
    x0, y0, x1, y1 = bands.T
    xs, ys = np.concatenate([x0, x1, x0, x1]), np.concatenate([y0, y0, y1, y1])
    turns = np.repeat([1, -1, -1, 1], len(bands))
    places, which = np.unique(np.stack([ys, xs], axis=1), axis=0, return_inverse=True)
    sums = np.bincount(which.ravel(), turns, len(places)).astype(np.int64)
    return places[sums != 0, 1], places[sums != 0, 0], sums[sums != 0]


def _linked(xs: Numbers, ys: Numbers, turns: Numbers) -> list[list[tuple[int, int]]]:
    """Follow the sides from corner to corner, the inside always on the right hand, until each ring is closed."""
    corners = list(zip(xs.tolist(), ys.tolist(), strict=True))
    right, left = _sides(np.lexsort((xs, ys)), turns)
    down, up = _sides(np.lexsort((ys, xs)), -turns)
    leaving = (right, down, left, up)  # by heading: from a corner to the next; to turn right is one further
    rings = []
    while right:
        start = here = next(iter(right))
        ring, heading = [], 0
        while here in leaving[heading]:
            ring.append(corners[here])
            here = leaving[heading].pop(here)
            heading = (heading + 1) % 4
            if here not in leaving[heading] and (here, heading) != (start, 0):
                heading = (heading + 2) % 4
        rings.append(ring)
    return rings


def _sides(order: Numbers, turns: Numbers) -> tuple[dict[int, int], dict[int, int]]:
    """Give where the sides along one axis lead, corner to corner: those that go forward, those that go back."""
    runs = np.cumsum(turns[order])[:-1]
    here, there = order[:-1], order[1:]
    ahead, back = runs > 0, runs < 0
    return (
        dict(zip(here[ahead].tolist(), there[ahead].tolist(), strict=True)),
        dict(zip(there[back].tolist(), here[back].tolist(), strict=True)),
    )


def _placed(ring: list[tuple[int, int]], left: float, top: float) -> tuple[float, ...]:
    return tuple(v for x, y in ring for v in (x + left, y + top))
