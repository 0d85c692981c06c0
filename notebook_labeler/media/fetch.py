"""Fetch pictures by URL without being led astray: into the private network, into endless or foreign content."""

from __future__ import annotations

import hashlib
import threading
import time
from contextlib import suppress
from pathlib import Path

from ..domain.inputs import Input, is_url
from ..errors import FetchRefused
from .files import called, write_whole
from .magic import PREFIX, refusal, sniff
from .visit import Visit

LIMIT_BYTES = 50 << 20
CONNECT_S, READ_S, TOTAL_S = 10.0, 15.0, 60.0
REDIRECTS = 5
MOST_SIZES = 100_000  # of pictures that are remembered


def fetch(
    url: str,
    *,
    limit_bytes: int = LIMIT_BYTES,
    timeout: float = READ_S,
    connect_timeout: float = CONNECT_S,
    total_timeout: float = TOTAL_S,
    allow_private: bool = False,
) -> bytes:
    """Give the picture file at an http(s) URL.

    The host is resolved once, every address it has must be public, and the connection goes to an address that was
    checked, so that a second answer of the name server changes nothing. Each redirect is checked the same way.
    Proxies named in the environment are not used: they would resolve the host themselves.

    Parameters
    ----------
    url
        The address.
    limit_bytes
        The largest file that is taken.
    timeout, connect_timeout, total_timeout
        Seconds to wait for the next bytes, for a connection, and for everything together.
    allow_private
        Whether addresses of this machine and the private network are taken too.

    Raises
    ------
    FetchRefused
        The address is not allowed, does not answer in time, or has no picture of an allowed format and size.
    """
    deadline = time.monotonic() + total_timeout
    for _ in range(REDIRECTS + 1):
        visit = Visit(url, deadline, limit_bytes, timeout, connect_timeout)
        target, content = visit.made(allow_private)
        if target is None:
            if sniff(content[:PREFIX]) is None:
                raise FetchRefused(refusal(content[:PREFIX], called(url)))
            return content
        url = target
    raise FetchRefused(
        f"expected a picture at {called(url)}, got more than {REDIRECTS} redirects; give the final address."
    )


class Media:
    """The files of inputs. Safe to use from any thread.

    Parameters
    ----------
    cache_folder
        Where fetched files are kept (the project's cache); it may be deleted at any time.
    allow_private
        Whether URLs may lead to this machine and the private network.
    """

    def __init__(self, cache_folder: str | Path, *, allow_private: bool = False) -> None:
        self.cache_folder = Path(cache_folder)
        self.allow_private = allow_private
        self._sizes: dict[str, tuple[int, int]] = {}
        self._locks = tuple(threading.Lock() for _ in range(64))

    def source(self, given: Input) -> Path | bytes:
        """Give an input's path, for a URL that of the fetched copy (its content where the cache cannot be written).

        Raises
        ------
        FetchRefused
            The URL is not allowed, or does not give a picture.
        """
        path = self._place(given)
        if not is_url(given.uri):
            return path
        with self._locks[int(path.name[:2], 16) % len(self._locks)]:  # asked for twice at once, it is fetched once
            if _kept(path):
                return path
            content = fetch(given.uri, allow_private=self.allow_private)
            with suppress(OSError):
                write_whole(path, content)
                return path
            return content

    def at_hand(self, given: Input) -> Path | None:
        """Give the path of an input's file if it need not be fetched, else None. It may not be there."""
        path = self._place(given)
        return path if not is_url(given.uri) or _kept(path) else None

    def _place(self, given: Input) -> Path:
        if not is_url(given.uri):
            return Path(given.uri)
        name = hashlib.sha256(given.uri.encode("utf-8", "surrogatepass")).hexdigest()
        return self.cache_folder / "fetched" / name[:2] / name

    def size(self, given: Input) -> tuple[int, int]:
        """Give width and height of an input's upright picture, from its header alone.

        Raises
        ------
        UnreadableInput
            It cannot be opened, or fetched.
        """
        if (known := self._sizes.get(given.input_id)) is None:
            from .image import probe  # brings Pillow, which listing pictures does without

            info = probe(self.source(given), name=given.name)
            if len(self._sizes) >= MOST_SIZES:
                self._sizes.clear()
            known = self._sizes[given.input_id] = (info.width, info.height)
        return known


def _kept(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return sniff(file.read(PREFIX)) is not None
    except OSError:
        return False
