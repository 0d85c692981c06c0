"""Models given by name, with what loading them takes beside it: small enough to be kept in a task and opened again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import BadInput
from .labels import read_labels

FOLDER, HF = "local-dir:", "hf:"


@dataclass(frozen=True)
class NamedModel:
    """A model's name (see `registry.load`) and the options under which it is loaded.

    `text` is how a task keeps it; `parse(text)` gives it back.
    """

    spec: str
    options: Mapping[str, Any] = field(default_factory=dict)  # Any: what the kind of model takes, as JSON has it

    @property
    def name(self) -> str:
        """How people call it: what it was named, else the file or folder, else the name itself."""
        file = self.options or folder_of(self.spec)
        return str(self.options.get("name") or (Path(self.spec).name if file else self.spec))

    @property
    def text(self) -> str:
        """Its name alone, or with its options as JSON."""
        if not self.options:
            return self.spec
        return json.dumps({"model": self.spec, "options": dict(self.options)}, ensure_ascii=False)

    @classmethod
    def parse(cls, text: str) -> NamedModel:
        """Read a name, or what `text` gave.

        >>> NamedModel.parse(NamedModel("best.pth", {"architecture": "resnet18"}).text).options["architecture"]
        'resnet18'
        """
        if text.startswith("{"):
            data = json.loads(text)
            return cls(data["model"], data["options"])
        return cls(text.strip())


def lasting(spec: str) -> str:
    """Give a model's name as it is found from every working directory: a relative folder becomes an absolute one.

    >>> lasting(" timm/resnet18 "), lasting("local-dir:/models/mine")
    ('timm/resnet18', 'local-dir:/models/mine')
    """
    text = spec.strip()
    folder = folder_of(text)
    return text[: len(text) - len(folder)] + os.path.abspath(os.path.expanduser(folder)) if folder else text


def folder_of(spec: str) -> str:
    """Give the folder that a model's name speaks of, as it is written there; empty for a mere name.

    >>> folder_of("local-dir:mine"), folder_of("hf:./mine"), folder_of("hf:google/owlv2-base-patch16-ensemble")
    ('mine', './mine', '')
    """
    if spec.startswith(FOLDER):
        return spec.removeprefix(FOLDER)
    name = spec.removeprefix(HF)
    return name if name != spec and (name.startswith(("/", ".", "~")) or os.path.isabs(name)) else ""


def checkpoint(
    path: str | os.PathLike[str],
    *,
    architecture: str,
    labels: Iterable[str] | str | os.PathLike[str],
    name: str = "",
    **options: Any,
) -> NamedModel:
    """Name a checkpoint of your own, for `create_task(model=...)`, `task.label(model=...)` and sessions.

    Parameters
    ----------
    path
        A ``.safetensors`` file, or a torch file that holds nothing but a state_dict.
    architecture
        The timm architecture that was trained, for example ``resnet18``.
    labels
        One label per class, in order, or the path of a file with one per line.
    name
        How it is called on the screen; the file's name unless told.
    options
        What `models.checkpoint.load_checkpoint` takes further, such as ``exclusive=False`` for sigmoid outputs.

    Returns
    -------
    NamedModel
        It is loaded in the background when it is used.

    Raises
    ------
    BadInput
        There is no such file, or `labels` are none.

    Examples
    --------
    >>> Path("best.safetensors").touch()
    >>> nl.checkpoint("best.safetensors", architecture="resnet18", labels=["pants", "shirt"]).name
    'best.safetensors'
    """
    where = os.path.abspath(os.path.expanduser(os.fspath(path)))
    if not os.path.isfile(where):
        raise BadInput(f"expected a checkpoint file, found none at {where!r:.300}; check the path.")
    if isinstance(labels, str | os.PathLike):
        named: object = os.path.abspath(os.path.expanduser(labels))
        read_labels(Path(str(named)))
    else:
        named = list(read_labels(labels))
    extra = {"name": name} if name else {}
    model = NamedModel(where, {"architecture": architecture, "labels": named, **extra, **options})
    try:
        json.dumps(model.options)
    except (TypeError, ValueError) as error:
        raise BadInput(f"expected plain values beside a checkpoint, got one that cannot be kept: {error}.") from error
    return model
