"""A function of one's own as a model: pictures in, concepts with probabilities out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, overload

from ..domain.geometry import LABEL
from ..domain.names import digest, new_id
from ..domain.predictions import Vocabulary
from ..errors import BadInput, ModelFailed
from .answers import guesses_from, objects_from, rows_from
from .labels import read_labels
from .predictor import BATCH, Answer, Source
from .regions import read_shapes, to_source

if TYPE_CHECKING:
    from ..media.image import Picture

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
    family: str = ""  # the same for every definition of a function without a version; empty where the key is

    def __call__(self, pictures: Any) -> Any:
        """Call the function itself, as if it were not decorated."""
        return self.function(pictures)

    def prepare(self, source: Source) -> Picture:
        """Open one picture: PIL, RGB, upright."""
        from ..media.image import open_image

        return open_image(source, at_least=self.at_least)

    def predict_batch(self, prepared: list[Picture]) -> list[Answer]:
        """Ask the function, and check what it answers."""
        pictures = [picture.rgb for picture in prepared]
        if self.batched:
            rows = rows_from(self.function(pictures), self.name)
        else:
            rows = [self.function(picture) for picture in pictures]
        if len(rows) != len(prepared):
            raise ModelFailed(
                f"expected {self.name!r:.80} to answer {len(prepared)} pictures with {len(prepared)} answers, "
                f"got {len(rows)}; give one answer per picture (a function of one picture: batched=False)."
            )
        return [self._answer(row, picture) for row, picture in zip(rows, prepared, strict=True)]

    def _answer(self, row: Any, picture: Picture) -> Answer:
        words = self.vocabulary
        if LABEL in words.shapes:
            return Answer.of(guesses_from(row, words.labels, self.name))
        found = objects_from(row, words.labels, words.shapes, self.name)
        size = picture.width, picture.height
        there = (to_source(guess, picture.rgb.size, size, self.name) for guess in found)
        return Answer.of([guess for guess in there if guess is not None])


class FunctionOptions(TypedDict, total=False):
    """What `predictor` takes beside the function."""

    labels: Iterable[str] | str | Path | None
    name: str
    version: str
    batched: bool
    batch_size: int
    exclusive: bool
    at_least: int | None
    shapes: str | Iterable[str]


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
    shapes: str | Iterable[str] = LABEL,
) -> FunctionPredictor | Callable[[Function], FunctionPredictor]:
    """Make a model out of a function, as a decorator or by a call.

    Parameters
    ----------
    function
        It takes a list of PIL pictures (RGB, upright) and gives one answer per picture: a dict of label to
        probability, a list of (label, probability), or a row of an array of shape (pictures, labels). With `shapes`,
        the answer is a list of objects: dicts with ``concept``, ``score`` and one of ``box`` ([left, top, width,
        height], as in our tables), ``xyxy`` ([x0, y0, x1, y1]), ``polygon`` (points or rings) or ``mask`` (height x
        width, bool), all in pixels of the picture it was given.
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
    shapes
        ``label``: concepts of whole pictures. ``box``, ``polygon``, or both in a list: objects; then polygons are kept
        beside their boxes.

    Raises
    ------
    BadInput
        No labels, a label twice, no function, a batch size below 1, or shapes that do not go together.

    Examples
    --------
    >>> @predictor(labels=["bright", "dark"], batched=False)
    ... def brightness(picture):
    ...     level = picture.convert("L").resize((1, 1)).getpixel((0, 0)) / 255
    ...     return {"bright": level, "dark": 1 - level}
    >>> brightness.name, brightness.vocabulary.labels
    ('brightness', ('bright', 'dark'))
    >>> @predictor(labels=["middle"], shapes="box", batched=False)
    ... def middles(picture):
    ...     return [{"concept": "middle", "score": 0.5, "box": [picture.width / 4, picture.height / 4, 2, 2]}]
    >>> sorted(middles.vocabulary.shapes)
    ['box']
    """
    known, kinds = read_labels(labels), read_shapes(shapes)
    if not isinstance(batch_size, int) or batch_size < 1:
        raise BadInput(f"expected a batch size as a whole number of at least 1, got {batch_size!r:.80}.")

    def wrap(function: Function) -> FunctionPredictor:
        if not callable(function):
            raise BadInput(f"expected a function that takes pictures, got {type(function).__name__}.")
        called = name or getattr(function, "__name__", type(function).__name__)
        drawn = sorted(kinds - {LABEL})
        said = [str(exclusive), *drawn, *known]
        key = digest("function", called, version or new_id(), *said)
        family = "" if version else digest("function", called, "", *said)
        vocabulary = Vocabulary(known, exclusive=exclusive and not drawn, shapes=kinds)
        return FunctionPredictor(function, called, key, vocabulary, batched, batch_size, at_least, family)

    return wrap if function is None else wrap(function)
