"""Which models are offered: what the task has used, the toys, and the public catalogue."""

from __future__ import annotations

from typing import Any

from ..models.catalogue import FIRST, search
from ..sessions.assistance import PYTHON
from ..sessions.state import LabelState

TOYS = "toys"
EVERYTHING = 100_000  # more than any catalogue has
Entry = dict[str, Any]  # name, trained, licence, here: plain JSON for the page


def suggested(state: LabelState) -> dict[str, str]:
    """Give what is suggested while typing: names, each with a few words."""
    names: dict[str, str] = {}
    mine = state.settings.model
    if mine and not mine.startswith(("{", PYTHON)):  # a checkpoint or an object is no name to be typed
        names[mine] = "used here"
    names.setdefault(TOYS, "in the package")
    for name in FIRST:
        names.setdefault(name, "")
    return names


def explore(text: str) -> list[Entry]:
    """Give the models of the catalogue that hold the words of a text, those on this machine marked."""
    return [
        {
            "name": card.spec,
            "trained": card.trained_on or "",
            "licence": card.licence or "licence unknown",
            "size": f"{card.parameters_m:g} M" if card.parameters_m else "",
            "here": card.cached,
        }
        for card in search(text, limit=EVERYTHING)
    ]
