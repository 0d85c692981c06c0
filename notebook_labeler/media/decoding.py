"""One picture that is to be decoded: once, by the first who gets there, for all who wait."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ..domain.inputs import Input, is_url
from ..errors import UnreadableInput
from .image import Picture


class Source(Protocol):
    """Where the files of inputs come from (`fetch.Media`)."""

    def source(self, given: Input) -> Path | bytes:
        """Give the input's file, or its content."""
        ...


@dataclass(eq=False)
class Decoding:
    """One picture that is to be decoded, by the first who gets there; the others wait for it."""

    key: tuple[str, bool]
    stamp: object
    lock: threading.Lock = field(default_factory=threading.Lock)
    outcome: Picture | UnreadableInput | None = None

    def run(self, decode: Callable[[], Picture]) -> Picture | UnreadableInput:
        """Give the picture, or why there is none, decoding it unless that has been done."""
        with self.lock:
            if self.outcome is None:
                try:
                    self.outcome = decode()
                except UnreadableInput as error:
                    self.outcome = error.with_traceback(None)
            return self.outcome

    @property
    def weight(self) -> int:
        """Bytes that its pixels take."""
        done = self.outcome
        return done.rgb.width * done.rgb.height * 4 if isinstance(done, Picture) else 0  # Pillow pads RGB to 4 bytes


def stamp_of(given: Input) -> object:
    """Give what changes when a file is replaced; nothing for a URL, whose content is fetched once."""
    if is_url(given.uri):
        return None
    try:
        status = os.stat(given.uri)
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns
