"""Sample pictures for the tutorial: toy scenes as JPEG files under names that give nothing away."""

from __future__ import annotations

from pathlib import Path

from ...errors import BadInput
from .scenes import draw_scene

# Smaller seeds are the model's (tools/train_toys.py): its training, calibration and held-out scenes are no samples.
FIRST_SEED = 9_360_000  # here the first sixty hold every kind at least six times, and most hold several
MOST = 9_999


def sample_pictures(folder: str | Path, count: int = 60, *, seed: int = 0) -> list[dict[str, object]]:
    """Draw sample pictures into a folder.

    Parameters
    ----------
    folder
        Where to write ``toy-0001.jpg`` and so on; made if it is not there. Files of these names are replaced.
    count
        How many pictures, 1 to 9,999.
    seed
        Another seed (0 to 999), other pictures; the same seed, the same pictures.

    Returns
    -------
    list of dict
        The truth, one row per picture, ready for ``pandas.DataFrame``: ``file``, ``concepts`` (names), and ``boxes``
        (concept, x0, y0, x1, y1 in pixels of the picture).

    Raises
    ------
    BadInput
        `count` or `seed` is out of range.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = sample_pictures(folder, 2)
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['toy-0001.jpg', 'toy-0002.jpg']
    """
    if not 1 <= count <= MOST:
        raise BadInput(f"expected a count from 1 to {MOST:,}, got {count}; ask for fewer or use several seeds.")
    if not 0 <= seed <= 999:
        raise BadInput(f"expected a seed from 0 to 999, got {seed}; choose another.")
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, object]] = []
    for number in range(1, count + 1):
        scene = draw_scene(FIRST_SEED + seed * (MOST + 1) + number)
        name = f"toy-{number:04d}.jpg"
        scene.picture.save(place / name, quality=88)
        boxes = [(thing.kind, *thing.box) for thing in scene.things]
        rows.append({"file": name, "concepts": list(scene.kinds), "boxes": boxes})
    return rows
