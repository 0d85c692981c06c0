"""Names that are almost spelled alike: a typing mistake away, by Damerau-Levenshtein distance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

SHORTEST = 6  # letters; shorter names are a mistake away from too many others


def distance(a: str, b: str, limit: int) -> int:
    """Count the letters to insert, drop, change or swap with a neighbour; anything above `limit` is `limit` + 1.

    Optimal string alignment: no part is edited twice (Boytsov 2011, "Indexing methods for approximate dictionary
    searching", section 2.1).

    >>> distance("bicyle", "bicycle", 2), distance("umbrlela", "umbrella", 2), distance("dog", "house", 2)
    (1, 1, 3)
    """
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        above, before, row = before, row, [i]
        for j, y in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def tolerance(length: int) -> int:
    """How many mistakes a name of so many letters may hold."""
    return 0 if length < SHORTEST else 1 if length < 9 else 2


class Spellings:
    """Texts that can be looked up with mistakes. The first letter must be right."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_start: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
        for text in texts:
            self._by_start[text[:1], len(text)].append((_letters(text), text))

    def near(self, text: str) -> list[tuple[int, str]]:
        """Give the nearest texts with their distance, or nothing."""
        limit = tolerance(len(text))
        if not limit or len(text) > 60:
            return []
        letters = _letters(text)
        found = []
        for length in range(len(text) - limit, len(text) + limit + 1):
            for other, candidate in self._by_start.get((text[0], length), ()):
                if (letters ^ other).bit_count() <= 2 * limit:
                    apart = distance(text, candidate, limit)
                    if 0 < apart <= min(limit, tolerance(length)):
                        found.append((apart, candidate))
        return sorted(found)


def _letters(text: str) -> int:
    """Give the set of letters as bits, which rules out most pairs before they are compared."""
    bits = 0
    for letter in text:
        bits |= 1 << (ord(letter) & 63)
    return bits
