"""Looking again and again, in the background, for what others have done: one way for sessions, boards and runs."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator

from ..errors import LabelerError, ProjectClosed, StoreError

EVERY_S = 1.0  # asking for the revision costs a fraction of a millisecond
LONGEST_S = 10.0  # between two tries while the database cannot be reached


class Watching:
    """What shows what others have written: `look` does it once, `follow` until it is closed."""

    lock: threading.RLock  # held while it looks
    _stop: threading.Event | None = None

    def look(self) -> bool:
        """Show what others have written since the last look. Gives whether there was anything."""
        raise NotImplementedError

    def follow(self, every: float = EVERY_S) -> None:
        """Look every so many seconds for what others have written, until `close`. The widget does; twice is fine."""
        with self.lock:
            if self._stop is not None:
                return
            self._stop = threading.Event()
        args = (weakref.ref(self), self._stop, every)
        threading.Thread(target=_watch, args=args, name="nl-follow", daemon=True).start()

    def lost(self, why: str) -> None:
        """Say that the database cannot be reached, and why; it is tried again and again."""
        self.say(f"What others do is not seen for now: {why} It is tried again by itself.", error=True)

    def found(self) -> None:
        """Say that the database can be reached again."""
        self.say("The database can be reached again.")

    def say(self, text: str, *, error: bool = False) -> None:
        """Show a sentence."""
        raise NotImplementedError

    def _look_no_more(self) -> None:
        """Stop following. Twice is fine."""
        if self._stop is not None:
            self._stop.set()


def pauses(every: float) -> Iterator[float]:
    """Give how many seconds to wait between tries while the database cannot be reached: longer each time.

    >>> from itertools import islice
    >>> list(islice(pauses(1.0), 6))
    [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    """
    pause = every
    while True:
        yield min(pause, max(every, LONGEST_S))
        pause *= 2


def _watch(given: weakref.ref[Watching], stop: threading.Event, every: float) -> None:
    """Have it look for as long as it is there, until `stop` is set or the project is closed."""
    away: Iterator[float] | None = None  # while the database cannot be reached: the pauses to come
    while not stop.wait(every if away is None else next(away)):
        looker = given()
        if looker is None:
            return
        try:
            looker.look()
        except ProjectClosed:
            return
        except StoreError as error:
            if away is None:
                away = pauses(every)
                looker.lost(str(error))
        except LabelerError:  # of a task that was deleted: it may be brought back
            pass
        else:
            if away is not None:
                away = None
                looker.found()
        del looker
