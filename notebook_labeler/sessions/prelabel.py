"""Pre-labeling one task: what is started, stopped, watched and undone. The run itself belongs to the project."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from ..domain.assignments import WAITING
from ..domain.label_mapping import Wanted
from ..domain.prelabel import month_of
from ..domain.records import RUNNING, Run
from ..domain.tasks import probability
from ..errors import AssistLimit, BadInput, LabelerError
from ..runs import holder as holders
from ..runs import ledger
from ..runs.job import Job
from ..runs.ledger import LIMIT, Wish, limit_in
from ..runs.predicting import ByRunner, Predicting
from ..runs.prelabel import Totals, Words
from ..runs.prelabelings import Prelabelings
from ..runs.runner import ModelHandle, Runner
from ..runs.undoing import TakenBack, undo_run
from ..store.journal import Journal
from ..store.writing import now_us
from . import backlog
from .assistance import Assistance, Model
from .following import EVERY_S, watch
from .prelabel_mapping import PrelabelMapping
from .prelabel_state import LYING, NOBODY, Aside, PrelabelState, Warned
from .signal import Changed
from .state import LabelState

WINDOW_S = 20.0  # over which the rate is taken
NAMED = 200  # failed inputs whose names are looked up
Engine = Callable[[ModelHandle], Predicting]


class PrelabelSession:
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

    def __init__(
        self,
        journal: Journal,
        task_id: str,
        *,
        actor: str,
        assistance: Assistance,
        runner: Callable[[], Runner],
        runs: Prelabelings,
        model: Model | None = None,
        threshold: tuple[float, float] | None = None,
    ) -> None:
        self.lock = threading.RLock()
        self.journal, self.task_id, self.actor, self.runs = journal, task_id, actor, runs
        self.failures: list[Exception] = []  # what listeners raised
        self._changed: Changed[PrelabelState] = Changed(self.failures.append)
        self._assistance, self._runner = assistance, runner
        self._stop: threading.Event | None = None
        self._rev = -1
        self._seen: deque[tuple[int, int]] = deque(maxlen=60)  # when the run said how far it is: beat, inputs
        self.mapping = PrelabelMapping(journal, task_id, actor=actor, assistance=assistance)
        settings = self.mapping.state.settings
        low, high = threshold if threshold is not None else (settings.low, settings.high)
        self.state = PrelabelState(self.mapping.state)
        self.set_range(low, high)
        self._leave = self.mapping.observe(self._mapped)
        self.look()
        if model is not None or settings.model:
            self.mapping.set_assist(True, model)

    def observe(self, listener: Callable[[PrelabelState, PrelabelState], None]) -> Callable[[], None]:
        """Call `listener(old, new)` at each change of state; calling what is returned ends it."""
        return self._changed.observe(listener)

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
                raise BadInput(self.mapping.state.assist.message or "expected a model that is ready; choose one first.")
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

    # -- what it is told -----------------------------------------------------------------------------------------------

    def set_range(self, low: float, high: float) -> None:
        """Take suggestions whose probability is from low to high, both inclusive; for the next start."""
        low, high = probability(low, "low"), probability(high, "high")
        if low > high:
            raise BadInput(f"expected low <= high, got ({low}, {high}); swap them.")
        with self.lock:
            self._announce(replace(self.state, low=low, high=high))

    def choose_model(self, model: Model) -> None:
        """Take another model; see `Project.create_task` for what may be one."""
        self.mapping.choose_model(model)

    def map_labels(self, wanted: Iterable[Wanted], *, op_id: str | None = None) -> None:
        """Say which classes of the model feed which concepts; see `LabelMapping.map_labels`."""
        self.mapping.map_labels(wanted, op_id=op_id)

    def wait_model(self, timeout: float = 600.0) -> None:
        """Wait until the model is open; raises `ModelFailed` where it cannot be."""
        self.mapping.wait(timeout)

    # -- seeing --------------------------------------------------------------------------------------------------------

    def follow(self, every: float = EVERY_S) -> None:
        """Look every so many seconds how far things are, until `close`. The widget does; twice is fine."""
        with self.lock:
            if self._stop is not None:
                return
            self._stop = threading.Event()
        watch(self, self._stop, every)

    def look(self) -> bool:
        """Show how things are now. Gives whether anything has changed."""
        self.mapping.look()
        with self.lock:
            before, rev = self.state, self.journal.rev()
            if rev != self._rev:
                self._rev = rev
                self._announce(self._counted())
            elif self.state.running and self._phase(self.state.run) != RUNNING:  # its kernel died and wrote nothing
                self._announce(self._counted())
            return self.state != before

    def close(self) -> None:
        """Stop looking. A run goes on. Closing twice is fine."""
        if self._stop is not None:
            self._stop.set()
        self._leave()
        self.mapping.close()

    # -- what it leans on ----------------------------------------------------------------------------------------------

    def _counted(self) -> PrelabelState:
        journal, number = self.journal, self.mapping.bench.settings.connection
        counts, run = journal.progress(self.task_id), self.runs.last(self.task_id)
        phase = self._phase(run)
        rate = self._rate(run) if phase == RUNNING else 0.0
        state = replace(
            self.state,
            waiting=counts.waiting,
            backlog=counts.backlog,
            open=max(0, counts.waiting - journal.marked_and_waiting(self.task_id, number)),
            limit=limit_in(journal.setting(LIMIT)),
            used=journal.prelabels(month_of(now_us())),
            run=run,
            phase=phase,
            rate=rate,
            undoable=phase != RUNNING and run is not None and bool(journal.marks(run.run_id, limit=1)),
        )
        left_s = (run.total - state.done) / rate if run is not None and rate else None
        return replace(state, left_s=left_s, names=self._names(run))

    def _phase(self, run: Run | None) -> str:
        if run is None:
            return NOBODY
        if run.state == RUNNING and holders.gone(run.holder, run.beat_us, now_us()):
            return LYING
        return run.state

    def _rate(self, run: Run | None) -> float:
        """Give inputs per second, from what the run itself has said over the last while: so it is in every kernel."""
        if run is None:
            return 0.0
        seen, said = self._seen, (run.beat_us, run.labeled + run.skipped + run.failed)
        if not seen or seen[-1] != said:
            seen.append(said)
        while len(seen) > 2 and seen[-1][0] - seen[0][0] > WINDOW_S * 1e6:
            seen.popleft()
        took = (seen[-1][0] - seen[0][0]) / 1e6
        return (seen[-1][1] - seen[0][1]) / took if took > 0 else 0.0

    def _names(self, run: Run | None) -> dict[str, str]:
        failed = [one for one, _ in ledger.failures_of(run)][:NAMED] if run is not None else []
        if not failed:
            return {}
        if self.state.run is not None and run is not None and self.state.run.settings == run.settings:
            return dict(self.state.names)
        return {one: self.journal.input(one).name for one in failed}

    def _mapped(self, _: LabelState, new: LabelState) -> None:
        with self.lock:
            self._announce(replace(self.state, mapping=new))

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

    def _quietly_look(self) -> None:
        try:
            self.look()
        except LabelerError:  # the project was closed meanwhile
            return

    def _announce(self, state: PrelabelState) -> None:
        old = self.state
        if state != old:
            self.state = state
            self._changed.tell(old, state)


def _most(limit: int | None, left: int | None) -> int | None:
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise BadInput(f"expected limit as a whole number from 1 on, got {limit!r:.80}.")
    return min((each for each in (limit, left) if each is not None), default=None)
