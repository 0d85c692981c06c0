"""Label data inside JupyterLab, with a model beside you, and never lose a label.

Examples
--------
>>> import notebook_labeler as nl
>>> project = nl.open_project("clothes")
>>> project.add_inputs("photos/").added
3
>>> task = project.create_task("garments", concepts=["pants", "shirt"])
>>> widget = task.label()  # as the last line of a cell, task.label() shows itself
>>> widget.session.add("pants")
>>> task.annotations[["name", "concept"]].values.tolist()
[['a.png', 'pants']]
>>> widget.close()
>>> project.close()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import (
        BadInput,
        Conflict,
        EngineFailed,
        LabelerError,
        MissingExtra,
        ModelFailed,
        NothingToUndo,
        UnfitModel,
        UnknownConcept,
        UnknownModel,
        UnknownVersion,
        UnreadableInput,
    )
    from .exchange import coco_results
    from .models.callable import predictor
    from .models.named import checkpoint
    from .project import Project, open_project
    from .quick import label, read_version, sample_pictures
    from .runs.scaling.ray_engine import RayEngine
    from .task import Labeler, Task

__version__ = "0.1.0"

_HOMES = {
    "open_project": "project",
    "Project": "project",
    "Task": "task",
    "Labeler": "task",
    "label": "quick",
    "read_version": "quick",
    "sample_pictures": "quick",
    "coco_results": "exchange",
    "predictor": "models.callable",
    "checkpoint": "models.named",
    "RayEngine": "runs.scaling.ray_engine",
    "LabelerError": "errors",
    "BadInput": "errors",
    "Conflict": "errors",
    "EngineFailed": "errors",
    "MissingExtra": "errors",
    "ModelFailed": "errors",
    "NothingToUndo": "errors",
    "UnfitModel": "errors",
    "UnknownConcept": "errors",
    "UnknownModel": "errors",
    "UnknownVersion": "errors",
    "UnreadableInput": "errors",
}
__all__ = [
    "BadInput",
    "Conflict",
    "EngineFailed",
    "Labeler",
    "LabelerError",
    "MissingExtra",
    "ModelFailed",
    "NothingToUndo",
    "Project",
    "RayEngine",
    "Task",
    "UnfitModel",
    "UnknownConcept",
    "UnknownModel",
    "UnknownVersion",
    "UnreadableInput",
    "checkpoint",
    "coco_results",
    "label",
    "open_project",
    "predictor",
    "read_version",
    "sample_pictures",
]


def __getattr__(name: str) -> Any:  # what is asked for decides what is imported
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
