"""Toy scenes: pictures drawn from a seed, with the truth about what is in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from .drawing import pick
from .finish import finish
from .kinds import KINDS, PLACES
from .stage import Stage

ASPECTS = (4 / 3, 4 / 3, 3 / 2, 3 / 2, 16 / 9, 1.0, 4 / 5, 3 / 4)
COUNTS = (0.24, 0.35, 0.26, 0.15)  # how often a scene sets out to hold one, two, three, four things
SEEN = 0.3  # the share of a thing that must be visible for it to count
CROWDED, PACKED = 0.45, 0.68  # how much of a thing the next may hide: in most scenes, in a hard fifth


@dataclass(frozen=True)
class Thing:
    """One thing in a scene: its kind, its visible box (x0, y0, x1, y1) in pixels, the share of it that can be seen."""

    kind: str
    box: tuple[float, float, float, float]
    seen: float


@dataclass(frozen=True)
class Scene:
    """A drawn picture and what is in it, back to front."""

    picture: Image.Image
    things: tuple[Thing, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which kinds are in the picture, each once, in the order of `KINDS`."""
        return tuple(kind for kind in KINDS if any(thing.kind == kind for thing in self.things))


def draw_scene(seed: int, *, long_side: int | None = None, kind: str | None = None, count: int | None = None) -> Scene:
    """Draw the scene of a seed; the same seed gives the same scene at any size.

    Parameters
    ----------
    seed
        Which scene.
    long_side
        Length of the longer side in pixels; None: as the seed has it, 480 to 800.
    kind
        None: whatever the seed brings. Otherwise one thing of this kind, alone in front of a plain wall.
    count
        How many things are tried to be put down; None: one to four, as the seed has it. Where there is no room for one,
        or it ends up hidden, there are fewer.

    Returns
    -------
    Scene
        An RGB picture and its things.

    Examples
    --------
    >>> scene = draw_scene(7, long_side=96)
    >>> max(scene.picture.size)
    96
    >>> scene.kinds == draw_scene(7).kinds
    True
    """
    chance = np.random.default_rng(seed)
    own, aspect = int(chance.integers(12, 21)) * 40, pick(chance, ASPECTS)
    side = long_side or own
    size = (side, round(side / aspect)) if aspect >= 1 else (round(side * aspect), side)
    often = [place.often for place in PLACES]
    place = PLACES[int(chance.choice(len(PLACES), p=often))] if kind is None else PLACES[-1]
    hour = str(chance.choice(["day", "evening", "night"], p=[0.75, 0.13, 0.12]))
    stage = Stage(place, hour, size, chance, crowded=PACKED if chance.random() < 0.2 else CROWDED)
    if kind is None:
        usual = int(chance.choice(len(COUNTS), p=COUNTS)) + 1
        stage.fill(usual if count is None else count)
    else:
        stage.put(place.zones[0], kind, depth=0.5)
    picture = finish(stage.picture, chance, fine=stage.fine, hour=hour, snow=place.snow)
    return Scene(picture, tuple(_things(stage)))


def _things(stage: Stage) -> list[Thing]:
    """What can be seen well enough."""
    shares = [stage.cover.seen(number) for number in range(len(stage.kinds))]
    return [
        Thing(kind, stage.cover.box(number), round(share, 2))
        for number, (kind, share) in enumerate(zip(stage.kinds, shares, strict=True))
        if share >= SEEN
    ]
