"""Dealing things out to people as numbers: evenly, stably, groups together."""

from __future__ import annotations

import numpy as np

from .fair import Counts, Flags, balanced, spread


def deal(
    current: Counts,
    people: int,
    *,
    locked: Flags | None = None,
    groups: Counts | None = None,
    kinds: Counts | None = None,
    allowed: Flags | None = None,
) -> Counts:
    """Give every input a person, so that everybody has as many groups as any other, or one more.

    What is locked stays where it is, and the rest of its group comes to it. Where that makes evenness impossible, those
    who have least get the rest. As few groups as possible change hands; none when all was even before. Of groups that
    are dealt the large ones come first, each size to everybody alike, in the order of their first inputs.

    Parameters
    ----------
    current
        int64, a number for who has each input: 0 to `people` - 1 for those who share, -1 for nobody, and more for
        people who do not share any longer.
    people
        How many share.
    locked
        Which inputs stay with who has them.
    groups
        A number per input, the same within a group (near-duplicates). Each input on its own unless given.
    kinds
        A number from 0 per input: what kind it is of, as far as `allowed` goes. A group of two kinds is two groups.
    allowed
        bool, kinds x people: who may have which kind. What nobody may have is nobody's.

    Returns
    -------
    numpy.ndarray
        int64, as `current`.

    Examples
    --------
    >>> deal(np.array([-1, -1, -1, -1, -1]), 2).tolist()
    [0, 1, 0, 1, 0]
    >>> deal(np.array([0, 1, 0, 1, 0]), 3).tolist()                              # one joins
    [0, 1, 2, 1, 0]
    >>> deal(np.array([-1, -1, -1, -1]), 2, groups=np.array([0, 1, 1, 1])).tolist()
    [1, 0, 0, 0]
    """
    locked = np.zeros(len(current), bool) if locked is None else locked
    kinds = np.zeros(len(current), np.int64) if kinds is None else kinds
    given = np.where(locked, current, -1)
    if not len(current) or not people:
        return given
    allowed = np.ones((int(kinds.max()) + 1, people), bool) if allowed is None else allowed
    unit, kind = _units(groups, kinds)
    listed = (current >= 0) & (current < people)
    held = _majority(unit, current, locked & listed, people, len(kind))
    free = np.bincount(unit[~locked], minlength=len(kind))  # how many inputs of the unit can be given
    settled = (held >= 0) & (allowed[kind, held] | (free == 0))
    may = ~locked & listed & allowed[kinds, np.where(listed, current, 0)]
    had = _majority(unit, current, may, people, len(kind))
    fixed = np.bincount(held[held >= 0], minlength=people)
    who = np.where(settled, held, -1)
    open_units = np.flatnonzero((free > 0) & ~settled & allowed[kind].any(axis=1))
    loads = np.bincount(current[locked & listed], minlength=people)
    loads += np.bincount(held[settled], weights=free[settled], minlength=people).astype(np.int64)
    who[open_units] = _dealt(had[open_units], kind[open_units], free[open_units], allowed, fixed, loads)
    return np.where(locked, current, who[unit])


def _units(groups: Counts | None, kinds: Counts) -> tuple[Counts, Counts]:
    """Number what is dealt as one, by first input; give the number of each input, and the kind of each number."""
    if groups is None:
        return np.arange(len(kinds)), kinds
    keys = np.unique(groups, return_inverse=True)[1].reshape(-1) * (int(kinds.max()) + 1) + kinds
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return number[inverse.reshape(-1)], kinds[first[order]]


def _majority(unit: Counts, person: Counts, voting: Flags, people: int, units: int) -> Counts:
    """Give who has most inputs of each unit, of several the one who has the first; -1 for nobody."""
    found = np.full(units, -1, np.int64)
    voters = np.flatnonzero(voting)
    if units == len(unit):
        found[unit[voters]] = person[voters]
        return found
    pairs, first, votes = np.unique(unit[voters] * people + person[voters], return_index=True, return_counts=True)
    order = np.lexsort((first, -votes, pairs // people))[::-1]
    found[pairs[order] // people] = pairs[order] % people  # written last is written for good
    return found


def _dealt(had: Counts, kind: Counts, size: Counts, allowed: Flags, fixed: Counts, loads: Counts) -> Counts:
    """Give a person to each unit. `loads` are the inputs that everybody has for good."""
    kinds, people = allowed.shape
    have = np.bincount(kind[had >= 0] * people + had[had >= 0], minlength=kinds * people).reshape(kinds, people)
    fresh = np.bincount(kind[had < 0], minlength=kinds)
    some = (have.sum(axis=1) + fresh) > 0
    total = np.zeros_like(have)
    total[some] = balanced(have[some], fresh[some], allowed[some], fixed)
    keep = np.minimum(total, have)
    who = had.copy()
    for k, p in np.argwhere(keep < have).tolist():
        theirs = np.flatnonzero((had == p) & (kind == k))
        who[_every(_falling(theirs, size), int(have[k, p] - keep[k, p]))] = -1
    loads = loads + np.bincount(who[who >= 0], weights=size[who >= 0], minlength=people).astype(np.int64)
    more = total - keep
    rows = more.sum(axis=1)
    some = rows > 0
    more[some] = spread(rows[some], more.sum(axis=0), (allowed & (keep == have))[some])
    for k in np.flatnonzero(some).tolist():
        pool = _falling(np.flatnonzero((who < 0) & (kind == k)), size)
        who[pool] = _handed(size[pool], more[k], loads)
    return who


def _falling(units: Counts, size: Counts) -> Counts:
    return units[np.argsort(-size[units], kind="stable")]


def _every(units: Counts, many: int) -> Counts:
    """Give so many of them, at equal distances."""
    return units[(2 * np.arange(many) + 1) * len(units) // (2 * many)]


def _handed(sizes: Counts, rooms: Counts, loads: Counts) -> Counts:
    """Give a person to each of the units, whose sizes fall; `rooms` says how many each gets. Adds to `loads`."""
    who, rooms = np.empty(len(sizes), np.int64), rooms.copy()
    ends = [*np.flatnonzero(np.diff(sizes)) + 1, len(sizes)]
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        quota = (end - start) * rooms // rooms.sum()
        waiting = np.flatnonzero(rooms > quota)
        smaller = float(sizes[end:].mean()) if end < len(sizes) else 0.0  # what the rest will weigh, about
        expected = loads + quota * sizes[start] + (rooms - quota) * smaller
        lowest = waiting[np.argsort(expected[waiting], kind="stable")]
        quota[lowest[: end - start - int(quota.sum())]] += 1
        who[start:end] = _in_turn(quota)
        loads += quota * sizes[start]
        rooms -= quota
    return who


def _in_turn(quota: Counts) -> Counts:
    """Give each person as often as their quota says, spread evenly: in turn, where quotas are alike."""
    when = np.concatenate([(np.arange(q) + 0.5) / q for q in quota.tolist() if q] or [np.empty(0)])
    return np.repeat(np.arange(len(quota)), quota)[np.argsort(when, kind="stable")]
