"""A team's work as tables: each person's figures, second opinions, and how far people agree."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .domain.assignments import LEFT, SKIPPED
from .domain.names import name_key
from .domain.opinions import Opinion
from .domain.tasks import MAX_OPINIONS, SINGLE, TaskSettings
from .errors import BadInput
from .quality.agreement import LabelAgreement, about_labels, paired
from .quality.objects import ObjectAgreement, about_objects
from .quality.team import Figures, figures
from .store.frames import to_frame
from .store.geometry import boxes_and_polygons
from .store.queue import Share

if TYPE_CHECKING:
    import pandas as pd

    from .project import Project
    from .task import Task

_TEXT, _WHOLE, _REAL, _NUMBERS = pa.string(), pa.int64(), pa.float64(), pa.list_(pa.float64())


def _schema(*columns: tuple[str, pa.DataType], may_miss: tuple[str, ...] = ()) -> pa.Schema:
    return pa.schema([pa.field(name, kind, nullable=name in may_miss) for name, kind in columns])


_SHARES = ("inputs", "left", "skipped", "reviewing")
_TEAM = _schema(
    ("person", _TEXT),
    *((name, _WHOLE) for name in ("inputs", "submitted", "left", "skipped")),
    *((name, _WHOLE) for name in ("approved", "approved_at_once", "rejected")),
    *((name, _REAL) for name in ("rate", "low", "high", "active_minutes", "seconds_per_input")),
    *((name, _WHOLE) for name in ("reviewing", "reviewed")),
    may_miss=_SHARES,
)
_OPINIONS = _schema(
    ("input_id", _TEXT),
    ("name", _TEXT),
    ("seat", _WHOLE),
    ("person", _TEXT),
    ("concept", _TEXT),
    ("shape", _TEXT),
    ("box", _NUMBERS),
    ("polygon", pa.list_(_NUMBERS)),
    may_miss=("concept", "shape", "box", "polygon"),
)
_KINDS = {"str": _TEXT, "int": _WHOLE, "float": _REAL}


def team_frame(task: Task) -> pd.DataFrame:
    """Give the figures of everybody in a task, as `Task.team` describes them."""
    journal, settings = task.project.journal, task.settings
    done = figures(journal.actions(task.id))
    shares = journal.shares(task.id, seats=settings.seats)
    known = {name for share in shares for name in (share.labeler, share.reviewer) if name} | done.keys()
    people = dict.fromkeys([*settings.labelers, *settings.reviewers, *sorted(known)])
    rows = [_person(done.get(name, Figures(name)), shares, settings) for name in people]
    return to_frame(pa.Table.from_pylist(rows, _TEAM))


def _person(done: Figures, shares: list[Share], settings: TaskSettings) -> dict[str, Any]:
    """Give a person's row. Shares are missing where nothing was shared out."""
    own = [share for share in shares if share.labeler == done.person]
    given, reviewed = bool(settings.labelers), bool(settings.reviewers)
    return {
        **asdict(done),
        "inputs": sum(share.count for share in own) if given else None,
        "left": sum(share.count for share in own if share.state in LEFT) if given else None,
        "skipped": sum(share.count for share in own if share.state == SKIPPED) if given else None,
        "rate": done.rate,
        "active_minutes": done.active_seconds / 60,
        "reviewing": sum(s.count for s in shares if s.reviewer == done.person and not s.seat) if reviewed else None,
    }


def opinions_frame(task: Task) -> pd.DataFrame:
    """Give what several people said of the same inputs, as `Task.opinions` describes it."""
    found = [one for own in paired(_opinions(task)) for one in own]
    names = _names(task.project, found)
    rows, texts = [], []
    for one in found:
        for annotation in one.annotations or (None,):
            rows.append(
                {
                    "input_id": one.input_id,
                    "name": names[one.input_id],
                    "seat": one.seat,
                    "person": one.person,
                    "concept": annotation.concept if annotation else None,
                    "shape": annotation.shape if annotation else None,
                }
            )
            texts.append(annotation.geometry if annotation else None)
    table = pa.Table.from_pylist(rows, _OPINIONS)
    for name, column in zip(("box", "polygon"), boxes_and_polygons(pa.chunked_array([texts], _TEXT)), strict=True):
        table = table.set_column(table.column_names.index(name), _OPINIONS.field(name), column)
    return to_frame(table)


def agreement_frame(task: Task, iou: float = 0.5) -> pd.DataFrame:
    """Give how far people agree, as `Task.agreement` describes it."""
    if isinstance(iou, bool) or not isinstance(iou, int | float) or not 0 < iou <= 1:
        raise BadInput(f"expected iou as a number above 0 and up to 1, got {iou!r:.60}; 0.5 is usual.")
    settings, opinions = task.settings, _opinions(task)
    inputs, concepts = paired(opinions), _concepts(settings, opinions)
    if settings.objects:
        return _frame(ObjectAgreement, about_objects(inputs, concepts, iou=iou))
    return _frame(LabelAgreement, about_labels(inputs, concepts, single=settings.choice == SINGLE))


def _frame(kind: type[LabelAgreement | ObjectAgreement], rows: list[Any]) -> pd.DataFrame:
    schema = _schema(*((field.name, _KINDS[str(field.type)]) for field in fields(kind)))
    return to_frame(pa.Table.from_pylist([vars(row) for row in rows], schema))


def _opinions(task: Task) -> list[Opinion]:
    seats = MAX_OPINIONS  # also those from before the task asked for fewer
    return task.project.journal.opinions(task.id, seats=seats)


def _concepts(settings: TaskSettings, opinions: list[Opinion]) -> dict[str, str]:
    """Give the concepts of the task in their order, and then others that somebody used, name by key."""
    used = {a.concept_key: a.concept for one in opinions for a in one.annotations}
    return {**{name_key(name): name for name in settings.concepts}, **dict(sorted(used.items()))}


def _names(project: Project, opinions: list[Opinion]) -> dict[str, str]:
    """Give what the inputs are called."""
    ids = list(dict.fromkeys(one.input_id for one in opinions))
    places = project.journal.positions(ids)
    return {one.input_id: one.name for one in project.journal.inputs_at(sorted(places.values()))}
