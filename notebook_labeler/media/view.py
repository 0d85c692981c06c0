"""What of a picture the screen shows: a window in source pixels, and the JPEG that fills it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from ..errors import BadInput
from .image import Picture

MAX_SCALE = 64.0  # CSS pixels per source pixel
PIXELS_FROM = 4.0  # from this scale on, single source pixels are shown as squares
QUALITY, PIXEL_QUALITY = 88, 95


@dataclass(frozen=True)
class View:
    """Where the canvas stands on the upright source picture.

    Parameters
    ----------
    x, y
        The source point (pixels, float) at the canvas' upper left corner; outside the picture where it is centred.
    scale
        CSS pixels per source pixel.
    """

    x: float
    y: float
    scale: float

    def __post_init__(self) -> None:
        """Refuse what no canvas can show."""
        if not (math.isfinite(self.x) and math.isfinite(self.y) and math.isfinite(self.scale) and self.scale > 0):
            raise BadInput(f"expected a view of finite numbers with scale > 0, got {self!r}; use fit().")

    def to_source(self, x: float, y: float) -> tuple[float, float]:
        """Give the source point under a canvas point."""
        return self.x + x / self.scale, self.y + y / self.scale

    def to_canvas(self, x: float, y: float) -> tuple[float, float]:
        """Give the canvas point over a source point."""
        return (x - self.x) * self.scale, (y - self.y) * self.scale


class Rect(NamedTuple):
    """A rectangle on the canvas, in CSS pixels."""

    x: float
    y: float
    width: float
    height: float


def fit(width: float, height: float, canvas_w: float, canvas_h: float) -> View:
    """Give the view that shows the whole picture as large as the canvas allows, in the middle.

    >>> fit(400, 200, 200, 200)
    View(x=0.0, y=-100.0, scale=0.5)
    """
    _positive(width, height, canvas_w, canvas_h)
    return _centred(width, height, canvas_w, canvas_h, min(canvas_w / width, canvas_h / height))


def one_to_one(
    width: float, height: float, canvas_w: float, canvas_h: float, at: tuple[float, float] | None = None
) -> View:
    """Give the view with one CSS pixel per source pixel, around a source point (the picture's middle when None)."""
    _positive(width, height, canvas_w, canvas_h)
    x, y = at if at is not None else (width / 2, height / 2)
    return clamp(View(x - canvas_w / 2, y - canvas_h / 2, 1.0), width, height, canvas_w, canvas_h)


def zoomed(view: View, factor: float, at: tuple[float, float]) -> View:
    """Give the view `factor` times as large, with the source point under canvas point `at` staying there."""
    if not (math.isfinite(factor) and factor > 0):
        raise BadInput(f"expected a zoom factor above 0, got {factor!r}.")
    scale = min(max(view.scale * factor, 1e-6), max(MAX_SCALE, view.scale))  # a tiny picture may fit above it
    x, y = view.to_source(*at)
    return View(x - at[0] / scale, y - at[1] / scale, scale)


def moved(view: View, dx: float, dy: float) -> View:
    """Give the view after the picture was dragged by (dx, dy) CSS pixels."""
    return View(view.x - dx / view.scale, view.y - dy / view.scale, view.scale)


def clamp(view: View, width: float, height: float, canvas_w: float, canvas_h: float) -> View:
    """Give the nearest view that wastes no canvas.

    The picture is never smaller than it fits (or than 1:1, whichever is smaller), never larger than `MAX_SCALE`;
    where it is smaller than the canvas it stands in the middle, where it is larger it leaves no gap.
    """
    _positive(width, height, canvas_w, canvas_h)
    whole = min(canvas_w / width, canvas_h / height)
    scale = min(max(view.scale, min(whole, 1.0)), max(MAX_SCALE, whole))
    if scale != view.scale:
        middle = view.to_source(canvas_w / 2, canvas_h / 2)
        view = View(middle[0] - canvas_w / 2 / scale, middle[1] - canvas_h / 2 / scale, scale)
    return View(_held(view.x, width, canvas_w / scale), _held(view.y, height, canvas_h / scale), scale)


def sharp(picture: Picture, view: View, ratio: float = 1.0) -> bool:
    """Whether the decoded picture has every pixel that this view can show (ratio: device pixels per CSS pixel)."""
    return picture.detail >= min(1.0, view.scale * ratio) * 0.999


def crop_jpeg(picture: Picture, view: View, canvas_w: float, canvas_h: float, ratio: float = 1.0) -> tuple[bytes, Rect]:
    """Encode what the view shows, at the screen's own resolution.

    Parameters
    ----------
    picture
        Decoded at least as sharp as `sharp` asks; a coarser one is shown soft.
    view
        What is on the canvas.
    canvas_w, canvas_h
        The canvas in CSS pixels.
    ratio
        Device pixels per CSS pixel (`window.devicePixelRatio`).

    Returns
    -------
    tuple[bytes, Rect]
        A JPEG of at most canvas times ratio pixels, and where on the canvas it belongs; ``(b"", Rect(0, 0, 0, 0))``
        when the view lies beside the picture. Its edges lie on device pixels.
    """
    _positive(canvas_w, canvas_h, ratio)
    dense = view.scale * ratio  # device pixels per source pixel
    across = _span(view.x, dense, picture.width, max(1, math.floor(canvas_w * ratio)))
    down = _span(view.y, dense, picture.height, max(1, math.floor(canvas_h * ratio)))
    if across is None or down is None:
        return b"", Rect(0, 0, 0, 0)
    (x0, x1, left, wide), (y0, y1, top, high) = across, down
    fx, fy = picture.rgb.width / picture.width, picture.rgb.height / picture.height
    box = (x0 * fx, y0 * fy, min(x1 * fx, picture.rgb.width), min(y1 * fy, picture.rgb.height))
    squares = view.scale >= PIXELS_FROM and picture.detail >= 1.0
    shown = (
        picture.rgb.resize((wide, high), Image.Resampling.NEAREST, box=box)
        if squares
        else picture.rgb.resize((wide, high), Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
    )
    out = BytesIO()
    shown.save(out, "JPEG", quality=PIXEL_QUALITY if squares else QUALITY, subsampling=0 if dense > 1 else 2)
    return out.getvalue(), Rect(left / ratio, top / ratio, wide / ratio, high / ratio)


def _span(start: float, dense: float, length: int, room: int) -> tuple[float, float, int, int] | None:
    """Give source from, to and device offset, count along one axis; None when nothing is visible."""
    first, last = max(0.0, start), min(float(length), start + room / dense)
    if last - first <= 0:
        return None
    left = min(max(0, round((first - start) * dense)), room - 1)
    right = min(max(left + 1, round((last - start) * dense)), room)
    return first, last, left, right - left


def _centred(width: float, height: float, canvas_w: float, canvas_h: float, scale: float) -> View:
    return View(_middle(width, canvas_w / scale), _middle(height, canvas_h / scale), scale)


def _middle(length: float, shown: float) -> float:
    return (length - shown) / 2


def _held(start: float, length: float, shown: float) -> float:
    return _middle(length, shown) if shown >= length else min(max(start, 0.0), length - shown)


def _positive(*sizes: float) -> None:
    if not all(math.isfinite(size) and size > 0 for size in sizes):
        raise BadInput(f"expected sizes above 0, got {', '.join(f'{size:g}' for size in sizes)}.")
