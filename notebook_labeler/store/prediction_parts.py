"""How predictions lie in Parquet: one row per input, also where a model had nothing to say."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..domain.predictions import Guess, Prediction
from ..errors import BadInput
from .disk import share

SUFFIX = ".parquet"
ROW_GROUP = 2048  # one input is read by reading this many
_NUMBERS = pa.list_(pa.float64())
_RINGS = pa.list_(_NUMBERS)
GUESS = pa.struct(
    [
        pa.field("concept", pa.string(), False),
        pa.field("score", pa.float64(), False),
        pa.field("box", _NUMBERS),  # x0, y0, x1, y1 in upright source pixels
        pa.field("polygon", _RINGS),  # rings of x0, y0, x1, y1, ...
    ]
)
GUESSES = pa.list_(GUESS)
SCHEMA = pa.schema(
    [
        pa.field("input_id", pa.string(), False),
        pa.field("guesses", GUESSES, False),
        pa.field("error", pa.string()),
    ],
    metadata={b"notebook_labeler.predictions": b"2"},
)
EMBEDDING = "embedding"


def to_rows(predictions: Sequence[Prediction], embeddings: Mapping[str, npt.NDArray[Any]]) -> pa.Table:
    """Give the table of some predictions; `embeddings` (by input id) of one length, or none at all."""
    guesses = [guess for prediction in predictions for guess in prediction.guesses]
    ends = np.cumsum([0, *(len(prediction.guesses) for prediction in predictions)]).astype(np.int32)
    fields = [
        pa.array([guess.concept for guess in guesses], pa.string()),
        pa.array([guess.score for guess in guesses], pa.float64()),
        pa.array([guess.box for guess in guesses], _NUMBERS),
        pa.array([guess.polygon for guess in guesses], _RINGS),
    ]
    columns = [
        pa.array([prediction.input_id for prediction in predictions], pa.string()),
        pa.ListArray.from_arrays(pa.array(ends), pa.StructArray.from_arrays(fields, fields=list(GUESS)), type=GUESSES),
        pa.array([prediction.error for prediction in predictions], pa.string()),
    ]
    table = pa.Table.from_arrays(columns, schema=SCHEMA)
    if not embeddings:
        return table
    return table.append_column(EMBEDDING, _embedding_column([embeddings.get(p.input_id) for p in predictions]))


def from_rows(table: pa.Table, model: str) -> list[Prediction]:
    """Read back what `to_rows` wrote."""
    lists = _whole(table["guesses"])
    concepts, scores, boxes, polygons = (part.to_pylist() for part in lists.flatten().flatten())
    guesses = [
        Guess(concept, score, None if box is None else tuple(box), polygon and tuple(map(tuple, polygon)))
        for concept, score, box, polygon in zip(concepts, scores, boxes, polygons, strict=True)
    ]
    ends = np.cumsum([0, *pc.list_value_length(lists).to_pylist()]).tolist()
    rows = zip(table["input_id"].to_pylist(), pairwise(ends), table["error"].to_pylist(), strict=True)
    return [Prediction(input_id, model, tuple(guesses[a:b]), error) for input_id, (a, b), error in rows]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined


def _embedding_column(vectors: Sequence[npt.NDArray[Any] | None]) -> pa.Array:
    length = next(len(v) for v in vectors if v is not None)
    matrix = np.zeros((len(vectors), length), np.float16)
    for row, vector in zip(matrix, vectors, strict=True):
        if vector is not None:
            row[:] = vector
    missing = pa.array([vector is None for vector in vectors])
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.reshape(-1)), length, mask=missing)


def matrix_of(column: pa.ChunkedArray) -> npt.NDArray[np.float16]:
    """Give an embedding column without missing rows as a matrix, one row per input."""
    whole = _whole(column)
    values = whole.flatten().to_numpy(zero_copy_only=False)
    matrix: npt.NDArray[np.float16] = values.reshape(len(whole), -1)
    return matrix


def vectors_of(embeddings: Any, predictions: Sequence[Prediction]) -> dict[str, npt.NDArray[np.float16]]:
    """Check embeddings as given (a matrix with one row per prediction) and give them by input id.

    Raises
    ------
    BadInput
        It is no matrix of finite numbers with as many rows as there are predictions.
    """
    if embeddings is None:
        return {}
    matrix = np.asarray(embeddings)
    if matrix.ndim != 2 or len(matrix) != len(predictions) or not matrix.shape[1] or matrix.dtype.kind not in "fiu":
        raise BadInput(
            f"expected embeddings as a matrix of numbers with {len(predictions)} rows, one per prediction, "
            f"got shape {matrix.shape} of {matrix.dtype}."
        )
    with np.errstate(over="ignore"):
        small = matrix.astype(np.float16)
    if not np.isfinite(small).all():
        raise BadInput("expected embeddings of finite numbers within ±65504 (float16), got others; scale them.")
    return {p.input_id: row for p, row in zip(predictions, small, strict=True)}


def write_part(folder: Path, table: pa.Table, after: str) -> str:
    """Write a part and give its name. Names sort by time, and come after `after`; no two are equal.

    It appears at once and whole. It is not waited for: what a power cut takes is predicted again.
    """
    import pyarrow.parquet as pq

    stamp = max(time.time_ns(), int(after[:20]) + 1 if after else 0)
    name = f"{stamp:020d}-{uuid.uuid4().hex[:8]}{SUFFIX}"
    draft = folder / f".{name}.tmp"
    try:
        pq.write_table(table, draft, compression="zstd", row_group_size=ROW_GROUP)
        share(draft)
        os.replace(draft, folder / name)
    finally:
        draft.unlink(missing_ok=True)
    return name
