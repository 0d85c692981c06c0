"""Sharing a task out: what `Task.share_out` does, and `Project.add_inputs` for tasks whose inputs are shared out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .domain.tasks import TaskSettings

if TYPE_CHECKING:
    from .project import Project
    from .runs.job import Job
    from .runs.sharing import Shared, Sharer
    from .task import Task

IN_PASSING = 2_000  # pictures that are looked at for near-duplicates while inputs are added


def share_out(task: Task, wishes: Mapping[str, Any]) -> Job[Shared]:  # Any: see `Task.share_out`
    """Begin what `Task.share_out` says; what is None stays as it is."""
    from .tasks import people

    changes = {field: value for field, value in wishes.items() if value is not None}
    for role in ("labelers", "reviewers"):
        if role in changes:
            changes[role] = people(role, changes[role])
    if changes.get("opinions_share") and task.settings.opinions < 2:
        changes.setdefault("opinions", 2)
    return sharer(task.project).start(task.id, changes)


def share_added(project: Project) -> None:
    """Share inputs out that were just added to tasks which take all inputs and have people.

    Near-duplicates are looked for among them if no more than 2,000 pictures were never looked at; else each input is on
    its own until `Task.share_out` is called.
    """
    for record in project.journal.tasks():
        settings = TaskSettings.loads(record.settings)
        if not settings.dataset and (settings.labelers or settings.reviewers):
            sharer(project).start(record.task_id, at_most=IN_PASSING).value()


def sharer(project: Project) -> Sharer:
    """Give what shares a project's tasks out in the name of who opened it."""
    from .runs.sharing import Sharer  # brings Pillow, which listing pictures does without

    return Sharer(project.journal, project.media, project.actor)
