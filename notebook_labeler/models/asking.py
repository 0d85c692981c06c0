"""What a task adds to a model's name when it opens it: which shapes it needs, and what there is to find."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ..domain.geometry import BOX, POLYGON
from .named import NamedModel
from .registry import CHECKPOINT, HF, TORCHVISION, TOYS, kind_of
from .torchvision_load import bare

WORDS = "concepts"  # the option by which a zero-shot detector learns what to find


def on_demand(model: object) -> frozenset[str]:
    """Give the shapes that a model gives as soon as a task draws a concept so; it is then opened anew.

    Other models give from the start all that they can.

    Examples
    --------
    >>> sorted(on_demand(NamedModel("toys"))), sorted(on_demand(NamedModel("toys", {"boxes": True})))
    (['box', 'polygon'], [])
    """
    if not isinstance(model, NamedModel) or kind_of(model.spec)[0] != TOYS:
        return frozenset()
    return frozenset() if {"boxes", "polygons"} & set(model.options) else frozenset({BOX, POLYGON})


def task_options(model: NamedModel, geometries: Collection[str], concepts: Sequence[str]) -> dict[str, Any]:
    """Give the options that a task adds to those of a model; what was said with the model itself counts more.

    Parameters
    ----------
    model
        The model's name and options.
    geometries
        How the task's concepts are drawn (``label``, ``box``, ``polygon``).
    concepts
        The task's concepts.

    Examples
    --------
    >>> task_options(NamedModel("toys"), {"box"}, ["sheep"]), task_options(NamedModel("toys"), {"label"}, ["sheep"])
    ({'boxes': True}, {})
    >>> task_options(NamedModel("hf:google/owlv2-base-patch16-ensemble"), {"box"}, ["sheep"])
    {'concepts': ['sheep']}
    """
    kind, _ = kind_of(model.spec)
    added: dict[str, Any] = {}
    if kind == TOYS:
        added = {"polygons": True} if POLYGON in geometries else {"boxes": True} if BOX in geometries else {}
    elif kind in (TORCHVISION, HF) or (kind == CHECKPOINT and bare(str(model.options.get("architecture", "")))):
        if POLYGON in geometries:
            added["polygons"] = True  # unless asked for, they are left out where they cannot be made
        elif BOX not in geometries:
            added["polygons"] = False
    if kind == HF and "labels" not in model.options:
        added[WORDS] = list(concepts)
    return {key: value for key, value in added.items() if key not in model.options}
