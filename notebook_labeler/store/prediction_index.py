"""Which part holds which input: read once per part, kept as numbers, brought up to date when the folder changes."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_PART = re.compile(r"\d{20}-[0-9a-f]{8}\.parquet")
_DRAFT = re.compile(r"\.\d{20}-[0-9a-f]{8}\.parquet\.tmp")
_STALE_S = 24 * 3600.0
_TICK_NS = 2_000_000_000
_SMALL = 4096
_FOLD = 65_536

Ints = npt.NDArray[np.int64]
Place = tuple[int, int]  # number of the part, row in it


class PartIndex:
    """The parts in one model's folder, and where in them the newest row of each input is.

    Ids are kept as 64-bit hashes: sorted arrays for most, a dict for those that came last. Who reads a row compares
    its id, so that two ids of one hash cost a prediction and never mix up two inputs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []  # by number
        self._seen: set[str] = set()
        self._mtime = -1
        self._files: dict[int, tuple[Any, Ints]] = {}  # footer (pyarrow FileMetaData), first rows of its row groups
        self._hashes, self._parts, self._rows = (np.empty(0, np.int64) for _ in range(3))
        self._recent: dict[int, Place] = {}

    @property
    def last(self) -> str:
        """The name of the newest part, or an empty one."""
        return max(self._seen, default="")

    def refresh(self) -> None:
        """Take in the parts that appeared since the last time, from whatever process."""
        try:
            mtime = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if mtime == self._mtime:
            return
        # a folder may change twice within one tick of its clock: only a time well past is believed
        self._mtime = mtime if time.time_ns() - mtime > _TICK_NS else -1
        for path in sorted(self.folder.iterdir()):
            if _PART.fullmatch(path.name) and path.name not in self._seen:
                self._take(path)
            elif _DRAFT.fullmatch(path.name):
                with suppress(FileNotFoundError):
                    if time.time() - path.stat().st_mtime > _STALE_S:
                        path.unlink()

    def added(self, name: str, input_ids: Sequence[str]) -> None:
        """Take in a part that was written by this process."""
        self._seen.add(name)
        self.names.append(name)
        self._place(len(self.names) - 1, input_ids)

    def find(self, input_id: str) -> Place | None:
        """Give where an input's newest row is."""
        return self._find(hash(input_id))

    def count(self) -> int:
        """Give how many inputs there are."""
        self._fold()
        return len(self._hashes)

    def newest(self) -> list[tuple[int, Ints]]:
        """Give for each part its rows that no later part replaces, ascending."""
        self._fold()
        order = np.lexsort((self._rows, self._parts))
        parts, rows = self._parts[order], self._rows[order]
        cuts = np.flatnonzero(np.diff(parts)) + 1
        numbers = parts[np.r_[0, cuts]].tolist() if len(parts) else []
        return list(zip(numbers, np.split(rows, cuts), strict=True)) if numbers else []

    def read(self, number: int, rows: Ints, columns: Sequence[str]) -> pa.Table:
        """Read some rows of a part, and those columns that it has; no more row groups than needed.

        Raises
        ------
        pyarrow.ArrowException, OSError
            The part cannot be read.
        """
        import pyarrow.parquet as pq

        known = self._files.get(number)
        with pq.ParquetFile(self.folder / self.names[number], metadata=known[0] if known else None) as file:
            if known is None:
                sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
                known = self._files[number] = (file.metadata, np.cumsum([0, *sizes]).astype(np.int64))
            starts = known[1]
            group = np.searchsorted(starts, rows, side="right") - 1
            wanted, which = np.unique(group, return_inverse=True)
            have = [name for name in columns if name in file.schema_arrow.names]
            table = file.read_row_groups(wanted.tolist(), columns=have, use_threads=len(rows) > _SMALL)
        sizes_read = np.diff(starts)[wanted]
        offsets = np.cumsum(sizes_read) - sizes_read
        return table.take(rows - starts[group] + offsets[which])

    def drop(self, number: int) -> None:
        """Remove a part that cannot be read; its inputs will be predicted again. The index is void afterwards."""
        (self.folder / self.names[number]).unlink(missing_ok=True)

    def _take(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self._seen.add(path.name)
        try:
            with pq.ParquetFile(path) as file:
                ids = file.read(columns=["input_id"])["input_id"].to_pylist()
        except (pa.ArrowException, OSError, KeyError) as error:
            if is_torn(error):
                path.unlink(missing_ok=True)
            elif not isinstance(error, FileNotFoundError):
                raise
            return
        self.names.append(path.name)
        self._place(len(self.names) - 1, ids)

    def _find(self, key: int) -> Place | None:
        if key in self._recent:
            return self._recent[key]
        at = int(np.searchsorted(self._hashes, key))
        if at < len(self._hashes) and self._hashes[at] == key:
            return int(self._parts[at]), int(self._rows[at])
        return None

    def _place(self, number: int, ids: Sequence[str]) -> None:
        hashes = np.fromiter(map(hash, ids), np.int64, len(ids))
        if len(ids) > _SMALL:
            self._fold(hashes, number)
            return
        for row, key in enumerate(hashes.tolist()):
            before = self._find(key)
            if before is None or self.names[before[0]] <= self.names[number]:
                self._recent[key] = (number, row)
        if len(self._recent) > max(_FOLD, len(self._hashes) // 2):
            self._fold()

    def _fold(self, hashes: Ints | None = None, number: int = 0) -> None:
        """Bring all into the sorted arrays; of two rows of one input the one in the later part stays."""
        if not self._recent and hashes is None:
            return
        more = np.empty(0, np.int64) if hashes is None else hashes
        places = np.array(list(self._recent.values()), np.int64).reshape(-1, 2)
        keys = np.concatenate([self._hashes, np.array(list(self._recent), np.int64), more])
        parts = np.concatenate([self._parts, places[:, 0], np.full(len(more), number)])
        rows = np.concatenate([self._rows, places[:, 1], np.arange(len(more))])
        rank = np.argsort(np.argsort(np.array(self.names)))
        order = np.lexsort((rows, rank[parts], keys))
        keys = keys[order]
        keep = np.r_[keys[1:] != keys[:-1], True]
        self._hashes, self._parts, self._rows = keys[keep], parts[order][keep], rows[order][keep]
        self._recent = {}


def is_torn(error: Exception) -> bool:
    """Whether an error of reading says that the file is no whole Parquet file, as after a power cut.

    Errors of the system (no right, no more handles, no memory) are about something else; they carry a number.
    """
    return not isinstance(error, MemoryError) and getattr(error, "errno", None) is None
