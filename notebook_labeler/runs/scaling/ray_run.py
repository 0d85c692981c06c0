"""One run on Ray: takes chunks as they come, counts what never came, and always ends its job."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from ...domain.inputs import Input
from ...domain.predictions import Prediction
from ...errors import EngineFailed, LabelerError
from ...store.predictions import PredictionStore
from ..engine import sentence
from ..job import Job
from .chunks import chunk_size, cut
from .engine import Taken, keeper
from .ray_cluster import joined, places
from .ray_stream import Order, stream

DIED = "the worker process died on it, or on one of the inputs that were predicted with it."


class RayRun:
    """Predicts some inputs.

    Parameters
    ----------
    job
        What is told how it goes.
    wanted
        The inputs.
    store, taken
        See `PredictEngine.predict`.
    """

    def __init__(
        self,
        job: Job[tuple[Prediction, ...]],
        wanted: Sequence[Input],
        store: PredictionStore,
        taken: Taken | None,
    ) -> None:
        self.job, self.wanted, self.store = job, wanted, store
        self._keep = keeper(store, taken)
        self._left = {one.input_id for one in wanted}

    def work(
        self, order: Order, *, address: str | None, workers: int | None, batch_size: int, patience_s: float
    ) -> None:
        """Run to the end.

        Parameters
        ----------
        order
            What to run; its number of workers is settled here, by what the cluster has room for.
        address, workers, patience_s
            See `RayEngine`.
        batch_size
            How many inputs the model looks at together.
        """
        try:
            with joined(address) as ray:
                room = places(ray, workers, order.cpus, order.gpus, most=ceil(len(self.wanted) / batch_size))
                chunks = cut(self.wanted, chunk_size(len(self.wanted), batch_size, room))
                if self.job.start():
                    for predictions in stream(
                        ray, order, chunks, workers=room, patience_s=patience_s, over=lambda: self.job.finished
                    ):
                        self._take(predictions)
            if not self.job.finished:
                self._count_lost(order.key)
            self.store.flush()
            self.job.finish(())
        except LabelerError as error:
            self.job.fail(error)
        except BaseException as error:  # whatever it is, nobody else would end the job
            self.job.fail(EngineFailed(sentence(error, "Ray")))
        finally:
            self.store.flush()

    def _take(self, predictions: Sequence[Prediction]) -> None:
        try:
            self._keep(predictions)
        except Exception as error:  # of whoever takes them
            self.job.fail(error)
            return
        self._left.difference_update(one.input_id for one in predictions)
        failures = [(one.input_id, one.error) for one in predictions if one.error is not None]
        self.job.advance(len(predictions), failures)

    def _count_lost(self, key: str) -> None:
        if self._left and len(self._left) == len(self.wanted):
            raise EngineFailed(
                f"expected predictions of {len(self.wanted):,} inputs, got none, since every worker process died; "
                "give each more memory, or run a few inputs with engine='embedded' to see why."
            )
        if lost := [Prediction(one.input_id, key, (), DIED) for one in self.wanted if one.input_id in self._left]:
            self._take(lost)
