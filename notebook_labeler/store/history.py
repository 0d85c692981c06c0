"""Undo and redo: found in the events, so that they outlive the kernel, and written as events of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa

from ..domain.names import name_key, new_id
from ..domain.operations import Change, Event, Operation
from ..domain.records import Annotation, Assignment, Concept, Record, Relation, TaskRecord
from ..domain.tasks import TaskSettings, taken_back
from ..errors import NothingToUndo
from .asking import Asked, Question, Rows
from .backlog import move
from .event_text import moves_rule
from .many import pen_for
from .reading import rows, to_event
from .tables import STATE, event
from .writing import Pen, known, lock, next_revision

R = TypeVar("R", bound=Record)
UNDO, REDO = "undo", "redo"
_BEFORE = (
    sa.select(event.c.rev, event.c.kind, event.c.grp, event.c.undo_of)
    .where(
        event.c.task_id == sa.bindparam("task_id"),
        event.c.actor == sa.bindparam("actor"),
        event.c.rev < sa.bindparam("rev"),
        event.c.grp != "",
    )
    .order_by(event.c.rev.desc())
    .limit(sa.bindparam("many"))
)
_GROUP = sa.select(event).where(event.c.grp == sa.bindparam("grp")).order_by(event.c.rev.desc())
_KIND = sa.select(event.c.kind).where(event.c.grp == sa.bindparam("grp")).order_by(event.c.rev.desc()).limit(1)
_END = 2**62
_FEW, _MANY = 2, 64  # events of a page: the last one mostly tells all
_LATELY = 4  # events that tell unless more than one action was undone
Done = tuple[str, str, str]  # kind, group and undo_of of an action


@dataclass(frozen=True)
class Undone:
    """What was taken back (or brought back): `count` actions of one `kind`. `input_id` is empty for several inputs."""

    kind: str
    task_id: str
    input_id: str
    group: str
    count: int


@dataclass(frozen=True)
class _Step:
    """A group of events to be turned round. `group` names the action, `events_of` the group that did it last."""

    group: str
    events_of: str


def next_undo(actions: Iterable[Done]) -> _Step | None:
    """Find the last action of a person in a task that stands."""
    settled: dict[str, bool] = {}  # group -> whether it stands, by the newest word on it
    for kind, group, undo_of in actions:
        if undo_of:
            settled.setdefault(undo_of, kind == REDO)
        elif settled.get(group, True):
            return _Step(group, group)
    return None


def next_redo(actions: Iterable[Done]) -> _Step | None:
    """Find the last undo of a person in a task, unless it was taken back or they acted anew since."""
    redone: set[str] = set()
    for kind, group, undo_of in actions:
        if not undo_of:
            return None
        if kind == REDO:
            redone.add(undo_of)
        elif undo_of not in redone:
            return _Step(undo_of, group)
    return None


def undoable(connection: sa.Connection, task_id: str, actor: str) -> tuple[str | None, str | None]:
    """Give the kind of the action that undo would take back, and of the one that redo would bring back."""
    undo = next_undo(_backwards(connection, task_id, actor))
    redo = next_redo(_backwards(connection, task_id, actor))
    return _kind_of(connection, undo), _kind_of(connection, redo)


def undoable_asked(task_id: str, actor: str) -> Question[tuple[str | None, str | None] | None]:
    """Ask for what `undoable` gives; None where the last few actions do not tell."""
    values = {"task_id": task_id, "actor": actor, "rev": _END, "many": _LATELY}

    def told(found: list[Rows]) -> tuple[str | None, str | None] | None:
        page = found[0]
        kinds = {row["grp"]: row["kind"] for row in reversed(page) if not row["undo_of"]}
        try:
            undo, redo = next_undo(_lately(page)), next_redo(_lately(page))
            return None if undo is None else kinds[undo.group], None if redo is None else kinds[redo.group]
        except KeyError:
            return None

    return Question((Asked(_BEFORE, values),), told)


def _lately(page: Rows) -> Iterator[Done]:
    yield from ((row["kind"], row["grp"], row["undo_of"]) for row in page)
    if len(page) == _LATELY:
        raise KeyError("what was done before these")


def turn(connection: sa.Connection, verb: str, task_id: str, actor: str, *, op_id: str | None = None) -> Undone:
    """Take the last action back, or bring it back.

    Raises
    ------
    NothingToUndo
        There is none.
    Conflict
        A row is no longer as the action left it; the sentence names who changed it.
    """
    lock(connection)
    op_id = op_id or new_id()
    if known(connection, [op_id]):
        done = _events(connection, op_id)
        return _told(connection, done, done[0].operation.undo_of)
    step = (next_undo if verb == UNDO else next_redo)(_backwards(connection, task_id, actor))
    if step is None:
        raise NothingToUndo(f"expected an action of {actor} to {verb}, but there is none; go on labeling.")
    events = _events(connection, step.events_of)
    turning = _Turning(pen_for(connection, [event.operation for event in events]))
    plans = [(event, turning.changes(event)) for event in events]
    rev = next_revision(connection, len(plans))
    for n, (was, changes) in enumerate(plans):
        name, moves = f"{op_id}/{n}" if n else op_id, [moved.back for moved in reversed(was.moves)]
        for moved in moves:
            move(turning.pen, task_id, moved, rev + n)
        operation = Operation(verb, actor, tuple(changes), task_id, was.operation.input_id, name, op_id, step.group)
        turning.pen.write(operation, rev + n, bulk=moves_rule(moves))
    turning.pen.settle()
    return _told(connection, events, step.group)


def _kind_of(connection: sa.Connection, step: _Step | None) -> str | None:
    """Name the action of a step, for a button."""
    if step is None:
        return None
    return str(connection.execute(_KIND, {"grp": step.group}).scalar_one())


@dataclass
class _Turning:
    """Works out, row by row, what stood before; rows changed earlier in the same turn are seen as they will be."""

    pen: Pen
    rows: dict[tuple[str, tuple[str, ...]], Record] = field(default_factory=dict)
    dealt: dict[str, bool] = field(default_factory=dict)  # by task, asked once: whether it is shared out

    def changes(self, event: Event) -> list[Change]:
        found = [self._inverse(change) for change in self._ordered(event)]
        return [change for change in found if change is not None]

    @staticmethod
    def _ordered(event: Event) -> Iterator[Change]:
        """Newest first; concepts last, when it is known what still uses them."""
        last = list(reversed(event.operation.changes))
        yield from (change for change in last if not isinstance(change.after, Concept))
        yield from (change for change in last if isinstance(change.after, Concept))

    def _inverse(self, change: Change) -> Change | None:
        current, rev = self._current(change.after)
        wanted = change.before or change.after.having(deleted=True)
        if current is None or current.content != change.after.content:
            if isinstance(change.after, Concept):
                return None  # somebody has taken the concept up: it is theirs now
            rest = _beside(change, current)
            if rest is None or current is None:
                raise self.pen.conflict(change.after, current, rev)
            wanted = rest
        if isinstance(current, Concept) and wanted.deleted and self._used(current):
            return None
        if isinstance(current, Assignment) and isinstance(wanted, Assignment) and self._orphaned(current, wanted):
            wanted = wanted.having(labeler=current.labeler)
            if wanted.content == current.content:
                return None
        turned = wanted.having(version=current.version + 1)
        self.rows[current.kind, current.key] = turned
        return Change(current, turned)

    def _orphaned(self, current: Assignment, wanted: Assignment) -> bool:
        """Whether an input would go back to nobody in a task that was shared out since: nobody would come by it."""
        if wanted.labeler or not current.labeler:
            return False
        if current.task_id not in self.dealt:
            task, _ = self.pen.stored(TaskRecord(task_id=current.task_id, name="", settings=""))
            known = isinstance(task, TaskRecord) and TaskSettings.loads(task.settings).labelers
            self.dealt[current.task_id] = bool(known)
        return self.dealt[current.task_id]

    def _current(self, record: Record) -> tuple[Record | None, int]:
        mine = self.rows.get((record.kind, record.key))
        return (mine, 0) if mine is not None else self.pen.stored(record)

    def _used(self, concept: Concept) -> bool:
        """Whether anything that stands names the concept."""
        return any(self._names(cls, concept) for cls in (Annotation, Relation)) or any(
            concept.concept_key in map(name_key, json.loads(task.settings).get("concepts", ()))
            for task in self._standing(TaskRecord, rows(self.pen.connection, TaskRecord))
        )

    def _names(self, cls: type[Annotation] | type[Relation], concept: Concept) -> bool:
        table = STATE[cls.kind]
        query = sa.select(table).where(table.c.concept_key == concept.concept_key, table.c.deleted == 0)
        found = rows(self.pen.connection, cls, query.limit(len(self.rows) + 1))
        return any(record.concept_key == concept.concept_key for record in self._standing(cls, found))

    def _standing(self, cls: type[R], stored: list[R]) -> list[R]:
        """Give what will stand when this turn is written."""
        mine = {r.key: r for r in self.rows.values() if isinstance(r, cls)}
        return [r for r in ({r.key: r for r in stored} | mine).values() if not r.deleted]


def _beside(change: Change, current: Record | None) -> TaskRecord | None:
    """Give a task as it is now without what a change made of its settings; None where others changed the same."""
    before, after = change.before, change.after
    if not (isinstance(before, TaskRecord) and isinstance(after, TaskRecord) and isinstance(current, TaskRecord)):
        return None
    if before.having(settings="").content != after.having(settings="").content:
        return None  # its name, or whether it is there
    rest = taken_back(*(TaskSettings.loads(each.settings) for each in (before, after, current)))
    return None if rest is None else current.having(settings=rest.dumps())


def _backwards(connection: sa.Connection, task_id: str, actor: str) -> Iterator[Done]:
    """Give kind, group and undo_of of a person's actions in a task, newest first, by the page."""
    rev, many = _END, _FEW
    while page := connection.execute(_BEFORE, {"task_id": task_id, "actor": actor, "rev": rev, "many": many}).all():
        yield from ((kind, group, undo_of) for _, kind, group, undo_of in page)
        rev, many = page[-1][0], _MANY


def _events(connection: sa.Connection, group: str, *, limit: int | None = None) -> list[Event]:
    """Give the events of a group, newest first."""
    query = _GROUP if limit is None else _GROUP.limit(limit)
    return [to_event(row) for row in connection.execute(query, {"grp": group}).mappings()]


def _told(connection: sa.Connection, turned: list[Event], group: str) -> Undone:
    action = _events(connection, group, limit=1)[0].operation
    inputs = {event.operation.input_id for event in turned}
    return Undone(action.kind, action.task_id, inputs.pop() if len(inputs) == 1 else "", group, len(turned))
