"""Where a network runs, and on how many threads."""

from __future__ import annotations

import os

THREADS = "NOTEBOOK_LABELER_THREADS"  # set by whoever shares a machine out: on how many threads a network may run


def device_of(wanted: str) -> str:
    """Give torch's name of a device: ``auto`` is a GPU where there is one."""
    import torch

    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return wanted


def threads_of_large() -> int:
    """Give on how many threads a large network runs: all cores but one, which the notebook answers on."""
    return int(os.environ.get(THREADS) or max(1, (os.cpu_count() or 2) - 1))


def all_but_one_core() -> None:
    """Let torch use all cores but one, which the notebook answers on: right for networks as large as detectors."""
    import torch

    threads = threads_of_large()
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
