"""The changes of an operation as the text that an event keeps, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..domain.operations import Change
from ..domain.records import Record, dumps, from_json, to_json


def changes_text(changes: Iterable[Change]) -> str:
    """Write changes as JSON."""
    return dumps([{"before": to_json(c.before), "after": to_json(c.after)} for c in changes])


def changes_of(text: str) -> tuple[Change, ...]:
    """Read what `changes_text` wrote."""
    return tuple(Change(from_json(c["before"]), _there(from_json(c["after"]))) for c in json.loads(text))


def _there(record: Record | None) -> Record:
    if record is None:
        raise ValueError("a change without an after")
    return record
