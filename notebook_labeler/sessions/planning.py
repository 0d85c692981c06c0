"""What is done with tasks as a whole: they are made, changed, deleted and brought back; so are people and datasets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..domain.names import clean_name, name_key, new_id
from ..domain.operations import Change, Operation, ensured
from ..domain.places import pack, unpack
from ..domain.records import Collaborator, Concept, Dataset, TaskRecord
from ..domain.tasks import MULTIPLE, TaskSettings, unique_names
from ..errors import BadInput
from ..runs import ledger
from ..store.journal import Journal
from ..store.writing import now_us

SHARED_BY = ("labelers", "reviewers", "opinions", "opinions_share", "together")  # what makes inputs be dealt anew


class Planner:
    """Plans the work of a project in one person's name.

    Parameters
    ----------
    journal
        The project's journal.
    actor
        To whom changes are put down. Attribution, not authentication.
    """

    def __init__(self, journal: Journal, actor: str) -> None:
        self.journal, self.actor = journal, actor

    # -- people ------------------------------------------------------------------------------------------------------

    def people(self) -> list[str]:
        """Give the project's people, oneself first, the others in alphabetical order."""
        others = {each.name for each in self.journal.collaborators().values() if not each.deleted} - {self.actor}
        return [self.actor, *sorted(others, key=str.casefold)]

    def add_people(self, names: Iterable[str]) -> list[str]:
        """Add people; those who are known are left as they are.

        Raises
        ------
        BadInput
            A name is empty, longer than 200 characters, or no text.
        """
        people = (Collaborator.named(name, by=self.actor) for name in names)
        changes = ensured(self.journal.collaborators(), people)
        self.journal.commit(Operation.of("add people", changes, actor=self.actor))
        return self.people()

    # -- concepts ----------------------------------------------------------------------------------------------------

    def add_concepts(self, names: Iterable[str]) -> None:
        """Add concepts to the project; those it has are left as they are."""
        concepts = (Concept.named(name, by=self.actor) for name in names)
        changes = ensured(self.journal.concepts(), concepts)
        self.journal.commit(Operation.of("add concepts", changes, actor=self.actor))

    # -- datasets ----------------------------------------------------------------------------------------------------

    def datasets(self) -> list[Dataset]:
        """Give the datasets that stand, oldest first."""
        found = [each for each in self.journal.datasets().values() if not each.deleted]
        return sorted(found, key=lambda each: (each.created_us, each.name))

    def dataset(self, name_or_id: str) -> Dataset:
        """Give a dataset by name or id.

        Raises
        ------
        BadInput
            There is none; the sentence lists those there are.
        """
        standing = self.datasets()
        wanted = name_key(name_or_id)
        for each in standing:
            if each.dataset_id == name_or_id or name_key(each.name) == wanted:
                return each
        names = ", ".join(repr(each.name) for each in standing[:10]) or "none yet"
        raise BadInput(f"no dataset {name_or_id!r:.80} in this project; there are: {names}.")

    def add_dataset(self, name: str, places: Iterable[int] | None = None) -> Dataset:
        """Make a dataset of the inputs at some places of the project (0-based); of all there are now unless told.

        Raises
        ------
        BadInput
            Another dataset has that name.
        """
        text = clean_name(name, what="a dataset's name")
        if any(name_key(each.name) == name_key(text) for each in self.datasets()):
            raise BadInput(f"there is a dataset {text!r:.80} already; choose another name.")
        packed = pack(np.arange(self.journal.input_count()) if places is None else places)
        made = Dataset(dataset_id=new_id(), name=text, places=packed, created_by=self.actor)
        self.journal.commit(Operation.of("add dataset", [Change(None, made)], actor=self.actor))
        return made

    # -- tasks -------------------------------------------------------------------------------------------------------

    def create(self, name: str, settings: TaskSettings) -> TaskRecord:
        """Make a task over its dataset's inputs, or all; its concepts and people join the project.

        Raises
        ------
        BadInput
            Another task has that name, or the settings do not go together.
        """
        text = clean_name(name, what="a task's name")
        check_together(settings)
        if self.journal.find_task(text) is not None:
            raise BadInput(f"there is a task {text!r:.80} already; choose another name.")
        self._welcome(settings)
        record = TaskRecord(task_id=new_id(), name=text, settings=settings.dumps(), created_by=self.actor)
        self.journal.create_task(record, actor=self.actor, input_ids=self._inputs(settings.dataset))
        return record

    def edit(self, task_id: str, *, name: str | None = None, **changes: Any) -> bool:
        """Change a task's name and settings. Gives whether its inputs have to be shared out anew.

        Concepts that are not named keep their place after those that are: none is lost.

        Raises
        ------
        BadInput
            Another task has that name, or a setting cannot be.
        """
        record = self.journal.task(task_id)  # `changes` are fields of TaskSettings
        have = TaskSettings.loads(record.settings)
        if "concepts" in changes:
            changes["concepts"] = unique_names((*changes["concepts"], *have.concepts))
        for fixed in ("kind", "dataset"):
            if changes.get(fixed, getattr(have, fixed)) != getattr(have, fixed):
                raise BadInput(f"the {fixed} of a task stays what it is; make another task for another {fixed}.")
        settings = have.changed(**changes)
        check_together(settings)
        text = record.name if name is None else clean_name(name, what="a task's name")
        other = self.journal.find_task(text)
        if other is not None and other.task_id != task_id:
            raise BadInput(f"there is a task {text!r:.80} already; choose another name.")
        self._welcome(settings)
        if (text, settings) != (record.name, have):
            change = Change(record, record.changed(name=text, settings=settings.dumps()))
            self.journal.commit(Operation.of("settings", [change], actor=self.actor))
        return any(getattr(settings, field) != getattr(have, field) for field in SHARED_BY)

    def delete(self, task_id: str) -> TaskRecord:
        """Delete a task, and stop the run that goes on over it. Its labels stay, out of sight, until `restore`."""
        record = self.journal.task(task_id)
        if (run := ledger.going(self.journal.runs(task_id), now_us())) is not None:
            ledger.stop(self.journal, run, by=self.actor)
        self.journal.commit(
            Operation.of("delete task", [Change(record, record.changed(deleted=True))], actor=self.actor)
        )
        return record

    def restore(self, task_id: str) -> TaskRecord:
        """Bring a deleted task back, with all its labels.

        Raises
        ------
        BadInput
            There is no such task among the deleted ones, or another one has taken its name.
        """
        found = next((task for task in self.journal.tasks(deleted=True) if task.task_id == task_id), None)
        if found is None:
            raise BadInput(f"expected the id of a deleted task, got {task_id!r:.80}; there is nothing to restore.")
        if self.journal.find_task(found.name) is not None:
            raise BadInput(f"another task is called {found.name!r:.80} now; rename that one first, then restore.")
        back = found.changed(deleted=False)
        self.journal.commit(Operation.of("restore task", [Change(found, back)], actor=self.actor))
        return back

    def reconnect(self, task_id: str) -> int:
        """Connect a task's dataset anew: its inputs may be pre-labeled once more. Gives the connection's number."""
        settings = TaskSettings.loads(self.journal.task(task_id).settings)
        self.edit(task_id, connection=settings.connection + 1)
        return settings.connection + 1

    def _inputs(self, dataset_id: str) -> list[str] | None:
        """Give the inputs of a dataset, in its order; None: all inputs, those added later too."""
        if not dataset_id:
            return None
        places = unpack(self.dataset(dataset_id).places)
        return [one.input_id for one in self.journal.inputs_at(places.tolist())]

    def _welcome(self, settings: TaskSettings) -> None:
        """See to it that the project knows a task's concepts and people."""
        self.add_concepts(settings.concepts)
        self.add_people((*settings.labelers, *settings.reviewers))


def check_together(settings: TaskSettings) -> None:
    """Refuse settings that do not go together.

    Raises
    ------
    BadInput
        A single choice of objects, help without a model, more opinions than labelers.
    """
    if settings.objects and settings.choice != MULTIPLE:
        raise BadInput(f"expected choice='multiple' for a {settings.kind} task, got {settings.choice!r}; leave it out.")
    if settings.auto and not settings.model:
        raise BadInput("auto-annotation needs a model; pass model=, for example model='toys'.")
    if settings.seats > max(1, len(settings.labelers)):
        raise BadInput(
            f"expected at least {settings.seats} labelers for {settings.seats} opinions on an input, got "
            f"{len(settings.labelers)}; name more of them, or leave second opinions out."
        )
