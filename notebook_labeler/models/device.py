"""Where a network runs, and on how many threads."""

from __future__ import annotations

import os


def device_of(wanted: str) -> str:
    """Give torch's name of a device: ``auto`` is a GPU where there is one."""
    import torch

    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return wanted


def all_but_one_core() -> None:
    """Let torch use all cores but one, which the notebook answers on: right for networks as large as detectors."""
    import torch

    threads = max(1, (os.cpu_count() or 2) - 1)
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
