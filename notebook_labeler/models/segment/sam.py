"""Segment-anything models of the transformers library (SAM, SAM 2): the picture is looked at once, clicks are quick.

Weights are read from safetensors only, and no code that comes with a model is ever run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...domain.names import digest
from ...errors import LabelerError, UnfitModel, UnknownModel
from ..device import all_but_one_core, device_of
from ..hf_files import config_of, files_of, fingerprint
from .segmenter import Cut, Pixels, Prompt

VERSION = "1"  # of what happens between click and mask; part of every key
Tensor = Any  # torch is imported only where it is needed


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture that was looked at: its embedding, and how its pixels lead to those that the network saw."""

    embedding: Tensor
    size: tuple[int, int]  # height, width
    fitted: tuple[int, int]  # the same, as the network saw it, without what fills it up to a square


class Sam:
    """A segment-anything model. Get one from `load_sam`.

    Attributes
    ----------
    key
        The fingerprint that says what found an outline.
    name
        What people call it.
    """

    def __init__(self, network: Any, processor: Any, *, key: str, name: str, device: str) -> None:
        self.network, self.processor, self.device = network, processor, device
        self.key, self.name = key, name

    def open(self, rgb: Pixels) -> Seen:
        """Look at a picture: this takes most of the time, seconds on a CPU."""
        import torch

        all_but_one_core()
        given = self.processor(images=rgb, return_tensors="pt")
        pixels = given["pixel_values"]
        fitted = given["reshaped_input_sizes"][0].tolist() if "reshaped_input_sizes" in given else pixels.shape[-2:]
        with torch.inference_mode():
            embedding = self.network.get_image_embeddings(pixels.to(self.device))
        return Seen(embedding, (rgb.shape[0], rgb.shape[1]), (int(fitted[0]), int(fitted[1])))

    def segment(self, state: Seen, prompt: Prompt) -> Cut:
        """Give what is meant; of the masks for a single click the one that the model thinks best of."""
        import torch

        all_but_one_core()
        down, across = (fitted / size for fitted, size in zip(state.fitted, state.size, strict=True))
        asked: dict[str, Tensor] = {}
        if prompt.points:
            places = [[x * across, y * down] for x, y, _ in prompt.points]
            asked["input_points"] = torch.tensor([[places]], dtype=torch.float32, device=self.device)
            asked["input_labels"] = torch.tensor([[[int(p) for _, _, p in prompt.points]]], device=self.device)
        if prompt.box is not None:
            x0, y0, x1, y1 = prompt.box.corners
            corners = [x0 * across, y0 * down, x1 * across, y1 * down]
            asked["input_boxes"] = torch.tensor([[corners]], dtype=torch.float32, device=self.device)
        several = prompt.box is None and len(prompt.points) == 1  # what a single click means is open
        with torch.inference_mode():
            said = self.network(image_embeddings=state.embedding, multimask_output=several, **asked)
        return Cut(self._best(said, state))

    def _best(self, said: Any, state: Seen) -> np.ndarray[Any, Any]:
        best = int(said.iou_scores[0, 0].argmax())
        logits = said.pred_masks[:, :, best : best + 1].float().cpu()
        sizes = [list(state.size)]
        padded = hasattr(self.processor.image_processor, "pad_size") and self.processor.image_processor.pad_size
        more = [[list(state.fitted)]] if padded else []
        masks = self.processor.post_process_masks(logits, sizes, *(one for one in more))
        return np.asarray(masks[0].reshape(state.size).numpy(), dtype=bool)


def load_sam(name: str, *, device: str = "auto") -> Sam:
    """Load a segment-anything model.

    Parameters
    ----------
    name
        ``organisation/repository``, or a folder that begins with ``/``, ``.`` or ``~``.
    device
        ``auto``, ``cpu``, ``cuda``.

    Raises
    ------
    UnknownModel
        It is not there, not whole, or holds no weights as safetensors.
    UnfitModel
        It is no model that segments what one clicks on.
    """
    folder = files_of(name)
    config = config_of(folder, name)
    from transformers import AutoModelForMaskGeneration, AutoProcessor
    from transformers.models.auto.modeling_auto import MODEL_FOR_MASK_GENERATION_MAPPING_NAMES as KNOWN

    kind = str(config.get("model_type", ""))
    if kind not in KNOWN:
        raise UnfitModel(
            f"expected a segment-anything model, got {name!r:.120}, which is of kind {kind!r:.40}; "
            "choose for example hf:facebook/sam-vit-base, or 'grabcut'."
        )
    safely = {"local_files_only": True, "trust_remote_code": False}
    try:
        processor = AutoProcessor.from_pretrained(str(folder), **safely)
        network, report = AutoModelForMaskGeneration.from_pretrained(
            str(folder), use_safetensors=True, output_loading_info=True, **safely
        )
    except (LabelerError, ModuleNotFoundError):
        raise
    except Exception as error:  # the library raises many kinds for missing and damaged files
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UnknownModel(f"expected a whole model in {name!r:.120}, which cannot be read: {reason}") from error
    if missing := sorted(report["missing_keys"]):
        raise UnknownModel(
            f"expected all weights of {name!r:.120}, found none for {', '.join(missing[:3])}; "
            "what would be random is not used; save the whole model again."
        )
    if not hasattr(network, "get_image_embeddings") or not hasattr(processor, "post_process_masks"):
        raise UnfitModel(f"expected a model that looks at a picture once, got {type(network).__name__}.")
    device = device_of(device)
    key = digest("sam", VERSION, fingerprint(folder))
    shown = folder.name if name.startswith(("/", ".", "~")) else name
    return Sam(network.eval().requires_grad_(False).to(device), processor, key=key, name=f"hf:{shown}", device=device)
