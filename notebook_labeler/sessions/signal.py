"""The one signal of a session: `changed(old, new)`, told to whoever listens, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

S = TypeVar("S")


class Changed(Generic[S]):
    """Tells listeners about a new state. A listener that raises never keeps the others, or the verb, from their work.

    Parameters
    ----------
    failed
        Called with the exception of a listener that raised.
    """

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        self._listeners: list[Callable[[S, S], None]] = []
        self._failed = failed

    def observe(self, listener: Callable[[S, S], None]) -> Callable[[], None]:
        """Call `listener(old, new)` at each change; calling what is returned ends it."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def tell(self, old: S, new: S) -> None:
        """Tell everybody."""
        for listener in tuple(self._listeners):
            try:
                listener(old, new)
            except Exception as error:
                self._failed(error)
