"""Sample pictures for the tutorial: toy scenes as JPEG files under names that give nothing away."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...errors import BadInput
from .scenes import Scene, draw_scene

# Smaller seeds are the model's (tools/train_toys.py): its training, calibration and held-out scenes are no samples.
FIRST_SEED = 9_360_000  # here the first sixty hold every kind at least six times, and most hold several
MOST = 9_999
CROWD = 12  # things in one picture, at most
STEP = 20_000_000  # between the seeds that are tried: all of plain samples lie below this
TRIES = 40  # seeds that are tried for a picture with the wanted number of things


def sample_pictures(
    folder: str | Path, count: int = 60, *, seed: int = 0, objects: tuple[int, int] | None = None
) -> list[dict[str, object]]:
    """Draw sample pictures into a folder.

    Parameters
    ----------
    folder
        Where to write ``toy-0001.jpg`` and so on; made if it is not there. Files of these names are replaced.
    count
        How many pictures, 1 to 9,999.
    seed
        Another seed (0 to 999), other pictures; the same seed, the same pictures.
    objects
        The fewest and the most things per picture, for example ``(2, 6)`` for boxes to be drawn; None: one to four,
        most pictures with few.

    Returns
    -------
    list of dict
        The truth, one row per picture, ready for ``pandas.DataFrame``: ``file``, ``concepts`` (names), and ``boxes``
        (concept, x0, y0, x1, y1 in pixels of the picture).

    Raises
    ------
    BadInput
        `count`, `seed` or `objects` is out of range.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = sample_pictures(folder, 2)
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['toy-0001.jpg', 'toy-0002.jpg']
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [len(row["boxes"]) for row in sample_pictures(folder, 2, objects=(3, 3))]
    [3, 3]
    """
    if not 1 <= count <= MOST:
        raise BadInput(f"expected a count from 1 to {MOST:,}, got {count}; ask for fewer or use several seeds.")
    if not 0 <= seed <= 999:
        raise BadInput(f"expected a seed from 0 to 999, got {seed}; choose another.")
    if objects is not None:
        _refuse_crowd(objects)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, object]] = []
    for number in range(1, count + 1):
        own = FIRST_SEED + seed * (MOST + 1) + number
        scene = draw_scene(own) if objects is None else _crowded(own, *objects)
        name = f"toy-{number:04d}.jpg"
        scene.picture.save(place / name, quality=88)
        boxes = [(thing.kind, *thing.box) for thing in scene.things]
        rows.append({"file": name, "concepts": list(scene.kinds), "boxes": boxes})
    return rows


def _crowded(seed: int, fewest: int, most: int) -> Scene:
    """Draw a scene in which this many things can be seen; the nearest to that, should there be none."""
    wanted = int(np.random.default_rng(seed).integers(fewest, most + 1))
    tried = []
    for turn in range(TRIES):  # steps beyond all seeds of plain samples, so that no two pictures are alike
        scene = draw_scene(seed + (turn + 1) * STEP, count=wanted + turn // 8)
        if len(scene.things) == wanted:
            return scene
        tried.append(scene)
    return min(tried, key=lambda one: abs(len(one.things) - wanted))


def _refuse_crowd(objects: tuple[int, int]) -> None:
    try:
        fewest, most = objects
        fine = 1 <= fewest <= most <= CROWD and int(fewest) == fewest and int(most) == most
    except (TypeError, ValueError):
        fine = False
    if not fine:
        raise BadInput(f"expected objects as (fewest, most) within 1 to {CROWD}, got {objects!r:.60}.")
