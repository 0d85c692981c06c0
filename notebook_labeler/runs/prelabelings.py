"""The pre-label runs of a project's kernel: they outlive whatever widget began them, and end with the project."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..domain.records import RUNNING, Run
from ..errors import BadInput
from ..store.journal import Journal
from ..store.predictions import PredictionStore
from . import ledger
from .ledger import Wish
from .predicting import Predicting
from .prelabel import Prelabeling
from .totals import Words

CLOSING_S = 10.0  # how long a closing project waits for a run to write down where it is


class Prelabelings:
    """Starts, finds and stops runs.

    Parameters
    ----------
    journal
        The project's journal.
    predictions
        Gives the project's prediction store.
    """

    def __init__(self, journal: Journal, predictions: Callable[[], PredictionStore]) -> None:
        self.journal, self._predictions = journal, predictions
        self._here: dict[str, Prelabeling] = {}
        self._lock = threading.Lock()

    def start(self, predicting: Predicting, words: Words, wish: Wish) -> Prelabeling:
        """Begin a run, or go on with the one before; see `ledger.begin` for what is refused."""
        made = Prelabeling(self.journal, self._predictions(), predicting, words, wish)
        made.start()
        with self._lock:
            self._here = {key: each for key, each in self._here.items() if each.going}
            self._here[made.wish.task_id] = made
        return made

    def here(self, task_id: str) -> Prelabeling | None:
        """Give the run over a task that goes on in this kernel."""
        found = self._here.get(task_id)
        return found if found is not None and found.going else None

    def last(self, task_id: str) -> Run | None:
        """Give the run over a task that goes on, else the last one."""
        runs = [run for run in self.journal.runs(task_id) if run.what == "prelabel"]
        going = next((run for run in runs if run.state == RUNNING), None)
        return going or (runs[-1] if runs else None)

    def one(self, run_id: str) -> Run:
        """Give a run by its id.

        Raises
        ------
        BadInput
            There is none.
        """
        found = next((run for run in self.journal.runs() if run.run_id == run_id), None)
        if found is None:
            raise BadInput(f"expected the id of a run, got {run_id!r:.80}; task.runs lists them.")
        return found

    def stop(self, task_id: str, *, by: str) -> bool:
        """Stop what goes on over a task, in whatever kernel. Gives whether anything did."""
        mine, run = self.here(task_id), self.last(task_id)
        if mine is not None:
            mine.stop()
            return True
        if run is None or run.state != RUNNING:
            return False
        ledger.stop(self.journal, run, by=by)
        return True

    def close(self) -> None:
        """Stop all that go on here. Twice is fine."""
        with self._lock:
            here, self._here = list(self._here.values()), {}
        for each in here:
            each.stop()
        for each in here:
            each.stop(CLOSING_S)
