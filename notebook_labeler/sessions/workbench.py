"""Where a session meets the journal: what the project knows at the moment, desks, and commits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..domain.actions import SECOND_OPINION
from ..domain.labeling import Desk, Scene, begun, merged, unapproved
from ..domain.names import clean_name, name_key
from ..domain.operations import Change, Operation
from ..domain.records import Concept, Relation, TaskRecord
from ..domain.tasks import TaskSettings
from ..errors import BadInput
from ..store.journal import Journal


class Workbench:
    """One task of a project as one person works on it.

    Parameters
    ----------
    journal
        The project's journal.
    task_id
        The task.
    actor
        The person to whom changes are put down.
    """

    def __init__(self, journal: Journal, task_id: str, *, actor: str) -> None:
        self.journal, self.task_id, self.actor = journal, task_id, actor
        self.concepts: dict[str, Concept] = {}
        self.relations: dict[tuple[str, ...], Relation] = {}
        self._rev = -1
        self._scene: tuple[str, int, Scene] | None = None  # of the input that was on the desk last, and its revision
        self.record: TaskRecord = None  # type: ignore[assignment]  # until the first reading, two lines down
        self.settings: TaskSettings
        self.reviewing = False  # a reviewer sees the labels that count, never somebody's second opinion
        self.read()

    def read(self) -> None:
        """Read concepts, relations and settings again, if anything was committed since."""
        rev = self.journal.rev()
        if rev == self._rev:
            return
        first = self._rev < 0
        self.concepts = self.journal.concepts(known=None if first else (self._rev, self.concepts))
        self.relations = self.journal.relations(known=None if first else (self._rev, self.relations))
        before, self.record = self.record, self._found(first)
        if before is None or before.settings != self.record.settings:  # the same text stays the same object
            self.settings = TaskSettings.loads(self.record.settings)
        self._rev = rev

    def _found(self, first: bool) -> TaskRecord:
        """Give the task as it is now; say so in a sentence if it was deleted meanwhile."""
        try:
            return self.journal.task(self.task_id)
        except BadInput as missing:
            if first:
                raise
            name = f"{self.record.name!r:.80}"
            back = f"bring it back with project.restore_task({self.task_id!r})"
            raise BadInput(f"the task {name} was deleted meanwhile; nothing was written, {back}.") from missing

    @property
    def rev(self) -> int:
        """The journal's revision at the last reading."""
        return self._rev

    def desk(self, input_id: str) -> Desk:
        """Put an input on the desk, as it is kept now."""
        self.read()
        if self._scene is not None and self._scene[:2] == (input_id, self._rev):
            scene = self._scene[2]
        else:
            scene = self._read_scene(input_id)
        self._scene = (input_id, self._rev, scene)
        lane_id = scene.assignment.task_id
        return Desk(lane_id, self.actor, self.settings, scene, self.concepts, self.relations)

    def _read_scene(self, input_id: str) -> Scene:
        """Read an input's scene; only what is new, unless it is another input or another seat than before."""
        lane_id, known = self._lane(input_id), self._scene
        same = known is not None and known[0] == input_id and known[2].assignment.task_id == lane_id
        return self.journal.scene(lane_id, input_id, known=known[1:] if known is not None and same else None)

    def _lane(self, input_id: str) -> str:
        """Give the id under which one's labels of an input are kept: second opinions have lanes of their own."""
        seats = self.settings.seats
        if seats == 1 or self.reviewing:
            return self.task_id
        return self.journal.lane_of(self.task_id, input_id, self.actor, seats)

    @property
    def whose(self) -> dict[str, Any]:
        """Which inputs are this person's, as the journal's queue takes it: all, where the task is not shared out."""
        if not self.settings.labelers:
            return {}
        return {"labeler": self.actor, "seats": self.settings.seats}

    def commit(self, kind: str, desk: Desk, changes: Iterable[Change], op_id: str | None = None) -> bool:
        """Write the changes of one action. Gives whether there was anything to write."""
        wanted = merged(changes)
        if desk.input_id and not self.reviewing:
            wanted = begun(desk, wanted)
        operation = self.operation(kind, desk, wanted, op_id=op_id)
        if operation is None:
            return False
        self.journal.commit(operation)
        return True

    def operation(
        self,
        kind: str,
        desk: Desk,
        changes: Iterable[Change],
        *,
        op_id: str | None = None,
        group: str | None = None,
    ) -> Operation | None:
        """Give this person's action on an input; None where nothing would change."""
        if desk.task_id != self.task_id:
            kind += SECOND_OPINION  # so that nobody takes it for the labels that count
        assignment = desk.scene.assignment
        mine = assignment.labeler == self.actor and not self.reviewing
        return Operation.of(
            kind,
            unapproved(desk, changes),
            actor=self.actor,
            task_id=self.task_id,
            input_id=desk.input_id,
            op_id=op_id,
            group=group,
            held=assignment if mine else None,
        )

    def listing(self, concept: str) -> list[Change]:
        """Give the change that puts a concept on the task's list."""
        return self.setting(self.settings.changed(concepts=(*self.settings.concepts, clean_name(concept))))

    def setting(self, wanted: TaskSettings) -> list[Change]:
        """Give the change that brings the task's settings to what is wanted."""
        if wanted == self.settings:
            return []
        return [Change(self.record, self.record.changed(settings=wanted.dumps()))]

    def save(self, settings: TaskSettings) -> None:
        """Keep settings of the task. They are no labeling action: undo leaves them alone."""
        self.read()
        self.journal.commit(Operation.of("settings", self.setting(settings), actor=self.actor))

    def spelling(self, name: str) -> str:
        """Give the project's spelling of a concept, or the name itself."""
        found = self.concepts.get(name_key(name))
        return found.name if found is not None and not found.deleted else name

    def known_names(self) -> tuple[str, ...]:
        """Give every concept of the project, in alphabetical order."""
        return tuple(sorted((c.name for c in self.concepts.values() if not c.deleted), key=name_key))
