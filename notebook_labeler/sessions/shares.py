"""Whose the input on the screen is: others' are looked at, what was given away is left, what was taken is refused."""

from __future__ import annotations

from collections.abc import Sequence

from ..domain.assignments import DONE
from ..domain.labeling import Desk
from ..domain.records import Assignment
from ..domain.shares import may_label, not_yours
from ..errors import BadInput, Conflict
from .base import SessionBase


class Shares(SessionBase):
    """Keeps a labeler to their own share, or, where anybody labels, to what nobody else has begun."""

    _looking_on = False  # whether it was another's input that was gone to, on purpose

    def _first(self) -> Sequence[Assignment]:
        """Give the input to begin with, if there is any."""
        return ()

    def _start(self) -> None:
        """Begin where there is something to do."""

    def _advance(self) -> None:
        """Go to the next open input."""

    def _look_on(self) -> None:
        """Say so where the input that was gone to is another's to label."""
        desk, shown = self.state.desk, self.state.input
        if desk is None or shown is None or may_label(desk) or self.bench.reviewing:
            return
        self._looking_on = True
        whose = desk.scene.assignment.labeler or "nobody"
        self.say(f"{shown.name!r:.80} is {whose}'s to label; you can look at it, not change it.")

    def _give_way(self, before: Desk | None) -> None:
        """Go on where the input on the screen was given to somebody else meanwhile, or handed in by them first."""
        desk, shown, me = self.state.desk, self.state.input, self.state.actor
        if desk is None or shown is None:
            if self._first():  # something has come
                self._start()
            return
        if before is None or before.input_id != desk.input_id:
            return
        was, now, name = before.scene.assignment, desk.scene.assignment, f"{shown.name!r:.80}"
        if self.bench.whose:
            if not self._looking_on and not may_label(desk):
                self._start()
                self.say(f"{name} was given to {now.labeler or 'nobody'}; {self._here()}.")
        elif was.state not in DONE and now.state in DONE and now.labeler != me and not _began(me, desk):
            self._advance()
            self.say(f"{name} was handed in by {now.labeler or 'nobody'} meanwhile; here is the next one.")

    def _refuse_taken(self, desk: Desk) -> None:
        """Refuse to label what is another's, or was taken since it was shown; in the latter case go on, too.

        Where anybody labels, whoever comes back to what somebody has begun, on purpose, may add to it.

        Raises
        ------
        BadInput
            The task is shared out, and the input is another's.
        Conflict
            It was given to them, or begun or handed in by them, since it came to the screen.
        """
        if self.bench.reviewing:
            return
        if not may_label(desk):
            self._refuse_others(desk)
        elif not self.bench.whose:
            self._refuse_begun(desk)

    def _refuse_others(self, desk: Desk) -> None:
        name, whom = f"{self.bench.journal.input(desk.input_id).name!r:.80}", desk.scene.assignment.labeler or "nobody"
        if not self._on_screen(desk.input_id) or self._looking_on:
            raise BadInput(not_yours(desk, name))
        self._refresh()
        self._start()
        raise Conflict(f"{name} was given to {whom} meanwhile; nothing was written, {self._here()}.")

    def _refuse_begun(self, desk: Desk) -> None:
        before, shown, me = self.state.desk, self.state.input, self.state.actor
        if before is None or shown is None or before.input_id != desk.input_id:
            return
        was, now = before.scene.assignment, desk.scene.assignment
        handed_in = was.state not in DONE and now.state in DONE
        if (was.labeler and not handed_in) or now.labeler in ("", me) or _began(me, desk):
            return
        self._refresh()
        self._advance()
        what = f"{now.labeler} has {'handed in' if handed_in else 'begun'} {shown.name!r:.80} meanwhile"
        raise Conflict(f"{what}; nothing was written, here is the next one.")

    def _here(self) -> str:
        """Say what is on the screen instead of what was given away."""
        desk = self.state.desk
        return "here is one of yours" if desk is not None and may_label(desk) else "nothing is left that is yours"


def _began(person: str, desk: Desk) -> bool:
    """Whether a label of a person stands on the input."""
    return any(a.labeler == person for a in desk.scene.active)
