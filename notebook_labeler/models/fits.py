"""Whether a model can serve a task at all."""

from __future__ import annotations

from collections.abc import Collection

from ..domain.geometry import BOX, LABEL
from ..domain.label_mapping import PLURAL, fillable
from ..domain.tasks import CLASSIFICATION, DRAWN
from ..errors import BadInput, UnfitModel
from .predictor import Named


def fits(model: Named, kind: str, geometries: Collection[str] = ()) -> None:
    """Refuse a model whose outputs do not fit a task.

    The best box of a concept says that the concept is there, and a polygon has a box around it: a model may give more
    than the task asks for, not less.

    Parameters
    ----------
    model
        A predictor, or the handle of an opened one: anything with a name and a vocabulary.
    kind
        ``classification``, ``detection`` or ``segmentation``.
    geometries
        Those that the task's concepts take (``label``, ``box``, ``polygon``), of which one must be met; what the kind
        draws unless told.

    Raises
    ------
    UnfitModel
        It names nothing, or none of its shapes serves the task.
    """
    if kind not in (CLASSIFICATION, *DRAWN):
        kinds = ", ".join((CLASSIFICATION, *DRAWN))
        raise BadInput(f"expected a kind of task among {kinds}, got {kind!r:.80}.")
    if not model.vocabulary.labels:
        raise UnfitModel(
            f"expected a model that names concepts, got {model.name!r:.80}, which gives only features; "
            "choose one with a classifier."
        )
    wanted, can = set(geometries) or {DRAWN.get(kind, LABEL)}, fillable(model.vocabulary.shapes)
    if not wanted & can:
        asked = " or ".join(PLURAL[shape] for shape in sorted(wanted))
        gives = " and ".join(PLURAL.get(shape, shape) for shape in sorted(model.vocabulary.shapes)) or "nothing"
        way_out = "choose another model" if BOX not in can else "choose another model, or draw its concepts as boxes"
        raise UnfitModel(
            f"expected a model that gives {asked} for a {kind} task, got {model.name!r:.80}, "
            f"which gives {gives}; {way_out}."
        )
