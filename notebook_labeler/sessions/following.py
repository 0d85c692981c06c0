"""Seeing what others do: another session of this kernel, another kernel, another person."""

from __future__ import annotations

from dataclasses import replace

from ..errors import BadInput
from .help import Help
from .state import Saving
from .watching import Watching


class Following(Help, Watching):
    """Shows within a second what anybody else writes."""

    _gone = False  # whether it was said that the task was deleted

    def look(self) -> bool:
        """Show what others have written since the last look. Gives whether there was anything."""
        with self.lock:
            if (rev := self.bench.journal.rev()) == self._shown:
                return False
            before = self.state.desk
            try:
                self._refresh()
            except BadInput as error:  # the task was deleted
                self._shown, self._gone = rev, True
                self.say(str(error), error=True)
                return True
            if self._gone:
                self._gone = False
                self.say(f"The task {self.state.task_name!r:.80} is back.")
            self._give_way(before)
            return True

    def lost(self, why: str) -> None:
        """Show quietly that the database cannot be reached, until it can be again."""
        with self.lock:
            self._announce(replace(self.state, away=why))

    def found(self) -> None:
        """Show that the database can be reached again, and what is kept in it: that is on the screen now."""
        with self.lock:
            self._announce(replace(self.state, away="", saving=Saving()))

    def close(self) -> None:
        """Stop following and asking the model. What was done is on disk already; closing twice is fine."""
        self._look_no_more()
        super().close()
