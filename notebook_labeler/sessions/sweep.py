"""Accept-all for many inputs at once, in the background, a page at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from ..domain import labeling
from ..domain.assignments import LEFT
from ..domain.names import new_id
from ..domain.operations import Operation
from ..domain.rows import Lens, awaiting
from ..domain.shares import may_label
from ..errors import BadInput, Conflict
from ..runs.job import Job
from .following import Following

PAGE = 100  # inputs written in one transaction


class Sweep(Following):
    """Accept what range and search show on every open input."""

    def accept_all_inputs(self, input_ids: Iterable[str] | None = None, *, predict: bool = True) -> Job[int]:
        """Accept, on many inputs, what range and search show at this moment, but for ambiguous candidates.

        Without assistance: what runs left pending there and the search shows.

        One undo takes all of it back. Inputs handed in, skipped or opened by somebody meanwhile are left alone, and so
        are those that are another labeler's.

        Parameters
        ----------
        input_ids
            Which inputs, by `input_id`; every open one of the task unless told.
        predict
            Whether the model is asked for inputs that it has not seen; else these are passed over.

        Returns
        -------
        Job
            Counts inputs; its `value()` is how many labels were made, its `failures` say what could not be looked at.

        Raises
        ------
        BadInput
            The model is still being loaded, or `input_ids` is no list.
        """
        with self.lock:
            helped = self.state.assist.on
            if helped and self._mapper is None:
                raise BadInput("expected a model that is ready; wait for it, choose another, or turn assistance off.")
            lens, wanted = self.state.reach, None if input_ids is None else _ids(input_ids)
            total = len(wanted) if wanted is not None else self.state.progress.left
        job: Job[int] = Job("accepting suggestions on many inputs", total=total)
        threading.Thread(target=self._sweep, args=(job, lens, wanted, predict and helped), daemon=True).start()
        return job

    def _sweep(self, job: Job[int], lens: Lens, wanted: list[str] | None, predict: bool) -> None:
        group, made = new_id(), 0
        try:
            job.start()
            for page in self._pages(wanted):
                failures = self._predict_page(job, page) if predict else []
                if job.finished:
                    return
                made += self._accept_page(page, lens, group)
                job.advance(len(page), failures)
            job.finish(made)
            self.say(_told(made, job.done - job.failed, job.failures), error=bool(job.failures))
        except Exception as error:  # the thread has nobody else to tell
            job.fail(error)
            self.say(str(error), error=True)

    def _pages(self, wanted: list[str] | None) -> Iterator[list[str]]:
        if wanted is not None:
            yield from (wanted[i : i + PAGE] for i in range(0, len(wanted), PAGE))
            return
        after = -1
        while found := self._at(after=after, states=LEFT, limit=PAGE):
            after = found[-1].position
            yield [a.input_id for a in found]

    def _predict_page(self, job: Job[int], page: list[str]) -> list[tuple[str, str]]:
        """Ask for what is not known yet and wait for it. Gives the inputs that failed, with the reason."""
        if self.assistance is None:
            return []
        known = self.assistance.known(self.state.assist.key, page)
        missing = [self.bench.journal.input(i) for i in page if i not in known]
        asked = self.assistance.predict(missing, answered=self._answered) if missing else None
        if asked is not None:
            leave = job.on_change(lambda j: asked.cancel() if j.finished else None)
            asked.wait()
            leave()
        return [] if asked is None else list(asked.failures)

    def _accept_page(self, page: list[str], lens: Lens, group: str) -> int:
        with self.lock:
            operations = [op for op in (self._accepting(i, lens, group) for i in page) if op is not None]
            try:
                self.bench.journal.commit(*operations)
            except Conflict:
                operations = [op for op in operations if self._committed(op)]
            self._refresh()
        return sum(c.after.kind == "annotation" and not c.after.deleted for op in operations for c in op.changes)

    def _committed(self, operation: Operation) -> bool:
        """Write one input by itself; one that somebody is working on is theirs."""
        try:
            self.bench.journal.commit(operation)
        except Conflict:
            return False
        return True

    def _accepting(self, input_id: str, lens: Lens, group: str) -> Operation | None:
        desk = self.bench.desk(input_id)
        if desk.scene.assignment.state not in LEFT or not may_label(desk):
            return None
        chosen = self._in_sight(desk, lens)
        pending = awaiting(desk, lens, self.state.hidden)
        changes = labeling.accept_all(desk, chosen, low=lens.low, high=lens.high, awaiting=pending)
        return self.bench.operation("accept all", desk, changes, group=group)


def _ids(input_ids: Iterable[str]) -> list[str]:
    if not isinstance(input_ids, Iterable):
        raise BadInput(f"expected input_ids as a list, got {type(input_ids).__name__}; see project.inputs.")
    return [input_ids] if isinstance(input_ids, str) else list(input_ids)


def _told(made: int, inputs: int, failures: list[tuple[str, str]]) -> str:
    """Give the sentence that says what came of it.

    >>> _told(1, 2, [])
    '1 label added on 2 inputs.'
    >>> _told(5, 1, [("a", "'a.jpg' is empty.")])
    "5 labels added on 1 input; 1 was passed over, for example: 'a.jpg' is empty."
    """
    said = f"{made} label{'s' * (made != 1)} added on {inputs} input{'s' * (inputs != 1)}"
    if not failures:
        return f"{said}."
    verb = "were" if len(failures) != 1 else "was"
    return f"{said}; {len(failures)} {verb} passed over, for example: {failures[0][1]}"
