"""The labeling verbs: what a person does to the labels of one input."""

from __future__ import annotations

from ..domain import labeling
from ..domain.labeling import Desk
from ..domain.names import clean_name, name_key
from ..domain.records import SUCCESS
from ..domain.rows import awaiting
from ..errors import BadInput, UnknownConcept
from .base import SessionBase


class Labels(SessionBase):
    """Accept, uncheck, delete, add, rename.

    Every verb takes `input_id`, the input it was meant for (the one on the screen unless told), and `op_id`, a
    unique id under which doing it twice is doing it once.

    Examples
    --------
    >>> session.add("sun hat")
    >>> session.rename("sun hat", "hat")
    >>> [(row.concept, row.original) for row in session.state.rows if row.state == "accepted"]
    [('hat', 'sun hat')]
    >>> session.undo()
    >>> session.undo()
    >>> len(task.annotations)
    0
    """

    def accept(self, concept: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Accept the suggestion of a concept, or confirm what a workflow left pending.

        Raises
        ------
        UnknownConcept
            Nothing of that name is suggested for the input.
        """
        with self.lock:
            desk, lens = self._label_desk(input_id), self.state.lens
            if desk.scene.of(name_key(concept)):
                changes = labeling.confirm(desk, concept)
            else:
                suggestion = self._find(desk, concept)
                if suggestion is None:
                    raise UnknownConcept(
                        f"nothing suggests {concept!r:.80} for this input; use add() to label it yourself."
                    )
                changes = labeling.accept(desk, suggestion, low=lens.low, high=lens.high)
            self._commit("accept", desk, changes, op_id, f"“{concept}” added to this input.")

    def uncheck(self, concept: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Take a label off; what a model suggested stays in the list as a suggestion."""
        with self.lock:
            desk = self._label_desk(input_id)
            _carries(desk, concept)
            changes = labeling.decline(desk, concept, self._find(desk, concept))
            self._commit("uncheck", desk, changes, op_id, f"“{concept}” removed from this input.")

    def toggle(self, concept: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Do what a row's checkmark and hotkey do: uncheck a label, accept a suggestion, add a choice."""
        with self.lock:
            desk = self._label_desk(input_id)
            standing = desk.scene.of(name_key(concept))
            if any(a.status == SUCCESS for a in standing):
                self.uncheck(concept, input_id=input_id, op_id=op_id)
            elif standing or self._find(desk, concept) is not None:
                self.accept(concept, input_id=input_id, op_id=op_id)
            else:
                self.add(concept, input_id=input_id, op_id=op_id)

    def delete(self, concept: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Take a label off, or a suggestion out of the list; the same model does not bring it back."""
        with self.lock:
            desk = self._label_desk(input_id)
            suggestion = self._find(desk, concept)
            if suggestion is None:
                _carries(desk, concept)
            changes = labeling.dismiss(desk, concept, suggestion)
            self._commit("delete", desk, changes, op_id, f"“{concept}” deleted from this input.")

    def add(self, concept: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Label the input with a concept of the project, or with a new one, which joins the task's list."""
        with self.lock:
            desk = self._label_desk(input_id)
            new = name_key(clean_name(concept)) not in desk.concepts
            changes = labeling.add(desk, concept) + (self.bench.listing(concept) if new else [])
            self._commit("add", desk, changes, op_id, f"“{desk.known(concept)}” added to this input.")

    def rename(self, concept: str, new: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Put another concept in a label's place, and remember that the one stands for the other.

        A suggestion is accepted under its new name. Renaming back to the original takes the new concept off this
        input alone; the relation stays in the project.
        """
        with self.lock:
            desk, lens = self._label_desk(input_id), self.state.lens
            suggestion = self._find(desk, concept)
            if suggestion is not None and not desk.scene.of(name_key(concept)):
                changes = labeling.rename_suggestion(desk, suggestion, new, low=lens.low, high=lens.high)
            else:
                changes = labeling.rename(desk, concept, new)
            self._commit("rename", desk, changes, op_id, f"“{concept}” is now “{desk.known(new)}”.")

    def accept_all(self, *, input_id: str | None = None, op_id: str | None = None) -> int:
        """Accept exactly what range and search show, suggested or pending, but for ambiguous ones and hidden objects.

        Without assistance: what runs left pending and the search shows, whatever its probability.

        Returns
        -------
        int
            How many labels or objects that made.
        """
        with self.lock:
            desk, lens = self._desk(input_id), self.state.reach
            chosen, pending = self._in_sight(desk), awaiting(desk, lens, self.state.hidden)
            changes = labeling.accept_all(desk, chosen, low=lens.low, high=lens.high, awaiting=pending)
            count = sum(c.after.kind == "annotation" and not c.after.deleted for c in changes)
            what = "object" if desk.settings.objects else "label"
            self._commit("accept all", desk, changes, op_id, f"{count} {what}{'s' * (count != 1)} added.")
            return count

    def _label_desk(self, input_id: str | None) -> Desk:
        desk = self._desk(input_id)
        if desk.settings.objects:
            raise BadInput(
                f"expected a classification task for labels of whole inputs, got one of kind {desk.settings.kind}; "
                "draw() its objects, or accept_objects()."
            )
        return desk


def _carries(desk: Desk, concept: str) -> None:
    if not desk.scene.of(name_key(concept)):
        raise UnknownConcept(f"this input does not carry {concept!r:.80}; session.state.rows lists what it carries.")
