"""Pre-labeling from Python: a run to its end with a line of progress, its table, its undoing."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

from .domain.records import RUNNING, Run
from .errors import BadInput
from .runs import holder as holders
from .runs.job import Job, duration

if TYPE_CHECKING:
    import pandas as pd

    from .project import Project
    from .runs.predicting import Predicting
    from .runs.runner import ModelHandle
    from .runs.totals import Totals
    from .runs.undoing import TakenBack
    from .sessions.prelabel import Engine, PrelabelSession
    from .task import Task
    from .widgets.prelabel import Prelabel as PrelabelWidget

RUNS = ["run_id", "state", "by", "model", "started_at", "ended_at", "total", "labeled", "skipped", "failed", "labels",
        "message"]  # fmt: skip
EVERY_S = 0.2  # how often the line of progress is written


def session(task: Task, *, model: Any, threshold: tuple[float, float] | None) -> PrelabelSession:  # Any: a model
    """Open a session; see `Task.prelabel_session`."""
    from .sessions.assistance import Assistance
    from .sessions.prelabel import PrelabelSession

    project = task.project
    assistance = Assistance(lambda: project.runner, project.predictions, again="task.prelabel({})")
    assistance.last = task._model
    return PrelabelSession(
        project.journal,
        task.id,
        actor=project.actor,
        assistance=assistance,
        runner=lambda: project.runner,
        runs=project.prelabelings,
        model=model if model is not None else task._model,
        threshold=threshold,
    )


def widget(task: Task, *, model: Any, threshold: tuple[float, float] | None) -> PrelabelWidget:
    """Give the widget; see `Task.prelabel`."""
    from .widgets.prelabel import Prelabel

    opened = session(task, model=model, threshold=threshold)
    opened.follow()
    return Prelabel(opened)


def run(
    task: Task,
    *,
    model: Any,
    threshold: tuple[float, float] | None,
    engine: Any,  # a word or an engine: `runs.scaling.engine_of`
    limit: int | None,
    progress: bool | None,
    wait: bool,
) -> Totals | Job[Totals]:
    """Run over what waits in a task; see `Project.prelabel`."""
    begun = session(task, model=model, threshold=threshold)
    try:
        if begun.state.open or (begun.state.run is not None and begun.state.run.state == RUNNING):
            begun.wait_model()
            job = begun.start(limit=limit, engine=_engine(task.project, engine))
        else:
            job = _nothing()
    finally:
        begun.close()
    if not wait:
        return job
    _show(job, sys.stderr, progress)
    return job.value()


def frame(project: Project, task_id: str | None) -> pd.DataFrame:
    """Give the runs over a task as a table, oldest first."""
    import pandas as pd

    rows = [_row(each) for each in project.journal.runs(task_id) if each.what == "prelabel"]
    found = pd.DataFrame(rows, columns=RUNS)
    for column in ("started_at", "ended_at"):
        found[column] = pd.to_datetime(found[column], unit="us", utc=True)
    return found


def failures(task: Task, run_id: str | None) -> pd.DataFrame:
    """Give what a run failed on as a table; see `Task.prelabel_failures`."""
    import pandas as pd

    from .runs.ledger import failures_of

    project = task.project
    found = project.prelabelings.one(run_id) if run_id is not None else project.prelabelings.last(task.id)
    listed = [] if found is None else failures_of(project.journal, found)
    rows = [(one, project.journal.input(one).name, why) for one, why in listed]
    return pd.DataFrame(rows, columns=["input_id", "name", "why"])


def undo(project: Project, run_id: str | None, task_id: str | None = None) -> TakenBack:
    """Take back what a run wrote and nobody touched; see `Project.undo_run`."""
    from .runs.undoing import undo_run

    found = project.prelabelings.one(run_id) if run_id is not None else project.prelabelings.last(task_id or "")
    if found is None:
        raise BadInput("there is no run over this task to undo; task.runs lists them.")
    return undo_run(project.journal, found, by=project.actor)


def _engine(project: Project, engine: Any) -> Engine | None:
    if engine is None or engine == "embedded":
        return None
    from .runs.predicting import ByEngine
    from .runs.scaling import engine_of

    chosen = engine_of(engine, project.runner, allow_private=project.media.allow_private)

    def given(handle: ModelHandle) -> Predicting:
        return ByEngine(chosen, handle, project.predictions)

    return given


def _nothing() -> Job[Totals]:
    """Give what a run over nothing comes to: running a script twice is fine."""
    from .runs.totals import Totals

    job: Job[Totals] = Job("pre-labeling", total=0)
    job.start()
    job.finish(Totals(message="nothing waits that is not pre-labeled already"))
    return job


def _row(run: Run) -> list[Any]:  # Any: cells
    lying = run.state == RUNNING and holders.gone(run.holder, run.beat_us, time.time_ns() // 1000)
    return [
        run.run_id,
        "left" if lying else run.state,
        run.by,
        json.loads(run.settings).get("model", ""),
        run.started_us,
        run.ended_us or None,
        *(getattr(run, name) for name in RUNS[6:]),
    ]


def _show(job: Job[Any], stream: TextIO, progress: bool | None) -> None:
    """Write one line that keeps up with a job, until it is over; none where nobody would see it."""
    if progress is False or (progress is None and not stream.isatty()):
        job.wait()
        return
    width = 0
    while True:
        over = job.wait(EVERY_S).finished
        said = line(job)
        stream.write(f"\r{said:<{width}}" + ("\n" if over else ""))
        stream.flush()
        width = len(said)
        if over:
            return


def line(job: Job[Any]) -> str:
    """Say how far a job is.

    >>> line(Job("pre-labeling with toys", total=50))
    'pre-labeling with toys:   0% |                    | 0/50'
    """
    total = job.total or 0
    share = job.done / total if total else float(job.finished)
    bar = "█" * int(20 * share) + " " * (20 - int(20 * share))
    said = f"{job.title}: {share:4.0%} |{bar}| {job.done:,}/{total:,}"
    if job.rate:
        said += f", {job.rate:,.1f} inputs/s"
    if job.left_s:
        said += f", {duration(job.left_s)} left"
    return said + (f", {job.failed:,} failed" if job.failed else "")
