"""The toy model's boxes outlined by GrabCut, so that segmentation has assistance without any further weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...domain.names import digest
from ...domain.predictions import Guess
from ...media.image import open_image
from .letterbox import SIDE, Framed, frame
from .predictor import ToyPredictor

LOOKED_AT = 480  # pixels that a picture's shorter side needs for its outlines: GrabCut shrinks its crops to 256
OUTLINED = 0.2  # things less probable than this keep their box as their outline: each takes 50 ms
TOLERANCE = 1.5  # pixels of the decoded picture
VERSION = "1"  # of how outlines are made; part of the key


@dataclass(frozen=True)
class Kept:
    """A picture as the model looks at it, and as it is outlined."""

    framed: Framed
    pixels: Any  # uint8, height x width x 3


class OutlinedToys:
    """Sees what `ToyPredictor` sees, with an outline around each thing; made by `load(polygons=True)`.

    Attributes
    ----------
    key, name, vocabulary, batch_size
        As those of `ToyPredictor`.
    """

    name = "toys"

    def __init__(self, *, batch_size: int = 16) -> None:
        from ..segment.opencv import opencv

        opencv()
        self._boxes = ToyPredictor(boxes=True, batch_size=batch_size)
        self.batch_size = batch_size
        self.key = digest("toys-polygons", VERSION, self._boxes.key)
        self.vocabulary = replace(self._boxes.vocabulary, shapes=frozenset({"box", "polygon"}))

    def prepare(self, source: Path | bytes) -> Kept:
        """Decode a picture once for both; any thread may do this.

        Raises
        ------
        UnreadableInput
            The picture cannot be opened.
        """
        picture = open_image(source, at_least=max(SIDE, LOOKED_AT))
        return Kept(frame(picture.rgb, picture.width, picture.height), np.asarray(picture.rgb))

    def predict_batch(self, prepared: Sequence[Kept]) -> list[tuple[Guess, ...]]:
        """What is in each picture, the most probable first, with its outline."""
        boxed = self._boxes.predict_batch([one.framed for one in prepared])
        return [self._outlined(guesses, one) for guesses, one in zip(boxed, prepared, strict=True)]

    def _outlined(self, guesses: Sequence[Guess], kept: Kept) -> tuple[Guess, ...]:
        from ..segment.grabcut import outline_boxes

        high, wide = kept.pixels.shape[:2]
        scale = kept.framed.width / wide, kept.framed.height / high
        sure = [guess for guess in guesses if guess.box is not None and guess.score >= OUTLINED]
        boxes = [tuple(v / scale[n % 2] for n, v in enumerate(guess.box or ())) for guess in sure]
        found = dict(zip(sure, outline_boxes(kept.pixels, boxes, tolerance=TOLERANCE), strict=True))
        said = []
        for guess in guesses:
            polygon = found.get(guess)
            rings = (
                _corners(guess)
                if polygon is None
                else tuple(tuple(v * scale[n % 2] for n, v in enumerate(ring)) for ring in polygon.rings)
            )
            said.append(replace(guess, polygon=rings))
        return tuple(said)


def _corners(guess: Guess) -> tuple[tuple[float, ...], ...] | None:
    """Give a box as an outline; a thing without a size has none."""
    x0, y0, x1, y1 = guess.box or (0, 0, 0, 0)
    return ((x0, y0, x1, y0, x1, y1, x0, y1),) if x1 > x0 and y1 > y0 else None
