"""Cars, trucks, buses and bicycles: each function draws one design into a frame of height one, facing right."""

from __future__ import annotations

import numpy as np

from .drawing import INK, LAMPLIGHT, WHITE, Colour, Pen, Point, darker, lighter, mix, paint, pick

Chance = np.random.Generator
SILVER: Colour = (214, 218, 224)
BRAKE: Colour = (216, 58, 58)


def _wheel(pen: Pen, x: float, radius: float, rim: Colour = SILVER) -> None:
    pen.disc(x, 1 - radius, radius, INK)
    pen.disc(x, 1 - radius, radius * 0.52, rim)
    pen.disc(x, 1 - radius, radius * 0.18, INK)


def _lamps(pen: Pen, front: float, back: float, y: float, size: float = 0.09) -> None:
    pen.block(front - size * 0.9, y, front, y + size, LAMPLIGHT, size * 0.35)
    pen.block(back, y, back + size * 0.7, y + size, BRAKE, size * 0.3)


def _coachwork(pen: Pen, chance: Chance, body: Colour, roof: list[Point], glass: list[list[Point]]) -> None:
    """What every car has: the cabin with its windows over a rounded body, sill, door, lamps and wheels."""
    top = body if chance.random() < 0.7 else pick(chance, (WHITE, INK, lighter(body, 0.6)))
    pen.shape(roof, top, soft=2)
    for pane in glass:
        pen.shape(pane, pen.glass, soft=1)
    pen.block(0.02, 0.44, 1.98, 0.86, body, 0.13)
    pen.block(0.06, 0.72, 1.94, 0.86, darker(body), 0.07)
    if chance.random() < 0.35:
        pen.block(0.06, 0.56, 1.94, 0.63, pick(chance, (WHITE, INK, lighter(body, 0.5))))
    pen.stroke([(1.0, 0.48), (1.0, 0.74)], darker(body), 0.018)
    pen.stroke([(1.06, 0.53), (1.14, 0.53)], darker(body, 0.5), 0.03)
    _lamps(pen, 1.97, 0.03, 0.52, 0.11)
    rim = pick(chance, (SILVER, lighter(body, 0.5), WHITE))
    for x in (0.42, 1.55):
        pen.disc(x, 0.82, 0.21, darker(body, 0.45))
        _wheel(pen, x, 0.18, rim)


def hatchback(pen: Pen, chance: Chance) -> None:
    """A small round car."""
    roof: list[Point] = [(0.14, 0.54), (0.36, 0.02), (1.3, 0.02), (1.72, 0.54)]
    left: list[Point] = [(0.38, 0.44), (0.5, 0.1), (0.92, 0.1), (0.92, 0.44)]
    right: list[Point] = [(0.99, 0.44), (0.99, 0.1), (1.26, 0.1), (1.5, 0.44)]
    _coachwork(pen, chance, paint(chance), roof, [left, right])


def saloon(pen: Pen, chance: Chance) -> None:
    """A long car with a boot; sometimes a taxi or the police."""
    trade = pick(chance, ("", "", "", "taxi", "police"))
    body = {"taxi": (246, 200, 60), "police": (58, 98, 180)}.get(trade, paint(chance))
    if trade:
        pen.block(0.84, 0.0, 1.06, 0.12, WHITE if trade == "taxi" else (90, 190, 255), 0.04)
    roof: list[Point] = [(0.24, 0.54), (0.52, 0.08), (1.28, 0.08), (1.62, 0.54)]
    left: list[Point] = [(0.5, 0.45), (0.64, 0.16), (0.92, 0.16), (0.92, 0.45)]
    right: list[Point] = [(0.99, 0.45), (0.99, 0.16), (1.24, 0.16), (1.44, 0.45)]
    _coachwork(pen, chance, body, roof, [left, right])


def minivan(pen: Pen, chance: Chance) -> None:
    """A tall car with three windows: at a glance it could be a small bus."""
    roof: list[Point] = [(0.04, 0.6), (0.08, 0.0), (1.46, 0.0), (1.86, 0.6)]
    panes: list[list[Point]] = [
        [(x, 0.4), (x, 0.1), (x + wide, 0.1), (x + wide + lean, 0.4)]
        for x, wide, lean in ((0.2, 0.36, 0.0), (0.64, 0.36, 0.0), (1.08, 0.28, 0.22))
    ]
    _coachwork(pen, chance, paint(chance), roof, panes)


def _cab(pen: Pen, chance: Chance, x: float, end: float, top: float, colour: Colour) -> None:
    """A truck's cab between x and end."""
    lean = float(chance.uniform(0.04, 0.14))
    pen.shape([(x, 0.86), (x, top), (end - lean - 0.06, top), (end, top + 0.34), (end, 0.86)], colour, soft=1)
    pen.shape(
        [(x + 0.1, top + 0.3), (x + 0.1, top + 0.08), (end - lean - 0.1, top + 0.08), (end - 0.07, top + 0.3)],
        pen.glass,
    )
    pen.block(x, 0.74, end, 0.86, darker(colour), 0.04)
    pen.stroke([(x + 0.1, top + 0.4), (x + 0.2, top + 0.4)], darker(colour, 0.5), 0.03)
    pen.block(end - 0.09, 0.62, end, 0.72, LAMPLIGHT, 0.03)


def lorry(pen: Pen, chance: Chance) -> None:
    """A box truck with a sign on its side; now and then the fire brigade."""
    brigade = chance.random() < 0.2
    cab = (206, 48, 44) if brigade else paint(chance)
    cargo = cab if brigade else pick(chance, (WHITE, lighter(cab, 0.5), paint(chance)))
    pen.block(0.02, 0.78, 2.1, 0.88, INK)
    pen.block(0.0, 0.04, 1.46, 0.8, cargo, 0.04)
    pen.block(0.0, 0.68, 1.46, 0.8, darker(cargo, 0.18), 0.04)
    if brigade:
        pen.stroke([(0.1, 0.02), (1.4, 0.02)], SILVER, 0.05)
        pen.block(0.0, 0.4, 1.46, 0.5, WHITE)
        pen.block(1.66, 0.12, 1.84, 0.22, (90, 190, 255), 0.03)
    else:
        sign = paint(chance)
        mark = pick(chance, ("disc", "star", "band", "none", "bars"))
        if mark == "disc":
            pen.disc(0.73, 0.36, 0.2, sign)
        elif mark == "star":
            pen.star(0.73, 0.37, 0.24, sign)
        elif mark == "band":
            pen.block(0.0, 0.26, 1.46, 0.42, sign)
        elif mark == "bars":
            for k in range(5):
                pen.block(0.14 + k * 0.27, 0.1, 0.18 + k * 0.27, 0.64, darker(cargo, 0.14))
    _cab(pen, chance, 1.52, 2.16, 0.22, cab)
    for x in pick(chance, ((0.36, 1.8), (0.3, 0.66, 1.8))):
        _wheel(pen, x, 0.16)


def tipper(pen: Pen, chance: Chance) -> None:
    """A truck with an open, heaped bed."""
    bed = pick(chance, ((243, 176, 56), (122, 176, 92), (93, 140, 190), (200, 92, 70)))
    heap = pick(chance, ((150, 116, 84), (196, 172, 128), (120, 122, 128), (112, 82, 56), (104, 150, 80)))
    pen.block(0.06, 0.74, 1.96, 0.88, INK)
    pen.shape([(0.14, 0.4), (0.4, 0.1), (0.66, 0.18), (0.92, 0.02), (1.18, 0.22), (1.3, 0.4)], heap, soft=2)
    pen.shape([(0.0, 0.34), (1.36, 0.34), (1.3, 0.78), (0.18, 0.78)], bed)
    for x in (0.3, 0.62, 0.94):
        pen.shape([(x, 0.34), (x + 0.06, 0.34), (x + 0.08, 0.78), (x + 0.02, 0.78)], darker(bed, 0.2))
    _cab(pen, chance, 1.42, 2.0, 0.14, bed if chance.random() < 0.6 else paint(chance))
    for x in (0.4, 1.66):
        _wheel(pen, x, 0.18, mix(bed, WHITE, 0.4))


def pickup(pen: Pen, chance: Chance) -> None:
    """A truck almost as small as a car, crates on its bed."""
    body = paint(chance)
    for k in range(int(chance.integers(0, 4))):
        crate = pick(chance, ((196, 150, 96), (170, 120, 74), (120, 160, 90)))
        pen.block(0.12 + k * 0.27, 0.18, 0.36 + k * 0.27, 0.5, crate)
        pen.block(0.12 + k * 0.27, 0.32, 0.36 + k * 0.27, 0.36, darker(crate))
    pen.block(0.0, 0.44, 1.1, 0.84, body, 0.05)
    pen.shape([(0.98, 0.84), (0.98, 0.04), (1.46, 0.04), (1.68, 0.42), (2.06, 0.48), (2.1, 0.84)], body, soft=1)
    pen.shape([(1.08, 0.4), (1.08, 0.13), (1.4, 0.13), (1.56, 0.4)], pen.glass)
    pen.block(0.02, 0.72, 2.06, 0.85, darker(body), 0.05)
    pen.stroke([(0.06, 0.5), (0.96, 0.5)], darker(body), 0.03)
    _lamps(pen, 2.07, 0.0, 0.53)
    for x in (0.42, 1.66):
        _wheel(pen, x, 0.2)


def _windows(pen: Pen, count: int, left: float, right: float, top: float, bottom: float) -> None:
    step = (right - left) / count
    for k in range(count):
        pen.block(left + k * step, top, left + (k + 0.84) * step, bottom, pen.glass, 0.03)


def city_bus(pen: Pen, chance: Chance) -> None:
    """A long bus with a door and a number over the windscreen."""
    body = paint(chance)
    pen.block(0.02, 0.02, 2.7, 0.88, body, 0.1)
    pen.block(0.02, 0.76, 2.7, 0.88, darker(body), 0.06)
    stripe = pick(chance, (WHITE, INK, lighter(body, 0.6), paint(chance)))
    pen.block(0.02, 0.57, 2.7, 0.64, stripe)
    _windows(pen, int(chance.integers(4, 7)), 0.12, 2.08, 0.14, 0.48)
    pen.block(2.1, 0.16, 2.36, 0.86, darker(body, 0.35))
    pen.block(2.12, 0.18, 2.22, 0.84, pen.glass)
    pen.block(2.24, 0.18, 2.34, 0.84, pen.glass)
    pen.block(2.44, 0.14, 2.69, 0.56, pen.glass, 0.04)
    pen.block(2.4, 0.05, 2.64, 0.11, INK)
    _lamps(pen, 2.69, 0.03, 0.68)
    for x in (0.5, 1.9):
        _wheel(pen, x, 0.17)


def double_decker(pen: Pen, chance: Chance) -> None:
    """A bus with two floors."""
    body = pick(chance, ((206, 48, 44), (206, 48, 44), (52, 130, 90), (58, 104, 184), (236, 193, 84)))
    pen.block(0.02, 0.01, 1.68, 0.92, body, 0.07)
    pen.block(0.02, 0.82, 1.68, 0.92, darker(body), 0.04)
    pen.block(0.02, 0.41, 1.68, 0.47, pick(chance, (WHITE, lighter(body, 0.5))))
    _windows(pen, 5, 0.08, 1.66, 0.1, 0.34)
    _windows(pen, 4, 0.08, 1.2, 0.52, 0.72)
    pen.block(1.24, 0.52, 1.38, 0.9, darker(body, 0.4))
    pen.block(1.44, 0.52, 1.67, 0.74, pen.glass, 0.03)
    _lamps(pen, 1.67, 0.03, 0.8, 0.06)
    for x in (0.36, 1.12):
        _wheel(pen, x, 0.11)


def school_bus(pen: Pen, chance: Chance) -> None:
    """A yellow bus with a bonnet."""
    body: Colour = (250, 186, 50)
    pen.block(0.02, 0.02, 2.0, 0.88, body, 0.1)
    pen.block(1.8, 0.46, 2.38, 0.88, body, 0.1)
    _windows(pen, int(chance.integers(4, 6)), 0.14, 1.66, 0.15, 0.44)
    pen.block(1.72, 0.14, 1.97, 0.48, pen.glass, 0.04)
    for y in (0.53, 0.66):
        pen.block(0.03, y, 1.98, y + 0.035, INK)
    pen.block(0.02, 0.78, 2.38, 0.88, darker(body), 0.05)
    _lamps(pen, 2.37, 0.03, 0.58)
    for x in (0.46, 1.92):
        _wheel(pen, x, 0.18)


def minibus(pen: Pen, chance: Chance) -> None:
    """A short bus, often in two colours: at a glance it could be a big car."""
    body = paint(chance)
    pen.shape([(0.02, 0.88), (0.04, 0.02), (1.66, 0.02), (1.96, 0.46), (2.0, 0.88)], body, soft=1)
    if chance.random() < 0.6:
        pen.block(0.06, 0.5, 1.96, 0.88, lighter(body, 0.65), 0.06)
    pen.block(0.04, 0.78, 1.98, 0.88, darker(body), 0.04)
    _windows(pen, 4, 0.12, 1.44, 0.14, 0.42)
    pen.shape([(1.46, 0.42), (1.46, 0.14), (1.6, 0.14), (1.84, 0.42)], pen.glass)
    _lamps(pen, 1.99, 0.04, 0.58)
    for x in (0.42, 1.56):
        _wheel(pen, x, 0.18)


def bicycle(pen: Pen, chance: Chance) -> None:
    """Two wheels and a frame; a basket, a step-through frame or a racing handlebar now and then."""
    colour, tyre = paint(chance), pick(chance, (INK, INK, (96, 72, 56)))
    if min(colour) > 190:
        colour = darker(colour, 0.5)
    back, front, radius = (0.34, 0.67), (1.26, 0.67), 0.31
    for x, y in (back, front):
        for dx, dy in ((1, 0), (0, 1), (0.7, 0.7), (0.7, -0.7)):
            reach = radius * 0.94
            pen.stroke([(x - dx * reach, y - dy * reach), (x + dx * reach, y + dy * reach)], SILVER, 0.012)
        pen.ring(x, y, radius, tyre, 0.055)
        pen.disc(x, y, 0.045, tyre)
    crank, seat, head = (0.72, 0.7), (0.58, 0.24), (1.08, 0.24)
    low = (0.66, 0.5) if chance.random() < 0.4 else (0.61, 0.32)
    for a, b in ((back, crank), (back, low), (seat, crank), (low, head), (crank, (1.1, 0.34)), (head, front)):
        pen.stroke([a, b], colour, 0.055)
    pen.ring(*crank, 0.075, darker(colour, 0.5), 0.03)
    pen.stroke([crank, (0.8, 0.84)], INK, 0.03)
    pen.stroke([(0.45, 0.2), (0.66, 0.22)], INK, 0.075)
    pen.stroke([head, (1.04, 0.08)], colour, 0.045)
    if chance.random() < 0.5:
        pen.bow((1.04, 0.08), (1.24, 0.04), (1.2, 0.18), INK, 0.05)
    else:
        pen.bow((1.06, 0.08), (0.96, 0.0), (0.88, 0.1), INK, 0.05)
    if chance.random() < 0.35:
        weave: Colour = (196, 150, 96)
        pen.shape([(1.12, 0.14), (1.48, 0.14), (1.42, 0.4), (1.18, 0.4)], weave)
        pen.stroke([(1.12, 0.15), (1.48, 0.15)], darker(weave), 0.03)
