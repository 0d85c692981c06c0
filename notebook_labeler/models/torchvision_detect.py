"""A torchvision detector as a predictor: boxes, and polygons where the network gives masks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..domain.predictions import Vocabulary
from ..media.image import Picture
from .detections import FLOOR, MOST, Rings, clamped, guesses, kept
from .device import all_but_one_core
from .outlines import rings_of
from .predictor import Answer, Source
from .shrunk import shrunk

BATCH = 2
SMALLEST_MASK, LARGEST_MASK = 64, 512  # pixels on the longer side of a thing, when its 28 x 28 mask is blown up
Network = Any  # torch.nn.Module; torch is not imported here before it is needed
Tensor = Any


@dataclass(eq=False)
class TorchvisionDetector:
    """A network and all that is known about it; made by `notebook_labeler.models.torchvision_load`.

    `labels` are its classes by number; None is no concept. `masks` says whether it gives polygons.
    """

    network: Network
    labels: tuple[str | None, ...]
    name: str
    key: str
    vocabulary: Vocabulary
    masks: bool = False
    licence: str = ""
    device: str = "cpu"
    batch_size: int = BATCH

    def __post_init__(self) -> None:
        """Have it say all that is above our floor, and leave masks small."""
        network = self.network.eval().requires_grad_(False).to(self.device)
        heads = getattr(network, "roi_heads", None)
        for part, threshold, most in (
            (network, "score_thresh", "detections_per_img"),
            (heads, "score_thresh", "detections_per_img"),
        ):
            if hasattr(part, threshold):
                setattr(part, threshold, FLOOR)
                setattr(part, most, MOST)
        if heads is not None and not self.masks:
            heads.mask_roi_pool = None
        network.transform.postprocess = _boxes_back  # masks of whole pictures would fill gigabytes
        transform = network.transform
        self.longest = max(transform.fixed_size or (transform.max_size,))

    def prepare(self, source: Source) -> Picture:
        """Decode one picture, upright, about as large as the network looks at it."""
        return shrunk(source, self.longest)

    def predict_batch(self, prepared: list[Picture]) -> list[Answer]:
        """Give boxes and polygons of at least 5 %, at most 300 a picture."""
        import torch

        all_but_one_core()
        images = [torch.from_numpy(np.array(one.rgb)).permute(2, 0, 1).to(self.device) for one in prepared]
        with torch.inference_mode():
            said = self.network([image.float().div(255) for image in images])
        return [self._answer(found, one) for found, one in zip(said, prepared, strict=True)]

    def _answer(self, found: dict[str, Tensor], picture: Picture) -> Answer:
        size = picture.width, picture.height
        scale = np.array([size[0] / picture.rgb.width, size[1] / picture.rgb.height] * 2)
        scores, places = found["scores"].float().cpu().numpy(), found["labels"].cpu().numpy()
        boxes = clamped(found["boxes"].float().cpu().numpy(), picture.rgb.size) * scale
        polygons: list[Rings | None] | None = None
        if self.masks:
            polygons = [None] * len(scores)
            for n in kept(scores, boxes, places, self.labels, size):
                polygons[n] = mask_rings(found["masks"][n].float().cpu(), boxes[n].tolist())
        return Answer(guesses(scores, boxes, places, self.labels, size, polygons))


def mask_rings(mask: Tensor, box: list[float]) -> Rings | None:
    """Give the outline of a thing of which the network gave a box and a small mask.

    Parameters
    ----------
    mask
        1 x side x side, probabilities.
    box
        x0, y0, x1, y1 in source pixels.
    """
    from torchvision.models.detection.roi_heads import paste_masks_in_image

    x0, y0, x1, y1 = box
    side = max(x1 - x0, y1 - y0)
    fine = min(LARGEST_MASK, max(SMALLEST_MASK, side)) / side  # pixels of the crop per source pixel
    border = math.ceil(side / mask.shape[-1]) + 2  # the network's mask reaches a cell beyond its box
    left, top = math.floor(x0) - border, math.floor(y0) - border
    local = mask.new_tensor([[(x0 - left) * fine, (y0 - top) * fine, (x1 - left) * fine, (y1 - top) * fine]])
    size = math.ceil((y1 - top + border) * fine), math.ceil((x1 - left + border) * fine)
    pasted = paste_masks_in_image(mask[None], local, size)[0, 0]
    return rings_of((pasted > 0.5).numpy(), (1 / fine, 1 / fine), (left, top))


def _boxes_back(result: Any, sizes: Any, original: Any) -> Any:
    """Do what torchvision's ``GeneralizedRCNNTransform.postprocess`` does for boxes, and leave masks as they are."""
    from torchvision.models.detection.transform import resize_boxes

    for found, size, whole in zip(result, sizes, original, strict=True):
        found["boxes"] = resize_boxes(found["boxes"], size, whole)
    return result
