"""From a mask to the polygon around it: exact along the pixels' edges, then as simple as is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...domain.geometry import MOST_POINTS, Polygon
from ...domain.raster import filled_rings
from ...errors import BadInput
from .opencv import opencv

Mask = np.ndarray[Any, Any]  # bool, height x width
Points = np.ndarray[Any, Any]  # int32, count x 2: corners of pixels
KEPT = 0.6  # of a ring's area, or of the whole's: less than that, and a simplification was too coarse
FINEST = 0.25  # pixels of the mask: under any less every corner stays
SPECK = 4  # tolerances: the side of a square; parts and holes of a smaller area are dropped


def outline(
    mask: Any, tolerance: float = 1.0, offset: tuple[float, float] = (0, 0), scale: float = 1.0
) -> Polygon | None:
    """Give the outline of a mask, with holes and separate parts as rings.

    The rings run along the edges of pixels (a full mask of 4 x 4 pixels has its corners at 0 and 4) and are
    simplified by Douglas and Peucker's algorithm (Cartographica 10, 1973). A ring that would vanish or lose much of
    its area under the tolerance is simplified less.

    Parameters
    ----------
    mask
        height x width, bool (or integers: what is not 0 is inside).
    tolerance
        How far the outline may leave the pixels' edges, in source pixels. 0 keeps every corner and every speck;
        otherwise parts and holes smaller than a square of four times the tolerance are dropped, the largest never.
    offset
        Where the mask's upper left corner lies in the picture: x, y in source pixels.
    scale
        Source pixels per pixel of the mask.

    Returns
    -------
    Polygon or None
        In source pixels; None if nothing is inside.

    Raises
    ------
    BadInput
        It is no mask, or a number is not finite or negative.
    MissingExtra
        OpenCV is not installed.

    Examples
    --------
    >>> outline(np.ones((4, 4), bool)).rings
    ((0.0, 0.0, 0.0, 4.0, 4.0, 4.0, 4.0, 0.0),)
    >>> outline(np.zeros((4, 4), bool)) is None
    True
    """
    inside = _checked(mask)
    if not (0 <= tolerance < np.inf and 0 < scale < np.inf and np.isfinite(offset).all()):
        raise BadInput(f"expected a tolerance of 0 or more pixels, got {tolerance!r}; 1 is a good one.")
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return None
    left, top = int(columns[0]), int(rows[0])
    part = inside[top : rows[-1] + 1, left : columns[-1] + 1]
    rings = _edges(part)
    if tolerance:
        rings = _worth_keeping(rings, tolerance / scale)
    simple = _simplified(rings, tolerance / scale)
    start = np.asarray(offset, float) + np.array([left, top]) * scale
    return Polygon(tuple(tuple((ring * float(scale) + start).ravel().tolist()) for ring in simple))


def _checked(mask: Any) -> Mask:
    array = np.asarray(mask)
    if array.ndim != 2 or array.dtype.kind not in "bui":
        raise BadInput(
            f"expected a mask as an array of bool, height x width, got {array.dtype} of shape {array.shape}; "
            "compare it with a threshold first."
        )
    return array if array.dtype == bool else array != 0


def _edges(mask: Mask) -> list[Points]:
    """Follow the edges of pixels around all that is inside, and around its holes.

    OpenCV walks from middle to middle of the outermost pixels. On a mask of twice the size each corner of a pixel of
    ours has a pixel of its own next to it: of columns 2i and 2i + 1 the first lies right of edge i, the second left
    of edge i + 1, so that half of it, rounded up, is the edge.
    """
    cv2 = opencv()
    double = np.repeat(np.repeat(mask.astype(np.uint8), 2, axis=0), 2, axis=1)
    found, _ = cv2.findContours(double, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    rings = ((ring.reshape(-1, 2) + 1) // 2 for ring in found)
    return [corners for ring in rings if len(corners := _corners(ring)) >= 4]


def _corners(ring: Points) -> Points:
    """Drop points that the ring passes straight through, or twice in a row."""
    ring = ring[np.any(ring != np.roll(ring, 1, axis=0), axis=1)]
    come, go = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    straight = come[:, 0] * go[:, 1] == come[:, 1] * go[:, 0]
    ahead = (come * go).sum(axis=1) > 0
    bends: Points = ring[~(straight & ahead)]
    return bends


def _worth_keeping(rings: list[Points], tolerance: float) -> list[Points]:
    areas = [abs(_area(ring)) for ring in rings]
    largest, least = int(np.argmax(areas)), (SPECK * tolerance) ** 2
    return [ring for n, ring in enumerate(rings) if n == largest or areas[n] >= least]


def _simplified(rings: list[Points], tolerance: float) -> list[Points]:
    """Simplify rings together: less where they would cross each other, more where there are too many points."""
    finer = tolerance
    simple = [_simpler(ring, finer) for ring in rings]
    while len(rings) > 1 and finer and _agreement(simple, rings) < KEPT:
        finer = finer / 2 if finer > FINEST else 0.0
        simple = [_simpler(ring, finer) for ring in rings]
    while sum(map(len, simple)) > MOST_POINTS:
        tolerance = max(2 * tolerance, 0.5)
        simple = [_simpler(ring, tolerance) for ring in _worth_keeping(rings, tolerance)]
    return simple


def _simpler(ring: Points, tolerance: float) -> Points:
    if not tolerance:
        return ring
    cv2 = opencv()
    before = abs(_area(ring))
    while tolerance > FINEST:
        after: Points = cv2.approxPolyDP(ring.astype(np.int32), tolerance, True).reshape(-1, 2)
        if len(after) >= 3 and KEPT <= abs(_area(after)) / before <= 2 - KEPT:
            return after
        tolerance /= 2
    return ring


def _agreement(simple: list[Points], rings: list[Points]) -> float:
    """Give the IoU of what two sets of rings fill."""
    height, width = max(int(ring[:, 1].max()) for ring in rings), max(int(ring[:, 0].max()) for ring in rings)
    one, other = (filled_rings([ring.ravel().tolist() for ring in some], width, height) for some in (simple, rings))
    return float((one & other).sum() / max(1, (one | other).sum()))


def _area(ring: Points) -> float:
    x, y = ring[:, 0].astype(float), ring[:, 1].astype(float)
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)
