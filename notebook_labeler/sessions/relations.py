"""The mapping verbs: what a model's concepts mean in one's own words."""

from __future__ import annotations

from ..domain import labeling
from ..domain.concept_map import AUTOMATIC
from ..domain.names import clean_name, name_key
from ..domain.records import RELATION_TYPES, SYNONYM, UNRELATED
from ..domain.tasks import one_of
from ..errors import UnknownConcept
from .base import SessionBase


class Relations(SessionBase):
    """Relate, unrelate, add a concept."""

    def relate(self, concept: str, other: str, relation: str = SYNONYM, *, op_id: str | None = None) -> None:
        """Say what a model concept is to an own one.

        Parameters
        ----------
        concept
            A concept of the task.
        other
            A concept of the model.
        relation
            What `other` is to `concept`: ``synonym`` (the same), ``hyponym`` (a kind of it) or ``hypernym`` (more
            general: it is offered as a candidate, ambiguous where several own concepts share it).
        op_id
            Doing it twice under one id is doing it once.

        Raises
        ------
        UnknownConcept
            The task has no such concept, or the model no such one.

        Examples
        --------
        >>> session.relate("pants", "jean", "hyponym")
        >>> project.relations[["concept", "other", "relation"]].values.tolist()
        [['pants', 'jean', 'hyponym']]
        """
        one_of("relation", relation, RELATION_TYPES)
        with self.lock:
            self._own(concept)
            if self._mapper is not None:
                known = {name_key(label) for label in self._mapper.vocabulary.labels}
                if name_key(other) not in known:
                    raise UnknownConcept(f"the model has no concept {other!r:.80}; search its vocabulary for another.")
            desk = self._desk(None)
            changes = labeling.ensure_concept(desk, concept) + labeling.relate(desk, concept, other, relation=relation)
            self._commit("map", desk, changes, op_id, f"“{other}” now counts for “{concept}”.")

    def unrelate(self, concept: str, other: str, *, op_id: str | None = None) -> None:
        """Take a model concept away from an own one; an automatic match is refused for good."""
        with self.lock:
            self._own(concept)
            desk = self._desk(None)
            links = self._map.feeding(concept) if self._map is not None else ()
            if any(link.source == AUTOMATIC and name_key(link.other) == name_key(other) for link in links):
                changes = labeling.relate(desk, concept, other, relation=UNRELATED)
            else:
                changes = labeling.unrelate(desk, concept, other)
            self._commit("unmap", desk, changes, op_id, f"“{other}” no longer counts for “{concept}”.")

    def add_task_concept(self, name: str, *, op_id: str | None = None) -> None:
        """Put a concept on the task's list, making it if the project lacks it."""
        with self.lock:
            desk = self._desk(None)
            changes = labeling.ensure_concept(desk, name) + self.bench.listing(name)
            self._commit("add concept", desk, changes, op_id, f"“{clean_name(name)}” joined the task.")

    def _own(self, concept: str) -> None:
        if name_key(concept) not in {name_key(c) for c in self.bench.settings.concepts}:
            raise UnknownConcept(f"the task has no concept {concept!r:.80}; add it with add_task_concept().")
