"""Looking again and again, in the background, for what others have done: one way for sessions, boards and runs."""

from __future__ import annotations

import threading
import weakref

from ..errors import LabelerError, StoreError

EVERY_S = 1.0  # asking for the revision costs a fraction of a millisecond


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

    def _look_no_more(self) -> None:
        """Stop following. Twice is fine."""
        if self._stop is not None:
            self._stop.set()


def _watch(given: weakref.ref[Watching], stop: threading.Event, every: float) -> None:
    """Have it look for as long as it is there, until `stop` is set."""
    while not stop.wait(every):
        looker = given()
        if looker is None:
            return
        try:
            looker.look()
        except StoreError:  # the project is closed, or its disk is away: labeling itself will say so
            return
        except LabelerError:  # of a task that was deleted: it may be brought back
            pass
        del looker
