"""Python objects as models: a predictor, a function, a table of predictions."""

from __future__ import annotations

import sys
from typing import Any

from ..errors import UnfitModel
from .callable import predictor
from .named import NamedModel
from .predictor import ByInput, Model, is_predictor


def adopt(thing: object, **options: Any) -> Model:
    """Give the model that a Python object is.

    Parameters
    ----------
    thing
        A predictor, a function (then with ``labels=[...]``), or a DataFrame of predictions.
    options
        What `predictor` or `table` takes.

    Raises
    ------
    UnfitModel
        It is none of these.
    """
    if isinstance(thing, ByInput) or is_predictor(thing):
        if options:
            raise UnfitModel(f"expected no options beside a finished model, got {', '.join(sorted(options))}.")
        return thing
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(thing, pandas.DataFrame):
        from .table import table

        return table(thing, **options)
    if callable(thing) and not isinstance(thing, type):
        if options.get("labels") is None:
            name = getattr(thing, "__name__", type(thing).__name__)
            raise UnfitModel(
                f"expected the labels that {name!r:.80} may answer, got none; pass labels=[...], "
                "or declare it with @predictor(labels=[...])."
            )
        return predictor(thing, **options)
    raise _no_model(thing)


def refuse_no_model(thing: object) -> None:
    """Refuse at once what can never be a model: neither None nor a name, function, predictor or DataFrame.

    Raises
    ------
    UnfitModel
        It is nothing of these.
    """
    pandas = sys.modules.get("pandas")
    if thing is None or isinstance(thing, NamedModel | ByInput) or is_predictor(thing):
        return
    if isinstance(thing, str) and thing.strip():
        return
    if callable(thing) and not isinstance(thing, type):
        return
    if pandas is None or not isinstance(thing, pandas.DataFrame):
        raise _no_model(thing)


def _no_model(thing: object) -> UnfitModel:
    got = "an empty text" if isinstance(thing, str) else type(thing).__name__
    return UnfitModel(
        f"expected a model's name, a function, a predictor or a DataFrame, got {got}; "
        "make a model of a function with notebook_labeler.predictor."
    )
