"""Writing thousands of changes in one transaction: the same checks, but rows are read and written by the hundred."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..domain.operations import Operation
from ..domain.records import Assignment, Record
from .tables import STATE, event, from_row, input_
from .writing import MAKE, SET, Pen, new_row, set_row

FEW = 20  # changes up to which each row is read and written by itself
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

    def settle(self) -> None:
        """Put all on paper. Call once, before the commit."""
        for kind, rows in self._made.items():
            self.connection.execute(MAKE[kind], rows)
        for kind, rows in self._set.items():
            self.connection.execute(SET[kind], rows)
        if self._events:
            self.connection.execute(sa.insert(event), self._events)
        self._made, self._set, self._events = {}, {}, []
        super().settle()

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


def pen_for(connection: sa.Connection, operations: Iterable[Operation]) -> Pen:
    """Give the pen that fits: one that writes at once for a few changes, one that gathers for many."""
    fresh = list(operations)
    records = [change.after for operation in fresh for change in operation.changes]
    records += [operation.held for operation in fresh if operation.held is not None]
    if len(records) <= FEW:
        return Pen(connection)
    pen = ManyPen(connection)
    pen.foresee(records)
    return pen


def _pages(keys: list[str]) -> Iterator[list[str]]:
    return (keys[i : i + _AT_ONCE] for i in range(0, len(keys), _AT_ONCE))
