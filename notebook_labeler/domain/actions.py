"""Who did what to which input, and when: an event of the journal without its contents."""

from __future__ import annotations

from typing import NamedTuple

SECOND_OPINION = " (second opinion)"  # ends the kind of what is done in a further seat of a task


class Action(NamedTuple):
    """One action on one input. A plain tuple, because a task has a hundred thousand of them.

    `kind` is the operation's; `group` is what is undone together; `undo_of` is the group that an ``undo`` takes back,
    and that a ``redo`` brings back.
    """

    person: str
    kind: str
    input_id: str
    at_us: int  # microseconds since 1970, UTC
    group: str = ""
    undo_of: str = ""
