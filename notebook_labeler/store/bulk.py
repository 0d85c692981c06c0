"""Annotations as one Arrow table: a few straight from the rows, a million through a copy that Arrow reads at once.

The journal's own file is never opened by a second library (closing it there would drop SQLite's locks): what is
asked for is copied into a temporary file first, and that one is read through ADBC. PostgreSQL answers by COPY.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from .geometry import boxes_and_polygons
from .schema import ANNOTATIONS
from .tables import annotation, input_, task

Copy = Callable[[Sequence[str], str], None]
FEW = 5_000  # up to here the rows are fetched one by one
PIECES = min(4, os.cpu_count() or 1)  # of the annotations that are read at the same time
_ROW: sa.ColumnClause[int] = sa.literal_column("annotation.rowid", sa.Integer)
_A, _TEXT, _REAL, _WHOLE = annotation.c, pa.string(), pa.float64(), pa.int64()
_SAMPLE: dict[pa.DataType, Any] = {_TEXT: "", _REAL: 0.0, _WHOLE: 0}
TYPES = {"score": _REAL, "threshold_low": _REAL, "threshold_high": _REAL} | dict.fromkeys(
    ("created_us", "updated_us", "version", "position"), _WHOLE
)


def query(task_id: str | None, statuses: Collection[str] | None, *, until: int | None = None) -> sa.Select[Any]:
    """Ask for the annotations that stand, of one task or of all that stand; `until`: unchanged since that revision.

    What has changed since, and which tasks stood then, the caller knows (`as_of`).
    """
    joined = annotation.join(input_, input_.c.input_id == _A.input_id).join(task, task.c.task_id == _A.task_id)
    own = [_A[f.name] for f in ANNOTATIONS if f.name in _A]
    others = [input_.c.uri, input_.c.name, input_.c.position, task.c.name.label("task")]
    found = sa.select(*own, *others, _A.geometry, _A.created_us, _A.updated_us).select_from(joined)
    found = found.where(_A.deleted == 0)
    if task_id is not None:
        found = found.where(_A.task_id == task_id)
    if until is not None:
        found = found.where(_A.rev <= until)
    elif task_id is None:
        found = found.where(task.c.deleted == 0)
    return found if statuses is None else found.where(_A.status.in_(list(statuses)))


def few(connection: sa.Connection, wanted: sa.Select[Any]) -> pa.Table | None:
    """Give the rows as a table, or None if there are more than a few."""
    rows = connection.execute(wanted.limit(FEW + 1)).all()
    if len(rows) > FEW:
        return None
    columns = list(zip(*rows, strict=True)) or [()] * len(wanted.selected_columns)
    names = wanted.selected_columns.keys()
    return pa.table({n: pa.array(c, TYPES.get(n, _TEXT)) for n, c in zip(names, columns, strict=True)})


def from_sqlite(
    copy: Copy, task_id: str | None, statuses: Collection[str] | None, *, until: int | None = None
) -> pa.Table:
    """Give what `query` asks for through a temporary copy of the tables, joined in Arrow.

    Parameters
    ----------
    copy
        Puts tables, all as they are at one moment, into a new SQLite file (names, path).
    task_id, statuses, until
        As for `query`.
    """
    from adbc_driver_sqlite import dbapi

    own = [name for name in (*ANNOTATIONS.names, "geometry", "created_us", "updated_us") if name in _A]
    wanted = sa.select(*(_A[name] for name in own)).where(_A.deleted == 0)
    wanted = wanted if task_id is None else wanted.where(_A.task_id == task_id)
    wanted = wanted if statuses is None else wanted.where(_A.status.in_(list(statuses)))
    wanted = wanted if until is None else wanted.where(_A.rev <= until)
    with tempfile.TemporaryDirectory(prefix="notebook_labeler-") as folder:
        path = os.path.join(folder, "copy.db")
        copy(["annotation", "input", "task"], path)

        def read(query: sa.Select[Any]) -> pa.Table:
            with dbapi.connect(path) as database, database.cursor() as cursor:
                return _read(cursor, query)

        with ThreadPoolExecutor(PIECES) as crew:  # cut by place in the file, so that each reads its own part alone
            last = (
                read(sa.select(sa.func.max(_ROW).label("version")).select_from(annotation))["version"][0].as_py() or 0
            )
            cuts = [last * piece // PIECES for piece in range(PIECES + 1)]
            pieces = crew.map(read, [wanted.where(_ROW.between(a + 1, b)) for a, b in pairwise(cuts)])
            inputs = read(sa.select(input_.c.input_id, input_.c.uri, input_.c.name, input_.c.position))
            standing = sa.select(task.c.task_id, task.c.name.label("task"))
            all_that_stand = task_id is None and until is None
            tasks = read(standing.where(task.c.deleted == 0) if all_that_stand else standing)
            rows = pa.concat_tables(pieces)
    for key, others in (("input_id", inputs), ("task_id", tasks)):
        places = pc.index_in(rows[key], value_set=others[key])
        for name in others.column_names:
            rows = rows if name == key else rows.append_column(name, others[name].take(places))
    return rows.filter(pc.is_valid(rows["task"]))


def _read(cursor: Any, wanted: sa.Select[Any]) -> pa.Table:
    """Fetch through ADBC, which guesses types from the first rows: so the first is a pattern, dropped again."""
    names = list(wanted.selected_columns.keys())
    pattern = sa.select(*(sa.literal(_SAMPLE[TYPES.get(name, _TEXT)]).label(name) for name in names))
    both = pattern.union_all(wanted).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    cursor.execute(str(both))
    return cursor.fetch_arrow_table()[1:]


def from_postgres(connection: sa.Connection, wanted: sa.Select[Any]) -> pa.Table:
    """Give the rows through COPY, which tells nothing from empty text by quotes."""
    from pyarrow import csv

    compiled = wanted.compile(connection, compile_kwargs={"render_postcompile": True})
    driver = connection.connection.driver_connection
    assert driver is not None
    text = io.BytesIO()
    names = list(wanted.selected_columns.keys())
    with driver.cursor() as cursor, cursor.copy(f"COPY ({compiled}) TO STDOUT (FORMAT csv)", compiled.params) as rows:
        for part in rows:
            text.write(part)
    text.seek(0)
    if not text.getbuffer().nbytes:
        return pa.table({n: pa.array([], TYPES.get(n, _TEXT)) for n in names})
    return csv.read_csv(
        text,
        read_options=csv.ReadOptions(column_names=names, block_size=1 << 24),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={n: TYPES.get(n, _TEXT) for n in names},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def shaped(rows: pa.Table) -> pa.Table:
    """Give rows the documented columns, in the order of inputs and then of making."""
    order = [("position", "ascending"), ("created_us", "ascending"), ("annotation_id", "ascending")]
    rows = rows.sort_by(order)
    box, polygon = boxes_and_polygons(rows["geometry"])
    made = {"box": box, "polygon": polygon, "created_at": rows["created_us"], "updated_at": rows["updated_us"]}
    columns = [made[f.name] if f.name in made else rows[f.name] for f in ANNOTATIONS]
    return pa.table([c.cast(f.type) for c, f in zip(columns, ANNOTATIONS, strict=True)], schema=ANNOTATIONS)
