"""Whether a database is ours and of this layout; making the tables where there are none."""

from __future__ import annotations

import sqlalchemy as sa

from ..errors import StoreError
from .tables import LAYOUT, counter, meta, metadata


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
    missing = sorted(set(metadata.tables) - tables)
    if missing:
        raise StoreError(
            f"expected the tables of a project in {where}, found none named {missing[0]}; open another place."
        )
    layout = connection.execute(sa.select(meta.c.value).where(meta.c.key == "layout")).scalar()
    if layout is None or not layout.isdecimal() or int(layout) > LAYOUT:
        raise StoreError(
            f"expected a project of layout {LAYOUT} in {where}, got {layout}; it was written by a newer "
            "notebook_labeler, so install that one."
        )
