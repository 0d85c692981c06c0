"""The inputs of a project: added by the hundred thousand, listed by the page, set aside when they cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..domain.inputs import Input
from ..domain.operations import Operation
from ..errors import BadInput
from .asking import Asked, Question, Rows, answer
from .assigning import follow
from .tables import IN_QUEUE, UNREADABLE, assignment, counter, input_, tally
from .writing import Heap, Pen, add_to_tally, lock, next_revision

_PAGE = 500
_COLUMNS = (input_.c.input_id, input_.c.uri, input_.c.kind, input_.c.name, input_.c.meta)
_KNOWN = sa.select(input_.c.input_id).where(input_.c.input_id.in_(sa.bindparam("ids", expanding=True)))
_ONE = sa.select(*_COLUMNS).where(input_.c.input_id == sa.bindparam("input_id"))
_HOW_MANY = sa.select(counter.c.value).where(counter.c.name == "inputs")


@dataclass(frozen=True)
class Added:
    """What became of inputs that were given: `added` are new, `known` were there before, `total` are there now.

    `passed_over` says in words what was found and left out, such as files that are no pictures.
    """

    added: int
    known: int
    total: int
    passed_over: str = ""


def add(connection: sa.Connection, inputs: Sequence[Input], *, actor: str) -> Added:
    """Add what is not there yet, in the order given, and append it to the tasks that follow all inputs."""
    lock(connection)
    total = count(connection)
    pen = Pen(connection)
    seen: set[str] = set()
    fresh: list[dict[str, Any]] = []
    for i in range(0, len(inputs), _PAGE):
        page = inputs[i : i + _PAGE]
        there = {row[0] for row in connection.execute(_KNOWN, {"ids": [one.input_id for one in page]})}
        for one in page:
            if one.input_id not in there and one.input_id not in seen:
                seen.add(one.input_id)
                fresh.append(_row(one, total + len(fresh), pen.at_us))
    if not fresh:
        return Added(0, len(inputs), total)
    rev = next_revision(connection)
    for i in range(0, len(fresh), 10_000):
        connection.execute(sa.insert(input_), fresh[i : i + 10_000])
    connection.execute(sa.update(counter).where(counter.c.name == "inputs").values(value=total + len(fresh)))
    followed = follow(connection, start=total, rev=rev, at_us=pen.at_us)
    bulk = {"inputs": [total, total + len(fresh)], "assigned": followed}
    pen.record(Operation("add_inputs", actor, ()), rev, bulk=bulk)
    return Added(len(fresh), len(inputs) - len(fresh), total + len(fresh))


def one_asked(input_id: str) -> Question[Input]:
    """Ask for an input by id."""

    def one(found: list[Rows]) -> Input:
        if not found[0]:
            raise BadInput(f"expected the id of an input of this project, got {input_id!r:.80}; add the input first.")
        return Input(**found[0][0])

    return Question((Asked(_ONE, {"input_id": input_id}),), one)


def page(connection: sa.Connection, start: int, many: int | None) -> list[Input]:
    """Give inputs in the order in which they were added."""
    query = sa.select(*_COLUMNS).where(input_.c.position >= start).order_by(input_.c.position)
    return [Input(*row) for row in connection.execute(query.limit(many))]


def at(connection: sa.Connection, positions: Sequence[int]) -> list[Input]:
    """Give the inputs at these places, in this order; places where none is are left out."""
    found: dict[int, Input] = {}
    for i in range(0, len(positions), _PAGE):
        wanted = [int(p) for p in positions[i : i + _PAGE]]
        query = sa.select(input_.c.position, *_COLUMNS).where(input_.c.position.in_(wanted))
        found |= {row[0]: Input(*row[1:]) for row in connection.execute(query)}
    return [found[int(p)] for p in positions if int(p) in found]


def positions(connection: sa.Connection, input_ids: Sequence[str]) -> dict[str, int]:
    """Give the places of inputs, by id; unknown ids are left out."""
    found: dict[str, int] = {}
    for i in range(0, len(input_ids), _PAGE):
        query = sa.select(input_.c.input_id, input_.c.position).where(
            input_.c.input_id.in_(list(input_ids[i : i + _PAGE]))
        )
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def some(connection: sa.Connection, input_ids: Sequence[str]) -> list[Input]:
    """Give inputs by their ids, in no order; unknown ids are left out."""
    found: list[Input] = []
    for i in range(0, len(input_ids), _PAGE):
        query = sa.select(*_COLUMNS).where(input_.c.input_id.in_(list(input_ids[i : i + _PAGE])))
        found += [Input(*row) for row in connection.execute(query)]
    return found


def count(connection: sa.Connection) -> int:
    """Give the number of inputs."""
    return int(connection.execute(_HOW_MANY).scalar_one())


def problems(connection: sa.Connection) -> list[tuple[Input, str]]:
    """Give the inputs that cannot be read, with the reason."""
    query = sa.select(*_COLUMNS, input_.c.problem).where(input_.c.problem.is_not(None)).order_by(input_.c.position)
    return [(Input(*row[:-1]), row[-1]) for row in connection.execute(query)]


def set_problem(connection: sa.Connection, input_id: str, reason: str | None) -> None:
    """Set an input aside in all queues, or (None) bring it back."""
    lock(connection)
    answer(connection, one_asked(input_id))
    connection.execute(sa.update(input_).where(input_.c.input_id == input_id).values(problem=reason))
    was, now = (IN_QUEUE, UNREADABLE) if reason is not None else (UNREADABLE, IN_QUEUE)
    moved = (
        sa.update(assignment)
        .where(assignment.c.task_id.in_(sa.select(tally.c.task_id).distinct()), assignment.c.input_id == input_id)
        .where(assignment.c.shelf == was)
        .values(shelf=now)
        .returning(*(assignment.c[name] for name in Heap._fields))
    )
    for row in connection.execute(moved).all():
        heap = Heap(*row)  # with the shelf that it is on now
        add_to_tally(connection, heap._replace(shelf=was), -1)
        add_to_tally(connection, heap, 1)


def taken(inputs: Iterable[Input]) -> list[Input]:
    """Read the caller's iterable to its end before any lock is taken, and refuse what is no input.

    Raises
    ------
    BadInput
        Something else than an `Input`.
    """
    found = list(inputs)
    for one in found:
        if not isinstance(one, Input):
            raise BadInput(f"expected inputs, got {type(one).__name__} {one!r:.80}; make them with Input.at(uri).")
    return found


def _row(one: Input, position: int, at_us: int) -> dict[str, Any]:
    return {
        "input_id": one.input_id,
        "position": position,
        "uri": one.uri,
        "kind": one.kind,
        "name": one.name,
        "meta": one.meta,
        "added_us": at_us,
        "problem": None,
    }
