"""The changes of an operation as the text that an event keeps, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ..domain.backlog import Moved
from ..domain.operations import Change
from ..domain.records import Record, dumps, from_json, to_json

_MOVED = '{"moved":'


def changes_text(changes: Iterable[Change]) -> str:
    """Write changes as JSON."""
    return dumps([{"before": to_json(c.before), "after": to_json(c.after)} for c in changes])


def changes_of(text: str) -> tuple[Change, ...]:
    """Read what `changes_text` wrote."""
    return tuple(Change(from_json(c["before"]), _there(from_json(c["after"]))) for c in json.loads(text))


def moves_rule(moves: Sequence[Moved]) -> dict[str, Any] | None:
    """Give moves as an event keeps them beside its changes."""
    return {"moved": [[one.seat, one.before, one.after, one.places] for one in moves]} if moves else None


def moves_of(bulk: str | None) -> tuple[Moved, ...]:
    """Read what `moves_rule` gave; nothing if the event's rule is about something else."""
    if bulk is None or not bulk.startswith(_MOVED):  # others may be long: they are not parsed
        return ()
    return tuple(Moved(*each) for each in json.loads(bulk)["moved"])


def _there(record: Record | None) -> Record:
    if record is None:
        raise ValueError("a change without an after")
    return record
