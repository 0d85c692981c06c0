"""A task as a user holds it: label it, look at it, save it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, overload

from .domain.tasks import TaskSettings
from .project import Project
from .store.frames import to_frame
from .store.versions import Version

if TYPE_CHECKING:
    import pandas as pd

    from .runs.exchange.results import Exported, Imported
    from .runs.job import Job
    from .runs.sharing import Shared
    from .runs.undoing import TakenBack
    from .sessions.labeling import LabelingSession
    from .sessions.prelabel import PrelabelSession
    from .sessions.review import ReviewSession
    from .widgets.labeler import Labeler as LabelerWidget
    from .widgets.prelabel import Prelabel as PrelabelWidget
    from .widgets.review import Reviewer as ReviewerWidget


class Task:
    """An open task. Get one from `Project.create_task` or `Project.task`."""

    def __init__(self, project: Project, task_id: str, *, model: Any = None) -> None:
        self.project = project
        self.id = task_id
        self._model = model  # kept because a function cannot be found again by its name

    @property
    def name(self) -> str:
        """What it is called."""
        return self.project.journal.task(self.id).name

    @property
    def settings(self) -> TaskSettings:
        """Its settings as they are now."""
        return TaskSettings.loads(self.project.journal.task(self.id).settings)

    @property
    def concepts(self) -> list[str]:
        """The concepts on its list."""
        return list(self.settings.concepts)

    def __repr__(self) -> str:
        if self.project.closed:
            return f"Task({self.id!r}, of a closed project)"
        progress = self.project.journal.progress(self.id)
        return f"Task({self.name!r}, {self.settings.kind}, {progress.done:,} of {progress.total:,} done)"

    @property
    def status(self) -> str:
        """How far it is: No inputs, New, Labeling, In review or Complete."""
        from .domain.status import status

        return status(self.project.journal.progress(self.id), reviewed=bool(self.settings.reviewers))

    @property
    def inputs(self) -> pd.DataFrame:
        """Its inputs in the order of its queue: where each stands, and with whom.

        input_id, name, uri, position, state (backlog, waiting, skipped, submitted, approved, rejected), labeler,
        reviewer, comment (a reviewer's), prelabeled (whether a run wrote to it since the dataset was connected).

        Examples
        --------
        >>> task.to_backlog(["c.png"])
        1
        >>> task.inputs[["name", "position", "state", "prelabeled"]].values.tolist()
        [['a.png', 0, 'waiting', False], ['b.png', 1, 'waiting', False], ['c.png', 2, 'backlog', False]]
        """
        from .tasks import inputs_frame

        return inputs_frame(self)

    def edit(
        self,
        *,
        name: str | None = None,
        concepts: Iterable[str] | None = None,
        labelers: Iterable[str] | None = None,
        reviewers: Iterable[str] | None = None,
        instructions: str | None = None,
        markdown: bool | None = None,
        model: Any = None,
        assist: bool | None = None,
        assistance: bool | None = None,
        second_opinions: float | None = None,
        opinions: int | None = None,
        keep_together: bool | None = None,
    ) -> None:
        """Change the task; what is not named stays as it is. See `Project.create_task` for what each is.

        Concepts are added and put into this order; none is lost. Where people change, only inputs that nobody touched
        move.

        Raises
        ------
        BadInput
            Another task has that name, or a setting cannot be.

        Examples
        --------
        >>> task.edit(name="clothes", concepts=["hat", "shirt"])
        >>> task.name, task.concepts
        ('clothes', ['hat', 'shirt', 'pants'])
        """
        from .tasks import edit_task

        changes = {
            "name": name,
            "concepts": concepts,
            "labelers": labelers,
            "reviewers": reviewers,
            "instructions": instructions,
            "markdown": markdown,
            "model": model,
            "assist": assist,
            "assistance": assistance,
            "opinions_share": second_opinions,
            "opinions": opinions,
            "together": keep_together,
        }
        edit_task(self, changes)

    @overload
    def share_out(
        self,
        labelers: Iterable[str] | None = ...,
        reviewers: Iterable[str] | None = ...,
        *,
        second_opinions: float | None = ...,
        opinions: int | None = ...,
        keep_together: bool | None = ...,
        wait: Literal[True] = ...,
    ) -> Shared: ...

    @overload
    def share_out(
        self,
        labelers: Iterable[str] | None = ...,
        reviewers: Iterable[str] | None = ...,
        *,
        second_opinions: float | None = ...,
        opinions: int | None = ...,
        keep_together: bool | None = ...,
        wait: Literal[False],
    ) -> Job[Shared]: ...

    def share_out(
        self,
        labelers: Iterable[str] | None = None,
        reviewers: Iterable[str] | None = None,
        *,
        second_opinions: float | None = None,
        opinions: int | None = None,
        keep_together: bool | None = None,
        wait: bool = True,
    ) -> Shared | Job[Shared]:
        """Share the inputs out among people: each to one labeler and one reviewer, as evenly as can be.

        Names say to whom work is put down; they are attribution, not authentication. Done again, nothing moves. When
        people or inputs come or go, as few inputs as possible change hands, and never what somebody works on: of those
        who left, what is handed in stays in their name, and what is unfinished is handed on with all that was done.
        Near-duplicates go to one person and count as one; pictures that would have to be fetched are not looked at.
        Nobody reviews their own work unless they are the only reviewer.

        Parameters
        ----------
        labelers, reviewers
            Names; new ones join the project's people. None: as they are. ``[]``: nobody in particular.
        second_opinions
            The share of the inputs (0 to 1) that several people label, unseen by each other, for `agreement`.
        opinions
            How many people label each of these; 2 unless told.
        keep_together
            Whether near-duplicates stay together. Looking for them takes a few milliseconds a picture, once.
        wait
            Whether to wait until it is done.

        Returns
        -------
        Shared
            How many inputs everybody has, and how many moved; with ``wait=False`` the job whose `result` it is.

        Raises
        ------
        BadInput
            More opinions are asked for than there are labelers, or a name is none.
        Conflict
            Somebody shares out at the same time and does not stop.

        Examples
        --------
        >>> task.share_out(["ana", "ben"], reviewers=["ana", "cleo"])
        Shared(3 inputs, labeled by 'ana' 2, 'ben' 1; reviewed by 'ana' 1, 'cleo' 2; 3 moved)
        >>> task.share_out().moved
        0
        """
        from .sharing import share_out

        wishes = {
            "labelers": labelers,
            "reviewers": reviewers,
            "opinions_share": second_opinions,
            "opinions": opinions,
            "together": keep_together,
        }
        job = share_out(self, wishes)
        return job.value() if wait else job

    def delete(self) -> str:
        """Delete the task and give its ID, by which `Project.restore_task` brings it back with its labels."""
        from .tasks import planner

        return planner(self.project).delete(self.id).task_id

    def to_backlog(self, ids: Any = None) -> int:
        """Put waiting inputs off: nobody is asked for them until `to_waiting`. Gives how many were moved.

        Parameters
        ----------
        ids
            Ids or names of inputs, or a DataFrame with a column ``input_id``; all that wait unless told.

        Raises
        ------
        BadInput
            One is not of this task, or was labeled already; nothing is moved then.
        """
        from .tasks import to_backlog

        return to_backlog(self, ids)

    def to_waiting(self, ids: Any = None) -> int:
        """Have inputs of the backlog wait for a labeler again; see `to_backlog`."""
        from .tasks import to_waiting

        return to_waiting(self, ids)

    def reconnect(self) -> int:
        """Connect the dataset anew, so that its inputs may be pre-labeled once more. Gives the connection's number."""
        from .tasks import planner

        return planner(self.project).reconnect(self.id)

    def label(self, *, model: Any = None, height: int = 600) -> LabelerWidget:
        """Give the labeling widget; as the last line of a cell it shows itself.

        Parameters
        ----------
        model
            A model to begin with, instead of the task's own.
        height
            Height of the picture, in CSS pixels.

        Returns
        -------
        Labeler
            Its `session` does from Python whatever its buttons do.

        Examples
        --------
        >>> widget = task.label(height=400)
        >>> widget.session.state.task_name
        'garments'
        >>> widget.close()
        """
        from .media.pictures import Pictures
        from .sessions.segmenting import Sight
        from .widgets.labeler import Labeler

        session, pictures = self.session(model=model), Pictures(self.project.media)
        session.sight = Sight(lambda: self.project.runner, lambda given, full: pictures.get(given, full=full))
        session.follow()
        return Labeler(session, pictures, height=height)

    def session(self, *, model: Any = None, actor: str | None = None) -> LabelingSession:
        """Give a labeling session without a screen.

        Parameters
        ----------
        model
            A model to begin with, instead of the task's own.
        actor
            Under whose name labels are written; the project's unless told.

        Returns
        -------
        LabelingSession
            Its methods do what the widget's buttons do.

        Raises
        ------
        StoreError
            The project was closed.

        Examples
        --------
        >>> session = task.session()
        >>> session.add("shirt")
        >>> session.submit()
        >>> task.progress["done"], task.annotations["concept"].tolist()
        (1, ['shirt'])
        """
        from .media.image import open_image
        from .sessions.assistance import Assistance
        from .sessions.labeling import LabelingSession
        from .sessions.segmenting import Sight

        project = self.project
        assistance = Assistance(lambda: project.runner, project.predictions)
        assistance.last = self._model  # what the switch turns on, where the task begins without assistance
        begin = self._model if model is None and self.settings.assist else model
        return LabelingSession(
            project.journal,
            self.id,
            actor=actor or project.actor,
            assistance=assistance,
            model=begin,
            measure=project.media.size,
            sight=Sight(lambda: project.runner, lambda given, _: open_image(project.media.source(given))),
        )

    def review(self, *, height: int = 600) -> ReviewerWidget:
        """Give the review widget: what labelers handed in, to be approved or sent back, one by one or many at once.

        Each reviewer sees their share. A rejected input returns to its labeler with the comment; handed in again, it
        comes back to the same reviewer.

        Parameters
        ----------
        height
            Height of the picture, in CSS pixels.

        Returns
        -------
        Reviewer
            Its `session` does from Python whatever its buttons do.

        Raises
        ------
        BadInput
            The task has reviewers, and you are none of them.

        Examples
        --------
        >>> session.add("shirt")
        >>> session.submit()
        >>> widget = task.review(height=400)
        >>> widget.session.state.labeler, widget.session.state.share.left
        ('ana', 1)
        >>> widget.session.approve()
        >>> widget.close()
        """
        from .media.pictures import Pictures
        from .media.thumbnails import Thumbnails
        from .sessions.segmenting import Sight
        from .widgets.review import Reviewer

        session, pictures = self.review_session(), Pictures(self.project.media)
        session.sight = Sight(lambda: self.project.runner, lambda given, full: pictures.get(given, full=full))
        session.follow()
        small = Thumbnails(self.project.media, self.project.folder.cache / "thumbnails")
        return Reviewer(session, pictures, small, height=height)

    def review_session(self, *, actor: str | None = None) -> ReviewSession:
        """Give a review session without a screen.

        Parameters
        ----------
        actor
            Who reviews; the project's actor unless told.

        Returns
        -------
        ReviewSession
            `approve()`, `reject(comment)`, `approve_all()`, the labeling verbs to fix labels, `undo()`, and
            `state.history`.

        Raises
        ------
        BadInput
            The task has reviewers, and the person is none of them.

        Examples
        --------
        >>> session.add("shirt")
        >>> session.submit()
        >>> review = task.review_session(actor="ben")
        >>> [line.sentence for line in review.state.history]
        ['ana added shirt', 'ana submitted']
        >>> review.approve()
        >>> review.state.share.approved
        1
        """
        from .media.image import open_image
        from .sessions.review import ReviewSession
        from .sessions.segmenting import Sight

        project = self.project
        return ReviewSession(
            project.journal,
            self.id,
            actor=actor or project.actor,
            measure=project.media.size,
            sight=Sight(lambda: project.runner, lambda given, _: open_image(project.media.source(given))),
        )

    @property
    def annotations(self) -> pd.DataFrame:
        """The accepted annotations at this moment, one row each; the README lists the columns."""
        return to_frame(self.project.journal.annotations(self.id))

    @property
    def progress(self) -> dict[str, int]:
        """How many inputs there are, and how many are done, left, skipped, unreadable."""
        counts = self.project.journal.progress(self.id)
        return {
            "total": counts.total,
            "done": counts.done,
            "left": counts.left,
            "skipped": counts.skipped,
            "unreadable": counts.unreadable,
        }

    @property
    def team(self) -> pd.DataFrame:
        """What each person's work came to, one row each: labelers first, then reviewers, then whoever else took part.

        person; their share as a labeler: inputs, left, skipped (missing where nothing was shared out); submitted,
        approved, approved_at_once (never rejected and not corrected by a reviewer), rejected (how often); rate:
        approved_at_once as a share of those with a first verdict, low and high its 95% interval (Wilson);
        active_minutes between actions, breaks of more than 5 minutes left out; seconds_per_input, the median of those
        submitted; reviewing, their share as a reviewer; reviewed. What was undone does not count.

        Examples
        --------
        >>> session.submit(); session.submit()
        >>> task.team[["person", "submitted", "approved", "rate"]].values.tolist()
        [['ana', 2, 0, nan]]
        """
        from .team import team_frame

        return team_frame(self)

    @property
    def opinions(self) -> pd.DataFrame:
        """What several people said of the same inputs, independently: one row per annotation that stands.

        input_id, name, seat (0: the labels that count), person, concept, shape, box, polygon. Only inputs that at
        least two people have handed in; one without an annotation has one row without a concept.

        Examples
        --------
        >>> task.opinions.empty  # nobody was asked for a second opinion
        True
        """
        from .team import opinions_frame

        return opinions_frame(self)

    def agreement(self, iou: float = 0.5) -> pd.DataFrame:
        """Give how far people agree on the inputs that several of them labeled; one row per concept, the last for all.

        Parameters
        ----------
        iou
            How much two regions must overlap to be the same object, above 0 and up to 1.

        Returns
        -------
        pandas.DataFrame
            For labels of whole inputs: concept, agreement (share of pairs of opinions that say the same), alpha
            (Krippendorff's, 1: full agreement, 0: as by chance), low and high (95% interval of alpha), kappa (Cohen's,
            where the same two people labeled all of them), inputs, labels, note. For objects: concept, f1 (share of
            objects that the other person drew too), low and high, iou (mean overlap of these), inputs, objects, note.
            What is undefined is NaN, and `note` says why. Labels are taken as they stand now, after review too.

        Raises
        ------
        BadInput
            `iou` is not above 0 and up to 1.

        Examples
        --------
        >>> pets = project.create_task("pets", concepts=["cat"], labelers=["ana", "ben"], second_opinions=1.0)
        >>> for person, says in [("ana", [True, True, False]), ("ben", [True, False, False])]:
        ...     session = pets.session(actor=person)
        ...     for cat in says:
        ...         if cat:
        ...             session.add("cat")
        ...         session.submit()
        >>> pets.agreement()[["concept", "agreement", "alpha", "inputs"]].round(2).values.tolist()
        [['cat', 0.67, 0.44, 3], ['(all)', 0.67, 0.44, 3]]
        """
        from .team import agreement_frame

        return agreement_frame(self, iou)

    @property
    def label_mapping(self) -> pd.DataFrame:
        """Which class of the task's model feeds which concept: model_class, concept, geometry, relation, source.

        A class that feeds nothing has one row without a concept: its predictions are ignored. The model is opened.

        Examples
        --------
        >>> toys = project.create_task("traffic", concepts=["car", "lorry"], model="toys", assist=False)
        >>> toys.label_mapping.loc[:2, ["model_class", "concept", "source"]].values.tolist()
        [['car', 'car', 'automatic'], ['truck', 'lorry', 'automatic'], ['bus', nan, nan]]
        """
        from .label_mapping import mapping_frame

        return mapping_frame(self.project, self.id, self._model)

    def map_labels(self, mapping: Any, *, model: Any = None) -> None:
        """Say which model classes feed which concepts, without a widget. One undo takes all of it back.

        Parameters
        ----------
        mapping
            A dict of model class to concept, to (concept, ``"box"`` or ``"polygon"``), or to None for a class to be
            ignored; or a DataFrame such as `label_mapping`. Several classes may feed one concept; classes that are
            not named stay as they are; concepts that the task lacks join it.
        model
            A model instead of the task's own.

        Raises
        ------
        UnknownConcept
            The model has no such class.
        UnfitModel
            The model cannot fill the geometry of a concept; nothing is mapped then.
        BadInput
            `mapping` is none of these, or there is no model.
        ModelFailed
            The model cannot be opened.

        Examples
        --------
        >>> toys = project.create_task("traffic", model="toys", assist=False)
        >>> toys.map_labels({"car": "vehicle", "truck": "vehicle", "sheep": "animal"})
        >>> toys.concepts
        ['vehicle', 'animal']
        """
        from .label_mapping import map_labels

        map_labels(self.project, self.id, mapping, model if model is not None else self._model)

    def prelabel(self, model: Any = None, *, threshold: tuple[float, float] | None = None) -> PrelabelWidget:
        """Give the widget that has a model go ahead: mapping, range, Start and Stop; see `Project.prelabel`.

        A run goes on when the widget is closed; opened again, it shows it. One that was stopped, or whose kernel has
        died, is continued. Where its model was a Python function, run the cell that defines it again and pass it:
        ``task.prelabel(f)``.

        Examples
        --------
        >>> widget = project.create_task("traffic", concepts=["car"], model="toys", assist=False).prelabel()
        >>> widget.session.state.open
        3
        >>> widget.close()
        """
        from .prelabel import widget

        return widget(self, model=model, threshold=threshold)

    def prelabel_session(self, model: Any = None, *, threshold: tuple[float, float] | None = None) -> PrelabelSession:
        """Give what the widget does, without a screen."""
        from .prelabel import session

        return session(self, model=model, threshold=threshold)

    def undo_prelabel(self, run_id: str | None = None) -> TakenBack:
        """Take back what a run (the last one unless told) wrote and nobody touched; see `Project.undo_run`."""
        from .prelabel import undo

        return undo(self.project, run_id, self.id)

    @property
    def runs(self) -> pd.DataFrame:
        """The pre-label runs, oldest first: run_id, state, by, model, started_at, ended_at, total, labeled, ...

        ``left`` is the state of a run whose kernel is gone; the next start goes on with it.
        """
        from .prelabel import frame

        return frame(self.project, self.id)

    def prelabel_failures(self, run_id: str | None = None) -> pd.DataFrame:
        """What a pre-label run (the last one unless told) failed on: input_id, name, why. The first thousand inputs.

        A run says so as it goes: what failed is known also when its kernel has died, in every kernel. The next start
        tries these inputs again.

        Examples
        --------
        >>> task.prelabel_failures().empty  # nothing was run yet
        True
        """
        from .prelabel import failures

        return failures(self, run_id)

    def save_version(self, name: str, *, message: str = "") -> Version:
        """Save this task's accepted annotations as a named, immutable dataset version; see `Project.save_version`."""
        return self.project.save_version(name, message=message, task=self.name)

    def import_annotations(self, path: str | os.PathLike[str], format: str | None = None, **options: Any) -> Imported:
        """Take over annotations that another program wrote, as one action that undo takes back.

        Pictures are matched to inputs by their path relative to the inputs' folder, else by the end of their path.
        What is there already is not doubled, what somebody edited since stays edited. Regions are turned where EXIF
        says so and clipped to the picture. Nothing is dropped silently: see `Imported.problems`.

        Parameters
        ----------
        path
            A file or folder.
        format
            ``coco``, ``yolo``, ``voc``, ``cvat`` or ``label_studio``; told by the files unless given.
        options
            ``add_concepts=True`` takes classes that the task does not have into it. ``submit=True`` hands in the inputs
            that the file speaks of, also those without a label. ``shape="box"`` takes the bounds of polygons,
            ``"polygon"`` the corners of boxes. ``frame="upright"`` or ``"stored"`` says of which picture the file
            speaks where EXIF turns it and the stated size does not tell. ``names=[...]`` are YOLO's classes where no
            file says them.

        Returns
        -------
        Imported
            What came of it: counts, ``unknown`` classes, ``problems`` as a DataFrame.

        Raises
        ------
        BadInput
            It cannot be read at all, or does not fit the task.

        Examples
        --------
        >>> from pathlib import Path
        >>> _ = Path("boxes.json").write_text('''{"images": [{"id": 1, "file_name": "a.png", "width": 8, "height": 6}],
        ...     "categories": [{"id": 1, "name": "hat"}],
        ...     "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}]}''')
        >>> task = project.create_task("heads", concepts=["hat"], kind="detection")
        >>> task.import_annotations("boxes.json", submit=True)
        Imported(1 annotation on 1 picture from coco; 1 input handed in)
        >>> task.import_annotations("boxes.json")
        Imported(0 annotations on 1 picture from coco; 1 were there already)
        """
        from .exchange import import_annotations

        return import_annotations(self, path, format, **options)

    def export(
        self,
        folder: str | os.PathLike[str],
        format: str,
        *,
        version: str | int | Version | None = None,
        pictures: bool = False,
        overwrite: bool = False,
        **options: Any,
    ) -> Exported:
        """Write the task's annotations into a new folder, in the format of another program.

        Inputs that were handed in without an object become empty pictures. Coordinates and sizes are those of the
        upright picture. The folder appears whole or not at all.

        Parameters
        ----------
        folder
            Where to; absent or empty, or an earlier export with `overwrite`.
        format
            ``coco``, ``yolo``, ``voc``, ``cvat`` or ``label_studio``.
        version
            A saved version, by name or number: its annotations, the inputs handed in then, the concepts in their order
            then. What there is now unless told.
        pictures
            Copy the pictures too.
        overwrite
            Replace an earlier export, if nothing else lies in its folder.
        options
            Of the format. YOLO and VOC: ``bounds=True`` writes polygons as boxes. YOLO: ``holes="fill"``,
            ``parts="split"`` for polygons that it has no room for. VOC: ``whole=False`` writes decimals.

        Returns
        -------
        Exported
            Counts, the files, and ``problems`` as a DataFrame: what the format has no room for.

        Raises
        ------
        BadInput
            There is nothing to export, the folder holds something, or an option is not one of the format.

        Examples
        --------
        >>> task = project.create_task("heads", concepts=["hat"], kind="detection")
        >>> _ = task.session().draw("hat", [1, 2, 3, 4])
        >>> task.export("out", "coco")
        Exported(1 annotation on 1 picture as coco in 'out')
        """
        from .exchange import export

        return export(self, folder, format, version=version, pictures=pictures, overwrite=overwrite, **options)

    def split(self, *, keep_together: bool = True, seed: int = 0, **shares: float) -> pd.DataFrame:
        """Give each input of the task a part: train, val or test.

        Near-duplicates get the same part, so that nothing is tested on what it was trained on. An input keeps its part
        when others are added; hence the shares are met about, not exactly.

        Parameters
        ----------
        keep_together
            Whether to look for near-duplicates, which takes a few milliseconds a picture, once.
        seed
            Another one gives another split.
        shares
            The share of each part, adding up to 1; ``train=0.8, val=0.1, test=0.1`` unless told.

        Returns
        -------
        pandas.DataFrame
            input_id, name, split, group (of near-duplicates), in the order in which the inputs were added.

        Raises
        ------
        BadInput
            A share is no number, or they do not add up to 1.

        Examples
        --------
        >>> task.split(train=0.5, test=0.5, keep_together=False)["split"].isin(["train", "test"]).all()
        np.True_
        """
        from .splitting import split_frame

        return split_frame(self, shares, keep_together=keep_together, seed=seed)

    def history(self, input_id: str | None = None) -> pd.DataFrame:
        """Give what was done in this task, oldest first; see `Project.history`."""
        return self.project.history(input_id, task=self.name)


def Labeler(task: Task, **options: Any) -> LabelerWidget:  # named as the widget it gives
    """Give the labeling widget of a task: the same as `task.label()`."""
    return task.label(**options)
