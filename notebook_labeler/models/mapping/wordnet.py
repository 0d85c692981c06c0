"""WordNet's nouns: what a word can mean, what a meaning is a kind of, and how it is explained.

The extract beside this file (``wordnet_nouns.parquet``, made by ``tools/extract_wordnet.py`` from WordNet 3.0,
licence in ``LICENSE.wordnet``) is read when the first word is looked up. A meaning is a *synset*, named by its
offset in WordNet 3.0, the number in an ImageNet id: n02958343 is 2958343, the car.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any


class Nouns:
    """The extract in memory. One instance serves all; see `nouns`."""

    def __init__(self, table: Any, irregular: dict[str, str]) -> None:
        """Index a table as the extract holds it (`pyarrow.Table`, which is an import of its own)."""
        import numpy as np

        column = {name: table[name].combine_chunks() for name in table.column_names}
        number = np.from_dlpack  # to_numpy would import pandas, which takes a second
        words, hypernyms = column["words"], column["hypernyms"]
        self._synsets = number(column["offset"])
        self._row = {offset: row for row, offset in enumerate(self._synsets.tolist())}
        self._lexfile = number(column["lexfile"])
        self._words = words
        self._hypernyms, self._hypernyms_from = number(hypernyms.values), number(hypernyms.offsets)
        self.irregular = irregular
        spelled = _lower(words.values).dictionary_encode()
        code = number(spelled.indices)
        owner = np.repeat(np.arange(len(self._synsets)), np.diff(number(words.offsets)))
        order = np.lexsort((number(column["ranks"].values), code))
        self._senses = self._synsets[owner[order]]
        self._senses_from = np.searchsorted(code[order], np.arange(len(spelled.dictionary) + 1))
        self._code = {word: place for place, word in enumerate(spelled.dictionary.to_pylist())}
        self._ancestors: dict[int, dict[int, int]] = {}
        self._parents: dict[int, tuple[int, ...]] = {}
        self._coined: dict[int, str] = {}

    def __contains__(self, word: str) -> bool:
        """Whether a word (lower case, blanks between its parts) names something."""
        return word in self._code

    def __len__(self) -> int:
        """How many synsets."""
        return len(self._row)

    def senses(self, word: str) -> tuple[int, ...]:
        """Give what a word can mean, the most frequent meaning first; nothing for an unknown word."""
        number = self._code.get(word)
        if number is None:
            return ()
        return tuple(self._senses[self._senses_from[number] : self._senses_from[number + 1]].tolist())

    def known(self, synset: int) -> bool:
        """Whether the extract holds a synset."""
        return synset in self._row

    def words(self, synset: int) -> tuple[str, ...]:
        """Give the words for a meaning, the usual one first."""
        if synset in self._coined:
            return (self._coined[synset],)
        return tuple(self._words[self._row[synset]].as_py()) if synset in self._row else ()

    def lexfile(self, synset: int) -> int:
        """Give the lexicographer file of a meaning: 5 animals, 6 things made, 18 persons ... (lexnames(5WN))."""
        return int(self._lexfile[self._row[synset]])

    def gloss(self, synset: int) -> str:
        """Explain a meaning in a few words; empty for what cannot be seen."""
        return str(_glosses()[self._row[synset]].as_py()) if synset in self._row else ""

    def coin(self, word: str) -> int:
        """Add a word that WordNet lacks and give its meaning, a number below 0; `teach` says what it is a kind of."""
        synset = -1 - len(self._coined)
        self._coined[synset] = word
        return synset

    def teach(self, synset: int, parent: int) -> None:
        """Add a step that WordNet lacks: `synset` is a kind of `parent`."""
        self._parents[synset] = (*self.hypernyms(synset), parent)
        self._ancestors.clear()

    def forget(self, synset: int, parent: int) -> None:
        """Take back a step that misleads: `synset` is not what people call a kind of `parent`."""
        self._parents[synset] = tuple(h for h in self.hypernyms(synset) if h != parent)
        self._ancestors.clear()

    def hypernyms(self, synset: int) -> tuple[int, ...]:
        """Give what a meaning is a kind of, one step up."""
        if (taught := self._parents.get(synset)) is not None:
            return taught
        row = self._row.get(synset)
        if row is None:
            return ()
        return tuple(self._hypernyms[self._hypernyms_from[row] : self._hypernyms_from[row + 1]].tolist())

    def ancestors(self, synset: int) -> dict[int, int]:
        """Give everything that a meaning is a kind of, with the number of steps; itself is not among them."""
        found = self._ancestors.get(synset)
        if found is None:
            found = {}
            frontier = self.hypernyms(synset)
            steps = 1
            while frontier:
                fresh = [s for s in frontier if s not in found]
                found.update(dict.fromkeys(fresh, steps))
                frontier = tuple(parent for s in fresh for parent in self.hypernyms(s))
                steps += 1
            self._ancestors[synset] = found
        return found


def _lower(values: Any) -> Any:
    import pyarrow.compute as pc

    return pc.utf8_lower(values)


@cache
def nouns() -> Nouns:
    """Give the shipped extract, read once per process.

    >>> [nouns().words(s)[0] for s in nouns().senses("automobile")]
    ['car']
    """
    plurals = (files(__package__) / "irregular_plurals.csv").read_text(encoding="utf-8").splitlines()
    irregular = {row["plural"]: row["singular"] for row in csv.DictReader(plurals)}
    return Nouns(_read("wordnet_nouns.parquet", ["offset", "lexfile", "words", "ranks", "hypernyms"]), irregular)


@cache
def other_words() -> frozenset[str]:
    """Give adjectives, adverbs and verbs of four letters and more that are no nouns.

    >>> "blurry" in other_words(), "bicycle" in other_words()
    (True, False)
    """
    return frozenset(_read("other_words.parquet", ["word"])["word"].to_pylist())


@cache
def _glosses() -> Any:
    return _read("wordnet_nouns.parquet", ["gloss"])["gloss"]


def _read(name: str, columns: list[str]) -> Any:
    import pyarrow.parquet as pq

    with (files(__package__) / name).open("rb") as file:  # read_table would import pandas, which takes a second
        return pq.ParquetFile(file).read(columns=columns, use_threads=False)
