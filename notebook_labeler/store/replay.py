"""Whether a journal is whole: the events, played again from nothing, must give the rows as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from ..domain.assignments import BACKLOG, lane
from ..domain.places import unpack
from ..domain.records import RECORDS, Assignment, Record, TaskRecord
from .assigning import row_of
from .reading import to_event
from .tables import IN_QUEUE, NAMES, REMOVED, STATE, UNREADABLE, assignment, counter, event, from_row, input_, tally
from .writing import Heap

_SHOWN = 20
_VALUES = {kind: attrgetter(*names) for kind, names in NAMES.items()}
_AT = {name: place for place, name in enumerate(NAMES["assignment"])}
Key = tuple[str, tuple[str, ...]]
Print = int | tuple[Any, ...]  # a hash; of assignments all values, since a deal changes some of them by a rule


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
    """The state that the events give, each row as its fingerprint, and the queues of tasks as input ids by position."""

    connection: sa.Connection
    rev: int = 0
    rows: int = 0
    state: dict[Key, Print] = field(default_factory=dict)
    queues: dict[str, list[str]] = field(default_factory=dict)
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
                yield from self._play(row)
                if row["bulk"] is not None:
                    self._deal(json.loads(row["bulk"]), row, ids)
        last = self.connection.execute(sa.select(counter.c.value).where(counter.c.name == "rev")).scalar()
        if last != self.rev:
            yield f"expected the counter at revision {self.rev}, found {last}"

    def _play(self, row: sa.RowMapping) -> Iterator[str]:
        for change in to_event(row).operation.changes:
            key = change.after.kind, change.after.key
            seen = None if change.before is None else _fingerprint(change.before)
            if self.state.get(key) != seen:
                yield f"revision {self.rev} changed {key} from something that did not stand"
            self.state[key] = _fingerprint(change.after)

    def _deal(self, bulk: dict[str, Any], row: sa.RowMapping, ids: list[str]) -> None:
        """Follow the rule by which many assignments were made at once."""
        if "some" in bulk:
            self._assign(row["task_id"], list(enumerate(bulk["some"])), row["at_us"])
        elif "shared" in bulk:
            self._share(row["task_id"], bulk["shared"], row["at_us"])
        elif "all" in bulk:
            self.follows.add(row["task_id"])
            self._assign(row["task_id"], list(enumerate(ids[: bulk["all"]])), row["at_us"])
        else:
            start, end = bulk["inputs"]
            for task_id in bulk["assigned"]:
                self._assign(task_id, list(enumerate(ids[start:end], start)), row["at_us"])

    def _share(self, task_id: str, deals: list[Any], at_us: int) -> None:
        """Give places to people as `sharing.share_out` did."""
        given: dict[tuple[int, int], dict[str, str]] = {}
        for seat, role, person, places in deals:
            for position in unpack(places).tolist():
                given.setdefault((seat, position), {})[role] = person
        queue = self.queues.get(task_id, [])
        for (seat, position), people in given.items():
            if position >= len(queue):
                continue
            base, key = (
                ("assignment", (task_id, queue[position])),
                ("assignment", (lane(task_id, seat), queue[position])),
            )
            before = self.state.get(key)
            if isinstance(before, tuple):
                values = dict(zip(NAMES["assignment"], before, strict=True))
                values |= people | {"version": before[_AT["version"]] + 1, "updated_us": at_us}
                self.state[key] = tuple(values.values())
            elif isinstance(own := self.state.get(base), tuple):
                fresh = row_of(lane(task_id, seat), queue[position], position, at_us=at_us)
                held = {"state": BACKLOG} if own[_AT["state"]] == BACKLOG else {}
                self.state[key] = _fingerprint(fresh.having(**people, **held))

    def _assign(self, task_id: str, places: list[tuple[int, str]], at_us: int) -> None:
        self.queues.setdefault(task_id, []).extend(input_id for _, input_id in places)
        for position, input_id in places:
            record = row_of(task_id, input_id, position, at_us=at_us)
            self.state[record.kind, record.key] = _fingerprint(record)

    def compared(self) -> Iterator[str]:
        """Compare with the rows of all state tables."""
        for kind in RECORDS:
            for row in self.connection.execute(sa.select(STATE[kind])).mappings():
                self.rows += 1
                record = from_row(kind, dict(row))
                if self.state.pop((kind, record.key), None) != _fingerprint(record):
                    yield f"the {kind} {record.key} is not what the events give"
                if isinstance(record, TaskRecord) and bool(row["follows"]) != (record.task_id in self.follows):
                    yield f"the task {record.task_id} does not know whether it follows all inputs"
        yield from (f"the {kind} {key} is missing" for kind, key in list(self.state)[:_SHOWN])


def _fingerprint(record: Record) -> Print:
    values: tuple[Any, ...] = _VALUES[record.kind](record)
    return values if isinstance(record, Assignment) else hash(values)


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
