"""Models by name: which kind a name means, and how that kind is loaded."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..errors import MissingExtra, UnknownModel
from .predictor import Predictor

TIMM, HUB, FOLDER, CHECKPOINT, TOYS = "timm", "hub", "folder", "checkpoint", "toys"
TORCHVISION, HF = "torchvision", "hf"
PREFIXES = {
    "timm/": TIMM,
    "timm:": TIMM,
    "hf-hub:": HUB,
    "hf_hub:": HUB,
    "local-dir:": FOLDER,
    "torchvision/": TORCHVISION,
    "torchvision:": TORCHVISION,
    "tv/": TORCHVISION,
    "tv:": TORCHVISION,
    "hf:": HF,
}
SUFFIXES = (".safetensors", ".pth", ".pt", ".bin", ".ckpt", ".pkl")
LOADERS = {  # kind -> the module of this folder with the function that loads it; Any: each takes its own options
    TIMM: ("timm_load", "load_timm"),
    HUB: ("timm_load", "load_hub"),
    FOLDER: ("timm_load", "load_folder"),
    CHECKPOINT: ("checkpoint", "load_checkpoint"),
    TOYS: ("toys", "load"),
    TORCHVISION: ("torchvision_load", "load_torchvision"),
    HF: ("hf_load", "load_hf"),
}
NETWORK = ("batch_size", "device", "exclusive", "labels")
OPTIONS = {  # what each kind takes; another word is a mistake that must not go unnoticed
    TIMM: NETWORK,
    HUB: NETWORK,
    FOLDER: NETWORK,
    CHECKPOINT: ("architecture", *NETWORK, "name", "polygons"),
    TOYS: ("batch_size", "boxes", "polygons"),
    TORCHVISION: ("batch_size", "device", "labels", "polygons"),
    HF: ("batch_size", "concepts", "device", "labels", "polygons"),
}
LIBRARIES = ("torch", "timm")
EXTRAS = {"transformers": "hf", "tokenizers": "hf", "cv2": "segment"}  # library -> extra, unless it is "models"


def kind_of(spec: str) -> tuple[str, str]:
    """Tell which kind of model a name means, and give the name within that kind.

    Raises
    ------
    UnknownModel
        It is empty, or a web address.

    Examples
    --------
    >>> kind_of("timm/resnet18.a1_in1k"), kind_of("resnet18"), kind_of("local-dir:/models/mine")
    (('timm', 'resnet18.a1_in1k'), ('timm', 'resnet18'), ('folder', '/models/mine'))
    >>> kind_of("weights/best.safetensors")
    ('checkpoint', 'weights/best.safetensors')
    >>> kind_of("tv:fcos_resnet50_fpn"), kind_of("hf:google/owlv2-base-patch16-ensemble")
    (('torchvision', 'fcos_resnet50_fpn'), ('hf', 'google/owlv2-base-patch16-ensemble'))
    """
    text = spec.strip()
    if not text:
        raise UnknownModel("expected the name of a model, got an empty text; for example 'timm/resnet18.a1_in1k'.")
    if "://" in text:
        raise UnknownModel(f"expected a model's name or path, got the address {text!r:.200}; download the file first.")
    for prefix, kind in PREFIXES.items():
        if text.startswith(prefix):
            return kind, text[len(prefix) :]
    if text == TOYS:
        return TOYS, text
    if text.lower().endswith(SUFFIXES):
        return CHECKPOINT, text
    return TIMM, text


def load(spec: str, **options: Any) -> Predictor:
    """Load a model by name; this imports torch and may take seconds.

    Parameters
    ----------
    spec
        ``timm/NAME`` or a bare timm name, ``hf-hub:ORG/REPO`` and ``local-dir:/FOLDER`` for timm's networks,
        ``torchvision/NAME`` and ``hf:ORG/REPO`` or ``hf:/FOLDER`` for detectors, ``toys``, or the path of a checkpoint
        (then with ``architecture=`` and ``labels=``).
    options
        What that kind takes.

    Raises
    ------
    UnknownModel
        Nothing goes by this name, or it cannot be loaded from here.
    MissingExtra
        torch, timm, transformers or OpenCV is not installed.
    """
    kind, name = kind_of(spec)
    if odd := sorted(set(options) - set(OPTIONS[kind])):
        known = ", ".join(OPTIONS[kind])
        raise UnknownModel(f"expected only the options {known} for this kind of model, got {', '.join(odd)}.")
    module, function = LOADERS[kind]
    loader: Callable[..., Predictor] = getattr(import_module(f"{__package__}.{module}"), function)
    try:
        return loader(**options) if kind == TOYS else loader(name, **options)
    except ModuleNotFoundError as error:
        raise missing(error) from error


def import_libraries() -> None:
    """Import what named models need, ahead of the first one."""
    for library in LIBRARIES:
        try:
            import_module(library)
        except ModuleNotFoundError as error:
            raise missing(error) from error


def missing(error: ModuleNotFoundError) -> MissingExtra:
    """Give the sentence that names the extra to install."""
    extra = EXTRAS.get((error.name or "").partition(".")[0], "models")
    return MissingExtra(
        f"expected the library {error.name!r} for this model, found none; "
        f'install it with pip install "notebook-labeler[{extra}]".'
    )
