"""What a person wants to see: the probability range and the search text. Nothing of it is written down."""

from __future__ import annotations

from dataclasses import replace

from ..domain.tasks import low_to_high
from .base import SessionBase

MAX_SEARCH = 200


class Looking(SessionBase):
    """Range and search."""

    def set_range(self, low: float, high: float) -> None:
        """Show the suggestions whose probability is from low to high, both inclusive.

        Parameters
        ----------
        low, high
            From 0 to 1.

        Raises
        ------
        BadInput
            Not two numbers from 0 to 1 in this order.

        Examples
        --------
        >>> session.set_range(0.5, 1)
        >>> session.state.lens.low
        0.5
        """
        low, high = low_to_high(low, high)
        with self.lock:
            self._announce(replace(self.state, lens=replace(self.state.lens, low=low, high=high)))

    def search(self, text: str) -> None:
        """Show only the labels and suggestions whose name holds a text (plain text, upper and lower case alike)."""
        with self.lock:
            self._announce(replace(self.state, lens=replace(self.state.lens, search=str(text or "")[:MAX_SEARCH])))
