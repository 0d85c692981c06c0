"""A timm network as a predictor: one forward pass gives the probabilities and the embedding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..domain.predictions import Guess, Vocabulary
from .decode import Pixels, Recipe
from .device import threads_of_large
from .predictor import BATCH, Answer, Source

FLOOR = 0.01  # guesses below are noise
MOST = 100  # guesses per input
SMALL_FLOPS = 5e9  # below, one thread is faster than several that wait for each other
Network = Any  # torch.nn.Module; torch is not imported here before it is needed


@dataclass(eq=False)
class TimmClassifier:
    """A network and all that is known about it; made by `notebook_labeler.models.timm_load`."""

    network: Network
    recipe: Recipe
    name: str
    key: str
    vocabulary: Vocabulary
    licence: str = ""
    device: str = "cpu"
    batch_size: int = BATCH

    def __post_init__(self) -> None:
        """Bring the network into its fastest form for this machine."""
        import torch

        cuda = self.device.startswith("cuda")
        self.dtype = torch.bfloat16 if (torch.cuda.is_bf16_supported() if cuda else _bf16()) else torch.float32
        network = self.network.eval().requires_grad_(False)
        probe = torch.zeros(1, self.recipe.channels, self.recipe.height, self.recipe.width)
        flops, self.splits = _studied(network, probe)
        self.threads = 1 if flops < SMALL_FLOPS else threads_of_large()
        self.network = network.to(device=self.device, dtype=self.dtype, memory_format=torch.channels_last)
        mean = torch.tensor(self.recipe.mean).view(1, -1, 1, 1) * 255
        std = torch.tensor(self.recipe.std).view(1, -1, 1, 1) * 255
        self.scale, self.bias = (1 / std).to(self.device), (-mean / std).to(self.device)

    def prepare(self, source: Source) -> Pixels:
        """Decode one picture and cut it to size: uint8, height x width x channels."""
        return self.recipe.prepare(source)

    def predict_batch(self, prepared: list[Pixels]) -> list[Answer]:
        """Give the guesses of at least 1 %, at most 100, and the embedding."""
        import torch

        if torch.get_num_threads() != self.threads:
            torch.set_num_threads(self.threads)
        with torch.inference_mode():
            pixels = torch.from_numpy(np.stack(prepared)).to(self.device).permute(0, 3, 1, 2)
            batch = torch.addcmul(self.bias, pixels.float(), self.scale).to(self.dtype)
            logits, embeddings = self._forward(batch)
            logits = logits.float()
            chances = logits.softmax(-1) if self.vocabulary.exclusive else logits.sigmoid()
            best, places = chances.topk(min(MOST, chances.shape[-1]))
        vectors: Any = [None] * len(prepared) if embeddings is None else embeddings.float().cpu().numpy()
        lines = zip(best.tolist(), places.tolist(), vectors, strict=True)
        return [Answer(self._guesses(scores, which), vector) for scores, which, vector in lines]

    def _forward(self, batch: Any) -> tuple[Any, Any]:
        if not self.splits:
            return self.network(batch), None
        embeddings = self.network.forward_head(self.network.forward_features(batch), pre_logits=True)
        return self.network.get_classifier()(embeddings), embeddings

    def _guesses(self, scores: list[float], places: list[int]) -> tuple[Guess, ...]:
        labels = self.vocabulary.labels
        return tuple(Guess(labels[p], min(1.0, s)) for s, p in zip(scores, places, strict=True) if s >= FLOOR)


def _bf16() -> bool:
    """Whether this processor multiplies bfloat16 itself; where it does not, bfloat16 is slower."""
    import torch

    can = torch.cpu.get_capabilities()
    return bool(can.get("avx512_bf16") or can.get("amx_bf16"))


def _studied(network: Network, probe: Any) -> tuple[float, bool]:
    """Give the floating-point operations of one picture, and whether embedding and classifier can be told apart.

    Some networks (two heads, pooling inside the head) do more between the two than their parts say.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        whole = network(probe)
    try:
        with torch.inference_mode():
            embedding = network.forward_head(network.forward_features(probe), pre_logits=True)
            parts = network.get_classifier()(embedding)
        same = embedding.ndim == 2 and torch.allclose(parts, whole, rtol=1e-3, atol=1e-4)
    except Exception:  # a network without these parts, whichever way it says so
        same = False
    return float(counter.get_total_flops()), bool(same)
