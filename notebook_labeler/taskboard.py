"""The task board as a user asks for it: what it opens, and what it has done elsewhere."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from .errors import LabelerError

if TYPE_CHECKING:
    import pandas as pd

    from .project import Project
    from .runs.job import Job
    from .widgets.taskboard import Board

HEIGHT = 600  # of the picture in what is opened, CSS pixels
MOST_ROWS = 200  # of a table about a team
TEAM = {  # the figures that a board has room for, of those of `Task.team`
    "person": "person",
    "inputs": "inputs",
    "left": "left",
    "submitted": "submitted",
    "approved_at_once": "approved at once",
    "rejected": "rejected",
    "rate": "approval rate",
    "seconds_per_input": "seconds per input",
    "reviewed": "reviewed",
}
INTERVAL = {"low": "95% from", "high": "95% to", "f1": "F1", "iou": "IoU"}
AGREEMENT_NOTES = {
    "alpha": "Agreement is the share of pairs of opinions that say the same. Alpha (Krippendorff's), with its 95% "
    "interval, is 1 where all agree and 0 where they agree no more than by chance.",
    "f1": "F1, with its 95% interval, is the share of objects that the other person drew too; IoU is how far these "
    "overlap.",
}


def board(project: Project) -> Board:
    """Give the task board of a project."""
    from .sessions.assistance import Assistance
    from .sessions.taskboard import TaskBoard
    from .sessions.taskboard_state import LABEL, PRELABEL, REVIEW
    from .widgets.taskboard import Board

    session = TaskBoard(
        project.journal,
        actor=project.actor,
        project=project.name,
        assistance=Assistance(lambda: project.runner, project.predictions),
        errands=_errands(project),
    )
    opens = {
        LABEL: lambda task_id: project.task(task_id).label(height=HEIGHT),
        REVIEW: lambda task_id: project.task(task_id).review(height=HEIGHT),
        PRELABEL: lambda task_id: project.task(task_id).prelabel(),
    }
    session.follow()
    return Board(session, opens=opens, team=lambda task_id: tables(project, task_id))


def _errands(project: Project) -> Any:
    from .sessions.taskboard_list import Errands
    from .sharing import share_out

    def share(task_id: str) -> Job[Any] | None:
        return share_out(project.task(task_id), {})

    def begin(task_id: str) -> Job[Any]:
        return begun_beside(project, task_id)

    def save(task_id: str, name: str, message: str) -> str:
        version = project.save_version(name, message=message, task=task_id)
        return f"Version {version.name} is saved, with {version.rows:,} annotations, in {version.folder}."

    return Errands(share, begin, save)


def begun_beside(project: Project, task_id: str) -> Job[Any]:
    """Begin a pre-label run without waiting for its model: opening one may take long, and the board is not to stand."""
    from .runs.job import Job

    shown: Job[Any] = Job("pre-labeling")
    lock = threading.Lock()  # a run tells what changes from its own thread

    def told(run: Job[Any]) -> None:
        with lock:
            shown.total = run.total
            shown.advance(run.done - shown.done)
        if run.error is not None:
            shown.fail(run.error)
        elif run.finished:
            shown.finish(run.result)

    def work() -> None:
        try:
            begun = project.prelabel(task_id, wait=False)
            if isinstance(begun, Job):
                begun.on_change(told)
        except Exception as error:  # shown in the board
            shown.fail(error)

    shown.start()
    threading.Thread(target=work, name="nl-begin", daemon=True).start()
    return shown


def tables(project: Project, task_id: str) -> list[dict[str, Any]]:
    """Give what there is to know of a task's people, as tables for the board: title, columns, digits, rows, note."""
    task = project.task(task_id)
    figures = task.team[list(TEAM)]
    shares: list[Any] = [None if rate != rate else f"{rate:.0%}" for rate in figures["rate"]]
    figures = figures.assign(rate=shares)
    found = [_table("What each person's work came to", figures.rename(columns=TEAM))]
    if task.settings.opinions_share:
        try:
            found.append(_agreement(task.agreement()))
        except LabelerError as error:
            found.append({"title": "How far people agree", "columns": [], "digits": [], "rows": [], "note": str(error)})
    return [table for table in found if table["rows"] or table["note"]]


def _agreement(figures: pd.DataFrame) -> dict[str, Any]:
    """Give how far people agree, with a sentence on what the figures mean; columns that say nothing are left out."""
    optional = [name for name in ("kappa", "note") if name in figures]
    silent = [name for name in optional if all(_plain(value) in (None, "") for value in figures[name])]
    note = AGREEMENT_NOTES["f1" if "f1" in figures else "alpha"]
    return _table("How far people agree", figures.drop(columns=silent).rename(columns=INTERVAL), note)


def _table(title: str, frame: pd.DataFrame, note: str = "") -> dict[str, Any]:
    """Give a DataFrame as plain JSON values; what is missing is None, `digits` are those after the point."""
    from pandas.api.types import is_float_dtype

    shown = frame.head(MOST_ROWS)
    rows = [[_plain(value) for value in row] for row in shown.astype(object).to_numpy().tolist()]
    columns = [(words := str(name).replace("_", " "))[:1].upper() + words[1:] for name in shown.columns]
    digits = [2 if is_float_dtype(kind) else 0 for kind in shown.dtypes]
    return {"title": title, "columns": columns, "digits": digits, "rows": rows, "note": note}


def _plain(value: Any) -> Any:
    import pandas as pd

    if isinstance(value, str | bool):
        return value
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 4)
