"""One job's inputs on their way to a model: a few batches under way, never all of them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..domain.inputs import Input
from ..domain.predictions import Prediction
from ..models.predictor import Answer, Source
from .engine import Batch, Item, Reply, sentence
from .job import Job
from .pool import PriorityPool

DEPTH = 3  # batches under way: one predicted, one ready, one being decoded
MediaSource = Callable[[Input], Source]
Embedding = np.ndarray[Any, Any]


class Home(Protocol):
    """Where models live: this process or the child."""

    def submit(self, batch: Batch) -> None:
        """Queue a batch."""

    def drop(self, group: str) -> None:
        """Forget all batches of a group that have not begun."""


@dataclass(frozen=True)
class Takers:
    """Who takes what comes out. `sink` gets whole batches and may end the job by raising; the others cannot."""

    on_prediction: Callable[[Prediction], object] | None = None
    on_embedding: Callable[[str, Embedding], object] | None = None
    sink: Callable[[Sequence[Prediction]], object] | None = None

    @property
    def anybody(self) -> bool:
        """Whether anybody takes the predictions; otherwise the job keeps them as its result."""
        return self.on_prediction is not None or self.sink is not None


class Feed:
    """Cuts a job's inputs into batches, finds their files, sends them home, and hands on the answers."""

    def __init__(
        self,
        job: Job[tuple[Prediction, ...]],
        inputs: Iterable[Input],
        *,
        model_id: str,
        key: str,
        size: int,
        priority: int,
        home: Home,
        source: MediaSource,
        takers: Takers,
        fetchers: PriorityPool,
        deliverer: PriorityPool,
    ) -> None:
        self.job, self.model_id, self.key, self.size, self.priority = job, model_id, key, size, priority
        self.home, self.source, self.takers = home, source, takers
        self.fetchers, self.deliverer = fetchers, deliverer
        self._inputs = iter(inputs)
        self._kept: list[Prediction] = []
        self._under_way = 0
        self._all_sent = False
        self._lock = threading.Lock()

    def pump(self) -> None:
        """Send batches until enough are under way; end the job when nothing is left."""
        while not self.job.finished and (batch := self._take()):
            self.fetchers.submit(self.priority, self._safely, self._send, batch)
        with self._lock:
            over = self._all_sent and self._under_way == 0
        if over and not self.job.finished:
            self.job.finish(tuple(self._kept))

    def stop(self) -> None:
        """Take back what has not begun."""
        self.home.drop(self.job.id)

    def _stop_if_over(self) -> None:
        """Take back a batch that was handed over while somebody cancelled the job."""
        if self.job.finished:
            self.stop()

    def _safely(self, step: Callable[[Any], None], what: Any) -> None:
        """Take a step in a pool's thread; what it raises ends the job instead of vanishing in a future."""
        try:
            step(what)
        except BaseException as error:
            self.job.fail(error)

    def _take(self) -> list[Input]:
        with self._lock:
            if self._under_way >= DEPTH or self._all_sent:
                return []
            try:
                batch = list(itertools.islice(self._inputs, self.size))
            except Exception as error:  # the user's own iterable
                self._all_sent = True
                self.job.fail(error)
                return []
            self._all_sent = len(batch) < self.size
            self._under_way += bool(batch)
            return batch

    def _send(self, inputs: list[Input]) -> None:
        self.job.start()
        items = [self._item(one) for one in inputs]
        if not self.job.finished:
            embeddings = self.takers.on_embedding is not None
            self.home.submit(
                Batch(self.model_id, items, self.priority, self.job.id, self._replied, self._broken, embeddings)
            )
            self._stop_if_over()

    def _item(self, one: Input) -> Item:
        try:
            return Item(one, self.source(one))
        except BaseException as error:
            return Item(one, error=sentence(error, "opening it"))

    def _replied(self, replies: list[Reply]) -> None:
        self.deliverer.submit(self.priority, self._safely, self._deliver, replies)

    def _broken(self, error: BaseException) -> None:
        self.job.fail(error)

    def _deliver(self, replies: list[Reply]) -> None:
        if self.job.finished:
            return
        said = [(self._prediction(reply), reply.answer) for reply in replies]
        if self.takers.sink is not None:
            try:
                self.takers.sink([prediction for prediction, _ in said])
            except Exception as error:
                self.job.fail(error)
                return
        for prediction, answer in said:
            self._hand_on(prediction, answer)
        self.job.advance(len(said), [(p.input_id, p.error) for p, _ in said if p.error is not None])
        with self._lock:
            self._under_way -= 1
        self.pump()

    def _hand_on(self, prediction: Prediction, answer: Answer | None) -> None:
        if self.job.finished:  # a callback may have cancelled it
            return
        if not self.takers.anybody:
            self._kept.append(prediction)
        if self.takers.on_prediction is not None:
            self.job.guarded(self.takers.on_prediction, prediction)
        if self.takers.on_embedding is not None and answer is not None and answer.embedding is not None:
            self.job.guarded(self.takers.on_embedding, prediction.input_id, answer.embedding)

    def _prediction(self, reply: Reply) -> Prediction:
        guesses = reply.answer.guesses if reply.answer is not None else ()
        return Prediction(reply.input_id, self.key, guesses, reply.error)
