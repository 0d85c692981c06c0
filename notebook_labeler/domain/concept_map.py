"""How a model's concepts become one's own: links by synonym, hyponym and hypernym, applied to predictions.

Nothing here looks anything up: what matches by itself is found by `models.mapping` and handed in as `Match`es.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from .geometry import LABEL, POLYGON, Box, Polygon, Region
from .names import digest, name_key
from .overlap import nms
from .predictions import Guess, Prediction, Vocabulary
from .records import BY_RENAME, HYPERNYM, SYNONYM, UNRELATED, Relation
from .tasks import ALL, TaskSettings

AUTOMATIC = "automatic"


@dataclass(frozen=True)
class Match:
    """A recommendation: what `other` (a model concept) probably is to `concept` (an own one), and why.

    `relation` is ``synonym``, ``hyponym`` (other is a kind of concept) or ``hypernym`` (other is more general).
    `sure` matches hold without asking; the others are offered.
    """

    concept: str
    other: str
    relation: str
    score: float
    reason: str
    sure: bool = False


@dataclass(frozen=True)
class Link:
    """One line of the mapping in force. `source` is ``automatic``, ``editor`` or ``rename``."""

    concept: str
    other: str
    relation: str
    source: str
    reason: str = ""


@dataclass(frozen=True)
class Suggestion:
    """What a model proposes for one input, in one's own words. Nobody's word yet.

    `original` is the name that stood there before mapping or renaming, None when it is the same; `sources` all
    model concepts that added to the score; `ambiguous` marks a candidate among several, which accept-all leaves out.
    `region` is where it is, None for a label of the whole input.
    """

    suggestion_id: str
    concept: str
    score: float
    model: str
    sources: tuple[str, ...] = ()
    original: str | None = None
    ambiguous: bool = False
    region: Region | None = None

    @cached_property
    def concept_key(self) -> str:
        """The folded name of the concept."""
        return name_key(self.concept)

    @property
    def shape(self) -> str:
        """What it would be drawn as: ``box``, ``polygon``, or ``label`` for the whole input."""
        return LABEL if self.region is None else self.region.shape


def renames(relations: Iterable[Relation]) -> dict[str, str]:
    """Give what renaming has taught: folded original name -> own concept."""
    return {r.other_key: r.concept for r in relations if r.source == BY_RENAME and not r.deleted}


def resolve(name: str, renamed: Mapping[str, str]) -> str:
    """Follow renames from a name to the concept that stands for it today.

    >>> resolve("jean", {"jean": "pants", "pants": "trousers"})
    'trousers'
    """
    seen = {name_key(name)}
    while (target := renamed.get(name_key(name))) is not None and name_key(target) not in seen:
        name = target
        seen.add(name_key(name))
    return name


@dataclass(frozen=True)
class ConceptMap:
    """The mapping of one task's concepts onto one model's vocabulary."""

    concepts: tuple[str, ...]
    vocabulary: Vocabulary
    links: tuple[Link, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    spelling: Mapping[str, str] = field(default_factory=dict)  # folded name -> the project's spelling

    @classmethod
    def build(
        cls,
        concepts: Iterable[str],
        vocabulary: Vocabulary,
        *,
        relations: Iterable[Relation] = (),
        matches: Iterable[Match] = (),
        spelling: Mapping[str, str] | None = None,
    ) -> ConceptMap:
        """Put together what people have said and what matches surely; people win."""
        own = tuple(concepts)
        keys = {name_key(c) for c in own}
        known = {name_key(label): label for label in vocabulary.labels}
        kept = [r for r in relations if not r.deleted]
        said = {(r.concept_key, r.other_key) for r in kept if r.source != BY_RENAME or r.relation == UNRELATED}
        links = [
            Link(r.concept, known[r.other_key], r.relation, r.source)
            for r in kept
            if r.concept_key in keys and r.other_key in known and r.relation != UNRELATED
        ]
        have = {(name_key(link.concept), name_key(link.other)) for link in links} | said
        renamed = renames(kept)
        for m in matches:
            pair = (name_key(m.concept), name_key(m.other))
            if m.sure and pair[0] in keys and pair[1] in known and pair not in have:
                links.append(Link(m.concept, known[pair[1]], m.relation, AUTOMATIC, m.reason))
                have.add(pair)
        names = {name_key(c): c for c in own}
        return cls(own, vocabulary, tuple(links), renamed, {**(spelling or {}), **names})

    @property
    def mapped(self) -> tuple[str, ...]:
        """The own concepts that something in the vocabulary feeds."""
        fed = {name_key(link.concept) for link in self.links}
        return tuple(c for c in self.concepts if name_key(c) in fed)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The own concepts that nothing in the vocabulary feeds."""
        fed = {name_key(link.concept) for link in self.links}
        return tuple(c for c in self.concepts if name_key(c) not in fed)

    def feeding(self, concept: str) -> tuple[Link, ...]:
        """The links that feed an own concept."""
        key = name_key(concept)
        return tuple(link for link in self.links if name_key(link.concept) == key)

    def apply(self, prediction: Prediction, *, others: bool = False) -> tuple[Suggestion, ...]:
        """Turn a prediction into suggestions in one's own words, by descending score.

        Several model concepts that feed one own concept are merged: their scores add up where the vocabulary is
        exclusive (probabilities of one softmax), else the highest counts.

        Parameters
        ----------
        prediction
            What the model said.
        others
            Whether model concepts that nothing maps are suggested under their own names too.
        """
        gathered: dict[str, _Gathered] = {}
        for guess in prediction.guesses:
            for reading in self._readings(guess.concept, others):
                gathered.setdefault(name_key(reading.concept), _Gathered(reading.concept)).take(
                    reading.before, guess.concept, guess.score, reading.unsure
                )
        suggestions = [g.suggestion(prediction.model, self.vocabulary.exclusive) for g in gathered.values()]
        return tuple(sorted(suggestions, key=lambda s: (-s.score, s.concept_key)))

    def objects(self, prediction: Prediction, settings: TaskSettings) -> tuple[Suggestion, ...]:
        """Turn a prediction into suggested objects in one's own words, by descending score.

        Each concept takes the geometry that the task gives it; what the model cannot fill is left out. Boxes of one
        concept that overlap more than `settings.overlap` speak of one object, whichever model concepts they came
        from: the likeliest stays.

        Parameters
        ----------
        prediction
            What the model said.
        settings
            The task's: how concepts are drawn, from where on two are doubles, and whether concepts that nothing maps
            are suggested under their own names too.
        """
        others = settings.suggest == ALL
        meant: dict[str, tuple[_Reading, ...]] = {}
        found: list[tuple[Suggestion, Box]] = []
        for guess in prediction.guesses:
            if guess.concept not in meant:
                meant[guess.concept] = tuple(self._readings(guess.concept, others))
            for reading in meant[guess.concept]:
                place = region_of(guess, settings.geometry_of(reading.concept))
                if place is not None:
                    found.append((_object(prediction.model, guess, reading, place), place.bounds))
        kept = nms(
            [box for _, box in found], [s.score for s, _ in found], [s.concept_key for s, _ in found], settings.overlap
        )
        return tuple(found[at][0] for at in kept)

    def _readings(self, other: str, others: bool) -> Iterator[_Reading]:
        """Give what a model concept may mean in one's own words."""
        links = self._by_other.get(name_key(other), [])
        if not links and others:
            links = [Link(other, other, SYNONYM, AUTOMATIC)]
        general = [link for link in links if link.relation == HYPERNYM]
        for link in links:
            unsure = link.relation == HYPERNYM and (len(general) > 1 or len(general) < len(links))
            target = resolve(link.concept, self.renamed)
            target = self.spelling.get(name_key(target), target)
            before = link.concept if name_key(target) != name_key(link.concept) else other
            yield _Reading(target, before, unsure)

    @cached_property
    def _by_other(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            found[name_key(link.other)].append(link)
        return found


def region_of(guess: Guess, shape: str) -> Region | None:
    """Give where a guess is, as a box or polygon; a box around a polygon will do, but not the other way round."""
    if guess.polygon is not None:
        polygon = Polygon(guess.polygon)
        return polygon if shape == POLYGON else polygon.bounds if guess.box is None else Box.spanning(*guess.box)
    if shape == POLYGON or guess.box is None:
        return None
    return Box.spanning(*guess.box)


def _object(model: str, guess: Guess, reading: _Reading, place: Region) -> Suggestion:
    one_of_several = name_key(reading.concept) if reading.unsure else ""
    said = digest("object", model, guess.concept, f"{guess.box}", f"{guess.polygon}", one_of_several)
    original = reading.before if name_key(reading.before) != name_key(reading.concept) else None
    return Suggestion(
        said, reading.concept, guess.score, model, (guess.concept,), original, reading.unsure, region=place
    )


class _Reading(NamedTuple):
    """What a model concept means: an own concept, the name before renaming, and whether it is one of several."""

    concept: str
    before: str
    unsure: bool


@dataclass
class _Gathered:
    """What has been said of one own concept so far."""

    concept: str
    parts: dict[str, tuple[float, str, bool]] = field(default_factory=dict)

    def take(self, before: str, source: str, score: float, unsure: bool) -> None:
        if source not in self.parts or (self.parts[source][2] and not unsure):
            self.parts[source] = (score, before, unsure)

    def suggestion(self, model: str, exclusive: bool) -> Suggestion:
        sure = {k: v for k, v in self.parts.items() if not v[2]} or self.parts
        scores = [score for score, _, _ in sure.values()]
        _, before, unsure = max(sure.values(), key=lambda part: part[0])
        key = name_key(self.concept)
        return Suggestion(
            digest("suggestion", model, key),
            self.concept,
            min(1.0, sum(scores)) if exclusive else max(scores),
            model,
            tuple(sorted(sure, key=lambda s: -sure[s][0])),
            before if name_key(before) != key else None,
            unsure,
        )
