"""Whether a model can serve a kind of task at all."""

from __future__ import annotations

from ..domain.tasks import CLASSIFICATION, DETECTION, SEGMENTATION
from ..errors import BadInput, UnfitModel
from .predictor import Named

# What a task needs, and what a model may fill to serve it: the best box of a concept says that the concept is there.
SERVES = {CLASSIFICATION: ("label", "box", "polygon"), DETECTION: ("box",), SEGMENTATION: ("polygon",)}
SHAPES = {"label": "concepts", "box": "boxes", "polygon": "polygons"}


def fits(model: Named, kind: str) -> None:
    """Refuse a model whose outputs do not fit a task.

    Parameters
    ----------
    model
        A predictor, or the handle of an opened one: anything with a name and a vocabulary.
    kind
        ``classification``, ``detection`` or ``segmentation``.

    Raises
    ------
    UnfitModel
        It names nothing, or none of its shapes serves the task.
    """
    if kind not in SERVES:
        raise BadInput(f"expected a kind of task among {', '.join(SERVES)}, got {kind!r:.80}.")
    if not model.vocabulary.labels:
        raise UnfitModel(
            f"expected a model that names concepts, got {model.name!r:.80}, which gives only features; "
            "choose one with a classifier."
        )
    if not model.vocabulary.shapes & set(SERVES[kind]):
        gives = " and ".join(SHAPES.get(shape, shape) for shape in sorted(model.vocabulary.shapes)) or "nothing"
        raise UnfitModel(
            f"expected a model that gives {SHAPES[SERVES[kind][0]]} for a {kind} task, got {model.name!r:.80}, "
            f"which gives {gives}; choose another model."
        )
