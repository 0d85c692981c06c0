"""The mapping tab's side of a session: the map in force and a line per own concept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..domain.concept_map import ConceptMap, Match
from ..domain.names import name_key
from ..domain.predictions import Vocabulary
from ..domain.records import Concept, Relation
from .state import MappingLine

Recommend = Callable[[Iterable[str], Vocabulary], tuple[Match, ...]]


def recommend(concepts: Iterable[str], vocabulary: Vocabulary) -> tuple[Match, ...]:
    """Ask the recommender of `models.mapping`, which is loaded on first use."""
    from ..models.mapping import recommend as ask

    return tuple(ask(concepts, vocabulary))


class Mapper:
    """Keeps recommendations of one vocabulary, so that each concept is looked up once.

    Parameters
    ----------
    vocabulary
        The model's concepts.
    ask
        The recommender.
    on_demand
        Shapes that the model gives once a task asks for them.
    """

    def __init__(
        self, vocabulary: Vocabulary, ask: Recommend = recommend, *, on_demand: frozenset[str] = frozenset()
    ) -> None:
        self.vocabulary = vocabulary
        self.on_demand = on_demand
        self._ask = ask
        self._known: dict[str, tuple[Match, ...]] = {}

    @property
    def shapes(self) -> frozenset[str]:
        """What the model can fill, opened anew if need be."""
        return self.vocabulary.shapes | self.on_demand

    def matches(self, concepts: Iterable[str]) -> tuple[Match, ...]:
        """Give what is recommended for these concepts."""
        names = tuple(concepts)
        new = [c for c in names if name_key(c) not in self._known]
        if new:
            found = self._ask(new, self.vocabulary)
            for concept in new:
                key = name_key(concept)
                self._known[key] = tuple(m for m in found if name_key(m.concept) == key)
        return tuple(m for c in names for m in self._known[name_key(c)])

    def build(
        self, concepts: Iterable[str], relations: Mapping[tuple[str, ...], Relation], known: Mapping[str, Concept]
    ) -> ConceptMap:
        """Give the map in force."""
        names = tuple(concepts)
        return ConceptMap.build(
            names,
            self.vocabulary,
            relations=relations.values(),
            matches=self.matches(names),
            spelling={k: c.name for k, c in known.items() if not c.deleted},
        )

    def lines(self, concept_map: ConceptMap, relations: Mapping[tuple[str, ...], Relation]) -> tuple[MappingLine, ...]:
        """Give a line per own concept: what feeds it, and what more is recommended."""
        said = {r.key for r in relations.values() if not r.deleted}
        lines = []
        for concept in concept_map.concepts:
            links = concept_map.feeding(concept)
            fed = {name_key(link.other) for link in links}
            offers = tuple(
                m
                for m in self.matches([concept])
                if name_key(m.other) not in fed and (name_key(concept), name_key(m.other)) not in said
            )
            lines.append(MappingLine(concept, links, offers))
        return tuple(lines)
