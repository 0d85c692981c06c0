"""Inputs put off by the thousand, or made to wait again: one rule in place of a change for each."""

from __future__ import annotations

from dataclasses import dataclass

from .assignments import BACKLOG, WAITING

FROM = {BACKLOG: WAITING, WAITING: BACKLOG}  # where an input comes from that is moved to a state


@dataclass(frozen=True)
class Moved:
    """That the inputs at these places (`places.pack` text) of a seat went from one state to another.

    >>> Moved(0, "waiting", "backlog", "0-99").back
    Moved(seat=0, before='backlog', after='waiting', places='0-99')
    """

    seat: int
    before: str
    after: str
    places: str

    @property
    def back(self) -> Moved:
        """What takes it back."""
        return Moved(self.seat, self.after, self.before, self.places)
