"""Predictions that somebody has already: a table, looked up by input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..domain.geometry import BOX, POLYGON
from ..domain.inputs import Input
from ..domain.names import clean_name, digest
from ..domain.predictions import Guess, Vocabulary
from ..errors import BadInput
from .predictor import Answer
from .table_rows import drawn, place_of, scores_of

if TYPE_CHECKING:
    import pandas as pd

INPUT_COLUMNS = ("input_id", "uri", "path", "name")  # the first that a table has says which input a row is about
BATCH_OF_ROWS = 512


@dataclass(frozen=True, eq=False)
class TablePredictor:
    """A table of predictions behind the `ByInput` protocol; made by `table`."""

    name: str
    key: str
    vocabulary: Vocabulary
    column: str
    rows: dict[str, tuple[Guess, ...]]
    batch_size: int = BATCH_OF_ROWS

    def predict_inputs(self, inputs: Sequence[Input]) -> list[Answer]:
        """Give what the table says of each input; nothing where it says nothing."""
        return [Answer.of(self.rows.get(self._place(one), ())) for one in inputs]

    def _place(self, one: Input) -> str:
        return {"input_id": one.input_id, "name": one.name}.get(self.column, one.uri)


def table(frame: pd.DataFrame, *, name: str = "table", exclusive: bool = False) -> TablePredictor:
    """Make a model out of a table of predictions.

    Parameters
    ----------
    frame
        One column says which input it is: ``input_id``, ``uri``, ``path`` or ``name`` (the file's name; two inputs
        of the same name both get the row). Long form: the columns ``concept`` and ``score`` (0 to 1), one row per
        prediction. Wide form: every other column is a concept, holding its score; empty cells say nothing. Objects:
        the long form with ``box`` (left, top, width, height), ``polygon`` (rings or points), or both, in pixels of the
        upright picture, as lists or JSON text; rows with neither say nothing, a missing score counts as 1.
        ``task.annotations`` and ``coco_results(...)`` are such tables.
    name
        How the model is called on the screen.
    exclusive
        True: the scores of one input sum to one.

    Raises
    ------
    BadInput
        Columns are missing, a score is no number from 0 to 1, or a region is none.

    Examples
    --------
    >>> import pandas as pd
    >>> found = table(pd.DataFrame({"name": ["a.jpg", "b.jpg"], "cat": [0.9, None], "dog": [0.1, 0.7]}))
    >>> found.vocabulary.labels
    ('cat', 'dog')
    >>> found.predict_inputs([Input.at("/photos/b.jpg")])[0].guesses
    (Guess(concept='dog', score=0.7, box=None, polygon=None),)
    """
    if frame.columns.nlevels > 1:
        raise BadInput("expected a table with one row of column names, got several; flatten them first.")
    column = next((c for c in INPUT_COLUMNS if c in frame.columns), None)
    if column is None:
        raise BadInput(
            f"expected a column {', '.join(INPUT_COLUMNS[:-1])} or {INPUT_COLUMNS[-1]} that names the inputs, "
            f"got {', '.join(map(str, frame.columns)) or 'none'}."
        )
    if objects := drawn(frame, column):
        rows = {place: tuple(guesses) for place, guesses in objects.items()}
        return TablePredictor(name, _key(name, column, rows), _words(rows), column, rows)
    long = frame if "concept" in frame.columns else _long(frame, column)
    if "score" not in long.columns:
        raise BadInput("expected a column score beside concept, got none; add one with numbers from 0 to 1.")
    long = long[[column, "concept", "score"]].dropna()
    places = [place_of(value, column) for value in long[column]]
    concepts = {value: clean_name(value) for value in long["concept"].unique()}
    scores = scores_of(long)
    best: dict[str, dict[str, float]] = {}
    for place, said, score in zip(places, long["concept"], scores.tolist(), strict=True):
        found = best.setdefault(place, {})
        found[concepts[said]] = max(score, found.get(concepts[said], 0.0))
    guesses = {place: tuple(Guess(c, s) for c, s in found.items()) for place, found in best.items()}
    labels = tuple(dict.fromkeys(concepts.values()))
    return TablePredictor(name, _key(name, column, guesses), Vocabulary(labels, exclusive=exclusive), column, guesses)


def _words(rows: Mapping[str, Sequence[Guess]]) -> Vocabulary:
    """Give the vocabulary of a table of objects."""
    said = [guess for guesses in rows.values() for guess in guesses]
    shapes = {BOX} | {POLYGON for guess in said if guess.polygon is not None}
    return Vocabulary(tuple(dict.fromkeys(g.concept for g in said)), exclusive=False, shapes=frozenset(shapes))


def _long(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    others = [c for c in frame.columns if c not in INPUT_COLUMNS]
    if not others:
        raise BadInput(f"expected columns concept and score, or one column per concept, got only {column!r}.")
    for other in others:
        if not np.issubdtype(np.asarray(frame[other].dropna()).dtype, np.number):
            raise BadInput(f"expected numbers from 0 to 1 in the column {other!r:.80}, got {frame[other].dtype}.")
    return frame.melt(id_vars=[column], value_vars=others, var_name="concept", value_name="score")


def _key(name: str, column: str, rows: Mapping[str, Sequence[Guess]]) -> str:
    lines = sorted(
        (place, sorted((g.concept, g.score, g.box or (), g.polygon or ()) for g in found))
        for place, found in rows.items()
    )
    return digest("table", name, column, repr(lines))
