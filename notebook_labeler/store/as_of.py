"""The annotations as they stood at an earlier moment: those unchanged since, and the others as they were."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from ..domain.records import Annotation, Record, TaskRecord
from . import reading
from .bulk import TYPES
from .inputs import positions, some
from .tables import event

_PAGE = 2000
Key = tuple[str, ...]
Then = dict[Key, Record | None]  # rows that have changed since, as they were; None: not there yet


def revision_at(connection: sa.Connection, at_us: int) -> int:
    """Give the number of the last event up to a moment (microseconds since 1970, UTC), 0 before the first."""
    query = sa.select(sa.func.max(event.c.rev)).where(event.c.at_us <= at_us)
    return int(connection.execute(query).scalar() or 0)


def since(connection: sa.Connection, rev: int) -> tuple[Then, Then]:
    """Give the annotations and the tasks that were changed after a revision, as they were at it."""
    annotations: Then = {}
    tasks: Then = {}
    homes: dict[type[Record], Then] = {Annotation: annotations, TaskRecord: tasks}
    last = rev
    while page := connection.execute(
        sa.select(event).where(event.c.rev > last).order_by(event.c.rev).limit(_PAGE)
    ).mappings().all():  # fmt: skip
        last = page[-1]["rev"]
        for row in page:
            for change in reading.to_event(row).operation.changes:
                home = homes.get(type(change.after))
                if home is not None:
                    home.setdefault(change.after.key, change.before)
    return annotations, tasks


def standing(then: Then, tasks: Collection[str], statuses: Collection[str] | None) -> list[Annotation]:
    """Give those of the changed annotations that stood then, in these tasks, with one of these statuses."""
    return [
        was
        for was in then.values()
        if isinstance(was, Annotation)
        and not was.deleted
        and was.task_id in tasks
        and (statuses is None or was.status in statuses)
    ]


def tasks_then(connection: sa.Connection, changed: Then) -> dict[str, str]:
    """Give the names of the tasks that stood then, by id."""
    found = {**{record.key: record for record in reading.rows(connection, TaskRecord)}, **changed}
    return {r.task_id: r.name for r in found.values() if isinstance(r, TaskRecord) and not r.deleted}


def joined(kept: pa.Table, fresh: pa.Table, changed: Then, tasks: dict[str, str]) -> pa.Table:
    """Put the rows that have not changed since beside those that have, with the names that the tasks had then."""
    keys = pa.array(["\x1f".join(key) for key in changed], pa.string())
    own = pc.binary_join_element_wise(kept["task_id"], kept["annotation_id"], "\x1f")
    kept = kept.filter(pc.and_(pc.invert(pc.is_in(own, keys)), pc.is_in(kept["task_id"], pa.array(tasks, pa.string()))))
    found = pa.concat_tables([kept, fresh.select(kept.column_names).cast(kept.schema)])
    places = pc.index_in(found["task_id"], pa.array(list(tasks), pa.string()))
    names = pa.array(list(tasks.values()), pa.string()).take(places.combine_chunks())
    return found.set_column(found.column_names.index("task"), "task", names)


def rows(connection: sa.Connection, found: Iterable[Annotation], tasks: dict[str, str], names: list[str]) -> pa.Table:
    """Give records as rows such as `bulk.query` gives: with the columns `names`, joined with inputs and tasks."""
    records = list(found)
    ids = list({record.input_id for record in records})
    inputs = {one.input_id: one for one in some(connection, ids)}
    places = positions(connection, ids)

    def value(record: Annotation, name: str) -> object:
        one = inputs[record.input_id]
        joined = {"uri": one.uri, "name": one.name, "position": places[one.input_id], "task": tasks[record.task_id]}
        return joined[name] if name in joined else getattr(record, name)

    return pa.table({n: pa.array([value(r, n) for r in records], TYPES.get(n, pa.string())) for n in names})
