"""The pen that draws toy pictures: shapes in units of the thing's own height, and the paints they are filled with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]
T = TypeVar("T")

WHITE: Colour = (252, 252, 250)
INK: Colour = (46, 50, 62)
GLASS: Colour = (190, 222, 238)
LAMPLIGHT: Colour = (255, 226, 130)

PAINTS: tuple[Colour, ...] = (
    (214, 69, 65),
    (240, 128, 108),
    (243, 156, 64),
    (236, 193, 84),
    (122, 176, 92),
    (52, 152, 130),
    (93, 173, 226),
    (58, 104, 184),
    (46, 66, 112),
    (134, 100, 178),
    (232, 148, 182),
    (244, 234, 214),
    (160, 168, 178),
    (76, 84, 98),
    (146, 104, 72),
)


def pick(chance: np.random.Generator, options: Sequence[T]) -> T:
    """One of `options`, each as likely as the others."""
    return options[int(chance.integers(len(options)))]


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """The colour that lies `share` (0 to 1) of the way from `one` to `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lighter(colour: Colour, share: float = 0.3) -> Colour:
    """`colour` with some white in it."""
    return mix(colour, WHITE, share)


def darker(colour: Colour, share: float = 0.25) -> Colour:
    """`colour` with some night in it."""
    return mix(colour, (18, 22, 40), share)


def paint(chance: np.random.Generator) -> Colour:
    """One of the box of paints, a little varied."""
    return mix(pick(chance, PAINTS), pick(chance, PAINTS), float(chance.uniform(0, 0.12)))


class Pen:
    """Draws onto a picture in a frame of its own: x to the right, y down, one unit = the frame's height.

    Parameters
    ----------
    picture
        Where to draw (any Pillow mode that takes the colours given).
    corner
        Upper left corner of the frame, in pixels.
    unit
        Pixels per unit.
    width
        Width of the frame in units; needed to mirror.
    mirrored
        True: everything faces left instead of right.
    lit
        True: windows and lamps shine, because it is night.
    """

    def __init__(
        self,
        picture: Image.Image,
        corner: Point,
        unit: float,
        width: float,
        *,
        mirrored: bool = False,
        lit: bool = False,
    ) -> None:
        self.brush = ImageDraw.Draw(picture)
        self.corner = corner
        self.unit = unit
        self.width = width
        self.mirrored = mirrored
        self.glass = LAMPLIGHT if lit else GLASS

    def at(self, x: float, y: float) -> Point:
        """The pixel at a point of the frame."""
        x = self.width - x if self.mirrored else x
        return self.corner[0] + x * self.unit, self.corner[1] + y * self.unit

    def _corners(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        (left, top), (right, bottom) = self.at(x0, y0), self.at(x1, y1)
        return min(left, right), min(top, bottom), max(left, right), max(top, bottom)

    def oval(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """A filled ellipse in the box between two corners."""
        self.brush.ellipse(self._corners(x0, y0, x1, y1), fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self.oval(x - radius, y - radius, x + radius, y + radius, colour)

    def ring(self, x: float, y: float, radius: float, colour: Colour, thick: float) -> None:
        """The outline of a circle, `thick` units wide."""
        box = self._corners(x - radius, y - radius, x + radius, y + radius)
        self.brush.ellipse(box, outline=colour, width=max(1, round(thick * self.unit)))

    def block(self, x0: float, y0: float, x1: float, y1: float, colour: Colour, round_by: float = 0.0) -> None:
        """A filled rectangle whose corners are rounded by a radius."""
        self.brush.rounded_rectangle(self._corners(x0, y0, x1, y1), round_by * self.unit, fill=colour)

    def shape(self, points: Sequence[Point], colour: Colour, soft: int = 0) -> None:
        """A filled polygon; `soft` rounds of corner cutting make it friendly."""
        for _ in range(soft):
            points = _cut(points)
        self.brush.polygon([self.at(x, y) for x, y in points], fill=colour)

    def stroke(self, points: Sequence[Point], colour: Colour, thick: float) -> None:
        """A line through points with round ends, `thick` units wide."""
        pixels = [self.at(x, y) for x, y in points]
        width = max(1, round(thick * self.unit))
        self.brush.line(pixels, fill=colour, width=width, joint="curve")
        if width > 2:
            for x, y in (pixels[0], pixels[-1]):
                self.brush.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)

    def bow(self, start: Point, top: Point, end: Point, colour: Colour, thick: float) -> None:
        """A curved line from `start` to `end`, pulled towards `top` (a quadratic Bezier curve)."""
        points = []
        for step in np.linspace(0, 1, 9):
            a, b, c = (1 - step) ** 2, 2 * step * (1 - step), step**2
            points.append(
                (a * start[0] + b * top[0] + c * end[0], a * start[1] + b * top[1] + c * end[1]),
            )
        self.stroke(points, colour, thick)

    def star(self, x: float, y: float, radius: float, colour: Colour, points: int = 5) -> None:
        """A star with its first point up."""
        turns = [math.pi * k / points - math.pi / 2 for k in range(2 * points)]
        radii = [radius, radius * 0.45] * points
        self.shape([(x + r * math.cos(t), y + r * math.sin(t)) for r, t in zip(radii, turns, strict=True)], colour)


def _cut(points: Sequence[Point]) -> list[Point]:
    """Replace each corner by two points a quarter along its sides (Chaikin's corner cutting)."""
    result = []
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        result += [(0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1), (0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1)]
    return result
