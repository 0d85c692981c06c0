"""What lies behind toy scenes: skies, hills, meadows, roads, water, snow, and the plain studio."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .drawing import LAMPLIGHT, WHITE, Colour, Pen, darker, lighter, mix, paint, pick

Chance = np.random.Generator

DAY_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((126, 190, 236), (222, 240, 250)),
    ((96, 168, 226), (206, 232, 246)),
    ((168, 206, 224), (244, 244, 236)),
    ((190, 200, 212), (230, 232, 234)),
    ((150, 206, 210), (250, 240, 214)),
)
EVENING_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((118, 108, 170), (255, 196, 140)),
    ((240, 140, 110), (255, 222, 160)),
    ((86, 96, 160), (246, 170, 170)),
)
NIGHT_SKIES: tuple[tuple[Colour, Colour], ...] = (((20, 26, 58), (64, 78, 128)), ((14, 20, 44), (46, 60, 92)))
GRASS: tuple[Colour, ...] = ((146, 192, 96), (124, 178, 92), (168, 198, 104), (188, 190, 104), (110, 166, 106))
SAND: tuple[Colour, ...] = ((240, 216, 164), (232, 204, 150), (246, 228, 188))
WATER: tuple[Colour, ...] = ((86, 164, 204), (64, 142, 186), (96, 186, 190), (116, 170, 200))


def fade(picture: Image.Image, top: float, bottom: float, upper: Colour, lower: Colour) -> None:
    """Fill a band of the picture (heights as shares of it) with a gradient from `upper` to `lower`."""
    first, last = round(top * picture.height), round(bottom * picture.height)
    if last > first:
        ramp = Image.new("RGB", (1, 2))
        ramp.putdata([upper, lower])
        band = ramp.resize((1, last - first), Image.Resampling.BILINEAR).resize((picture.width, last - first))
        picture.paste(band, (0, first))


def haze_over(picture: Image.Image, horizon: float) -> Colour:
    """The colour of the sky just above the horizon."""
    red, green, blue = np.asarray(picture.crop((0, 0, 2, round(horizon * picture.height))))[-2, 1].tolist()
    return red, green, blue


def sky(picture: Image.Image, pen: Pen, chance: Chance, horizon: float, hour: str) -> None:
    """A sky with what belongs to the hour: sun and clouds, or moon and stars."""
    skies = {"day": DAY_SKIES, "evening": EVENING_SKIES, "night": NIGHT_SKIES}[hour]
    upper, lower = pick(chance, skies)
    fade(picture, 0, horizon, upper, lower)
    x, y = float(chance.uniform(0.1, 0.9)) * pen.width, float(chance.uniform(0.08, 0.26))
    if hour == "night":
        for _ in range(40):
            pen.disc(
                float(chance.uniform(0, pen.width)), float(chance.uniform(0, horizon)), 0.0032, lighter(upper, 0.7)
            )
        pen.disc(x, y, 0.05, (248, 240, 206))
        if chance.random() < 0.6:
            pen.disc(x + 0.022, y - 0.012, 0.043, mix(upper, lower, y / horizon))
        return
    if chance.random() < 0.6:
        sun = (255, 224, 120) if hour == "day" else (255, 168, 96)
        y = y if hour == "day" else horizon * float(chance.uniform(0.6, 1.0))
        pen.disc(x, y, 0.085, mix(lower, sun, 0.35))
        pen.disc(x, y, 0.06, sun)
    for _ in range(int(chance.integers(0, 4))):
        cloud(pen, chance, lighter(lower, 0.55), horizon)


def cloud(pen: Pen, chance: Chance, colour: Colour, horizon: float) -> None:
    """A flat-bottomed cloud."""
    x, y = float(chance.uniform(0, pen.width)), float(chance.uniform(0.08, 0.6)) * horizon
    size = float(chance.uniform(0.025, 0.055))
    for dx, dy, r in ((-1.6, 0, 0.8), (-0.7, -0.6, 1.1), (0.5, -0.8, 1.3), (1.6, -0.2, 0.9)):
        pen.disc(x + dx * size, y + dy * size, r * size, colour)
    pen.block(x - 2.4 * size, y - 0.2 * size, x + 2.5 * size, y + 0.8 * size, colour, 0.5 * size)


def hills(pen: Pen, chance: Chance, horizon: float, colour: Colour, haze: Colour, rows: int = 2) -> None:
    """Rows of round hills; the farther, the closer to the colour of the haze."""
    for row in range(rows, 0, -1):
        height, wave = float(chance.uniform(0.03, 0.09)) * row, float(chance.uniform(1.2, 2.6))
        shift = float(chance.uniform(0, 6.3))
        across = np.linspace(0, pen.width, 30)
        edge = horizon - height * (0.55 + 0.45 * np.sin(across * wave + shift))
        points = [(float(x), float(y)) for x, y in zip(across, edge, strict=True)]
        pen.shape([*points, (pen.width, horizon + 0.02), (0, horizon + 0.02)], mix(colour, haze, 0.28 * row))


def tufts(pen: Pen, chance: Chance, top: float, bottom: float, colour: Colour, count: int, flowers: bool) -> None:
    """Blades of grass, and flowers between them, larger towards the front."""
    petals = pick(chance, (WHITE, (250, 214, 90), (236, 130, 150), (190, 150, 220)))
    for _ in range(count):
        x, y = float(chance.uniform(0, pen.width)), float(chance.uniform(top, bottom))
        size = 0.012 + 0.03 * (y - top) / (1 - top + 1e-6)
        for lean in (-0.5, 0.0, 0.5):
            pen.stroke([(x, y), (x + lean * size, y - size)], colour, 0.004)
        if flowers and chance.random() < 0.5:
            pen.disc(x, y - size, size * 0.3, petals)


def meadow(picture: Image.Image, pen: Pen, chance: Chance, hour: str) -> None:
    """Grass to the horizon, hills behind, perhaps a path or a fence."""
    horizon, grass = 0.46, pick(chance, GRASS)
    sky(picture, pen, chance, horizon, hour)
    hills(pen, chance, horizon, darker(grass, 0.1), haze_over(picture, horizon))
    fade(picture, horizon, 1, lighter(grass, 0.2), darker(grass, 0.12))
    if chance.random() < 0.35:
        x, soil = float(chance.uniform(0.2, 0.8)) * pen.width, (214, 190, 140)
        pen.shape([(x, horizon), (x + 0.02, horizon), (x + 0.3, 1.0), (x - 0.16, 1.0)], soil)
    if chance.random() < 0.3:
        for k in range(round(pen.width / 0.12) + 1):
            pen.block(k * 0.12, 0.47, k * 0.12 + 0.015, 0.56, (236, 228, 210))
        for y in (0.49, 0.53):
            pen.block(0, y, pen.width, y + 0.012, (236, 228, 210))
    tufts(pen, chance, horizon + 0.06, 1, darker(grass, 0.22), 34, bool(chance.random() < 0.6))


def street(picture: Image.Image, pen: Pen, chance: Chance, hour: str) -> None:
    """A road seen from the side: hedge or skyline, pavement, lane marks."""
    horizon = 0.56
    sky(picture, pen, chance, horizon, hour)
    haze = haze_over(picture, horizon)
    if chance.random() < 0.5:
        x = -0.05
        while x < pen.width:
            wide, high = float(chance.uniform(0.08, 0.2)), float(chance.uniform(0.1, 0.36))
            tower = mix((120, 132, 156), haze, float(chance.uniform(0.35, 0.65)))
            pen.block(x, horizon - high, x + wide, horizon, tower)
            for y in np.arange(horizon - high + 0.025, horizon - 0.02, 0.045):
                for dx in np.arange(0.015, wide - 0.02, 0.035):
                    glow = LAMPLIGHT if hour == "night" and chance.random() < 0.5 else lighter(tower, 0.25)
                    pen.block(x + float(dx), float(y), x + float(dx) + 0.016, float(y) + 0.022, glow)
            x += wide + float(chance.uniform(0, 0.04))
    else:
        hills(pen, chance, horizon, pick(chance, GRASS), haze, rows=1)
    grass, tar = pick(chance, GRASS), pick(chance, ((112, 116, 126), (134, 134, 138), (96, 102, 116), (150, 140, 132)))
    fade(picture, horizon, 0.64, lighter(grass, 0.1), grass)
    fade(picture, 0.64, 0.7, (214, 208, 200), (196, 190, 184))
    fade(picture, 0.7, 1, darker(tar, 0.05), lighter(tar, 0.08))
    pen.block(0, 0.695, pen.width, 0.71, (170, 166, 162))
    for k in range(-1, round(pen.width / 0.24) + 1):
        pen.block(k * 0.24 + 0.06, 0.835, k * 0.24 + 0.19, 0.85, (240, 236, 220))


def lake(picture: Image.Image, pen: Pen, chance: Chance, hour: str) -> None:
    """Water between a far shore and the near bank."""
    horizon, water, grass = 0.44, pick(chance, WATER), pick(chance, GRASS)
    sky(picture, pen, chance, horizon, hour)
    hills(pen, chance, horizon, darker(grass, 0.12), haze_over(picture, horizon))
    fade(picture, horizon, 1, lighter(water, 0.3), darker(water, 0.12))
    pen.block(0, horizon - 0.012, pen.width, horizon + 0.004, darker(grass, 0.15))
    ripples(pen, chance, horizon + 0.02, 0.9, lighter(water, 0.45))
    across = np.linspace(0, pen.width, 24)
    bank = 0.91 + 0.015 * np.sin(across * 4 + float(chance.uniform(0, 6)))
    edge = [(float(x), float(y)) for x, y in zip(across, bank, strict=True)]
    pen.shape([*edge, (pen.width, 1), (0, 1)], grass)
    tufts(pen, chance, 0.93, 1, darker(grass, 0.25), 16, flowers=True)


def ripples(pen: Pen, chance: Chance, top: float, bottom: float, colour: Colour) -> None:
    """Short bright strokes on water, longer towards the front."""
    for _ in range(26):
        x, y = float(chance.uniform(0, pen.width)), float(chance.uniform(top, bottom))
        reach = 0.02 + 0.07 * (y - top)
        pen.stroke([(x - reach, y), (x + reach, y)], colour, 0.004 + 0.004 * (y - top))


def beach(picture: Image.Image, pen: Pen, chance: Chance, hour: str) -> None:
    """Sea, surf and sand; shells and a towel."""
    horizon, water, sand = 0.36, pick(chance, WATER), pick(chance, SAND)
    sky(picture, pen, chance, horizon, hour)
    fade(picture, horizon, 0.64, darker(water, 0.1), lighter(water, 0.25))
    ripples(pen, chance, horizon + 0.02, 0.58, lighter(water, 0.5))
    fade(picture, 0.62, 1, darker(sand, 0.08), sand)
    across = np.linspace(0, pen.width, 30)
    surf = 0.615 + 0.012 * np.sin(across * 6 + float(chance.uniform(0, 6)))
    edge = [(float(x), float(y)) for x, y in zip(across, surf, strict=True)]
    pen.shape([*edge, (pen.width, 0.65), (0, 0.65)], darker(sand, 0.14))
    pen.stroke(edge, WHITE, 0.012)
    for _ in range(24):
        x, y = float(chance.uniform(0, pen.width)), float(chance.uniform(0.68, 1))
        pen.disc(x, y, float(chance.uniform(0.002, 0.006)), pick(chance, (darker(sand, 0.15), WHITE)))
    if chance.random() < 0.4:
        x = float(chance.uniform(0.1, 0.8)) * pen.width
        pen.shape([(x, 0.9), (x + 0.2, 0.9), (x + 0.16, 0.97), (x - 0.04, 0.97)], paint(chance))


def winter(picture: Image.Image, pen: Pen, chance: Chance, hour: str) -> None:
    """Snow on the ground and on the hills."""
    horizon = 0.46
    sky(picture, pen, chance, horizon, hour)
    hills(pen, chance, horizon, (226, 234, 244), (190, 206, 226))
    fade(picture, horizon, 1, (246, 249, 252), (216, 226, 240))
    for _ in range(8):
        x, y = float(chance.uniform(0, pen.width)), float(chance.uniform(0.55, 1))
        pen.bow((x - 0.12, y), (x, y - 0.03), (x + 0.12, y), (226, 234, 245), 0.012)


def studio(picture: Image.Image, pen: Pen, chance: Chance, hour: str) -> None:
    """A plain wall and floor, as for a portrait."""
    colour = lighter(paint(chance), float(chance.uniform(0.3, 0.75)))
    colour = darker(colour, 0.6) if hour == "night" else colour
    line = float(chance.uniform(0.66, 0.78))
    fade(picture, 0, line, lighter(colour, 0.25), colour)
    fade(picture, line, 1, darker(colour, 0.12), darker(colour, 0.04))
    if chance.random() < 0.4:
        spot = lighter(colour, 0.2)
        for _ in range(12):
            x, y = float(chance.uniform(0, pen.width)), float(chance.uniform(0, line - 0.05))
            pen.disc(x, y, float(chance.uniform(0.01, 0.03)), spot)
