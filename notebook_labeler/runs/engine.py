"""Models at work in this process: decode ahead in a few threads, predict in one, the most urgent batch first."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from ..domain.inputs import Input
from ..errors import LabelerError, ModelFailed
from ..models.predictor import Answer, ByInput, Model, Source, checked
from .pool import PriorityPool

CORES = os.cpu_count() or 2


@dataclass(frozen=True)
class Item:
    """An input on its way to a model: where its bytes are, or why they are nowhere."""

    input: Input
    source: Source | None = None
    error: str | None = None


@dataclass(frozen=True)
class Reply:
    """What came back for one input: an answer, or why there is none."""

    input_id: str
    answer: Answer | None = None
    error: str | None = None


@dataclass(eq=False)
class Batch:
    """A few inputs that a model looks at together.

    `reply` is called once with one reply per item, or `broken` once with the reason when the model is gone;
    neither is called after the batch's group was dropped.
    """

    model: str
    items: Sequence[Item]
    priority: int
    group: str
    reply: Callable[[list[Reply]], object]
    broken: Callable[[BaseException], object]
    embeddings: bool = False
    prepared: dict[int, Future[Any]] = field(default_factory=dict)  # Any: only the model knows what it prepares
    waiting: int = 0
    number: int = 0


class Engine:
    """Holds models and runs batches on them, one at a time.

    Parameters
    ----------
    decoders
        How many threads prepare inputs.
    begin
        Called once in every thread (it keeps native libraries from using all cores in each of them).
    """

    def __init__(self, decoders: int | None = None, begin: Callable[[], object] | None = None) -> None:
        self.models: dict[str, Model] = {}
        self._decoders = PriorityPool(decoders or max(1, min(8, CORES)), "nl-decode", begin)
        self._begin = begin
        self._queue: list[Batch] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._numbers = 0
        self._closed = False

    def add(self, model_id: str, model: Model) -> None:
        """Hold a model from now on."""
        self.models[model_id] = model

    def remove(self, model_id: str) -> None:
        """Let go of a model; an unknown one is fine."""
        self.models.pop(model_id, None)

    def submit(self, batch: Batch) -> None:
        """Queue a batch. Its inputs are prepared from now on."""
        model = self.models.get(batch.model)
        if model is None or self._closed:
            batch.broken(ModelFailed("expected an opened model, got one that was closed; open it again."))
            return
        with self._changed:
            self._numbers += 1
            batch.number = self._numbers
            if not isinstance(model, ByInput):
                good = [n for n, item in enumerate(batch.items) if item.source is not None]
                batch.waiting = len(good)
                for n in good:
                    batch.prepared[n] = self._decoders.submit(batch.priority, model.prepare, batch.items[n].source)
            self._queue.append(batch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="nl-model", daemon=True)
                self._thread.start()
            self._changed.notify()
        for future in batch.prepared.values():  # outside the lock: a finished one calls back at once, here
            future.add_done_callback(lambda _: self._one_prepared(batch))

    def drop(self, group: str) -> None:
        """Forget all batches of a group that have not begun."""
        with self._changed:
            dropped = [b for b in self._queue if b.group == group]
            self._queue = [b for b in self._queue if b.group != group]
        for future in (f for batch in dropped for f in batch.prepared.values()):
            future.cancel()

    def close(self) -> None:
        """Stop after the batch at hand. Twice is fine."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._changed.notify()
        self._decoders.close()

    def _one_prepared(self, batch: Batch) -> None:
        with self._changed:
            batch.waiting -= 1
            if batch.waiting == 0:
                self._changed.notify()

    def _work(self) -> None:
        if self._begin is not None:
            self._begin()
        while (batch := self._next()) is not None:
            model = self.models.get(batch.model)
            if model is None:
                batch.broken(ModelFailed("expected an opened model, got one that was closed meanwhile; open it again."))
            else:
                self._answer(model, batch)

    def _answer(self, model: Model, batch: Batch) -> None:
        """Run a batch; whatever happens costs this batch alone, never the thread that all models share."""
        try:
            replies = run(model, batch)
        except BaseException as error:
            batch.broken(error)
        else:
            batch.reply(replies)
            del batch, model

    def _next(self) -> Batch | None:
        with self._changed:
            while not self._closed:
                if self._queue:
                    head = min(self._queue, key=lambda b: (b.priority, b.number))
                    if head.waiting == 0:
                        self._queue.remove(head)
                        return head
                self._changed.wait()
        return None


def run(model: Model, batch: Batch) -> list[Reply]:
    """Ask a model about a batch whose inputs are prepared. An input that fails costs no other its answer."""
    errors = {n: item.error for n, item in enumerate(batch.items) if item.error is not None}
    if isinstance(model, ByInput):
        good = [n for n in range(len(batch.items)) if n not in errors]
        answers = _asked(model, [batch.items[n].input for n in good])
    else:
        ready: dict[int, Any] = {}
        for n, future in batch.prepared.items():
            if (error := future.exception()) is not None:
                errors[n] = sentence(error)
            else:
                ready[n] = future.result()
        good = list(ready)
        answers = _asked(model, list(ready.values()))
    said = dict(zip(good, answers, strict=True))
    return [_reply(item.input.input_id, said.get(n, errors.get(n))) for n, item in enumerate(batch.items)]


def _reply(input_id: str, said: Answer | str | None) -> Reply:
    return Reply(input_id, said) if isinstance(said, Answer) else Reply(input_id, None, said or "it was not looked at.")


def _asked(model: Model, prepared: list[Any]) -> list[Answer | str]:
    if not prepared:
        return []
    try:
        said = model.predict_inputs(prepared) if isinstance(model, ByInput) else model.predict_batch(prepared)
        return list(checked(model, said, len(prepared)))
    except BaseException as error:  # also SystemExit of a user's function: it ends this call, not the thread
        if len(prepared) == 1:
            return [sentence(error, model.name)]
        return [answer for one in prepared for answer in _asked(model, [one])]


def sentence(error: BaseException, name: str = "") -> str:
    """Give the reason why an input failed, in one sentence of at most 400 characters."""
    if isinstance(error, LabelerError):
        return f"{error}"[:400]
    text = " ".join(str(error).split()) or "no message"
    return f"{name or 'preparing it'} failed with {type(error).__name__}: {text}"[:400]


def leave_a_core() -> None:
    """Keep torch, if somebody has loaded it, from taking the core that the notebook answers on."""
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "set_num_threads"):
        torch.set_num_threads(max(1, CORES - 1))
