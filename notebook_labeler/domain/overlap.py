"""Which of several boxes speak of one object: greedy suppression of doubles."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from .geometry import Box


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
    if not boxes:
        return []
    corners = np.array([box.corners for box in boxes], np.float64)
    numbers = {group: at for at, group in enumerate(dict.fromkeys(groups))}
    group = np.array([numbers[g] for g in groups])
    order = np.argsort(-np.asarray(scores, np.float64), kind="stable")
    areas = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
    alive = np.ones(len(order), bool)
    kept: list[int] = []
    for place, at in enumerate(order):
        if not alive[place]:
            continue
        kept.append(int(at))
        rest = order[place + 1 :]
        double = (_iou(corners, areas, at, rest) > overlap) & (group[rest] == group[at])
        alive[place + 1 :] &= ~double
    return kept


def covered(boxes: Sequence[Box], by: Sequence[Box], overlap: float) -> list[bool]:
    """Give of each box whether one of others overlaps it by more than `overlap` (intersection over union)."""
    if not boxes or not by:
        return [False] * len(boxes)
    corners = np.array([box.corners for box in (*by, *boxes)], np.float64)
    areas = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
    wanted = np.arange(len(by), len(corners))
    found = np.zeros(len(boxes), bool)
    for at in range(len(by)):
        found |= _iou(corners, areas, np.intp(at), wanted) > overlap
    return [bool(one) for one in found]


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


def _iou(
    corners: npt.NDArray[np.float64], areas: npt.NDArray[np.float64], at: np.intp, others: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    low = np.maximum(corners[at, :2], corners[others, :2])
    high = np.minimum(corners[at, 2:], corners[others, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    shares: npt.NDArray[np.float64] = common / (areas[at] + areas[others] - common)
    return shares
