"""What changed between two tables of annotations: added, removed, changed, with before and after."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import BadInput
from .frames import to_frame, with_columns

if TYPE_CHECKING:
    import pandas as pd

Mask = npt.NDArray[np.bool_]

KEY = ("task_id", "annotation_id")
UNCOUNTED = frozenset({"version", "updated_at"})  # they count changes, they are none
SHOWN = ("annotation_id", "task_id", "input_id", "concept")


def difference(old: pa.Table, new: pa.Table) -> pd.DataFrame:
    """Give one row per annotation that differs; the columns are described at `Version.diff`."""
    schema = pa.unify_schemas([new.schema.remove_metadata(), old.schema.remove_metadata()])
    schema = pa.schema([pa.field(f.name, f.type) for f in schema])
    old, new = (with_columns(t, schema).combine_chunks() for t in (old, new))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        before, after, gone, fresh = _paired(old, new, pool)
        content = [name for name in schema.names if name not in KEY and name not in UNCOUNTED]
        found = pool.map(lambda n: differs(_taken(old[n], before), _taken(new[n], after)), content)
        masks = dict(zip(content, found, strict=True))
    touched = [name for name in content if masks[name].any()]
    rows = np.flatnonzero(np.logical_or.reduce([masks[n] for n in touched])) if touched else np.empty(0, np.int64)
    added, removed, was, now = new.take(fresh), old.take(gone), old.take(before[rows]), new.take(after[rows])
    columns = {
        "change": pa.array(np.repeat(["added", "removed", "changed"], [len(fresh), len(gone), len(rows)])),
        **{n: _joined(added[n], removed[n], now[n]) for n in SHOWN if n in schema.names},
        "fields": _joined(
            pa.nulls(len(fresh) + len(gone), pa.string()), _field_names(touched, [masks[n][rows] for n in touched])
        ),
    }
    for name in touched:
        kind = schema.field(name).type
        columns[f"{name}_before"] = _joined(pa.nulls(len(fresh), kind), removed[name], was[name])
        columns[f"{name}_after"] = _joined(added[name], pa.nulls(len(gone), kind), now[name])
    return to_frame(pa.table(columns))


def _paired(old: pa.Table, new: pa.Table, pool: ThreadPoolExecutor) -> tuple[npt.NDArray[np.int64], ...]:
    """Give where the same annotations stand in both, and which rows are only in the old or only in the new one."""
    old_key, new_key = _keys(old, new)
    distinct = pool.map(pc.count_distinct, (old_key, new_key))
    place = pc.index_in(old_key, value_set=new_key)
    if [count.as_py() for count in distinct] != [len(old_key), len(new_key)]:
        raise BadInput("expected every annotation once in a version, got one of them twice; they cannot be paired.")
    kept = place.is_valid().to_numpy(zero_copy_only=False)
    after = place.drop_null().to_numpy().astype(np.int64)
    met = np.zeros(len(new_key), bool)
    met[after] = True
    return np.flatnonzero(kept), after, np.flatnonzero(~kept), np.flatnonzero(~met)


def _keys(old: pa.Table, new: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Give what identifies the rows of both: the annotation, with its task where there are several."""
    tables = (old, new)
    several = "task_id" in old.column_names and len(pc.unique(pa.chunked_array(_chunks(tables, "task_id")))) > 1
    columns = ["task_id", "annotation_id"] if several else ["annotation_id"]
    one, two = (
        pc.binary_join_element_wise(*(_whole(t[c]) for c in columns), "\x1f") if several else _whole(t["annotation_id"])
        for t in tables
    )
    return one, two


def _chunks(tables: Sequence[pa.Table], name: str) -> list[pa.Array]:
    return [chunk for table in tables for chunk in table[name].chunks] or [pa.array([], pa.string())]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(_chunks_of(column))


def _chunks_of(column: pa.ChunkedArray) -> list[pa.Array]:
    return column.chunks or [pa.array([], column.type)]


def _taken(column: pa.ChunkedArray, rows: npt.NDArray[np.int64]) -> pa.Array:
    """Give some rows of a column. Rows in order, as nearly always, are filtered: that copies whole runs."""
    whole = _whole(column)
    if len(rows) < 2 or not (np.diff(rows) > 0).all():
        return whole.take(pa.array(rows))
    if len(rows) == len(whole):
        return whole
    mask = np.zeros(len(whole), bool)
    mask[rows] = True
    return whole.filter(pa.array(mask))


def differs(one: pa.Array, two: pa.Array) -> Mask:
    """Say for each pair of values whether they differ. Missing equals missing, NaN equals NaN; lists go by values."""
    if one.equals(two):
        return np.zeros(len(one), bool)
    if pa.types.is_list(one.type):
        return _lists_differ(one, two)
    unequal = pc.fill_null(pc.not_equal(one, two), False).to_numpy(zero_copy_only=False)
    if pa.types.is_floating(one.type):
        both = pc.fill_null(pc.and_(pc.is_nan(one), pc.is_nan(two)), False).to_numpy(zero_copy_only=False)
        unequal = unequal & ~both
    found: Mask = unequal | (_missing(one) != _missing(two))
    return found


def _lists_differ(one: pa.Array, two: pa.Array) -> Mask:
    lengths = [pc.fill_null(pc.list_value_length(x), -1).to_numpy(zero_copy_only=False) for x in (one, two)]
    found: Mask = lengths[0] != lengths[1]
    rows = np.flatnonzero(~found & (lengths[0] > 0))
    if len(rows):
        left, right = one.take(rows), two.take(rows)
        inner = differs(left.flatten(), right.flatten())
        found[rows[pc.list_parent_indices(left).to_numpy()[inner]]] = True
    return found


def _missing(values: pa.Array) -> Mask:
    mask: Mask = values.is_null().to_numpy(zero_copy_only=False)
    return mask


def _field_names(names: Sequence[str], masks: Sequence[Mask]) -> pa.Array:
    """Give for each row the names of the columns that changed, with commas between."""
    if not names or not len(masks[0]):
        return pa.array([], pa.string())
    pattern = sum(mask.astype(np.int64) << i for i, mask in enumerate(masks))
    kinds, which = np.unique(pattern, return_inverse=True)
    texts = [", ".join(name for i, name in enumerate(names) if kind >> i & 1) for kind in kinds.tolist()]
    return pa.array(texts, pa.string()).take(pa.array(which))


def _joined(*columns: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    chunks = [c for column in columns for c in (column.chunks if isinstance(column, pa.ChunkedArray) else [column])]
    return pa.chunked_array(chunks, columns[-1].type)
