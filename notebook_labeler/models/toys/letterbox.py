"""How a picture of any size becomes the square that the toy model looks at, and how boxes find the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE = 192  # pixels; the model was trained at this size and knows no other
GREY = 128

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Framed:
    """A picture scaled to fit a square, centred, the rest grey.

    Parameters
    ----------
    pixels
        The square, ``(SIDE, SIDE, 3)``, 8 bit.
    width, height
        Size of the upright source, in pixels.
    """

    pixels: npt.NDArray[np.uint8]
    width: int
    height: int

    def to_square(self, box: Box) -> Box:
        """A box of the source, in pixels of the square."""
        scale, left, top = _fit(self.width, self.height)
        return box[0] * scale + left, box[1] * scale + top, box[2] * scale + left, box[3] * scale + top

    def to_source(self, box: Box) -> Box:
        """A box of the square, in pixels of the source, kept inside it."""
        scale, left, top = _fit(self.width, self.height)
        x0, x1 = (min(max((x - left) / scale, 0.0), float(self.width)) for x in (box[0], box[2]))
        y0, y1 = (min(max((y - top) / scale, 0.0), float(self.height)) for y in (box[1], box[3]))
        return x0, y0, x1, y1


def frame(rgb: Image.Image, width: int | None = None, height: int | None = None) -> Framed:
    """Fit a picture into the square.

    Parameters
    ----------
    rgb
        The decoded picture, perhaps smaller than its source.
    width, height
        Size of the upright source in pixels; None: the picture's own.
    """
    scale, left, top = _fit(*rgb.size)
    size = (max(1, round(rgb.width * scale)), max(1, round(rgb.height * scale)))
    square = Image.new("RGB", (SIDE, SIDE), (GREY, GREY, GREY))
    small = rgb if rgb.size == size else rgb.resize(size, Image.Resampling.BILINEAR, reducing_gap=3)
    square.paste(small, (round(left), round(top)))
    return Framed(np.asarray(square), width or rgb.width, height or rgb.height)


def _fit(width: int, height: int) -> tuple[float, int, int]:
    scale = SIDE / max(width, height)
    return scale, (SIDE - round(width * scale)) // 2, (SIDE - round(height * scale)) // 2
