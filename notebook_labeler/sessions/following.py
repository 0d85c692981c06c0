"""Seeing what others do: another session of this kernel, another kernel, another person."""

from __future__ import annotations

from ..errors import BadInput
from .help import Help
from .watching import Watching


class Following(Help, Watching):
    """Shows within a second what anybody else writes."""

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
        self._look_no_more()
        super().close()
