"""A pre-label run: a model goes ahead of the people over what waits in a task, and charges each input once.

Predicting and writing overlap. A page of inputs is written in one transaction: their annotations, their marks (which
are the charges), what failed, and how far the run is. So a run that is killed at any byte has charged exactly what it
wrote and has told what it could not do, and the next start goes on with the rest.
"""

from __future__ import annotations

import threading
import time
from collections import Counter

from ..domain.concept_map import Suggestion
from ..domain.labeling import Desk, Scene
from ..domain.operations import Change, Operation
from ..domain.predictions import Prediction
from ..domain.prelabel import NOT_WAITING, Order, Outcome, month_of, prelabel
from ..domain.records import FAILED, FINISHED, STOPPED, Run
from ..domain.tasks import TaskSettings
from ..errors import LabelerError
from ..store.inside import Inside
from ..store.journal import Journal
from ..store.predictions import PredictionStore
from ..store.writing import now_us
from . import holder as holders
from . import ledger
from .job import CANCELLED, Job
from .ledger import Ended, Gone, Wish
from .predicting import Predicting
from .supply import Supply
from .totals import Totals, Words

PAGE = 100  # inputs written in one transaction
FLUSH_S = 0.5  # what has arrived is written after so long, though it is no page
BEAT_S = 10.0  # a run that waits for its model says so often that it is there
LOOK_S = 0.5  # how often a run that waits looks whether somebody has stopped it


class Prelabeling:
    """One go of a run over one task. It belongs to the project: no widget has to be open for it to go on.

    Parameters
    ----------
    journal, store
        The project's.
    predicting
        Where predictions come from that the store does not have.
    words
        How they become one's own.
    wish
        What the run is started with.
    """

    def __init__(
        self, journal: Journal, store: PredictionStore, predicting: Predicting, words: Words, wish: Wish
    ) -> None:
        self.journal, self.words, self.wish = journal, words, wish
        self.job: Job[Totals] = Job(f"pre-labeling with {wish.model}", total=wish.open)
        self.run: Run | None = None
        self._supply = Supply(journal, wish.task_id, wish.connection, predicting=predicting, store=store)
        self._holder = holders.take()
        self._halt = threading.Event()
        self._labeled = 0  # in this go
        self._wrote = self._looked = time.monotonic()
        self._rev = -1  # of which concepts and settings are known
        self._known_to_stand = -1  # the revision at which the run was seen to be its own
        self._concepts, self._relations = journal.concepts(), journal.relations()
        self._settings = words.settings
        self._thread: threading.Thread | None = None

    def start(self) -> Job[Totals]:
        """Begin, or go on where the last go ended, in the background; see `ledger.begin` for what is refused."""
        try:
            self.run = ledger.begin(self.journal, self.wish, self._holder)
        except BaseException:
            holders.let_go(self._holder)
            raise
        self.job.start()
        self.job.on_change(lambda job: self._halt.set() if job.state == CANCELLED else None)
        self._thread = threading.Thread(target=self._work, name="nl-prelabel", daemon=True)
        self._thread.start()
        return self.job

    def stop(self, timeout: float | None = None) -> None:
        """End within a batch; with a timeout, wait for it so many seconds. What was written stays. Twice is fine."""
        self._halt.set()
        if timeout is not None and self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    @property
    def going(self) -> bool:
        """Whether it is at work."""
        return self._thread is not None and self._thread.is_alive()

    # -- in its thread -------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        state, message = FINISHED, ""
        error: Exception | None = None
        try:
            message = self._through() or ""
            state = STOPPED if message else FINISHED
        except Ended:
            pass  # somebody else has written how it ended
        except LabelerError as caught:
            state, message, error = FAILED, str(caught), caught
        except Exception as caught:  # nobody else would tell
            state, message, error = FAILED, f"{type(caught).__name__}: {caught}"[:400], caught
        self._supply.stop()
        try:
            self._end(state, message, error)
        except Exception as caught:
            self.job.fail(error or caught)
        finally:
            holders.let_go(self._holder)

    def _through(self) -> str | None:
        """Go through all inputs; give why it stopped before the end, None if it did not."""
        waiting: list[Prediction] = []
        while not (self._supply.over and not waiting):
            if self._halt.is_set():
                return f"stopped by {self.wish.by}"
            waiting += self._supply.take(0.1)
            due = time.monotonic() - self._wrote > FLUSH_S or self._supply.over
            while len(waiting) >= PAGE or (waiting and due):
                if self._halt.is_set():
                    return f"stopped by {self.wish.by}"
                page, waiting = waiting[:PAGE], waiting[PAGE:]
                if why := self._write(page):
                    return why
            self._look()
        return None

    def _look(self) -> None:
        """While nothing is to be written: see whether somebody stopped the run, and say that it is there."""
        now = time.monotonic()
        if now - self._wrote > BEAT_S:
            self._write([])
        if now - max(self._looked, self._wrote) < LOOK_S:
            return
        self._looked = now
        if (rev := self.journal.rev()) not in (self._rev, self._known_to_stand):
            self._known_to_stand = rev
            self.journal.atomically(self.wish.task_id, (), self._still)

    def _still(self, inside: Inside) -> list[Operation | None]:
        ledger.mine(inside, self._run.run_id, self.wish.task_id, self._holder)
        return []

    def _write(self, page: list[Prediction]) -> str | None:
        """Write a page, all of it or nothing; give why the run is to stop, if it is."""
        self._read()
        ready = [(each, () if each.error is not None else self.words.suggestions(each)) for each in page]
        wrote: list[tuple[Run, Gone, bool]] = []

        def plan(inside: Inside) -> list[Operation | None]:
            run = ledger.mine(inside, self._run.run_id, self.wish.task_id, self._holder)
            operations, gone, full = self._planned(inside, ready)
            after = ledger.gone_on(run, gone, now_us())
            wrote[:] = [(after, gone, full)]
            changes = [Change(run, after), *(Change(None, failure) for failure in ledger.listed(run, gone))]
            return [*operations, Operation.of("run", changes, actor=self.wish.by, task_id=ledger.TASKLESS)]

        self._rev = self.journal.atomically(self.wish.task_id, [each.input_id for each in page], plan)
        self._wrote = time.monotonic()
        self.run, gone, full = wrote[0]
        self._labeled += gone.labeled
        if gone.inputs:
            before = self.run.failed - len(gone.failures)
            self.job.advance(gone.inputs, list(gone.failures[: max(0, ledger.MOST_FAILURES - before)]))
        return self._why_full() if full else None

    def _planned(
        self, inside: Inside, ready: list[tuple[Prediction, tuple[Suggestion, ...]]]
    ) -> tuple[list[Operation | None], Gone, bool]:
        """Give what is written of a page; whether there is no room for more is the last of the three."""
        now = now_us()
        left = self._left(inside, now)
        order = Order(self._run.run_id, self.wish.low, self.wish.high, month_of(now), self.wish.model)
        actor = ledger.actor_of(self.wish.model, self.wish.by)
        operations: list[Operation | None] = []
        reasons: Counter[str] = Counter()
        failures: list[tuple[str, str]] = []
        labels, full = 0, False
        for said, suggestions in ready:
            if said.error is not None:
                failures.append((said.input_id, said.error))
                continue
            outcome = self._outcome(inside.scenes.get(said.input_id), suggestions, order)
            if outcome.reason:
                reasons[outcome.reason] += 1
                continue
            if left is not None and len(operations) >= left:
                full = True
                break
            labels += outcome.labels
            operations.append(
                Operation.of(
                    "prelabel",
                    outcome.changes,
                    actor=actor,
                    task_id=self.wish.task_id,
                    input_id=said.input_id,
                    group=order.run_id,
                )
            )
        return operations, Gone(len(operations), labels, reasons, tuple(failures)), full

    def _outcome(self, scene: Scene | None, suggestions: tuple[Suggestion, ...], order: Order) -> Outcome:
        if scene is None:
            return Outcome(reason=NOT_WAITING)
        desk = Desk(self.wish.task_id, self.wish.by, self._settings, scene, self._concepts, self._relations)
        return prelabel(desk, suggestions, order)

    def _left(self, inside: Inside, now: int) -> int | None:
        """Give on how many more inputs the run may write; None: as many as there are."""
        month = ledger.left_of_month(inside, now)
        own = None if self.wish.most is None else self.wish.most - self._labeled
        return min((each for each in (month, own) if each is not None), default=None)

    def _why_full(self) -> str:
        if self.wish.most is not None and self._labeled >= self.wish.most:
            return f"stopped after {self._labeled:,} pre-labeled inputs, as it was told"
        return "stopped: this month's assist limit is used up"

    def _read(self) -> None:
        """Know the concepts and the task's connection as they are now, if anybody else wrote since."""
        if self.journal.rev() == self._rev:
            return
        self._concepts, self._relations = self.journal.concepts(), self.journal.relations()
        settings = TaskSettings.loads(self.journal.task(self.wish.task_id).settings)
        self._settings = self.words.settings.changed(connection=settings.connection)

    def _end(self, state: str, message: str, error: BaseException | None) -> None:
        run = self.run = ledger.end(self.journal, self._run, state, message, by=self.wish.by)
        if error is not None and run.state == state:  # else somebody had ended it, and that is what matters
            self.job.fail(error)
        else:
            self.job.finish(Totals.read(self.journal, run))

    @property
    def _run(self) -> Run:
        assert self.run is not None, "it has begun"
        return self.run
