"""Pictures for detectors: upright, and no larger than they can make use of."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from ..media.image import Picture, open_image
from .predictor import Source

SLIM, SLIMMEST = 8, 16  # pixels, and longer side to shorter: recipes for resizing round less down to nothing


def shrunk(source: Source, longest: int) -> Picture:
    """Open a picture with at least twice the pixels that a model looks at, and not many more.

    Parameters
    ----------
    source
        A path, or the file's content.
    longest
        How long the longer side is, in pixels, when the model looks at it.

    Returns
    -------
    Picture
        `width` and `height` are those of the source, upright; `rgb` may be smaller, and what is very thin is stretched.

    Raises
    ------
    UnreadableInput
        It is no whole picture.
    """
    picture = open_image(source, at_least=(longest, longest))
    rgb = picture.rgb
    factor = max(rgb.size) // (2 * longest)
    if factor > 1:
        rgb = rgb.reduce(factor)
    least = max(SLIM, max(rgb.size) // SLIMMEST)
    if min(rgb.size) < least:
        rgb = rgb.resize((max(least, rgb.width), max(least, rgb.height)), Image.Resampling.NEAREST)
    return picture if rgb is picture.rgb else replace(picture, rgb=rgb)
