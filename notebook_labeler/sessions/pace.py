"""How fast a person is getting on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class Pace:
    """Inputs handed in per minute, over the last ones of this session; a pause of over a minute does not count.

    Parameters
    ----------
    clock
        Gives seconds; `time.monotonic` unless told.
    """

    LAST = 30
    PAUSE_S = 60.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._gaps: deque[float] = deque(maxlen=self.LAST)
        self._last: float | None = None

    def tick(self) -> None:
        """Note that an input was handed in now."""
        now = self._clock()
        if self._last is not None and now - self._last <= self.PAUSE_S:
            self._gaps.append(now - self._last)
        self._last = now

    @property
    def per_minute(self) -> float:
        """Inputs per minute; 0 until there are two."""
        total = sum(self._gaps)
        return round(60.0 * len(self._gaps) / total, 1) if total > 0 else 0.0
