"""Which inputs belong to a task: assignments are made by the thousand, inside the database.

An event about thousands of inputs holds the rule (`bulk`) in place of a change for each; `replay` follows the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..domain.assignments import WAITING
from ..domain.records import Assignment
from ..errors import BadInput
from .tables import IN_QUEUE, UNREADABLE, assignment, input_, task
from .writing import Heap, add_to_tally


def row_of(task_id: str, input_id: str, position: int, *, at_us: int) -> Assignment:
    """Give the assignment that an input begins with."""
    return Assignment(task_id=task_id, input_id=input_id, position=position, state=WAITING, updated_us=at_us)


def follow(connection: sa.Connection, *, start: int, rev: int, at_us: int) -> list[str]:
    """Append the inputs from a position on to every task that follows all inputs; give these tasks."""
    query = sa.select(task.c.task_id).where(task.c.follows == 1, task.c.deleted == 0).order_by(task.c.task_id)
    followed = [row[0] for row in connection.execute(query)]
    for task_id in followed:
        assign_all(connection, task_id, start=start, rev=rev, at_us=at_us)
    return followed


def assign_all(connection: sa.Connection, task_id: str, *, start: int, rev: int, at_us: int) -> None:
    """Give a task every input from a position on; the place in its queue is the input's own."""
    shelf = sa.case((input_.c.problem.is_(None), IN_QUEUE), else_=UNREADABLE)
    first: dict[str, Any] = {**row_of(task_id, "", 0, at_us=at_us).__dict__, "deleted": 0, "rev": rev}
    columns = [c.name for c in assignment.columns]
    own = {"input_id": input_.c.input_id, "position": input_.c.position, "shelf": shelf}
    values = [own[name] if name in own else sa.literal(first[name], assignment.c[name].type) for name in columns]
    source = sa.select(*values).where(input_.c.position >= start).order_by(input_.c.position)
    connection.execute(sa.insert(assignment).from_select(columns, source))
    count = sa.select(shelf, sa.func.count()).where(input_.c.position >= start).group_by(shelf)
    for where, many in connection.execute(count).all():
        add_to_tally(connection, Heap(task_id, where, WAITING), many)


def assign_some(connection: sa.Connection, task_id: str, ids: Sequence[str], *, rev: int, at_us: int) -> None:
    """Give a task these inputs in this order.

    Raises
    ------
    BadInput
        An id that is no input, or one given twice.
    """
    if len(set(ids)) < len(ids):
        raise BadInput("expected each input of a task once, got one of them twice; drop the second.")
    problem: dict[str, str | None] = {}
    for i in range(0, len(ids), 500):
        query = sa.select(input_.c.input_id, input_.c.problem).where(input_.c.input_id.in_(ids[i : i + 500]))
        problem.update({row[0]: row[1] for row in connection.execute(query)})
    unknown = next((one for one in ids if one not in problem), None)
    if unknown is not None:
        raise BadInput(f"expected ids of inputs of this project, got {unknown!r:.80}; add the input first.")
    shelves = [IN_QUEUE if problem[one] is None else UNREADABLE for one in ids]
    rows = [
        {**row_of(task_id, one, position, at_us=at_us).__dict__, "deleted": 0, "rev": rev, "shelf": shelf}
        for position, (one, shelf) in enumerate(zip(ids, shelves, strict=True))
    ]
    for i in range(0, len(rows), 10_000):
        connection.execute(sa.insert(assignment), rows[i : i + 10_000])
    for shelf in sorted(set(shelves)):
        add_to_tally(connection, Heap(task_id, shelf, WAITING), shelves.count(shelf))
