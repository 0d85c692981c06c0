"""What the notebook and its model process say to each other about outlines, as frames' headers and parts, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..domain.geometry import Box
from ..models.segment.segmenter import Cut, Pixels, Prompt
from .frames import Header


def prompt_to(prompt: Prompt) -> Header:
    """Write down what somebody pointed at."""
    return {"points": [list(point) for point in prompt.points], "box": prompt.box and list(prompt.box.sides)}


def prompt_from(said: Header) -> Prompt:
    """Read what `prompt_to` wrote."""
    points = tuple((float(x), float(y), bool(positive)) for x, y, positive in said["points"])
    return Prompt(points, None if said["box"] is None else Box(*said["box"]))


def pixels_to(rgb: Pixels) -> tuple[Header, list[bytes]]:
    """Write down a picture."""
    return {"pixels": list(rgb.shape)}, [np.ascontiguousarray(rgb, dtype=np.uint8).tobytes()]


def pixels_from(said: Header, parts: Sequence[bytes]) -> Pixels | None:
    """Read what `pixels_to` wrote; None where no picture was sent along."""
    if "pixels" not in said:
        return None
    return np.frombuffer(parts[0], dtype=np.uint8).reshape(said["pixels"])


def cut_to(cut: Cut) -> tuple[Header, list[bytes]]:
    """Write down a mask: eight pixels a byte."""
    return {"size": list(cut.mask.shape), "at": [cut.left, cut.top, cut.scale]}, [np.packbits(cut.mask).tobytes()]


def cut_from(said: Header, parts: Sequence[bytes]) -> Cut:
    """Read what `cut_to` wrote."""
    height, width = said["size"]
    bits = np.unpackbits(np.frombuffer(parts[0], dtype=np.uint8), count=height * width)
    return Cut(bits.reshape(height, width).astype(bool), *said["at"])
