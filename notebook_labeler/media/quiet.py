"""Keep Pillow's warnings about odd files from the user, from any number of threads at once."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_FILTER = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
_lock = threading.Lock()
_inside = 0


@contextmanager
def quiet() -> Iterator[None]:
    """Let warnings of Pillow's own modules pass unseen inside the block.

    `warnings.catch_warnings` swaps a list that all threads share, and two threads that leave in another order than
    they came keep each other's list. So the first in adds one filter, which speaks of Pillow alone, and the last
    out takes it away.
    """
    global _inside
    with _lock:
        _inside += 1
        if _FILTER not in warnings.filters:
            warnings.filters.insert(0, _FILTER)  # type: ignore[attr-defined]  # a plain list, typed as a sequence
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _FILTER in warnings.filters:
                warnings.filters.remove(_FILTER)  # type: ignore[attr-defined]
