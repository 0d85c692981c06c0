"""People, sheep and dogs: each function draws one design into a frame of height one, facing right."""

from __future__ import annotations

import numpy as np

from .drawing import INK, WHITE, Colour, Pen, Point, darker, lighter, paint, pick

Chance = np.random.Generator
SKINS: tuple[Colour, ...] = ((248, 214, 184), (236, 188, 150), (204, 148, 108), (150, 100, 68), (104, 68, 48))
HAIRS: tuple[Colour, ...] = ((40, 34, 34), (86, 56, 38), (150, 92, 50), (222, 184, 106), (188, 82, 46), (206, 206, 210))
WOOLS: tuple[Colour, ...] = ((250, 247, 238), (244, 236, 220), (232, 226, 216), (214, 200, 178), (84, 76, 74))
COATS: tuple[Colour, ...] = (
    (176, 120, 70),
    (122, 80, 50),
    (62, 54, 54),
    (226, 190, 132),
    (238, 232, 222),
    (160, 156, 158),
)


def _head(pen: Pen, chance: Chance, x: float, skin: Colour, hair: Colour) -> None:
    """A head with hair, perhaps a hat, and a face that smiles."""
    pen.disc(x, 0.115, 0.104, hair)
    pen.disc(x + 0.012, 0.147, 0.086, skin)
    for eye in (0.0, 0.058):
        pen.disc(x + eye, 0.135, 0.011, INK)
    pen.bow((x, 0.171), (x + 0.03, 0.197), (x + 0.06, 0.171), darker(skin, 0.45), 0.011)
    if chance.random() < 0.35:
        hat = paint(chance)
        pen.oval(x - 0.1, 0.012, x + 0.1, 0.14, hat)
        pen.block(x - 0.085, 0.098, x + 0.098, 0.14, skin)
        pen.block(x - 0.11, 0.078, x + 0.1, 0.1, darker(hat), 0.01)
        for eye in (0.0, 0.058):
            pen.disc(x + eye, 0.135, 0.011, INK)
        if chance.random() < 0.5:
            pen.disc(x, 0.022, 0.025, WHITE)
        else:
            pen.block(x + 0.02, 0.085, x + 0.17, 0.108, darker(hat), 0.01)


def _arms(pen: Pen, chance: Chance, x: float, sleeve: Colour, skin: Colour) -> None:
    for side in (-1, 1):
        shoulder: Point = (x + side * 0.085, 0.29)
        if chance.random() < 0.25:
            elbow, hand = (x + side * 0.17, 0.25), (x + side * 0.19, 0.12)
        else:
            swing = float(chance.uniform(0.0, 0.06))
            elbow, hand = (x + side * (0.12 + swing / 2), 0.41), (x + side * (0.125 + swing), 0.52)
        pen.stroke([shoulder, elbow], sleeve, 0.07)
        pen.stroke([elbow, hand], sleeve if chance.random() < 0.6 else skin, 0.052)
        pen.disc(*hand, 0.03, skin)


def person(pen: Pen, chance: Chance) -> None:
    """A walker in trousers, shorts or a dress; arms swinging or waving."""
    x, skin, top, below = 0.25, pick(chance, SKINS), paint(chance), darker(paint(chance), 0.12)
    stride = float(chance.uniform(0.01, 0.09))
    dress, shoe = chance.random() < 0.3, pick(chance, (INK, (150, 70, 60), WHITE, (90, 70, 60)))
    hair = pick(chance, HAIRS)
    if chance.random() < 0.45:
        pen.block(x - 0.12, 0.08, x + 0.085, 0.31, hair, 0.07)
    leg = skin if dress or chance.random() < 0.25 else below
    for side in (-1, 1):
        foot = x + side * (0.045 + stride)
        pen.stroke([(x + side * 0.045, 0.56), (foot, 0.95)], leg, 0.075)
        pen.block(foot - 0.04, 0.945, foot + 0.075, 0.995, shoe, 0.025)
    _arms(pen, chance, x, top, skin)
    if dress:
        pen.block(x - 0.1, 0.24, x + 0.1, 0.5, top, 0.06)
        pen.shape([(x - 0.1, 0.34), (x + 0.1, 0.34), (x + 0.155, 0.74), (x - 0.155, 0.74)], top)
        pen.block(x - 0.112, 0.46, x + 0.112, 0.49, darker(top))
    else:
        pen.block(x - 0.1, 0.5, x + 0.1, 0.66, below, 0.04)
        pen.block(x - 0.108, 0.24, x + 0.108, 0.59, top, 0.06)
        if chance.random() < 0.4:
            pen.block(x - 0.108, 0.36, x + 0.108, 0.43, lighter(top, 0.6))
    pen.block(x - 0.03, 0.2, x + 0.03, 0.26, skin)
    _head(pen, chance, x, skin, hair)
    if chance.random() < 0.15:
        balloon = paint(chance)
        pen.stroke([(x + 0.175, 0.5), (x + 0.175, 0.14)], INK, 0.008)
        pen.oval(x + 0.11, 0.0, x + 0.24, 0.17, balloon)


def sheep(pen: Pen, chance: Chance) -> None:
    """A cloud of wool on four legs, looking up or grazing."""
    wool = pick(chance, WOOLS)
    black = sum(wool) < 300
    face = pick(chance, ((70, 62, 64), (70, 62, 64), (222, 200, 176)))
    for x in (0.3, 0.46, 0.78, 0.92):
        pen.stroke([(x, 0.7), (x, 0.96)], darker(face, 0.1), 0.07)
    shade = darker(wool, 0.14) if not black else darker(wool, 0.3)
    for curl in range(9):
        pen.disc(0.22 + curl * 0.103, 0.63 + 0.05 * (curl % 2), 0.13, shade)
    pen.oval(0.1, 0.14, 1.14, 0.76, wool)
    for x, y in ((0.2, 0.36), (0.36, 0.24), (0.56, 0.19), (0.76, 0.2), (0.94, 0.28), (1.04, 0.44), (0.16, 0.52)):
        pen.disc(x + float(chance.uniform(-0.02, 0.02)), y, 0.15, wool)
    for x, y in ((0.36, 0.42), (0.6, 0.34), (0.82, 0.44), (0.56, 0.58)):
        pen.bow((x - 0.06, y), (x, y + 0.08), (x + 0.06, y), shade, 0.022)
    y = 0.36 if chance.random() < 0.65 else 0.62
    pen.oval(1.0, y - 0.17, 1.27, y + 0.2, face)
    pen.oval(0.92, y - 0.13, 1.06, y - 0.05, darker(face, 0.15))
    pen.disc(1.08, y - 0.15, 0.1, wool)
    pen.disc(1.15, y - 0.02, 0.035, WHITE)
    pen.disc(1.16, y - 0.02, 0.018, INK)
    pen.oval(0.04, 0.4, 0.16, 0.54, wool)


def _muzzle(pen: Pen, chance: Chance, x: float, y: float, coat: Colour, ear: Colour) -> None:
    """A dog's head around (x, y): snout to the right, an ear, an eye, a collar and at times a tongue."""
    pen.block(x, y - 0.02, x + 0.3, y + 0.15, coat, 0.07)
    pen.disc(x, y, 0.17, coat)
    if chance.random() < 0.4:
        pen.block(x + 0.17, y + 0.13, x + 0.23, y + 0.24, (232, 110, 120), 0.03)
    pen.oval(x + 0.24, y - 0.03, x + 0.33, y + 0.05, INK)
    pen.disc(x + 0.07, y - 0.03, 0.026, INK)
    if chance.random() < 0.6:
        pen.oval(x - 0.2, y - 0.13, x - 0.05, y + 0.21, ear)
    else:
        pen.shape([(x - 0.15, y - 0.08), (x - 0.1, y - 0.29), (x + 0.04, y - 0.13)], ear)


def dog(pen: Pen, chance: Chance) -> None:
    """A standing dog, tail up, with or without patches."""
    coat = pick(chance, COATS)
    ear = pick(chance, (darker(coat, 0.3), darker(coat, 0.3), coat, pick(chance, COATS)))
    paw = pick(chance, (coat, coat, lighter(coat, 0.6)))
    for x, colour in ((0.34, darker(coat, 0.2)), (0.24, coat), (0.86, darker(coat, 0.2)), (0.76, coat)):
        pen.stroke([(x, 0.6), (x, 0.95)], colour, 0.1)
        pen.block(x - 0.05, 0.93, x + 0.09, 1.0, paw, 0.03)
    pen.bow((0.2, 0.46), (0.0, 0.42), (0.06, 0.14), coat, 0.075)
    pen.block(0.14, 0.38, 0.96, 0.74, coat, 0.16)
    pen.shape([(0.76, 0.6), (0.8, 0.3), (0.98, 0.16), (1.06, 0.4), (0.96, 0.6)], coat, soft=1)
    if chance.random() < 0.4:
        pen.oval(0.34, 0.38, 0.62, 0.6, ear)
    pen.stroke([(0.8, 0.4), (1.02, 0.47)], paint(chance), 0.055)
    _muzzle(pen, chance, 1.0, 0.27, coat, ear)


def sitting_dog(pen: Pen, chance: Chance) -> None:
    """A dog that sits and waits."""
    coat = pick(chance, COATS)
    ear = pick(chance, (darker(coat, 0.3), darker(coat, 0.3), coat))
    pen.bow((0.2, 0.9), (-0.02, 0.9), (0.04, 0.66), coat, 0.07)
    pen.shape([(0.1, 0.98), (0.14, 0.62), (0.34, 0.3), (0.6, 0.34), (0.62, 0.98)], coat, soft=2)
    pen.oval(0.1, 0.66, 0.46, 1.0, darker(coat, 0.1))
    pen.stroke([(0.55, 0.6), (0.57, 0.95)], coat, 0.1)
    pen.block(0.5, 0.93, 0.68, 1.0, lighter(coat, 0.4), 0.03)
    pen.block(0.22, 0.93, 0.46, 1.0, lighter(coat, 0.4), 0.03)
    pen.shape([(0.44, 0.5), (0.56, 0.46), (0.58, 0.7), (0.5, 0.74)], lighter(coat, 0.55), soft=1)
    pen.stroke([(0.32, 0.42), (0.6, 0.46)], paint(chance), 0.055)
    _muzzle(pen, chance, 0.48, 0.25, coat, ear)


def dachshund(pen: Pen, chance: Chance) -> None:
    """A long dog close to the ground."""
    coat = pick(chance, COATS[:4])
    for x in (0.3, 0.42, 1.2, 1.32):
        pen.block(x - 0.06, 0.7, x + 0.06, 1.0, darker(coat, 0.15), 0.04)
    pen.bow((0.2, 0.56), (0.02, 0.5), (0.0, 0.26), coat, 0.07)
    pen.block(0.16, 0.46, 1.42, 0.84, coat, 0.17)
    if chance.random() < 0.4:
        pen.block(0.5, 0.44, 1.06, 0.84, paint(chance), 0.06)
    pen.shape([(1.16, 0.7), (1.24, 0.3), (1.46, 0.3), (1.44, 0.7)], coat, soft=1)
    _muzzle(pen, chance, 1.44, 0.32, coat, darker(coat, 0.3))


def poodle(pen: Pen, chance: Chance) -> None:
    """A dog in curls: from afar it could be a sheep."""
    coat = pick(chance, (*WOOLS[:3], (222, 196, 176), (84, 76, 74)))
    skin = darker(coat, 0.2)
    for x in (0.28, 0.4, 0.84, 0.96):
        pen.stroke([(x, 0.66), (x, 0.95)], skin, 0.075)
        pen.disc(x, 0.88, 0.08, coat)
    pen.stroke([(0.16, 0.46), (0.08, 0.28)], skin, 0.05)
    pen.disc(0.08, 0.22, 0.1, coat)
    pen.block(0.18, 0.42, 0.9, 0.72, skin, 0.14)
    for x, y in ((0.28, 0.5), (0.72, 0.42), (0.88, 0.44), (0.94, 0.6), (0.78, 0.62), (0.3, 0.62), (0.56, 0.48)):
        pen.disc(x, y, 0.16, coat)
    pen.stroke([(0.94, 0.46), (1.02, 0.28)], skin, 0.14)
    pen.block(1.0, 0.2, 1.35, 0.36, skin, 0.07)
    pen.disc(1.02, 0.2, 0.17, coat)
    pen.oval(0.86, 0.18, 1.0, 0.48, coat)
    pen.disc(1.33, 0.28, 0.04, INK)
    pen.disc(1.12, 0.25, 0.024, INK)
