"""Whether a database is ours and of this layout; making the tables where there are none."""

from __future__ import annotations

import sqlalchemy as sa

from ..errors import StoreError
from .tables import LAYOUT, assignment, counter, failure, meta, metadata, tally

_FIRST = frozenset({"concept", "relation", "annotation", "verdict", "assignment", "task", "tally", "input", "event"})


def ready(connection: sa.Connection, where: str) -> None:
    """Make the tables if the database is empty, and refuse one that this version cannot work with.

    Raises
    ------
    StoreError
        The database belongs to something else, or was written by a newer version.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(sa.insert(meta), [{"key": "layout", "value": str(LAYOUT)}])
        connection.execute(sa.insert(counter), [{"name": "rev", "value": 0}, {"name": "inputs", "value": 0}])
        return
    layout = (
        connection.execute(sa.select(meta.c.value).where(meta.c.key == "layout")).scalar() if "meta" in tables else ""
    )
    if layout == "1" and tables >= _FIRST:
        _from_1_to_2(connection)
        tables, layout = set(metadata.tables), "2"
    if layout == "2" and tables >= set(metadata.tables) - {failure.name}:
        _from_2_to_3(connection)
        tables, layout = set(metadata.tables), "3"
    missing = sorted(set(metadata.tables) - tables)
    if missing:
        raise StoreError(
            f"expected the tables of a project in {where}, found none named {missing[0]}; open another place."
        )
    if layout is None or not layout.isdecimal() or int(layout) > LAYOUT:
        raise StoreError(
            f"expected a project of layout {LAYOUT} in {where}, got {layout}; it was written by a newer "
            "notebook_labeler, so install that one."
        )


def _from_1_to_2(connection: sa.Connection) -> None:
    """Bring a database up to date in which tasks had one queue for all: people, datasets, runs and charges come in."""
    tally.drop(connection)
    metadata.create_all(connection)
    for index in sorted(assignment.indexes, key=lambda one: str(one.name)):
        index.create(connection, checkfirst=True)
    of = [assignment.c[name] for name in ("task_id", "shelf", "state", "labeler", "reviewer")]
    counted = sa.select(*of, sa.func.count()).group_by(*of)
    connection.execute(sa.insert(tally).from_select([*(c.name for c in of), "n"], counted))
    connection.execute(sa.update(meta).where(meta.c.key == "layout").values(value="2"))


def _from_2_to_3(connection: sa.Connection) -> None:
    """Bring a database up to date in which a run listed its failures in its own row when it ended."""
    failure.create(connection, checkfirst=True)
    connection.execute(sa.update(meta).where(meta.c.key == "layout").values(value="3"))
