"""The model that helps a session: opened in the background, asked for one input now and for the next ones ahead.

What it says is kept in the prediction store, whoever is listening: a late answer is never lost and never drawn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from ..domain.inputs import Input
from ..domain.predictions import Prediction
from ..errors import LabelerError
from ..models.asking import WORDS, on_demand, task_options
from ..models.fits import fits
from ..models.named import NamedModel, lasting
from ..runs.job import FAILED, Job
from ..runs.runner import AHEAD, BULK, INTERACTIVE, ModelHandle, Runner
from ..store.predictions import PredictionStore
from .mapping import Mapper

Model = Any  # a name, a function, a predictor, a DataFrame: `runs.runner.Runner.open` says what each may be
Answered = Callable[[Prediction], None]
Failed = Callable[[str], None]


PYTHON = "python:"  # begins the kept name of what was a Python object, and cannot be found again by it


def kept_name(model: Model | None) -> str:
    """Give the name under which a model is kept in a task.

    >>> kept_name("timm/resnet18 "), kept_name(len), kept_name(None)
    ('timm/resnet18', 'python:len', '')
    """
    if model is None:
        return ""
    if isinstance(model, str):
        return lasting(model)
    if isinstance(model, NamedModel):
        return model.text
    names = [getattr(model, "name", None), getattr(model, "__name__", None), type(model).__name__]
    return PYTHON + next(name for name in names if isinstance(name, str) and name)


def shown_name(model: Model | None) -> str:
    """Give the name that people see."""
    kept = kept_name(model)
    return kept.removeprefix(PYTHON) if kept.startswith(PYTHON) else NamedModel.parse(kept).name


class Assistance:
    """Holds one model at a time.

    Parameters
    ----------
    runner
        Gives the runner, made on first use.
    predictions
        Where answers are kept.
    again
        How the user gives a Python function that this kernel does not have.
    """

    def __init__(
        self, runner: Callable[[], Runner], predictions: PredictionStore, *, again: str = "task.label(model={})"
    ) -> None:
        self._runner, self._again = runner, again
        self.predictions = predictions
        self.last: Model | None = None  # the model asked for last
        self._handle: ModelHandle | None = None
        self._turn = 0  # grows with every open and cancel: an answer of an earlier turn finds nobody
        self._jobs: list[Job[Any]] = []
        self._asked: set[str] = set()
        self._told: dict[str, Any] = {}  # what the task added to the model's own options
        self._lock = threading.Lock()

    def open(
        self,
        model: Model,
        kind: str,
        *,
        opened: Callable[[str, Mapper], None],
        failed: Failed,
        geometries: Collection[str] = (),
        concepts: Sequence[str] = (),
    ) -> None:
        """Load a model in the background; then call `opened(key, mapper)`, or `failed(sentence)`.

        Parameters
        ----------
        model
            What to load.
        kind
            The kind of task that it has to fit.
        opened, failed
            Called on a background thread, unless another model was opened meanwhile.
        geometries
            How the task's concepts are drawn; the model has to fill one of these.
        concepts
            The task's concepts: what a zero-shot detector is to find.
        """
        turn = self._begin(model)
        told = threading.Lock()  # taken once: a job that ends while it is being watched says so twice

        def ended(job: Job[ModelHandle]) -> None:
            if not job.finished or turn != self._turn or not told.acquire(blocking=False):
                return
            if job.state == FAILED:
                failed(str(job.error))
                return
            if job.result is None:
                return
            try:
                fits(job.result, kind, geometries)
                mapper = Mapper(job.result.vocabulary, on_demand=on_demand(chosen))
            except LabelerError as error:
                failed(str(error))
                return
            self._handle = job.result
            opened(job.result.key, mapper)

        if isinstance(model, str) and model.startswith(PYTHON):
            name = shown_name(model)
            call = self._again.format(name if name.isidentifier() else "f")
            failed(f"{name!r:.80} was a Python object; run the cell that defines it again and call {call}.")
            return
        try:
            chosen = NamedModel.parse(model) if isinstance(model, str) else model
            if isinstance(chosen, NamedModel):
                self._told = task_options(chosen, geometries, concepts)
                job = self._runner().open(chosen.spec, **{**chosen.options, **self._told})
            else:
                job = self._runner().open(chosen)
        except LabelerError as error:
            failed(str(error))
            return
        self._keep(job)
        job.on_change(ended)

    @property
    def handle(self) -> ModelHandle | None:
        """The model that is open, for a run over many inputs; None while there is none."""
        return self._handle

    @property
    def family(self) -> str:
        """What stays the same of the model asked for last when its cell is run again; empty where its key does."""
        found = getattr(self.last, "family", "")
        return found if isinstance(found, str) else ""

    def outdated(self, geometries: Collection[str], concepts: Sequence[str]) -> bool:
        """Whether the model was opened for other geometries or concepts than these, and would answer otherwise now."""
        model, then = self.last, self._told
        chosen = NamedModel.parse(model) if isinstance(model, str) and model else model
        if not then or not isinstance(chosen, NamedModel):
            return False
        now = task_options(chosen, geometries, concepts)
        if self._handle is None:
            return then.get(WORDS) == [] != now.get(WORDS)  # it could not be opened without a word to look for
        if self._handle.vocabulary.labels != tuple(then.get(WORDS, ())):
            then, now = ({k: v for k, v in one.items() if k != WORDS} for one in (then, now))  # it has its own words
        return then != now

    def known(self, key: str, input_ids: Iterable[str]) -> dict[str, Prediction]:
        """Give what a model is known to say of some inputs."""
        return self.predictions.get(key, list(input_ids)) if key else {}

    def ask(self, one: Input, *, answered: Answered, failed: Failed) -> None:
        """Ask for an input before all others; `answered` is called on a background thread."""
        self._predict([one], INTERACTIVE, answered, failed)

    def ahead(self, inputs: Iterable[Input], *, answered: Answered) -> None:
        """Ask for inputs that come next, when nothing else is to do, those once only."""
        handle = self._handle
        if handle is None:
            return
        wanted = [i for i in inputs if i.input_id not in self._asked]
        known = self.known(handle.key, [i.input_id for i in wanted])
        missing = [i for i in wanted if i.input_id not in known]
        self._asked.update(i.input_id for i in missing)
        if missing:
            self._predict(missing, AHEAD, answered, lambda _: None)

    def predict(self, inputs: Iterable[Input], *, answered: Answered) -> Job[Any] | None:
        """Ask for many inputs, after everything that somebody waits for. None while no model is open."""
        return self._predict(inputs, BULK, answered, lambda _: None)

    def cancel(self) -> None:
        """Stop waiting. What is under way ends within a batch, and its answers are not announced."""
        with self._lock:
            self._turn += 1
            jobs, self._jobs = self._jobs, []
            self._asked.clear()
        for job in jobs:
            job.cancel()

    def _begin(self, model: Model) -> int:
        self.cancel()
        self._handle = None
        self._told = {}
        self.last = model
        return self._turn

    def _keep(self, job: Job[Any]) -> None:
        with self._lock:
            self._jobs = [j for j in self._jobs if not j.finished] + [job]

    def _predict(self, inputs: Iterable[Input], priority: int, answered: Answered, failed: Failed) -> Job[Any] | None:
        handle, turn = self._handle, self._turn
        if handle is None:
            return None

        def take(prediction: Prediction) -> None:
            if prediction.error is None:
                self.predictions.add(prediction.model, [prediction])
            if turn == self._turn:
                answered(prediction)

        def ended(job: Job[Any]) -> None:
            if job.state == FAILED and turn == self._turn:
                failed(str(job.error))

        try:
            job = self._runner().predict(handle, inputs, priority=priority, on_prediction=take)
        except LabelerError as error:
            failed(str(error))
            return None
        self._keep(job)
        job.on_change(ended)
        return job
