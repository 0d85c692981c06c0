"""Splitting inputs into parts such as train and test: stably, near-duplicates together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from ..errors import BadInput
from .names import clean_name

_ROUNDING = 1e-9


def checked_shares(shares: Mapping[str, Any]) -> dict[str, float]:
    """Give the share of every part, of which there must be one at least.

    Raises
    ------
    BadInput
        A share is no number above 0 and up to 1, or they do not add up to 1.
    """
    found = {clean_name(name, what="the name of a part"): share for name, share in shares.items()}
    for name, share in found.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
            raise BadInput(f"expected the share of {name!r} as a number above 0 and up to 1, got {share!r:.40}.")
    total = sum(found.values())
    if abs(total - 1) > _ROUNDING:
        raise BadInput(f"expected shares that add up to 1, got {total:g}; for example train=0.8, val=0.1, test=0.1.")
    return {name: float(share) for name, share in found.items()}


def split(input_ids: Sequence[str], groups: Sequence[int], shares: Mapping[str, float], seed: int = 0) -> list[str]:
    """Give the part of each input.

    It follows from a hash of the input that came first in its group, so that no input ever changes its part when others
    are added; hence the shares are met about, not exactly.

    Parameters
    ----------
    input_ids
        In the order in which they came.
    groups
        The group of each input: inputs of one group get one part.
    shares
        The share of each part, adding up to 1.
    seed
        Another one gives another split.

    Examples
    --------
    >>> split(["a", "b", "c", "d"], [0, 1, 1, 2], {"train": 0.5, "test": 0.5})
    ['train', 'test', 'test', 'train']
    """
    names = list(shares)
    ends = list(accumulate(shares.values()))
    first: dict[int, str] = {}
    parts = []
    for input_id, group in zip(input_ids, groups, strict=True):
        place = _place(first.setdefault(group, input_id), seed)
        parts.append(next((name for name, end in zip(names, ends, strict=True) if place < end), names[-1]))
    return parts


def _place(input_id: str, seed: int) -> float:
    """Give a number from 0 to 1 (excluded) that follows from an id."""
    found = hashlib.blake2b(f"{seed}\x1f{input_id}".encode(), digest_size=8).digest()
    return int.from_bytes(found, "big") / 2**64
