"""Looking at many pictures to find near-duplicates: only at files that are at hand, and only once at each."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ..domain.inputs import IMAGE, Input
from ..media.fetch import Media
from ..media.fingerprints import Fingerprints, fingerprint
from ..media.kept_fingerprints import FILE, Kept, key_of
from .job import Job

_SAVE_EVERY_S = 30.0
_PAGE = 64  # pictures between two looks at whether to stop


def fingerprints(
    inputs: Sequence[Input],
    media: Media,
    *,
    job: Job[Any],  # Any: whatever the job is about
    at_most: int | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Fingerprints:
    """Give the fingerprints of inputs, from the cache where they are there.

    Parameters
    ----------
    inputs
        Of which. Those that are no pictures, or would have to be fetched, get none.
    media
        Knows where the files are; nothing is fetched.
    job
        Told how many there are to look at and how many are done. Once it is cancelled, the rest gets none.
    at_most
        How many pictures are looked at, if any are missing in the cache; none of them if there are more.
    clock
        Gives seconds.

    Returns
    -------
    Fingerprints
        One for each input.
    """
    return with_keys(inputs, media, job=job, at_most=at_most, clock=clock)[1]


def with_keys(
    inputs: Sequence[Input],
    media: Media,
    *,
    job: Job[Any],  # Any: whatever the job is about
    at_most: int | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[list[int | None], Fingerprints]:
    """Give fingerprints as `fingerprints` does, and where they are kept (see `kept_fingerprints.key_of`)."""
    place = media.cache_folder / FILE
    files = [key_of(each, media) if each.kind == IMAGE else None for each in inputs]
    keys = [None if file is None else file[0] for file in files]
    found, missing = Kept.read(place).find(keys)
    if at_most is not None and len(missing) > at_most:
        return keys, found
    job.total = len(missing)
    unsaved: list[int] = []
    saved_at = clock()
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1), "nl-fingerprint") as pool:
        for page in (missing[i : i + _PAGE] for i in range(0, len(missing), _PAGE)):
            if job.finished:
                break
            paths = [file[1] for file in (files[one] for one in page) if file is not None]
            for one, seen in zip(page, pool.map(fingerprint, paths), strict=True):
                found.put(one, seen)
            unsaved += page
            job.advance(len(page))
            if clock() - saved_at > _SAVE_EVERY_S or page[-1] == missing[-1]:
                Kept.of(np.array([keys[one] for one in unsaved], np.uint64), found.at(unsaved)).save(place)
                unsaved, saved_at = [], clock()
    return keys, found
