"""Objects in a user's answer: a concept, a score, and a box, a polygon or a mask, in any of the usual forms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..domain.geometry import BOX, LABEL, POLYGON, SMALLEST, Box, Polygon, Region, region
from ..domain.predictions import Guess
from ..domain.tasks import one_of
from ..errors import BadInput, LabelerError, ModelFailed
from .arrays import array, rounded

XYXY, MASK = "xyxy", "mask"
REGIONS = (BOX, XYXY, POLYGON, MASK)
FORM = "dicts with concept, score and one of box ([left, top, width, height]), xyxy ([x0, y0, x1, y1]), polygon or mask"
SMALL = 16  # pixels: a picture with longer sides has no use for boxes of less than a pixel
SLIVER = 1.0


def read_shapes(shapes: str | Iterable[str]) -> frozenset[str]:
    """Give what a function answers with: ``label``, ``box``, ``polygon``, or several of these.

    Raises
    ------
    BadInput
        It is none of these, or labels and regions at once.
    """
    said = frozenset([shapes] if isinstance(shapes, str) else shapes)
    for shape in said:
        one_of("shapes", shape, (LABEL, BOX, POLYGON))
    if not said or (LABEL in said and len(said) > 1):
        raise BadInput(f"expected shapes as label, or box, polygon or both, got {sorted(said)}.")
    return said


def object_guess(said: Any, shapes: Collection[str], name: str) -> Guess | None:
    """Give one object of an answer: a `Guess` with a region, or a dict; None for an empty mask.

    Parameters
    ----------
    said
        What the function gave.
    shapes
        What it is declared to give: ``box``, ``polygon``.
    name
        The model's name, for the error.

    Raises
    ------
    ModelFailed
        It is no object, its region cannot be one, or it is not of a shape that was declared.
    """
    if isinstance(said, Guess):
        guess = said
        if guess.polygon is not None and guess.box is None:
            guess = replace(guess, box=Polygon(guess.polygon).bounds.corners)
    elif isinstance(said, Mapping) and "concept" in said and "score" in said:
        found = _of(said, name)
        if found is None:
            return None
        guess = found
    else:
        raise ModelFailed(f"expected {name!r:.80} to answer with {FORM}, got {said!r:.80}.")
    if guess.box is None:
        raise ModelFailed(f"expected a region with each object of {name!r:.80}, got none; answer with {FORM}.")
    if guess.polygon is None and BOX not in shapes:
        raise ModelFailed(f"expected polygons of {name!r:.80}, got a box; declare it with shapes='box'.")
    return guess if POLYGON in shapes else replace(guess, polygon=None)


def to_source(guess: Guess, seen: tuple[int, int], size: tuple[int, int], name: str) -> Guess | None:
    """Give an object in pixels of the source, cut at its sides; None if nothing is left.

    Parameters
    ----------
    guess
        In pixels of the picture as the function saw it.
    seen, size
        Width and height of that picture, and of the upright source.
    name
        The model's name, for the error.

    Raises
    ------
    ModelFailed
        The numbers are shares of the picture's size, not pixels.
    """
    x0, y0, x1, y1 = guess.box or (0, 0, 0, 0)
    if max(x0, y0, x1, y1) <= 1 and min(seen) > SMALL:
        raise ModelFailed(
            f"expected regions of {name!r:.80} in pixels of the picture, got numbers from 0 to 1; "
            "multiply x by its width and y by its height."
        )
    scale = size[0] / seen[0], size[1] / seen[1]
    if min(abs(x1 - x0) * scale[0], abs(y1 - y0) * scale[1]) < SMALLEST:
        return None
    try:
        whole = Box.spanning(x0 * scale[0], y0 * scale[1], x1 * scale[0], y1 * scale[1]).clipped(*size)
        if whole is None or min(whole.width / min(size[0], SLIVER), whole.height / min(size[1], SLIVER)) < 1:
            return None
        if guess.polygon is None:
            return replace(guess, box=whole.corners)
        rings = tuple(tuple(v * scale[n % 2] for n, v in enumerate(ring)) for ring in guess.polygon)
        drawn = Polygon(rings).clipped(*size)
    except LabelerError as error:
        raise ModelFailed(f"{name!r:.80} answered with a region that cannot be one: {error}") from error
    return None if drawn is None else replace(guess, box=whole.corners, polygon=drawn.rings)


def _of(said: Mapping[str, Any], name: str) -> Guess | None:
    given = [key for key in REGIONS if said.get(key) is not None]
    if len(given) != 1:
        raise ModelFailed(
            f"expected {name!r:.80} to answer with {FORM}, got {' and '.join(given) or 'no region'} in one object."
        )
    score = said["score"]
    try:
        found = _region(given[0], said[given[0]])
        if found is None:
            return None
        rings = found.rings if isinstance(found, Polygon) else None
        return Guess(said["concept"], rounded(score), found.bounds.corners, rings)
    except LabelerError as error:
        raise ModelFailed(f"{name!r:.80} answered with a {given[0]} that cannot be one: {error}") from error


def _region(key: str, value: Any) -> Region | None:
    value = array(value) if hasattr(value, "__array__") else value
    if key != MASK:
        value = value.tolist() if isinstance(value, np.ndarray) else value
        return None if _without_size(key, value) else region({key: value})
    from .segment.outline import outline

    return outline(value)


def _without_size(key: str, value: Any) -> bool:
    """Whether a box has come out as a line or a point, as detectors let happen; that is no mistake of anybody."""
    if key not in (BOX, XYXY) or not isinstance(value, list | tuple) or len(value) != 4:
        return False
    a, b, c, d = value
    return bool(c == a or d == b) if key == XYXY else bool(c == 0 or d == 0)
