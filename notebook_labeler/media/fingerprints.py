"""What a picture looks like in 200 bytes, so that near-duplicates are found: a perceptual hash and a tiny picture.

The hash says quickly which pictures may be alike, the tiny picture which of them are. Measured on 387 photographs of
clothes, 105 of blood cells and 300 toy scenes: see `near_duplicates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import UnreadableInput
from .image import open_image

SIDE = 8  # pixels of the tiny picture's sides
LOOK = SIDE * SIDE * 3
_SAMPLES = 32  # pixels of the side that the hash is made of
_PLAIN = 3.0  # grey levels: what varies less has noise for a hash


@dataclass(frozen=True)
class Fingerprints:
    """The fingerprints of pictures, as columns.

    Attributes
    ----------
    known
        bool, n: whether there is one. Plain pictures and those that cannot be opened have none: they are like nothing.
    code
        uint64, n: the perceptual hash.
    look
        int8, n x 192: an 8 x 8 picture in red, green and blue, less its mean, as bright as can be.
    """

    known: NDArray[np.bool_]
    code: NDArray[np.uint64]
    look: NDArray[np.int8]

    @classmethod
    def none(cls, count: int) -> Self:
        """Make them for pictures that have none yet."""
        return cls(np.zeros(count, bool), np.zeros(count, np.uint64), np.zeros((count, LOOK), np.int8))

    def at(self, places: NDArray[np.integer] | list[int]) -> Fingerprints:
        """Give those at some places, in this order."""
        return Fingerprints(self.known[places], self.code[places], self.look[places])

    def put(self, place: int, found: Fingerprint | None) -> None:
        """Set one."""
        self.known[place] = found is not None
        if found is not None:
            self.code[place], self.look[place] = found


Fingerprint = tuple[int, NDArray[np.int8]]


def fingerprint(source: str | Path | bytes) -> Fingerprint | None:
    """Give the perceptual hash (64 bits) and the tiny picture of a picture; None if it is plain or cannot be opened.

    The hash is a pHash (C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010): the
    lowest 8 x 8 frequencies of the discrete cosine transform of the 32 x 32 grey picture, each against their median.
    Large JPEGs are decoded small.

    Parameters
    ----------
    source
        A path, or the file's content.

    Examples
    --------
    >>> from PIL import Image
    >>> from io import BytesIO
    >>> def png(picture, out):
    ...     picture.save(out, "PNG")
    ...     return out.getvalue()
    >>> blots = Image.frombytes("L", (8, 8), bytes(n * n * 37 % 256 for n in range(64))).resize((300, 300))
    >>> fingerprint(png(blots, BytesIO()))[0] == fingerprint(png(blots.resize((90, 90)), BytesIO()))[0]
    True
    >>> fingerprint(png(Image.new("RGB", (40, 30), "white"), BytesIO())) is None
    True
    """
    try:
        picture = open_image(source, at_least=(2 * _SAMPLES, 2 * _SAMPLES)).rgb
    except UnreadableInput:
        return None
    grey = np.asarray(picture.convert("L").resize((_SAMPLES, _SAMPLES), Image.Resampling.LANCZOS), float)
    tiny = np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX), float).reshape(-1, 3)
    tiny -= tiny.mean(axis=0)
    if grey.std() < _PLAIN or not tiny.any():
        return None
    waves = _waves()
    low = (waves @ grey @ waves.T).ravel()
    code = np.packbits(low > np.median(low[1:])).view(">u8")[0]
    return int(code), np.round(tiny.ravel() * (127 / np.abs(tiny).max())).astype(np.int8)


@cache
def _waves() -> NDArray[Any]:
    """Give the eight slowest waves of the discrete cosine transform (type II), 8 x 32."""
    middle = 2 * np.arange(_SAMPLES) + 1
    waves: NDArray[Any] = np.cos(np.pi * middle[None, :] * np.arange(SIDE)[:, None] / (2 * _SAMPLES))
    return waves
