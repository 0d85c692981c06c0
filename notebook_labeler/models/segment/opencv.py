"""OpenCV, where it is installed."""

from __future__ import annotations

from types import ModuleType

from ...errors import MissingExtra


def opencv() -> ModuleType:
    """Import OpenCV.

    Raises
    ------
    MissingExtra
        It is not installed.
    """
    try:
        import cv2
    except ImportError as error:
        raise MissingExtra(
            "expected the library 'cv2' for outlines of objects, found none; "
            'install it with pip install "notebook-labeler[segment]".'
        ) from error
    return cv2
