"""A model's vocabulary, indexed once: by spelling, by meaning, and by what its labels are kinds of."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from functools import cached_property
from threading import Lock

from ...domain.predictions import Vocabulary
from .forms import compact, parse, singulars
from .fuzzy import Spellings
from .senses import Sense, curated, senses_of
from .wordnet import nouns

_LOOKS_CURATED = 0.6  # share of the labels that the curated table knows
_NO_CONCEPT = frozenset({"n/a", "__background__", "background"})
_KEPT = 16


class Index:
    """One vocabulary, ready to be looked up. Labels are named by their position."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the labels apart. What concerns their meanings is worked out when first asked for."""
        self.labels = vocabulary.labels
        self._tags = vocabulary.synsets or _curated_tags(self.labels)
        self.names = [parse(label) for label in self.labels]
        self.by_key: dict[str, list[int]] = defaultdict(list)
        self.by_text: dict[str, list[int]] = defaultdict(list)
        self.by_compact: dict[str, list[int]] = defaultdict(list)
        self.by_singular: dict[str, list[int]] = defaultdict(list)
        for position, name in enumerate(self.names):
            if name.key in _NO_CONCEPT:
                continue
            self.by_key[name.key].append(position)
            for text in name.texts:
                self.by_text[text].append(position)
                self.by_compact[compact(text)].append(position)
                for single in singulars(text):
                    self.by_singular[single].append(position)

    def usual(self, position: int) -> str:
        """Give the shortest way to name a label: its first alternative."""
        texts = self.names[position].texts
        return texts[0] if texts else self.labels[position]

    def meanings(self, position: int) -> tuple[Sense, ...]:
        """Give what a label means: its tag, else the likeliest meaning of its name."""
        tag = self._tags[position] if self._tags is not None else None
        if tag is not None:
            return (Sense(tag, 1.0, "", True),)
        return () if self.names[position].key in _NO_CONCEPT else senses_of(self.labels[position])[:1]

    @cached_property
    def by_synset(self) -> dict[int, list[tuple[int, Sense]]]:
        """Labels by what they mean."""
        found: dict[int, list[tuple[int, Sense]]] = defaultdict(list)
        for position in range(len(self.labels)):
            for sense in self.meanings(position):
                found[sense.synset].append((position, sense))
        return dict(found)

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        """The part of WordNet above the labels, turned upside down: meanings by what they are kinds of."""
        known = nouns()
        found: dict[int, list[int]] = defaultdict(list)
        waiting = list(self.by_synset)
        seen = set(waiting)
        while waiting:
            synset = waiting.pop()
            for parent in known.hypernyms(synset):
                found[parent].append(synset)
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return dict(found)

    def kinds(self, synset: int, limit: int) -> list[tuple[int, int]]:
        """Give labels that are kinds of a meaning with the steps between, the nearest first, about `limit` of them."""
        found: list[tuple[int, int]] = []
        level, steps, seen = [synset], 0, {synset}
        while level and len(found) < limit:
            for node in level:
                for position, sense in self.by_synset.get(node, ()):
                    if steps or sense.kind_of:
                        found.append((steps + sense.kind_of, position))
            below = [child for node in level for child in self._children.get(node, ())]
            level = [child for child in dict.fromkeys(below) if child not in seen]
            seen.update(level)
            steps += 1
        return sorted(found)

    @cached_property
    def spellings(self) -> Spellings:
        """All texts of the labels, and the words for what they mean and are kinds of, for misspelt names."""
        known = nouns()
        words = (word.casefold() for synset in {*self.by_synset, *self._children} for word in known.words(synset))
        return Spellings({*self.by_text, *words})


def _curated_tags(labels: Iterable[str]) -> tuple[int | None, ...] | None:
    """Tag labels that look like COCO's or the toys', whose names mean more than one thing elsewhere."""
    table = curated().labels
    names = [parse(label) for label in labels]
    real = [name for name in names if name.key not in _NO_CONCEPT]
    tags = tuple(next((table[t] for t in name.texts[:1] if t in table), None) for name in names)
    return tags if sum(tag is not None for tag in tags) >= _LOOKS_CURATED * max(1, len(real)) else None


_indices: OrderedDict[Vocabulary, Index] = OrderedDict()
_lock = Lock()


def index_of(vocabulary: Vocabulary) -> Index:
    """Give the index of a vocabulary; the last sixteen are kept."""
    with _lock:
        found = _indices.pop(vocabulary, None) or Index(vocabulary)
        _indices[vocabulary] = found
        while len(_indices) > _KEPT:
            _indices.popitem(last=False)
        return found
