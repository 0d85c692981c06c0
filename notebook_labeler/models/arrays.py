"""Numbers as users' functions give them: of numpy, of torch, on whatever device, a hair off."""

from __future__ import annotations

from typing import Any

import numpy as np

ROUNDING = 1e-5  # sums of thousands of float32 probabilities are off by this much


def array(values: Any) -> np.ndarray[Any, Any]:
    """Give a numpy array, also of a torch tensor that carries gradients, lies on a GPU, or is bfloat16."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        values = values.float() if getattr(values, "dtype", None) is None or values.is_floating_point() else values
    return np.asarray(values)


def rounded(score: Any) -> Any:
    """Give a score that float32 arithmetic put a hair outside 0 to 1 as the end that it means.

    >>> rounded(1.000001), rounded(2.0)
    (1.0, 2.0)
    """
    score = score.item() if hasattr(score, "item") else score
    near = isinstance(score, float) and -ROUNDING <= score <= 1 + ROUNDING
    return min(1.0, max(0.0, score)) if near else score
