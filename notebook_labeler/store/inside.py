"""One moment of a journal while nobody else writes: what a check needs that must hold when its answer is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from ..domain.labeling import Scene
from ..domain.records import Run, Setting
from . import reading


@dataclass(frozen=True)
class Inside:
    """What stands inside a write transaction (see `Journal.atomically`). Of no use after it.

    Attributes
    ----------
    scenes
        All that is kept about the inputs that were asked for, by id; none for those that the task does not have.
    """

    scenes: Mapping[str, Scene]
    _connection: sa.Connection

    def charges(self, month: str) -> int:
        """Give how many inputs were pre-labeled in a month ("2026-11", UTC), in the whole project."""
        return reading.charges(self._connection, month)

    def setting(self, name: str) -> Setting | None:
        """Give a setting of the project, or None."""
        return reading.setting(self._connection, name)

    def runs(self, task_id: str) -> list[Run]:
        """Give the runs over a task, oldest first."""
        return reading.runs(self._connection, task_id)
