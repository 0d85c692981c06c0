"""The colour of each concept: the same everywhere and for ever, told apart also by those who see few colours.

The first seven are those of Okabe and Ito (Color Universal Design, 2008; black is left out because no picture shows
it); the rest vary their lightness. After twenty they repeat: the label beside an object tells it too.
"""

from __future__ import annotations

import hashlib

from ..domain.names import name_key
from ..domain.tasks import TaskSettings

COLOURS = (
    *("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"),
    *("#8fd6c0", "#7a5cc9", "#ffc57a", "#a3c614", "#b3155e", "#a9dcff", "#8c6d1f"),
    *("#ff9e80", "#2f9e2f", "#e3b7ff", "#1ec6d6", "#a8481a", "#c9c9c9"),
)


def colour_of(concept: str, settings: TaskSettings | None = None) -> str:
    """Give the colour of a concept as ``#rrggbb``: by its place in the task's list, or else by its name.

    Examples
    --------
    >>> colour_of("sheep", TaskSettings(kind="detection", concepts=("dog", "Sheep")))
    '#56b4e9'
    >>> colour_of("sheep") == colour_of("Sheep")
    True
    """
    key = name_key(concept)
    places = [name_key(own) for own in settings.concepts] if settings is not None else []
    place = places.index(key) if key in places else int.from_bytes(hashlib.sha256(key.encode()).digest()[:4])
    return COLOURS[place % len(COLOURS)]
