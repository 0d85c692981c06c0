"""The one who runs models in the background: named ones in a child process, Python objects in a thread here."""

from __future__ import annotations

import atexit
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..domain.inputs import Input, is_url
from ..domain.names import new_id
from ..domain.predictions import Prediction, Vocabulary
from ..errors import BadInput, LabelerError, ModelFailed
from ..models.adopt import adopt
from ..models.predictor import Source
from ..models.segment.named import known_name
from ..models.segment.segmenter import Prompt
from .child import Child
from .engine import Engine, leave_a_core
from .feed import Embedding, Feed, Home, MediaSource, Takers
from .job import Job
from .pool import AHEAD, BULK, INTERACTIVE, PriorityPool
from .segmenting import Found, Look, Segmenting

__all__ = ["AHEAD", "BULK", "INTERACTIVE", "ModelHandle", "Runner"]


@dataclass(frozen=True)
class ModelHandle:
    """An opened model. Give it back to `Runner.predict`.

    Attributes
    ----------
    key
        The fingerprint under which its predictions are kept.
    name
        What people call it.
    vocabulary
        The concepts that it can name.
    batch_size
        How many inputs it looks at together.
    licence
        Under which its weights are published, empty where unknown.
    named
        Whether it lives in the child process, and any other machine can load it by its name.
    spec, options
        Its name and what it was opened with; empty for a Python object.
    """

    key: str
    name: str
    vocabulary: Vocabulary
    batch_size: int
    licence: str = ""
    model_id: str = ""
    named: bool = False
    spec: str = ""
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)  # Any: what the kind of model takes


class Runner:
    """Opens models and predicts, always in the background; every call returns at once.

    Parameters
    ----------
    media_source
        Gives the path (or the bytes) of an input. It runs in background threads and may take its time or raise.

    Examples
    --------
    >>> from notebook_labeler.models.callable import predictor
    >>> from notebook_labeler.domain.inputs import Input
    >>> runner = Runner()
    >>> handle = runner.open(lambda pictures: [{"cat": 0.9} for _ in pictures], labels=["cat"]).value()
    >>> job = runner.predict(handle, [Input.at("/nowhere/a.jpg")])
    >>> job.wait().failed
    1
    >>> runner.close()
    """

    def __init__(self, media_source: MediaSource | None = None) -> None:
        self.media_source = media_source or local_path
        self._here = Engine(begin=leave_a_core)
        self._child = Child()
        self._segmenting = Segmenting(self._child)
        self._loaders = PriorityPool(2, "nl-load")
        self._fetchers = PriorityPool(4, "nl-fetch")
        self._deliverer = PriorityPool(1, "nl-runner")
        self._jobs: weakref.WeakSet[Job[Any]] = weakref.WeakSet()  # Any: jobs of every result
        self._lock = threading.Lock()
        self._closed = False
        atexit.register(_close, weakref.ref(self))

    def open(self, model: object, **options: Any) -> Job[ModelHandle]:
        """Load a model in the background.

        Parameters
        ----------
        model
            A name or path (see `notebook_labeler.models.registry`), or a function, predictor or DataFrame.
        options
            What the kind of model takes: ``labels=``, ``architecture=``, ``batched=`` and so on.

        Returns
        -------
        Job
            Its `value()` is the handle, or raises the reason why there is none.
        """
        job: Job[ModelHandle] = self._job("opening a model")
        load = self._open_named if isinstance(model, str | Path) else self._open_here
        self._loaders.submit(INTERACTIVE, self._into, job, load, model, options)
        return job

    def warm(self) -> Job[None]:
        """Start the child process and import the model libraries there, so that the first model opens faster."""
        job: Job[None] = self._job("starting the model process")
        self._loaders.submit(AHEAD, self._into, job, self._child.warm)
        return job

    def predict(
        self,
        handle: ModelHandle,
        inputs: Iterable[Input],
        *,
        priority: int = INTERACTIVE,
        on_prediction: Callable[[Prediction], object] | None = None,
        on_embedding: Callable[[str, Embedding], object] | None = None,
        sink: Callable[[Sequence[Prediction]], object] | None = None,
    ) -> Job[tuple[Prediction, ...]]:
        """Predict inputs in the background. More urgent work overtakes between two batches.

        Parameters
        ----------
        handle
            The opened model.
        inputs
            What to look at; read as it goes, so it may be long.
        priority
            ``INTERACTIVE`` (the input on screen), ``AHEAD`` (those that come next) or ``BULK``.
        on_prediction
            Called with each prediction, failed ones too, on the runner's thread. What it raises is kept in the job.
        on_embedding
            Called with the input id and the embedding (float32), for models that have one.
        sink
            Called with each batch of predictions before `on_prediction`; if it raises, the job fails.

        Returns
        -------
        Job
            Without `on_prediction` and `sink` its result is all predictions.
        """
        total = len(inputs) if isinstance(inputs, Sized) else None
        job: Job[tuple[Prediction, ...]] = self._job(f"predicting with {handle.name}", total=total)
        home: Home = self._child if handle.named else self._here
        feed = Feed(
            job,
            inputs,
            model_id=handle.model_id,
            key=handle.key,
            size=1 if priority == INTERACTIVE and total == 1 else handle.batch_size,
            priority=priority,
            home=home,
            source=self.media_source,
            takers=Takers(on_prediction, on_embedding, sink),
            fetchers=self._fetchers,
            deliverer=self._deliverer,
        )
        job.on_change(lambda j: feed.stop() if j.finished else None)
        feed.pump()
        return job

    def segment(self, spec: str, picture_id: str, look: Look, prompt: Prompt | None, *, group: str) -> Job[Found]:
        """Ask for the outline of what somebody points at; see `runs.segmenting.Segmenting.ask`."""
        if self._closed:
            raise LabelerError("expected an open runner, got one that was closed; make a new one.")
        return self._segmenting.ask(known_name(spec), picture_id, look, prompt, group)

    def forget(self, handle: ModelHandle) -> None:
        """Let go of a model's memory. Work still queued on it fails; opening it again is fine."""
        (self._child if handle.named else self._here).remove(handle.model_id)

    def close(self) -> None:
        """Cancel everything and end the child process. Twice is fine."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        for job in list(self._jobs):
            job.cancel()
        for part in (self._loaders, self._fetchers, self._deliverer, self._segmenting, self._here, self._child):
            part.close()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _job(self, title: str, *, total: int | None = None) -> Job[Any]:
        if self._closed:
            raise LabelerError("expected an open runner, got one that was closed; make a new one.")
        job: Job[Any] = Job(title, total=total)
        self._jobs.add(job)
        return job

    def _into(self, job: Job[Any], work: Callable[..., object], *args: object) -> None:
        if not job.start():
            return
        try:
            job.finish(work(*args))
        except LabelerError as error:
            job.fail(error)
        except BaseException as error:  # also what is no Exception: nobody else would end the job
            job.fail(ModelFailed(f"the model could not be opened: {type(error).__name__}: {error}"))

    def _open_here(self, thing: object, options: dict[str, Any]) -> ModelHandle:
        model, model_id = adopt(thing, **options), new_id()
        self._here.add(model_id, model)
        licence = str(getattr(model, "licence", ""))
        return ModelHandle(model.key, model.name, model.vocabulary, model.batch_size, licence, model_id)

    def _open_named(self, spec: str | Path, options: dict[str, Any]) -> ModelHandle:
        opened = self._child.open(str(spec), options)
        named = ModelHandle(opened.key, opened.name, opened.vocabulary, opened.batch_size, opened.licence)
        return replace(named, model_id=opened.model_id, named=True, spec=str(spec), options=options)


def local_path(one: Input) -> Source:
    """Give the path of an input that is a file here."""
    if is_url(one.uri):
        raise BadInput(f"expected a file, got the URL {one.uri:.200}; open the project to fetch URLs.")
    return Path(one.uri)


def _close(reference: weakref.ref[Runner]) -> None:
    if (runner := reference()) is not None:
        runner.close()
