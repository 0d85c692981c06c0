"""Seeing how pre-labeling stands: one state, kept up with what any kernel's run says of itself in the journal."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice

from ..domain.prelabel import month_of
from ..domain.records import RUNNING, Run
from ..domain.tasks import low_to_high, probability_range
from ..errors import LabelerError
from ..runs import holder as holders
from ..runs import ledger
from ..runs.ledger import LIMIT, limit_in
from ..runs.prelabelings import Prelabelings
from ..runs.runner import Runner
from ..store.journal import Journal
from ..store.writing import now_us
from .assistance import Assistance, Model
from .prelabel_mapping import PrelabelMapping
from .prelabel_state import LYING, NOBODY, PrelabelState
from .signal import Changed
from .state import LabelState
from .watching import Watching

WINDOW_S = 20.0  # over which the rate is taken
NAMED = 200  # failed inputs whose names are looked up


class PrelabelWatching(Watching):
    """State, lock and signal. `lock` guards all that follows."""

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
        self._rev = -1
        self._seen: deque[tuple[int, int]] = deque(maxlen=60)  # when the run said how far it is: beat, inputs
        self.mapping = PrelabelMapping(journal, task_id, actor=actor, assistance=assistance)
        settings = self.mapping.state.settings
        low, high = (settings.low, settings.high) if threshold is None else probability_range(threshold)
        self.state = PrelabelState(self.mapping.state)
        self.set_range(low, high)
        self._leave = self.mapping.observe(self._mapped)
        self.look()
        if model is not None or settings.model:
            self.mapping.set_assist(True, model)

    def observe(self, listener: Callable[[PrelabelState, PrelabelState], None]) -> Callable[[], None]:
        """Call `listener(old, new)` at each change of state; calling what is returned ends it."""
        return self._changed.observe(listener)

    def set_range(self, low: float, high: float) -> None:
        """Take suggestions whose probability is from low to high, both inclusive; for the next start."""
        low, high = low_to_high(low, high)
        with self.lock:
            self._announce(replace(self.state, low=low, high=high))

    # -- seeing --------------------------------------------------------------------------------------------------------

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

    def say(self, text: str, *, error: bool = False) -> None:
        """Show a sentence."""
        self.mapping.say(text, error=error)

    def close(self) -> None:
        """Stop looking. A run goes on. Closing twice is fine."""
        self._look_no_more()
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
        failed = self._failed(run)
        return replace(state, left_s=left_s, failed=failed, names=self._names(failed))

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

    def _failed(self, run: Run | None) -> tuple[tuple[str, str], ...]:
        """Give what a run failed on, read anew where more has failed and is listed."""
        if run is None or not run.failed:
            return ()
        have, before = self.state.failed, self.state.run
        known = before is not None and (before.run_id, ledger.go_of(before)) == (run.run_id, ledger.go_of(run))
        if known and have and (run.failed == len(have) or len(have) >= ledger.MOST_FAILURES):
            return have
        return tuple(ledger.failures_of(self.journal, run))

    def _names(self, failed: Iterable[tuple[str, str]]) -> dict[str, str]:
        ids, known = [one for one, _ in islice(failed, NAMED)], self.state.names
        new = self.journal.inputs_of([one for one in ids if one not in known])
        names = {**known, **{each.input_id: each.name for each in new}}
        return {one: names[one] for one in ids}

    def _mapped(self, _: LabelState, new: LabelState) -> None:
        with self.lock:
            self._announce(replace(self.state, mapping=new, family=self._assistance.family))

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
