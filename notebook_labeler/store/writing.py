"""Committing operations: rows and their event in one transaction, each change held against the row as it is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.operations import Change, Operation
from ..domain.records import Annotation, Assignment, Concept, Dataset, Record, TaskRecord, dumps
from ..errors import Conflict
from .asking import Asked
from .conflicts import thing
from .event_text import changes_text
from .tables import IN_QUEUE, REMOVED, STATE, UNREADABLE, counter, event, from_row, input_, tally, to_row


class Heap(NamedTuple):
    """Inputs that are counted together."""

    task_id: str
    shelf: int
    state: str
    labeler: str = ""
    reviewer: str = ""


def heap_of(assignment: Assignment, shelf: int) -> Heap:
    """Give the heap that an assignment is counted in."""
    return Heap(assignment.task_id, shelf, assignment.state, assignment.labeler, assignment.reviewer)


def _keyed(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    return [column == sa.bindparam("k_" + column.name) for column in table.primary_key]


READ = {kind: sa.select(table).where(*_keyed(table)) for kind, table in STATE.items()}
MAKE = {kind: sa.insert(table) for kind, table in STATE.items()}
SET = {
    kind: sa.update(table)
    .where(*_keyed(table))
    .values({c.name: sa.bindparam("v_" + c.name) for c in table.columns if not c.primary_key and c.name != "follows"})
    for kind, table in STATE.items()
}
NUMBER = (
    sa.update(counter)
    .where(counter.c.name == "rev")
    .values(value=counter.c.value + sa.bindparam("many"))
    .returning(counter.c.value)
)
_LOCK = sa.select(counter.c.value).where(counter.c.name == "rev").with_for_update()
RECORD = sa.insert(event)
_KNOWN = sa.select(event.c.op_id).where(event.c.op_id.in_(sa.bindparam("ids", expanding=True)))
_BY = sa.select(event.c.actor, event.c.kind).where(event.c.rev == sa.bindparam("rev"))
PROBLEM = sa.select(input_.c.problem).where(input_.c.input_id == sa.bindparam("input_id"))


def _counting(insert: Any) -> Any:  # Any: each database has an insert of its own for this
    made = insert(tally)
    return made.on_conflict_do_update(index_elements=list(Heap._fields), set_={"n": tally.c.n + made.excluded.n})


_COUNT = {"sqlite": _counting(sqlite.insert), "postgresql": _counting(postgresql.insert)}


def now_us() -> int:
    """Give the time in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def next_revision(connection: sa.Connection, many: int = 1) -> int:
    """Take the next revision(s) and give the first. Held until the commit: the order of numbers is that of commits."""
    return int(connection.execute(NUMBER, {"many": many}).scalar_one()) - many + 1


def lock(connection: sa.Connection) -> None:
    """Wait for other writers, without taking a revision yet."""
    connection.execute(_LOCK)


def known(connection: sa.Connection, op_ids: Sequence[str]) -> set[str]:
    """Give those of the op_ids that are committed already."""
    return {
        row[0] for i in range(0, len(op_ids), 500) for row in connection.execute(_KNOWN, {"ids": op_ids[i : i + 500]})
    }


@dataclass
class Pen:
    """Writes changes of one transaction at one moment, counting what moves between states."""

    connection: sa.Connection
    at_us: int = field(default_factory=now_us)
    moves: dict[Heap, int] = field(default_factory=dict)

    def write(self, operation: Operation, rev: int, *, bulk: dict[str, Any] | None = None) -> None:
        """Write one operation: its rows, and its event.

        Raises
        ------
        Conflict
            A row is not as the change saw it, or the input was given to somebody else; the transaction must be rolled
            back.
        """
        if operation.held is not None:
            self._refuse_given_away(operation.held)
        made = [done for change in operation.changes if (done := self._apply(change, rev)) is not None]
        self.record(replace(operation, changes=tuple(made)), rev, bulk=bulk)

    def record(self, operation: Operation, rev: int, *, bulk: dict[str, Any] | None = None) -> None:
        """Write the event alone."""
        row = {
            "rev": rev,
            "op_id": operation.op_id,
            "at_us": self.at_us,
            "actor": operation.actor,
            "kind": operation.kind,
            "task_id": operation.task_id,
            "input_id": operation.input_id,
            "grp": operation.group,
            "undo_of": operation.undo_of,
            "bulk": None if bulk is None else dumps(bulk),
            "changes": changes_text(operation.changes),
        }
        self._event(row)

    def settle(self, *, end: bool = False) -> None:
        """Bring the tallies up to date. Call once, before the commit; `end`: nothing follows but that."""
        for heap, more in self.moves.items():
            if more:
                add_to_tally(self.connection, heap, more)
        self.moves.clear()

    def stored(self, record: Record) -> tuple[Record | None, int]:
        """Give the row that a record has now, and the revision that changed it last."""
        keys = {"k_" + name: getattr(record, name) for name in record.key_fields}
        row = self.connection.execute(READ[record.kind], keys).mappings().one_or_none()
        return (None, 0) if row is None else (from_row(record.kind, dict(row)), row["rev"])

    def _refuse_given_away(self, held: Assignment) -> None:
        """Refuse where an input has another labeler than when it was looked at."""
        found, rev = self.stored(held)
        if not isinstance(found, Assignment) or found.labeler != held.labeler:
            raise self.conflict(held, found, rev)

    def _apply(self, change: Change, rev: int) -> Change | None:
        before, rev_before = self.stored(change.after)
        if (before.version if before else 0) != (change.before.version if change.before else 0):
            if not _only_ensures(change):
                raise self.conflict(change.after, before, rev_before)
            if before is None or not before.deleted:
                return None  # somebody else made the concept meanwhile: that is what was wanted
        counted: dict[str, int] = {"version": before.version + 1 if before else 1, "updated_us": self.at_us}
        if isinstance(change.after, Annotation | TaskRecord | Dataset) and change.after.created_us == 0:
            kept = before.created_us if isinstance(before, Annotation | TaskRecord | Dataset) else 0
            counted["created_us"] = kept or self.at_us
        after = change.after.having(**counted)
        self._put(before, after, rev)
        return Change(before, after)

    def _put(self, before: Record | None, after: Record, rev: int) -> None:
        values = {**to_row(after), "rev": rev}
        if isinstance(after, Assignment):
            values["shelf"] = self._shelf(after)
            self._move(before, after, values["shelf"])
        (self._insert if before is None else self._update)(after, values)

    def _insert(self, after: Record, values: dict[str, Any]) -> None:
        self.connection.execute(MAKE[after.kind], new_row(after, values))

    def _update(self, after: Record, values: dict[str, Any]) -> None:
        self.connection.execute(SET[after.kind], set_row(after, values))

    def _event(self, row: dict[str, Any]) -> None:
        self.connection.execute(RECORD, row)

    def _problem(self, input_id: str) -> str | None:
        return self.connection.execute(PROBLEM, {"input_id": input_id}).scalar()

    def _shelf(self, assignment: Assignment) -> int:
        if assignment.deleted:
            return REMOVED
        return IN_QUEUE if self._problem(assignment.input_id) is None else UNREADABLE

    def _move(self, before: Record | None, after: Assignment, shelf: int) -> None:
        """Count one input out of where it was and into where it is."""
        readable = UNREADABLE if shelf == UNREADABLE else IN_QUEUE
        if isinstance(before, Assignment):
            was = heap_of(before, REMOVED if before.deleted else readable)
            self.moves[was] = self.moves.get(was, 0) - 1
        now = heap_of(after, shelf)
        self.moves[now] = self.moves.get(now, 0) + 1

    def conflict(self, wanted: Record, found: Record | None, rev: int) -> Conflict:
        """Say who changed a row (at a revision) that somebody else wants to change."""
        what = thing(found or wanted)
        if found is None:
            return Conflict(f"expected {what} to be there, but it is not; look again and repeat.")
        by = self.connection.execute(_BY, {"rev": rev}).one_or_none()
        actor, kind = (by[0], by[1]) if by else ("somebody", "change")
        return Conflict(f"{actor} changed {what} meanwhile ({kind}); nothing was overwritten, look again and repeat.")


def new_row(after: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Give what the statement of `MAKE` that makes a record's row is told."""
    return {**values, "follows": 0} if isinstance(after, TaskRecord) else values


def set_row(after: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Give what the statement of `SET` that changes a record's row is told."""
    return {("k_" if name in after.key_fields else "v_") + name: value for name, value in values.items()}


def commit(connection: sa.Connection, operations: Iterable[Operation], *, resent: bool) -> int:
    """Write operations and give the last revision. With `resent`, known op_ids are looked for and left out first."""
    from .many import begun

    fresh = [op if op.group else replace(op, group=op.op_id) for op in operations]
    if resent:
        lock(connection)
        there = known(connection, [op.op_id for op in fresh])
        fresh = list({op.op_id: op for op in reversed(fresh) if op.op_id not in there}.values())[::-1]
    rev, pen = begun(connection, fresh)
    for offset, operation in enumerate(fresh):
        pen.write(operation, rev + offset)
    pen.settle(end=True)
    return rev + len(fresh) - 1


def add_to_tally(connection: sa.Connection, heap: Heap, more: int) -> None:
    """Count inputs into (or out of) a heap."""
    statement, values = counting(connection, heap, more)
    connection.execute(statement, dict(values))


def counting(connection: sa.Connection, heap: Heap, more: int) -> Asked:
    """Give the statement that counts inputs into (or out of) a heap."""
    return Asked(_COUNT[connection.dialect.name], {**heap._asdict(), "n": more})


def _only_ensures(change: Change) -> bool:
    """Whether a change does no more than see to it that a concept is there."""
    unseen = change.before is None or change.before.deleted
    return isinstance(change.after, Concept) and not change.after.deleted and unseen
