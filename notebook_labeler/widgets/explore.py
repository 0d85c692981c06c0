"""Which models are offered: what the task has used, the toys, and the public catalogue."""

from __future__ import annotations

from typing import Any

from ..domain.geometry import BOX, LABEL
from ..domain.label_mapping import asked
from ..domain.tasks import TaskSettings
from ..models.catalogue import FIRST, ModelCard, search
from ..models.detectors import FIRST_BOXES, FIRST_POLYGONS, search_detectors
from ..sessions.assistance import PYTHON

TOYS = "toys"
EVERYTHING = 100_000  # more than any catalogue has
Entry = dict[str, Any]  # name, trained, licence, here: plain JSON for the page


def suggested(settings: TaskSettings) -> dict[str, str]:
    """Give what is suggested while typing: names, each with a few words."""
    names: dict[str, str] = {}
    mine = settings.model
    if mine and not mine.startswith(("{", PYTHON)):  # a checkpoint or an object is no name to be typed
        names[mine] = "used here"
    names.setdefault(TOYS, "in the package")
    wanted = asked(settings)
    for name in FIRST if LABEL in wanted else FIRST_BOXES if BOX in wanted else FIRST_POLYGONS:
        names.setdefault(name, "")
    return names


def explore(text: str, settings: TaskSettings) -> list[Entry]:
    """Give the models of the catalogue that fit a task and hold the words of a text, those on this machine marked."""
    return [
        {
            "name": card.spec,
            "trained": card.trained_on or "",
            "licence": card.licence or "licence unknown",
            "size": f"{card.parameters_m:g} M" if card.parameters_m else "",
            "here": card.cached,
        }
        for card in _fitting(text, settings)
    ]


def _fitting(text: str, settings: TaskSettings) -> list[ModelCard]:
    wanted = asked(settings)
    if LABEL in wanted:
        return search(text, limit=EVERYTHING)
    return search_detectors(text, polygons=BOX not in wanted)
