"""The toy model as a predictor: ten kinds of things in pictures that the project draws, never real photographs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...domain.predictions import Guess, Vocabulary
from ...errors import MissingExtra, StoreError
from ...media.image import open_image
from .kinds import KINDS, SYNSETS
from .letterbox import SIDE, Framed, frame
from .net import Sighting, build, sightings, to_tensor

if TYPE_CHECKING:
    from .outlined import OutlinedToys

WEIGHTS = Path(__file__).with_name("toys.safetensors")
FLOOR = 0.05  # proposals below this are noise
BOXES = "boxes-2"  # how boxes are found, for the key: 2 looks at the picture and at its mirror image


def load(*, boxes: bool = False, polygons: bool = False, batch_size: int = 16) -> ToyPredictor | OutlinedToys:
    """Load the toy model that comes with the package.

    Parameters
    ----------
    boxes
        False: each kind once, with the probability that it is anywhere in the picture. True: every thing with its box.
    polygons
        Every thing with its box and an outline, which GrabCut finds in the box.
    batch_size
        How many pictures are best predicted at once.

    Returns
    -------
    ToyPredictor or OutlinedToys
        Ready to predict.

    Raises
    ------
    MissingExtra
        torch or safetensors is not installed, or OpenCV, which the outlines need.
    StoreError
        The weights file is missing or damaged.

    Examples
    --------
    >>> load().vocabulary.labels[:3]
    ('car', 'truck', 'bus')
    """
    if polygons:
        from .outlined import OutlinedToys

        return OutlinedToys(batch_size=batch_size)
    return ToyPredictor(boxes=boxes, batch_size=batch_size)


class ToyPredictor:
    """Sees cars, trucks, buses, people, bicycles, sheep, dogs, trees, houses and boats in toy scenes.

    Attributes
    ----------
    key
        Fingerprint of the weights and of what is answered (labels or boxes).
    name
        What people call it.
    vocabulary
        The ten kinds with their WordNet 3.0 synsets; scores stand alone and do not sum to one.
    batch_size
        How many pictures are best predicted at once.
    """

    name = "toys"

    def __init__(self, *, boxes: bool = False, batch_size: int = 16, weights: Path = WEIGHTS) -> None:
        try:
            content = weights.read_bytes()
        except OSError as error:
            raise StoreError(
                f"expected the toy model's weights ({weights.name}), found none; reinstall the package."
            ) from error
        self.boxes = boxes
        self.batch_size = batch_size
        self.key = f"toys-{BOXES if boxes else 'labels'}-{hashlib.sha256(content).hexdigest()[:16]}"
        self.vocabulary = Vocabulary(
            KINDS,
            synsets=tuple(SYNSETS.values()),
            exclusive=False,
            shapes=frozenset({"box" if boxes else "label"}),
        )
        self._net = _network(content)

    def prepare(self, source: Path | bytes) -> Framed:
        """Decode a picture and fit it into the model's square; any thread may do this.

        Raises
        ------
        UnreadableInput
            The picture cannot be opened.
        """
        picture = open_image(source, at_least=SIDE)
        return frame(picture.rgb, picture.width, picture.height)

    def predict_batch(self, prepared: Sequence[Framed]) -> list[tuple[Guess, ...]]:
        """What is in each picture, the most probable first."""
        return [
            tuple(
                Guess(KINDS[seen.kind], min(1.0, seen.score), framed.to_source(seen.box) if self.boxes else None)
                for seen in (found if self.boxes else _best(found))
            )
            for framed, found in zip(prepared, self.look(prepared), strict=True)
        ]

    def look(self, prepared: Sequence[Framed]) -> list[list[Sighting]]:
        """All that the network sees in each picture, in pixels of its square, the most probable first.

        For boxes it looks twice, the second time at the mirror image, and both are averaged: boxes fit better.
        """
        import torch

        if not prepared:
            return []
        with torch.inference_mode():
            squares = to_tensor(np.stack([framed.pixels for framed in prepared]))
            logits, reach = self._net(squares)
            if self.boxes:
                mirrored, other = self._net(squares.flip(3))
                logits, reach = (logits + mirrored.flip(3)) / 2, (reach + other.flip(3)[:, [2, 1, 0, 3]]) / 2
            scores = torch.sigmoid(logits * self._net.scale + self._net.shift[:, None, None])
        return [sightings(s, r, floor=FLOOR) for s, r in zip(scores.numpy(), reach.numpy(), strict=True)]


def _best(found: Sequence[Sighting]) -> list[Sighting]:
    """The first, hence most probable, sighting of each kind."""
    first: dict[int, Sighting] = {}
    for seen in found:
        first.setdefault(seen.kind, seen)
    return list(first.values())


def _network(content: bytes) -> Any:
    try:
        import safetensors.torch
        import torch
    except ImportError as error:
        raise MissingExtra(
            "expected torch and safetensors for the toy model, found them missing; "
            "install them with: pip install 'notebook-labeler[models]'"
        ) from error
    net = build(len(KINDS))
    try:
        tensors = safetensors.torch.load(content)
        net.load_state_dict({name: t.float() if t.dtype == torch.float16 else t for name, t in tensors.items()})
    except Exception as error:
        raise StoreError("expected the toy model's weights, found a damaged file; reinstall the package.") from error
    return net.train(False)
