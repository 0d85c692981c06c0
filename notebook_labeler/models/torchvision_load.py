"""Finds and builds torchvision's detectors: pretrained ones from its cache or site, one's own from a checkpoint."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..domain.names import digest
from ..domain.predictions import Vocabulary
from ..errors import UnfitModel, UnknownModel
from .detections import named
from .device import device_of
from .hub import refuse_if_unreachable
from .imagenet import distinct
from .labels import read_labels
from .outlines import polygons_wanted
from .torchvision_detect import BATCH, Network, TorchvisionDetector
from .weights import State, file_digest, read_weights

VERSION = "1"  # of what happens between file and guess; part of every key
PREFIXES = ("torchvision/", "torchvision:", "tv/", "tv:")
HASH = re.compile(r"-([0-9a-f]{8,})\.")  # of the file's content (SHA-256), in its name
LICENCE = "bsd-3-clause"
Labels = Iterable[str] | str | Path | None


def bare(architecture: str) -> str | None:
    """Give torchvision's own name of an architecture of torchvision, None for another library's.

    >>> bare("torchvision/fcos_resnet50_fpn"), bare("resnet18")
    ('fcos_resnet50_fpn', None)
    """
    return next((architecture[len(one) :] for one in PREFIXES if architecture.startswith(one)), None)


def load_torchvision(name: str, *, labels: Labels = None, **options: Any) -> TorchvisionDetector:
    """Load one of torchvision's pretrained detectors by torchvision's own name for it.

    Parameters
    ----------
    name
        For example ``fasterrcnn_resnet50_fpn_v2`` or ``maskrcnn_resnet50_fpn``.
    labels
        Other names for its classes, in order, the background left out.
    options
        Those of `detector`.

    Raises
    ------
    UnknownModel
        torchvision has no such detector, or its weights are neither in the cache nor to be had from here.
    """
    _refuse_unknown(name)
    from torchvision.models import get_model, get_model_weights

    weights = get_model_weights(name).DEFAULT
    path = _file(weights.url)
    state = read_weights(path)
    weights.get_state_dict = lambda **_: state  # torchvision itself would unpickle whatever the file holds
    try:
        network = get_model(name, weights=weights)
    except RuntimeError as error:
        raise UnknownModel(f"expected weights of {name} in {path.name}, got others; delete {path}.") from error
    finally:
        del weights.get_state_dict
    classes = list(weights.meta["categories"])
    if labels is not None:
        classes = _given(labels, len(classes), name)
    return detector(network, f"torchvision/{name}", file_digest(path), classes, licence=LICENCE, **options)


def load_torchvision_checkpoint(path: Path, architecture: str, labels: Labels, **options: Any) -> TorchvisionDetector:
    """Load one's own weights into a torchvision detector. `labels` are its classes, the background left out."""
    _refuse_unknown(architecture)
    from torchvision.models import get_model

    state = read_weights(path)
    names = [name for name in read_labels(labels) if named(name)]
    _refuse_other_count(state, len(names), path.name)
    network = get_model(architecture, weights=None, weights_backbone=None, num_classes=len(names) + 1)
    own = network.state_dict()
    frozen = {key for key in own if key.endswith("num_batches_tracked") and key not in state}
    if frozen:  # trained from torchvision's weights: it has frozen normalisation, which counts no batches
        state = {**{key: own[key] for key in frozen}, **state}
        _as_trained(network, architecture)
    try:
        network.load_state_dict(state, strict=True)
    except RuntimeError as error:
        odd = sorted(set(own) ^ set(state))[:3]
        hint = f"they differ in {', '.join(odd)}" if odd else "sizes differ; pass one label per class, no background"
        raise UnknownModel(f"expected weights of {architecture}, got others in {path.name}: {hint}.") from error
    name = str(options.pop("name", "") or path.name)
    return detector(network, name, file_digest(path), ["__background__", *names], **options)


def detector(
    network: Network,
    name: str,
    fingerprint: str,
    classes: list[str],
    *,
    licence: str = "",
    polygons: bool | None = None,
    device: str = "auto",
    batch_size: int = BATCH,
) -> TorchvisionDetector:
    """Make a predictor of a network whose weights are in place.

    Parameters
    ----------
    network
        A detector of torchvision.
    name
        How it is called on the screen.
    fingerprint
        The hash of its weights.
    classes
        What its classes are called; the first is the background.
    licence
        Of the weights.
    polygons
        Whether masks become polygons; None: if there are any, and OpenCV is installed.
    device, batch_size
        ``auto``, ``cpu``, ``cuda``; how many pictures go through it together.
    """
    masked = hasattr(getattr(network, "roi_heads", None), "mask_predictor") and network.roi_heads.has_mask()
    masks = masked and polygons_wanted(polygons)
    places = [n for n, one in enumerate(classes) if n and named(one)]
    concepts = distinct([classes[n] for n in places], [str(n) for n in places])
    labels: list[str | None] = [None] * len(classes)
    for place, concept in zip(places, concepts, strict=True):
        labels[place] = concept
    shapes = frozenset({"box", "polygon"} if masks else {"box"})
    key = digest("torchvision", VERSION, fingerprint, str(masks), *concepts)
    words = Vocabulary(concepts, exclusive=False, shapes=shapes)
    return TorchvisionDetector(network, tuple(labels), name, key, words, masks, licence, device_of(device), batch_size)


def _refuse_unknown(name: str) -> None:
    from torchvision.models import detection, list_models

    known = list_models(module=detection)
    if name not in known:
        near = difflib.get_close_matches(name[:200], known, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise UnknownModel(f"no torchvision detector is called {name!r:.120}{hint}; choose among {', '.join(known)}.")


def _file(url: str) -> Path:
    """Give the weights' file in torch's cache, downloading it if it is not there."""
    from torch import hub

    path = Path(hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]
    if path.is_file():
        return path
    refuse_if_unreachable(path.name, url)
    path.parent.mkdir(parents=True, exist_ok=True)
    found = HASH.search(path.name)
    try:
        hub.download_url_to_file(url, str(path), found.group(1) if found else None, progress=False)
    except Exception as error:  # the network, the disk, another content than its name says
        reason = " ".join(str(error).split())[:200]
        raise UnknownModel(f"expected to download {path.name} from {url}, which failed: {reason}.") from error
    return path


def _given(labels: Labels, count: int, name: str) -> list[str]:
    names = [one for one in read_labels(labels) if named(one)]
    if len(names) != count - 1:
        raise UnfitModel(f"expected {count - 1} labels for {name!r:.120}, one per class, got {len(names)}.")
    return ["__background__", *names]


def _refuse_other_count(state: State, count: int, file: str) -> None:
    head = state.get("roi_heads.box_predictor.cls_score.weight")
    if head is not None and head.shape[0] != count + 1:
        raise UnfitModel(
            f"expected {head.shape[0] - 1} labels for {file}, one per class (the background left out), got {count}."
        )


def _as_trained(network: Network, architecture: str) -> None:
    """Divide as torchvision's first COCO weights do, which were trained without an epsilon in the normalisation."""
    from torch.nn import BatchNorm2d

    if architecture in ("fasterrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn", "retinanet_resnet50_fpn"):
        for part in network.modules():
            if isinstance(part, BatchNorm2d):
                part.eps = 0.0
