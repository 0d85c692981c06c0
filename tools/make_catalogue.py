"""Writes notebook_labeler/models/catalogue.tsv: what timm publishes, so that the Explore view opens without torch.

Run it after raising the timm version: ``python tools/make_catalogue.py``. Parameters are counted on networks without
storage; it takes some minutes and downloads nothing.
"""

from __future__ import annotations

import csv
import sys
import warnings
from pathlib import Path

import timm
import torch
from timm.models import get_pretrained_cfg

TARGET = Path(__file__).parents[1] / "notebook_labeler" / "models" / "catalogue.tsv"
COLUMNS = ("name", "classes", "parameters_m", "side", "licence", "repository")


def parameters(name: str, classes: int) -> str:
    """Count a network's parameters in millions, without making any; empty where timm cannot build it so."""
    try:
        with torch.device("meta"):
            network = timm.create_model(name, pretrained=False, num_classes=classes)
        return f"{sum(p.numel() for p in network.parameters()) / 1e6:.1f}"
    except Exception as error:
        print(name, type(error).__name__, error, file=sys.stderr)
        return ""


def main() -> None:
    """Write the file, sorted by name."""
    warnings.simplefilter("ignore")
    counted: dict[tuple[str, int], str] = {}
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(COLUMNS)
        for name in sorted(timm.list_pretrained()):
            config = get_pretrained_cfg(name)
            if not config.hf_hub_id:
                continue
            what = name.partition(".")[0], config.num_classes
            if what not in counted:
                counted[what] = parameters(*what)
            usual = f"timm/{name}"
            repository = "" if config.hf_hub_id == usual else config.hf_hub_id
            side = config.input_size[-1]
            out.writerow((name, config.num_classes, counted[what], side, config.license or "", repository))


if __name__ == "__main__":
    main()
