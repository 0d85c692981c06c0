"""Where a long run gets its predictions from: the runner here, or whatever else fills the prediction store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from ..domain.inputs import Input
from ..domain.predictions import Prediction
from ..store.predictions import PredictionStore
from .job import Job
from .runner import BULK, ModelHandle, Runner

Take = Callable[[Sequence[Prediction]], object]
PAGE = 256  # inputs that the runner is asked for at once


class Predicting(Protocol):
    """Predicts pages of inputs of one model, in the background."""

    key: str  # of the model, under which its predictions are kept
    page: int  # how many inputs it likes to be asked for at once

    def ask(self, inputs: Sequence[Input], take: Take) -> Job[Any]:
        """Begin to predict. `take` gets each input's prediction once (with `error`, where there is none), in any order.

        What was predicted is kept in the prediction store before it is taken. `Job.cancel` stops it within a batch.
        """


class Engine(Protocol):
    """What predicts inputs into a store, as `runs.scaling.engine.PredictEngine` says."""

    def predict(
        self, model: ModelHandle, inputs: Iterable[Input], store: PredictionStore, *, taken: Take | None = None
    ) -> Job[Any]:
        """Predict those of which the store knows nothing; `taken` is called with each chunk, once it is there."""


class ByRunner:
    """The runner of this kernel: named models in their child process, Python objects in a thread here."""

    def __init__(self, runner: Runner, handle: ModelHandle, store: PredictionStore, *, page: int = PAGE) -> None:
        self.runner, self.handle, self.store, self.page = runner, handle, store, page
        self.key = handle.key

    def ask(self, inputs: Sequence[Input], take: Take) -> Job[Any]:
        """Predict after everything that somebody waits for."""

        def keep(found: Sequence[Prediction]) -> None:
            self.store.add(self.key, [each for each in found if each.error is None])
            take(found)

        return self.runner.predict(self.handle, inputs, priority=BULK, sink=keep)


class ByEngine:
    """An engine for many machines (see `runs.scaling`), which is given many inputs at once: sending them about is dear.

    Parameters
    ----------
    engine
        Predicts into the store.
    handle
        The model.
    store
        The project's.
    page
        How many inputs the engine is given at once.
    """

    def __init__(self, engine: Engine, handle: ModelHandle, store: PredictionStore, *, page: int = 20_000) -> None:
        self.engine, self.handle, self.store, self.page = engine, handle, store, page
        self.key = handle.key

    def ask(self, inputs: Sequence[Input], take: Take) -> Job[Any]:
        """Predict where the engine has its machines."""
        return self.engine.predict(self.handle, inputs, self.store, taken=take)
