"""Whether an outline ends at the box that somebody drew because the picture changes there, or was cut off by it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .crop import Crop
from .opencv import opencv
from .segmenter import Mask

Corners = tuple[float, float, float, float]
MUCH = 0.3  # of the outline along the box: less, and the box did not make it
REACH = 3  # pixels to both sides of an edge that are compared
PLAIN = 4.0  # grey levels: what may change on a plain ground


def cut_off(crop: Crop, mask: Mask, corners: Corners) -> bool:
    """Tell of a mask in a crop whether much of its outline is the box's, where the picture goes on unchanged."""
    cv2 = opencv()
    there = mask.astype(np.uint8)
    rim = there - cv2.erode(there, np.ones((3, 3), np.uint8), borderValue=0)
    left, top, right, bottom = (round(v) for v in corners)
    soft = cv2.GaussianBlur(crop.rgb.astype(np.float32), (0, 0), 1.0)
    # the four sides, each as the rows of a picture that is turned so that the side lies along a row
    turned = (
        (mask, soft, top, -1),
        (mask, soft, bottom - 1, 1),
        (mask.T, soft.transpose(1, 0, 2), left, -1),
        (mask.T, soft.transpose(1, 0, 2), right - 1, 1),
    )
    steps = [_steps(*side) for side in turned]
    along = sum(len(one) for one in steps)
    if along < MUCH * max(1, int(rim.sum())):
        return False
    known = np.concatenate([one[~np.isnan(one)] for one in steps])
    if not len(known):  # the box ends with the picture
        return False
    return bool(np.median(known) < 2 * _usual(soft, mask) + PLAIN)


def _steps(mask: Mask, soft: Any, side: int, outward: int) -> Any:
    """Give how much the colour changes across a side, wherever the mask touches it; NaN where the picture ends."""
    height = len(mask)
    near = [row for row in (side, side - outward) if 0 <= row < height]
    columns = np.flatnonzero(np.any(mask[near], axis=0)) if near else np.zeros(0, int)
    inside, outside = side - REACH * outward, side + REACH * outward
    if not (0 <= inside < height and 0 <= outside < height):
        return np.full(len(columns), np.nan)
    return np.linalg.norm(soft[inside, columns] - soft[outside, columns], axis=1)


def _usual(soft: Any, mask: Mask) -> float:
    """Give how much the colour changes over as many pixels within the mask."""
    far = 2 * REACH
    inside = mask[far:] & mask[:-far]
    if not inside.any():
        return 0.0
    return float(np.median(np.linalg.norm(soft[far:] - soft[:-far], axis=2)[inside]))
