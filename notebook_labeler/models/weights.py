"""Weights from a file: safetensors, or a torch file of nothing but tensors. Pickled code is never run."""

from __future__ import annotations

import hashlib
import pickle
import warnings
from pathlib import Path
from typing import Any

from ..errors import UnknownModel

State = dict[str, Any]  # name -> torch.Tensor
NESTED = ("state_dict_ema", "model_ema", "state_dict", "model")  # where training scripts put the weights


def read_weights(path: Path) -> State:
    """Read a checkpoint's tensors by name.

    Raises
    ------
    UnknownModel
        There is no such file, it holds more than tensors, or it is damaged.
    """
    if not path.is_file():
        raise UnknownModel(f"expected a checkpoint at {path}, found no file there; check the path.")
    try:
        found = _safetensors(path) if path.suffix.lower() == ".safetensors" else _torch_file(path)
    except pickle.UnpicklingError as error:
        raise UnknownModel(
            f"expected a checkpoint of nothing but weights, got {path.name}, which holds pickled code and is not "
            "opened; save its state_dict() as safetensors."
        ) from error
    except ImportError:
        raise
    except Exception as error:  # each reader raises its own kinds for damaged files
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UnknownModel(f"expected a whole checkpoint, got {path.name}, which cannot be read: {reason}.") from error
    state = next((found[key] for key in NESTED if isinstance(found.get(key), dict)), found)
    return {name.removeprefix("module.").removeprefix("_orig_mod."): value for name, value in state.items()}


def file_digest(path: Path) -> str:
    """Give the hash of a file's content (blake2b-128)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _safetensors(path: Path) -> State:
    from safetensors.torch import load_file

    return dict(load_file(path))


def _torch_file(path: Path) -> State:
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the pickle protocol; what is no plain weights is refused anyway
        found = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(found, dict):
        raise ValueError(f"it holds a {type(found).__name__}, not a state_dict")
    return found
