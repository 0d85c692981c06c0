"""What every engine that predicts a whole dataset must be able to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from ...domain.inputs import Input
from ...domain.predictions import Prediction
from ...store.predictions import PredictionStore
from ..job import Job
from ..runner import ModelHandle

Taken = Callable[[Sequence[Prediction]], object]


@runtime_checkable
class PredictEngine(Protocol):
    """Has a model predict many inputs, and keeps what it says in a prediction store.

    All engines run the same models by the same code. What one has begun another continues: what the store knows
    is not predicted again, whoever predicted it.
    """

    @property
    def name(self) -> str:
        """What people call it."""

    def predict(
        self, model: ModelHandle, inputs: Iterable[Input], store: PredictionStore, *, taken: Taken | None = None
    ) -> Job[tuple[Prediction, ...]]:
        """Predict those inputs of which the store knows nothing, in the background.

        Parameters
        ----------
        model
            The opened model, as `Runner.open` gives it.
        inputs
            What to look at.
        store
            Where answers are kept. Failures are not: who runs it again, tries those again.
        taken
            Called with each finished chunk, failed inputs too, once it is in the store, one call at a time, on a
            background thread. The engine waits for it; what it raises fails the job.

        Returns
        -------
        Job
            `total` counts those that the store did not know, `failures` has the reason of every input that failed; one
            that fails costs no other its answer. Its result is empty. After `cancel()` nothing more is taken.

        Raises
        ------
        BadInput
            The engine cannot run this model, with the reason and what to do.
        """


def missing(model: ModelHandle, inputs: Iterable[Input], store: PredictionStore) -> list[Input]:
    """Give those of some inputs of which the store knows nothing, each once, in their order."""
    by_id = {one.input_id: one for one in inputs}
    return [by_id[input_id] for input_id in store.missing(model.key, by_id)]


def keeper(store: PredictionStore, taken: Taken | None) -> Taken:
    """Give what puts a chunk into a store, then hands it on."""

    def keep(predictions: Sequence[Prediction]) -> None:
        good = [one for one in predictions if one.error is None]
        if good:
            store.add(good[0].model, good)
        if taken is not None:
            taken(predictions)

    return keep
