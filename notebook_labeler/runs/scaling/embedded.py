"""The engine that is always there: the project's own runner, on this machine."""

from __future__ import annotations

from collections.abc import Iterable

from ...domain.inputs import Input
from ...domain.predictions import Prediction
from ...store.predictions import PredictionStore
from ..job import Job
from ..runner import BULK, ModelHandle, Runner
from .engine import Taken, keeper, missing


class EmbeddedEngine:
    """Predicts on this machine, behind everything that somebody waits for. Any model will do.

    Parameters
    ----------
    runner
        Where the model was opened.
    """

    name = "embedded"

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def predict(
        self, model: ModelHandle, inputs: Iterable[Input], store: PredictionStore, *, taken: Taken | None = None
    ) -> Job[tuple[Prediction, ...]]:
        """See `PredictEngine.predict`."""
        wanted = missing(model, inputs, store)
        job = self._runner.predict(model, wanted, priority=BULK, sink=keeper(store, taken))
        job.on_change(lambda one: store.flush() if one.finished else None)
        return job
