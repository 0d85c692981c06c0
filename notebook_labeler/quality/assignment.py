"""The best one-to-one pairs out of a table of scores."""

from __future__ import annotations

from typing import Any

import numpy as np

Scores = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def best_pairs(scores: Scores, at_least: float) -> list[tuple[int, int]]:
    """Give as many pairs of row and column as can be, none scoring less than `at_least`, with the largest sum.

    Each row and column is in one pair at most. Rows and columns that have no partner in common are dealt with apart,
    so that a picture of five hundred objects is many small tables and not one large one.

    Parameters
    ----------
    scores
        0 to 1, shape (rows, columns).
    at_least
        Lowest score of a pair, above 0.

    Examples
    --------
    >>> best_pairs(np.array([[0.9, 0.8], [0.8, 0.0]]), 0.5)
    [(0, 1), (1, 0)]
    """
    allowed = scores >= at_least
    found: list[tuple[int, int]] = []
    left = set(np.flatnonzero(allowed.any(axis=1)).tolist())
    while left:
        rows, columns = _together(allowed, left.pop())
        left -= rows
        places = np.ix_(sorted(rows), sorted(columns))
        bonus = min(len(rows), len(columns)) + 1.0  # one pair more counts for more than any sum of scores
        worth = np.where(allowed[places], scores[places] + bonus, 0.0)
        for row, column in _dearest(worth):
            if allowed[places][row, column]:
                found.append((sorted(rows)[row], sorted(columns)[column]))
    return sorted(found)


def _together(allowed: np.ndarray[Any, np.dtype[np.bool_]], row: int) -> tuple[set[int], set[int]]:
    """Give the rows and columns that hang together with a row through allowed pairs."""
    rows, columns, asked = {row}, set[int](), [row]
    while asked:
        fresh = set(np.flatnonzero(allowed[asked].any(axis=0)).tolist()) - columns
        columns |= fresh
        asked = list(set(np.flatnonzero(allowed[:, list(fresh)].any(axis=1)).tolist()) - rows)
        rows |= set(asked)
    return rows, columns


def _dearest(worth: Scores) -> list[tuple[int, int]]:
    """Give the pairs, as many as the shorter side has, of largest sum.

    The Hungarian method with potentials and shortest augmenting paths (Kuhn 1955; Jonker and Volgenant 1987), n^3.
    """
    if worth.shape[0] > worth.shape[1]:
        return [(row, column) for column, row in _dearest(worth.T)]
    rows, columns = worth.shape
    cost = -worth
    of_row, of_column = np.zeros(rows), np.zeros(columns)
    owner = np.full(columns, -1)  # the row that has each column
    for start in range(rows):
        dist, before = np.full(columns, np.inf), np.full(columns, -1)
        done = np.zeros(columns, bool)
        row, last, base = start, -1, 0.0
        while row >= 0:
            ahead = base + cost[row] - of_row[row] - of_column
            nearer = ~done & (ahead < dist)
            dist[nearer], before[nearer] = ahead[nearer], last
            last = int(np.where(done, np.inf, dist).argmin())
            base, done[last], row = float(dist[last]), True, int(owner[last])
        reached = np.flatnonzero(done)
        of_row[start] += base
        inner = reached[owner[reached] >= 0]
        of_row[owner[inner]] += base - dist[inner]
        of_column[reached] -= base - dist[reached]
        while last >= 0:  # turn the path round
            owner[last] = owner[before[last]] if before[last] >= 0 else start
            last = int(before[last])
    return [(int(row), column) for column, row in enumerate(owner) if row >= 0]
