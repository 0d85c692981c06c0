"""Reading state and history back as records."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from ..domain.labeling import Scene
from ..domain.operations import Event, Operation
from ..domain.records import (
    Annotation,
    Assignment,
    Collaborator,
    Concept,
    Dataset,
    Prelabel,
    Record,
    Relation,
    Run,
    Setting,
    TaskRecord,
    Verdict,
)
from ..errors import BadInput
from .asking import Asked, Question, Rows
from .event_text import changes_of, moves_of
from .tables import STATE, counter, event, from_row

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=Hashable)
_REV = sa.select(counter.c.value).where(counter.c.name == "rev")


def _of_input(cls: type[Record]) -> sa.Select[tuple[object, ...]]:
    table = STATE[cls.kind]
    return sa.select(table).where(
        table.c.task_id == sa.bindparam("task_id"),
        table.c.input_id == sa.bindparam("input_id"),
        table.c.rev > sa.bindparam("since"),
    )


Known = tuple[int, Scene]  # a revision, and a scene read at it or later


def _of_inputs(cls: type[Record]) -> sa.Select[tuple[object, ...]]:
    table = STATE[cls.kind]
    listed = table.c.input_id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(table).where(table.c.task_id == sa.bindparam("task_id"), listed)


_AT_ONCE = 500
_PARTS: tuple[type[Record], ...] = (Assignment, Annotation, Verdict, Prelabel)
_MANY = {cls: _of_inputs(cls) for cls in _PARTS}
_SCENE = {cls: _of_input(cls) for cls in _PARTS}
_LISTED: tuple[type[Record], ...] = (Concept, Relation)
_ALL = {cls: sa.select(STATE[cls.kind]) for cls in _LISTED}
_FRESH = {cls: query.where(STATE[cls.kind].c.rev > sa.bindparam("since")) for cls, query in _ALL.items()}
_TASK = sa.select(STATE["task"]).where(STATE["task"].c.task_id == sa.bindparam("task_id"), STATE["task"].c.deleted == 0)


_NO_LIMIT = 2**62


def _of_events(task: bool, one: bool) -> sa.Select[tuple[object, ...]]:
    query = sa.select(event).where(event.c.rev > sa.bindparam("after")).order_by(event.c.rev)
    if task:
        query = query.where(event.c.task_id == sa.bindparam("task_id"))
    if one:
        query = query.where(event.c.input_id == sa.bindparam("input_id"))
    return query.limit(sa.bindparam("many"))


_EVENTS = {(task, one): _of_events(task, one) for task in (False, True) for one in (False, True)}


def rows(
    connection: sa.Connection, cls: type[R], query: sa.Select[tuple[object, ...]] | None = None, **values: object
) -> list[R]:
    """Give records of a kind (all, unless a query of its table is given)."""
    found = connection.execute(sa.select(STATE[cls.kind]) if query is None else query, values).mappings()
    return _records(cls, [dict(row) for row in found])


def _records(cls: type[R], found: Rows) -> list[R]:
    return [record for row in found if isinstance(record := from_row(cls.kind, row), cls)]


def revision(connection: sa.Connection) -> int:
    """Give the number of the last event."""
    return int(connection.execute(_REV).scalar_one())


def revision_asked() -> Question[int]:
    """Ask for the number of the last event."""
    return Question((Asked(_REV),), lambda found: int(found[0][0]["value"]))


def scene_asked(task_id: str, input_id: str, known: Known | None = None) -> Question[Scene]:
    """Ask for all that is kept about an input in a task, oldest annotation first.

    Parameters
    ----------
    task_id, input_id
        What is asked for.
    known
        That scene as it was at an earlier revision: only what has changed since is read.

    Raises
    ------
    BadInput
        The input does not belong to the task.
    """
    since, before = known if known is not None else (-1, None)
    key = {"task_id": task_id, "input_id": input_id, "since": since}

    def scene(found: list[Rows]) -> Scene:
        assigned = _records(Assignment, found[0])
        if before is None and not assigned:
            raise BadInput(
                f"expected an input of task {task_id!r:.40}, got {input_id!r:.40}; it is not assigned to it."
            )
        annotations = {a.key: a for a in (before.annotations if before else ())}
        annotations |= {a.key: a for a in _records(Annotation, found[1])}
        verdicts = {v.key: v for v in (before.verdicts if before else ())}
        verdicts |= {v.key: v for v in _records(Verdict, found[2])}
        marks = _records(Prelabel, found[3])
        return Scene(
            assigned[0] if before is None or assigned else before.assignment,
            tuple(sorted(annotations.values(), key=lambda a: (a.created_us, a.annotation_id))),
            tuple(verdicts[k] for k in sorted(verdicts)),
            _latest([*([before.prelabel] if before and before.prelabel else []), *marks]),
        )

    return Question(tuple(Asked(_SCENE[cls], key) for cls in _PARTS), scene)


def scenes(
    connection: sa.Connection, task_id: str, input_ids: Sequence[str], *, whole: bool = False
) -> dict[str, Scene]:
    """Give the scenes of many inputs at once, by id; none for those that the task does not have.

    Verdicts and what runs have marked are read only where the `whole` scene is asked for.
    """
    found: dict[str, tuple[Assignment, list[Annotation], list[Verdict], list[Prelabel]]] = {}
    for i in range(0, len(input_ids), _AT_ONCE):
        values = {"task_id": task_id, "ids": list(input_ids[i : i + _AT_ONCE])}
        for assigned in rows(connection, Assignment, _MANY[Assignment], **values):
            found[assigned.input_id] = (assigned, [], [], [])
        for annotation in rows(connection, Annotation, _MANY[Annotation], **values):
            if annotation.input_id in found:
                found[annotation.input_id][1].append(annotation)
        if not whole:
            continue
        for verdict in rows(connection, Verdict, _MANY[Verdict], **values):
            if verdict.input_id in found:
                found[verdict.input_id][2].append(verdict)
        for mark in rows(connection, Prelabel, _MANY[Prelabel], **values):
            if mark.input_id in found:
                found[mark.input_id][3].append(mark)
    for _, own, verdicts, _ in found.values():
        own.sort(key=lambda a: (a.created_us, a.annotation_id))
        verdicts.sort(key=lambda v: v.key)
    return {
        key: Scene(assigned, tuple(own), tuple(verdicts), _latest(marks))
        for key, (assigned, own, verdicts, marks) in found.items()
    }


def _latest(marks: Sequence[Prelabel]) -> Prelabel | None:
    """Give the mark of the latest connection, as it is now."""
    standing = [mark for mark in marks if not mark.deleted]
    return max(standing, key=lambda mark: (mark.connection, mark.version), default=None)


def concepts_asked(known: tuple[int, dict[str, Concept]] | None = None) -> Question[dict[str, Concept]]:
    """Ask for the project's concepts by folded name, tombstones included.

    `known` are those of an earlier revision: only what changed since is read, and if nothing did, they are given back.
    """
    return Question(
        (_since(Concept, known),),
        lambda found: _brought_up({c.concept_key: c for c in _records(Concept, found[0])}, known),
    )


def relations_asked(
    known: tuple[int, dict[tuple[str, ...], Relation]] | None = None,
) -> Question[dict[tuple[str, ...], Relation]]:
    """Ask for the project's relations by key, tombstones included; `known` as for `concepts_asked`."""
    return Question(
        (_since(Relation, known),), lambda found: _brought_up({r.key: r for r in _records(Relation, found[0])}, known)
    )


def _since(cls: type[Record], known: tuple[int, object] | None) -> Asked:
    return Asked(_ALL[cls]) if known is None else Asked(_FRESH[cls], {"since": known[0]})


def _brought_up(fresh: dict[K, R], known: tuple[int, dict[K, R]] | None) -> dict[K, R]:
    if known is not None and not fresh:
        return known[1]
    found = {**(known[1] if known is not None else {}), **fresh}
    return dict(sorted(found.items(), key=lambda pair: pair[1].key))


def task_asked(task_id: str) -> Question[TaskRecord | None]:
    """Ask for a task that stands, by id."""
    return Question(
        (Asked(_TASK, {"task_id": task_id}),), lambda found: next(iter(_records(TaskRecord, found[0])), None)
    )


def tasks(connection: sa.Connection, *, deleted: bool = False) -> list[TaskRecord]:
    """Give the tasks that stand, oldest first, or those that were deleted."""
    found = [t for t in rows(connection, TaskRecord) if t.deleted == deleted]
    return sorted(found, key=lambda t: (t.created_us, t.task_id))


def input_of(connection: sa.Connection, annotation_id: str) -> str | None:
    """Give the input that an annotation is on, standing or not."""
    table = STATE["annotation"]
    query = sa.select(table.c.input_id).where(table.c.annotation_id == annotation_id).limit(1)
    return connection.execute(query).scalar()


def people(connection: sa.Connection) -> dict[str, Collaborator]:
    """Give the project's people by key, tombstones included."""
    return {c.person_key: c for c in sorted(rows(connection, Collaborator), key=lambda c: c.key)}


def datasets(connection: sa.Connection) -> dict[str, Dataset]:
    """Give the project's datasets by id, tombstones included, oldest first."""
    return {d.dataset_id: d for d in sorted(rows(connection, Dataset), key=lambda d: (d.created_us, d.dataset_id))}


def runs(connection: sa.Connection, task_id: str | None = None) -> list[Run]:
    """Give the runs over a task (or over all), oldest first."""
    table = STATE["run"]
    query = sa.select(table) if task_id is None else sa.select(table).where(table.c.task_id == task_id)
    found = [r for r in rows(connection, Run, query) if not r.deleted]
    return sorted(found, key=lambda r: (r.started_us, r.run_id))


def setting(connection: sa.Connection, name: str) -> Setting | None:
    """Give a setting of the project as it was written last, if ever."""
    table = STATE["setting"]
    found = rows(connection, Setting, sa.select(table).where(table.c.name == name))
    return found[0] if found else None


def charges(connection: sa.Connection, month: str) -> int:
    """Give how many inputs were pre-labeled in a month ("2026-11", UTC), in the whole project."""
    table = STATE["prelabel"]
    query = sa.select(sa.func.count()).select_from(table).where(table.c.month == month, table.c.deleted == 0)
    return int(connection.execute(query).scalar_one())


def events_asked(*, after: int, task_id: str | None, input_id: str | None, limit: int | None) -> Question[list[Event]]:
    """Ask for what happened after a revision, in order."""
    asked = _EVENTS[task_id is not None, input_id is not None]
    values = {"after": after, "task_id": task_id, "input_id": input_id, "many": _NO_LIMIT if limit is None else limit}
    wanted = {name: value for name, value in values.items() if value is not None}
    return Question((Asked(asked, wanted),), lambda found: [to_event(row) for row in found[0]])


def to_event(row: sa.RowMapping | Mapping[str, Any]) -> Event:
    """Read an event from its row."""
    operation = Operation(
        row["kind"],
        row["actor"],
        changes_of(row["changes"]),
        row["task_id"],
        row["input_id"],
        row["op_id"],
        row["grp"],
        row["undo_of"],
        row["at_us"],
    )
    return Event(row["rev"], operation, moves_of(row["bulk"]))
