"""What a team's figures are made of: who did what when, and the inputs that several people labeled."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from ..domain.actions import Action
from ..domain.assignments import DONE, lanes, seat_of
from ..domain.opinions import Opinion
from ..domain.records import SUCCESS, Annotation
from .reading import rows
from .tables import annotation, assignment, event

_ACTIONS = (
    sa.select(event.c.actor, event.c.kind, event.c.input_id, event.c.at_us, event.c.grp, event.c.undo_of)
    .where(event.c.task_id == sa.bindparam("task_id"), event.c.input_id != "")
    .order_by(event.c.rev)
)
_HANDED_IN = (assignment.c.state.in_(sorted(DONE)), assignment.c.deleted == 0)


def actions(connection: sa.Connection, task_id: str) -> list[Action]:
    """Give all that was done to a task's inputs, in the order of commits; what was changed is not read."""
    return list(map(Action._make, connection.execute(_ACTIONS, {"task_id": task_id})))


def opinions(connection: sa.Connection, task_id: str, seats: int) -> list[Opinion]:
    """Give what stands in each seat of the inputs that at least two seats handed in, by the task's order and seat."""
    ids = lanes(task_id, seats)
    a = assignment.c
    several = sa.select(a.input_id).where(a.task_id.in_(ids[1:]), *_HANDED_IN)  # few, however large the task is
    given = (
        sa.select(a.task_id, a.input_id, a.labeler)
        .where(a.task_id.in_(ids), *_HANDED_IN, a.input_id.in_(several))
        .order_by(a.position, a.input_id, a.task_id)
    )
    b = annotation.c
    standing = (
        sa.select(annotation)
        .where(b.task_id.in_(ids), b.deleted == 0, b.status == SUCCESS, b.input_id.in_(several))
        .order_by(b.created_us, b.annotation_id)
    )
    said: dict[tuple[str, str], list[Annotation]] = {}
    for one in rows(connection, Annotation, standing):
        said.setdefault((one.task_id, one.input_id), []).append(one)
    given_by = connection.execute(given).all()
    many = Counter(input_id for _, input_id, _ in given_by)
    return [
        Opinion(input_id, seat_of(lane_id), person, tuple(said.get((lane_id, input_id), ())))
        for lane_id, input_id, person in given_by
        if many[input_id] > 1
    ]
