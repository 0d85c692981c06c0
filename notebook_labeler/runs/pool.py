"""A few threads that always take the most urgent call next."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

INTERACTIVE, AHEAD, BULK = 0, 1, 2  # the input on screen; those that come next; all the others

T = TypeVar("T")
Call = tuple[int, int, "Future[Any]", Callable[..., Any], tuple[Any, ...]]  # Any: of whatever the callers submit


class PriorityPool:
    """Daemon threads behind one heap: lower priority first, then first come, first served.

    The standard library's executor has no priorities, and joins its threads when the interpreter exits.

    Parameters
    ----------
    threads
        How many; they start with the first call.
    name
        How the threads are called.
    begin
        Called once in every thread before its first call.
    """

    def __init__(self, threads: int, name: str, begin: Callable[[], object] | None = None) -> None:
        self.threads = threads
        self.name = name
        self._begin = begin
        self._calls: list[Call] = []
        self._numbers = itertools.count()
        self._ready = threading.Condition()
        self._started = False
        self._closed = False

    def submit(self, priority: int, function: Callable[..., T], *args: Any) -> Future[T]:
        """Queue a call; Any: its own arguments. After `close` the future is cancelled at once."""
        future: Future[T] = Future()
        with self._ready:
            if self._closed:
                future.cancel()
                return future
            if not self._started:
                self._started = True
                for number in range(self.threads):
                    threading.Thread(target=self._work, name=f"{self.name}-{number}", daemon=True).start()
            heapq.heappush(self._calls, (priority, next(self._numbers), future, function, args))
            self._ready.notify()
        return future

    def close(self) -> None:
        """Cancel what has not begun and let the threads end. Twice is fine."""
        with self._ready:
            self._closed = True
            calls, self._calls = self._calls, []
            self._ready.notify_all()
        for call in calls:
            call[2].cancel()

    def _work(self) -> None:
        if self._begin is not None:
            self._begin()
        while (call := self._next()) is not None:
            _, _, future, function, args = call
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function(*args))
            except BaseException as error:  # also SystemExit of a user's function: it ends this call, not the thread
                future.set_exception(error)
            del call, future, args

    def _next(self) -> Call | None:
        with self._ready:
            while not self._calls and not self._closed:
                self._ready.wait()
            return None if self._closed else heapq.heappop(self._calls)
