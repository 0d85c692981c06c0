"""The files of a transformers model: a folder, or the hub's cache, or downloaded into it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..domain.names import digest
from ..errors import UnknownModel
from .hub import REPOSITORY, cached, hub_files, hub_snapshot
from .named import HF, folder_of
from .weights import file_digest

CONFIG, WEIGHTS, PARTS = "config.json", "model.safetensors", "model.safetensors.index.json"
WANTED = ("*.json", "*.txt", "*.safetensors", "*.model")
LARGEST_CONFIG = 20_000_000  # bytes


def files_of(name: str) -> Path:
    """Give the folder that holds a model's files.

    Raises
    ------
    UnknownModel
        There is none, it holds no config.json or no safetensors, or the hub cannot be reached.
    """
    if folder_of(HF + name):
        folder = Path(name).expanduser().absolute()
        if not (folder / CONFIG).is_file():
            raise UnknownModel(f"expected a folder with config.json and weights, found no config.json in {folder}.")
    else:
        if not REPOSITORY.fullmatch(name):
            raise UnknownModel(
                f"expected a hub model as hf:organisation/name, or a folder as hf:/folder, got 'hf:{name:.80}'."
            )
        here = cached(name, (WEIGHTS, PARTS)) is not None and cached(name, (CONFIG,))
        if not here:
            (here,) = hub_files(name, CONFIG)
            hub_snapshot(name, WANTED)
        folder = Path(here).parent
    if not any((folder / one).is_file() for one in (WEIGHTS, PARTS)):
        pickled = " (pickled weights are not opened)" if any(folder.glob("*.bin")) else ""
        raise UnknownModel(
            f"expected {WEIGHTS} beside config.json of {name!r:.120}, found none{pickled}; "
            "save it with save_pretrained(..., safe_serialization=True) or choose another model."
        )
    return folder


def config_of(folder: Path, name: str) -> dict[str, Any]:
    """Read config.json.

    Raises
    ------
    UnknownModel
        It cannot be read, is no JSON object, or asks for code of its own.
    """
    file = folder / CONFIG
    try:
        if file.stat().st_size > LARGEST_CONFIG:
            raise ValueError("it is larger than 20 MB")
        config = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(config, dict):
            raise ValueError(f"it holds a {type(config).__name__}")
    except (OSError, ValueError, RecursionError) as error:
        raise UnknownModel(f"expected config.json of {name!r:.120} as JSON, which cannot be read: {error}.") from error
    if config.get("auto_map"):
        raise UnknownModel(
            f"expected a model that transformers itself can build, got {name!r:.120}, which brings code of its own; "
            "that is never run."
        )
    return config


def fingerprint(folder: Path) -> str:
    """Give the hash of all that decides what a model says: weights, config, processor, words."""
    files = sorted(one for one in folder.iterdir() if one.is_file() and one.suffix in (".json", ".txt", ".safetensors"))
    return digest(*(part for one in files for part in (one.name, _digest(one, one.stat().st_mtime_ns))))


@lru_cache(maxsize=64)
def _digest(file: Path, _: int) -> str:
    """Hash a file once until it is written anew: other words for the same network should not take seconds."""
    return file_digest(file)
