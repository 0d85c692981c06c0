"""Saving and loading a version against raw pyarrow: the same table, as it is and with fsync and sha256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.timing import interleaved, p50
from notebook_labeler.store.schema import ANNOTATIONS
from notebook_labeler.store.versions import Versions

SIZES = (10_000, 1_000_000)


def table(rows: int) -> pa.Table:
    """Make a table of annotations as a project has them, sorted."""
    r = np.random.default_rng(0)
    number = np.arange(rows)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    ids = pa.array([f"{i // 3:016x}" for i in number.tolist()])
    times = pa.array([start + timedelta(milliseconds=i) for i in number.tolist()], pa.timestamp("us", tz="UTC"))
    columns = {
        "annotation_id": pa.array([f"{i:016x}" for i in number.tolist()]),
        "input_id": ids,
        "uri": pa.array([f"/pictures/{i // 3}.jpg" for i in number.tolist()]),
        "name": pa.array([f"{i // 3}.jpg" for i in number.tolist()]),
        "concept": pa.array(np.array(["cat", "dog", "horse", "sheep"])[r.integers(0, 4, rows)]),
        "score": pa.array(r.random(rows)),
        "threshold_low": pa.array(np.full(rows, 0.3)),
        "threshold_high": pa.array(np.full(rows, 1.0)),
        "created_at": times,
        "updated_at": times,
        "version": pa.array(np.ones(rows, np.int64)),
    }
    said = {"shape": "label", "status": "SUCCESS", "origin": "model", "via": "accepted", "labeler": "ana"}
    said |= {"task_id": "t", "task": "task"}
    arrays = []
    for field in ANNOTATIONS:
        if field.name in columns:
            arrays.append(columns[field.name].cast(field.type))
        elif field.name in said:
            arrays.append(pa.array([said[field.name]] * rows, field.type))
        else:
            arrays.append(pa.nulls(rows, field.type))
    return pa.Table.from_arrays(arrays, schema=ANNOTATIONS)


def main() -> None:
    """Print two lines per size. A share of 1.00 is as fast as raw pyarrow."""
    for rows in SIZES:
        data = table(rows)
        with tempfile.TemporaryDirectory() as folder:
            raw, versions, counter = Path(folder) / "raw.parquet", Versions(Path(folder) / "v"), count()
            works = {
                "raw write": partial(pq.write_table, data, raw, compression="zstd"),
                "the same, fsync, sha256": partial(durable, data, Path(folder)),
                "save": lambda versions=versions, data=data, counter=counter: versions.publish(
                    data, name=f"version {next(counter)}"
                ),
            }
            took = interleaved(works, 30 if rows <= 10_000 else 5)
            kept = versions.latest()
            assert kept is not None
            took |= interleaved({"raw read": partial(pq.read_table, raw), "load": kept.arrow}, 10)
        save, load = p50(took["save"]), p50(took["load"])
        print(
            f"{rows:9,d} rows: save {save:7.1f} ms = {p50(took['raw write']) / save:4.2f} of raw pyarrow as it is, "
            f"{p50(took['the same, fsync, sha256']) / save:4.2f} of it with fsync and sha256"
        )
        print(f"                load {load:7.1f} ms = {p50(took['raw read']) / load:4.2f} of raw pyarrow")


def durable(data: pa.Table, folder: Path) -> str:
    """Write with raw pyarrow what survives a power cut: the bytes, then the name; and its hash."""
    draft = folder / "draft.parquet"
    pq.write_table(data, draft, compression="zstd")
    with open(draft, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    draft.rename(folder / "final.parquet")
    place = os.open(folder, os.O_RDONLY)
    os.fsync(place)
    os.close(place)
    return found


if __name__ == "__main__":
    main()
