"""Finds and builds detectors of the transformers library: a folder, or a repository of the hub.

What kind of detector it is stands in its config.json. Weights are read from safetensors only, and no code that comes
with a model is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from ..domain.names import clean_name, digest
from ..domain.predictions import Vocabulary
from ..errors import LabelerError, UnfitModel, UnknownModel
from .detections import named
from .device import device_of
from .hf_detect import BATCH, BOXES, MASKS, PROMPT, ZERO_SHOT, HFDetector, Part
from .hf_files import config_of, files_of, fingerprint
from .imagenet import distinct
from .labels import read_labels
from .named import HF, folder_of
from .outlines import polygons_wanted

VERSION = "1"  # of what happens between file and guess; part of every key
UNNAMED = re.compile(r"LABEL_\d+")  # what transformers calls classes that nobody has named
USUAL_SIDE = 1333
MOST_CLASSES = 100_000  # a number in a file is no reason to take that much memory
OWL = ("owlvit", "owlv2")
Labels = Iterable[str] | str | Path | None
_networks: WeakValueDictionary[tuple[str, str], Any] = (
    WeakValueDictionary()
)  # in memory anyway: other concepts share it


def load_hf(
    name: str,
    *,
    labels: Labels = None,
    concepts: Iterable[str] = (),
    polygons: bool | None = None,
    device: str = "auto",
    batch_size: int = BATCH,
) -> HFDetector:
    """Load a detector of the transformers library.

    Parameters
    ----------
    name
        ``organisation/repository`` (``@revision`` behind it if wanted), or a folder that begins with ``/``, ``.``
        or ``~``.
    labels
        What it is to find, for a zero-shot detector; other names for its classes, in order, for any other.
    concepts
        What a zero-shot detector is to find where no labels are given; nothing to any other.
    polygons
        Whether masks become polygons; None: if it gives any, and OpenCV is installed.
    device, batch_size
        ``auto``, ``cpu``, ``cuda``; how many pictures go through it together.

    Raises
    ------
    UnknownModel
        It is not there, not whole, or holds no weights as safetensors.
    UnfitModel
        It is no detector, nobody has named its classes, or a zero-shot detector is not told what to find.
    """
    folder = files_of(name)
    config = config_of(folder, name)
    how, architecture = _kind(config, name)
    masks = how == MASKS and polygons_wanted(polygons)
    words = (
        _wanted(labels, concepts, name) if how == ZERO_SHOT else _classes(config.get("id2label"), labels, f"hf:{name}")
    )
    device = device_of(device)
    stamp = fingerprint(folder)
    processor = _processor(folder, how, name)
    network = _network(folder, architecture, device, stamp, name)
    known = tuple(word for word in words if word is not None)
    shapes = frozenset({"box", "polygon"} if masks else {"box"})
    return HFDetector(
        network,
        processor,
        how,
        words,
        _longest(processor),
        f"hf:{folder.name if folder_of(f'{HF}{name}') else name}",
        digest("hf", VERSION, stamp, how, str(masks), PROMPT if how == ZERO_SHOT else "", *known),
        Vocabulary(known, exclusive=False, shapes=shapes),
        str(config.get("license") or ""),
        device,
        batch_size,
    )


def _kind(config: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Tell boxes, masks and zero-shot apart by the architecture that the config names; give that too."""
    from transformers.models.auto import modeling_auto as auto

    families = (
        (ZERO_SHOT, "MODEL_FOR_ZERO_SHOT_OBJECT_DETECTION_MAPPING_NAMES"),
        (BOXES, "MODEL_FOR_OBJECT_DETECTION_MAPPING_NAMES"),
        (MASKS, "MODEL_FOR_INSTANCE_SEGMENTATION_MAPPING_NAMES"),
        (MASKS, "MODEL_FOR_UNIVERSAL_SEGMENTATION_MAPPING_NAMES"),
    )
    model_type, written = str(config.get("model_type", "")), config.get("architectures")
    for how, table in families:
        known: dict[str, str] = getattr(auto, table, {})
        for architecture in known.values():
            if architecture == (written[0] if isinstance(written, list) and written else known.get(model_type)):
                if how == ZERO_SHOT and model_type not in OWL:
                    raise UnfitModel(
                        f"expected a zero-shot detector of the OWL family, got {name!r:.120} ({model_type}), "
                        "which does not say which concept it means; choose hf:google/owlv2-base-patch16-ensemble."
                    )
                return how, architecture
    is_it = written[0] if isinstance(written, list) and written else model_type or "nothing that transformers knows"
    raise UnfitModel(
        f"expected a detector of boxes or masks, got {name!r:.120}, which is {is_it!s:.80}; choose another model."
    )


def _wanted(labels: Labels, concepts: Iterable[str], name: str) -> tuple[str | None, ...]:
    words = labels if labels is not None else list(concepts)
    if not words:
        raise UnfitModel(
            f"expected words for what {name!r:.120} is to find, got none; "
            "add concepts to the task, or pass labels=[...]."
        )
    return read_labels(words)


def _classes(id2label: Any, labels: Labels, name: str) -> tuple[str | None, ...]:
    """Give the classes by number; gaps and the background are None."""
    try:
        own = {int(place): str(label) for place, label in dict(id2label or {}).items()}
    except (TypeError, ValueError) as error:
        raise UnknownModel(f"expected id2label in config.json of {name!r:.120} by number, got other keys.") from error
    count = max(own, default=-1) + 1
    if count > MOST_CLASSES or min(own, default=0) < 0:
        raise UnknownModel(
            f"expected the classes of {name!r:.120} to be numbered from 0 to at most {MOST_CLASSES - 1:,} in id2label, "
            f"got number {min(own) if min(own) < 0 else count - 1}; correct its config.json."
        )
    if labels is not None:
        given = [one for one in read_labels(labels) if named(one)]
        places = [n for n in range(count) if named(own.get(n, ""))] if len(given) != count else list(range(count))
        if len(given) != len(places):
            raise UnfitModel(f"expected {len(places)} labels for {name!r:.120}, one per class, got {len(given)}.")
        own = dict(zip(places, given, strict=True))
    elif not own or all(UNNAMED.fullmatch(label) for label in own.values()):
        raise UnfitModel(
            f"expected names for the classes of {name!r:.120}, found none; "
            "pass labels=[...] in the order of its classes."
        )
    places = sorted(place for place, label in own.items() if label.strip() and named(label))
    cleaned = distinct([clean_name(own[n], what="a label") for n in places], [str(n) for n in places])
    known = dict(zip(places, cleaned, strict=True))
    return tuple(known.get(n) for n in range(count))


def _processor(folder: Path, how: str, name: str) -> Part:
    from transformers import AutoImageProcessor, AutoProcessor

    loader = AutoProcessor if how == ZERO_SHOT else AutoImageProcessor
    wanted = {
        ZERO_SHOT: "post_process_grounded_object_detection",
        BOXES: "post_process_object_detection",
        MASKS: "post_process_instance_segmentation",
    }[how]
    try:
        processor = loader.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except Exception as error:  # the library raises many kinds for missing and damaged files
        raise UnknownModel(
            f"expected what prepares pictures for {name!r:.120} (preprocessor_config.json), which cannot be read: "
            f"{_reason(error)}"
        ) from error
    if not hasattr(processor, wanted):
        raise UnfitModel(f"expected a processor that gives boxes for {name!r:.120}, got {type(processor).__name__}.")
    return processor


def _network(folder: Path, architecture: str, device: str, stamp: str, name: str) -> Part:
    import transformers

    found = _networks.get((stamp, device))
    if found is not None:
        return found
    kind = getattr(transformers, architecture, None)
    if kind is None:
        raise UnknownModel(f"expected an architecture of transformers for {name!r:.120}, got {architecture!r:.80}.")
    try:
        network, report = kind.from_pretrained(
            str(folder), local_files_only=True, use_safetensors=True, trust_remote_code=False, output_loading_info=True
        )
    except LabelerError:
        raise
    except ModuleNotFoundError:
        raise
    except Exception as error:
        raise UnknownModel(
            f"expected weights that fit {name!r:.120}, which cannot be read: {_reason(error)}"
        ) from error
    if missing := sorted(report["missing_keys"]):
        raise UnknownModel(
            f"expected all weights of {name!r:.120}, found none for {', '.join(missing[:3])}; "
            "what would be random is not used; save the whole model again."
        )
    network = network.eval().requires_grad_(False).to(device)
    _networks[stamp, device] = network
    return network


def _longest(processor: Part) -> int:
    """Give how long the longer side of a picture is at most after the processor has resized it."""
    eyes: Part = getattr(processor, "image_processor", processor)
    sizes = eyes.size or {}
    numbers = [value for value in dict(sizes).values() if isinstance(value, int)]
    return max(numbers, default=USUAL_SIDE)


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())[:200] or type(error).__name__
    return text if text.endswith(".") else f"{text}."
