"""Numbers shared among people as evenly as may be: tables of how many of each kind go to whom.

A kind is what is alike in who may have it: inputs that one labeler made, say, which that labeler does not review.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
_ROUNDS = 60  # of scaling; what they leave uneven is mended in whole numbers


def balanced(have: Counts, fresh: Counts, allowed: Flags, fixed: Counts) -> Counts:
    """Give how many of each kind everybody has once all is as even as may be, and as few as need be were moved.

    New ones go where there is least. Then, as long as somebody has two more than somebody else to whom a chain of
    hand-overs leads, the surplus moves along the shortest such chain; when no chain is left, the sum of the squares is
    the least possible (Harvey, Ladner, Lovász, Tamir: "Semi-matchings for bipartite graphs", J. Algorithms 59, 2006).

    Parameters
    ----------
    have
        What people have and may lose, kinds x people.
    fresh
        How many of each kind nobody has.
    allowed
        Who may have which kind, kinds x people. `have` is 0 where it is not; every kind has somebody.
    fixed
        What people have and keep.

    Returns
    -------
    numpy.ndarray
        int64, kinds x people; its rows add up to those of `have` and `fresh`.

    Examples
    --------
    >>> balanced(np.array([[6, 0, 0]]), np.array([3]), np.ones((1, 3), bool), np.array([0, 0, 1])).tolist()
    [[4, 3, 2]]
    """
    counts = have.copy()
    for kind in np.argsort(allowed.sum(axis=1), kind="stable"):
        counts[kind] += _poured(int(fresh[kind]), fixed + counts.sum(axis=0), allowed[kind])
    level = _level(int(counts.sum()), fixed)
    while _evened(counts, have, allowed, fixed, level):
        pass
    return counts


def spread(rows: Counts, rooms: Counts, allowed: Flags) -> Counts:
    """Fill everybody's room so that each gets about the same part of each kind.

    The table with these sums that favours nothing is found by scaling rows and columns in turn (Sinkhorn and Knopp,
    Pacific J. Math. 21, 1967), and then made whole.

    Parameters
    ----------
    rows
        How many there are of each kind.
    rooms
        How many everybody takes, as many together.
    allowed
        Who may have which kind; a table with these sums must be possible.

    Examples
    --------
    >>> spread(np.array([4, 4, 4]), np.array([4, 4, 4]), ~np.eye(3, dtype=bool)).tolist()
    [[0, 2, 2], [2, 0, 2], [2, 2, 0]]
    """
    table = allowed.astype(float)
    for _ in range(_ROUNDS):
        table *= (rows / np.maximum(table.sum(axis=1), 1e-300))[:, None]
        table *= rooms / np.maximum(table.sum(axis=0), 1e-300)
    table *= np.minimum(1, rows / np.maximum(table.sum(axis=1), 1e-300))[:, None]
    counts = np.floor(table + 1e-9).astype(np.int64)
    while (left := rows - counts.sum(axis=1)).any():
        kind, room = int(left.argmax()), rooms - counts.sum(axis=0)
        takers = np.flatnonzero(allowed[kind] & (room > 0))
        if len(takers):
            who = int(takers[(table - counts)[kind, takers].argmax()])
            counts[kind, who] += max(1, min(left[kind], room[who]) // 2)
            continue
        links = _links(counts, allowed)
        for goal in np.flatnonzero(room > 0):
            ways = _ways(links, int(goal))
            if starts := [who for who in ways if allowed[kind, who]]:
                _moved(counts, counts, allowed, _path(ways, starts[-1]), 1)
                counts[kind, starts[-1]] += 1
                break
        else:
            raise ValueError("no table has these sums")
    return counts


def apportioned(total: int, caps: Counts) -> Counts:
    """Take so many out of heaps, in proportion to their sizes (largest remainders).

    >>> apportioned(5, np.array([6, 3, 1])).tolist()
    [3, 2, 0]
    """
    if total <= 0:
        return np.zeros_like(caps)
    parts, over = np.divmod(caps * total, caps.sum())
    parts[np.argsort(-over, kind="stable")[: total - int(parts.sum())]] += 1
    return parts


def _poured(total: int, loads: Counts, open_to: Flags) -> Counts:
    """Give what everybody gets when so many are given one by one to who has least."""
    got = np.zeros_like(loads)
    who = np.flatnonzero(open_to)
    who = who[np.argsort(loads[who], kind="stable")]
    heights = loads[who]
    needed = np.arange(1, len(who) + 1) * heights - np.cumsum(heights)  # to raise those before to this height
    reached = int(np.searchsorted(needed, total, side="right"))
    level, rest = divmod(total - int(needed[reached - 1]), reached)
    got[who[:reached]] = heights[reached - 1] + level - heights[:reached]
    got[who[:rest]] += 1
    return got


def _level(total: int, fixed: Counts) -> tuple[int, int]:
    """Give the least and the most that those have who get something, if anybody might get anything."""
    got = _poured(total, fixed, np.ones(len(fixed), bool))
    reached = (fixed + got)[got > 0]
    return (int(reached.min()), int(reached.max())) if len(reached) else (0, 0)


def _evened(counts: Counts, have: Counts, allowed: Flags, fixed: Counts, level: tuple[int, int]) -> bool:
    """Move one surplus along a chain, in place; False when there is none."""
    loads = fixed + counts.sum(axis=0)
    links = _links(counts, allowed)
    for goal in np.argsort(loads, kind="stable").tolist():
        ways = _ways(links, goal)
        start = max(ways, key=lambda who: (loads[who], -who))
        if loads[start] - loads[goal] < 2:
            continue
        path = _path(ways, start)
        amount = min(int(loads[start] - loads[goal]) // 2, *(int(links[a, b]) for a, b in _hops(path)))
        spare = (int(loads[start]) - level[1], level[0] - int(loads[goal]))  # what is beyond may stay where it is
        _moved(counts, have, allowed, path, min(amount, *(each if each > 0 else amount for each in spare)))
        return True
    return False


def _links(counts: Counts, allowed: Flags) -> Counts:
    """Give how many each person could hand to each other one."""
    links = counts.T @ allowed.astype(np.int64)
    np.fill_diagonal(links, 0)
    return links


def _ways(links: Counts, goal: int) -> dict[int, int]:
    """Give the next one on the shortest chain to `goal`, for everybody who has one, the nearest first."""
    ways, line = {goal: goal}, [goal]
    for here in line:
        for who in np.flatnonzero(links[:, here]).tolist():
            if who not in ways:
                ways[who] = here
                line.append(who)
    return ways


def _path(ways: dict[int, int], start: int) -> list[int]:
    path = [start]
    while ways[path[-1]] != path[-1]:
        path.append(ways[path[-1]])
    return path


def _hops(path: list[int]) -> list[tuple[int, int]]:
    return list(pairwise(path))


def _moved(counts: Counts, have: Counts, allowed: Flags, path: list[int], amount: int) -> None:
    """Hand on so many along a path, in place: first what was not theirs before, and of each kind in proportion."""
    for giver, taker in reversed(_hops(path)):
        may = np.where(allowed[:, taker], counts[:, giver], 0)
        new = np.minimum(may, np.maximum(counts[:, giver] - have[:, giver], 0))
        first = apportioned(min(amount, int(new.sum())), new)
        given = first + apportioned(amount - int(first.sum()), may - first)
        counts[:, giver] -= given
        counts[:, taker] += given
