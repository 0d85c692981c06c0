"""Small copies of pictures, made once and kept on disk: for grids, and for models that need no more."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from PIL import Image

from ..domain.inputs import Input
from ..errors import BadInput
from .decoding import Source
from .files import write_whole
from .image import open_image

QUALITY = 90


class Thumbnails:
    """Thumbnails of inputs in a folder that may be deleted at any time. Safe to use from any thread.

    Parameters
    ----------
    media
        Gives the file of an input.
    folder
        Where they are kept (the project's cache).
    """

    def __init__(self, media: Source, folder: str | Path) -> None:
        self._media = media
        self._folder = Path(folder)

    def get(self, given: Input, side: int = 640) -> bytes:
        """Give a JPEG whose longer side is at most `side` pixels; smaller pictures keep their size.

        It is made anew when the file's size or time of change is another than when it was made.

        Raises
        ------
        UnreadableInput
            The picture cannot be opened.
        """
        if side < 1:
            raise BadInput(f"expected a side of at least 1 pixel, got {side!r}.")
        source = self._media.source(given)
        path = self._path(given, source, side)
        with suppress(OSError):
            kept = path.read_bytes()
            if kept.startswith(b"\xff\xd8") and kept.endswith(b"\xff\xd9"):
                return kept
        made = encoded(source, side, name=given.name)
        with suppress(OSError):  # a cache that cannot be written only costs time
            write_whole(path, made)
        return made

    def _path(self, given: Input, source: Path | bytes, side: int) -> Path:
        key = hashlib.blake2b(f"{given.input_id}:{_stamp(source)}:{side}".encode(), digest_size=16).hexdigest()
        return self._folder / key[:2] / f"{key}.jpg"


def _stamp(source: Path | bytes) -> str:
    """Give what tells one content of a source from another."""
    if isinstance(source, bytes):
        return hashlib.blake2b(source, digest_size=16).hexdigest()
    try:
        status = os.stat(source)
    except (OSError, ValueError):
        return "missing"
    return f"{status.st_size}:{status.st_mtime_ns}"


def encoded(source: str | Path | bytes, side: int, *, name: str = "") -> bytes:
    """Decode a picture and give it as JPEG with a longer side of at most `side` pixels.

    Raises
    ------
    UnreadableInput
        The picture cannot be opened.
    """
    picture = open_image(source, at_least=(side, side), name=name)
    return small_jpeg(picture.rgb, side)


def small_jpeg(rgb: Image.Image, side: int) -> bytes:
    """Encode a picture with a longer side of at most `side` pixels."""
    scale = min(1.0, side / max(rgb.size))
    size = max(1, round(rgb.width * scale)), max(1, round(rgb.height * scale))
    out = BytesIO()
    rgb.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
