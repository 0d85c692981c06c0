"""One's own checkpoint: weights in a file, for an architecture of timm or torchvision, with one's own labels."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from ..errors import UnfitModel, UnknownModel
from .labels import read_labels
from .predictor import Predictor
from .timm_load import Labels, classifier
from .torchvision_load import bare, load_torchvision_checkpoint
from .weights import State, file_digest, read_weights


def load_checkpoint(
    path: str, *, architecture: str = "", labels: Labels = None, name: str = "", **options: Any
) -> Predictor:
    """Load weights into an architecture of timm, or a detector of torchvision.

    Parameters
    ----------
    path
        A ``.safetensors`` file, or a torch file that holds nothing but a state_dict.
    architecture
        What was trained: an architecture of timm, for example ``resnet18``, or a detector of torchvision, for example
        ``torchvision/fasterrcnn_resnet50_fpn``.
    labels
        One label per class, in order, or the path of a file with one per line; of a detector, the background left out.
    name
        How the model is called on the screen; by default the file's name.
    options
        Those of `notebook_labeler.models.timm_load.classifier` (``exclusive=False`` for several labels at once) or
        `notebook_labeler.models.torchvision_load.detector`.

    Raises
    ------
    UnknownModel
        The file is missing, damaged, or holds code; or the architecture is not known or another one.
    UnfitModel
        There are more or fewer labels than classes.
    """
    file = Path(path).expanduser().absolute()
    if (detector := bare(architecture)) is not None:
        return load_torchvision_checkpoint(file, detector, labels, name=name, **_fitting(options, "exclusive"))
    state = read_weights(file)
    if not architecture:
        raise UnknownModel(f"expected the architecture of {file.name}, got none; pass architecture='resnet18' or so.")
    names = read_labels(labels)
    import timm

    if not timm.is_model(architecture):
        near = difflib.get_close_matches(architecture, timm.list_models(), n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise UnknownModel(f"no timm architecture is called {architecture!r:.80}{hint}.")
    network = timm.create_model(architecture, pretrained=False, num_classes=len(names))
    _refuse_other_count(state, network.pretrained_cfg.get("classifier"), len(names), file.name)
    try:
        network.load_state_dict(state, strict=True)
    except (RuntimeError, AttributeError) as error:
        expected = set(network.state_dict())
        odd = sorted(expected ^ set(state))[:3]
        hint = f"they differ in {', '.join(odd)}" if odd else "sizes differ"
        raise UnknownModel(f"expected weights of {architecture!r:.80}, got others in {file.name}: {hint}.") from error
    return classifier(network, name or file.name, file_digest(file), labels=names, **_fitting(options, "polygons"))


def _fitting(options: dict[str, Any], foreign: str) -> dict[str, Any]:
    """Refuse an option of the other kind of network; one that says nothing is left out."""
    if options.get(foreign):
        raise UnfitModel(f"expected options that fit the architecture, got {foreign}, which it has no use for.")
    return {key: value for key, value in options.items() if key != foreign}


def _refuse_other_count(state: State, heads: str | tuple[str, ...] | None, count: int, name: str) -> None:
    for head in (heads,) if isinstance(heads, str) else heads or ():
        weight = state.get(f"{head}.weight")
        if weight is not None and weight.shape[0] != count:
            raise UnfitModel(f"expected {weight.shape[0]} labels for {name}, one per class, got {count}.")
