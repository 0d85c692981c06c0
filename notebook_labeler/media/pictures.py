"""Decoded pictures, kept and made ahead: each decoded once, whoever asks, and never on the asker's time twice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from ..domain.inputs import Input
from ..errors import UnreadableInput
from .decoding import Decoding, Source, stamp_of
from .image import Picture, open_image
from .view import View, sharp

SCREEN = (1600, 1200)  # device pixels of a large canvas
LIMIT_BYTES = 512 << 20


class Pictures:
    """A cache of decoded pictures with read-ahead. Safe to use from any thread.

    Parameters
    ----------
    media
        Gives the file of an input.
    screen
        Width and height in device pixels that a first decode must be able to fill; more is decoded when zoomed in.
    limit_bytes
        What the kept pictures may weigh together; the newest one always stays.
    threads
        How many decode ahead.

    Examples
    --------
    >>> pictures = Pictures(media)                                   # doctest: +SKIP
    >>> pictures.ahead(session.upcoming())                           # doctest: +SKIP
    >>> picture = pictures.get(session.state.input)                  # doctest: +SKIP
    """

    def __init__(
        self,
        media: Source,
        *,
        screen: tuple[int, int] = SCREEN,
        limit_bytes: int = LIMIT_BYTES,
        threads: int = 2,
    ) -> None:
        self._media = media
        self._screen = screen
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, bool], Decoding] = OrderedDict()
        self._wanted: frozenset[str] = frozenset()
        self._pool = ThreadPoolExecutor(threads, "nl-decode")
        self._closed = False

    def get(self, given: Input, *, full: bool = False) -> Picture:
        """Give the decoded picture, waiting for it if need be.

        Parameters
        ----------
        given
            The input.
        full
            Whether every source pixel is needed; otherwise what fills the screen is enough.

        Raises
        ------
        UnreadableInput
            It cannot be opened. That is remembered until the file changes or `forget` is called.
        """
        stamp = stamp_of(given)
        if not full:
            with self._lock:
                have = self._kept.get((given.input_id, True))
            if have is not None and have.stamp == stamp and isinstance(have.outcome, Picture):
                return self._settled(have, have.outcome)
        entry = self._entry(given, full, stamp)
        return self._settled(entry, entry.run(lambda: self._decode(given, full)))

    def for_view(self, given: Input, view: View, ratio: float = 1.0) -> Picture:
        """Give the picture as sharp as a view can show; all of it is decoded only when zoomed in far enough."""
        picture = self.get(given)
        return picture if sharp(picture, view, ratio) else self.get(given, full=True)

    def ahead(self, inputs: Iterable[Input]) -> None:
        """Begin to decode what will probably be shown next, in this order; what was wished for before is dropped.

        Returns at once. Faults are kept for `get` to raise.
        """
        wishes = list(inputs)
        with self._lock:
            if self._closed:
                return
            self._wanted = frozenset(given.input_id for given in wishes)
            for given in wishes:
                if (given.input_id, False) not in self._kept and (given.input_id, True) not in self._kept:
                    self._pool.submit(self._fulfil, given)

    def ready(self, given: Input) -> bool:
        """Whether `get` would answer at once."""
        with self._lock:
            entries = [self._kept.get((given.input_id, full)) for full in (False, True)]
        return any(entry is not None and entry.outcome is not None for entry in entries)

    def forget(self, input_id: str) -> None:
        """Drop what is kept of an input, its fault included."""
        with self._lock:
            for full in (False, True):
                self._kept.pop((input_id, full), None)

    def close(self) -> None:
        """Stop decoding ahead and let go of all pictures. Twice is fine."""
        with self._lock:
            self._closed = True
            self._wanted = frozenset()
            self._kept.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _fulfil(self, given: Input) -> None:
        if given.input_id in self._wanted:
            with suppress(UnreadableInput):
                self.get(given)

    def _entry(self, given: Input, full: bool, stamp: object) -> Decoding:
        key = (given.input_id, full)
        with self._lock:
            entry = self._kept.get(key)
            if entry is None or entry.stamp != stamp:
                entry = self._kept[key] = Decoding(key, stamp)
            self._kept.move_to_end(key)
            return entry

    def _decode(self, given: Input, full: bool) -> Picture:
        half = None if full else (self._screen[0] // 2, self._screen[1] // 2)
        return open_image(self._media.source(given), at_least=half, name=given.name)

    def _settled(self, entry: Decoding, outcome: Picture | UnreadableInput) -> Picture:
        with self._lock:
            if self._kept.get(entry.key) is entry:
                self._kept.move_to_end(entry.key)
                if isinstance(outcome, Picture) and outcome.detail >= 1.0:
                    self._whole(entry)
                self._evict(entry)
        if isinstance(outcome, UnreadableInput):
            raise type(outcome)(str(outcome))
        return outcome

    def _whole(self, entry: Decoding) -> None:
        """Keep a picture with every pixel under one key only, where both questions find it."""
        input_id = entry.key[0]
        self._kept.pop((input_id, False), None)
        entry.key = (input_id, True)
        self._kept[entry.key] = entry
        self._kept.move_to_end(entry.key)

    def _evict(self, newest: Decoding) -> None:
        weight = sum(entry.weight for entry in self._kept.values())
        for key, entry in list(self._kept.items()):
            if weight <= self._limit:
                return
            if entry is not newest and entry.weight:
                del self._kept[key]
                weight -= entry.weight
