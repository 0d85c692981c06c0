"""Fingerprints kept in the project's cache: one file, that may be deleted or torn at any time and is made again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..domain.inputs import Input, is_url
from ..domain.names import digest
from .fetch import Media
from .files import write_whole
from .fingerprints import LOOK, Fingerprints

FILE = "fingerprints.npz"
Keys = NDArray[np.uint64]


def key_of(given: Input, media: Media) -> tuple[int, str | Path] | None:
    """Give a number that changes when an input's file does, and the file; None if it is not at hand."""
    path = media.at_hand(given) if is_url(given.uri) else given.uri  # a hundred thousand Paths take their time
    if path is None:
        return None
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return int(digest(given.input_id, str(status.st_size), str(status.st_mtime_ns)), 16), path


@dataclass(frozen=True)
class Kept:
    """Fingerprints by key (see `key_of`), the keys rising."""

    keys: Keys
    prints: Fingerprints

    @classmethod
    def read(cls, path: Path) -> Kept:
        """Read what is kept; nothing if there is no such file, or it is torn."""
        with suppress(Exception), path.open("rb") as raw, np.load(raw) as file:  # a torn file may raise anything
            keys, known, code, look = (file[name] for name in ("keys", "known", "code", "look"))
            kinds = [each.dtype for each in (keys, known, code, look)]
            shapes = [each.shape for each in (keys, known, code, look)]
            many = len(keys)
            if kinds == [np.uint64, bool, np.uint64, np.int8] and shapes == [(many,), (many,), (many,), (many, LOOK)]:
                return cls.of(keys, Fingerprints(known, code, look))
        return cls(np.empty(0, np.uint64), Fingerprints.none(0))

    @classmethod
    def of(cls, keys: Keys, prints: Fingerprints) -> Kept:
        """Keep fingerprints, one for each key."""
        rising, first = np.unique(keys, return_index=True)
        return cls(rising, prints.at(first))

    def find(self, keys: Sequence[int | None]) -> tuple[Fingerprints, list[int]]:
        """Give the fingerprints of these keys, and at which places one has to be made."""
        found = Fingerprints.none(len(keys))
        asked = np.array([key is not None for key in keys], bool)
        wanted = np.array([key or 0 for key in keys], np.uint64)
        where = np.minimum(np.searchsorted(self.keys, wanted), max(0, len(self.keys) - 1))
        there = asked & (self.keys[where] == wanted) if len(self.keys) else np.zeros(len(keys), bool)
        kept = self.prints.at(where[there])
        found.known[there], found.code[there], found.look[there] = kept.known, kept.code, kept.look
        return found, np.flatnonzero(asked & ~there).tolist()

    def joined(self, other: Kept) -> Kept:
        """Give both together."""
        pairs = [(getattr(self.prints, name), getattr(other.prints, name)) for name in ("known", "code", "look")]
        return Kept.of(np.r_[self.keys, other.keys], Fingerprints(*map(np.concatenate, pairs)))

    def save(self, path: Path) -> None:
        """Write them, together with what others have written meanwhile. A cache that cannot be written is none."""
        both, out = self.joined(Kept.read(path)), BytesIO()
        np.savez(out, keys=both.keys, known=both.prints.known, code=both.prints.code, look=both.prints.look)
        with suppress(OSError):
            write_whole(path, out.getvalue())
