"""Predictions of a task's open inputs, a page or two ahead of whoever takes them, never all of them."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from functools import partial
from typing import Any

from ..domain.inputs import Input
from ..domain.predictions import Prediction
from ..errors import EngineFailed, ModelFailed
from ..store.journal import Journal
from ..store.predictions import PredictionStore
from .job import CANCELLED, Job
from .predicting import Predicting

AHEAD = 2  # pages under way: one is predicted while the other is written down
GIVE_UP = 12  # requests that fail one after another: then it is the model, not a picture


class Supply:
    """Reads inputs by the page, looks up what is known of them, and has the others predicted.

    An input that brings the model down costs itself: its page is asked for again in halves.

    Parameters
    ----------
    journal, task_id, number
        The inputs that wait in a task and that no run has marked in its n-th connection.
    predicting
        Predicts those of which nothing is known.
    store
        Where predictions are kept.
    """

    def __init__(
        self, journal: Journal, task_id: str, number: int, *, predicting: Predicting, store: PredictionStore
    ) -> None:
        self.journal, self.task_id, self.number = journal, task_id, number
        self.predicting, self.store = predicting, store
        self._after, self._all_read, self._out = -1, False, 0
        self._said: queue.SimpleQueue[Sequence[Prediction] | _Ended] = queue.SimpleQueue()
        self._jobs: set[Job[Any]] = set()  # Any: their results are of no interest
        self._failed_in_a_row = 0

    @property
    def over(self) -> bool:
        """Whether everything has been taken."""
        return self._all_read and self._out == 0

    def take(self, timeout: float) -> list[Prediction]:
        """Give what has arrived, waiting a moment if there is nothing; predictions with `error` are of failed inputs.

        Raises
        ------
        ModelFailed, EngineFailed
            The model fails whatever it is asked, or the cluster cannot run it.
        """
        self._refill()
        found: list[Prediction] = []
        wait = timeout
        while not self.over:
            try:
                said = self._said.get(timeout=wait) if wait else self._said.get_nowait()
            except queue.Empty:
                break
            if isinstance(said, _Ended):
                found += self._again(said)
            else:
                self._failed_in_a_row = 0
                found += said
            wait = 0.0 if found else wait
        self._out -= len(found)
        return found

    def stop(self) -> None:
        """Ask for nothing more. What is under way ends within a batch, and is kept in the prediction store."""
        self._all_read, self._out = True, 0
        for job in list(self._jobs):
            job.cancel()

    def _refill(self) -> None:
        page = self.predicting.page
        while not self._all_read and self._out < AHEAD * page:
            rows = self.journal.open_inputs(self.task_id, self.number, after=self._after, limit=page)
            self._all_read = len(rows) < page
            if not rows:
                return
            self._after, self._out = rows[-1][0], self._out + len(rows)
            inputs = [one for _, one in rows]
            good = self._known(inputs)
            if good:
                self._said.put(good)
            done = {each.input_id for each in good}
            self._ask([one for one in inputs if one.input_id not in done])

    def _known(self, inputs: Sequence[Input]) -> list[Prediction]:
        """Give what is in the store: also what somebody else has asked for since it was asked for here."""
        known = self.store.get(self.predicting.key, [one.input_id for one in inputs])
        return [each for each in known.values() if each.error is None]

    def _ask(self, inputs: Sequence[Input]) -> None:
        if not inputs:
            return
        left = {one.input_id: one for one in inputs}
        ended: list[bool] = []  # a job that ends while it is being watched says so twice

        def take(found: Sequence[Prediction]) -> None:
            mine = [each for each in found if left.pop(each.input_id, None) is not None]
            if mine:
                self._said.put(mine)

        def end(job: Job[Any]) -> None:
            if job.finished and not ended:
                ended.append(True)
                self._said.put(_Ended(job, tuple(left.values())))

        job = self.predicting.ask(inputs, take)
        self._jobs.add(job)
        job.on_change(end)

    def _again(self, said: _Ended) -> list[Prediction]:
        """Ask again for what a request left out, in halves; give the one that is left alone as failed."""
        self._jobs.discard(said.job)
        if not said.left:
            return []
        if said.job.state == CANCELLED:
            raise ModelFailed("the model was closed while the run was going on; start the run again.")
        if isinstance(said.job.error, EngineFailed):
            raise said.job.error  # it is the cluster's fault: no other input would fare better
        if known := self._known(said.left):
            known_ids = {each.input_id for each in known}
            self._ask([one for one in said.left if one.input_id not in known_ids])
            return known
        why = said.job.error or ModelFailed("the model gave no answer.")
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= GIVE_UP:
            raise ModelFailed(f"the model fails on everything it is asked: {why}") from why
        fail = partial(Prediction, model=self.predicting.key)
        if len(said.left) == 1:
            return [fail(said.left[0].input_id, error=str(why))]
        middle = len(said.left) // 2
        self._ask(said.left[:middle])
        self._ask(said.left[middle:])
        return []


class _Ended:
    """A request that is over, and the inputs that it gave no answer for."""

    def __init__(self, job: Job[Any], left: tuple[Input, ...]) -> None:
        self.job, self.left = job, left
