"""Detectors of the transformers library as predictors: closed ones, ones with masks, and zero-shot ones.

The network is called directly and its own processor reads what it says: the library's pipelines round boxes to whole
pixels, and run a zero-shot network once per concept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..domain.predictions import Vocabulary
from ..media.image import Picture
from .detections import FLOOR, Array, guesses
from .device import all_but_one_core
from .outlines import rings_of
from .predictor import Answer, Source
from .shrunk import shrunk

BATCH = 4
BOXES, MASKS, ZERO_SHOT = "boxes", "masks", "zero-shot"
LARGEST_MASK = 640  # pixels on the longer side of a picture whose things are outlined
PROMPT = "a photo of a {}"  # how OWL was taught to be asked
Part = Any  # of transformers, which is not imported here before it is needed
Found = dict[str, Any]


@dataclass(eq=False)
class HFDetector:
    """A network, its processor, and all that is known about it; made by `notebook_labeler.models.hf_load`.

    `how` is boxes, masks or zero-shot; `labels` are its classes by number, None is no concept; `longest` is how long
    the longer side of a picture is when the network looks at it.
    """

    network: Part
    processor: Part
    how: str
    labels: tuple[str | None, ...]
    longest: int
    name: str
    key: str
    vocabulary: Vocabulary
    licence: str = ""
    device: str = "cpu"
    batch_size: int = BATCH

    def prepare(self, source: Source) -> Picture:
        """Decode one picture, upright, about as large as the network looks at it."""
        return shrunk(source, self.longest)

    def predict_batch(self, prepared: list[Picture]) -> list[Answer]:
        """Give boxes (and polygons) of at least 5 %, at most 300 a picture."""
        import torch

        all_but_one_core()
        with torch.inference_mode():
            eyes: Part = getattr(self.processor, "image_processor", self.processor)
            asked = dict(eyes(images=[one.rgb for one in prepared], return_tensors="pt").to(self.device))
            said = self.network(**asked, **self._words(len(prepared)))
            if self.how == MASKS:
                return self._outlined(said, prepared)
            read = (
                self.processor.post_process_grounded_object_detection
                if self.how == ZERO_SHOT
                else self.processor.post_process_object_detection
            )
            sizes = [(one.height, one.width) for one in prepared]
            return [
                self._boxed(found, one)
                for found, one in zip(read(said, threshold=FLOOR, target_sizes=sizes), prepared, strict=True)
            ]

    def _words(self, count: int) -> dict[str, Any]:
        """Give what a zero-shot network is asked for: the same words for each picture, cut where it takes no more."""
        if self.how != ZERO_SHOT:
            return {}
        most = self.network.config.text_config.max_position_embeddings
        prompts = [PROMPT.format(label) for label in self.labels]
        words = self.processor.tokenizer(
            prompts * count, padding="max_length", truncation=True, max_length=most, return_tensors="pt"
        ).to(self.device)
        return {"input_ids": words["input_ids"], "attention_mask": words["attention_mask"]}

    def _boxed(self, found: Found, picture: Picture) -> Answer:
        scores, places, boxes = (found[part].float().cpu().numpy() for part in ("scores", "labels", "boxes"))
        return Answer(guesses(scores, boxes, places.astype(int), self.labels, (picture.width, picture.height)))

    def _outlined(self, said: Part, prepared: Sequence[Picture]) -> list[Answer]:
        sizes = [_mask_size(one) for one in prepared]
        asked = {"threshold": FLOOR, "target_sizes": sizes}
        try:
            read = self.processor.post_process_instance_segmentation(said, **asked, return_binary_maps=True)
        except TypeError:  # a processor that only gives a map on which no two things overlap
            read = self.processor.post_process_instance_segmentation(said, **asked)
        return [self._traced(found, one) for found, one in zip(read, prepared, strict=True)]

    def _traced(self, found: Found, picture: Picture) -> Answer:
        """Give what the network marked out; its boxes are those around the masks."""
        infos = found["segments_info"]
        if not infos:
            return Answer()
        drawn = found["segmentation"].cpu().numpy()
        masks = [one > 0.5 for one in drawn] if drawn.ndim == 3 else [drawn == info["id"] for info in infos]
        high, wide = drawn.shape[-2:]
        scale = picture.width / wide, picture.height / high
        boxes = np.array([_around(mask) for mask in masks]) * np.array([*scale, *scale])
        polygons = [rings_of(mask, scale) for mask in masks] if "polygon" in self.vocabulary.shapes else None
        scores = np.array([float(info["score"]) for info in infos])
        places = np.array([int(info["label_id"]) for info in infos])
        return Answer(guesses(scores, boxes, places, self.labels, (picture.width, picture.height), polygons))


def _around(mask: Array) -> tuple[int, int, int, int]:
    """Give the box around a mask, in its pixels; without size where nothing is inside."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _mask_size(picture: Picture) -> tuple[int, int]:
    """Give height and width of the masks of a picture: its own size, or as much as outlines need."""
    share = min(1.0, LARGEST_MASK / max(picture.width, picture.height))
    return max(1, round(picture.height * share)), max(1, round(picture.width * share))
