"""The form verbs of the task board: opened, typed into, and made into a task."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from ..domain.names import name_key
from ..runs.job import Job
from ..store.journal import Journal
from .assistance import Assistance
from .drafting import Draft, problems
from .robots import Coverage, Robots
from .taskboard_list import RUN_WORDS, Errands, TaskList, nothing
from .taskboard_state import Form, said

SHARE_WORDS = "Sharing out"


class _Made(NamedTuple):
    """A task that was made or changed, and what is to be done for it then."""

    task_id: str
    share: bool
    begin: bool


class TaskForms(TaskList):
    """A model is asked for without the lock: it answers from another thread, which waits for it."""

    def __init__(
        self, journal: Journal, *, actor: str, project: str, assistance: Assistance | None, errands: Errands | None
    ) -> None:
        self._coverage = Coverage(journal, assistance, self._covered)
        self._draft = Draft()  # of a new task, kept while the form is closed
        super().__init__(journal, actor=actor, project=project, errands=errands)

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
            self._announce(self._with_notice(replace(self.state, form=None), f"{said(draft.name.strip())} was {done}."))
            self._go_on(made)  # after the notice: what it refuses is said instead
        self._coverage.ask("", "", ())
        return made.task_id

    def add_person(self, name: str) -> None:
        """Add somebody to the project's people."""
        self.planner.add_people([name])
        self.look()

    def close(self) -> None:
        """Stop following, and waiting for a model. Closing twice is fine."""
        super().close()
        self._coverage.close()

    def _show_form(self, task_id: str, draft: Draft) -> None:
        with self.lock:
            self._numbers += 1
            self._announce(replace(self.state, form=Form(self._numbers, task_id, draft), notice=None))
        self._coverage.ask(draft.wanted_model, draft.kind, draft.concepts)

    def _problems(self, draft: Draft, task_id: str) -> dict[str, str]:
        names = frozenset(line.name for line in self.state.lines if line.task_id != task_id)
        datasets = frozenset(name_key(each.name) for each in self.state.datasets)
        return problems(draft, names=names, datasets=datasets, inputs=self.state.inputs)

    def _made_task(self, draft: Draft) -> _Made:
        if draft.new_dataset:
            made = self.planner.add_dataset(draft.dataset_name)
            draft = replace(draft, new_dataset=False, dataset=made.dataset_id)
        settings = draft.settings()
        record = self.planner.create(draft.name, settings)
        self._draft = Draft()
        return _Made(record.task_id, bool(settings.labelers or settings.reviewers), settings.auto)

    def _changed_task(self, task_id: str, draft: Draft) -> _Made:
        have = self._line(task_id).settings
        wanted = draft.settings(have)
        changes = {name: value for name, value in vars(wanted).items() if value != getattr(have, name)}
        return _Made(task_id, self.planner.edit(task_id, name=draft.name, **changes), False)

    def _go_on(self, made: _Made) -> None:
        """Have a task's inputs shared out, and then its model go ahead, where that is to be."""
        then = self._begin if made.begin else nothing
        if made.share:
            self._work(made.task_id, SHARE_WORDS, self.errands.share, then=then)
        else:
            then(made.task_id)

    def _begin(self, task_id: str) -> Job[Any] | None:
        return self._work(task_id, RUN_WORDS, self.errands.begin)

    def _covered(self, robots: Robots) -> None:
        with self.lock:
            self._announce(replace(self.state, robots=robots))
