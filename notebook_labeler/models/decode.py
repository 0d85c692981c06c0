"""From a file to the pixels that a classifier wants: decoded small, resized with antialiasing in uint8, cropped."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from PIL import Image

from ..errors import UnfitModel
from ..media.image import open_image
from .predictor import Source

Pixels = np.ndarray[Any, Any]  # uint8, height x width x channels
FAST = ("bilinear", "bicubic")  # what torch resizes in uint8; the rest is left to Pillow
FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "lanczos": Image.Resampling.LANCZOS,
    "hamming": Image.Resampling.HAMMING,
}
SQUASH, BORDER, CENTER = "squash", "border", "center"


@dataclass(frozen=True)
class Recipe:
    """How a model wants its pictures, in the words of timm's data configuration.

    Parameters
    ----------
    channels, height, width
        Of what the model takes; 3 channels are RGB, 1 is grey.
    crop_pct
        Which share of the resized picture is kept.
    crop_mode
        ``center``: the shorter side is fitted, the middle is kept. ``squash``: both sides are fitted, whatever
        the proportions. ``border``: the longer side is fitted, the rest filled with the mean colour.
    interpolation
        ``bicubic``, ``bilinear``, or another of Pillow's filters.
    mean, std
        Of the channels, 0 to 1.
    """

    channels: int = 3
    height: int = 224
    width: int = 224
    crop_pct: float = 0.875
    crop_mode: str = CENTER
    interpolation: str = "bicubic"
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """Read timm's data configuration (``resolve_model_data_config``)."""
        channels, height, width = config["input_size"]
        if channels not in (1, 3):
            raise UnfitModel(f"expected a model of 1 or 3 colour channels, got one of {channels}; choose another.")
        interpolation = config["interpolation"]
        return cls(
            channels,
            height,
            width,
            float(config["crop_pct"]),
            config["crop_mode"],
            interpolation if interpolation in (*FAST, *FILTERS) else "bilinear",
            tuple(config["mean"]),
            tuple(config["std"]),
        )

    def __str__(self) -> str:
        return repr(sorted(asdict(self).items()))

    def prepare(self, source: Source) -> Pixels:
        """Open a picture and cut it to size."""
        high, wide = self._fitted()
        at_least = (wide, high) if self.crop_mode == BORDER else max(high, wide)
        return self.cut(open_image(source, at_least=at_least).rgb)

    def cut(self, picture: Image.Image) -> Pixels:
        """Resize and crop a picture that is upright and RGB already."""
        if self.channels == 1:
            picture = picture.convert("L")
        pixels = self._resized(picture, *self._size(picture.height, picture.width))
        return self._cropped(pixels)

    def _fitted(self) -> tuple[int, int]:
        return math.floor(self.height / self.crop_pct), math.floor(self.width / self.crop_pct)

    def _size(self, height: int, width: int) -> tuple[int, int]:
        """Give the height and width to resize to, rounded as timm and torchvision round."""
        high, wide = self._fitted()
        if self.crop_mode == SQUASH:
            return high, wide
        if self.crop_mode != BORDER and high == wide:
            short, long = min(height, width), max(height, width)
            other = max(1, int(high * long / short))
            return (high, other) if height <= width else (other, high)
        choose = max if self.crop_mode == BORDER else min
        ratio = choose(height / high, width / wide)
        return max(1, round(height / ratio)), max(1, round(width / ratio))

    def _resized(self, picture: Image.Image, height: int, width: int) -> Pixels:
        if self.interpolation not in FAST:
            small = picture.resize((width, height), FILTERS[self.interpolation])
            return np.atleast_3d(np.asarray(small))
        import torch

        pixels = torch.from_numpy(np.atleast_3d(np.array(picture))).permute(2, 0, 1)[None]
        resized = torch.nn.functional.interpolate(
            pixels, size=(height, width), mode=self.interpolation, antialias=True, align_corners=False
        )
        return np.ascontiguousarray(resized[0].permute(1, 2, 0).numpy())

    def _cropped(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        missing = max(0, self.height - height), max(0, self.width - width)
        if any(missing):
            fill = np.array([round(255 * m) if self.crop_mode == BORDER else 0 for m in self.mean], dtype=np.uint8)
            framed = np.empty((height + missing[0], width + missing[1], self.channels), np.uint8)
            framed[:] = fill[: self.channels]
            framed[missing[0] // 2 :, missing[1] // 2 :][:height, :width] = pixels
            pixels, (height, width) = framed, framed.shape[:2]
        top, left = round((height - self.height) / 2), round((width - self.width) / 2)
        return pixels[top : top + self.height, left : left + self.width]
