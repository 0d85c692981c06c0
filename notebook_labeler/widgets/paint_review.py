"""What the parts of a review are told to paint: pure functions from a `ReviewState` to plain JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..domain.geometry import from_text
from ..domain.history import Told
from ..domain.names import name_key
from ..domain.records import Annotation
from ..domain.tasks import TaskSettings
from ..sessions.review_state import SIZES, Card, ReviewState
from . import paint
from .colours import colour_of
from .paint import Json
from .paint_stage import sides

MOST_LINES = 200  # of a history, the newest
MOST_SHAPES = 300  # drawn on a small picture


def header(state: ReviewState, *, trouble: str = "") -> Json:
    """Give the header: what a labeler's has, whose work it is, and how far the share is."""
    assignment, share = state.assignment, state.share
    return paint.header(state, trouble=trouble) | {
        "rev": state.rev,
        "grid": state.grid,
        "place": state.rank + 1 if state.input else 0,
        "total": share.total,
        "left": share.left,
        "approved": share.approved,
        "rejected": share.rejected,
        "coming": share.coming,
        "state": assignment.state if assignment else "",
        "labeler": state.labeler,
        "reviewer": assignment.reviewer if assignment else "",
        "comment": state.comment,
        "judgeable": state.judgeable,
        "comments": list(state.comments),
    }


def history(state: ReviewState) -> Json:
    """Give what happened to the input at hand, the newest first."""
    lines = list(enumerate(state.history))[-MOST_LINES:]
    return {
        "input": state.input.input_id if state.input else "",
        "lines": [_line(number, told) for number, told in reversed(lines)],
    }


def _line(number: int, told: Told) -> Json:
    return {"number": number, "who": told.actor, "what": told.text, "at": told.at_us // 1000, "kind": told.kind}


Painted = dict[str, tuple[Card, TaskSettings, Json]]  # cards by input, and how they are painted


def sheet(state: ReviewState, painted: Painted) -> Json:
    """Give the contact sheet. A card that is in `painted` is not painted anew: some have hundreds of objects."""
    found = state.sheet
    for each in found.cards:
        known = painted.get(each.input.input_id)
        if known is None or known[0] is not each or known[1] is not state.settings:
            painted[each.input.input_id] = (each, state.settings, card(each, state.settings))
    shown = {each.input.input_id for each in found.cards}
    return {
        "on": state.grid,
        "size": found.size,
        "sizes": list(SIZES),
        "later": max(0, state.share.left - len(found.cards) - len(found.aside - shown)),
        "aside": len(found.aside - shown),
        "nothing": state.nothing,
        "cards": [painted[i][2] | {"taken": i in found.taken_out} for i in (c.input.input_id for c in found.cards)],
    }


def card(found: Card, settings: TaskSettings) -> Json:
    """Give one input of the sheet."""
    return {
        "input": found.input.input_id,
        "name": found.input.name or found.input.uri,
        "title": found.input.uri,
        "labeler": found.assignment.labeler,
        "comment": found.assignment.comment,
        "prelabeled": paint.clipboard(found.prelabel, settings.connection),
        "seen": found.seen,
        "labels": labels(found.labels, settings),
        "shapes": shapes(found.labels, settings),
    }


def labels(found: Iterable[Annotation], settings: TaskSettings) -> list[Json]:
    """Give the concepts on an input with their colours, those of the task first and in its order."""
    count: Counter[str] = Counter()
    names: dict[str, str] = {}
    for each in found:
        count[each.concept_key] += 1
        names.setdefault(each.concept_key, each.concept)
    order = {name_key(name): place for place, name in enumerate(settings.concepts)}
    keys = sorted(names, key=lambda key: (order.get(key, len(order)), key))
    return [{"text": names[key], "count": count[key], "colour": colour_of(names[key], settings)} for key in keys]


def shapes(found: Iterable[Annotation], settings: TaskSettings) -> list[Json]:
    """Give the boxes and polygons of an input in source pixels, the first ones where there are very many."""
    made = []
    for each in found:
        region = from_text(each.geometry)
        if region is not None:
            made.append({"colour": colour_of(each.concept, settings), **sides(region)})
        if len(made) == MOST_SHAPES:
            break
    return made
