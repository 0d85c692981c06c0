"""The public catalogue: what timm publishes, searched here and now, without torch, network or child process.

The list is shipped with the package (``catalogue.tsv``, written by ``tools/make_catalogue.py``), because importing timm
takes seconds and the Explore view has to open at once. What a newer timm knows beyond it still loads by name.
"""

from __future__ import annotations

import csv
import difflib
import os
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

TRAINED_ON = {  # the class counts whose names are known (ImageNet's subsets, by timm's own table)
    1000: "ImageNet-1k",
    11221: "ImageNet-21k (reduced)",
    11821: "ImageNet-12k",
    21841: "ImageNet-22k",
    21842: "ImageNet-22k (reordered)",
    21843: "ImageNet-21k",
}
FEATURES = "features only"
# What is shown first to somebody who has not typed anything: small, quick, and openly licensed.
FIRST = (
    "timm/mobilenetv4_conv_small.e2400_r224_in1k",
    "timm/resnet18.a1_in1k",
    "timm/convnext_tiny.in12k_ft_in1k",
    "timm/efficientnet_b0.ra_in1k",
    "timm/vit_small_patch16_224.augreg_in21k_ft_in1k",
    "timm/resnet50.a1_in1k",
    "timm/mobilenetv4_conv_medium.e500_r256_in1k",
    "timm/convnext_nano.in12k_ft_in1k",
)


@dataclass(frozen=True)
class ModelCard:
    """What is known of a model before it is loaded.

    Attributes
    ----------
    spec
        The name to open it by.
    trained_on
        The data set that its classes come from.
    tag
        timm's word for how it was trained.
    classes
        How many; 0 for a network that gives only features, or outputs that nobody has named.
    parameters_m
        Millions of parameters, None where unknown.
    side
        Height and width in pixels of what it looks at, None where unknown.
    licence
        Of the weights, empty where unknown.
    cached
        Whether the weights lie on this machine already.
    """

    spec: str
    architecture: str = ""
    tag: str = ""
    trained_on: str = ""
    classes: int = 0
    parameters_m: float | None = None
    side: int | None = None
    licence: str = ""
    cached: bool = False


def search(query: str = "", limit: int = 50, *, features: bool = False) -> list[ModelCard]:
    """Find models of the catalogue.

    Parameters
    ----------
    query
        Words that the name, the data set or the licence must all contain, in any order. Nothing: everything.
    limit
        How many at most.
    features
        Whether networks without classes are listed too.

    Returns
    -------
    list of ModelCard
        Those whose weights are here already come first, then a few to begin with, then shorter names.

    Examples
    --------
    >>> search("mobilenetv4 small r224", limit=1)[0].trained_on
    'ImageNet-1k'
    """
    words = query.casefold().replace("timm/", " ").split()
    here = cached_repositories()
    first = {spec: n for n, spec in enumerate(FIRST)}
    found = []
    for card, text, repository in _catalogue():
        if (card.classes or features) and all(word in text for word in words):
            is_here = repository in here
            began = not words or card.architecture.startswith(words[0])
            rank = (not is_here, not began, first.get(card.spec, len(first)), len(card.spec), card.spec)
            found.append((rank, replace(card, cached=is_here)))
    return [card for _, card in sorted(found, key=lambda pair: pair[0])[: max(0, limit)]]


def repositories_of(name: str) -> tuple[str, ...]:
    """Give the hub repositories that a timm name, or an architecture in any of its trainings, may mean.

    >>> repositories_of("resnet18.a1_in1k")
    ('timm/resnet18.a1_in1k',)
    """
    exact = tuple(repo for card, _, repo in _catalogue() if card.spec == f"timm/{name}")
    return exact or tuple(repo for card, _, repo in _catalogue() if card.architecture == name)


def near(name: str) -> str:
    """Give the catalogue's name that is spelled most like one that nobody knows, or an empty text."""
    names = {card.spec.removeprefix("timm/") for card, _, _ in _catalogue()}
    names |= {card.architecture for card, _, _ in _catalogue()}
    return next(iter(difflib.get_close_matches(name[:200], names, n=1)), "")


def cached_repositories() -> frozenset[str]:
    """Give the hub repositories whose weights lie in the local cache (``organisation/name``)."""
    kept = set()
    for folder in _cache().glob("models--*--*"):
        organisation, _, name = folder.name.removeprefix("models--").partition("--")
        if any(folder.glob("snapshots/*/*.safetensors")) or any(folder.glob("snapshots/*/*.bin")):
            kept.add(f"{organisation}/{name}")
    return frozenset(kept)


def _cache() -> Path:
    """Give the hub's cache folder, by the environment variables that the hub's own client obeys."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(variable):
            return Path(os.environ[variable]).expanduser()
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "huggingface"
    return Path(home).expanduser() / "hub"


@cache
def _catalogue() -> tuple[tuple[ModelCard, str, str], ...]:
    """Read the shipped list: card, what a search looks through, repository."""
    lines = []
    with files(__package__).joinpath("catalogue.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            architecture, _, tag = row["name"].partition(".")
            trained_on = TRAINED_ON.get(int(row["classes"]), FEATURES)
            classes = 0 if trained_on == FEATURES else int(row["classes"])
            size = float(row["parameters_m"]) if row["parameters_m"] else None
            spec = f"timm/{row['name']}"
            card = ModelCard(spec, architecture, tag, trained_on, classes, size, int(row["side"]), row["licence"])
            lines.append((card, f"{row['name']} {trained_on} {row['licence']}".casefold(), row["repository"] or spec))
    return tuple(lines)
