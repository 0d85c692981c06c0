"""What the Objects pane is told to paint: pure functions from a `LabelState` to plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping

from ..domain.names import name_key
from ..domain.objects import Group, Thing, counted
from ..domain.tasks import TaskSettings
from ..sessions.state import LabelState
from .colours import colour_of
from .paint import Json, model_names, two_digits


def group(found: Group, settings: TaskSettings) -> Json:
    """Give the row of one concept."""
    return {
        "key": found.concept_key,
        "concept": found.concept,
        "original": found.original or "",
        "hotkey": found.hotkey,
        "colour": colour_of(found.concept, settings),
        "shape": found.geometry,
        "count": found.count,
    }


def thing(found: Thing, model_names: Mapping[str, str]) -> Json:
    """Give the row of one instance. What is as with most of them is left out: a thousand of them travel at once."""
    models = list(dict.fromkeys(model_names.get(m, m) for m in found.models))
    rare: Json = {
        "share": None if found.score is None else round(found.score, 4),
        "original": found.original,
        "ambiguous": found.ambiguous,
        "passing": found.passing,
        "people": list(found.people),
        "models": models,
        "sources": [s for s in found.sources if name_key(s) != found.concept_key],
    }
    return {
        "id": found.object_id,
        "group": found.concept_key,
        "nth": found.number,
        "shape": found.region.shape,
        "state": found.state,
        "number": "" if found.score is None else two_digits(found.score),
        **{name: value for name, value in rare.items() if value not in (None, False, "", [])},
    }


def groups(state: LabelState) -> list[Json]:
    """Give the concepts, in the order in which they stand."""
    return [group(found, state.settings) for found in state.groups]


def things(state: LabelState) -> list[Json]:
    """Give the instances, concept by concept, in the order in which they stand."""
    names = model_names(state)
    return [thing(each, names) for found in state.groups for each in found.things]


def objects_pane(state: LabelState) -> Json:
    """Give what the Objects pane shows beside its rows."""
    return {
        "input": state.input.input_id if state.input else "",
        "title": f"Objects ({counted(state.groups)})",
        "search": state.lens.search,
        "empty": _empty(state),
        "hidden": sorted(state.hidden),
        "selected": list(state.selected),
        "drawing": None if state.drawing is None else {"concept": state.drawing.concept, "shape": state.drawing.shape},
    }


def _empty(state: LabelState) -> str:
    """Say why there is no instance."""
    if state.input is None:
        return "There is no input to label."
    if counted(state.groups):
        return ""
    if state.lens.search:
        return "No object matches the search."
    if state.assist.waiting:
        return "Waiting for the model. You can draw meanwhile."
    if not state.groups:
        return "No concept to draw with yet. Add one below."
    return "No objects yet. Press a concept's key and draw the first one."
