"""Intervals around figures that are measured on a few inputs only."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Interval = tuple[float, float]  # both ends NaN where there is none
NONE: Interval = (math.nan, math.nan)
LEVEL = 0.95
DRAWS, SEED = 2000, 20260
_AT_ONCE = 1_000_000  # numbers drawn at once
_HALF = 0.5  # of an input: what is not known yet weighs so much


def wilson(hits: int, of: int, level: float = LEVEL) -> Interval:
    """Give the score interval of a share (Wilson, JASA 22, 1927); NaN where nothing was counted.

    Examples
    --------
    >>> low, high = wilson(9, 10)
    >>> round(low, 3), round(high, 3)
    (0.596, 0.982)
    """
    if not of:
        return NONE
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, square = hits / of, z * z / of
    middle = (share + square / 2) / (1 + square)
    reach = z / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach))


def over_inputs(
    apart: Numbers,
    size: Numbers,
    marks: Numbers,
    chance: Callable[[Numbers, Numbers], Numbers],
    *,
    worst: float = 1.0,
    least: float = -1.0,
) -> Interval:
    """Give the 95% interval of an agreement ``1 - (sum(apart) / sum(size)) / chance`` that inputs contribute to.

    The Bayesian bootstrap over inputs (Rubin, Annals of Statistics 9, 1981; fixed seed), to which half an input that
    agrees fully and half an input that disagrees fully are added, as Jeffreys' prior does for a share: without them
    full agreement on three inputs would be told as certain.

    Parameters
    ----------
    apart, size
        Per input: how much of it disagrees, out of how much. Shape (inputs,).
    marks
        Per input: what `chance` needs the sums of, such as how often each concept was used. Shape (inputs, marks).
    chance
        The share that would disagree by chance, from the sums of `marks` (draws, marks) and of `size` (draws,).
    worst
        The share of an input that disagrees at most.
    least
        The least that an agreement can be.

    Returns
    -------
    tuple of float
        Low and high; the value itself lies between them. NaN with less than two inputs, or where it is undefined.
    """
    if len(size) < 2:
        return NONE
    rows, many = np.unique(np.column_stack([apart, size, marks]), axis=0, return_counts=True)  # alike: drawn as one
    total = many @ rows
    value = float(agreement(total[:1], total[1:2], total[None, 2:], chance)[0])
    if math.isnan(value):
        return NONE
    mean = total / many.sum()
    agreed, differed = mean.copy(), mean.copy()
    agreed[0], differed[0] = 0.0, worst * mean[1]
    rows = np.vstack([rows, agreed, differed])
    weights = np.append(many.astype(np.float64), [_HALF, _HALF])
    random = np.random.default_rng(SEED)
    found: list[Numbers] = []
    for start in range(0, DRAWS, step := max(1, _AT_ONCE // len(rows))):
        drawn = random.standard_gamma(weights, size=(min(step, DRAWS - start), len(rows)))
        sums = drawn / drawn.sum(axis=1, keepdims=True) * many.sum() @ rows
        found.append(agreement(sums[:, 0], sums[:, 1], sums[:, 2:], chance))
    drawn = np.concatenate(found)
    low, high = np.quantile(drawn[np.isfinite(drawn)], [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    return max(least, min(low, value)), max(high, value)


def agreement(apart: Numbers, size: Numbers, marks: Numbers, chance: Callable[[Numbers, Numbers], Numbers]) -> Numbers:
    """Give ``1 - (apart / size) / chance`` of sums, one a draw; NaN where chance leaves no room to disagree."""
    by_chance = chance(marks, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        values: Numbers = np.where((by_chance > 0) & (size > 0), 1.0 - (apart / size) / by_chance, np.nan)
    return values
