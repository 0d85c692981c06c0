"""From a table to the finished files of a version: sorted, split, written by all cores, hashed, on the disk."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import BadInput
from .disk import Disk
from .manifest import Part

ROW_GROUP = 128 * 1024  # small enough that a reader finds one input by reading little
PART_ROWS = 2 * ROW_GROUP
ORDER = ("input_id", "annotation_id", "task_id")


def ordered(table: pa.Table) -> pa.Table:
    """Give the table sorted by input, then annotation (then task).

    Raises
    ------
    BadInput
        One annotation is in it twice.
    """
    keys = [name for name in ORDER if name in table.column_names]
    table = table.combine_chunks()
    if not _is_ordered(table, keys):
        table = table.take(pc.sort_indices(table, [(key, "ascending") for key in keys])).combine_chunks()
        if not _is_ordered(table, keys):
            raise BadInput("expected every annotation once, got one of them twice; drop the second.")
    return table


def _is_ordered(table: pa.Table, keys: list[str]) -> bool:
    """Whether each row comes strictly after the one before it."""
    columns = [table[key] for key in keys]
    if not columns or table.num_rows < 2:
        return True
    after: pa.ChunkedArray | None = None
    for column in reversed(columns):
        here, there = column.slice(0, table.num_rows - 1), column.slice(1)
        later = pc.less(here, there)
        after = later if after is None else pc.or_(later, pc.and_(pc.equal(here, there), after))
    return bool(pc.all(after).as_py())


def write_parts(disk: Disk, folder: str, table: pa.Table) -> tuple[Part, ...]:
    """Write the files of a version into a new folder. A table without rows is one file too.

    Parameters
    ----------
    disk
        Where.
    folder
        The folder, which is made here.
    table
        In order. Nothing but its schema, metadata and rows decides the bytes.
    """
    starts = range(0, max(1, table.num_rows), PART_ROWS)
    slices = [table.slice(start, PART_ROWS) for start in starts]
    parts = []
    with ThreadPoolExecutor(min(len(slices), os.cpu_count() or 1, 8) + 1) as pool:
        encoded = pool.map(_encoded, slices)
        disk.make_folder(folder)
        for number, (rows, data, sha256) in enumerate(encoded):
            part = Part(f"part-{number:05d}.parquet", rows, data.nbytes, sha256)
            disk.put(f"{folder}/{part.name}", data)
            if len(slices) > 1:
                pool.submit(
                    disk.settle, f"{folder}/{part.name}"
                )  # a head start; what counts is the wait before the manifest
            parts.append(part)
    return tuple(parts)


def _encoded(rows: pa.Table) -> tuple[int, memoryview, str]:
    """Give number of rows, bytes and hash of a Parquet file."""
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    # joined into one piece per column, because the pages of a file follow the pieces of its table
    whole = rows.combine_chunks()
    pq.write_table(whole, sink, compression="zstd", row_group_size=ROW_GROUP, write_page_index=True)
    data = memoryview(sink.getvalue())
    return rows.num_rows, data, hashlib.sha256(data).hexdigest()
