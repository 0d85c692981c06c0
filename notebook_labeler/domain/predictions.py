"""What a model says, in its own words: before any mapping, range or merging."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import ModelFailed


@dataclass(frozen=True)
class Vocabulary:
    """The concepts that a model can name.

    Parameters
    ----------
    labels
        The model's concepts, in its own order.
    synsets
        WordNet 3.0 noun offsets, one per label (None where unknown), or None.
    exclusive
        True: scores of one input sum to one (softmax). False: each stands alone (sigmoid, detector).
    shapes
        What it can fill: ``label``, ``box``, ``polygon``.
    """

    labels: tuple[str, ...]
    synsets: tuple[int | None, ...] | None = None
    exclusive: bool = True
    shapes: frozenset[str] = frozenset({"label"})

    def __len__(self) -> int:
        """How many concepts."""
        return len(self.labels)


@dataclass(frozen=True)
class Guess:
    """One proposal: a model concept and its probability, for the whole input or for a region of it.

    `box` is (x0, y0, x1, y1), `polygon` rings of x0, y0, x1, y1, ... as `geometry.Polygon` has them, both in pixels of
    the upright picture.
    """

    concept: str
    score: float
    box: tuple[float, float, float, float] | None = None
    polygon: tuple[tuple[float, ...], ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what is no probability."""
        if not (isinstance(self.score, float | int) and math.isfinite(self.score) and 0 <= self.score <= 1):
            raise ModelFailed(
                f"expected a score from 0 to 1 for {self.concept!r:.60}, got {self.score!r}; "
                "pass probabilities (softmax or sigmoid), not logits."
            )


@dataclass(frozen=True)
class Prediction:
    """All that one model says of one input. `error` says why there is nothing."""

    input_id: str
    model: str  # the model key
    guesses: tuple[Guess, ...] = ()
    error: str | None = None
