"""Which of several boxes speak of one object: greedy suppression of doubles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from .geometry import Box

CHUNK = 256  # boxes that are held against all others at once
Corners = npt.NDArray[np.float64]  # left, top, right, bottom: one row a box


def iou(a: Box, b: Box) -> float:
    """Give how much two boxes overlap: their common area as a share of the area of both together, 0 to 1.

    Examples
    --------
    >>> iou(Box(0, 0, 2, 1), Box(1, 0, 2, 1))
    0.3333333333333333
    """
    wide = min(a.right, b.right) - max(a.left, b.left)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    if wide <= 0 or high <= 0:
        return 0.0
    return min(1.0, wide * high / (a.area + b.area - wide * high))


def nms(boxes: Sequence[Box], scores: Sequence[float], groups: Sequence[Hashable], overlap: float) -> list[int]:
    """Give which boxes stay when doubles go: of two of one group that overlap more, the likelier.

    Greedy non-maximum suppression within groups, as ``torchvision.ops.batched_nms`` defines it, without loading torch
    into the notebook's process.

    Parameters
    ----------
    boxes
        In any common unit.
    scores
        How likely each is.
    groups
        To which group each belongs; boxes of different groups leave each other alone.
    overlap
        Intersection over union, 0 to 1, above which two are doubles.

    Returns
    -------
    list of int
        Places of those that stay, the likeliest first; of equal scores the earlier.

    Examples
    --------
    >>> nms([Box(0, 0, 10, 10), Box(1, 0, 10, 10), Box(50, 0, 9, 9)], [0.6, 0.9, 0.3], ["a", "a", "a"], 0.5)
    [1, 2]
    """
    order = np.argsort(-np.asarray(scores, np.float64), kind="stable").tolist()
    members: dict[Hashable, list[int]] = defaultdict(list)
    for at in order:
        members[groups[at]].append(at)
    kept: set[int] = set()
    for mine in members.values():
        kept.update(mine[place] for place in _kept(_corners([boxes[at] for at in mine]), overlap))
    return [at for at in order if at in kept]


def ious(some: Sequence[Box], others: Sequence[Box]) -> npt.NDArray[np.float64]:
    """Give how much each box of the ones overlaps with each of the others: shape (some, others), 0 to 1.

    Examples
    --------
    >>> ious([Box(0, 0, 2, 1)], [Box(0, 0, 1, 1), Box(5, 5, 1, 1)]).tolist()
    [[0.5, 0.0]]
    """
    return np.minimum(_iou(_corners(some), _corners(others)), 1.0)


def covered(boxes: Sequence[Box], by: Sequence[Box], overlap: float) -> list[bool]:
    """Give of each box whether one of others overlaps it by more than `overlap` (intersection over union)."""
    if not boxes or not by:
        return [False] * len(boxes)
    asked, there = _corners(boxes), _corners(by)
    found = [_iou(asked[at : at + CHUNK], there).max(axis=1) > overlap for at in range(0, len(asked), CHUNK)]
    return [bool(one) for one in np.concatenate(found)]


def _kept(corners: Corners, overlap: float) -> list[int]:
    """Give the places that stay of boxes of one group, the likeliest first."""
    alive = np.ones(len(corners), bool)
    kept: list[int] = []
    for start in range(0, len(corners), CHUNK):
        doubles = _iou(corners[start : start + CHUNK], corners[start:]) > overlap
        for row, double in enumerate(doubles):
            if alive[start + row]:
                kept.append(start + row)
                alive[start + row + 1 :] &= ~double[row + 1 :]
    return kept


def _corners(boxes: Sequence[Box]) -> Corners:
    return np.array([box.corners for box in boxes], np.float64).reshape(-1, 4)


def _iou(some: Corners, others: Corners) -> npt.NDArray[np.float64]:
    """Give the intersection over union of each with each, as a matrix."""
    low = np.maximum(some[:, None, :2], others[None, :, :2])
    high = np.minimum(some[:, None, 2:], others[None, :, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = [np.prod(corners[:, 2:] - corners[:, :2], axis=1) for corners in (some, others)]
    shares: npt.NDArray[np.float64] = common / (areas[0][:, None] + areas[1][None, :] - common)
    return shares
