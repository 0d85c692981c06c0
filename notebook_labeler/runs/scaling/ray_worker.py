"""One copy of a model on a Ray cluster: opens it by name, predicts chunks by the code that predicts here, too."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...domain.inputs import Input, is_url
from ...domain.predictions import Prediction
from ...errors import EngineFailed
from ...media.fetch import fetch
from ...models.device import THREADS
from ...models.predictor import Source
from ...models.registry import load
from ..engine import Engine, sentence
from ..feed import Feed, Takers
from ..job import Job
from ..pool import BULK, PriorityPool
from ..worker import one_thread_each
from .chunks import Chunk

MODEL = "model"


@dataclass(frozen=True)
class Order:
    """What a run asks of the cluster.

    Attributes
    ----------
    spec, options, key
        The model, and the fingerprint that it must have on every machine.
    cpus, gpus
        What each worker takes.
    allow_private
        Whether URLs may lead to private addresses.
    """

    spec: str
    options: dict[str, Any]  # Any: what the kind of model takes, as JSON has it
    key: str
    cpus: int = 1
    gpus: float = 0
    allow_private: bool = False


class RayWorker:
    """Predicts chunks.

    Parameters
    ----------
    order
        The model, and what it may take. If it cannot be loaded, that is the answer to every chunk: Ray would wrap what
        is raised here in pages of its own.
    """

    def __init__(self, order: Order) -> None:
        os.environ[THREADS] = str(order.cpus)
        self._order = order
        self._engine = Engine(decoders=max(2, order.cpus), begin=one_thread_each)
        self._fetchers, self._deliverer = PriorityPool(4, "nl-fetch"), PriorityPool(1, "nl-runner")
        self._size = 1
        self._error: EngineFailed | None = None
        try:
            self._open()
        except BaseException as error:  # native libraries panic with what is no Exception
            self._error = EngineFailed(f"{platform.node()} cannot open the model: {sentence(error, order.spec)}")

    def predict(self, chunk: Chunk) -> list[Prediction] | EngineFailed:
        """Give the predictions of some inputs, or why there will be none of any."""
        if self._error is not None:
            return self._error
        job: Job[tuple[Prediction, ...]] = Job("predicting a chunk")
        Feed(
            job,
            chunk,
            model_id=MODEL,
            key=self._order.key,
            size=self._size,
            priority=BULK,
            home=self._engine,
            source=self._source,
            takers=Takers(),
            fetchers=self._fetchers,
            deliverer=self._deliverer,
        ).pump()
        try:
            return list(job.value())
        except Exception as error:
            return EngineFailed(f"{platform.node()} could not predict: {sentence(error, self._order.spec)}")

    def _open(self) -> None:
        model = load(self._order.spec, **self._order.options)
        if model.key != self._order.key:
            raise EngineFailed(
                f"expected {model.name!r:.80} to be the same on every machine (key {self._order.key}), "
                f"got {model.key}; put the same files and versions there."
            )
        self._size = model.batch_size
        self._engine.add(MODEL, model)

    def _source(self, one: Input) -> Source:
        """Give a path, or the content of a URL: kept nowhere, since each is asked for once."""
        return fetch(one.uri, allow_private=self._order.allow_private) if is_url(one.uri) else Path(one.uri)
