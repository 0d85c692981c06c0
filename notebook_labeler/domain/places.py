"""Sets of places in a list of inputs, written as short text: ``0-99,105,200-996/4``."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput

Positions = NDArray[np.int64]

MOST = 50_000_000  # places that one text may stand for: half a gigabyte
_RUN = 4  # equal steps are written as a run from so many places on
_DIGITS = 18  # that many always fit in 64 bits
_ALPHABET = re.compile(r"[0-9,/-]*")
_PART = re.compile(r"(\d+)-(\d+)(?:/(\d+))?")


def pack(positions: Iterable[int] | NDArray[np.integer]) -> str:
    """Write a set of places as text.

    Places at equal steps are written as one part, so that what was dealt round robin is short: of a million inputs
    every fourth is ``0-999996/4``.

    Parameters
    ----------
    positions
        0-based, in any order; doubles count once.

    Returns
    -------
    str
        Parts in rising order with commas between: ``7``, ``first-last``, or ``first-last/step``. Empty for none.

    Raises
    ------
    BadInput
        One is no whole number, is negative, or has more than 18 digits.

    Examples
    --------
    >>> pack([*range(100), 105, *range(200, 1000, 4)])
    '0-99,105,200-996/4'
    >>> pack([3, 1, 3]), pack([])
    ('1,3', '')
    """
    places = _whole(positions)
    if len(places) < _RUN:
        return ",".join(map(str, places.tolist()))
    steps = np.diff(places)
    starts = np.flatnonzero(np.r_[True, steps[1:] != steps[:-1]])  # of stretches of equal steps
    ends = np.r_[starts[1:], len(steps)]  # the place where one ends is where the next one starts
    longs = ends - starts >= _RUN - 1
    firsts, lasts, strides = starts[longs], ends[longs], steps[starts[longs]]
    firsts = firsts + np.r_[False, firsts[1:] == lasts[:-1]]  # it is in the run before already
    inside = np.zeros(len(places) + 1, np.int8)
    inside[firsts] += 1
    inside[lasts + 1] -= 1
    singles = np.flatnonzero(np.cumsum(inside[:-1]) == 0)
    runs = zip(places[firsts].tolist(), places[lasts].tolist(), strides.tolist(), strict=True)
    texts = [*map(str, places[singles].tolist()), *(f"{a}-{b}" if s == 1 else f"{a}-{b}/{s}" for a, b, s in runs)]
    return ",".join(texts[i] for i in np.argsort(np.r_[singles, firsts], kind="stable").tolist())


def unpack(text: str) -> Positions:
    """Read places from text that `pack` wrote.

    Parameters
    ----------
    text
        As `pack` gives it.

    Returns
    -------
    numpy.ndarray
        int64, rising, without doubles.

    Raises
    ------
    BadInput
        It is no such text, its parts do not rise, or it stands for more than 50,000,000 places.

    Examples
    --------
    >>> unpack("0-3,7,10-30/10").tolist()
    [0, 1, 2, 3, 7, 10, 20, 30]
    """
    if not isinstance(text, str) or not _ALPHABET.fullmatch(text):
        raise _bad(text)
    if not text:
        return np.empty(0, np.int64)
    parts = text.split(",")
    try:
        if "-" not in text:
            return _rising(np.array(list(map(_number, parts)), np.int64), text)
        firsts, lasts, steps = np.array([_run(part) for part in parts], np.int64).T
    except ValueError as error:
        raise _bad(text) from error
    if (steps < 1).any() or (lasts < firsts).any() or ((lasts - firsts) % steps).any():
        raise _bad(text)
    counts = (lasts - firsts) // steps + 1
    if sum(counts.tolist()) > MOST:
        raise BadInput(f"expected at most {MOST:,} places, got {text!r:.80}; name fewer.")
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return _rising(np.repeat(firsts, counts) + within * np.repeat(steps, counts), text)


def _whole(positions: Iterable[int] | NDArray[np.integer]) -> Positions:
    given = np.asarray(positions if isinstance(positions, np.ndarray) else list(positions))
    if not given.size:
        return np.empty(0, np.int64)
    if given.dtype.kind not in "iu" or given.ndim != 1 or given.min() < 0 or given.max() >= 10**_DIGITS:
        raise BadInput(f"expected places as whole numbers from 0, got {given!r:.80}; count from 0.")
    places = given.astype(np.int64)
    return places if (np.diff(places) > 0).all() else np.unique(places)


def _number(text: str) -> int:
    if len(text) > _DIGITS:
        raise ValueError
    return int(text)


def _run(part: str) -> tuple[int, int, int]:
    if part.isdecimal():
        return _number(part), _number(part), 1
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError
    return _number(found[1]), _number(found[2]), _number(found[3] or "1")


def _rising(places: Positions, text: str) -> Positions:
    if (np.diff(places) < 1).any():
        raise _bad(text)
    return places


def _bad(text: object) -> BadInput:
    return BadInput(f"expected rising places such as '0-99,105,200-996/4', got {text!r:.80}; write them with pack.")
