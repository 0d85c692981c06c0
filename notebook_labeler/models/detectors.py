"""Detectors that are offered where objects are labeled: a short list, openly licensed, searched without any library.

The list is shipped with the package (``detectors.tsv``). What is not in it still loads by name.
"""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from .catalogue import ModelCard, cached_repositories

# What is shown first to somebody who has not typed anything: quick ones, good ones, and one that knows any word.
FIRST_BOXES = (
    "hf:PekingU/rtdetr_v2_r18vd",
    "hf:ustc-community/dfine-small-coco",
    "hf:google/owlv2-base-patch16-ensemble",
    "torchvision/ssdlite320_mobilenet_v3_large",
    "torchvision/fasterrcnn_resnet50_fpn_v2",
    "torchvision/maskrcnn_resnet50_fpn_v2",
)
FIRST_POLYGONS = ("hf:Roboflow/rf-detr-seg-nano", "torchvision/maskrcnn_resnet50_fpn_v2")


def search_detectors(query: str = "", *, polygons: bool = False) -> list[ModelCard]:
    """Find detectors.

    Parameters
    ----------
    query
        Words that the name, the data set or the licence must all contain, in any order. Nothing: all.
    polygons
        True: only those that give polygons. False: those that give boxes, which all do.

    Returns
    -------
    list of ModelCard
        Those whose weights are here already come first, then a few to begin with, then the others by name.

    Examples
    --------
    >>> [card.licence for card in search_detectors("owlv2 base")]
    ['apache-2.0']
    """
    words = query.casefold().split()
    first = {spec: n for n, spec in enumerate(FIRST_POLYGONS if polygons else FIRST_BOXES)}
    repositories, weights = cached_repositories(), _weights()
    found = []
    for card, gives, file in _listed():
        text = f"{card.spec} {card.trained_on} {card.licence} {gives}".casefold()
        if (gives == "polygons" or not polygons) and all(word in text for word in words):
            here = file in weights if file else card.spec.removeprefix("hf:") in repositories
            found.append(((not here, first.get(card.spec, len(first)), card.spec), replace(card, cached=here)))
    return [card for _, card in sorted(found, key=lambda pair: pair[0])]


def _weights() -> frozenset[str]:
    """Give the files in torch's cache, by the environment variables that torch obeys."""
    home = os.environ.get("TORCH_HOME") or Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "torch"
    folder = Path(home).expanduser() / "hub" / "checkpoints"
    return frozenset(one.name for one in folder.iterdir()) if folder.is_dir() else frozenset()


@cache
def _listed() -> tuple[tuple[ModelCard, str, str], ...]:
    """Read the shipped list: card, what it gives, the weights' file in torch's cache."""
    lines = []
    with files(__package__).joinpath("detectors.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            name = row["spec"].rpartition("/")[2]
            size, side = float(row["parameters_m"]), int(row["side"])
            card = ModelCard(row["spec"], name, "", row["trained_on"], int(row["classes"]), size, side, row["licence"])
            lines.append((card, row["gives"], row["file"]))
    return tuple(lines)
