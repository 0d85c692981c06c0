"""A function of one's own as a model: pictures in, concepts with probabilities out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack, overload

from ..domain.names import digest, new_id
from ..domain.predictions import Vocabulary
from ..errors import BadInput, ModelFailed
from .answers import guesses_from, rows_from
from .labels import read_labels
from .predictor import BATCH, Answer, Source

Function = Callable[[Any], Any]  # the user's own: what it takes and gives is checked when it runs


@dataclass(frozen=True, eq=False)
class FunctionPredictor:
    """A user's function behind the `Predictor` protocol; made by `predictor`. Calling it calls the function."""

    function: Function
    name: str
    key: str
    vocabulary: Vocabulary
    batched: bool = True
    batch_size: int = BATCH
    at_least: int | None = None

    def __call__(self, pictures: Any) -> Any:
        """Call the function itself, as if it were not decorated."""
        return self.function(pictures)

    def prepare(self, source: Source) -> Any:
        """Open one picture: PIL, RGB, upright."""
        from ..media.image import open_image

        return open_image(source, at_least=self.at_least).rgb

    def predict_batch(self, prepared: list[Any]) -> list[Answer]:
        """Ask the function, and check what it answers."""
        if self.batched:
            rows = rows_from(self.function(prepared), self.name)
        else:
            rows = [self.function(picture) for picture in prepared]
        if len(rows) != len(prepared):
            raise ModelFailed(
                f"expected {self.name!r:.80} to answer {len(prepared)} pictures with {len(prepared)} answers, "
                f"got {len(rows)}; give one answer per picture (a function of one picture: batched=False)."
            )
        return [Answer.of(guesses_from(row, self.vocabulary.labels, self.name)) for row in rows]


class FunctionOptions(TypedDict, total=False):
    """What `predictor` takes beside the function."""

    labels: Iterable[str] | str | Path | None
    name: str
    version: str
    batched: bool
    batch_size: int
    exclusive: bool
    at_least: int | None


@overload
def predictor(function: Function, /, **options: Unpack[FunctionOptions]) -> FunctionPredictor: ...
@overload
def predictor(
    function: None = None, /, **options: Unpack[FunctionOptions]
) -> Callable[[Function], FunctionPredictor]: ...
def predictor(
    function: Function | None = None,
    /,
    *,
    labels: Iterable[str] | str | Path | None = None,
    name: str = "",
    version: str = "",
    batched: bool = True,
    batch_size: int = BATCH,
    exclusive: bool = False,
    at_least: int | None = None,
) -> FunctionPredictor | Callable[[Function], FunctionPredictor]:
    """Make a model out of a function, as a decorator or by a call.

    Parameters
    ----------
    function
        It takes a list of PIL pictures (RGB, upright) and gives one answer per picture: a dict of label to
        probability, a list of (label, probability), or a row of an array of shape (pictures, labels).
    labels
        All labels that it may answer, or the path of a file with one per line.
    name
        How the model is called on the screen; by default the function's name.
    version
        Predictions are kept under name, labels and this text. Without it they are kept apart for every new
        definition, because nobody can see whether the function's weights have changed.
    batched
        False: the function takes one picture and gives one answer.
    batch_size
        How many pictures a call gets at most.
    exclusive
        True: the probabilities of one picture sum to one.
    at_least
        How many pixels the shorter side needs; large JPEGs are then decoded smaller, which is faster. None: all.

    Raises
    ------
    BadInput
        No labels, a label twice, no function, or a batch size below 1.

    Examples
    --------
    >>> @predictor(labels=["bright", "dark"], batched=False)
    ... def brightness(picture):
    ...     level = picture.convert("L").resize((1, 1)).getpixel((0, 0)) / 255
    ...     return {"bright": level, "dark": 1 - level}
    >>> brightness.name, brightness.vocabulary.labels
    ('brightness', ('bright', 'dark'))
    """
    known = read_labels(labels)
    if not isinstance(batch_size, int) or batch_size < 1:
        raise BadInput(f"expected a batch size as a whole number of at least 1, got {batch_size!r:.80}.")

    def wrap(function: Function) -> FunctionPredictor:
        if not callable(function):
            raise BadInput(f"expected a function that takes pictures, got {type(function).__name__}.")
        called = name or getattr(function, "__name__", type(function).__name__)
        key = digest("function", called, version or new_id(), str(exclusive), *known)
        vocabulary = Vocabulary(known, exclusive=exclusive)
        return FunctionPredictor(function, called, key, vocabulary, batched, batch_size, at_least)

    return wrap if function is None else wrap(function)
