"""One run on Ray: waits for its turn and for room, takes chunks as they come, and always ends its job."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
from .ray_stream import LOOK_S, stream
from .ray_worker import Order

_TURN = threading.Lock()  # a run takes all the room there is: of two at a time, one would find none


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
            with joined(address) as ray, self._turn() as mine:
                if mine:
                    room = places(ray, workers, order.cpus, order.gpus, most=ceil(len(self.wanted) / batch_size))
                    chunks = cut(self.wanted, chunk_size(len(self.wanted), batch_size, room))
                    self.job.start()
                    for found in stream(ray, order, chunks, workers=room, patience_s=patience_s, over=self._over):
                        self._take(found)
            self.store.flush()
            self.job.finish(())
        except LabelerError as error:
            self.job.fail(error)
        except BaseException as error:  # whatever it is, nobody else would end the job
            self.job.fail(EngineFailed(sentence(error, "Ray")))
        finally:
            self.store.flush()

    def _over(self) -> bool:
        return self.job.finished

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Wait for the runs that began before, which have all the room; gives False where the job ends meanwhile."""
        mine = False
        while not mine and not self.job.finished:
            mine = _TURN.acquire(timeout=LOOK_S)
        try:
            yield mine and not self.job.finished
        finally:
            if mine:
                _TURN.release()

    def _take(self, predictions: Sequence[Prediction]) -> None:
        try:
            self._keep(predictions)
        except Exception as error:  # of whoever takes them
            self.job.fail(error)
            return
        failures = [(one.input_id, one.error) for one in predictions if one.error is not None]
        self.job.advance(len(predictions), failures)
