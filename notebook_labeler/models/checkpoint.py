"""One's own checkpoint: weights in a file, for an architecture of timm, with one's own labels."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from ..errors import UnfitModel, UnknownModel
from .labels import read_labels
from .timm_classifier import TimmClassifier
from .timm_load import Labels, classifier
from .weights import State, file_digest, read_weights


def load_checkpoint(
    path: str, *, architecture: str = "", labels: Labels = None, name: str = "", **options: Any
) -> TimmClassifier:
    """Load weights into a timm architecture.

    Parameters
    ----------
    path
        A ``.safetensors`` file, or a torch file that holds nothing but a state_dict.
    architecture
        The timm architecture that was trained, for example ``resnet18``.
    labels
        One label per class, in order, or the path of a file with one per line.
    name
        How the model is called on the screen; by default the file's name.
    options
        Those of `notebook_labeler.models.timm_load.classifier`: ``exclusive=False`` for several labels at once.

    Raises
    ------
    UnknownModel
        The file is missing, damaged, or holds code; or the architecture is not known or another one.
    UnfitModel
        There are more or fewer labels than classes.
    """
    file = Path(path).expanduser().absolute()
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
    return classifier(network, name or file.name, file_digest(file), labels=names, **options)


def _refuse_other_count(state: State, heads: str | tuple[str, ...] | None, count: int, name: str) -> None:
    for head in (heads,) if isinstance(heads, str) else heads or ():
        weight = state.get(f"{head}.weight")
        if weight is not None and weight.shape[0] != count:
            raise UnfitModel(f"expected {weight.shape[0]} labels for {name}, one per class, got {count}.")
