"""The task board without a screen: the list of tasks as others work on it, and the verbs behind its buttons."""

from __future__ import annotations

from dataclasses import replace

from ..errors import BadInput
from ..store.journal import Journal
from .assistance import Assistance
from .taskboard_form import TaskForms
from .taskboard_list import Errands
from .taskboard_state import LABEL, REVIEW, UNDO, Opened, said


class TaskBoard(TaskForms):
    """What the board does. `lock` guards its state; listeners are told while it is held, in order.

    Parameters
    ----------
    journal
        The project's journal.
    actor
        Who looks at it. Attribution, not authentication.
    project
        The project's name.
    assistance
        Opens the model that the form names, to say which concepts it covers.
    errands
        What is done elsewhere.

    Examples
    --------
    >>> board = project.board()
    >>> [(line.name, line.status) for line in board.session.state.lines]
    [('garments', 'New')]
    >>> board.close()
    """

    def __init__(
        self,
        journal: Journal,
        *,
        actor: str,
        project: str = "",
        assistance: Assistance | None = None,
        errands: Errands | None = None,
    ) -> None:
        super().__init__(journal, actor=actor, project=project, assistance=assistance, errands=errands)

    # -- what stands in the place of the list --------------------------------------------------------------------------

    def open(self, what: str, task_id: str) -> None:
        """Have a task labeled, reviewed or pre-labeled here.

        Raises
        ------
        BadInput
            It cannot be just now; the sentence says why.
        """
        with self.lock:
            line = self._line(task_id)
            reason = {LABEL: line.no_label, REVIEW: line.no_review}.get(what, "")
            if reason:
                raise BadInput(reason)
            self._announce(replace(self.state, opened=Opened(what, task_id, line.name), notice=None))

    def back(self) -> None:
        """Go back to the list."""
        with self.lock:
            self.look()
            self._announce(replace(self.state, opened=None))

    # -- what is done to a task ----------------------------------------------------------------------------------------

    def delete(self, task_id: str) -> None:
        """Delete a task; `undo` brings it back."""
        with self.lock:
            gone = self.planner.delete(task_id)
            self.look()
            state = replace(self.state, deleted=(gone.task_id, gone.name))
            self._announce(self._with_notice(state, f"{said(gone.name)} was deleted.", UNDO))

    def labels(self, task_id: str) -> int:
        """Give how many labels would go out of sight with a task."""
        return self.journal.label_count(task_id)

    def undo(self) -> None:
        """Bring back the task that was deleted last."""
        with self.lock:
            if self.state.deleted is None:
                return
            task_id, name = self.state.deleted
            self.planner.restore(task_id)
            self.look()
            self._announce(
                self._with_notice(replace(self.state, deleted=None), f"{said(name)} is back, with all its labels.")
            )

    def save_version(self, task_id: str, name: str, message: str = "") -> None:
        """Save the task's annotations as a named version, and say where it is."""
        self._line(task_id)
        self.say(self.errands.save(task_id, name, message))
