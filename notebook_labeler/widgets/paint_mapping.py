"""What the label-mapping table is told to paint: pure functions from a `LabelState` to plain JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..domain.geometry import BOX, POLYGON
from ..domain.label_mapping import ClassLine, Feed, unused_lines
from ..domain.names import name_key
from ..domain.records import SYNONYM
from ..sessions.state import LabelState
from .colours import colour_of
from .paint import RELATION_WORDS, SOURCE_WORDS, Json, unfillable, unfit


def table(state: LabelState, *, by: str, revision: int) -> Json:
    """Give what stands around the lines: counts, the concepts to choose from, what cannot be drawn and why.

    `by` is the view that is open (``class`` or ``concept``); `revision` grows when lines have changed.
    """
    vocabulary = state.assist.vocabulary
    used = {name_key(link.other) for line in state.mapping for link in line.links}
    return {
        "by": by,
        "revision": revision,
        "model": state.assist.model,
        "used": len(used),
        "total": len(unused_lines(vocabulary.labels)) if vocabulary else 0,
        "objects": state.settings.objects,
        "shapes": {shape: unfillable(state, shape) for shape in (BOX, POLYGON)},
        "concepts": _concepts(state),
        "fresh": _becomes(state, ""),
    }


def line(found: ClassLine, state: LabelState) -> Json:
    """Give one line: a model class, what it feeds, and what is recommended for it while it feeds nothing."""
    offers = [] if found.feeds else [m for m in found.recommended if not unfit(state, m.concept)]
    return {
        "label": found.model_class,
        "feeds": [_feed(feed, state) for feed in found.feeds],
        "offers": [{"concept": m.concept, "relation": m.relation, "reason": m.reason} for m in offers],
    }


def ordered(lines: Sequence[ClassLine], search: str, meant: Iterable[str] = ()) -> list[str]:
    """Give the classes that a search text finds: used ones first, then recommended ones.

    Parameters
    ----------
    lines
        The table.
    search
        Part of the name of a class, or of a concept that it feeds; empty finds all.
    meant
        Classes that are meant by the search text, for when no name holds it.
    """
    wanted = name_key(search)
    found = [each for each in lines if not wanted or wanted in name_key(each.model_class) or _feeds(each, wanted)]
    if wanted and not found:
        keys = {name_key(label) for label in meant}
        found = [each for each in lines if name_key(each.model_class) in keys]
    found.sort(key=lambda each: _rank(each, wanted))
    return [each.model_class for each in found]


def _rank(found: ClassLine, wanted: str) -> tuple[bool, bool, bool]:
    begins = not wanted or name_key(found.model_class).startswith(wanted)
    return not begins, not found.feeds, not found.recommended


def _feeds(found: ClassLine, wanted: str) -> bool:
    return any(wanted in name_key(feed.concept) for feed in found.feeds)


def _feed(feed: Feed, state: LabelState) -> Json:
    said = feed.reason or SOURCE_WORDS.get(feed.source, feed.source)
    words = [] if feed.relation == SYNONYM else [RELATION_WORDS.get(feed.relation, feed.relation)]
    own = {name_key(concept) for concept in state.settings.concepts}
    why = "" if feed.fits else unfillable(state, feed.geometry)
    return {
        "concept": feed.concept,
        "geometry": feed.geometry,
        "fits": feed.fits,
        "own": name_key(feed.concept) in own,
        "colour": colour_of(feed.concept, state.settings) if state.settings.objects else "",
        "hint": f"{why}: suggests nothing" if why else " · ".join([*words, said]),
    }


def _concepts(state: LabelState) -> list[Json]:
    """Give the task's concepts, each with how many classes feed it, then the project's other ones."""
    feeding = Counter({name_key(each.concept): len(each.links) for each in state.mapping})
    own = {name_key(concept) for concept in state.settings.concepts}
    others = [concept for concept in state.concepts if name_key(concept) not in own]
    notes = {c: _classes(feeding[name_key(c)]) for c in state.settings.concepts}
    notes |= dict.fromkeys(others, "not in this task yet")
    return [_choice(state, concept, note) for concept, note in notes.items()]


def _choice(state: LabelState, concept: str, note: str) -> Json:
    becomes = _becomes(state, concept)
    return {"value": concept, "note": f"will be drawn as {becomes}" if becomes else note, "geometry": becomes}


def _becomes(state: LabelState, concept: str) -> str:
    """Give the geometry that a concept has to take for the model to fill it; nothing where its own will do."""
    geometry = state.settings.geometry_of(concept)
    if not unfillable(state, geometry):
        return ""
    return next((shape for shape in (BOX, POLYGON) if not unfillable(state, shape)), "")


def _classes(count: int) -> str:
    return f"{count:,} class{'es' * (count != 1)}" if count else ""
