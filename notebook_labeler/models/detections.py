"""From a detector's raw arrays to guesses: clamped to the picture, slivers and noise left out, best first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..domain.geometry import Polygon
from ..domain.predictions import Guess
from ..errors import BadInput

FLOOR = 0.05  # guesses below are noise
MOST = 300  # guesses per input
SLIVER = 1.0  # pixels: thinner boxes are no objects
NO_CONCEPT = frozenset({"__background__", "background", "n/a", "no object", "no-object"})
Array = np.ndarray[Any, Any]
Rings = tuple[tuple[float, ...], ...]


def named(label: str) -> bool:
    """Whether a class is a concept at all, and not the background or a gap in COCO's numbering.

    >>> [name for name in ("__background__", "person", "N/A") if named(name)]
    ['person']
    """
    return label.strip().casefold() not in NO_CONCEPT


def kept(scores: Array, boxes: Array, places: Array, labels: Sequence[str | None], size: tuple[int, int]) -> list[int]:
    """Give which detections are worth keeping: indices, best first, at most 300.

    Parameters
    ----------
    scores, boxes, places
        One row per detection: probability; x0, y0, x1, y1 in source pixels; place in `labels`.
    labels
        What the classes are called; None is no concept.
    size
        Width and height of the upright source in pixels.
    """
    if not len(scores):
        return []
    x0, y0, x1, y1 = clamped(boxes, size).T
    large = (x1 - x0 >= min(SLIVER, size[0])) & (y1 - y0 >= min(SLIVER, size[1]))
    known = np.array([0 <= place < len(labels) and labels[place] is not None for place in places.tolist()])
    good = np.flatnonzero((scores >= FLOOR) & large & known)
    order: list[int] = good[np.argsort(-scores[good], kind="stable")].tolist()
    return order[:MOST]


def clamped(boxes: Array, size: tuple[int, int]) -> Array:
    """Give boxes cut at the picture's sides; what is not finite has no size then."""
    ends = np.array([*size, *size], np.float64)
    inside: Array = np.clip(np.nan_to_num(np.asarray(boxes, np.float64).reshape(-1, 4)), 0, ends)
    return inside


def guesses(
    scores: Array,
    boxes: Array,
    places: Array,
    labels: Sequence[str | None],
    size: tuple[int, int],
    polygons: Sequence[Rings | None] | None = None,
) -> tuple[Guess, ...]:
    """Give guesses out of a detector's arrays; see `kept` for them. `polygons` has rings per detection, or None.

    Examples
    --------
    >>> guesses(np.array([0.9]), np.array([[-3.0, 0, 4, 5]]), np.array([1]), [None, "sheep"], (20, 20))[0].box
    (0.0, 0.0, 4.0, 5.0)
    """
    inside = clamped(boxes, size).tolist()
    said = []
    for n in kept(scores, boxes, places, labels, size):
        concept, rings = labels[int(places[n])], None if polygons is None else _inside(polygons[n], size)
        if concept is not None and (polygons is None or rings is not None):
            x0, y0, x1, y1 = inside[n]
            said.append(Guess(concept, min(1.0, float(scores[n])), (x0, y0, x1, y1), rings))
    return tuple(said)


def _inside(rings: Rings | None, size: tuple[int, int]) -> Rings | None:
    """Give what lies within the picture, None if that is nothing."""
    if rings is None:
        return None
    try:
        polygon = Polygon(rings).clipped(*size)
    except BadInput:  # it encloses nothing
        return None
    return None if polygon is None else polygon.rings
