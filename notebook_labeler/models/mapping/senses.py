"""What a name means: its WordNet meanings, weighed by how likely somebody who labels pictures has them in mind."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock

from .forms import Name, parse, words_of
from .wordnet import Nouns, nouns

_RARER = 0.75  # each later meaning of a word is that much less likely; one that cannot be seen counts half
_ANIMAL, _FOOD, _PLANT = 5, 13, 20  # lexicographer files, see lexnames(5WN)
_SEEN = {3: 1.0, _ANIMAL: 1.0, 6: 1.0, _FOOD: 1.0, _PLANT: 1.0, 18: 0.7, 8: 0.8, 17: 0.8, 27: 0.6}
_UNSEEN = 0.3
_BORROWED = 0.7  # a meaning that usually goes by another word: a glove is seldom a baseball glove
_LEAST = 0.4  # meanings that are less likely than this share of the likeliest are left out
_MOST = 4
_USUAL = 0.55  # a meaning below this weight comes after others and is not the usual one
_RIVAL = 0.8  # a second meaning above this share of the first leaves open which is meant
_reading = Lock()


@dataclass(frozen=True)
class Sense:
    """One meaning of a name. `weight` is 1 for the likeliest; `word` is the form that was found.

    `plain` says that it is the usual one and no other comes near; `kind_of` that the name as a whole is unknown and
    only its last word was found, so that the name means some kind of this.
    """

    synset: int
    weight: float
    word: str
    plain: bool
    kind_of: bool = False


@dataclass(frozen=True)
class Curated:
    """What is known beyond WordNet: see ``curated.toml``."""

    pins: dict[str, tuple[int, ...]]
    labels: dict[str, int]


def curated() -> Curated:
    """Read the curated table and teach WordNet its steps, once."""
    with _reading:
        return _curated()


@cache
def _curated() -> Curated:
    known = nouns()
    raw = tomllib.loads((files(__package__) / "curated.toml").read_text(encoding="utf-8"))
    pins = {word: tuple(_meaning(known, m, {}) for m in meanings) for word, meanings in raw["pins"].items()}
    for word, parents in raw["coined"].items():
        pins[word] = (coined := known.coin(word),)
        for parent in parents:
            known.teach(coined, _meaning(known, parent, pins))
    for child, parents in raw["kinds"].items():
        for parent in parents:
            known.teach(_meaning(known, child, pins), _meaning(known, parent, pins))
    for child, parents in raw["never"].items():
        for parent in parents:
            known.forget(_meaning(known, child, pins), _meaning(known, parent, pins))
    return Curated(pins, {label: _meaning(known, m, pins) for label, m in raw["labels"].items()})


def _meaning(known: Nouns, text: str, coined: dict[str, tuple[int, ...]]) -> int:
    word, _, number = text.partition("#")
    senses = known.senses(word) or coined[word]
    return senses[int(number) - 1]


@lru_cache(maxsize=65536)
def senses_of(raw: str) -> tuple[Sense, ...]:
    """Give the meanings of a name, the likeliest first; at most four, none for what is no noun.

    >>> [(s.word, nouns().words(s.synset)[0]) for s in senses_of("Lorries")]
    [('lorry', 'truck')]
    """
    pins = curated().pins
    name = parse(raw)
    found: dict[int, tuple[float, str]] = {}
    for text in name.texts:
        for word in [text] if text in pins else words_of(text):
            for synset, weight in _weighed(word, pins):
                if weight > found.get(synset, (0.0, ""))[0]:
                    found[synset] = (weight, word)
    return _ranked(found) if found else _by_head(name, pins)


def _weighed(word: str, pins: dict[str, tuple[int, ...]]) -> list[tuple[int, float]]:
    if word in pins:
        return [(synset, 1.0 - 0.01 * i) for i, synset in enumerate(pins[word])]
    known = nouns()
    files = [(synset, known.lexfile(synset)) for synset in known.senses(word)]
    alive = any(file == _ANIMAL for _, file in files)
    found, rank = [], 0.0
    for synset, file in files:
        if not (alive and file == _FOOD):  # who labels pictures means the chicken, not its meat
            own = known.words(synset)[0] == word
            found.append((synset, _RARER**rank * _SEEN.get(file, _UNSEEN) * (1.0 if own else _BORROWED)))
        rank += 1.0 if file in _SEEN else 0.5
    grown = max((weight for synset, weight in found if known.lexfile(synset) == _PLANT), default=0.0)
    fruit = next((synset for synset, _ in found if known.lexfile(synset) == _FOOD), None)
    return [(s, max(w, grown) if s == fruit else w) for s, w in found]  # the squash we grow and we eat


def _ranked(found: dict[int, tuple[float, str]], *, kind_of: bool = False) -> tuple[Sense, ...]:
    order = sorted(found.items(), key=lambda item: -item[1][0])[:_MOST]
    top = order[0][1][0]
    near = [item for item in order if item[1][0] >= _LEAST * top]
    alone = len(found) == 1 or (top >= _USUAL and (len(near) == 1 or near[1][1][0] <= _RIVAL * top))
    return tuple(
        Sense(synset, weight / top, word, alone and i == 0, kind_of) for i, (synset, (weight, word)) in enumerate(near)
    )


def _by_head(name: Name, pins: dict[str, tuple[int, ...]]) -> tuple[Sense, ...]:
    """Take the last word of an unknown compound: a bike rider is some rider."""
    for text in name.texts:
        head = text.rpartition(" ")[2]
        if head != text:
            for word in [head] if head in pins else words_of(head):
                found = {synset: (weight, word) for synset, weight in _weighed(word, pins)}
                return _ranked(found, kind_of=True)
    return ()
