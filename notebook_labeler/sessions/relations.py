"""The mapping verbs: what a model's concepts mean in one's own words."""

from __future__ import annotations

from collections.abc import Iterable

from ..domain import labeling
from ..domain.label_mapping import forget, refuse_unfit
from ..domain.labeling import Desk, Scene
from ..domain.names import clean_name, name_key
from ..domain.operations import Change
from ..domain.records import RELATION_TYPES, SYNONYM, UNRELATED, Assignment
from ..domain.tasks import one_of
from ..errors import UnknownConcept
from .base import SessionBase
from .workbench import Workbench


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
        UnfitModel
            The model cannot fill the concept's geometry.

        Examples
        --------
        >>> session.relate("pants", "jean", "hyponym")
        >>> project.relations[["concept", "other", "relation"]].values.tolist()
        [['pants', 'jean', 'hyponym']]
        """
        self.relate_all([(concept, other, relation)], op_id=op_id)

    def relate_all(self, said: Iterable[tuple[str, str, str]], *, op_id: str | None = None) -> None:
        """Do `relate` of several (concept, other, relation) in one action, which one undo takes back; or of none."""
        lines = tuple(said)
        with self.lock:
            for concept, other, relation in lines:
                self._refuse(concept, other, relation)
            desk = self._table()
            changes: list[Change] = []
            for concept, other, relation in lines:
                changes += labeling.ensure_concept(desk, concept)
                changes += labeling.relate(desk, concept, other, relation=relation)
            many = f"{len(lines)} concepts of the model now count for yours."
            notice = f"“{lines[0][1]}” now counts for “{lines[0][0]}”." if len(lines) == 1 else many
            self._commit("map", desk, changes, op_id, notice)

    def unrelate(self, concept: str, other: str, *, op_id: str | None = None) -> None:
        """Take a model concept away from an own one; an automatic match is refused for good."""
        with self.lock:
            self._own(concept)
            desk, key = self._table(), name_key(other)
            links = self._map.feeding(concept) if self._map is not None else ()
            link = next((link for link in links if name_key(link.other) == key), None)
            matches = self._mapper.matches([concept]) if self._mapper is not None else ()
            match = next((m for m in matches if name_key(m.other) == key), None)
            changes = labeling.unrelate(desk, concept, other) if link is None else forget(desk, link, match)
            self._commit("unmap", desk, changes, op_id, f"“{other}” no longer counts for “{concept}”.")

    def add_task_concept(self, name: str, *, op_id: str | None = None) -> None:
        """Put a concept on the task's list, making it if the project lacks it."""
        with self.lock:
            desk = self._table()
            changes = labeling.ensure_concept(desk, name) + self.bench.listing(name)
            self._commit("add concept", desk, changes, op_id, f"“{clean_name(name)}” joined the task.")

    def _refuse(self, concept: str, other: str, relation: str) -> None:
        """Refuse what cannot be related."""
        one_of("relation", relation, RELATION_TYPES)
        self._own(concept)
        if self._mapper is None:
            return
        if name_key(other) not in {name_key(label) for label in self._mapper.vocabulary.labels}:
            raise UnknownConcept(f"the model has no concept {other!r:.80}; search its vocabulary for another.")
        if relation != UNRELATED:
            refuse_unfit(self.bench.settings, self._mapper.shapes, concept)

    def _table(self) -> Desk:
        """Put the input at hand on the desk; an empty one will do, since mapping is about no input."""
        shown = self.state.input
        return self.bench.desk(shown.input_id) if shown is not None else empty_desk(self.bench)

    def _own(self, concept: str) -> None:
        if name_key(concept) not in {name_key(c) for c in self.bench.settings.concepts}:
            raise UnknownConcept(f"the task has no concept {concept!r:.80}; add it with add_task_concept().")


def empty_desk(bench: Workbench) -> Desk:
    """Give a desk without an input: what the project knows, and the task's rules."""
    nothing = Scene(Assignment(task_id=bench.task_id, input_id="", position=0))
    return Desk(bench.task_id, bench.actor, bench.settings, nothing, bench.concepts, bench.relations)
