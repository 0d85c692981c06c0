"""What a model must be able to do, and the check that what it answered makes sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeGuard, runtime_checkable

import numpy as np

from ..domain.inputs import Input
from ..domain.predictions import Guess, Vocabulary
from ..errors import ModelFailed

Source = Path | bytes
BATCH = 16  # the sweet spot on a CPU: 64 is slower, 1 is much slower


@dataclass(frozen=True)
class Answer:
    """What a model says of one input: guesses, best first, and the embedding of the same pass, if it has one."""

    guesses: tuple[Guess, ...] = ()
    embedding: np.ndarray[Any, Any] | None = field(default=None, compare=False)  # float32, one dimension

    @classmethod
    def of(cls, said: Answer | Sequence[Guess]) -> Answer:
        """Give an answer, guesses sorted by descending score, from an answer or from bare guesses."""
        if isinstance(said, Answer):
            return cls(_best_first(said.guesses), said.embedding)
        return cls(_best_first(said))


class Named(Protocol):
    """What every model has."""

    @property
    def key(self) -> str:
        """The fingerprint under which predictions are kept: name, weights and preprocessing."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The concepts that it can name."""


class Predictor(Named, Protocol):
    """A model that looks at the input itself.

    `prepare` runs ahead in other threads; `predict_batch` runs in one thread, one call at a time.
    """

    @property
    def batch_size(self) -> int:
        """How many inputs one call of `predict_batch` takes at most."""

    def prepare(self, source: Source) -> Any:
        """Decode and resize one input, given as a path or as the file's bytes. It may raise: that input alone fails.

        Whatever it gives goes back into `predict_batch` of the same model, hence Any.
        """

    def predict_batch(self, prepared: list[Any]) -> Sequence[Answer | tuple[Guess, ...]]:
        """Answer each prepared input, in order."""


@runtime_checkable
class ByInput(Named, Protocol):
    """A model that answers by which input it is, and opens nothing (a table of earlier predictions)."""

    @property
    def batch_size(self) -> int:
        """How many inputs one call takes at most."""

    def predict_inputs(self, inputs: Sequence[Input]) -> Sequence[Answer]:
        """Answer each input, in order."""


Model = Predictor | ByInput


def is_predictor(model: object) -> TypeGuard[Predictor]:
    """Whether an object has what a `Predictor` has."""
    wanted = ("key", "name", "vocabulary", "batch_size", "prepare", "predict_batch")
    return not isinstance(model, type) and all(hasattr(model, name) for name in wanted)


def checked(model: Model, said: object, count: int) -> list[Answer]:
    """Give the answers of one call, refusing what cannot be one.

    Raises
    ------
    ModelFailed
        Not one answer per input, or a concept that the model's vocabulary does not have.
    """
    if not isinstance(said, Sequence):
        raise ModelFailed(f"expected {model.name!r:.80} to answer with a list, got {type(said).__name__}.")
    if len(said) != count:
        raise ModelFailed(
            f"expected {model.name!r:.80} to answer {count} inputs with {count} answers, got {len(said)}; "
            "give one answer per input, in order."
        )
    known = _known(model.vocabulary)
    answers = [Answer.of(one) for one in said]
    for guess in (g for answer in answers for g in answer.guesses):
        if guess.concept not in known:
            raise ModelFailed(
                f"{model.name!r:.80} answered {guess.concept!r:.80}, which is not among its {len(known)} labels; "
                "add it to the labels."
            )
    return answers


@lru_cache(maxsize=32)
def _known(vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset(vocabulary.labels)


def _best_first(guesses: Sequence[Guess]) -> tuple[Guess, ...]:
    return tuple(sorted(guesses, key=lambda g: -g.score))
