"""Splitting a task's inputs into parts such as train and test: what `Task.split` does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .domain.splitting import checked_shares, split
from .errors import BadInput
from .media.near_duplicates import grouped
from .runs.fingerprinting import fingerprints
from .runs.job import Job
from .store.frames import to_frame

if TYPE_CHECKING:
    import pandas as pd

    from .task import Task

USUAL = {"train": 0.8, "val": 0.1, "test": 0.1}
_COLUMNS = pa.schema([("input_id", pa.string()), ("name", pa.string()), ("split", pa.string()), ("group", pa.int64())])


def split_frame(task: Task, shares: Mapping[str, Any], *, keep_together: bool, seed: int) -> pd.DataFrame:
    """Give each input's part as a table; see `Task.split`."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise BadInput(f"expected seed as a whole number, got {seed!r:.40}; leave it out.")
    wanted = checked_shares(shares or USUAL)
    project = task.project
    own = set(project.journal.places(task.id).input_id.tolist())
    inputs = [each for each in project.journal.inputs() if each.input_id in own]
    groups = list(range(len(inputs)))
    if keep_together and inputs:
        groups = grouped(fingerprints(inputs, project.media, job=Job("looking for near-duplicates"))).tolist()
    ids = [each.input_id for each in inputs]
    columns = [ids, [each.name for each in inputs], split(ids, groups, wanted, seed), groups]
    return to_frame(
        pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, _COLUMNS, strict=True)], schema=_COLUMNS)
    )
