"""Outlines without any weights: GrabCut where colours tell the object apart, its strongest closed edge elsewhere.

GrabCut is OpenCV's, after Rother, Kolmogorov and Blake (SIGGRAPH 2004). It runs on a shrunk crop, coarse and then fine.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ...domain.geometry import Box, Polygon
from ...domain.overlap import iou
from .crop import Crop, bounds, ellipse
from .cutoff import cut_off
from .opencv import opencv
from .rays import around_click, within_box
from .segmenter import Cut, Mask, Pixels, Point, Prompt

COARSE, SIDE, LARGE = 96, 256, 384  # pixels of a crop's longer side: the first look, the answer, and of large objects
CORE = 0.4  # of a box's axes: what is surely the object
FITS = 0.85  # IoU of what was found with the box that was drawn
ROUNDS, LAST_ROUNDS = 2, 1
DISC = 4  # pixels of a crop around a click that are as clicked
VIEWS = (96.0, 320.0)  # pixels around a click that are looked at: near it, then farther
SMALLEST = 8.0  # pixels of a side that a box around a click has at least
Corners = tuple[float, float, float, float]


class GrabCut:
    """The segmenter that is always there. Use it from any thread.

    Examples
    --------
    >>> picture = np.full((100, 100, 3), 230, np.uint8)
    >>> picture[30:70, 20:80] = (40, 90, 200)
    >>> cut = GrabCut().segment(picture, Prompt(box=Box(18, 28, 64, 44)))
    >>> cut.outline().bounds.sides
    (20.0, 30.0, 60.0, 40.0)
    """

    key = "grabcut:1"
    name = "GrabCut"

    def open(self, rgb: Pixels) -> Pixels:
        """Give the picture itself: there is nothing to be looked at ahead."""
        opencv()
        return rgb

    def segment(self, state: Pixels, prompt: Prompt) -> Cut:
        """Give what is meant, in 30 to 60 ms."""
        cv2 = opencv()
        box = prompt.box or _box_around(state, prompt)
        box = _with_clicks(box, prompt.points)
        large = max(box.width, box.height) > 2 * LARGE
        coarse = Crop.around(state, box, COARSE)
        fine = Crop.around(state, box, LARGE if large else SIDE)
        first = _by_colour(coarse, box, prompt.points)
        fits = _fit(first, coarse.corners(box)) >= FITS and not cut_off(coarse, first, coarse.corners(box))
        if fits or _contradict(prompt):
            if fine.size == coarse.size:
                return coarse.back(first)
            grown = cv2.resize(first.astype(np.uint8), fine.size[::-1], interpolation=cv2.INTER_LINEAR)
            return fine.back(_finer(fine, grown > 0, prompt.points, fine.size[1] / coarse.size[1]))
        clicks = [(*fine.inside(x, y), positive) for x, y, positive in prompt.points]
        return fine.back(within_box(fine.rgb, fine.corners(box), clicks))


def outline_boxes(
    rgb: Pixels, boxes: Sequence[tuple[float, float, float, float]], *, tolerance: float = 1.0
) -> list[Polygon | None]:
    """Give the outline of the object in each box.

    Parameters
    ----------
    rgb
        The picture: height x width x 3, uint8.
    boxes
        x0, y0, x1, y1 in pixels of the picture.
    tolerance
        How far an outline may be simplified, in pixels.

    Returns
    -------
    list
        A polygon in pixels of the picture per box; None where the box is outside of it, or nothing was found.

    Raises
    ------
    MissingExtra
        OpenCV is not installed.
    """
    opencv()
    height, width = rgb.shape[:2]
    found: list[Polygon | None] = []
    for x0, y0, x1, y1 in boxes:
        box = Box.spanning(x0, y0, x1, y1).clipped(width, height) if x0 != x1 and y0 != y1 else None
        cut = GrabCut().segment(rgb, Prompt(box=box)) if box is not None else None
        polygon = cut.outline(tolerance) if cut is not None else None
        found.append(None if polygon is None else polygon.clipped(width, height))
    return found


def _by_colour(crop: Crop, box: Box, points: Sequence[Point]) -> Mask:
    cv2 = opencv()
    corners = crop.corners(box)
    labels = np.full(crop.size, cv2.GC_BGD, np.uint8)
    left, top, right, bottom = (round(v) for v in corners)
    labels[max(0, top) : max(bottom, top + 1), max(0, left) : max(right, left + 1)] = cv2.GC_PR_FGD
    labels[ellipse(crop.size, corners, CORE)] = cv2.GC_FGD
    _as_clicked(labels, crop, points)
    return _tidied(_grabcut(crop.rgb, labels, ROUNDS), crop, points)


def _finer(crop: Crop, mask: Mask, points: Sequence[Point], factor: float) -> Mask:
    """Decide again near the edge of what was found on a coarser crop."""
    cv2 = opencv()
    reach = 2 * round(factor) + 3
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    there = mask.astype(np.uint8)
    labels = np.where(mask, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[cv2.erode(there, kernel, borderValue=1) > 0] = cv2.GC_FGD
    labels[cv2.dilate(there, kernel) == 0] = cv2.GC_BGD
    _as_clicked(labels, crop, points)
    return _tidied(_grabcut(crop.rgb, labels, LAST_ROUNDS), crop, points)


def _grabcut(rgb: Pixels, labels: Any, rounds: int) -> Mask:
    cv2 = opencv()
    sure = ((labels & 1) == 1).any() and ((labels & 1) == 0).any()
    if sure:
        background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.setRNGSeed(0)  # its colour models begin by chance
        with suppress(cv2.error):  # too few pixels of one kind for its colour models: what was assumed stays
            cv2.grabCut(rgb, labels, None, background, foreground, rounds, cv2.GC_INIT_WITH_MASK)
    inside: Mask = (labels & 1) == 1  # GC_FGD is 1, GC_PR_FGD is 3
    return inside


def _as_clicked(labels: Any, crop: Crop, points: Sequence[Point]) -> None:
    cv2 = opencv()
    for x, y, positive in points:
        place = tuple(int(v) for v in crop.inside(x, y))
        cv2.circle(labels, place, DISC, cv2.GC_FGD if positive else cv2.GC_BGD, -1)


def _tidied(mask: Mask, crop: Crop, points: Sequence[Point]) -> Mask:
    """Keep what was clicked, or else the largest part; without hairs, and without holes that nobody clicked."""
    cv2 = opencv()
    small, middling = (cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)) for side in (3, 5))
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, small)
    if not opened.any():
        opened = mask.astype(np.uint8)
    count, parts, facts, _ = cv2.connectedComponentsWithStats(opened)
    if count > 2:
        clicked = {_at(parts, crop, x, y) for x, y, positive in points if positive} - {0}
        wanted = clicked or {1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA]))}
        opened = np.isin(parts, sorted(wanted)).astype(np.uint8)
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, middling)
    count, holes, _, _ = cv2.connectedComponentsWithStats((closed == 0).astype(np.uint8), connectivity=4)
    rim = np.unique(np.concatenate([holes[0], holes[-1], holes[:, 0], holes[:, -1]]))
    meant = {_at(holes, crop, x, y) for x, y, positive in points if not positive}
    empty = np.isin(holes, sorted(({*rim.tolist()} | meant) - {0}))
    return ~empty


def _at(labels: Any, crop: Crop, x: float, y: float) -> int:
    column, row = (int(v) for v in crop.inside(x, y))
    return int(labels[np.clip(row, 0, crop.size[0] - 1), np.clip(column, 0, crop.size[1] - 1)])


def _fit(mask: Mask, corners: Corners) -> float:
    left, top, right, bottom = bounds(mask)
    if right <= left:
        return 0.0
    return iou(Box(left, top, right - left, bottom - top), Box.spanning(*corners))


def _contradict(prompt: Prompt) -> bool:
    """Whether clicks say more than a box: then colours decide, which can follow any shape."""
    return len(prompt.points) > 3


def _with_clicks(box: Box, points: Sequence[Point]) -> Box:
    """Make a box large enough for every click on the object."""
    xs, ys = [x for x, _, positive in points if positive], [y for _, y, positive in points if positive]
    if not xs:
        return box
    x0, y0, x1, y1 = box.corners
    inside = min(xs) >= x0 and min(ys) >= y0 and max(xs) <= x1 and max(ys) <= y1
    if inside:
        return box
    more = 0.05 * max(box.width, box.height)
    return Box.spanning(
        min(x0, min(xs) - more), min(y0, min(ys) - more), max(x1, max(xs) + more), max(y1, max(ys) + more)
    )


def _box_around(picture: Pixels, prompt: Prompt) -> Box:
    """Give the box of what seems to be around the first click: near it, or farther where nothing near ends."""
    x, y = prompt.first or (0.0, 0.0)
    box = Box.spanning(x - SMALLEST / 2, y - SMALLEST / 2, x + SMALLEST / 2, y + SMALLEST / 2)
    for far in VIEWS:
        crop = Crop.around(picture, Box.spanning(x - far, y - far, x + far, y + far), SIDE)
        place = crop.inside(x, y)
        found = bounds(around_click(crop.rgb, *place, far * crop.across))
        left, top, right, bottom = found
        if right > left:
            corners = (left / crop.across + crop.left, top / crop.down + crop.top)
            ends = (right / crop.across + crop.left, bottom / crop.down + crop.top)
            box = Box.spanning(*corners, max(ends[0], corners[0] + 1), max(ends[1], corners[1] + 1))
        if max(box.width, box.height) < 1.4 * far:
            break
    return box
