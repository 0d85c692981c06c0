"""What is known of a model by its name alone: quick, without torch and without the network."""

from __future__ import annotations

import json
from pathlib import Path

from .catalogue import TRAINED_ON, ModelCard, cached_repositories, card_of
from .detectors import detector_card
from .named import folder_of
from .registry import CHECKPOINT, FOLDER, HF, HUB, TORCHVISION, TOYS, kind_of


def describe(spec: str) -> ModelCard:
    """Give the card of any model that `notebook_labeler.models.registry.load` takes.

    What cannot be known without loading stays empty; whether it can be loaded is only seen by loading it.

    Raises
    ------
    UnknownModel
        The name is empty.

    Examples
    --------
    >>> describe("timm/resnet18.a1_in1k").licence
    'apache-2.0'
    """
    kind, name = kind_of(spec)
    if kind == TOYS:
        return ModelCard(spec, trained_on="toy scenes drawn by this project", licence="apache-2.0", cached=True)
    if kind == FOLDER:
        return _folder(spec, Path(name).expanduser())
    if kind == TORCHVISION:
        return detector_card(f"torchvision/{name}") or ModelCard(spec)
    if kind == HF:
        if folder := folder_of(spec):
            return ModelCard(spec, cached=(Path(folder).expanduser() / "config.json").is_file())
        return detector_card(spec) or ModelCard(spec, cached=name.partition("@")[0] in cached_repositories())
    if kind == HUB:
        repository = name.partition("@")[0]
        known = card_of(repository.removeprefix("timm/")) if repository.startswith("timm/") else None
        return known or ModelCard(spec, cached=repository in cached_repositories())
    if kind == CHECKPOINT:
        return ModelCard(spec, cached=Path(name).expanduser().is_file())
    return card_of(name) or ModelCard(spec)


def _folder(spec: str, folder: Path) -> ModelCard:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        said = config.get("pretrained_cfg", config)
        classes = int(config.get("num_classes") or said.get("num_classes") or 0)
        names = config.get("label_names") or said.get("label_names")
        trained_on = "own labels" if names else TRAINED_ON.get(classes, "")
        size = said.get("input_size") or (None,)
        return ModelCard(
            spec,
            str(config.get("architecture", "")),
            str(said.get("tag") or ""),
            trained_on,
            classes,
            side=size[-1],
            licence=str(said.get("license") or ""),
            cached=True,
        )
    except (OSError, ValueError, AttributeError, TypeError):
        return ModelCard(spec)
