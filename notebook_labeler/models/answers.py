"""What a user's function answered, in any of the usual forms, as guesses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from ..domain.predictions import Guess
from ..errors import ModelFailed
from .arrays import array, rounded
from .regions import FORM, object_guess

FORMS = "a dict of label to probability, a list of (label, probability), or one probability per label"


def rows_from(said: Any, name: str) -> list[Any]:
    """Give one answer per picture, each still in the form in which the function gave it.

    Raises
    ------
    ModelFailed
        The answer is neither a list nor an array.
    """
    if isinstance(said, Mapping | str | bytes) or not (hasattr(said, "__len__") and hasattr(said, "__iter__")):
        raise ModelFailed(
            f"expected {name!r:.80} to give a list with one answer per picture, got {type(said).__name__}; "
            "a function of one picture is declared with batched=False."
        )
    return list(array(said)) if hasattr(said, "__array__") else list(said)


def guesses_from(row: Any, labels: tuple[str, ...], name: str) -> list[Guess]:
    """Give the guesses in one answer.

    Parameters
    ----------
    row
        A mapping of label to probability, a sequence of (label, probability) or of `Guess`, or an array or list
        with one probability per label, in the order of `labels`. None and an empty one mean nothing was found.
    labels
        The labels that may occur.
    name
        The model's name, for the error.

    Raises
    ------
    ModelFailed
        An unknown label, a score outside 0 to 1, not finite, or none of these forms.
    """
    if row is None:
        return []
    if isinstance(row, Mapping):
        pairs: list[Any] = list(row.items())
    elif isinstance(row, str | bytes) or not (isinstance(row, Sequence) or hasattr(row, "__array__")):
        raise ModelFailed(f"expected {name!r:.80} to answer with {FORMS}, got {type(row).__name__}.")
    elif hasattr(row, "__array__") or all(isinstance(value, int | float | np.number) for value in row):
        pairs = _labelled(array(row), labels, name)
    else:
        pairs = list(row)
    known = set(labels)
    return [_guess(pair, known, name) for pair in pairs]


def objects_from(row: Any, labels: tuple[str, ...], shapes: Collection[str], name: str) -> list[Guess]:
    """Give the objects in one answer, in pixels of the picture that the function saw.

    Parameters
    ----------
    row
        A list of `Guess` or dicts, see `regions.object_guess`. None and an empty one mean nothing was found.
    labels, name
        As `guesses_from` takes them.
    shapes
        What the function is declared to give: ``box``, ``polygon``.

    Raises
    ------
    ModelFailed
        An unknown label, a score outside 0 to 1, no region, one that cannot be, or none of these forms.
    """
    if row is None:
        return []
    if isinstance(row, str | bytes | Mapping) or not isinstance(row, Sequence):
        raise ModelFailed(f"expected {name!r:.80} to answer with a list of {FORM}, got {type(row).__name__}.")
    known = set(labels)
    return [_known(guess, known, name) for one in row if (guess := object_guess(one, shapes, name)) is not None]


def _labelled(scores: np.ndarray[Any, Any], labels: tuple[str, ...], name: str) -> list[Any]:
    if scores.size == 0 and scores.ndim == 1:
        return []
    if scores.shape != (len(labels),):
        shape = "x".join(map(str, scores.shape)) or "a single number"
        raise ModelFailed(
            f"expected {name!r:.80} to give {len(labels)} probabilities per picture (one per label), got {shape}."
        )
    return list(zip(labels, scores.tolist(), strict=True))


def _guess(pair: Any, known: set[str], name: str) -> Guess:
    if isinstance(pair, Guess):
        guess = pair
    else:
        try:
            label, score = pair
            guess = Guess(label, rounded(score))
        except (TypeError, ValueError) as error:
            raise ModelFailed(f"expected {name!r:.80} to answer with {FORMS}, got {pair!r:.80}.") from error
    return _known(guess, known, name)


def _known(guess: Guess, known: set[str], name: str) -> Guess:
    if guess.concept not in known:
        raise ModelFailed(
            f"{name!r:.80} answered {guess.concept!r:.80}, which is not among its {len(known)} labels; "
            "add it to labels=[...]."
        )
    return guess
