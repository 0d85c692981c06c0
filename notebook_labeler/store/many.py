"""Writing changes together: the same checks, but rows are read and written at once, or thousands by the hundred."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..domain.operations import Operation
from ..domain.records import Assignment, Record
from .asking import Asked, together
from .tables import STATE, event, from_row, input_
from .writing import MAKE, NUMBER, PROBLEM, READ, RECORD, SET, Pen, counting, new_row, next_revision, set_row

FEW = 20  # changes up to which each row has a statement of its own
_AT_ONCE = 500
_PROBLEMS = sa.select(input_.c.input_id, input_.c.problem).where(
    input_.c.input_id.in_(sa.bindparam("keys", expanding=True))
)


@dataclass
class ManyPen(Pen):
    """A pen that knows the rows beforehand (`foresee`) and puts all on paper when it settles.

    What it has written is seen by itself at once, and by queries of its connection after `settle`.
    """

    _rows: dict[tuple[str, tuple[str, ...]], tuple[Record | None, int]] = field(default_factory=dict)
    _shelves: dict[str, str | None] = field(default_factory=dict)
    _made: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _set: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _events: list[dict[str, Any]] = field(default_factory=list)

    def foresee(self, records: Iterable[Record]) -> None:
        """Read the rows that records have now, for all those that are going to be changed."""
        wanted: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        inputs = []
        for record in records:
            kind, key = record.kind, record.key
            if (kind, key) not in self._rows:
                self._rows[kind, key] = (None, 0)
                wanted.setdefault((kind, key[:-1]), []).append(key[-1])
            if isinstance(record, Assignment):
                inputs.append(record.input_id)
        for (kind, outer), keys in wanted.items():
            for row in self._found(kind, outer, keys):
                record = from_row(kind, row)
                self._rows[kind, record.key] = (record, row["rev"])
        for page in _pages(inputs):
            self._shelves |= {row[0]: row[1] for row in self.connection.execute(_PROBLEMS, {"keys": page})}

    def _found(self, kind: str, outer: tuple[str, ...], keys: list[str]) -> Iterator[dict[str, Any]]:
        *before, last = STATE[kind].primary_key
        query = sa.select(STATE[kind]).where(last.in_(sa.bindparam("keys", expanding=True)))
        query = query.where(*(column == value for column, value in zip(before, outer, strict=True)))
        for page in _pages(keys):
            yield from map(dict, self.connection.execute(query, {"keys": page}).mappings())

    def stored(self, record: Record) -> tuple[Record | None, int]:
        """Give the row that a record has now, and the revision that changed it last."""
        found = self._rows.get((record.kind, record.key))
        return super().stored(record) if found is None else found

    def settle(self, *, end: bool = False) -> None:
        """Put all on paper. Call once, before the commit."""
        for kind, rows in self._made.items():
            self.connection.execute(MAKE[kind], rows)
        for kind, rows in self._set.items():
            self.connection.execute(SET[kind], rows)
        if self._events:
            self.connection.execute(sa.insert(event), self._events)
        self._made, self._set, self._events = {}, {}, []
        super().settle(end=end)

    def _insert(self, after: Record, values: dict[str, Any]) -> None:
        self._made.setdefault(after.kind, []).append(new_row(after, values))
        self._rows[after.kind, after.key] = (after, values["rev"])

    def _update(self, after: Record, values: dict[str, Any]) -> None:
        self._set.setdefault(after.kind, []).append(set_row(after, values))
        self._rows[after.kind, after.key] = (after, values["rev"])

    def _event(self, row: dict[str, Any]) -> None:
        self._events.append(row)

    def _problem(self, input_id: str) -> str | None:
        return self._shelves[input_id] if input_id in self._shelves else super()._problem(input_id)


class FewPen(ManyPen):
    """A pen for a few rows of many kinds: two round trips to a server, one to read them and one to write them."""

    def foresee(self, records: Iterable[Record]) -> None:
        """Read the rows that records have now."""
        self.begin(records)

    def begin(self, records: Iterable[Record], *, revisions: int | None = None) -> int:
        """Take revisions, then read the rows that records have; give the first revision."""
        fresh = {(record.kind, record.key): record for record in records}
        numbers = [Asked(NUMBER, {"many": revisions})] if revisions is not None else []
        rows = [Asked(READ[r.kind], {"k_" + name: getattr(r, name) for name in r.key_fields}) for r in fresh.values()]
        inputs = list(dict.fromkeys(r.input_id for r in fresh.values() if isinstance(r, Assignment)))
        shelves = [Asked(PROBLEM, {"input_id": input_id}) for input_id in inputs]
        found = together(self.connection, [*numbers, *rows, *shelves])
        start, end = len(numbers), len(numbers) + len(rows)
        for (kind, key), row in zip(fresh, found[start:end], strict=True):
            self._rows[kind, key] = (from_row(kind, row[0]), row[0]["rev"]) if row else (None, 0)
        for input_id, row in zip(inputs, found[end:], strict=True):
            self._shelves[input_id] = row[0]["problem"] if row else None
        return 0 if revisions is None else int(found[0][0]["value"]) - revisions + 1

    def settle(self, *, end: bool = False) -> None:
        """Put all on paper. Call once, before the commit; with `end` it is committed, too, where a server is told."""
        made = [Asked(MAKE[kind], row) for kind, rows in self._made.items() for row in rows]
        changed = [Asked(SET[kind], row) for kind, rows in self._set.items() for row in rows]
        events = [Asked(RECORD, row) for row in self._events]
        counted = [counting(self.connection, heap, more) for heap, more in self.moves.items() if more]
        together(self.connection, [*made, *changed, *events, *counted], end=end)
        self._made, self._set, self._events = {}, {}, []
        self.moves.clear()


def begun(connection: sa.Connection, operations: Sequence[Operation]) -> tuple[int, Pen]:
    """Take the revisions of operations, and give the first one with the pen that fits."""
    records = _records(operations)
    if len(records) <= FEW:
        pen = FewPen(connection)
        return pen.begin(records, revisions=len(operations)), pen
    return next_revision(connection, len(operations)), pen_for(connection, operations)


def pen_for(connection: sa.Connection, operations: Iterable[Operation]) -> Pen:
    """Give the pen that fits operations; other writers wait already."""
    records = _records(operations)
    pen = FewPen(connection) if len(records) <= FEW else ManyPen(connection)
    pen.foresee(records)
    return pen


def _records(operations: Iterable[Operation]) -> list[Record]:
    """Give the records whose rows operations are held against."""
    fresh = list(operations)
    held = [operation.held for operation in fresh if operation.held is not None]
    return [change.after for operation in fresh for change in operation.changes] + held


def _pages(keys: list[str]) -> Iterator[list[str]]:
    return (keys[i : i + _AT_ONCE] for i in range(0, len(keys), _AT_ONCE))
