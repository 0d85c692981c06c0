"""Segmenters by name."""

from __future__ import annotations

from ...errors import UnknownModel
from ..registry import missing
from .grabcut import GrabCut
from .segmenter import Segmenter

GRABCUT, HF = "grabcut", "hf:"


def known_name(name: str) -> str:
    """Give a segmenter's name as it is kept.

    Raises
    ------
    UnknownModel
        No segmenter can go by it.

    Examples
    --------
    >>> known_name(" GrabCut "), known_name("hf:facebook/sam-vit-base")
    ('grabcut', 'hf:facebook/sam-vit-base')
    """
    text = name.strip() if isinstance(name, str) else ""
    if text.lower() == GRABCUT:
        return GRABCUT
    if not text.startswith(HF) or len(text) == len(HF):
        raise UnknownModel(
            f"expected 'grabcut' or 'hf:organisation/name' of a segment-anything model, got {name!r:.120}."
        )
    return text


def load_segmenter(name: str) -> Segmenter:
    """Load a segmenter; for other names than ``grabcut`` this imports torch and may take seconds.

    Raises
    ------
    UnknownModel, UnfitModel
        Nothing goes by this name, it cannot be loaded from here, or it segments nothing that one clicks on.
    MissingExtra
        transformers is not installed.
    """
    text = known_name(name)
    if text == GRABCUT:
        return GrabCut()
    try:
        from .sam import load_sam

        return load_sam(text.removeprefix(HF))
    except ModuleNotFoundError as error:
        raise missing(error) from error
