"""The ten kinds of things in toy scenes: their designs, and the places where they plausibly stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from . import backdrops, creatures, landmarks, vehicles
from .drawing import Pen

Chance = np.random.Generator

# WordNet 3.0 noun offsets, chosen by hand among the senses of each word (house: a dwelling; dog: the animal)
SYNSETS: dict[str, int] = {
    "car": 2958343,
    "truck": 4490091,
    "bus": 2924116,
    "person": 7846,
    "bicycle": 2834778,
    "sheep": 2411705,
    "dog": 2084071,
    "tree": 13104059,
    "house": 3544360,
    "boat": 2858304,
}
KINDS: tuple[str, ...] = tuple(SYNSETS)


@dataclass(frozen=True)
class Design:
    """One way to draw a kind: its width and its size, both in heights (of itself, of a grown-up)."""

    draw: Callable[[Pen, Chance], None]
    width: float
    size: float


DESIGNS: dict[str, tuple[Design, ...]] = {
    "car": (
        Design(vehicles.hatchback, 2.0, 0.85),
        Design(vehicles.saloon, 2.0, 0.8),
        Design(vehicles.minivan, 2.0, 0.95),
    ),
    "truck": (
        Design(vehicles.lorry, 2.2, 1.2),
        Design(vehicles.tipper, 2.05, 1.1),
        Design(vehicles.pickup, 2.15, 0.9),
    ),
    "bus": (
        Design(vehicles.city_bus, 2.74, 1.15),
        Design(vehicles.double_decker, 1.72, 1.6),
        Design(vehicles.school_bus, 2.42, 1.15),
        Design(vehicles.minibus, 2.04, 1.0),
    ),
    "person": (Design(creatures.person, 0.5, 1.0), Design(creatures.person, 0.5, 0.7)),
    "bicycle": (Design(vehicles.bicycle, 1.6, 0.68),),
    "sheep": (Design(creatures.sheep, 1.32, 0.62),),
    "dog": (
        Design(creatures.dog, 1.36, 0.55),
        Design(creatures.sitting_dog, 0.84, 0.58),
        Design(creatures.dachshund, 1.8, 0.42),
        Design(creatures.poodle, 1.4, 0.52),
    ),
    "tree": (
        Design(landmarks.round_tree, 0.88, 1.9),
        Design(landmarks.pine, 0.64, 2.0),
        Design(landmarks.birch, 0.6, 2.0),
        Design(landmarks.bare_tree, 0.84, 1.8),
    ),
    "house": (
        Design(landmarks.cottage, 1.18, 1.9),
        Design(landmarks.townhouse, 0.74, 2.4),
        Design(landmarks.barn, 1.36, 1.8),
    ),
    "boat": (
        Design(landmarks.sailing_boat, 1.0, 1.6),
        Design(landmarks.rowing_boat, 2.2, 0.5),
        Design(landmarks.steam_boat, 1.5, 1.0),
        Design(landmarks.motor_boat, 2.1, 0.6),
    ),
}
PALM = Design(landmarks.palm, 0.9, 1.9)
BEACH_HUT = Design(landmarks.beach_hut, 0.8, 1.4)


@dataclass(frozen=True)
class Zone:
    """A strip of ground: which kinds stand on it, and how tall a grown-up is there.

    Parameters
    ----------
    kinds
        What may stand here; a kind named twice comes twice as often.
    far, near
        Height of the feet at the strip's back and front, as shares of the picture's height from its top.
    small, tall
        Height of a grown-up at the back and at the front, as shares of the picture's height.
    wet
        True: water, which mirrors what floats on it.
    """

    kinds: tuple[str, ...]
    far: float
    near: float
    small: float
    tall: float
    wet: bool = False

    def feet(self, depth: float) -> float:
        """Where the feet are at a depth from 0 (back) to 1 (front)."""
        return self.far + (self.near - self.far) * depth

    def grown_up(self, depth: float) -> float:
        """How tall a grown-up is at a depth."""
        return self.small + (self.tall - self.small) * depth


@dataclass(frozen=True)
class Place:
    """A backdrop and the strips of ground in front of it, back to front."""

    paint: Callable[[Image.Image, Pen, Chance, str], None]
    zones: tuple[Zone, ...]
    often: float
    snow: float = 0.0  # how likely it snows
    instead: tuple[tuple[str, Design], ...] = ()  # designs that belong to this place alone


PLACES: tuple[Place, ...] = (
    Place(
        backdrops.meadow,
        (
            Zone(("house", "tree", "house", "tree", "house", "tree", "truck", "car", "boat"), 0.52, 0.62, 0.15, 0.22),
            Zone(
                ("sheep", "sheep", "sheep", "dog", "dog", "dog", "person", "person", "bicycle", "tree", "car"),
                0.7,
                0.96,
                0.28,
                0.5,
            ),
        ),
        0.27,
    ),
    Place(
        backdrops.street,
        (
            Zone(("house", "tree"), 0.63, 0.645, 0.15, 0.2),
            Zone(("person", "person", "dog", "bicycle", "tree"), 0.67, 0.71, 0.2, 0.26),
            Zone(("car", "car", "car", "truck", "truck", "truck", "bus", "bus", "bicycle"), 0.8, 0.95, 0.26, 0.4),
        ),
        0.28,
    ),
    Place(
        backdrops.lake,
        (
            Zone(("house", "tree"), 0.45, 0.46, 0.1, 0.13),
            Zone(("boat",), 0.54, 0.82, 0.17, 0.4, wet=True),
            Zone(("person", "dog", "tree", "bicycle", "sheep"), 0.95, 0.99, 0.34, 0.5),
        ),
        0.13,
    ),
    Place(
        backdrops.beach,
        (
            Zone(("boat",), 0.42, 0.58, 0.12, 0.28, wet=True),
            Zone(("tree", "house", "boat", "person"), 0.68, 0.76, 0.2, 0.26),
            Zone(("person", "dog", "bicycle", "tree"), 0.8, 0.97, 0.32, 0.5),
        ),
        0.11,
        instead=(("tree", PALM), ("house", BEACH_HUT)),
    ),
    Place(
        backdrops.winter,
        (
            Zone(("house", "tree", "tree"), 0.52, 0.62, 0.15, 0.22),
            Zone(("sheep", "dog", "person", "tree", "car", "truck", "bus", "bicycle"), 0.7, 0.96, 0.28, 0.5),
        ),
        0.11,
        snow=0.6,
    ),
    Place(
        backdrops.studio,
        (Zone(KINDS, 0.82, 0.93, 0.4, 0.62),),
        0.1,
    ),
)
