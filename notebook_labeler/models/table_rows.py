"""The rows of a table of predictions: which input, which score, which region."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from ..domain.geometry import BOX, POLYGON, Polygon, Region, region
from ..domain.inputs import is_url
from ..domain.names import clean_name
from ..domain.predictions import Guess
from ..errors import BadInput

if TYPE_CHECKING:
    import pandas as pd


def drawn(frame: pd.DataFrame, column: str) -> dict[str, list[Guess]]:
    """Give the objects in a table by the place of their input; nothing where it has no regions.

    Parameters
    ----------
    frame
        With `column`, ``concept``, ``box`` and/or ``polygon``, and perhaps ``score``.
    column
        Which one names the inputs.

    Raises
    ------
    BadInput
        There are regions without concepts, a score is none, or a region is none.
    """
    shapes = [shape for shape in (POLYGON, BOX) if shape in frame.columns]
    there = frame[shapes].notna().any(axis=1) if shapes else None
    if there is None or not there.any():
        return {}
    if "concept" not in frame.columns:
        raise BadInput(f"expected a column concept beside {shapes[-1]}, got none; add one with each object's concept.")
    part = frame[there & frame[column].notna() & frame["concept"].notna()]
    concepts = {value: clean_name(value) for value in part["concept"].unique()}
    scores = scores_of(part.assign(score=part["score"].fillna(1.0))) if "score" in part.columns else np.ones(len(part))
    regions = zip(*(part[shape] for shape in shapes), strict=True)
    found: dict[str, list[Guess]] = {}
    for n, (place, said, score, values) in enumerate(
        zip(part[column], part["concept"], scores.tolist(), regions, strict=True)
    ):
        one = _region(dict(zip(shapes, values, strict=True)), n)
        rings = one.rings if isinstance(one, Polygon) else None
        found.setdefault(place_of(place, column), []).append(Guess(concepts[said], score, one.bounds.corners, rings))
    return found


def scores_of(long: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Give the column ``score`` as numbers from 0 to 1.

    Raises
    ------
    BadInput
        One is no such number.
    """
    try:
        scores = long["score"].to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(f"expected scores as numbers from 0 to 1, got {error}.") from error
    wrong = np.flatnonzero(~((scores >= 0) & (scores <= 1)))
    if wrong.size:
        raise BadInput(
            f"expected scores from 0 to 1, got {scores[wrong[0]]} for {long['concept'].iloc[wrong[0]]!r:.80} "
            f"(and {wrong.size - 1} more); pass probabilities, not logits or percentages."
        )
    return scores


def place_of(value: object, column: str) -> str:
    """Give how an input is called in a column."""
    text = str(value)
    return os.path.abspath(os.path.expanduser(text)) if column == "path" and not is_url(text) else text


def _region(cells: dict[str, Any], row: int) -> Region:
    """Give the region of a row, its polygon rather than its box. Any: cells are lists, arrays or JSON text."""
    shape, value = next((shape, value) for shape, value in cells.items() if not _missing(value))
    try:
        value = json.loads(value) if isinstance(value, str) else value
        return region({shape: value.tolist() if isinstance(value, np.ndarray) else value})
    except (BadInput, ValueError, TypeError) as error:
        raise BadInput(f"expected a {shape} in row {row} of the objects, got {value!r:.60}: {error}") from error


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))
