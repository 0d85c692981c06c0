"""Agreement beyond chance about categories: Krippendorff's alpha for any number of people, Cohen's kappa for two."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np

from .intervals import Interval, Numbers, agreement, over_inputs

Counts = Numbers  # (inputs, categories): how many people chose which


def by_choice(counts: Numbers, size: Numbers) -> Numbers:
    """Give how often two opinions differ by chance, where each is one of several categories.

    `counts` is (draws, categories), `size` (draws,) its sums. Two different opinions are drawn, as alpha does it.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        differ: Numbers = (size**2 - (counts**2).sum(axis=1)) / (size * (size - 1))
    return differ


def by_labels(used: Numbers, size: Numbers) -> Numbers:
    """Give the same where each opinion takes or leaves each of several labels, added over the labels.

    `used` is (draws, labels): how many opinions of `size` (draws,) took each.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        differ: Numbers = (2 * used * (size[:, None] - used)).sum(axis=1) / (size * (size - 1))
    return differ


def apart(counts: Counts) -> tuple[Numbers, Numbers]:
    """Give of each input how many of its opinions differ from another one of it, and how many opinions there are.

    That is the disagreement in the coincidence matrix: of an input with m opinions each of the m (m - 1) pairs
    weighs 1 / (m - 1).
    """
    size: Numbers = counts.sum(axis=1)
    return size - (counts * (counts - 1)).sum(axis=1) / (size - 1), size


def alpha(counts: Counts) -> tuple[float, float, Interval]:
    """Give observed agreement, Krippendorff's alpha for nominal data, and the 95% interval of alpha.

    Source: K. Krippendorff, Computing Krippendorff's alpha-reliability (2011), section B and C.

    Parameters
    ----------
    counts
        How many people chose which category: shape (inputs, categories). Each input has at least two opinions;
        inputs may have different numbers of them.

    Returns
    -------
    tuple
        Share of agreeing pairs, alpha, (low, high). NaN where there is nothing, or only one category was chosen.

    Examples
    --------
    >>> observed, value, _ = alpha(np.array([[2, 0], [2, 0], [0, 2], [1, 1]]))
    >>> observed, round(value, 3)
    (0.75, 0.533)
    """
    given = np.asarray(counts, np.float64)
    differing, size = apart(given)
    if not size.sum():
        return math.nan, math.nan, (math.nan, math.nan)
    observed = float(1 - differing.sum() / size.sum())
    total = given.sum(axis=0, keepdims=True)
    value = agreement(differing.sum(keepdims=True), size.sum(keepdims=True), total, by_choice)
    return observed, float(value[0]), over_inputs(differing, size, given, by_choice)


def alpha_of_labels(counts: Numbers, size: Numbers) -> tuple[float, float, Interval]:
    """Give the same for several labels at once, each taken or left: chance is reckoned label by label, then added.

    Source: H. Janson and U. Olsson, A measure of agreement for interval or nominal multivariate observations,
    Educational and Psychological Measurement 61 (2001), with alpha's correction for small samples. Of one label it
    is alpha itself.

    Parameters
    ----------
    counts
        How many people took which label: shape (inputs, labels).
    size
        How many opinions there are: shape (inputs,), each at least 2.

    Returns
    -------
    tuple
        Share of agreeing pairs over all labels, alpha, (low, high). NaN where nothing varies.
    """
    taken = np.asarray(counts, np.float64)
    many = np.asarray(size, np.float64)
    if not many.sum() or not taken.shape[1]:
        return math.nan, math.nan, (math.nan, math.nan)
    differing: Numbers = (2 * taken * (many[:, None] - taken) / (many[:, None] - 1)).sum(axis=1)
    share = differing.sum() / many.sum()
    value = agreement(differing.sum(keepdims=True), many.sum(keepdims=True), taken.sum(axis=0)[None], by_labels)
    labels = taken.shape[1]
    disjoint = 1.0 if labels == 1 else min(float(labels), 2 * taken.sum() / many.sum())  # no label in common
    interval = over_inputs(differing, many, taken, by_labels, worst=disjoint)
    return float(1 - share / labels), float(value[0]), interval


def kappa(some: Sequence[Hashable], others: Sequence[Hashable]) -> float:
    """Give Cohen's kappa of two people about the same inputs; NaN where both know one category only.

    Source: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20
    (1960).

    Examples
    --------
    >>> kappa("aabb", "aabb"), kappa("aabb", "abab")
    (1.0, 0.0)
    """
    if not some:
        return math.nan
    kinds = set(some) | set(others)
    by_chance = sum(some.count(kind) / len(some) * others.count(kind) / len(others) for kind in kinds)
    observed = sum(a == b for a, b in zip(some, others, strict=True)) / len(some)
    return math.nan if len(kinds) < 2 else (observed - by_chance) / (1 - by_chance)
