"""What hour, weather and camera do to a finished toy scene: night, snow, fog, blur, faded colours, grain."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from .drawing import LAMPLIGHT

Chance = np.random.Generator
TINTS = {"day": (255, 255, 255), "evening": (255, 232, 214), "night": (126, 136, 190)}


def finish(picture: Image.Image, chance: Chance, *, fine: int, hour: str, snow: float) -> Image.Image:
    """Reduce a picture to its size and give it the light of the hour and, sometimes, what makes it hard to read.

    Parameters
    ----------
    picture
        The scene as it was drawn, in RGB, `fine` times too large.
    chance
        Decides which hardships come; the choice does not depend on the picture's size.
    fine
        By how much to reduce.
    hour
        ``day``, ``evening`` or ``night``.
    snow
        How likely snow falls, 0 to 1.
    """
    small = picture.reduce(fine)
    if hour != "day":
        small = ImageChops.multiply(small, Image.new("RGB", small.size, TINTS[hour]))
    if hour == "night":
        small = _shine(small, picture, fine)
    flakes, fog, blur, grey, grain, strength = (float(v) for v in chance.random(6))
    dots = chance.random((90, 3))
    if flakes < snow:
        _snow(small, dots)
    if fog < 0.08:
        small = Image.blend(small, Image.new("RGB", small.size, (206, 212, 218)), 0.35 + 0.35 * strength)
    if blur < 0.08:
        small = small.filter(ImageFilter.GaussianBlur((0.002 + 0.005 * strength) * max(small.size)))
    if grey < 0.05:
        small = ImageOps.colorize(ImageOps.grayscale(small), (44, 34, 30), (250, 242, 226))
    if grain < 0.1:
        small = _grain(small, chance, 5 + 15 * strength)
    return small


def _shine(small: Image.Image, picture: Image.Image, fine: int) -> Image.Image:
    """Let everything that was painted in lamplight shine as if the night had not dimmed it, with a halo."""
    lamps = (np.asarray(picture) == LAMPLIGHT).all(axis=2)
    mask = Image.fromarray(lamps.astype(np.uint8) * 255).reduce(fine)
    halo = mask.filter(ImageFilter.GaussianBlur(0.012 * max(mask.size)))
    glow = ImageChops.lighter(mask, halo.point([v // 2 for v in range(256)]))
    return Image.composite(Image.new("RGB", small.size, LAMPLIGHT), small, glow)


def _snow(picture: Image.Image, dots: npt.NDArray[np.float64]) -> None:
    brush = ImageDraw.Draw(picture)
    for x, y, size in dots:
        radius = (0.002 + 0.005 * size) * max(picture.size)
        left, top = x * picture.width, y * picture.height
        brush.ellipse((left - radius, top - radius, left + radius, top + radius), fill=(250, 252, 255))


def _grain(picture: Image.Image, chance: Chance, amount: float) -> Image.Image:
    """Noise of a standard deviation of `amount` grey levels, as from a camera in poor light."""
    noise = chance.standard_normal((picture.height, picture.width, 1), dtype=np.float32) * np.float32(amount)
    return Image.fromarray((np.asarray(picture, np.float32) + noise).clip(0, 255).astype(np.uint8))
