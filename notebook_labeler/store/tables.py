"""The tables of the journal, the same on SQLite and PostgreSQL. State tables follow from the records of `domain`.

Only Text, BigInteger, Double and SmallInteger are used; times are microseconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from ..domain.records import RECORDS, Record

LAYOUT = 3  # raised when a table changes; a database of a higher number is left alone
IN_QUEUE, UNREADABLE, REMOVED = 0, 1, 2  # where an assignment lies (`shelf`)

metadata = sa.MetaData()
_TYPES: dict[str, tuple[type[Any], bool]] = {
    "str": (sa.Text, False),
    "str | None": (sa.Text, True),
    "int": (sa.BigInteger, False),
    "bool": (sa.SmallInteger, False),
    "float | None": (sa.Double, True),
}


def _state_table(cls: type[Record], *extra: sa.schema.SchemaItem) -> sa.Table:
    """Make the table of one record kind. `rev` is the revision that changed the row last: its event says who."""
    columns = [
        sa.Column(
            f.name,
            _TYPES[str(f.type)][0],
            primary_key=f.name in cls.key_fields,
            nullable=_TYPES[str(f.type)][1],
            autoincrement=False,
        )
        for f in sorted(fields(cls), key=lambda f: f.name not in cls.key_fields)
    ]
    return sa.Table(cls.kind, metadata, *columns, sa.Column("rev", sa.BigInteger, nullable=False), *extra)


_EXTRAS: dict[str, tuple[sa.schema.SchemaItem, ...]] = {
    "annotation": (
        sa.Index("annotation_of_input", "task_id", "input_id"),
        sa.Index("annotation_of_concept", "concept_key"),
    ),
    "assignment": (
        sa.Column("shelf", sa.SmallInteger, nullable=False),
        sa.Index("assignment_queue", "task_id", "shelf", "state", "position"),
        sa.Index("assignment_place", "task_id", "position"),
        sa.Index("assignment_labeler", "task_id", "labeler", "shelf", "state", "position"),
        sa.Index("assignment_reviewer", "task_id", "reviewer", "shelf", "state", "position"),
    ),
    "run": (sa.Index("run_of_task", "task_id"),),
    "prelabel": (
        sa.Index("prelabel_month", "month", "deleted"),
        sa.Index("prelabel_run", "run_id"),
        sa.Index("prelabel_of_input", "task_id", "input_id"),
    ),
    "task": (sa.Column("follows", sa.SmallInteger, nullable=False),),  # whether inputs added later join it
}
STATE: dict[str, sa.Table] = {kind: _state_table(cls, *_EXTRAS.get(kind, ())) for kind, cls in RECORDS.items()}
concept, relation, annotation = STATE["concept"], STATE["relation"], STATE["annotation"]
verdict, assignment, task = STATE["verdict"], STATE["assignment"], STATE["task"]
collaborator, dataset, setting = STATE["collaborator"], STATE["dataset"], STATE["setting"]
run, prelabel, failure = STATE["run"], STATE["prelabel"], STATE["failure"]

meta = sa.Table("meta", metadata, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text))
counter = sa.Table(  # `rev`: the last revision; its row lock puts writers in order. `inputs`: how many there are
    "counter", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.BigInteger, nullable=False)
)
tally = sa.Table(  # how many inputs of a task are in which state and with whom, kept with every change of an assignment
    "tally",
    metadata,
    sa.Column("task_id", sa.Text, primary_key=True),
    sa.Column("shelf", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("labeler", sa.Text, primary_key=True),
    sa.Column("reviewer", sa.Text, primary_key=True),
    sa.Column("n", sa.BigInteger, nullable=False),
)
input_ = sa.Table(
    "input",
    metadata,
    sa.Column("input_id", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False, unique=True),
    sa.Column("uri", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("meta", sa.Text, nullable=False),
    sa.Column("added_us", sa.BigInteger, nullable=False),
    sa.Column("problem", sa.Text),
    sa.Index("input_problem", "position", sqlite_where=sa.text("problem IS NOT NULL"),
             postgresql_where=sa.text("problem IS NOT NULL")),
)  # fmt: skip
event = sa.Table(
    "event",
    metadata,
    sa.Column("rev", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("op_id", sa.Text, nullable=False, unique=True),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("task_id", sa.Text, nullable=False),
    sa.Column("input_id", sa.Text, nullable=False),
    sa.Column("grp", sa.Text, nullable=False),  # empty: cannot be undone
    sa.Column("undo_of", sa.Text, nullable=False),
    sa.Column("bulk", sa.Text),  # assignments made by the thousand, as a rule instead of row by row
    sa.Column("changes", sa.Text, nullable=False),
    sa.Index("event_of_actor", "task_id", "actor", "rev"),
    sa.Index("event_of_input", "input_id", "rev"),
    sa.Index("event_of_group", "grp"),
)


NAMES = {kind: tuple(f.name for f in fields(cls)) for kind, cls in RECORDS.items()}
_FLAGS = {kind: tuple(f.name for f in fields(cls) if str(f.type) == "bool") for kind, cls in RECORDS.items()}


def to_row(record: Record) -> dict[str, Any]:
    """Give a record as column values."""
    values = {name: getattr(record, name) for name in NAMES[record.kind]}
    for name in _FLAGS[record.kind]:
        values[name] = int(values[name])
    return values


def from_row(kind: str, row: Mapping[str, Any]) -> Record:
    """Read a record back from its row."""
    cls = RECORDS[kind]
    values = {name: row[name] for name in NAMES[kind]}
    for name in _FLAGS[kind]:
        values[name] = bool(values[name])
    return cls(**values)
