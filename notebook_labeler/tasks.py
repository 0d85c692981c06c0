"""Tasks, people and datasets as a user has them: what `Project` and `Task` do when they are asked for them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .domain.assignments import BACKLOG, WAITING
from .domain.inputs import Input
from .domain.names import clean_name
from .domain.places import unpack
from .domain.records import Dataset, TaskRecord
from .domain.status import status
from .domain.tasks import ALL, MAPPED, TaskSettings, unique_people
from .errors import AssistLimit, BadInput
from .sessions.planning import Planner, check_together
from .store.frames import to_frame

if TYPE_CHECKING:
    import pandas as pd

    from .project import Project
    from .store.queue import Progress
    from .task import Task

_TEXT, _WHOLE, _NAMES = pa.string(), pa.int64(), pa.list_(pa.string())
_TASKS = pa.schema(
    [
        ("name", _TEXT),
        ("status", _TEXT),
        ("dataset", _TEXT),
        ("kind", _TEXT),
        ("concepts", _NAMES),
        ("labelers", _NAMES),
        ("reviewers", _NAMES),
        ("model", _TEXT),
        *((name, _WHOLE) for name in ("inputs", "done", "left")),
        *((name, _WHOLE) for name in ("backlog", "skipped", "submitted", "approved", "rejected")),
        ("created_by", _TEXT),
        ("created_at", pa.timestamp("us", "UTC")),
        ("task_id", _TEXT),
    ]
)
_DATASETS = pa.schema(
    [
        ("name", _TEXT),
        ("inputs", _WHOLE),
        ("created_by", _TEXT),
        ("created_at", pa.timestamp("us", "UTC")),
        ("dataset_id", _TEXT),
    ]
)
ALL_INPUTS = "all inputs"


def planner(project: Project) -> Planner:
    """Give what plans a project's work in the name of who opened it."""
    return Planner(project.journal, project.actor)


def create_task(
    project: Project,
    name: str,
    settings: Mapping[str, Any],
    *,
    dataset: str | None,
    model: Any,  # Any: see `Project.create_task`
    labelers: Iterable[str] | None,
    reviewers: Iterable[str] | None,
    auto_annotate: bool,
) -> Task:
    """Do what `Project.create_task` says; `settings` are those that it need not look at."""
    from .models.adopt import refuse_no_model
    from .sessions.assistance import kept_name
    from .task import Task

    refuse_no_model(model)
    if model is None and (settings["assist"] or auto_annotate):
        what = "assistance" if settings["assist"] else "auto-annotation"
        raise BadInput(f"{what} needs a model; pass model=, for example model='toys'.")
    listed = _listed(settings["concepts"])
    plan = planner(project)
    values = {
        **settings,
        "concepts": listed,
        "suggest": settings["suggest"] or (MAPPED if listed else ALL),
        "assist": model is not None if settings["assist"] is None else settings["assist"],
        "model": kept_name(model),
        "auto": auto_annotate,
        "labelers": people("labelers", labelers),
        "reviewers": people("reviewers", reviewers),
        "dataset": plan.dataset(dataset).dataset_id if dataset is not None else "",
    }
    if not values["assistance"]:
        values["assist"] = False
    wanted = TaskSettings(**values)
    text = clean_name(name, what="a task's name")
    found = project.journal.find_task(text)
    if found is None:
        made = Task(project, plan.create(text, wanted).task_id, model=model)
        _begin(made)
        return made
    keep = [field for field, given in (("labelers", labelers), ("reviewers", reviewers), ("dataset", dataset))
            if given is None]  # fmt: skip
    _bring_in_line(project, found, wanted, keep=keep)
    return Task(project, found.task_id, model=model)


def _begin(task: Task) -> None:
    """Share a new task's inputs out, and let its model go ahead, where that was asked for.

    The task is there by now: that the month's limit does not allow the run is no reason to raise.
    """
    settings = task.settings
    if settings.labelers or settings.reviewers:
        task.share_out()
    if settings.auto:
        try:
            task.project.prelabel(task)
        except AssistLimit as refused:
            text = f"task {task.name!r:.80} was created, but nothing was pre-labeled, because {refused.why}; "
            warnings.warn(text + "begin it later with task.prelabel().", stacklevel=4)  # the cell's own line


def _bring_in_line(project: Project, record: TaskRecord, wanted: TaskSettings, *, keep: list[str]) -> None:
    """Bring a task that is there in line with what a cell that is run again asks for; no concept is lost."""
    from .task import Task

    have = TaskSettings.loads(record.settings)
    wanted = wanted.changed(**{field: getattr(have, field) for field in (*keep, "connection")})
    if (have.kind, have.choice) != (wanted.kind, wanted.choice):
        raise BadInput(
            f"the project has a task {record.name!r} of kind {have.kind}, {have.choice} choice, asked for was "
            f"{wanted.kind}, {wanted.choice}; give the new task another name."
        )
    if have.dataset != wanted.dataset:
        raise BadInput(f"the project has a task {record.name!r} over another dataset; give the new task another name.")
    check_together(wanted)
    settings = wanted.changed(
        concepts=(*wanted.concepts, *have.concepts), geometries=(*have.geometries, *wanted.geometries)
    )
    if planner(project).edit(record.task_id, **{f: getattr(settings, f) for f in vars(settings)}):
        Task(project, record.task_id).share_out()


def edit_task(task: Task, changes: Mapping[str, Any]) -> None:  # Any: see `Task.edit`
    """Do what `Task.edit` says; what is None stays as it is."""
    from .models.adopt import refuse_no_model
    from .sessions.assistance import kept_name

    given = {field: value for field, value in changes.items() if value is not None}
    name = given.pop("name", None)
    if "concepts" in given:
        given["concepts"] = _listed(given["concepts"])
    for role in ("labelers", "reviewers"):
        if role in given:
            given[role] = people(role, given[role])
    if "model" in given:
        refuse_no_model(given["model"])
        given["model"] = kept_name(given["model"])
    if planner(task.project).edit(task.id, name=name, **given):
        task.share_out()


def tasks_frame(project: Project) -> pd.DataFrame:
    """Give the tasks as a table."""
    journal = project.journal
    counts, names = journal.progresses(), {each.dataset_id: each.name for each in planner(project).datasets()}
    rows = [_task_row(record, counts, names) for record in journal.tasks()]
    return to_frame(pa.Table.from_pylist(rows, _TASKS))


def _task_row(record: TaskRecord, counts: Mapping[str, Progress], names: Mapping[str, str]) -> dict[str, Any]:
    from .store.queue import Progress

    settings, counted = TaskSettings.loads(record.settings), counts.get(record.task_id, Progress())
    numbers = ("done", "left", "backlog", "skipped", "submitted", "approved", "rejected")
    return {
        "name": record.name,
        "status": status(counted, reviewed=bool(settings.reviewers)),
        "dataset": names.get(settings.dataset, "") if settings.dataset else ALL_INPUTS,
        "kind": settings.kind,
        "concepts": list(settings.concepts),
        "labelers": list(settings.labelers),
        "reviewers": list(settings.reviewers),
        "model": settings.model,
        "inputs": counted.total,
        **{name: getattr(counted, name) for name in numbers},
        "created_by": record.created_by,
        "created_at": record.created_us,
        "task_id": record.task_id,
    }


def datasets_frame(project: Project) -> pd.DataFrame:
    """Give the datasets as a table."""
    rows = [
        {
            "name": each.name,
            "inputs": len(unpack(each.places)),
            "created_by": each.created_by,
            "created_at": each.created_us,
            "dataset_id": each.dataset_id,
        }
        for each in planner(project).datasets()
    ]
    return to_frame(pa.Table.from_pylist(rows, _DATASETS))


def create_dataset(project: Project, name: str, inputs: Any) -> Dataset:  # Any: see `Project.create_dataset`
    """Make a dataset of what a user has at hand."""
    places = None if inputs is None else _places(project, inputs)
    return planner(project).add_dataset(name, places)


def _inputs(project: Project, inputs: Any) -> list[Input]:
    """Give the inputs that a user means."""
    return project.journal.inputs_at(_places(project, inputs))


def _places(project: Project, inputs: Any) -> list[int]:
    """Find ids, or names that are the only ones of their kind, among the project's inputs."""
    columns = getattr(inputs, "columns", None)
    if columns is not None:
        if "input_id" not in columns:
            raise BadInput(f"expected a DataFrame with a column input_id, got {list(columns)!r:.200}; see inputs.")
        inputs = inputs["input_id"].tolist()
    given = [inputs] if isinstance(inputs, str) else inputs
    if not isinstance(given, Iterable):
        raise BadInput(
            f"expected inputs as ids, names or a DataFrame, got {type(inputs).__name__}; see project.inputs."
        )
    wanted = list(given)
    wrong = next((each for each in wanted if not isinstance(each, str)), None)
    if wrong is not None:
        raise BadInput(f"expected ids or names of inputs as text, got {wrong!r:.80}; see project.inputs.")
    places = project.journal.positions(wanted)
    if len(places) < len(set(wanted)):
        places = {**_named(project, set(wanted) - set(places)), **places}
    return [places[each] for each in wanted]


def _named(project: Project, names: set[str]) -> dict[str, int]:
    """Give the places of inputs that are called so, each the only one of its name."""
    found: dict[str, list[int]] = {name: [] for name in names}
    for place, one in enumerate(project.journal.inputs()):
        if one.name in found:
            found[one.name].append(place)
    for name, places in found.items():
        if not places:
            raise BadInput(f"expected ids or names of inputs, got {name!r:.80}; see project.inputs.")
        if len(places) > 1:
            raise BadInput(f"expected a name that one input has, got {name!r:.80}, which {len(places)} have; pass ids.")
    return {name: places[0] for name, places in found.items()}


def people(role: str, names: Any) -> tuple[str, ...]:
    """Give names of people as a tuple; a single text is one person."""
    if names is None:
        return ()
    if not isinstance(names, Iterable):
        raise BadInput(f"expected {role} as a list of names, got {type(names).__name__}; pass ['ana', 'ben'].")
    return unique_people(names)


def _listed(concepts: Any) -> tuple[str, ...]:  # Any: what a user gave
    """Give the concepts of a task as a tuple; a single text is one concept."""
    if isinstance(concepts, str):
        return (concepts,)
    if not isinstance(concepts, Iterable):
        raise BadInput(f"expected concepts as a list of names, got {type(concepts).__name__}; pass ['cat', 'dog'].")
    return tuple(concepts)


def inputs_frame(task: Task) -> pd.DataFrame:
    """Give the inputs of a task as a table."""
    return to_frame(task.project.journal.listing(task.id, task.settings.connection))


def to_backlog(task: Task, ids: Any) -> int:  # Any: see `Task.to_backlog`
    """Put waiting inputs off."""
    return _move(task, BACKLOG, ids)


def to_waiting(task: Task, ids: Any) -> int:
    """Have inputs of the backlog wait again."""
    return _move(task, WAITING, ids)


def _move(task: Task, state: str, ids: Any) -> int:
    from .sessions.backlog import move

    given = None if ids is None else [one.input_id for one in _inputs(task.project, ids)]
    return move(task.project.journal, task.id, state, actor=task.project.actor, input_ids=given)
