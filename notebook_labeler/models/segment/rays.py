"""The strongest closed edge around a place, found along rays from it: for round things of little contrast.

Along each ray the picture changes most where the object ends. The best closed line through those changes, that
turns no sharp corner, is found by dynamic programming on the picture's polar map, first with a free beginning and
then with the beginning at which the two ends meet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .opencv import opencv
from .segmenter import Mask, Pixels

Floats = np.ndarray[Any, Any]  # float32
Corners = tuple[float, float, float, float]
RAYS = 96
TURN, FREE_TURN = 0.04, 0.3  # what a step from ray to ray costs, times its square: in a box, around a click
STEPS = 2  # places by which the line may move from one ray to the next
NEVER = 1e6
TIGHT = 0.5  # how much a line is drawn to the ellipse in a box that somebody drew
NEAR, FAR = 0.3, 1.3  # of that ellipse's axes
PLACES = 48  # along a ray
LEAST = 4.0  # pixels: the smallest radius that is looked for around a click
GROWTH = 1.07  # from one place to the next, around a click


def within_box(rgb: Pixels, corners: Corners, clicks: Iterable[tuple[float, float, bool]] = ()) -> Mask:
    """Give what the strongest closed edge in a box encloses.

    Parameters
    ----------
    rgb
        The picture.
    corners
        The box: left, top, right, bottom.
    clicks
        x, y and whether the place is on the object; the line goes around those and leaves out the others.
    """
    left, top, right, bottom = corners
    middle, axes = ((left + right) / 2, (top + bottom) / 2), ((right - left) / 2, (bottom - top) / 2)
    places = np.linspace(NEAR, FAR, PLACES)
    x, y = _rays(middle, axes, places)
    cost = -_changes(_blurred(rgb, 1.0), x, y, 2) + TIGHT * ((places - 1) / 0.3) ** 2
    cost[(x < left - 1) | (x > right + 1) | (y < top - 1) | (y > bottom + 1)] = 3.0
    _obey(cost, places, clicks, middle, axes)
    return _enclosed(rgb.shape, middle, axes, places[_closed(cost)])


def around_click(rgb: Pixels, x: float, y: float, farthest: float) -> Mask:
    """Give what the strongest closed edge around a place encloses, at most `farthest` pixels from it."""
    count = max(8, int(np.log(max(farthest, 2 * LEAST) / LEAST) / np.log(GROWTH)))
    places = LEAST * GROWTH ** np.arange(count)
    rays_x, rays_y = _rays((x, y), (1.0, 1.0), places)
    change = _changes(_blurred(rgb, 1.0), rays_x, rays_y, 2)
    passed = np.cumsum(change, axis=1) / np.arange(4, count + 4)  # edges that lie within: the object should have few
    cost = -change + 0.5 * passed
    height, width = rgb.shape[:2]
    cost[(rays_x < 0) | (rays_x > width) | (rays_y < 0) | (rays_y > height)] = 0.3
    return _enclosed(rgb.shape, (x, y), (1.0, 1.0), places[_closed(cost, FREE_TURN)])


def _blurred(rgb: Pixels, sigma: float) -> Floats:
    blurred: Floats = opencv().GaussianBlur(rgb.astype(np.float32), (0, 0), sigma)
    return blurred


def _rays(middle: tuple[float, float], axes: tuple[float, float], places: Floats) -> tuple[Floats, Floats]:
    """Give the map's places in the picture: rays x places."""
    angles = np.arange(RAYS)[:, None] * (2 * np.pi / RAYS)
    x = middle[0] + np.cos(angles) * axes[0] * places
    y = middle[1] + np.sin(angles) * axes[1] * places
    return x.astype(np.float32), y.astype(np.float32)


def _changes(picture: Floats, x: Floats, y: Floats, reach: int) -> Floats:
    """Give how much the colour changes across each place, as a share of the strongest changes."""
    cv2 = opencv()
    polar = cv2.remap(picture, x - 0.5, y - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    change = np.zeros(x.shape, np.float32)
    change[:, reach:-reach] = np.linalg.norm(polar[:, 2 * reach :] - polar[:, : -2 * reach], axis=2)
    strong: Floats = np.minimum(change / (np.quantile(change, 0.95) + 1e-3), 1.2)
    return strong


def _obey(
    cost: Floats,
    places: Floats,
    clicks: Iterable[tuple[float, float, bool]],
    middle: tuple[float, float],
    axes: tuple[float, float],
) -> None:
    """Forbid lines that leave out a place on the object, or that take in one beside it."""
    for x, y, positive in clicks:
        across, down = (x - middle[0]) / axes[0], (y - middle[1]) / axes[1]
        far, ray = float(np.hypot(across, down)), round(np.arctan2(down, across) / (2 * np.pi) * RAYS)
        for step in (-1, 0, 1):
            line = cost[(ray + step) % RAYS]
            line[(places < far + 0.04) if positive else (places > far - 0.04)] = NEVER / 1e3


def _closed(cost: Floats, turn: float = TURN) -> Any:
    """Give the cheapest closed line: for each ray the number of its place."""
    half = len(cost) // 2
    start = _cheapest(cost, None, turn)[half]
    turned = np.roll(cost, -half, axis=0)
    return np.roll(_cheapest(turned, start, turn), half)


def _cheapest(cost: Floats, start: int | None, turn: float) -> Any:
    count = cost.shape[1]
    total = cost[0].astype(np.float64)
    if start is not None:
        total = np.where(abs(np.arange(count) - start) <= 1, total, NEVER)
    moves = np.arange(-STEPS, STEPS + 1)
    came = np.empty(cost.shape, np.int64)
    for ray in range(1, len(cost)):
        padded = np.pad(total, STEPS, constant_values=NEVER)
        choices = np.stack([padded[STEPS + m : STEPS + m + count] + turn * m * m for m in moves])
        best = choices.argmin(axis=0)
        came[ray] = np.arange(count) + moves[best]
        total = choices[best, np.arange(count)] + cost[ray]
    if start is not None:
        total = np.where(abs(np.arange(count) - start) <= 1, total, NEVER * 10)
    line = np.empty(len(cost), np.int64)
    line[-1] = total.argmin()
    for ray in range(len(cost) - 1, 0, -1):
        line[ray - 1] = came[ray, line[ray]]
    return line


def _enclosed(size: tuple[int, ...], middle: tuple[float, float], axes: tuple[float, float], far: Floats) -> Mask:
    cv2 = opencv()
    smooth = (np.roll(far, 1) + 2 * far + np.roll(far, -1)) / 4
    angles = np.arange(RAYS) * (2 * np.pi / RAYS)
    x = middle[0] + np.cos(angles) * axes[0] * smooth
    y = middle[1] + np.sin(angles) * axes[1] * smooth
    mask = np.zeros(size[:2], np.uint8)
    points = np.round((np.stack([x, y], axis=1) - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(mask, [points], 1, shift=4)
    inside: Mask = mask > 0
    return inside
