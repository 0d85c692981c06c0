"""What models have said, kept so that it need not be asked again: immutable Parquet parts per model."""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..domain.predictions import Prediction
from ..errors import BadInput, StoreError
from .disk import make_shared_folder
from .prediction_index import PartIndex, is_torn
from .prediction_parts import EMBEDDING, SCHEMA, from_rows, matrix_of, to_rows, vectors_of, write_part

PART_INPUTS = 256  # a part is written when so many are waiting
LARGEST_PART = 16_384
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

Vector = npt.NDArray[np.float16]


class PredictionStore:
    """The predictions in a folder, one folder below it per model key.

    It is a cache: what is lost in a crash (at most `PART_INPUTS` inputs per model and process) is predicted again.
    Several processes may write the predictions of one model; of two for one input the later one counts. All methods
    may be called from any thread.

    Parameters
    ----------
    folder
        Where they are kept; it is made when the first one is.
    remember
        How many predictions stay in memory after use.
    """

    def __init__(self, folder: str | Path, *, remember: int = 4096) -> None:
        self.folder = Path(folder).absolute()
        self.remember = remember
        self._lock = RLock()
        self._waiting: dict[str, dict[str, tuple[Prediction, Vector | None]]] = defaultdict(dict)
        self._recent: OrderedDict[tuple[str, str], Prediction] = OrderedDict()
        self._indexes: dict[str, PartIndex] = {}
        self._closed = False

    def add(
        self, model_key: str, predictions: Sequence[Prediction], *, embeddings: npt.ArrayLike | None = None
    ) -> None:
        """Keep what a model said, also that it said nothing, or why it could not.

        Parameters
        ----------
        model_key
            The model's fingerprint: 1 to 100 letters, digits, ``.``, ``_``, ``-``.
        predictions
            Their `model` is the key.
        embeddings
            A matrix with one row per prediction, which is kept as float16; or None.

        Raises
        ------
        BadInput
            The key is no key, a prediction is another model's, or the embeddings do not fit.
        StoreError
            The store is closed.
        """
        check_key(model_key)
        predictions = list(predictions)
        for prediction in predictions:
            if prediction.model != model_key:
                raise BadInput(f"expected predictions of model {model_key!r}, got one of {prediction.model!r:.80}.")
        vectors = vectors_of(embeddings, predictions)
        with self._lock:
            if self._closed:
                raise StoreError("expected an open prediction store, got a closed one; open the project again.")
            waiting = self._waiting[model_key]
            for prediction in predictions:
                waiting[prediction.input_id] = (prediction, vectors.get(prediction.input_id))
                self._keep_in_memory(prediction)
        if len(waiting) >= PART_INPUTS:
            self._write_waiting(model_key)

    def get(self, model_key: str, input_ids: Iterable[str]) -> dict[str, Prediction]:
        """Give what is known of some inputs, in their order; those of which nothing is known are left out."""
        check_key(model_key)
        wanted = dict.fromkeys(input_ids)
        with self._lock:
            found = {i: p for i in wanted if (p := self._in_memory(model_key, i)) is not None}
            rest = [i for i in wanted if i not in found]
            for table in self._read(model_key, rest, SCHEMA.names):
                for prediction in from_rows(table, model_key):
                    found[prediction.input_id] = prediction
                    self._keep_in_memory(prediction)
        return {i: found[i] for i in wanted if i in found}

    def missing(self, model_key: str, input_ids: Iterable[str]) -> list[str]:
        """Give those of some inputs of which nothing is known yet, in their order; no prediction is read for it."""
        check_key(model_key)
        with self._lock:
            index, waiting = self._index(model_key), self._waiting[model_key]
            return [i for i in dict.fromkeys(input_ids) if i not in waiting and index.find(i) is None]

    def embeddings(self, model_key: str, input_ids: Iterable[str]) -> dict[str, Vector]:
        """Give the embeddings of some inputs, in their order; those that have none are left out.

        Returns
        -------
        dict of str to numpy.ndarray
            float16, one dimension, as long as the model's embedding.
        """
        check_key(model_key)
        wanted = dict.fromkeys(input_ids)
        with self._lock:
            waiting = self._waiting[model_key]
            found = {i: v for i in wanted if i in waiting and (v := waiting[i][1]) is not None}
            rest = [i for i in wanted if i not in waiting]
            for table in self._read(model_key, rest, ["input_id", EMBEDDING]):
                if EMBEDDING in table.column_names:
                    there = table.filter(table[EMBEDDING].is_valid())
                    found |= zip(there["input_id"].to_pylist(), matrix_of(there[EMBEDDING]), strict=True)
        return {i: found[i] for i in wanted if i in found}

    def count(self, model_key: str) -> int:
        """Give of how many inputs something is known."""
        check_key(model_key)
        with self._lock:
            index = self._index(model_key)
            return index.count() + sum(index.find(i) is None for i in self._waiting[model_key])

    def scan(self, model_key: str) -> Iterator[Prediction]:
        """Go through all predictions of a model, each input once; those added meanwhile may be left out."""
        check_key(model_key)
        with self._lock:
            index = self._index(model_key)
            parts, waiting = index.newest(), dict(self._waiting[model_key])
        for number, rows in parts:
            for start in range(0, len(rows), LARGEST_PART):
                table = self._read_part(model_key, index, number, rows[start : start + LARGEST_PART], SCHEMA.names)
                for prediction in from_rows(table, model_key) if table is not None else ():
                    if prediction.input_id not in waiting:
                        yield prediction
        yield from (prediction for prediction, _ in waiting.values())

    def flush(self) -> None:
        """Write what waits in memory."""
        for model_key in list(self._waiting):
            self._write_waiting(model_key)

    def close(self) -> None:
        """Write what waits, and take no more. Closing twice is fine."""
        self.flush()
        self._closed = True

    def _write_waiting(self, model_key: str) -> None:
        while True:
            with self._lock:  # for one part at a time, so that whoever asks meanwhile waits for milliseconds
                waiting = self._waiting[model_key]
                batch = {i: waiting[i] for i, _ in zip(list(waiting), range(LARGEST_PART), strict=False)}
                if not batch:
                    return
                index = self._index(model_key)
                make_shared_folder(index.folder)
                vectors = {i: v for i, (_, v) in batch.items() if v is not None}
                lengths = {len(v) for v in vectors.values()}
                if len(lengths) > 1:  # one part has one length
                    keep = len(next(iter(vectors.values())))
                    batch = {i: (p, v) for i, (p, v) in batch.items() if v is None or len(v) == keep}
                    vectors = {i: v for i, v in vectors.items() if len(v) == keep}
                table = to_rows([prediction for prediction, _ in batch.values()], vectors)
                index.added(write_part(index.folder, table, index.last), list(batch))
                for input_id in batch:
                    del waiting[input_id]

    def _index(self, model_key: str) -> PartIndex:
        index = self._indexes.setdefault(model_key, PartIndex(self.folder / model_key))
        index.refresh()
        return index

    def _read(self, model_key: str, input_ids: Sequence[str], columns: Sequence[str]) -> Iterator[pa.Table]:
        """Read the rows of some inputs, part by part."""
        if not input_ids:
            return
        index = self._index(model_key)
        places: dict[int, dict[int, str]] = defaultdict(dict)
        for input_id in input_ids:
            if (place := index.find(input_id)) is not None:
                places[place[0]][place[1]] = input_id
        for number, rows in places.items():
            table = self._read_part(model_key, index, number, np.array(list(rows), np.int64), columns)
            if table is not None:
                right = [a == b for a, b in zip(table["input_id"].to_pylist(), rows.values(), strict=True)]
                yield table if all(right) else table.filter(pa.array(right))

    def _read_part(
        self, model_key: str, index: PartIndex, number: int, rows: npt.NDArray[np.int64], columns: Sequence[str]
    ) -> Any:
        """Read rows of a part; None when it is gone or torn, and then it is dropped."""
        try:
            return index.read(number, rows, columns)
        except (pa.ArrowException, OSError) as error:
            if not is_torn(error) and not isinstance(error, FileNotFoundError):
                raise
            with self._lock:
                index.drop(number)
                self._indexes.pop(model_key, None)
            return None

    def _in_memory(self, model_key: str, input_id: str) -> Prediction | None:
        if (pair := self._waiting[model_key].get(input_id)) is not None:
            return pair[0]
        if (found := self._recent.get((model_key, input_id))) is not None:
            self._recent.move_to_end((model_key, input_id))
        return found

    def _keep_in_memory(self, prediction: Prediction) -> None:
        key = (prediction.model, prediction.input_id)
        self._recent.pop(key, None)
        if prediction.error is None:  # an error may be mended by another process
            self._recent[key] = prediction
        while len(self._recent) > self.remember:
            self._recent.popitem(last=False)


def check_key(model_key: object) -> None:
    """Refuse what is no model key, before it becomes the name of a folder.

    Raises
    ------
    BadInput
        Not 1 to 100 letters, digits, ``.``, ``_``, ``-``, the first a letter or digit.
    """
    if not isinstance(model_key, str) or not _KEY.fullmatch(model_key):
        raise BadInput(
            f"expected a model key of 1 to 100 letters, digits, '.', '_' or '-', got {model_key!r:.120}; "
            "pass the predictor's key."
        )
