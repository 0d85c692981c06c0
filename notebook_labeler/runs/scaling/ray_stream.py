"""A run on Ray as a stream of chunks: each worker has the next chunk ready while it predicts one.

Ray places the workers on machines, carries inputs and answers, and starts anew what dies. It is steered by its core:
of Ray Data a run would use nothing but its pool of workers, which starts later, cannot be stopped while one waits for
it, stands still without a word where it has no CPU, and tries an input that kills its worker for ever.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from ...domain.predictions import Prediction
from ...errors import EngineFailed
from .chunks import Chunk
from .ray_worker import Order, RayWorker

LOOK_S = 0.5  # how often to look whether the job is over
IN_HAND = 2  # chunks a worker has: one at work, one ready
GIVE_UP = 12  # deaths one after another, per worker: then it is the model or the memory, not an input
DIED = "the worker process died on it, whenever it was tried."


class Dealing:
    """Deals chunks out to workers and takes them in.

    A chunk whose worker dies is dealt again in halves, so that an input that kills it costs itself alone.

    Parameters
    ----------
    ray
        The library, connected.
    order
        What to run.
    chunks
        The inputs.
    workers
        How many copies of the model.
    """

    def __init__(self, ray: Any, order: Order, chunks: Sequence[Chunk], workers: int) -> None:
        self.ray, self.order = ray, order
        self._todo = deque(chunks)
        self._again: set[str] = set()  # inputs that were alone with a worker when it died
        self._doing: dict[Any, tuple[Any, Chunk]] = {}  # Any: Ray's references, and its handles of workers
        self._free: deque[Any] = deque()  # workers that could take a chunk more, one entry for each
        self._deaths = 0
        self._kind = ray.remote(RayWorker).options(num_cpus=order.cpus, num_gpus=order.gpus or None)
        self._workers: list[Any] = []
        for _ in range(min(workers, len(chunks))):
            self._start()

    @property
    def over(self) -> bool:
        """Whether all has been taken in."""
        return not self._todo and not any(chunk for _, chunk in self._doing.values())

    def take(self, timeout: float) -> list[Prediction]:
        """Wait for a chunk and give its predictions; none where none came.

        Raises
        ------
        EngineFailed
            The model cannot be opened there, or workers do nothing but die.
        """
        ready, _ = self.ray.wait(list(self._doing), timeout=timeout)
        if not ready:
            return []
        worker, chunk = self._doing[ready[0]]
        try:
            said = self.ray.get(ready[0])
        except self.ray.exceptions.RayError as error:
            return self._died(worker, error)
        del self._doing[ready[0]]
        if isinstance(said, EngineFailed):
            raise said
        found: list[Prediction] = said
        if found:
            self._deaths = 0
        self._free += [worker] * (1 if chunk else IN_HAND)
        self._deal()
        return found

    def end(self) -> None:
        """Let go of the workers, whatever they are at."""
        for worker in self._workers:
            self._kill(worker)

    def _start(self) -> None:
        """Make a worker. It gets an empty chunk first, so that none lies with a worker that finds no room."""
        worker = self._kind.remote(self.order)
        self._workers.append(worker)
        self._doing[worker.predict.remote(())] = (worker, ())

    def _deal(self) -> None:
        while self._todo and self._free:
            worker, chunk = self._free.popleft(), self._todo.popleft()
            self._doing[worker.predict.remote(chunk)] = (worker, chunk)

    def _died(self, worker: Any, error: Exception) -> list[Prediction]:
        """Replace a worker. What it had is dealt again; give the prediction of an input that must be the culprit."""
        had = [ref for ref, (whose, _) in self._doing.items() if whose is worker]
        at_work, *waiting = [self._doing.pop(ref)[1] for ref in had]
        self._free = deque(one for one in self._free if one is not worker)
        self._workers.remove(worker)
        self._kill(worker)
        self._deaths += 1
        if self._deaths >= GIVE_UP * (len(self._workers) + 1):  # a machine that goes takes all its workers along
            text = " ".join(str(error).split())
            raise EngineFailed(
                f"expected workers to live, got {self._deaths} deaths one after another; give them more memory, "
                f"or try a few inputs with engine='embedded'. Ray says: {text:.300}"
            )
        self._start()
        self._todo.extendleft(chunk for chunk in reversed(waiting) if chunk)
        culprit = at_work[0].input_id if len(at_work) == 1 else ""
        if culprit not in self._again:
            middle = len(at_work) // 2
            self._todo.extendleft(half for half in (at_work[middle:], at_work[:middle]) if half)
        self._deal()
        if culprit in self._again:
            return [Prediction(culprit, self.order.key, (), DIED)]
        if culprit:
            self._again.add(culprit)
        return []

    def _kill(self, worker: Any) -> None:
        with suppress(Exception):  # it may be gone, or the connection
            self.ray.kill(worker)


def stream(
    ray: Any, order: Order, chunks: Sequence[Chunk], *, workers: int, patience_s: float, over: Callable[[], bool]
) -> Iterator[list[Prediction]]:
    """Give the predictions of all chunks, as they are done.

    Parameters
    ----------
    ray, order, chunks, workers
        See `Dealing`.
    patience_s
        How long to wait for the next chunk.
    over
        Whether nobody wants more.

    Raises
    ------
    EngineFailed
        The model cannot be opened there, workers do nothing but die, or nothing came for `patience_s`.
    """
    dealing = Dealing(ray, order, chunks, workers)
    heard = time.monotonic()
    try:
        while not (dealing.over or over()):
            if found := dealing.take(min(LOOK_S, patience_s)):
                yield found
                heard = time.monotonic()
            elif time.monotonic() - heard > patience_s:
                raise EngineFailed(_silence(ray, patience_s))
    finally:
        dealing.end()


def _silence(ray: Any, patience_s: float) -> str:
    free, there = ray.available_resources().get("CPU", 0.0), ray.cluster_resources().get("CPU", 0.0)
    return (
        f"expected predictions from Ray, got none for {patience_s:g} s ({free:g} of {there:g} CPUs are free); "
        "see what `ray status` says, or allow more time with RayEngine(patience_s=...)."
    )
