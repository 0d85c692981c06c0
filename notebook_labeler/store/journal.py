"""The journal of a project: rows as they are and every change ever made, written together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from ..domain.actions import Action
from ..domain.assignments import lane
from ..domain.backlog import FROM, Moved
from ..domain.inputs import Input
from ..domain.labeling import Scene
from ..domain.names import new_id
from ..domain.operations import Change, Event, Operation
from ..domain.opinions import Opinion
from ..domain.places import Positions, pack
from ..domain.records import (
    SUCCESS,
    Assignment,
    Collaborator,
    Concept,
    Dataset,
    Failure,
    Prelabel,
    Relation,
    Run,
    Setting,
    TaskRecord,
)
from ..domain.sharing import Dealt
from ..errors import BadInput, Conflict, ProjectClosed, StoreError
from . import backlog, history, listing, reading, replay, sharing, team
from . import inputs as input_rows
from . import queue as queues
from . import runs as run_rows
from .asking import Question
from .assigning import assign_all, assign_some
from .databases import opened, release
from .event_text import moves_rule
from .glance import Glance, glance_asked
from .history import Undone
from .inputs import Added
from .inside import Inside
from .postgres import PostgresDatabase
from .queue import Errands, Progress, Share
from .replay import CheckReport
from .sharing import Places
from .sqlite import SqliteDatabase
from .tables import task as task_table
from .writing import Pen, commit, known, lock, next_revision

if TYPE_CHECKING:
    import pyarrow

T = TypeVar("T")


class Journal:
    """One project's database, for all threads of this process. Make it with `Journal.open`.

    A method that writes returns when the change is on disk. Nothing is written when it raises.

    Examples
    --------
    >>> import tempfile
    >>> from notebook_labeler.domain.operations import Change
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Journal.open(f"sqlite:///{folder.name}/labels.db") as journal:
    ...     made = Operation.of("add", [Change(None, Concept.named("shirt"))], actor="Ann")
    ...     journal.commit(made), journal.commit(made), list(journal.concepts())
    (1, 1, ['shirt'])
    >>> folder.cleanup()
    """

    def __init__(self, url: str) -> None:
        self._closed = False
        self._name, self._database = opened(url)

    @classmethod
    def open(cls, url: str) -> Journal:
        """Open the database at a URL, making its tables if it is empty.

        Parameters
        ----------
        url
            ``sqlite:////absolute/path/labels.db``, or ``postgresql+psycopg://user@host/name`` for a team on several
            machines.

        Raises
        ------
        BadInput
            The URL is of neither kind.
        StoreError
            The place cannot be written to, is damaged, is no project, or is a network share.
        """
        return cls(url)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database. Closing twice is fine."""
        if not self._closed:
            self._closed = True
            release(self._name)

    # What was done

    def commit(self, *operations: Operation | None) -> int:
        """Make operations, all or none, and give the project's revision then.

        None is skipped, and so is an operation whose op_id is known: sending again is harmless.

        Raises
        ------
        Conflict
            Somebody changed one of the rows since it was read; the sentence names who.
        """
        real = [operation for operation in operations if operation is not None]
        if not real:
            return self.rev()
        try:
            with self._write() as connection:
                return commit(connection, real, resent=False)
        except (Conflict, StoreError) as error:
            if isinstance(error, StoreError) and not isinstance(error.__cause__, sa.exc.IntegrityError):
                raise
            with self._write() as connection:  # perhaps it was sent before
                return commit(connection, real, resent=True)

    def atomically(
        self, task_id: str, input_ids: Sequence[str], plan: Callable[[Inside], Iterable[Operation | None]]
    ) -> int:
        """Commit what a plan makes of how things stand, with nobody writing in between; give the revision then.

        Parameters
        ----------
        task_id, input_ids
            Whose scenes the plan is shown, whole.
        plan
            Gives the operations. It is called while all other writers wait: let it be quick, and let it not write.
        """
        with self._write() as connection:
            lock(connection)
            scenes = reading.scenes(connection, task_id, input_ids, whole=True)
            operations = [one for one in plan(Inside(scenes, connection)) if one is not None]
            return commit(connection, operations, resent=False) if operations else reading.revision(connection)

    def undo(self, task_id: str, actor: str, *, op_id: str | None = None) -> Undone:
        """Take back an actor's last action in a task that stands, in whatever kernel it was done.

        Raises
        ------
        NothingToUndo
            No action of theirs stands.
        Conflict
            Somebody changed since what the action did; the sentence names who.
        """
        with self._write() as connection:
            return history.turn(connection, history.UNDO, task_id, actor, op_id=op_id)

    def redo(self, task_id: str, actor: str, *, op_id: str | None = None) -> Undone:
        """Bring back what the actor undid last, unless they acted anew since. Raises as `undo` does."""
        with self._write() as connection:
            return history.turn(connection, history.REDO, task_id, actor, op_id=op_id)

    def undoable(self, task_id: str, actor: str) -> tuple[str | None, str | None]:
        """Give the kind of the action that undo would take back, and of the one that redo would bring back."""
        with self._read() as connection:
            return history.undoable(connection, task_id, actor)

    def rev(self) -> int:
        """Give the number of the last event, 0 in a new project."""
        return self._ask(reading.revision_asked())

    def events(
        self, *, after: int = 0, task_id: str | None = None, input_id: str | None = None, limit: int | None = 1000
    ) -> list[Event]:
        """Give what happened after a revision, in the order of commits, by everybody."""
        return self._ask(reading.events_asked(after=after, task_id=task_id, input_id=input_id, limit=limit))

    # Inputs

    def input_of(self, annotation_id: str) -> str | None:
        """Give the input that an annotation is (or was) on, or None if there is no such annotation."""
        with self._read() as connection:
            return reading.input_of(connection, annotation_id)

    def add_inputs(self, inputs: Iterable[Input], *, actor: str) -> Added:
        """Add inputs, leaving out those that are there, and append them to the tasks that follow all inputs."""
        given = input_rows.taken(inputs)
        with self._write() as connection:
            return input_rows.add(connection, given, actor=actor)

    def input(self, input_id: str) -> Input:
        """Give an input by id (`BadInput` if there is none)."""
        return self._ask(input_rows.one_asked(input_id))

    def inputs_of(self, input_ids: Sequence[str]) -> list[Input]:
        """Give inputs by their ids, in this order (`BadInput` if there is none of an id)."""
        return self._all(*(input_rows.one_asked(input_id) for input_id in input_ids))

    def inputs(self, *, start: int = 0, count: int | None = None) -> list[Input]:
        """Give a page of the inputs, in the order in which they were added."""
        with self._read() as connection:
            return input_rows.page(connection, start, count)

    def inputs_at(self, positions: Sequence[int]) -> list[Input]:
        """Give the inputs at these places of the project, in this order; places where none is are left out."""
        with self._read() as connection:
            return input_rows.at(connection, positions)

    def positions(self, input_ids: Sequence[str]) -> dict[str, int]:
        """Give the places of inputs in the project, by id; unknown ids are left out."""
        with self._read() as connection:
            return input_rows.positions(connection, input_ids)

    def input_count(self) -> int:
        """Give the number of inputs."""
        with self._read() as connection:
            return input_rows.count(connection)

    def mark_unreadable(self, input_id: str, reason: str) -> None:
        """Note why an input cannot be opened; it stays out of all queues."""
        with self._write() as connection:
            input_rows.set_problem(connection, input_id, reason)

    def mark_readable(self, input_id: str) -> None:
        """Take that note back."""
        with self._write() as connection:
            input_rows.set_problem(connection, input_id, None)

    def problems(self) -> list[tuple[Input, str]]:
        """Give the inputs that cannot be opened, with the reason."""
        with self._read() as connection:
            return input_rows.problems(connection)

    # Tasks

    def create_task(
        self, task: TaskRecord, *, actor: str, input_ids: Sequence[str] | None = None, op_id: str | None = None
    ) -> int:
        """Make a task and give the revision.

        Parameters
        ----------
        task
            Its record, version 1.
        actor
            Who makes it.
        input_ids
            Its inputs in the order of its queue. None: all there are, and those that are added later.
        op_id
            Sending the same one again is harmless.

        Raises
        ------
        BadInput
            Another task has that name, or an id is no input.
        """
        operation = Operation("create_task", actor, (Change(None, task),), task.task_id, op_id=op_id or new_id())
        with self._write() as connection:
            lock(connection)
            if known(connection, [operation.op_id]):
                return reading.revision(connection)
            rev = next_revision(connection)
            if any(other.name == task.name for other in reading.tasks(connection)):
                raise BadInput(f"expected a name that no other task has, got {task.name!r:.80}; choose another.")
            pen = Pen(connection)
            if input_ids is None:
                pen.write(operation, rev, bulk={"all": input_rows.count(connection)})
                follows = sa.update(task_table).where(task_table.c.task_id == task.task_id).values(follows=1)
                connection.execute(follows)
                assign_all(connection, task.task_id, start=0, rev=rev, at_us=pen.at_us)
            else:
                pen.write(operation, rev, bulk={"some": list(input_ids)})
                assign_some(connection, task.task_id, input_ids, rev=rev, at_us=pen.at_us)
            return rev

    def task(self, task_id: str) -> TaskRecord:
        """Give a task by id (`BadInput` if there is none)."""
        found = self._ask(reading.task_asked(task_id))
        if found is None:
            raise BadInput(f"expected the id of a task of this project, got {task_id!r:.80}; see the list of tasks.")
        return found

    def tasks(self, *, deleted: bool = False) -> list[TaskRecord]:
        """Give the tasks, oldest first, or those that were deleted."""
        with self._read() as connection:
            return reading.tasks(connection, deleted=deleted)

    def find_task(self, name: str) -> TaskRecord | None:
        """Give the task of a name, or None."""
        return next((task for task in self.tasks() if task.name == name), None)

    # People, datasets, runs, settings

    def collaborators(self) -> dict[str, Collaborator]:
        """Give the project's people by key, tombstones included."""
        with self._read() as connection:
            return reading.people(connection)

    def datasets(self) -> dict[str, Dataset]:
        """Give the datasets by id, oldest first, tombstones included."""
        with self._read() as connection:
            return reading.datasets(connection)

    def runs(self, task_id: str | None = None) -> list[Run]:
        """Give the runs over a task (over all tasks: None), oldest first."""
        with self._read() as connection:
            return reading.runs(connection, task_id)

    def setting(self, name: str) -> Setting | None:
        """Give a setting of the project as it was written last, if ever."""
        with self._read() as connection:
            return reading.setting(connection, name)

    def prelabels(self, month: str) -> int:
        """Give how many inputs were pre-labeled in a month ("2026-11", UTC), in the whole project."""
        with self._read() as connection:
            return reading.charges(connection, month)

    def open_inputs(self, task_id: str, number: int, *, after: int = -1, limit: int) -> list[tuple[int, Input]]:
        """Give the next waiting inputs of a task that no run marked in its n-th connection, with their positions."""
        with self._read() as connection:
            return run_rows.open_inputs(connection, task_id, number, after=after, limit=limit)

    def marked_and_waiting(self, task_id: str, number: int) -> int:
        """Give how many inputs of a task still wait that a run marked in its n-th connection."""
        with self._read() as connection:
            return run_rows.marked_and_waiting(connection, task_id, number)

    def marks(self, run_id: str, *, limit: int) -> list[Prelabel]:
        """Give some of a run's marks that are not undone."""
        with self._read() as connection:
            return run_rows.marks(connection, run_id, limit=limit)

    def failures(self, run_id: str, go: int, *, limit: int) -> list[Failure]:
        """Give some of the inputs that a run failed on in its n-th go."""
        with self._read() as connection:
            return run_rows.failures(connection, run_id, go, limit=limit)

    # The backlog

    def states(self, task_id: str, input_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Give the place and the state of inputs of a task by id; those that are not the task's are left out."""
        with self._read() as connection:
            return backlog.states(connection, task_id, input_ids)

    def move(
        self,
        task_id: str,
        state: str,
        *,
        actor: str,
        group: str,
        seat: int = 0,
        among: Positions | None = None,
        after: int = -1,
        limit: int = 1000,
    ) -> Positions:
        """Move inputs to the backlog, or from there to those that wait, and give the places of those that were moved.

        Parameters
        ----------
        task_id, state
            Of which task, and where to: ``backlog`` or ``waiting``.
        actor, group
            Who does it, and what is undone together.
        seat
            Which lane of the task.
        among
            The places that are meant. None: the next `limit` readable ones that can be moved, `after` a place.
        """
        came, lane_id = FROM[state], lane(task_id, seat)
        with self._write() as connection:
            lock(connection)
            if among is None:
                places = backlog.next_places(connection, lane_id, came, after=after, limit=limit)
            else:
                places = backlog.places_among(connection, lane_id, came, among)
            if len(places):
                rev, pen, moved = next_revision(connection), Pen(connection), Moved(seat, came, state, pack(places))
                backlog.move(pen, task_id, moved, rev)
                operation = Operation(f"to {state}", actor, (), task_id, group=group)
                pen.record(operation, rev, bulk=moves_rule([moved]))
                pen.settle()
            return places

    # Sharing out

    def places(self, task_id: str, seat: int = 0, *, ids: bool = True) -> Places:
        """Give who has which inputs of a task, as columns; that of the inputs' ids only if they are asked for."""
        with self._read() as connection:
            return sharing.places(connection, task_id, seat, reading.revision(connection), ids=ids)

    def share_out(
        self, task_id: str, deals: Sequence[Dealt], *, actor: str, seen: int, changes: Iterable[Change] = ()
    ) -> int:
        """Give inputs of a task to people, and give the revision. It is no labeling action: undo leaves it alone.

        Parameters
        ----------
        task_id
            The task.
        deals
            Who gets what; what is not named stays as it is. Seats above 0 are made where they are not there.
        actor
            Who says so.
        seen
            The revision of the `places` on which the deals rest.
        changes
            What is written with it: the task's settings, new collaborators.

        Raises
        ------
        Conflict
            Somebody has worked on one of these inputs since `seen`; nothing is written.
        """
        operation = Operation("share out", actor, tuple(c for c in changes if c.says_something), task_id)
        if not deals and not operation.changes:
            return self.rev()
        with self._write() as connection:
            lock(connection)
            rev, pen = next_revision(connection), Pen(connection)
            rule = sharing.share_out(connection, task_id, deals, seen=seen, rev=rev, at_us=pen.at_us)
            pen.write(operation, rev, bulk=rule)
            pen.settle()
            return rev

    def shares(self, task_id: str, *, seats: int = 1) -> list[Share]:
        """Give how many inputs are with whom, in which state."""
        return self._ask(queues.shares_asked(task_id, seats))

    def lane_of(self, task_id: str, input_id: str, labeler: str, seats: int) -> str:
        """Give the lane in which an input is somebody's; the task's own where it is nobody's of that name."""
        with self._read() as connection:
            return queues.lane_of(connection, task_id, input_id, labeler, seats)

    # The team

    def actions(self, task_id: str) -> list[Action]:
        """Give who did what to a task's inputs and when, in the order of commits, without what was changed."""
        with self._read() as connection:
            return team.actions(connection, task_id)

    def opinions(self, task_id: str, *, seats: int) -> list[Opinion]:
        """Give what stands in each seat on the inputs that at least two seats of a task have handed in."""
        with self._read() as connection:
            return team.opinions(connection, task_id, seats)

    # The desk

    def glance(self, task_id: str, **more: Any) -> Glance:
        """Give what a session shows of a task, as of one moment and from a server in one round trip.

        `more` is what `glance.glance_asked` takes: what is known already, and what is to be read beside.
        """
        found = self._ask(glance_asked(task_id, **more))
        if found.undoable is None and more.get("actor"):
            return replace(found, undoable=self.undoable(task_id, more["actor"]))
        return found

    def scene(self, task_id: str, input_id: str, *, known: tuple[int, Scene] | None = None) -> Scene:
        """Give all that is kept about an input in a task (`BadInput` if it is not one of the task's).

        `known` is that scene with the revision before it was read: then only what changed since is read again.
        """
        return self._ask(reading.scene_asked(task_id, input_id, known))

    def scenes(self, task_id: str, input_ids: Sequence[str], *, whole: bool = False) -> dict[str, Scene]:
        """Give assignment and annotations of many inputs at once, by id; none for inputs that are not the task's.

        Verdicts and what runs have marked are there only where the `whole` is asked for.
        """
        with self._read() as connection:
            return reading.scenes(connection, task_id, input_ids, whole=whole)

    def assignment_at(self, task_id: str, position: int) -> Assignment | None:
        """Give what lies at a place of a task's queue, readable or not; None past the end."""
        return self._ask(queues.place_asked(task_id, position))

    def listing(self, task_id: str, connection_number: int) -> pyarrow.Table:
        """Give a task's inputs as an Arrow table with the columns of `listing.LISTED`, by position.

        `connection_number` says since when pre-labeling counts: the setting `connection` of the task.
        """
        with self._read() as connection:
            return listing.listing(connection, task_id, connection_number)

    def label_count(self, task_id: str) -> int:
        """Give how many annotations stand in a task, whatever their status."""
        with self._read() as connection:
            return listing.label_count(connection, task_id)

    def queue(
        self,
        task_id: str,
        *,
        after: int = -1,
        states: Collection[str],
        limit: int = 1,
        backwards: bool = False,
        **whose: Any,
    ) -> list[Assignment]:
        """Give the next readable inputs in some states by position, or `backwards` those before, nearest first.

        `whose` are ``labeler`` or ``reviewer``, to be given theirs alone, and ``seats``, how many lanes the task has.
        """
        return self._ask(
            queues.line_asked(task_id, after=after, states=states, limit=limit, backwards=backwards, **whose)
        )

    def rank(self, task_id: str, position: int, **whose: Any) -> int:
        """Give how many readable inputs (of somebody: see `queue`) come before a position."""
        return self._ask(queues.rank_asked(task_id, position, **whose))

    def progress(self, task_id: str, **whose: Any) -> Progress:
        """Give how far a task is, or what is somebody's in it (see `queue`)."""
        return self._ask(queues.progress_asked(task_id, **whose))

    def progresses(self) -> dict[str, Progress]:
        """Give how far every task is, in one question; a task without inputs is left out."""
        with self._read() as connection:
            return queues.progresses(connection)

    def errands(self, person: str) -> dict[str, Errands]:
        """Give what is somebody's to do in every task that is shared out, in one question."""
        with self._read() as connection:
            return queues.errands(connection, person)

    def concepts(self, *, known: tuple[int, dict[str, Concept]] | None = None) -> dict[str, Concept]:
        """Give the project's concepts by folded name, tombstones included.

        `known` are those of a revision: then only what changed since is read, and nothing is made anew if nothing did.
        """
        return self._ask(reading.concepts_asked(known))

    def relations(
        self, *, known: tuple[int, dict[tuple[str, ...], Relation]] | None = None
    ) -> dict[tuple[str, ...], Relation]:
        """Give the project's relations by key, tombstones included; `known` as for `concepts`."""
        return self._ask(reading.relations_asked(known))

    # As a whole

    def annotations(
        self, task_id: str | None = None, *, statuses: Collection[str] | None = (SUCCESS,)
    ) -> pyarrow.Table:
        """Give the annotations that stand as an Arrow table with the columns of `schema.ANNOTATIONS`.

        Parameters
        ----------
        task_id
            One task's; None: all tasks'.
        statuses
            ``SUCCESS``, ``PENDING``; None: whatever the status.
        """
        from . import bulk

        return bulk.shaped(self._annotation_rows(task_id, statuses))

    def annotations_as_of(
        self, at_us: int, task_id: str | None = None, *, statuses: Collection[str] | None = (SUCCESS,)
    ) -> pyarrow.Table:
        """Give the annotations that stood at a moment (microseconds since 1970, UTC); otherwise as `annotations`."""
        from . import as_of, bulk

        with self._read() as connection:
            until = as_of.revision_at(connection, at_us)
        kept = self._annotation_rows(task_id, statuses, until=until)
        with self._read() as connection:  # read last: what changes meanwhile is found here
            changed, tasks = as_of.since(connection, until)
            names = as_of.tasks_then(connection, tasks)
            wanted = names if task_id is None else {task_id: names[task_id]} if task_id in names else {}
            fresh = as_of.rows(connection, as_of.standing(changed, wanted, statuses), wanted, kept.column_names)
        return bulk.shaped(as_of.joined(kept, fresh, changed, wanted))

    def _annotation_rows(
        self, task_id: str | None, statuses: Collection[str] | None, *, until: int | None = None
    ) -> pyarrow.Table:
        from . import bulk

        wanted = bulk.query(task_id, statuses, until=until)
        with self._read() as connection:
            found = bulk.few(connection, wanted)
            if found is None and isinstance(self._database, PostgresDatabase):
                found = bulk.from_postgres(connection, wanted)
        if found is None and isinstance(self._database, SqliteDatabase):
            found = bulk.from_sqlite(self._database.copy, task_id, statuses, until=until)
        return found

    def check(self) -> CheckReport:
        """Play all events again, compare with the rows, and look at the file; a damaged file is a finding too."""
        try:
            with self._read() as connection:
                return replay.check(connection)
        except StoreError as error:
            return CheckReport(problems=(str(error),))

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        self._must_be_open()
        with self._database.write() as connection:
            yield connection

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        self._must_be_open()
        with self._database.read() as connection:
            yield connection

    def _ask(self, question: Question[T]) -> T:
        found: list[T] = self._all(question)
        return found[0]

    def _all(self, *questions: Question[Any]) -> list[Any]:
        """Give the answers to questions as of one moment: a server is asked once."""
        self._must_be_open()
        return self._database.ask(questions) if questions else []

    def _must_be_open(self) -> None:
        if self._closed:
            raise ProjectClosed("expected an open journal, got one that was closed; open the project again.")
