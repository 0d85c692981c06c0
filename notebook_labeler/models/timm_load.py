"""Finds and builds timm networks: by name, from a hub repository, from a folder. Never with random weights."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..domain.names import clean_name, digest
from ..domain.predictions import Vocabulary
from ..errors import UnfitModel, UnknownModel
from .catalogue import cached_repositories, near, repositories_of
from .decode import Recipe
from .device import device_of
from .hub import cached, hub_files, refuse_if_unreachable
from .imagenet import distinct, imagenet_classes, offset, unique_labels
from .labels import read_labels
from .predictor import BATCH
from .timm_classifier import Network, TimmClassifier
from .weights import file_digest, read_weights

WNID = re.compile(r"n\d{8}")
VERSION = "1"  # of what happens between file and score, weights and recipe apart; part of every key
Labels = Iterable[str] | str | Path | None


def load_timm(name: str, **options: Any) -> TimmClassifier:
    """Load one of timm's pretrained networks, ``architecture.tag`` or a bare architecture.

    Options are those of `classifier`.
    """
    _refuse_hopeless(name)
    import timm
    from timm.models import get_pretrained_cfg, is_model

    if not is_model(name.partition(".")[0]):
        near = difflib.get_close_matches(name, timm.list_pretrained() + timm.list_models(), n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise UnknownModel(f"no timm model is called {name!r:.120}{hint}; search the catalogue.")
    try:
        config = get_pretrained_cfg(name)
    except RuntimeError:
        config = None
    if config is None or not config.hf_hub_id:
        tags = [full for full in timm.list_pretrained() if full.partition(".")[0] == name.partition(".")[0]]
        hint = f"choose {', '.join(tags[:5])}" if tags else "choose another, or pass your own checkpoint"
        raise UnknownModel(f"expected a timm model with published weights, got {name!r:.120}, which has none; {hint}.")
    wanted = config.hf_hub_filename or "WEIGHTS"
    (path,) = hub_files(config.hf_hub_id, wanted)
    network = _built(name, path, pretrained=True, pretrained_cfg_overlay={"file": str(path)})
    return classifier(network, f"timm/{name}", file_digest(path), **options)


def _refuse_hopeless(name: str) -> None:
    """Refuse what neither the cache nor the hub can give, before timm is imported, which takes seconds."""
    known, here = repositories_of(name), cached_repositories()
    family = f"timm/{name.partition('.')[0]}."
    if any(one.startswith(family) for one in here) or any(one in here or cached(one) for one in known):
        return
    try:
        refuse_if_unreachable(known[0] if known else f"timm/{name:.120}")
    except UnknownModel as error:
        if known:
            raise
        hint = f" (did you mean {close!r}?)" if (close := near(name)) else ""
        raise UnknownModel(
            f"no timm model is called {name!r:.120} among those with published weights{hint}, "
            "and the hub cannot be asked for newer ones; search the catalogue."
        ) from error


def load_hub(repository: str, **options: Any) -> TimmClassifier:
    """Load a timm network from any hub repository, ``organisation/name``."""
    config, _ = hub_files(repository, "config.json", "WEIGHTS")
    return _from_folder(config.parent, f"hf-hub:{repository}", options)


def load_folder(folder: str, **options: Any) -> TimmClassifier:
    """Load a timm network from a folder with config.json and weights, as timm's ``save_for_hf`` writes it."""
    path = Path(folder).expanduser().absolute()
    return _from_folder(path, f"local-dir:{path.name}", options)


def _from_folder(folder: Path, name: str, options: Mapping[str, Any]) -> TimmClassifier:
    if not (folder / "config.json").is_file():
        raise UnknownModel(f"expected a folder with config.json and weights, found no config.json in {folder}.")
    files = [folder / one for one in ("model.safetensors", "pytorch_model.bin") if (folder / one).is_file()]
    if not files:
        raise UnknownModel(f"expected model.safetensors beside config.json, found none in {folder}.")
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        architecture = config.get("architecture") if isinstance(config, dict) else None
    except (OSError, ValueError) as error:
        raise UnknownModel(
            f"expected config.json of a timm model in {folder}, which cannot be read: {error}."
        ) from error
    if not isinstance(architecture, str):
        raise UnknownModel(f"expected config.json of a timm model in {folder}, which names no architecture.")
    network = _built(f"local-dir:{folder}", files[0], pretrained=True)
    return classifier(network, name, file_digest(files[0]), **options)


def classifier(
    network: Network,
    name: str,
    fingerprint: str,
    *,
    labels: Labels = None,
    exclusive: bool = True,
    device: str = "auto",
    batch_size: int = BATCH,
) -> TimmClassifier:
    """Make a predictor of a network whose weights are in place.

    Parameters
    ----------
    network
        A timm network.
    name
        How it is called on the screen.
    fingerprint
        The hash of its weights.
    labels
        Its classes, in order; by default those that came with it, or ImageNet's.
    exclusive
        True: softmax over the classes. False: each class on its own (sigmoid).
    device
        ``auto``, ``cpu``, ``cuda`` or ``cuda:1``.
    batch_size
        How many pictures go through it together.

    Raises
    ------
    UnfitModel
        It has no classifier, or nobody knows what its classes are called.
    """
    from timm.data import resolve_model_data_config

    config = getattr(network, "pretrained_cfg", None) or {}
    words = _vocabulary(network, config, labels, exclusive, name)
    recipe = Recipe.of(resolve_model_data_config(network))
    key = digest("timm", VERSION, fingerprint, str(recipe), str(exclusive), *words.labels)
    licence = str(config.get("license") or "")
    return TimmClassifier(network, recipe, name, key, words, licence, device_of(device), batch_size)


def _vocabulary(network: Network, config: Mapping[str, Any], labels: Labels, exclusive: bool, name: str) -> Vocabulary:
    count = int(getattr(network, "num_classes", 0) or 0)
    if count == 0:
        raise UnfitModel(f"expected a model that names concepts, got {name!r:.120}, which gives only features.")
    own = config.get("label_names")
    if labels is not None:
        given = read_labels(labels)
        if len(given) != count:
            raise UnfitModel(f"expected {count} labels for {name!r:.120}, one per class, got {len(given)}.")
        return Vocabulary(given, exclusive=exclusive)
    if own and len(own) == count:
        if all(isinstance(one, str) and WNID.fullmatch(one) for one in own):
            said = config.get("label_descriptions") or {}
            names = unique_labels([str(said.get(one, one)) for one in own], own)
            return Vocabulary(names, tuple(offset(one) for one in own), exclusive)
        cleaned = [clean_name(str(one), what="a label") for one in own]
        return Vocabulary(distinct(cleaned, [str(n) for n in range(count)]), None, exclusive)
    known = imagenet_classes(count)
    if known is None:
        raise UnfitModel(
            f"expected names for the {count} classes of {name!r:.120}, found none; "
            "write label_names into its config.json, or use checkpoint(path, architecture=..., labels=[...])."
        )
    return Vocabulary(*known, exclusive)


def _built(name: str, path: Path, **options: Any) -> Network:
    """Build a network and load its weights; Any: timm's own options."""
    import timm

    try:
        return timm.create_model(name, **options)
    except Exception as error:  # timm and torch raise many kinds
        read_weights(path)  # says it better where the file itself is the reason
        reason = " ".join(str(error).split())[:300]
        raise UnknownModel(f"expected weights that fit the model, got {path.name}, which does not: {reason}") from error
