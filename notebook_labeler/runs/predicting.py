"""Where a long run gets its predictions from: the runner here, or whatever else fills the prediction store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


class ByFilling:
    """An engine of another make, which fills the prediction store and tells no more than that it is done.

    Parameters
    ----------
    fill
        Begins to predict inputs into the store, and gives the job; its `failures` are those of the inputs.
    store
        What it fills.
    key
        The model's key.
    page
        How many inputs it is given at once: many, if sending work about is dear.
    """

    def __init__(
        self, fill: Callable[[Sequence[Input]], Job[Any]], store: PredictionStore, key: str, *, page: int = 10_000
    ) -> None:
        self.fill, self.store, self.key, self.page = fill, store, key, page

    def ask(self, inputs: Sequence[Input], take: Take) -> Job[Any]:
        """Have the engine fill the store, then read there what it said."""
        job: Job[Any] = Job("predicting elsewhere", total=len(inputs))
        work = self.fill(inputs)

        def ended(done: Job[Any]) -> None:
            if not done.finished or job.finished:
                return
            if done.error is not None:
                job.fail(done.error)
                return
            found = self.store.get(self.key, [one.input_id for one in inputs])
            why = dict(done.failures)
            take([found.get(i) or _none(i, self.key, why.get(i)) for i in (one.input_id for one in inputs)])
            job.finish(None)

        job.start()
        job.on_change(lambda one: work.cancel() if one.finished and not work.finished else None)
        work.on_change(ended)
        return job


def _none(input_id: str, key: str, why: str | None) -> Prediction:
    return Prediction(input_id, key, (), why or "the engine gave no prediction of it.")
