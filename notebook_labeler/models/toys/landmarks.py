"""Trees, houses and boats: each function draws one design into a frame of height one."""

from __future__ import annotations

import numpy as np

from .drawing import GLASS, INK, WHITE, Colour, Pen, Point, darker, lighter, paint, pick

Chance = np.random.Generator
LEAVES: tuple[Colour, ...] = ((104, 162, 82), (74, 138, 84), (142, 178, 78), (60, 118, 78), (96, 150, 110))
AUTUMN: tuple[Colour, ...] = ((226, 142, 58), (208, 90, 60), (232, 184, 72))
BARKS: tuple[Colour, ...] = ((126, 88, 60), (104, 76, 58), (146, 110, 82))
ROOFS: tuple[Colour, ...] = ((190, 84, 66), (158, 74, 66), (92, 100, 118), (126, 92, 72), (72, 110, 128))
WALLS: tuple[Colour, ...] = (
    (250, 240, 220),
    (244, 212, 160),
    (240, 184, 160),
    (188, 214, 224),
    (206, 222, 186),
    (232, 232, 234),
    (206, 120, 92),
)


def _foliage(chance: Chance) -> Colour:
    return pick(chance, AUTUMN) if chance.random() < 0.18 else pick(chance, LEAVES)


def round_tree(pen: Pen, chance: Chance) -> None:
    """A leafy crown of discs, apples or blossom in it now and then."""
    leaf, bark = _foliage(chance), pick(chance, BARKS)
    pen.shape([(0.36, 1.0), (0.4, 0.5), (0.48, 0.5), (0.53, 1.0)], bark)
    pen.stroke([(0.44, 0.7), (0.6, 0.52)], bark, 0.04)
    crown = (
        (0.2, 0.42, 0.2),
        (0.66, 0.42, 0.2),
        (0.44, 0.5, 0.2),
        (0.3, 0.22, 0.2),
        (0.56, 0.22, 0.2),
        (0.44, 0.33, 0.24),
    )
    for x, y, size in crown:
        pen.disc(x + 0.012, y + 0.025, size, darker(leaf, 0.2))
    for x, y, size in crown:
        pen.disc(x, y, size - 0.012, leaf)
    for x, y in ((0.3, 0.18), (0.5, 0.26), (0.2, 0.38)):
        pen.disc(x, y, 0.07, lighter(leaf, 0.18))
    if chance.random() < 0.3:
        fruit = pick(chance, ((214, 60, 56), (250, 200, 214), (250, 170, 60)))
        for _ in range(9):
            pen.disc(float(chance.uniform(0.12, 0.74)), float(chance.uniform(0.14, 0.56)), 0.025, fruit)


def pine(pen: Pen, chance: Chance) -> None:
    """Three or four tiers of needles; at times with snow on them."""
    leaf, snowy = darker(pick(chance, LEAVES), 0.25), chance.random() < 0.25
    pen.block(0.27, 0.6, 0.37, 1.0, pick(chance, BARKS))
    tiers = int(chance.integers(3, 5))
    for tier in range(tiers - 1, -1, -1):
        top, half = tier * 0.6 / tiers, 0.16 + 0.16 * (tier + 1) / tiers
        foot = top + 0.36 - 0.02 * tiers
        colour = lighter(leaf, 0.06 * (tiers - tier))
        pen.shape([(0.32, top), (0.32 + half, foot), (0.32, foot + 0.03), (0.32 - half, foot)], colour)
        if snowy:
            pen.shape(
                [(0.32, top), (0.32 + half * 0.5, top + 0.16), (0.34, top + 0.12), (0.32 - half * 0.5, top + 0.17)],
                WHITE,
            )


def birch(pen: Pen, chance: Chance) -> None:
    """A white stem under a light, tall crown."""
    leaf = lighter(_foliage(chance), 0.12)
    pen.shape([(0.27, 1.0), (0.29, 0.3), (0.34, 0.3), (0.36, 1.0)], (236, 234, 228))
    for y in (0.72, 0.8, 0.87, 0.94):
        pen.block(0.28, y, 0.33, y + 0.014, INK)
    for x, y, wide, high in ((0.08, 0.3, 0.3, 0.4), (0.26, 0.26, 0.3, 0.42), (0.13, 0.0, 0.36, 0.5)):
        pen.oval(x, y, x + wide, y + high, darker(leaf, 0.12))
        pen.oval(x + 0.01, y, x + wide - 0.03, y + high - 0.04, leaf)


def palm(pen: Pen, chance: Chance) -> None:
    """A bent stem with a fan of fronds."""
    leaf = pick(chance, LEAVES[:4])
    for y in np.linspace(0.98, 0.3, 9):
        x = 0.34 + 0.16 * (1 - float(y)) ** 1.5
        pen.block(
            x - 0.04,
            float(y) - 0.06,
            x + 0.04,
            float(y) + 0.02,
            BARKS[2] if round(float(y) * 12) % 2 else BARKS[0],
            0.02,
        )
    top: Point = (0.44, 0.25)
    for x, y in (
        (0.0, 0.42),
        (0.88, 0.44),
        (0.06, 0.18),
        (0.84, 0.2),
        (0.22, 0.5),
        (0.68, 0.5),
        (0.3, 0.02),
        (0.62, 0.04),
    ):
        middle = ((top[0] + x) / 2, min(top[1], y) - 0.1)
        pen.shape([top, (middle[0], middle[1] + 0.02), (x, y), (middle[0], middle[1] + 0.14)], leaf, soft=2)
        pen.bow(top, (middle[0], middle[1] + 0.1), (x, y), darker(leaf, 0.2), 0.012)
    for x in (0.4, 0.47):
        pen.disc(x, 0.31, 0.035, BARKS[1])


def bare_tree(pen: Pen, chance: Chance) -> None:
    """A winter tree: stem and branches, no leaf."""
    bark = pick(chance, BARKS)
    pen.shape([(0.34, 1.0), (0.38, 0.5), (0.44, 0.5), (0.48, 1.0)], bark)
    for start, middle, end in (
        ((0.41, 0.62), (0.3, 0.5), (0.1, 0.3)),
        ((0.41, 0.58), (0.54, 0.44), (0.74, 0.26)),
        ((0.41, 0.54), (0.4, 0.3), (0.46, 0.02)),
        ((0.26, 0.46), (0.26, 0.3), (0.2, 0.1)),
        ((0.57, 0.41), (0.6, 0.24), (0.58, 0.1)),
        ((0.2, 0.4), (0.08, 0.42), (0.02, 0.46)),
        ((0.64, 0.36), (0.74, 0.4), (0.8, 0.42)),
    ):
        pen.bow(start, middle, end, bark, float(chance.uniform(0.022, 0.04)))


def _window(pen: Pen, x: float, y: float, size: float, frame: Colour) -> None:
    pen.block(x - size, y - size, x + size, y + size, frame)
    pen.block(x - size * 0.78, y - size * 0.78, x + size * 0.78, y + size * 0.78, pen.glass)
    pen.block(x - size * 0.08, y - size, x + size * 0.08, y + size, frame)
    pen.block(x - size, y - size * 0.08, x + size, y + size * 0.08, frame)


def cottage(pen: Pen, chance: Chance) -> None:
    """A house for a story: gable roof, chimney, door between two windows."""
    wall, roof, door = pick(chance, WALLS), pick(chance, ROOFS), paint(chance)
    frame = pick(chance, (WHITE, WHITE, darker(roof, 0.4)))
    if chance.random() < 0.7:
        pen.block(0.8, 0.04, 0.92, 0.34, darker(roof, 0.3))
        pen.block(0.78, 0.03, 0.94, 0.08, darker(roof, 0.45))
    pen.block(0.1, 0.4, 1.08, 1.0, wall)
    pen.block(0.1, 0.93, 1.08, 1.0, darker(wall, 0.25))
    pen.shape([(0.1, 0.46), (0.59, 0.1), (1.08, 0.46)], wall)
    pen.shape([(0.0, 0.47), (0.59, 0.02), (1.18, 0.47), (1.13, 0.53), (0.59, 0.13), (0.05, 0.53)], roof)
    pen.disc(0.59, 0.34, 0.075, frame)
    pen.disc(0.59, 0.34, 0.055, pen.glass)
    pen.block(0.49, 0.66, 0.69, 1.0, door, 0.02)
    pen.disc(0.655, 0.84, 0.015, WHITE)
    for x in (0.29, 0.89):
        _window(pen, x, 0.7, 0.095, frame)


def townhouse(pen: Pen, chance: Chance) -> None:
    """A narrow house with three floors."""
    wall, roof, door = pick(chance, WALLS), pick(chance, ROOFS), paint(chance)
    pen.shape([(0.04, 0.28), (0.14, 0.04), (0.6, 0.04), (0.7, 0.28)], roof)
    pen.block(0.08, 0.26, 0.66, 1.0, wall)
    pen.block(0.05, 0.25, 0.69, 0.29, darker(wall, 0.3))
    for y in (0.38, 0.59):
        for x in (0.21, 0.53):
            _window(pen, x, y, 0.065, WHITE)
    _window(pen, 0.21, 0.81, 0.065, WHITE)
    pen.block(0.43, 0.73, 0.61, 1.0, door, 0.03)


def barn(pen: Pen, chance: Chance) -> None:
    """A broad house with a hipped roof, often red and white."""
    wall = pick(chance, ((186, 66, 56), (186, 66, 56), (150, 110, 80), (206, 222, 186)))
    roof = pick(chance, ROOFS)
    pen.shape([(0.08, 0.5), (0.24, 0.2), (0.68, 0.04), (1.12, 0.2), (1.28, 0.5), (1.28, 1.0), (0.08, 1.0)], wall)
    for edge in (((0.02, 0.54), (0.22, 0.19), (0.68, 0.03)), ((1.34, 0.54), (1.14, 0.19), (0.68, 0.03))):
        pen.stroke(edge, roof, 0.06)
    pen.block(0.5, 0.6, 0.86, 1.0, WHITE)
    pen.block(0.53, 0.63, 0.83, 1.0, darker(wall, 0.15))
    pen.stroke([(0.53, 0.63), (0.83, 1.0)], WHITE, 0.025)
    pen.stroke([(0.83, 0.63), (0.53, 1.0)], WHITE, 0.025)
    for x in (0.28, 1.08):
        _window(pen, x, 0.74, 0.08, WHITE)
    _window(pen, 0.68, 0.34, 0.075, WHITE)


def beach_hut(pen: Pen, chance: Chance) -> None:
    """A small striped house."""
    stripe, roof = paint(chance), pick(chance, ROOFS)
    pen.block(0.08, 0.36, 0.72, 1.0, WHITE)
    for k in range(4):
        pen.block(0.08 + k * 0.16, 0.36, 0.16 + k * 0.16, 1.0, stripe)
    pen.shape([(0.08, 0.37), (0.4, 0.06), (0.72, 0.37)], lighter(stripe, 0.5))
    pen.shape([(0.0, 0.4), (0.4, 0.0), (0.8, 0.4), (0.75, 0.45), (0.4, 0.1), (0.05, 0.45)], roof)
    pen.block(0.28, 0.54, 0.52, 1.0, darker(stripe, 0.3))
    _window(pen, 0.4, 0.3, 0.06, WHITE)


def _hull(pen: Pen, points: list[Point], colour: Colour, trim: Colour) -> None:
    pen.shape(points, colour)
    (left, top), (right, _) = points[0], points[1]
    pen.stroke([(left + 0.02, top + 0.02), (right - 0.02, top + 0.02)], trim, 0.035)


def sailing_boat(pen: Pen, chance: Chance) -> None:
    """A hull, a mast and two sails."""
    hull, sail = paint(chance), pick(chance, (WHITE, WHITE, lighter(paint(chance), 0.3)))
    pen.block(0.43, 0.0, 0.46, 0.8, (140, 104, 76))
    pen.shape([(0.49, 0.04), (0.92, 0.68), (0.49, 0.7)], sail)
    if chance.random() < 0.4:
        pen.shape([(0.49, 0.36), (0.705, 0.36), (0.78, 0.47), (0.49, 0.47)], paint(chance))
    pen.shape([(0.41, 0.14), (0.1, 0.68), (0.41, 0.7)], darker(sail, 0.07))
    pen.shape([(0.46, 0.0), (0.58, 0.03), (0.46, 0.06)], paint(chance))
    _hull(pen, [(0.02, 0.76), (0.98, 0.76), (0.82, 1.0), (0.16, 1.0)], hull, WHITE)


def rowing_boat(pen: Pen, chance: Chance) -> None:
    """A low open boat with oars, planks and a raised bow."""
    hull = pick(chance, ((160, 108, 70), (190, 132, 84), paint(chance)))
    pen.shape([(0.1, 0.26), (1.0, 0.18), (2.0, 0.12), (1.5, 0.5), (0.2, 0.5)], darker(hull, 0.45), soft=2)
    for x in (0.55, 1.15):
        pen.block(x, 0.22, x + 0.2, 0.4, lighter(hull, 0.25), 0.03)
    pen.shape(
        [
            (0.02, 0.24),
            (0.4, 0.4),
            (1.2, 0.42),
            (1.8, 0.22),
            (2.18, 0.0),
            (2.06, 0.5),
            (1.66, 0.98),
            (0.44, 1.0),
            (0.08, 0.8),
        ],
        hull,
        soft=1,
    )
    for y in (0.56, 0.74):
        pen.bow((0.1, y - 0.06), (1.1, y + 0.14), (2.0, y - 0.22), darker(hull, 0.25), 0.03)
    for x in (0.7, 1.3):
        pen.stroke([(x, 0.2), (x - 0.46, 0.94)], (222, 190, 142), 0.05)
        pen.oval(x - 0.58, 0.8, x - 0.4, 1.0, (222, 190, 142))


def steam_boat(pen: Pen, chance: Chance) -> None:
    """A tug: cabin, funnel, portholes."""
    hull, funnel = paint(chance), pick(chance, ((206, 60, 54), INK, (243, 176, 56)))
    pen.block(0.5, 0.08, 0.7, 0.42, funnel)
    pen.block(0.5, 0.16, 0.7, 0.22, WHITE)
    pen.block(0.34, 0.36, 1.0, 0.64, (248, 244, 234), 0.03)
    pen.block(0.3, 0.33, 1.04, 0.39, darker(funnel, 0.2), 0.02)
    for x in (0.48, 0.67, 0.86):
        pen.disc(x, 0.51, 0.06, INK)
        pen.disc(x, 0.51, 0.045, pen.glass)
    _hull(pen, [(0.02, 0.62), (1.48, 0.54), (1.3, 1.0), (0.18, 1.0)], hull, WHITE)
    for x in (0.4, 0.7, 1.0):
        pen.ring(x, 0.8, 0.07, INK, 0.03)


def motor_boat(pen: Pen, chance: Chance) -> None:
    """A fast boat: sharp bow, windscreen, outboard engine."""
    hull, stripe = pick(chance, (WHITE, lighter(paint(chance), 0.2))), paint(chance)
    pen.shape([(0.74, 0.44), (1.0, 0.06), (1.08, 0.06), (1.2, 0.44)], darker(GLASS, 0.35))
    pen.shape([(0.8, 0.44), (1.01, 0.13), (1.12, 0.44)], GLASS)
    pen.block(0.42, 0.24, 0.6, 0.5, stripe, 0.05)
    pen.block(0.0, 0.3, 0.16, 0.86, INK, 0.05)
    pen.shape([(0.08, 0.44), (1.1, 0.42), (2.08, 0.24), (1.86, 0.66), (1.6, 1.0), (0.2, 1.0)], hull)
    pen.shape([(0.14, 0.72), (1.2, 0.7), (1.9, 0.56), (1.78, 0.76), (1.2, 0.86), (0.17, 0.88)], stripe)
    pen.stroke([(0.1, 0.46), (1.1, 0.44), (2.04, 0.27)], darker(hull, 0.25), 0.04)
    pen.stroke([(1.5, 0.36), (1.5, 0.2), (1.9, 0.18), (2.02, 0.26)], (170, 176, 186), 0.025)
