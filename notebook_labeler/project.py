"""A project as a user holds it: inputs, concepts, tasks, annotations, versions, all kept in one folder."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .domain.names import clean_name
from .domain.tasks import CLASSIFICATION, MULTIPLE, probability_range
from .errors import BadInput, NameTaken, StoreError
from .media.fetch import Media
from .media.sources import inputs_from
from .media.walk import Found
from .store.folder import ProjectFolder, resolve
from .store.frames import to_frame
from .store.journal import Journal
from .store.predictions import PredictionStore
from .store.publish import ordered
from .store.versions import Version, Versions

if TYPE_CHECKING:
    import pandas as pd

    from .runs.exchange.results import Imported
    from .runs.job import Job
    from .runs.prelabelings import Prelabelings
    from .runs.runner import Runner
    from .runs.totals import Totals
    from .runs.undoing import TakenBack
    from .store.inputs import Added
    from .task import Task
    from .widgets.taskboard import Board


def open_project(
    location: str | os.PathLike[str],
    *,
    actor: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    allow_private: bool = False,
) -> Project:
    """Open a project, making it if it is not there.

    Parameters
    ----------
    location
        A folder, or the URL of a PostgreSQL database for a team on several machines
        (``postgresql+psycopg://user:password@host/name``).
    actor
        Under whose name labels are written; the login name unless told. It is attribution, not authentication.
    folder
        Where versions and predictions lie when `location` is a URL; a folder named after the database unless told.
    allow_private
        Whether picture URLs may lead to private and local addresses.

    Returns
    -------
    Project

    Raises
    ------
    StoreError
        The folder or database cannot be used, with the reason.

    Examples
    --------
    >>> import notebook_labeler as nl
    >>> with nl.open_project("clothes", actor="ana") as project:
    ...     project
    Project('clothes', 0 inputs, 0 tasks, as 'ana')
    """
    url, where = resolve(location, folder=folder)
    return Project(where, Journal.open(url), actor=actor, allow_private=allow_private)


def whoami() -> str:
    """Give the name under which labels are written unless told otherwise."""
    for variable in ("NOTEBOOK_LABELER_USER", "JUPYTERHUB_USER"):
        if name := os.environ.get(variable, "").strip():
            return name
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "me"


class Project:
    """An open project. Get one from `open_project`.

    Examples
    --------
    >>> project.inputs["name"].tolist(), len(project.problems)
    (['a.png', 'b.png', 'c.png'], 0)
    >>> project.tasks[["name", "inputs", "done"]].values.tolist()
    [['garments', 3, 0]]
    """

    def __init__(
        self, folder: ProjectFolder, journal: Journal, *, actor: str | None = None, allow_private: bool = False
    ) -> None:
        self.folder = folder
        self.journal = journal
        self.actor = clean_name(actor or whoami(), what="an actor's name")
        self.media = Media(folder.cache, allow_private=allow_private)
        self._closed = False
        self._predictions: PredictionStore | None = None
        self._runner: Runner | None = None
        self._prelabelings: Prelabelings | None = None

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.path.name

    def __repr__(self) -> str:
        if self._closed:
            return f"Project({self.name!r}, closed)"
        inputs, tasks = self.journal.input_count(), len(self.journal.tasks())
        return f"Project({self.name!r}, {inputs:,} inputs, {tasks} tasks, as {self.actor!r})"

    # -- inputs ------------------------------------------------------------------------------------------------------

    def add_inputs(
        self, source: Any, *, column: str | None = None, base: str | os.PathLike[str] | None = None
    ) -> Added:
        """Add what is to be labeled. What is there already is counted, not doubled.

        Nothing is decoded, unless a task over all inputs has several people: the new inputs are shared out among them,
        and near-duplicates looked for if they are at most 2,000 (more: call `Task.share_out` for it).

        Parameters
        ----------
        source
            A folder (taken with its subfolders), a glob such as ``"photos/**/*.jpg"``, a file, a list of paths or
            http(s) URLs, or a pandas DataFrame with a column of them.
        column
            The column of the DataFrame, where it is not called path, file, uri, url or image.
        base
            The folder to which relative paths of a list or DataFrame belong; the working directory unless told.

        Returns
        -------
        Added
            How many inputs were added, how many were known, and how many there are.

        Raises
        ------
        BadInput
            Nothing was found there, or it is nothing that can be added.

        Examples
        --------
        >>> project.add_inputs("photos/")
        Added(added=0, known=3, total=3, passed_over='')
        >>> project.add_inputs(["https://example.org/d.png"]).total
        4
        """
        found = Found()
        inputs = inputs_from(source, column=column, base=None if base is None else Path(base), found=found)
        added = self.journal.add_inputs(inputs, actor=self.actor)
        if added.added:
            from .sharing import share_added

            share_added(self)
        return replace(added, passed_over=str(found) if found.passed_over else "")

    @property
    def inputs(self) -> pd.DataFrame:
        """All inputs, in the order of adding: input_id, name, uri, kind."""
        import pandas as pd

        found = self.journal.inputs()
        return pd.DataFrame(
            {
                "input_id": [i.input_id for i in found],
                "name": [i.name for i in found],
                "uri": [i.uri for i in found],
                "kind": [i.kind for i in found],
            },
            dtype="str",
        )

    @property
    def problems(self) -> pd.DataFrame:
        """The inputs that could not be opened, with the reason; they stay out of every queue."""
        import pandas as pd

        rows = [(i.input_id, i.name, i.uri, reason) for i, reason in self.journal.problems()]
        return pd.DataFrame(rows, columns=["input_id", "name", "uri", "reason"], dtype="str")

    def retry_problems(self) -> int:
        """Give the inputs that could not be opened another chance. Gives how many there are."""
        problems = self.journal.problems()
        for one, _ in problems:
            self.journal.mark_readable(one.input_id)
        return len(problems)

    # -- concepts ----------------------------------------------------------------------------------------------------

    @property
    def concepts(self) -> list[str]:
        """The concepts of the project, in alphabetical order."""
        return sorted((c.name for c in self.journal.concepts().values() if not c.deleted), key=str.casefold)

    def add_concepts(self, *names: str) -> list[str]:
        """Add concepts to the project; those it has are left as they are.

        Parameters
        ----------
        names
            What they are called; upper and lower case are the same.

        Returns
        -------
        list of str
            All concepts of the project.

        Raises
        ------
        BadInput
            A name is empty, longer than 200 characters, or no text.

        Examples
        --------
        >>> project.add_concepts("hat", "Pants")
        ['hat', 'pants', 'shirt']
        """
        from .tasks import planner

        planner(self).add_concepts(names)
        return self.concepts

    @property
    def relations(self) -> pd.DataFrame:
        """What is known of names: concept, other (a model's concept, or one renamed away), relation, source."""
        import pandas as pd

        rows = [(r.concept, r.other, r.relation, r.source) for r in self.journal.relations().values() if not r.deleted]
        return pd.DataFrame(sorted(rows), columns=["concept", "other", "relation", "source"], dtype="str")

    # -- tasks -------------------------------------------------------------------------------------------------------

    def create_task(
        self,
        name: str,
        *,
        concepts: Iterable[str] = (),
        kind: str = CLASSIFICATION,
        choice: str = MULTIPLE,
        model: Any = None,
        assist: bool | None = None,
        threshold: tuple[float, float] = (0.0, 1.0),
        submit_threshold: float | None = None,
        suggest: str | None = None,
        instructions: str = "",
        geometries: Mapping[str, str] | None = None,
        overlap: float = 0.5,
        dataset: str | None = None,
        labelers: Iterable[str] | None = None,
        reviewers: Iterable[str] | None = None,
        assistance: bool = True,
        auto_annotate: bool = False,
        markdown: bool = False,
        second_opinions: float = 0.0,
        opinions: int = 2,
        keep_together: bool = True,
    ) -> Task:
        """Create a task over a dataset, or all inputs of the project, those added later too; run again it opens it.

        Run again under a name that is there, it brings the task's settings in line with what is asked for now. Labels
        and concepts stay, and so do labelers, reviewers and dataset where they are not named.

        Parameters
        ----------
        name
            What it is called; unique in the project.
        concepts
            The concepts to label with. More can be added while labeling.
        kind
            ``classification``: concepts on whole inputs. ``detection``: boxes. ``segmentation``: polygons. Of the
            latter two, each lets both shapes be drawn.
        choice
            ``multiple`` concepts per input, or a ``single`` one.
        model
            What proposes: a name (``"toys"``, ``"timm/..."``, ``"hf-hub:..."``, ``"local-dir:..."``), a
            `checkpoint`, a `predictor` made of a function, or a DataFrame of predictions.
        assist
            Whether the model is on from the start; yes if there is one.
        threshold
            Where the probability range starts, (low, high), both inclusive.
        submit_threshold
            Suggestions that score at least this much are green, and are added when an input is submitted.
        suggest
            ``mapped`` (only what maps to `concepts`) or ``all``; mapped if there are concepts.
        instructions
            Plain text shown to the labeler.
        geometries
            How concepts are drawn that are not drawn as the kind has it: ``{"road": "polygon"}``.
        overlap
            Suggested objects of one concept that overlap by more than this (intersection over union, 0 to 1) are
            doubles of one object: the likeliest stays.
        dataset
            The name of a dataset (see `create_dataset`); all inputs unless told.
        labelers, reviewers
            Among whom the inputs are shared out evenly, each to one labeler and one reviewer; new names become
            collaborators. Nobody: anybody labels what is open. Names are attribution, not authentication.
        assistance
            Whether the tool offers assistance at all.
        auto_annotate
            Whether the model pre-labels the waiting inputs at once. Where the month's assist limit does not allow it,
            a warning says so, and `Task.prelabel` begins later.
        markdown
            Whether the instructions are Markdown.
        second_opinions, opinions
            The share of the inputs (0 to 1) that are labeled by so many labelers, for agreement.
        keep_together
            Whether near-duplicates stay with one labeler and one reviewer.

        Returns
        -------
        Task

        Raises
        ------
        BadInput
            A setting cannot be, or the task of that name has another kind, choice or dataset.
        UnfitModel
            `model` is nothing that can propose.

        Examples
        --------
        >>> task = project.create_task("colours", concepts=["red", "blue"], choice="single", model="toys", assist=False)
        >>> task.concepts
        ['red', 'blue']
        """
        from .tasks import create_task

        low, high = probability_range(threshold)
        settings: dict[str, Any] = {  # Any: values of fields of TaskSettings
            "concepts": concepts,
            "kind": kind,
            "choice": choice,
            "assist": assist,
            "low": low,
            "high": high,
            "submit_threshold": submit_threshold,
            "suggest": suggest,
            "instructions": instructions,
            "markdown": markdown,
            "geometries": tuple((geometries or {}).items()),
            "overlap": overlap,
            "assistance": assistance,
            "opinions": opinions if second_opinions else 1,
            "opinions_share": second_opinions,
            "together": keep_together,
        }
        return create_task(
            self,
            name,
            settings,
            dataset=dataset,
            model=model,
            labelers=labelers,
            reviewers=reviewers,
            auto_annotate=auto_annotate,
        )

    def delete_task(self, name: str) -> str:
        """Delete a task by its name (or ID) and give its ID, by which `restore_task` brings it back with its labels.

        Examples
        --------
        >>> project.restore_task(project.delete_task("garments"))
        Task('garments', classification, 0 of 3 done)
        """
        return self.task(name).delete()

    def restore_task(self, task_id: str) -> Task:
        """Bring a deleted task back, with all its labels.

        Raises
        ------
        BadInput
            No deleted task has this ID, or another task has taken its name.
        """
        from .task import Task
        from .tasks import planner

        return Task(self, planner(self).restore(task_id).task_id)

    def board(self) -> Board:
        """Give the task board: the list of tasks, live, the form for new ones, and what is done with each.

        Returns
        -------
        Board
            Its `session` does from Python whatever its buttons do.

        Examples
        --------
        >>> board = project.board()
        >>> [line.name for line in board.session.state.lines]
        ['garments']
        >>> board.close()
        """
        from .taskboard import board

        return board(self)

    # -- people, datasets --------------------------------------------------------------------------------------------

    @property
    def collaborators(self) -> list[str]:
        """The project's people, oneself first. Names are attribution, not authentication."""
        from .tasks import planner

        return planner(self).people()

    def add_collaborators(self, *names: str) -> list[str]:
        """Add people among whom work can be shared out; those who are known are left as they are.

        Examples
        --------
        >>> project.add_collaborators("cleo", "ben")
        ['ana', 'ben', 'cleo']
        """
        from .tasks import planner

        return planner(self).add_people(names)

    @property
    def datasets(self) -> pd.DataFrame:
        """The datasets: name, inputs (how many), created_by, created_at, dataset_id."""
        from .tasks import datasets_frame

        return datasets_frame(self)

    def create_dataset(self, name: str, inputs: Any = None) -> str:
        """Name a choice of the inputs, for tasks to be made over; it stays what it is when inputs are added.

        Parameters
        ----------
        name
            What it is called; unique in the project.
        inputs
            Ids or names of inputs, or a DataFrame with a column ``input_id``; all there are now unless told.

        Returns
        -------
        str
            Its ID.

        Raises
        ------
        BadInput
            Another dataset has that name, or an input is not there or not told apart by its name.

        Examples
        --------
        >>> _ = project.create_dataset("first two", ["a.png", "b.png"])
        >>> project.datasets[["name", "inputs"]].values.tolist()
        [['first two', 2]]
        >>> project.create_task("hats", concepts=["hat"], dataset="first two").progress["total"]
        2
        """
        from .tasks import create_dataset

        return create_dataset(self, name, inputs).dataset_id

    def import_dataset(
        self,
        path: str | os.PathLike[str],
        format: str | None = None,
        *,
        pictures: str | os.PathLike[str] | None = None,
        task: str = "imported",
        **options: Any,
    ) -> Imported:
        """Take over a dataset of another program: its pictures as inputs, its classes and annotations as a task.

        Run again, it adds what is new. Names in the files are compared with those of the pictures and never opened.

        Parameters
        ----------
        path
            A file or folder.
        format
            ``coco``, ``yolo``, ``voc``, ``cvat`` or ``label_studio``; told by the files unless given.
        pictures
            The folder of the pictures; the dataset's own unless told. Pictures that the dataset does not name stay out.
        task
            The name of the task; made if it is not there.
        options
            ``kind`` of the task (``segmentation`` if there are polygons, else ``detection``), and those of
            `Task.import_annotations`.

        Returns
        -------
        Imported
            What came of it: counts and ``problems`` as a DataFrame.

        Raises
        ------
        BadInput
            The dataset cannot be read, or none of its pictures is there.

        Examples
        --------
        >>> from pathlib import Path
        >>> Path("photos/labels").mkdir()
        >>> _ = Path("photos/labels/b.txt").write_text("0 0.5 0.5 0.25 0.5")
        >>> project.import_dataset("photos", names=["hat"], task="heads", submit=True)
        Imported(1 annotation on 1 picture from yolo; 1 input handed in)
        >>> project.task("heads").annotations[["name", "concept", "shape"]].values.tolist()
        [['b.png', 'hat', 'box']]
        """
        from .exchange import import_dataset

        return import_dataset(self, path, format, pictures=pictures, task=task, **options)

    def task(self, name: str) -> Task:
        """Open a task by its name (or ID).

        Parameters
        ----------
        name
            The name as it was given, or the task's ID.

        Returns
        -------
        Task

        Raises
        ------
        BadInput
            There is none of that name; the sentence lists those there are.
        """
        from .task import Task

        found = self.journal.find_task(name) or next((t for t in self.journal.tasks() if t.task_id == name), None)
        if found is None:
            names = ", ".join(repr(t.name) for t in self.journal.tasks()[:10]) or "none yet"
            raise BadInput(f"no task {name!r:.80} in project {self.name!r}; there are: {names}.")
        return Task(self, found.task_id)

    @property
    def tasks(self) -> pd.DataFrame:
        """The tasks, oldest first, one row each.

        name, status (No inputs, New, Labeling, In review, Complete), dataset, kind, concepts, labelers, reviewers,
        model, then how many inputs there are, are done, left, in the backlog, skipped, submitted, approved, rejected;
        created_by, created_at, task_id.
        """
        from .tasks import tasks_frame

        return tasks_frame(self)

    # -- what is kept ------------------------------------------------------------------------------------------------

    @property
    def annotations(self) -> pd.DataFrame:
        """All accepted annotations at this moment, one row each; the README lists the columns."""
        return to_frame(self.journal.annotations())

    def save_version(self, name: str, *, message: str = "", task: str | None = None) -> Version:
        """Save all accepted annotations as an immutable, named dataset version.

        Saved again under its name while nothing has changed, the version that is there is given.

        Parameters
        ----------
        name
            What it is called; unique in the project.
        message
            What is in it, in a sentence.
        task
            The name of the task whose annotations are saved; all tasks unless told.

        Returns
        -------
        Version
            Its `folder` is read by any Parquet reader; `read()` gives a DataFrame.

        Raises
        ------
        BadInput
            The name is taken by a version with other content.

        Examples
        --------
        >>> session.add("pants")
        >>> project.save_version("first", message="by hand").rows
        1
        >>> session.add("shirt")
        >>> project.version("first").diff(project.save_version("second"))[["change", "concept"]].values.tolist()
        [['added', 'shirt']]
        """
        task_id = self.task(task).id if task else ""
        rev = self.journal.rev()
        table = self.journal.annotations(task_id or None)
        versions = self._versions
        try:
            return versions.publish(
                table, name=name, message=message, author=self.actor, journal_rev=rev, task_id=task_id
            )
        except NameTaken:
            there = versions.get(name)
            if there.rows == table.num_rows and there.arrow().equals(ordered(table)):
                return there
            raise

    def versions(self) -> pd.DataFrame:
        """All versions with their lineage, oldest first."""
        return self._versions.log()

    def version(self, name: str | int) -> Version:
        """Give a version by name or number.

        Parameters
        ----------
        name
            The name as it was saved (case does not matter), or a number from 1.

        Returns
        -------
        Version
            `read()` gives a DataFrame, `diff(other)` what changed, `verify()` compares the hashes.

        Raises
        ------
        UnknownVersion
            There is none.
        """
        return self._versions.get(name)

    def as_of(self, when: Any, *, task: str | None = None) -> pd.DataFrame:
        """Give the accepted annotations as they stood at an earlier moment; the columns are those of `annotations`.

        Parameters
        ----------
        when
            A datetime, a pandas Timestamp, or text such as ``"2026-11-21 14:00"``. Without a zone it is UTC.
        task
            Only those of the task of this name.

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        BadInput
            `when` is no time, or there is no such task.

        Examples
        --------
        >>> session.add("pants")
        >>> then = project.history()["at"].iloc[-1]
        >>> session.delete("pants")
        >>> len(project.annotations), project.as_of(then)["concept"].tolist()
        (0, ['pants'])
        """
        from .history import moment

        at_us = moment(when)
        return to_frame(self.journal.annotations_as_of(at_us, self.task(task).id if task else None))

    def annotation_history(self, annotation_id: str) -> pd.DataFrame:
        """Give what was done to one annotation, oldest first.

        Parameters
        ----------
        annotation_id
            As in the column ``annotation_id`` of `annotations`; also of one that was deleted.

        Returns
        -------
        pandas.DataFrame
            rev, at, actor, action, concept, shape, geometry, status, labeler, stands, undo_of: how it was after each
            action. `geometry` is JSON text in pixels of the upright picture.

        Raises
        ------
        BadInput
            There is no such annotation.

        Examples
        --------
        >>> session.add("pants")
        >>> one = task.annotations["annotation_id"].iloc[0]
        >>> session.delete("pants")
        >>> project.annotation_history(one)[["actor", "action", "stands"]].values.tolist()
        [['ana', 'add', True], ['ana', 'delete', False]]
        """
        from .history import annotation_frame

        return annotation_frame(self.journal, annotation_id)

    def history(self, input_id: str | None = None, *, task: str | None = None) -> pd.DataFrame:
        """Give what was done, oldest first: rev, at, actor, action, input_id, concepts, undo_of.

        Parameters
        ----------
        input_id
            Only what was done to this input.
        task
            Only what was done in the task of this name.

        Returns
        -------
        pandas.DataFrame
            `rev` counts the actions of the project, `at` is in UTC, `concepts` says ``+cat`` and ``-dog``, `undo_of`
            names what an undo took back.

        Raises
        ------
        BadInput
            There is no such task.

        Examples
        --------
        >>> session.add("pants")
        >>> project.history(task="garments")[["actor", "action", "concepts"]].values.tolist()[-1]
        ['ana', 'add', ['+pants']]
        """
        from .history import history_frame

        return history_frame(self.journal, input_id=input_id, task_id=self.task(task).id if task else None)

    # -- pre-labeling ------------------------------------------------------------------------------------------------

    def prelabel(
        self,
        task: Task | str,
        *,
        model: Any = None,
        threshold: tuple[float, float] | None = None,
        engine: Any = None,
        limit: int | None = None,
        progress: bool | None = None,
        wait: bool = True,
    ) -> Totals | Job[Totals]:
        """Have a model go ahead over what waits in a task: it leaves pending annotations, which people accept or not.

        Each input is pre-labeled once, until the task's dataset is reconnected, and takes one of the month's assist
        limit. What a person has begun is never touched. Run again, it goes on with the rest.

        Parameters
        ----------
        task
            The task, or its name.
        model
            What proposes, instead of the task's own model.
        threshold
            Which probabilities are written down, (low, high), both inclusive; the task's range unless told.
        engine
            ``"ray"`` or an engine such as ``RayEngine(address=...)`` for many machines; this one unless told.
        limit
            Pre-label at most so many inputs.
        progress
            Whether a line on standard error keeps up with it; only in a terminal unless told.
        wait
            False: go on in the background and give the job at once.

        Returns
        -------
        Totals
            How many inputs were labeled, skipped and failed, and why; or the `Job` whose result that is.

        Raises
        ------
        RunGoing
            A run goes on over the task, in whatever kernel.
        AssistLimit
            The month's limit is used up, or smaller than the run; nothing was begun.
        BadInput, ModelFailed
            There is no model, or it cannot be opened.

        Examples
        --------
        >>> from notebook_labeler import predictor
        >>> likes = predictor(lambda picture: {"shirt": 0.9}, labels=["shirt"], batched=False, name="likes")
        >>> found = project.prelabel("garments", model=likes)
        >>> found.state, found.labeled, project.assist_used
        ('finished', 3, 3)
        >>> task.runs[["state", "model", "labeled"]].values.tolist()
        [['finished', 'likes', 3]]
        >>> print(task.undo_prelabel())
        3 annotations on 3 inputs taken back.
        """
        from . import prelabel

        opened = self.task(task) if isinstance(task, str) else task
        return prelabel.run(
            opened, model=model, threshold=threshold, engine=engine, limit=limit, progress=progress, wait=wait
        )

    def undo_run(self, run_id: str) -> TakenBack:
        """Take back what a pre-label run wrote and nobody touched; what somebody touched stays. The charges stay too.

        Raises
        ------
        RunGoing
            It is still going on; stop it first.
        BadInput
            There is no such run; `Task.runs` lists them.
        """
        from . import prelabel

        return prelabel.undo(self, run_id)

    @property
    def assist_limit(self) -> int | None:
        """How many inputs may be pre-labeled in a month (UTC), in the whole project; None: as many as there are.

        Examples
        --------
        >>> project.assist_limit = 500
        >>> project.assist_limit, project.assist_used
        (500, 0)
        """
        from .runs.ledger import LIMIT, limit_in

        return limit_in(self.journal.setting(LIMIT))

    @assist_limit.setter
    def assist_limit(self, limit: int | None) -> None:
        from .runs.ledger import set_limit

        set_limit(self.journal, limit, actor=self.actor)

    @property
    def assist_used(self) -> int:
        """How many inputs were pre-labeled this month (UTC)."""
        from .domain.prelabel import month_of
        from .store.writing import now_us

        return self.journal.prelabels(month_of(now_us()))

    def check(self) -> Any:
        """Check the project: the database is whole, and replaying every event gives what is kept."""
        return self.journal.check()

    def close(self) -> None:
        """Close everything that is open. Closing twice is fine; nothing is lost without it."""
        self._closed = True
        if self._prelabelings is not None:
            self._prelabelings.close()  # first: it writes down where its runs are
        if self._runner is not None:
            self._runner.close()
        if self._predictions is not None:
            self._predictions.close()
        self._runner = self._predictions = None
        self.journal.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed, and has to be opened again before it is used."""
        return self._closed

    # -- for tasks ---------------------------------------------------------------------------------------------------

    @property
    def _versions(self) -> Versions:
        return Versions(self.folder.versions)

    @property
    def predictions(self) -> PredictionStore:
        """What models said, kept so that it need not be asked again."""
        self._refuse_closed()
        if self._predictions is None:
            self._predictions = PredictionStore(self.folder.predictions)
        return self._predictions

    @property
    def runner(self) -> Runner:
        """What asks models in the background."""
        self._refuse_closed()
        if self._runner is None:
            from .runs.runner import Runner

            self._runner = Runner(self.media.source)
        return self._runner

    @property
    def prelabelings(self) -> Prelabelings:
        """The pre-label runs of this kernel."""
        self._refuse_closed()
        if self._prelabelings is None:
            from .runs.prelabelings import Prelabelings

            self._prelabelings = Prelabelings(self.journal, lambda: self.predictions)
        return self._prelabelings

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreError("expected an open project, got one that was closed; open it again with open_project().")
