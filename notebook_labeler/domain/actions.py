"""Who did what to which input, and when: an event of the journal without its contents."""

from __future__ import annotations

from typing import NamedTuple


class Action(NamedTuple):
    """One action on one input. A plain tuple, because a task has a hundred thousand of them.

    `lane` is the id of the task, or of one of its further seats (see `assignments.lane`). `group` is what is undone
    together; `undo_of` is the group that an ``undo`` takes back, and that a ``redo`` brings back.
    """

    lane: str
    input_id: str
    person: str
    kind: str
    at_us: int
    group: str = ""
    undo_of: str = ""
