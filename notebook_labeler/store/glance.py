"""What a session shows of a task, asked for together: from a server it comes in one round trip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..domain.inputs import Input
from ..domain.labeling import Scene
from ..domain.records import Concept, Relation, TaskRecord
from . import history, inputs, queue, reading
from .asking import Question, Rows, answers
from .queue import Progress

Listed = tuple[int, dict[str, Concept], dict[tuple[str, ...], Relation]]  # as they were at a revision
Undoable = tuple[str | None, str | None]  # the kind of action that undo, and that redo would turn round


@dataclass(frozen=True)
class Glance:
    """How things stand at a revision. What was not asked for is not there; the task is None where it was deleted."""

    rev: int
    concepts: dict[str, Concept]
    relations: dict[tuple[str, ...], Relation]
    task: TaskRecord | None
    scene: Scene | None = None
    input: Input | None = None
    rank: int | None = None
    progress: Progress = field(default_factory=Progress)
    undoable: Undoable | None = None


def glance_asked(
    task_id: str,
    *,
    known: Listed | None = None,
    scene: tuple[str, str, reading.Known | None] | None = None,
    input_id: str | None = None,
    position: int | None = None,
    actor: str | None = None,
    whose: Mapping[str, Any] | None = None,
) -> Question[Glance]:
    """Ask how a task stands.

    Parameters
    ----------
    task_id
        The task.
    known
        The project's concepts and relations at an earlier revision: only what has changed since is read.
    scene
        The scene of which lane and input is asked for, and that scene as it is known.
    input_id
        Which input is asked for.
    position
        The place whose rank is asked for.
    actor
        Whose undo list, and with it the progress, is asked for.
    whose
        Whose inputs are counted, in progress and rank (see `queue`).
    """
    since, concepts, relations = known if known is not None else (None, None, None)
    asked: dict[str, Question[Any]] = {
        "rev": reading.revision_asked(),
        "concepts": reading.concepts_asked(None if since is None or concepts is None else (since, concepts)),
        "relations": reading.relations_asked(None if since is None or relations is None else (since, relations)),
        "task": reading.task_asked(task_id),
    }
    if scene is not None:
        asked["scene"] = reading.scene_asked(*scene)
    if input_id is not None:
        asked["input"] = inputs.one_asked(input_id)
    if position is not None:
        asked["rank"] = queue.rank_asked(task_id, position, **(whose or {}))
    if actor is not None:
        asked["progress"] = queue.progress_asked(task_id, **(whose or {}))
        asked["undoable"] = history.undoable_asked(task_id, actor)

    def glance(found: list[Rows]) -> Glance:
        return Glance(**dict(zip(asked, answers(found, asked.values()), strict=True)))

    return Question(tuple(each for question in asked.values() for each in question.asked), glance)
