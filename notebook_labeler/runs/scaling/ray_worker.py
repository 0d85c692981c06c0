"""One copy of a model on a Ray cluster: opens it by name, predicts chunks by the code that predicts here, too."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from ...domain.inputs import Input, is_url
from ...domain.predictions import Prediction
from ...errors import LabelerError, ModelFailed
from ...media.fetch import fetch
from ...models.device import THREADS
from ...models.predictor import Source
from ...models.registry import load
from ...store.prediction_parts import to_rows
from ..engine import Engine
from ..feed import Feed, Takers
from ..job import Job
from ..pool import BULK, PriorityPool
from ..wire import error_from, error_to
from ..worker import one_thread_each
from .chunks import inputs_in

if TYPE_CHECKING:
    from .ray_stream import Order

MODEL = "model"
BROKEN = pa.field("broken", pa.string())  # why this worker can predict nothing at all


class RayWorker:
    """Predicts chunks.

    Parameters
    ----------
    order
        The model, and what it may take. If it cannot be loaded, that is said in place of the first answer: Ray would
        try for ever to make a worker that raises.
    """

    def __init__(self, order: Order) -> None:
        os.environ[THREADS] = str(order.cpus)
        self._key = order.key
        self._engine = Engine(decoders=max(2, order.cpus), begin=one_thread_each)
        self._fetchers, self._deliverer = PriorityPool(4, "nl-fetch"), PriorityPool(1, "nl-runner")
        self._allow_private = order.allow_private
        self._size = 1
        self._error: BaseException | None = None
        try:
            self._open(order)
        except BaseException as error:  # native libraries panic with what is no Exception
            self._error = error

    def __call__(self, chunks: pa.Table) -> pa.Table:
        """Give the predictions of some chunks, as rows of the prediction store."""
        if self._error is not None:
            return said([], self._error)
        try:
            return said(self._predict(chunks), None)
        except Exception as error:
            return said([], error)

    def _open(self, order: Order) -> None:
        model = load(order.spec, **order.options)
        if model.key != order.key:
            raise ModelFailed(
                f"expected {model.name!r:.80} to be the same on every machine (key {order.key}), got {model.key} on "
                f"{platform.node()}; put the same files and versions there."
            )
        self._size = model.batch_size
        self._engine.add(MODEL, model)

    def _predict(self, chunks: pa.Table) -> list[Prediction]:
        job: Job[tuple[Prediction, ...]] = Job("predicting a chunk")
        Feed(
            job,
            inputs_in(chunks),
            model_id=MODEL,
            key=self._key,
            size=self._size,
            priority=BULK,
            home=self._engine,
            source=self._source,
            takers=Takers(),
            fetchers=self._fetchers,
            deliverer=self._deliverer,
        ).pump()
        return list(job.value())

    def _source(self, one: Input) -> Source:
        """Give a path, or the content of a URL: kept nowhere, since each is asked for once."""
        return fetch(one.uri, allow_private=self._allow_private) if is_url(one.uri) else Path(one.uri)


def said(predictions: list[Prediction], error: BaseException | None) -> pa.Table:
    """Give predictions, or why there can be none, as a table of one form."""
    if error is None:
        return to_rows(predictions, {}).append_column(BROKEN, pa.nulls(len(predictions), pa.string()))
    rows = to_rows([Prediction("", "", (), "")], {})
    return rows.append_column(BROKEN, pa.array([json.dumps(error_to(error))]))


def broken_in(table: pa.Table) -> LabelerError | None:
    """Give what `said` wrote of an error."""
    if not len(table) or (text := table[BROKEN.name][0].as_py()) is None:
        return None
    return error_from(json.loads(text))
