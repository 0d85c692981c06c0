"""What is asked of a segmenter, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ...domain.geometry import Box, Polygon
from ...errors import BadInput
from .outline import outline

Pixels = np.ndarray[Any, Any]  # uint8, height x width x 3, RGB
Mask = np.ndarray[Any, Any]  # bool, height x width
Point = tuple[float, float, bool]  # x, y, whether it is on the object
STAIRS = 0.75  # pixels of the mask: a tolerance under that would show its stairs


@dataclass(frozen=True)
class Prompt:
    """What somebody pointed at: clicks on the object and beside it, a box around it, or both.

    Coordinates are continuous pixels of the picture that the segmenter was given.

    Raises
    ------
    BadInput
        There is neither a box nor a click on the object.
    """

    points: tuple[Point, ...] = ()
    box: Box | None = None

    def __post_init__(self) -> None:
        """Refuse what points at nothing."""
        if self.box is None and not any(positive for _, _, positive in self.points):
            raise BadInput("expected a box or a click on the object, got neither; click on it first.")

    @property
    def first(self) -> tuple[float, float] | None:
        """The first click on the object."""
        return next(((x, y) for x, y, positive in self.points if positive), None)

    def scaled(self, by: float) -> Prompt:
        """Give the same for a picture that is so many times as large."""
        box = self.box and Box(*(side * by for side in self.box.sides))
        return Prompt(tuple((x * by, y * by, positive) for x, y, positive in self.points), box)


@dataclass(frozen=True, eq=False)
class Cut:
    """A part of a picture, and what of it belongs to the object.

    Attributes
    ----------
    mask
        bool, height x width.
    left, top
        Where the mask begins, in pixels of the picture.
    scale
        Pixels of the picture per pixel of the mask.
    """

    mask: Mask
    left: float = 0.0
    top: float = 0.0
    scale: float = 1.0

    def outline(self, tolerance: float = 1.0, *, by: float = 1.0) -> Polygon | None:
        """Give the object's outline; `by` is how many source pixels one pixel of the picture stands for."""
        scale = self.scale * by
        return outline(self.mask, max(tolerance, STAIRS * scale), (self.left * by, self.top * by), scale)


class Segmenter(Protocol):
    """Finds the object that somebody points at."""

    @property
    def key(self) -> str:
        """The fingerprint that says what found an outline."""

    @property
    def name(self) -> str:
        """What people call it."""

    def open(self, rgb: Pixels) -> Any:
        """Look at a picture once, whatever is asked about it then; what it gives goes back into `segment`."""

    def segment(self, state: Any, prompt: Prompt) -> Cut:
        """Give what is meant. The same question has the same answer."""
