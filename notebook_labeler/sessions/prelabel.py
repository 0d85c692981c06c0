"""Pre-labeling one task: what is started, stopped and undone. The run itself belongs to the project."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from ..domain.assignments import WAITING
from ..domain.label_mapping import Wanted
from ..errors import AssistLimit, BadInput
from ..runs.job import Job
from ..runs.ledger import Wish
from ..runs.predicting import ByRunner, Predicting
from ..runs.runner import ModelHandle
from ..runs.totals import Totals, Words
from ..runs.undoing import TakenBack, undo_run
from . import backlog
from .assistance import Model
from .prelabel_state import Aside, Warned
from .prelabel_watching import PrelabelWatching

Engine = Callable[[ModelHandle], Predicting]


class PrelabelSession(PrelabelWatching):
    """What one does with pre-label runs over a task, without a screen.

    A run goes on when the session is closed, until it is stopped or the project is closed. Any kernel's run is seen
    here, and can be stopped. Verbs may be called from any thread.

    Parameters
    ----------
    journal, task_id
        The task.
    actor
        Who starts runs. Attribution, not authentication.
    assistance
        Opens models.
    runner
        Gives the runner that predicts, where no engine is given.
    runs
        The runs of this kernel.
    model
        A model instead of the task's own.

    Examples
    --------
    >>> toys = project.create_task("traffic", concepts=["car"], model="toys", assist=False)
    >>> pre = toys.prelabel_session()
    >>> pre.wait_model()
    >>> pre.state.open, pre.state.why_not
    (3, '')
    >>> pre.start().value().state
    'finished'
    >>> pre.close()
    """

    # -- the run -------------------------------------------------------------------------------------------------------

    def start(self, *, first: bool = False, limit: int | None = None, engine: Engine | None = None) -> Job[Totals]:
        """Begin a run over what waits, or go on where the last one was stopped, with the mapping as it is now.

        Parameters
        ----------
        first
            Where the run would take more than is left of this month: go on with the first ones.
        limit
            Label at most so many inputs.
        engine
            Gives what predicts; the runner of this kernel unless told.

        Returns
        -------
        Job
            Counts inputs; its result is what came of the run. `cancel()` stops it.

        Raises
        ------
        RunGoing
            A run goes on over the task, here or in another kernel.
        AssistLimit
            This month's limit is used up, or does not allow as much; then the state's `warned` says how much.
        BadInput
            There is no model, or no number from 1 on as limit.
        """
        with self.lock:
            self.look()
            handle, found = self._assistance.handle, self.mapping.concept_map
            if handle is None or found is None:
                none = "expected a model that is ready, got none; choose one first (in a script model=... names it)."
                raise BadInput(self.mapping.state.assist.message or none)
            state, settings = self.state, self.mapping.bench.settings
            wish = Wish(
                self.task_id,
                self.actor,
                self.mapping.state.assist.model,
                handle.key,
                state.low,
                state.high,
                settings.connection,
                state.open,
                _most(limit, state.left if first else None),
                self._assistance.family,
            )
            predicting = engine(handle) if engine else ByRunner(self._runner(), handle, self._assistance.predictions)
            try:
                begun = self.runs.start(predicting, Words(found, settings), wish)
            except AssistLimit:
                if state.left:
                    self._announce(replace(self.state, warned=Warned(state.open, state.left)))
                raise
            self._seen.clear()
            self._announce(replace(self.state, warned=None, undone=None))
            self.look()
        begun.job.on_change(lambda job: self._quietly_look() if job.finished else None)
        return begun.job

    def stop(self) -> None:
        """Stop the run that goes on, in whatever kernel, within a batch. What it wrote stays."""
        self.runs.stop(self.task_id, by=self.actor)
        self.look()

    def dismiss(self) -> None:
        """Reconsider: take the warning away."""
        with self.lock:
            self._announce(replace(self.state, warned=None))

    def undo(self, run_id: str | None = None) -> Job[TakenBack]:
        """Take back what a run (the last one unless told) wrote and nobody touched, in the background."""
        run = self.runs.one(run_id) if run_id is not None else self.runs.last(self.task_id)
        if run is None:
            raise BadInput("there is no run to undo; start one first.")

        def work(progress: Callable[[int], object]) -> TakenBack:
            return undo_run(self.journal, run, by=self.actor, progress=progress)

        return self._beside("undo", run.labeled, work, lambda done: {"undone": done})

    def to_waiting(self) -> Job[int]:
        """Have everything in the backlog wait for a labeler, so that a run takes it too; in the background."""

        def work(_: Callable[[int], object]) -> int:
            return backlog.move(self.journal, self.task_id, WAITING, actor=self.actor)

        return self._beside("to_waiting", self.state.backlog, work, lambda _: {})

    # -- what it is told ---------------------------------------------------------------------------------------------

    def choose_model(self, model: Model) -> None:
        """Take another model; see `Project.create_task` for what may be one."""
        self.mapping.choose_model(model)

    def map_labels(self, wanted: Iterable[Wanted], *, op_id: str | None = None) -> None:
        """Say which classes of the model feed which concepts; see `LabelMapping.map_labels`."""
        self.mapping.map_labels(wanted, op_id=op_id)

    def wait_model(self, timeout: float = 600.0) -> None:
        """Wait until the model is open; raises `ModelFailed` where it cannot be."""
        self.mapping.wait(timeout)

    def _beside(
        self,
        what: str,
        total: int,
        work: Callable[[Callable[[int], object]], Any],  # Any: the job's own result
        then: Callable[[Any], dict[str, Any]],
    ) -> Job[Any]:
        """Do what takes a while in a thread of its own, showing how far it is."""
        with self.lock:
            if self.state.aside is not None:
                raise BadInput("expected one thing at a time, another is going on; wait for its end.")
            self._announce(replace(self.state, aside=Aside(what, 0, total)))
        job: Job[Any] = Job(what.replace("_", " "), total=total)

        def progress(done: int) -> None:
            with self.lock:
                self._announce(replace(self.state, aside=Aside(what, done, total)))

        def do() -> None:
            more: dict[str, Any] = {}
            end: Callable[[], object]
            job.start()
            try:
                result = work(progress)
                more, end = then(result), partial(job.finish, result)
            except Exception as error:
                end = partial(job.fail, error)
            with self.lock:
                self._announce(replace(self._counted(), aside=None, **more))
            end()

        threading.Thread(target=do, name=f"nl-{what}", daemon=True).start()
        return job


def _most(limit: int | None, left: int | None) -> int | None:
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise BadInput(f"expected limit as a whole number from 1 on, got {limit!r:.80}.")
    return min((each for each in (limit, left) if each is not None), default=None)
