"""What the stage is told to draw: a pure function from a `LabelState` to the objects' items, plain JSON values."""

from __future__ import annotations

from typing import Any

from ..domain.geometry import Box, Region
from ..domain.objects import Thing
from ..sessions.state import LabelState
from .colours import colour_of
from .paint import two_digits

Json = dict[str, Any]  # Any: JSON


def stage_items(state: LabelState) -> list[Json]:
    """Give the objects of the input at hand as the page draws them (`front/board.js`), in the pane's order.

    Each has ``id``, ``concept``, ``key``, ``colour``, ``state``, ``label`` (sheep.1), ``number`` (0.87, empty when
    nobody said), ``passing``, ``hidden`` and either ``box`` [left, top, width, height] or ``rings``, in source pixels.
    """
    return [
        item(thing, colour)
        for group in state.groups
        for colour in [colour_of(group.concept, state.settings)]
        for thing in group.things
    ]


def item(thing: Thing, colour: str) -> Json:
    """Give one object."""
    return {
        "id": thing.object_id,
        "concept": thing.concept,
        "key": thing.concept_key,
        "colour": colour,
        "state": thing.state,
        "label": thing.label,
        "number": "" if thing.score is None else two_digits(thing.score),
        "passing": thing.passing,
        "hidden": thing.hidden,
        **sides(thing.region),
    }


def sides(region: Region) -> Json:
    """Give a region as the page has it."""
    if isinstance(region, Box):
        return {"box": list(region.sides)}
    return {"rings": [list(ring) for ring in region.rings]}
