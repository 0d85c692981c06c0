"""A piece of background work: how far it is, how it ends, and the way to stop it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from ..domain.names import new_id

QUEUED, RUNNING, DONE, CANCELLED, FAILED = "queued", "running", "done", "cancelled", "failed"
MOVES = {
    QUEUED: {RUNNING, DONE, CANCELLED, FAILED},
    RUNNING: {DONE, CANCELLED, FAILED},
    DONE: set[str](),
    CANCELLED: set[str](),
    FAILED: set[str](),
}
LOG = logging.getLogger("notebook_labeler")
T = TypeVar("T")


class Job(Generic[T]):
    """Work that goes on in the background. Every attribute may be read from any thread.

    Attributes
    ----------
    id
        Its own identity.
    title
        What it does, for people.
    state
        ``queued``, ``running``, ``done``, ``cancelled`` or ``failed``; the last three are final.
    done, total
        Inputs finished (failed ones too), and how many there are; total is None until it is known.
    failures
        (input id, reason) of every input that failed.
    result
        What came out, once it is done.
    error
        Why it failed, or None.
    faults
        What callbacks raised. They never stop a job.
    """

    def __init__(
        self, title: str = "", *, total: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.id = new_id()
        self.title = title
        self.total = total
        self.done = 0
        self.state = QUEUED
        self.result: T | None = None
        self.error: BaseException | None = None
        self.failures: list[tuple[str, str]] = []
        self.faults: list[BaseException] = []
        self._clock = clock
        self._began: float | None = None
        self._ended: float | None = None
        self._watchers: dict[object, Callable[[Job[T]], object]] = {}
        self._lock = threading.Lock()
        self._final = threading.Event()

    @property
    def finished(self) -> bool:
        """Whether the state is final."""
        return self._final.is_set()

    @property
    def failed(self) -> int:
        """How many inputs failed."""
        return len(self.failures)

    @property
    def rate(self) -> float:
        """Inputs per second since it began, 0 before the first."""
        took = self.took_s
        return self.done / took if took > 0 else 0.0

    @property
    def took_s(self) -> float:
        """Seconds since it began to run, until it ended."""
        if self._began is None:
            return 0.0
        return (self._clock() if self._ended is None else self._ended) - self._began

    @property
    def left_s(self) -> float | None:
        """Seconds still to go at the rate so far; None while nobody can tell, 0 once it is over."""
        if self.finished:
            return 0.0
        rate = self.rate
        return None if self.total is None or rate == 0 else (self.total - self.done) / rate

    def cancel(self) -> bool:
        """Stop it. From now on nothing of it is delivered. Gives False when it was over already."""
        return self._move(CANCELLED)

    def wait(self, timeout: float | None = None) -> Job[T]:
        """Wait until it is over, at most `timeout` seconds, and give the job itself.

        Whoever interrupts the waiting (Ctrl+C, Kernel > Interrupt) cancels it.
        """
        self._rest(timeout)
        return self

    def value(self, timeout: float | None = None) -> T:
        """Wait for the result. Whoever interrupts the waiting (Ctrl+C, Kernel > Interrupt) cancels it.

        Raises
        ------
        LabelerError
            The reason why it failed.
        TimeoutError
            It is not over yet.
        InterruptedError
            It was cancelled.
        """
        if not self._rest(timeout):
            raise TimeoutError(
                f"expected {self.title or 'the job'} to end within {timeout} s; it is still {self.state}."
            )
        if self.error is not None:
            raise self.error
        if self.state == CANCELLED:
            raise InterruptedError(f"{self.title or 'the job'} was cancelled.")
        return self.result  # type: ignore[return-value]  # T itself may be None

    def on_change(self, callback: Callable[[Job[T]], object]) -> Callable[[], None]:
        """Call back now and after each change, with the job, on the thread that made it. Gives the way to leave."""
        mark = object()
        with self._lock:
            self._watchers[mark] = callback
        self.guarded(callback, self)
        return lambda: (self._watchers.pop(mark, None), None)[1]

    # What follows is for those who do the work.

    def start(self) -> bool:
        """Say that it runs now. False when it is over (cancelled) already."""
        return self._move(RUNNING)

    def advance(self, count: int, failures: list[tuple[str, str]] | None = None) -> bool:
        """Count inputs as finished. False when the job is over: what came late is to be dropped."""
        with self._lock:
            if self._final.is_set():
                return False
            self.done += count
            self.failures.extend(failures or ())
        self._announce()
        return True

    def finish(self, result: T) -> bool:
        """End it well."""
        return self._move(DONE, result=result)

    def fail(self, error: BaseException) -> bool:
        """End it with the reason."""
        return self._move(FAILED, error=error)

    def guarded(self, callback: Callable[..., object], *args: Any) -> None:
        """Call a user's callback; what it raises is kept in `faults` and logged. Any: the callback's own arguments."""
        try:
            callback(*args)
        except Exception as error:
            self.faults.append(error)
            LOG.warning("a callback of %s raised %s: %s", self.title or "a job", type(error).__name__, error)

    def _rest(self, timeout: float | None) -> bool:
        try:
            return self._final.wait(timeout)
        except KeyboardInterrupt:
            self.cancel()
            raise

    def _move(self, state: str, *, result: T | None = None, error: BaseException | None = None) -> bool:
        with self._lock:
            if state not in MOVES[self.state]:
                return False
            self.state, self.result, self.error = state, result, error
            now = self._clock()
            if self._began is None:
                self._began = now
            if not MOVES[state]:
                self._ended = now
                self._final.set()
        self._announce()
        return True

    def _announce(self) -> None:
        with self._lock:
            watchers = list(self._watchers.values())
        for callback in watchers:
            self.guarded(callback, self)

    def __repr__(self) -> str:
        of = "" if self.total is None else f" of {self.total}"
        return f"<Job {self.title} {self.state}: {self.done}{of}>"


def duration(seconds: float) -> str:
    """Write a duration for people.

    >>> duration(42.2), duration(75), duration(7384)
    ('42 s', '1:15 min', '2:03 h')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60}:{whole % 60:02d} min" if whole < 3600 else f"{whole // 3600}:{whole % 3600 // 60:02d} h"
