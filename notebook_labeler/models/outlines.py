"""Whether and how masks become polygons: by OpenCV, where it is installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from ..errors import MissingExtra
from .detections import Rings

TOLERANCE = 1.0  # pixels of the mask


def polygons_wanted(asked: bool | None) -> bool:
    """Whether a model that gives masks is to give polygons: where asked for, and unless told where it can be done.

    Raises
    ------
    MissingExtra
        They are asked for, and OpenCV is not installed.
    """
    here = find_spec("cv2") is not None
    if asked and not here:
        raise MissingExtra(
            "expected the library 'cv2' to turn masks into polygons, found none; "
            'install it with pip install "notebook-labeler[segment]".'
        )
    return here if asked is None else asked


def rings_of(mask: Any, scale: tuple[float, float] = (1, 1), offset: tuple[float, float] = (0, 0)) -> Rings | None:
    """Give the rings around a mask in source pixels, or None where nothing is inside.

    Parameters
    ----------
    mask
        height x width, bool.
    scale
        Source pixels per pixel of the mask, in x and in y.
    offset
        Where the mask's upper left corner lies in the picture: x, y in source pixels.
    """
    from .segment.outline import outline

    polygon = outline(mask, TOLERANCE)
    if polygon is None:
        return None
    return tuple(tuple(v * scale[n % 2] + offset[n % 2] for n, v in enumerate(ring)) for ring in polygon.rings)
