"""One family of errors. Every message is one plain sentence: what was expected, what came, what to do."""

from __future__ import annotations


class LabelerError(Exception):
    """The root of everything this package raises on purpose."""


class BadInput(LabelerError, ValueError):
    """Something given to us (path, table, number, name) is not what a verb can take."""


class UnreadableInput(BadInput):
    """A picture cannot be opened, is too large, or is not what its name says."""


class FetchRefused(UnreadableInput):
    """A URL was not fetched: scheme, size, time limit or a private address."""


class UnknownConcept(BadInput, KeyError):
    """A concept that the project (or the model) does not have."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnknownObject(UnknownConcept):
    """No object of this id is on the input."""


class UnknownModel(BadInput):
    """No model goes by this name, or it cannot be loaded from here."""


class UnfitModel(BadInput):
    """A model whose outputs do not fit the task."""


class ModelFailed(LabelerError):
    """A model raised, died, or answered nonsense."""


class EngineFailed(LabelerError):
    """A cluster on which a dataset is predicted cannot be used, has no room, or stopped answering."""


class Conflict(LabelerError):
    """Somebody else changed the same thing since it was read. Nothing was overwritten."""


class RunGoing(LabelerError):
    """A run is going on over the same task, here or in another kernel."""


class AssistLimit(LabelerError):
    """The assist limit of the month does not allow as much as was asked for; `why` says so without what to do."""

    def __init__(self, why: str, instead: str = "") -> None:
        super().__init__(f"{why}; {instead}" if instead else why)
        self.why = why


class NothingToUndo(LabelerError):
    """The undo (or redo) list is empty."""


class StoreError(LabelerError):
    """The project's database or folder cannot be used as it is."""


class ProjectClosed(StoreError):
    """The project was closed; open it again."""


class UnknownVersion(BadInput):
    """No dataset version goes by this name or number."""


class NameTaken(BadInput):
    """A dataset version of this name is there already; versions never change, so it is not overwritten."""


class DamagedVersion(StoreError):
    """A version's files do not match the hashes in its manifest."""


class MissingExtra(LabelerError, ImportError):
    """An optional library is not installed; the message names the extra to install."""
