"""What every part of the task board leans on: the list as others work on it, its state, and how a new one is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..domain.places import unpack
from ..domain.records import RUNNING, Run, TaskRecord
from ..domain.tasks import TaskSettings
from ..errors import AssistLimit, BadInput, LabelerError
from ..runs import holder as holders
from ..runs.job import FAILED, Job
from ..store.journal import Journal
from ..store.queue import Errands as Mine
from ..store.queue import Progress
from ..store.writing import now_us
from .planning import Planner
from .signal import Changed
from .state import ERROR, INFO, Notice
from .taskboard_state import BoardState, DatasetLine, TaskLine, Work
from .watching import Watching

Errand = Callable[[str], "Job[Any] | None"]  # begins something for a task in the background, or has nothing to do
RUN_WORDS = "Pre-labeling"


def nothing(_: str) -> Job[Any] | None:
    """Have nothing to do."""
    return None


@dataclass(frozen=True)
class Errands:
    """What the board has done elsewhere.

    Attributes
    ----------
    share
        Shares a task's inputs out.
    begin
        Lets a task's model pre-label what is waiting.
    save
        Saves a version of a task: id, name and message; gives where it lies, in a sentence.
    """

    share: Errand = nothing
    begin: Errand = nothing
    save: Callable[[str, str, str], str] = lambda *_: ""


class TaskList(Watching):
    """The list of tasks. `lock` guards the state; listeners are told while it is held, in order."""

    def __init__(self, journal: Journal, *, actor: str, project: str, errands: Errands | None) -> None:
        self.lock = threading.RLock()
        self.journal, self.planner = journal, Planner(journal, actor)
        self.errands = errands or Errands()
        self.failures: list[Exception] = []  # what listeners raised
        self.state = BoardState(project, actor)
        self._changed: Changed[BoardState] = Changed(self.failures.append)
        self._jobs: dict[str, tuple[str, Job[Any]]] = {}  # task -> what is done for it
        self._mine: dict[str, Mine] = {}  # what is the actor's to do
        self._going: list[Run] = []  # runs that have not said that they ended
        self._runs: dict[str, Work] = {}  # what those are at whose kernel is there, whichever it is
        self._settings: dict[str, tuple[str, TaskSettings]] = {}  # task -> as text, and read
        self._numbers = 0
        self._rev = -1
        self.look()

    def observe(self, listener: Callable[[BoardState, BoardState], None]) -> Callable[[], None]:
        """Call `listener(old, new)` at each change of state; calling what is returned ends it."""
        return self._changed.observe(listener)

    def look(self) -> bool:
        """Show what was done since the last look. Gives whether there was anything."""
        with self.lock:
            rev = self.journal.rev()
            if rev == self._rev:
                return self._look_at_runs()
            self._rev = rev
            self._announce(self._read(self.state))
            return True

    def _look_at_runs(self) -> bool:
        """Notice that the kernel of a run has died: it writes nothing any more, that neither."""
        before, self._runs = self._runs, _running(self._going)
        if self._runs == before:
            return False
        self._announce(replace(self.state, lines=self._working(self.state.lines)))
        return True

    def say(self, text: str, *, error: bool = False) -> None:
        """Show a sentence."""
        with self.lock:
            self._announce(self._with_notice(self.state, text, ERROR if error else INFO))

    def close(self) -> None:
        """Stop following. Closing twice is fine."""
        self._look_no_more()

    def _line(self, task_id: str) -> TaskLine:
        found = self.state.line(task_id)
        if found is None:
            raise BadInput("this task is not there any more; somebody deleted it.")
        return found

    def _work(self, task_id: str, what: str, errand: Errand, *, then: Errand = nothing) -> Job[Any] | None:
        """Begin something in the background; the task's line shows it until it ends."""
        try:
            job = errand(task_id)
        except LabelerError as error:
            self.say(self._unwell(task_id, f"{what} did not begin", error), error=True)
            return None
        if job is None:
            then(task_id)
            return None
        self._jobs[task_id] = (what, job)
        job.on_change(lambda now: self._worked(task_id, now, then))
        return job

    def _worked(self, task_id: str, job: Job[Any], then: Errand) -> None:
        with self.lock:
            what, mine = self._jobs.get(task_id, ("", None))
            if mine is not job:
                return
            if job.finished:
                del self._jobs[task_id]
                if job.state == FAILED:
                    self.say(self._unwell(task_id, f"{what} did not end well", job.error), error=True)
                else:
                    then(task_id)
            self._announce(replace(self.state, lines=self._working(self.state.lines)))

    def _unwell(self, task_id: str, what: str, error: BaseException | None) -> str:
        """Say what came of what was to be done for a task."""
        if not isinstance(error, AssistLimit):
            return f"{what}: {error}"
        line = self.state.line(task_id)
        name = "The task" if line is None else line.name
        text = f"{name} was created, but nothing was pre-labeled, because {error.why}; "
        return f"{text}“Pre-label…” in its menu begins later."

    def _read(self, state: BoardState) -> BoardState:
        journal = self.journal
        sets = {each.dataset_id: each for each in self.planner.datasets()}
        known = {each.dataset_id: each for each in state.datasets}
        datasets = tuple(
            known.get(key) or DatasetLine(key, each.name, len(unpack(each.places))) for key, each in sets.items()
        )
        names = {each.dataset_id: each.name for each in datasets}
        self._going = [run for run in journal.runs() if run.state == RUNNING]
        counts, self._runs = journal.progresses(), _running(self._going)
        self._mine = journal.errands(state.actor)
        before = {line.task_id: line for line in state.lines}
        lines = tuple(self._line_of(task, counts, names, before) for task in journal.tasks())
        concepts = sorted((c.name for c in journal.concepts().values() if not c.deleted), key=str.casefold)
        return replace(
            state,
            inputs=journal.input_count(),
            lines=lines,
            people=tuple(self.planner.people()),
            datasets=datasets,
            concepts=tuple(concepts),
        )

    def _line_of(
        self,
        task: TaskRecord,
        counts: dict[str, Progress],
        datasets: dict[str, str],
        before: dict[str, TaskLine],
    ) -> TaskLine:
        text, settings = self._settings.get(task.task_id, ("", TaskSettings()))
        if text != task.settings:
            settings = TaskSettings.loads(task.settings)
            self._settings[task.task_id] = (task.settings, settings)
        line = TaskLine(
            task.task_id,
            task.name,
            settings,
            datasets.get(settings.dataset, ""),
            counts.get(task.task_id, Progress()),
            task.created_us,
            task.created_by,
            self._work_for(task.task_id),
            self.state.actor,
            self._mine.get(task.task_id, Mine()),
        )
        old = before.get(task.task_id)
        return old if old == line and old is not None else line

    def _working(self, lines: tuple[TaskLine, ...]) -> tuple[TaskLine, ...]:
        """Give the lines with what is being done for them, here and elsewhere."""
        return tuple(
            line if line.work == (work := self._work_for(line.task_id)) else replace(line, work=work) for line in lines
        )

    def _work_for(self, task_id: str) -> Work | None:
        what, job = self._jobs.get(task_id, ("", None))
        if job is None:
            return self._runs.get(task_id)
        step = max(1, (job.total or 0) // 100)  # percents, not inputs, so that few changes are told
        return Work(what, job.done // step * step, job.total)

    def _with_notice(self, state: BoardState, text: str, kind: str = INFO) -> BoardState:
        self._numbers += 1
        return replace(state, notice=Notice(self._numbers, text, kind))

    def _announce(self, state: BoardState) -> None:
        old = self.state
        if state != old:
            self.state = state
            self._changed.tell(old, state)


def _running(runs: list[Run]) -> dict[str, Work]:
    """Give what runs are at, wherever they run, by task; not those whose kernel is gone."""
    going = [run for run in runs if not holders.gone(run.holder, run.beat_us, now_us())]
    return {run.task_id: Work(RUN_WORDS, run.labeled + run.skipped + run.failed, run.total) for run in going}
