"""The stage of a toy scene: a backdrop, and things put on it from the back to the front."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from .cover import ROWS, Cover
from .drawing import Pen, pick
from .kinds import DESIGNS, Design, Place, Zone

Chance = np.random.Generator
SHADE = (24, 28, 48)


class Stage:
    """A picture in the making, drawn `fine` times too large; reducing it at the end smooths all edges.

    Parameters
    ----------
    place
        The backdrop and its zones.
    hour
        ``day``, ``evening`` or ``night``.
    size
        Width and height of the finished picture, in pixels.
    chance
        Decides everything that is left open.
    crowded
        How much of a thing the next may hide, 0 to 1.
    """

    def __init__(self, place: Place, hour: str, size: tuple[int, int], chance: Chance, *, crowded: float) -> None:
        self.place, self.hour, self.chance, self.crowded = place, hour, chance, crowded
        self.fine = 2 if max(size) > 300 else 3
        self.scale = size[1] * self.fine
        self.width = size[0] / size[1]
        self.picture = Image.new("RGB", (size[0] * self.fine, self.scale))
        self.cover = Cover(*size)
        self.kinds: list[str] = []
        pen = Pen(self.picture, (0, 0), self.scale, self.width, lit=hour == "night")
        place.paint(self.picture, pen, chance, hour)

    def fill(self, count: int) -> None:
        """Put `count` things down, each in a zone that suits it; at times they are all of one kind."""
        zones = self.place.zones
        weights = np.array([8 if zone.wet else len(zone.kinds) for zone in zones], float)
        cast = []
        for _ in range(count):
            zone = zones[int(self.chance.choice(len(zones), p=weights / weights.sum()))]
            cast.append((zone, pick(self.chance, zone.kinds)))
        if self.chance.random() < 0.3:
            cast = [cast[0]] * count
        placed = [(zone, kind, float(self.chance.uniform())) for zone, kind in cast]
        for zone, kind, depth in sorted(placed, key=lambda one: one[0].feet(one[2])):
            self.put(zone, kind, depth)

    def put(self, zone: Zone, kind: str, depth: float) -> None:
        """Put one thing of a kind into a zone where it hides no other too much; give up after some tries.

        Parameters
        ----------
        zone, kind
            Where and what.
        depth
            How near in the zone: 0 at its back, 1 at its front.
        """
        own = [design for name, design in self.place.instead if name == kind]
        design = pick(self.chance, own or DESIGNS[kind])
        feet = zone.feet(depth)
        tall = zone.grown_up(depth) * design.size * float(self.chance.uniform(0.85, 1.2))
        if self.chance.random() < 0.12:
            tall *= 0.6
        tall = min(tall, 0.92 * feet, 0.9 * self.width / design.width)
        wide = design.width * tall
        for _ in range(10):
            left = float(self.chance.uniform(-0.12 * wide, self.width - 0.88 * wide))
            spot, size = (self._cells(left), self._cells(feet - tall)), (self._cells(wide), self._cells(tall))
            if not self.cover.would_hide(spot, size, self.crowded):
                layer = self._draw(design, tall)
                corner = round(left * self.scale), round((feet - tall) * self.scale)
                (self._mirror if zone.wet else self._shadow)(layer, corner)
                self.picture.paste(layer, corner, layer)
                alpha = layer.getchannel("A").resize((max(1, size[0]), max(1, size[1])), Image.Resampling.BOX)
                self.cover.take(np.asarray(alpha) > 64, spot)
                self.kinds.append(kind)
                return

    def _cells(self, length: float) -> int:
        return round(length * ROWS)

    def _draw(self, design: Design, tall: float) -> Image.Image:
        unit = tall * self.scale
        layer = Image.new("RGBA", (max(2, round(design.width * unit)), max(2, round(unit))))
        mirrored = bool(self.chance.random() < 0.5)
        design.draw(Pen(layer, (0, 0), unit, design.width, mirrored=mirrored, lit=self.hour == "night"), self.chance)
        return layer

    def _mirror(self, layer: Image.Image, corner: tuple[int, int]) -> None:
        """Let the water under a layer show it upside down, faintly."""
        upside = layer.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((layer.width, max(1, layer.height // 3)))
        faint = upside.getchannel("A").point([v // 4 for v in range(256)])
        self.picture.paste(upside, (corner[0], corner[1] + round(0.95 * layer.height)), faint)

    def _shadow(self, layer: Image.Image, corner: tuple[int, int]) -> None:
        """Darken the ground under a layer."""
        deep = max(4, round(layer.width * 0.1))
        dark = Image.new("L", (round(layer.width * 1.08), deep))
        brush = ImageDraw.Draw(dark)
        for share, level in ((1.0, 32), (0.86, 62), (0.66, 92)):
            x, y = dark.width * (1 - share) / 2, deep * (1 - share) / 2
            brush.ellipse((x, y, dark.width - x, deep - y), fill=level)
        spot = corner[0] - round(layer.width * 0.04), corner[1] + layer.height - round(deep * 0.6)
        self.picture.paste(SHADE, spot, dark)
