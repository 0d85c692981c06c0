"""The part of a picture around an object, small enough to be worked on quickly, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...domain.geometry import Box
from .opencv import opencv
from .segmenter import Cut, Mask, Pixels

AROUND = 0.2  # of the object's sides: how much is seen around it
FINE = 1024  # pixels of the longer side of what comes back


@dataclass(frozen=True, eq=False)
class Crop:
    """A part of a picture, shrunk.

    Attributes
    ----------
    rgb
        Its pixels.
    left, top
        Where it begins in the picture.
    across, down
        Its pixels per pixel of the picture.
    """

    rgb: Pixels
    left: int
    top: int
    across: float
    down: float

    @classmethod
    def around(cls, picture: Pixels, box: Box, side: int) -> Crop:
        """Cut out a box and what is around it, shrunk to `side` pixels at most."""
        height, width = picture.shape[:2]
        more_x, more_y = box.width * AROUND + 4, box.height * AROUND + 4
        left = int(np.clip(np.floor(box.left - more_x), 0, max(0, width - 2)))
        top = int(np.clip(np.floor(box.top - more_y), 0, max(0, height - 2)))
        right = int(np.clip(np.ceil(box.right + more_x), left + 1, width))
        bottom = int(np.clip(np.ceil(box.bottom + more_y), top + 1, height))
        part = picture[top:bottom, left:right]
        high, wide = part.shape[:2]
        scale = min(1.0, side / max(high, wide))
        if scale < 1:
            cv2 = opencv()
            size = (max(1, round(wide * scale)), max(1, round(high * scale)))
            part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        return cls(np.ascontiguousarray(part), left, top, part.shape[1] / wide, part.shape[0] / high)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.rgb.shape[0], self.rgb.shape[1]

    def inside(self, x: float, y: float) -> tuple[float, float]:
        """Give a place of the picture as a place in here."""
        return (x - self.left) * self.across, (y - self.top) * self.down

    def corners(self, box: Box) -> tuple[float, float, float, float]:
        """Give the corners of a box in here: left, top, right, bottom."""
        return *self.inside(box.left, box.top), *self.inside(box.right, box.bottom)

    def back(self, mask: Mask) -> Cut:
        """Give a mask of this crop as a part of the picture, its edge smooth where it was shrunk."""
        cv2 = opencv()
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0)
        wide, high = self.size[1] / self.across, self.size[0] / self.down
        scale = max(1.0, max(wide, high) / FINE)
        size = (max(1, round(wide / scale)), max(1, round(high / scale)))
        large = cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR) > 0.5
        if not large.any():  # too thin to be smoothed
            large = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        return Cut(large, self.left, self.top, scale)


def bounds(mask: Mask) -> tuple[float, float, float, float]:
    """Give the corners of the smallest box around what is inside; zeros if nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 0.0, 0.0, 0.0, 0.0
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def ellipse(size: tuple[int, int], corners: tuple[float, float, float, float], share: float = 1.0) -> Any:
    """Give the pixels in the ellipse of a box, its axes made `share` as long."""
    left, top, right, bottom = corners
    y, x = np.ogrid[: size[0], : size[1]]
    across = (x + 0.5 - (left + right) / 2) / max(1e-6, (right - left) / 2 * share)
    down = (y + 0.5 - (top + bottom) / 2) / max(1e-6, (bottom - top) / 2 * share)
    return across**2 + down**2 <= 1
