"""Whether a journal is whole: the events, played again from nothing, must give the rows as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Any

import sqlalchemy as sa

from ..domain.records import RECORDS, Assignment, TaskRecord, from_json
from .event_text import moves_of
from .lanes import KEY, REST, Lanes
from .tables import IN_QUEUE, NAMES, REMOVED, STATE, UNREADABLE, assignment, counter, event, input_, tally
from .writing import Heap

_SHOWN = 20
_COLUMNS = NAMES | {Assignment.kind: (*KEY, *REST)}
_WRITTEN = {kind: itemgetter(*names) for kind, names in _COLUMNS.items()}
_KEYED = {kind: [names.index(name) for name in RECORDS[kind].key_fields] for kind, names in _COLUMNS.items()}
Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class CheckReport:
    """What a check found: `problems` as sentences (at most 20), among so many `events` and `rows`."""

    events: int = 0
    rows: int = 0
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all is as it should be."""
        return not self.problems


def check(connection: sa.Connection) -> CheckReport:
    """Play all events again and compare; look at counters, tallies and the file itself."""
    replay = _Replay(connection)
    problems = [*_file(connection), *replay.events(), *replay.compared(), *_inputs(connection), *_tallies(connection)]
    return CheckReport(replay.rev, replay.rows, tuple(problems[:_SHOWN]))


@dataclass
class _Replay:
    """The state that the events give: assignments by place, each other row as its fingerprint."""

    connection: sa.Connection
    rev: int = 0
    rows: int = 0
    state: dict[Key, int] = field(default_factory=dict)
    lanes: Lanes = field(default_factory=Lanes)
    follows: set[str] = field(default_factory=set)

    def events(self) -> Iterator[str]:
        ids = [row[0] for row in self.connection.execute(sa.select(input_.c.input_id).order_by(input_.c.position))]
        while page := self.connection.execute(
            sa.select(event).where(event.c.rev > self.rev).order_by(event.c.rev).limit(2000)
        ).mappings().all():  # fmt: skip
            for row in page:
                if row["rev"] != self.rev + 1:
                    yield f"expected revision {self.rev + 1}, found {row['rev']}"
                self.rev = row["rev"]
                yield from self._play(json.loads(row["changes"]))
                if row["bulk"] is not None:
                    yield from self._follow(json.loads(row["bulk"]), row, ids)
        last = self.connection.execute(sa.select(counter.c.value).where(counter.c.name == "rev")).scalar()
        if last != self.rev:
            yield f"expected the counter at revision {self.rev}, found {last}"

    def _play(self, changes: list[dict[str, Any]]) -> Iterator[str]:
        """Make changes as they are written: making a record of each would take twice as long."""
        for change in changes:
            kind, after = change["after"]["kind"], _values(change["after"])
            before = None if change["before"] is None else _values(change["before"])
            key = kind, _key(kind, after)
            lane = self.lanes.of(after[0]) if kind == Assignment.kind else None
            if lane is not None and lane.holds(*after[1:3]):
                stood = before is not None and lane.holds(*before[1:3]) and lane.values(before[2]) == before[3:]
                lane.write(after[2], after[3:])
            else:
                stood = self.state.get(key) == (None if before is None else hash(before))
                self.state[key] = hash(after)
            if not stood:
                yield f"revision {self.rev} changed {key} from something that did not stand"

    def _follow(self, bulk: dict[str, Any], row: sa.RowMapping, ids: list[str]) -> Iterator[str]:
        """Follow the rule by which many assignments were made or changed at once."""
        task_id, at_us = row["task_id"], row["at_us"]
        if "some" in bulk:
            self.lanes.of(task_id).append(0, bulk["some"], at_us)
        elif "shared" in bulk:
            self.lanes.share(task_id, bulk["shared"], at_us)
        elif "moved" in bulk:
            for problem in self.lanes.move(task_id, moves_of(row["bulk"]), at_us):
                yield f"revision {self.rev}: {problem}"
        elif "all" in bulk:
            self.follows.add(task_id)
            self.lanes.of(task_id).append(0, ids[: bulk["all"]], at_us)
        else:
            start, end = bulk["inputs"]
            for task_id in bulk["assigned"]:
                self.lanes.of(task_id).append(start, ids[start:end], at_us)

    def compared(self) -> Iterator[str]:
        """Compare with the rows of all state tables."""
        for kind, names in _COLUMNS.items():
            table = STATE[kind]
            more = [table.c.follows] if kind == TaskRecord.kind else []
            for row in self.connection.execute(sa.select(*(table.c[name] for name in names), *more)):
                self.rows += 1
                values = tuple(row)[: len(names)]
                key = _key(kind, values)
                if not (self._lies(values) if kind == Assignment.kind else self._stands(kind, key, values)):
                    yield f"the {kind} {key} is not what the events give"
                if more and bool(row[-1]) != (key[0] in self.follows):
                    yield f"the task {key[0]} does not know whether it follows all inputs"
        for kind, key in islice(self._left(), _SHOWN):
            yield f"the {kind} {key} is missing"

    def _stands(self, kind: str, key: tuple[str, ...], values: tuple[Any, ...]) -> bool:
        return self.state.pop((kind, key), None) == hash(values)

    def _lies(self, values: tuple[Any, ...]) -> bool:
        """Whether an assignment is as the events give it, and of no use any more."""
        task_id, input_id, position, *rest = values
        lane = self.lanes.of(task_id)
        if not lane.holds(input_id, position):  # no rule has made it
            return self._stands(Assignment.kind, (task_id, input_id), values)
        lane.take(position)
        return lane.values(position) == tuple(rest)

    def _left(self) -> Iterator[Key]:
        yield from self.state
        yield from ((Assignment.kind, key) for key in self.lanes.left())


def _values(data: dict[str, Any]) -> tuple[Any, ...]:
    """Give what the row of a record has that is written so; True and 1 are the same there, and have the same hash."""
    kind = data["kind"]
    try:
        found: tuple[Any, ...] = _WRITTEN[kind](data)
    except KeyError:  # of an earlier version, when there were fewer columns
        found = attrgetter(*_COLUMNS[kind])(from_json(data))
    return found


def _key(kind: str, values: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple([values[place] for place in _KEYED[kind]])


def _file(connection: sa.Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        found = [row[0] for row in connection.exec_driver_sql(f"PRAGMA integrity_check({_SHOWN})")]
        yield from (f"the file is damaged: {line}" for line in found if line != "ok")


def _inputs(connection: sa.Connection) -> Iterator[str]:
    many, last = connection.execute(sa.select(sa.func.count(), sa.func.max(input_.c.position))).one()
    counted = connection.execute(sa.select(counter.c.value).where(counter.c.name == "inputs")).scalar()
    if not many == counted == (0 if last is None else last + 1):
        yield f"expected {counted} inputs in a row, found {many}, the last at {last}"


def _tallies(connection: sa.Connection) -> Iterator[str]:
    a = assignment.c
    shelf = sa.case((a.deleted == 1, REMOVED), (input_.c.problem.is_not(None), UNREADABLE), else_=IN_QUEUE)
    joined = assignment.join(input_, input_.c.input_id == a.input_id)
    misplaced = connection.execute(sa.select(sa.func.count()).select_from(joined).where(shelf != a.shelf)).scalar()
    if misplaced:
        yield f"{misplaced} inputs lie in a queue though they cannot be read, or the other way round"
    of = [a[name] for name in Heap._fields]
    true = connection.execute(sa.select(*of, sa.func.count()).group_by(*of))
    kept = connection.execute(
        sa.select(*(tally.c[name] for name in Heap._fields), tally.c.n).where(tally.c.n != 0)
    )  # fmt: skip
    if {tuple(row) for row in true} != {tuple(row) for row in kept}:
        yield "the counts of a task's progress do not fit its inputs"
