"""Where a session meets the journal: what the project knows at the moment, desks, and commits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..domain.actions import SECOND_OPINION
from ..domain.inputs import Input
from ..domain.labeling import Desk, Scene, begun, merged, unapproved
from ..domain.names import clean_name, name_key
from ..domain.operations import Change, Operation
from ..domain.records import Assignment, Concept, Relation, TaskRecord
from ..domain.tasks import TaskSettings
from ..errors import BadInput
from ..store.glance import Glance, Listed
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
        self.seen: Glance  # at the last `look`
        self.reviewing = False  # a reviewer sees the labels that count, never somebody's second opinion
        self.read()

    def read(self) -> None:
        """Read concepts, relations and settings again, if anything was committed since."""
        if self._rev < 0 or self.journal.rev() != self._rev:
            self._take(self.journal.glance(self.task_id, known=self._known))

    def look(self, input_id: str = "", *, arriving: Assignment | None = None) -> Desk | None:
        """Read at once all that a screen shows, into `seen`; give the desk with an input, where one is named.

        `arriving` is given where that input only now comes to the screen: it is read itself then, and its rank.
        """
        while True:
            whose = self.whose
            ranked = arriving.position if arriving is not None and whose and not self.reviewing else None
            self.seen = self.journal.glance(
                self.task_id,
                known=self._known,
                scene=self._scene_wanted(input_id) if input_id else None,
                input_id=None if arriving is None else arriving.input_id,
                position=ranked,
                actor=self.actor,
                whose=whose,
            )
            self._take(self.seen)
            if self.whose == whose:  # else the task was shared out anew, and this was read by the old shares
                break
        if self.seen.scene is None:
            return None
        self._scene = (input_id, self._rev, self.seen.scene)
        return self._desk(self.seen.scene)

    def come(self, assignment: Assignment) -> tuple[Desk, Input]:
        """Look at an input that comes to the screen: its desk, and the input itself."""
        desk, arriving = self.look(assignment.input_id, arriving=assignment), self.seen.input
        if desk is None or arriving is None:
            raise TypeError(desk, arriving)  # both were asked for
        return desk, arriving

    @property
    def _known(self) -> Listed | None:
        return None if self._rev < 0 else (self._rev, self.concepts, self.relations)

    def _take(self, found: Glance) -> None:
        """Take over what was read; refuse in a sentence where the task was deleted meanwhile."""
        if found.task is None:
            if self._rev < 0:
                self.journal.task(self.task_id)  # says so
            name = f"{self.record.name!r:.80}"
            back = f"bring it back with project.restore_task({self.task_id!r})"
            raise BadInput(f"the task {name} was deleted meanwhile; nothing was written, {back}.")
        self.concepts, self.relations = found.concepts, found.relations
        before, self.record = self.record, found.task
        if before is None or before.settings != self.record.settings:  # the same text stays the same object
            self.settings = TaskSettings.loads(self.record.settings)
        self._rev = found.rev

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
            lane_id, _, known = self._scene_wanted(input_id)
            scene = self.journal.scene(lane_id, input_id, known=known)
        self._scene = (input_id, self._rev, scene)
        return self._desk(scene)

    def _desk(self, scene: Scene) -> Desk:
        return Desk(scene.assignment.task_id, self.actor, self.settings, scene, self.concepts, self.relations)

    def _scene_wanted(self, input_id: str) -> tuple[str, str, tuple[int, Scene] | None]:
        """Say which scene to read; only what is new, unless it is another input or another seat than before."""
        lane_id, known = self._lane(input_id), self._scene
        same = known is not None and known[0] == input_id and known[2].assignment.task_id == lane_id
        return lane_id, input_id, known[1:] if known is not None and same else None

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

    def known_names(self) -> tuple[str, ...]:
        """Give every concept of the project, in alphabetical order."""
        return tuple(sorted((c.name for c in self.concepts.values() if not c.deleted), key=name_key))
