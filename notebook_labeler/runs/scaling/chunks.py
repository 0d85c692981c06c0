"""Inputs cut into chunks: what one worker gets at a time, and gives back as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.inputs import Input
from ...store.predictions import PART_INPUTS

BATCHES = 16  # of the model in one chunk: a slow model has small batches, so that no chunk takes very long
ROUNDS = 4  # chunks that each worker gets at least, where there are enough inputs: the last one is not waited for long

Chunk = Sequence[Input]


def chunk_size(inputs: int, batch_size: int, workers: int) -> int:
    """Give how many inputs make a chunk: whole batches, and no more than a part of the store holds.

    Whole batches, so that the same inputs meet in a batch as on one machine, and scores are equal to the last bit.

    >>> chunk_size(10**6, 16, 8), chunk_size(10**6, 4, 8), chunk_size(1000, 16, 8), chunk_size(3, 16, 1)
    (256, 64, 32, 16)
    """
    most = max(1, min(BATCHES, PART_INPUTS // batch_size))
    return batch_size * max(1, min(most, inputs // (batch_size * workers * ROUNDS) + 1))


def cut(inputs: Sequence[Input], size: int) -> list[Chunk]:
    """Give the chunks of some inputs.

    >>> cut("abcde", 2), cut("", 2)
    (['ab', 'cd', 'e'], [])
    """
    return [inputs[n : n + size] for n in range(0, len(inputs), size)]
