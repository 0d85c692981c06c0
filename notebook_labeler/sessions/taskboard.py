"""The task board without a screen: the list of tasks as others work on it, and the verbs behind its buttons."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..domain.names import name_key
from ..domain.places import unpack
from ..domain.records import RUNNING, Run, TaskRecord
from ..domain.tasks import TaskSettings
from ..errors import BadInput, LabelerError
from ..runs.job import FAILED, Job
from ..store.journal import Journal
from ..store.queue import Errands as Mine
from ..store.queue import Progress
from .assistance import Assistance
from .drafting import Draft, problems
from .following import EVERY_S, watch
from .planning import Planner
from .robots import Coverage, Robots
from .signal import Changed
from .state import ERROR, INFO, Notice
from .taskboard_state import LABEL, REVIEW, UNDO, BoardState, DatasetLine, Form, Opened, TaskLine, Work

Errand = Callable[[str], "Job[Any] | None"]  # begins something for a task in the background, or has nothing to do
RUN_WORDS = "Pre-labeling"
SHARE_WORDS = "Sharing out"


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


class TaskBoard:
    """What the board does. `lock` guards its state; listeners are told while it is held, in order.

    A model is asked for without the lock: it answers from another thread, which waits for it.

    Parameters
    ----------
    journal
        The project's journal.
    actor
        Who looks at it. Attribution, not authentication.
    project
        The project's name.
    assistance
        Opens the model that the form names, to say which concepts it covers.
    errands
        What is done elsewhere.

    Examples
    --------
    >>> board = project.board()
    >>> [(line.name, line.status) for line in board.session.state.lines]
    [('garments', 'New')]
    >>> board.close()
    """

    def __init__(
        self,
        journal: Journal,
        *,
        actor: str,
        project: str = "",
        assistance: Assistance | None = None,
        errands: Errands | None = None,
    ) -> None:
        self.lock = threading.RLock()
        self.journal, self.planner = journal, Planner(journal, actor)
        self.errands = errands or Errands()
        self.failures: list[Exception] = []  # what listeners raised
        self.state = BoardState(project, actor)
        self._changed: Changed[BoardState] = Changed(self.failures.append)
        self._coverage = Coverage(journal, assistance, self._covered)
        self._draft = Draft()  # of a new task, kept while the form is closed
        self._jobs: dict[str, tuple[str, Job[Any]]] = {}  # task -> what is done for it
        self._mine: dict[str, Mine] = {}  # what is the actor's to do
        self._runs: dict[str, Work] = {}  # what runs are at, in whatever kernel
        self._settings: dict[str, tuple[str, TaskSettings]] = {}  # task -> as text, and read
        self._numbers = 0
        self._rev = -1
        self._stop: threading.Event | None = None
        self.look()

    def observe(self, listener: Callable[[BoardState, BoardState], None]) -> Callable[[], None]:
        """Call `listener(old, new)` at each change of state; calling what is returned ends it."""
        return self._changed.observe(listener)

    def follow(self, every: float = EVERY_S) -> None:
        """Look every so many seconds for what others have done, until `close`. The widget does; twice is fine."""
        with self.lock:
            if self._stop is None:
                self._stop = threading.Event()
                watch(self, self._stop, every)

    def look(self) -> bool:
        """Show what was done since the last look. Gives whether there was anything."""
        with self.lock:
            rev = self.journal.rev()
            if rev == self._rev:
                return False
            self._rev = rev
            self._announce(self._read(self.state))
            return True

    def say(self, text: str, *, error: bool = False) -> None:
        """Show a sentence."""
        with self.lock:
            self._announce(self._with_notice(self.state, text, ERROR if error else INFO))

    def close(self) -> None:
        """Stop following. Closing twice is fine."""
        if self._stop is not None:
            self._stop.set()
        self._coverage.close()

    # -- what stands in the place of the list --------------------------------------------------------------------------

    def open(self, what: str, task_id: str) -> None:
        """Have a task labeled, reviewed or pre-labeled here.

        Raises
        ------
        BadInput
            It cannot be just now; the sentence says why.
        """
        with self.lock:
            line = self._line(task_id)
            reason = {LABEL: line.no_label, REVIEW: line.no_review}.get(what, "")
            if reason:
                raise BadInput(reason)
            self._announce(replace(self.state, opened=Opened(what, task_id, line.name), notice=None))

    def back(self) -> None:
        """Go back to the list."""
        with self.lock:
            self.look()
            self._announce(replace(self.state, opened=None))

    # -- the form ------------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """Open the form for a new task, as it was left."""
        self._show_form("", self._draft)

    def edit(self, task_id: str) -> None:
        """Open the form, filled in with what a task is."""
        line = self._line(task_id)
        self._show_form(task_id, Draft.of(line.name, line.settings))

    def write(self, draft: Draft) -> None:
        """Take what was typed so far."""
        with self.lock:
            form = self.state.form
            if form is None or draft == form.draft:
                return
            if not form.task_id:
                self._draft = draft
            fixed = {f: said for f, said in form.errors.items() if getattr(draft, f) == getattr(form.draft, f)}
            self._announce(replace(self.state, form=replace(form, draft=draft, errors=fixed)))
        self._coverage.ask(draft.wanted_model, draft.kind, draft.concepts)

    def cancel(self) -> None:
        """Close the form. What was typed for a new task is there when it is opened again."""
        with self.lock:
            self._announce(replace(self.state, form=None))
        self._coverage.ask("", "", ())

    def submit(self, draft: Draft) -> str | None:
        """Make the task of the form, or change the one that it is about; give its id, or None where fields are wrong.

        Sharing out and pre-labeling go on in the background; the task's line shows how far they are.
        """
        self.write(draft)
        with self.lock:
            form = self.state.form
            if form is None:
                return None
            self.look()
            wrong = self._problems(draft, form.task_id)
            if wrong:
                self._announce(replace(self.state, form=replace(form, errors=wrong)))
                return None
            made = self._changed_task(form.task_id, draft) if form.task_id else self._made_task(draft)
            self.look()
            done = "changed" if form.task_id else "created"
            self._announce(self._with_notice(replace(self.state, form=None), f"{draft.name.strip()} was {done}."))
        self._coverage.ask("", "", ())
        return made

    def add_person(self, name: str) -> None:
        """Add somebody to the project's people."""
        self.planner.add_people([name])
        self.look()

    # -- what is done to a task ----------------------------------------------------------------------------------------

    def delete(self, task_id: str) -> None:
        """Delete a task; `undo` brings it back."""
        with self.lock:
            gone = self.planner.delete(task_id)
            self.look()
            state = replace(self.state, deleted=(gone.task_id, gone.name))
            self._announce(self._with_notice(state, f"{gone.name} was deleted.", UNDO))

    def labels(self, task_id: str) -> int:
        """Give how many labels would go out of sight with a task."""
        return self.journal.label_count(task_id)

    def undo(self) -> None:
        """Bring back the task that was deleted last."""
        with self.lock:
            if self.state.deleted is None:
                return
            task_id, name = self.state.deleted
            self.planner.restore(task_id)
            self.look()
            self._announce(
                self._with_notice(replace(self.state, deleted=None), f"{name} is back, with all its labels.")
            )

    def save_version(self, task_id: str, name: str, message: str = "") -> None:
        """Save the task's annotations as a named version, and say where it is."""
        self._line(task_id)
        self.say(self.errands.save(task_id, name, message))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _line(self, task_id: str) -> TaskLine:
        found = self.state.line(task_id)
        if found is None:
            raise BadInput("this task is not there any more; somebody deleted it.")
        return found

    def _show_form(self, task_id: str, draft: Draft) -> None:
        with self.lock:
            self._numbers += 1
            self._announce(replace(self.state, form=Form(self._numbers, task_id, draft), notice=None))
        self._coverage.ask(draft.wanted_model, draft.kind, draft.concepts)

    def _problems(self, draft: Draft, task_id: str) -> dict[str, str]:
        names = frozenset(line.name for line in self.state.lines if line.task_id != task_id)
        datasets = frozenset(name_key(each.name) for each in self.state.datasets)
        return problems(draft, names=names, datasets=datasets, inputs=self.state.inputs)

    def _made_task(self, draft: Draft) -> str:
        if draft.new_dataset:
            made = self.planner.add_dataset(draft.dataset_name)
            draft = replace(draft, new_dataset=False, dataset=made.dataset_id)
        settings = draft.settings()
        record = self.planner.create(draft.name, settings)
        self._draft = Draft()
        if settings.labelers or settings.reviewers:
            self._work(record.task_id, SHARE_WORDS, self.errands.share, then=self._begin if settings.auto else nothing)
        elif settings.auto:
            self._begin(record.task_id)
        return record.task_id

    def _changed_task(self, task_id: str, draft: Draft) -> str:
        have = self._line(task_id).settings
        wanted = draft.settings(have)
        changes = {name: value for name, value in vars(wanted).items() if value != getattr(have, name)}
        if self.planner.edit(task_id, name=draft.name, **changes):
            self._work(task_id, SHARE_WORDS, self.errands.share)
        return task_id

    def _begin(self, task_id: str) -> Job[Any] | None:
        return self._work(task_id, RUN_WORDS, self.errands.begin)

    def _work(self, task_id: str, what: str, errand: Errand, *, then: Errand = nothing) -> Job[Any] | None:
        """Begin something in the background; the task's line shows it until it ends."""
        try:
            job = errand(task_id)
        except LabelerError as error:
            self.say(f"{what} did not begin: {error}", error=True)
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
                    self.say(f"{what} did not end well: {job.error}", error=True)
                else:
                    then(task_id)
            self._announce(replace(self.state, lines=self._working(self.state.lines)))

    def _covered(self, robots: Robots) -> None:
        with self.lock:
            self._announce(replace(self.state, robots=robots))

    def _read(self, state: BoardState) -> BoardState:
        journal = self.journal
        sets = {each.dataset_id: each for each in self.planner.datasets()}
        known = {each.dataset_id: each for each in state.datasets}
        datasets = tuple(
            known.get(key) or DatasetLine(key, each.name, len(unpack(each.places))) for key, each in sets.items()
        )
        names = {each.dataset_id: each.name for each in datasets}
        counts, self._runs = journal.progresses(), _running(journal.runs())
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
    """Give what runs are at, wherever they run, by task."""
    going = [run for run in runs if run.state == RUNNING]
    return {run.task_id: Work(RUN_WORDS, run.labeled + run.skipped + run.failed, run.total) for run in going}
