"""Seeing what others do: another session of this kernel, another kernel, another person."""

from __future__ import annotations

import threading
import weakref
from typing import Protocol

from ..errors import BadInput, LabelerError, StoreError
from .help import Help

EVERY_S = 1.0  # asking for the revision costs a fraction of a millisecond


class Following(Help):
    """Shows within a second what anybody else writes."""

    _stop: threading.Event | None = None

    def follow(self, every: float = EVERY_S) -> None:
        """Look every so many seconds for what others have written, until `close`. The widget does; twice is fine."""
        with self.lock:
            if self._stop is not None:
                return
            self._stop = threading.Event()
        watch(self, self._stop, every)

    def look(self) -> bool:
        """Show what others have written since the last look. Gives whether there was anything."""
        with self.lock:
            if (rev := self.bench.journal.rev()) == self._shown:
                return False
            before = self.state.desk
            try:
                self._refresh()
            except BadInput as error:  # the task was deleted
                self._shown = rev
                self.say(str(error), error=True)
                return True
            self._give_way(before)
            return True

    def close(self) -> None:
        """Stop following and asking the model. What was done is on disk already; closing twice is fine."""
        if self._stop is not None:
            self._stop.set()
        super().close()


class Looks(Protocol):
    """What can be told to look at what others have written."""

    def look(self) -> bool:
        """Show what others have written."""


def watch(looker: Looks, stop: threading.Event, every: float) -> None:
    """Have it look every so many seconds in the background, for as long as it is there, until `stop` is set."""
    args = (weakref.ref(looker), stop, every)
    threading.Thread(target=_watch, args=args, name="nl-follow", daemon=True).start()


def _watch(given: weakref.ref[Looks], stop: threading.Event, every: float) -> None:
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
