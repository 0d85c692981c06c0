"""What is done: an operation is a set of changes to records that the journal makes together, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..errors import BadInput
from .backlog import Moved
from .names import new_id
from .records import Assignment, Record


@dataclass(frozen=True)
class Change:
    """One record, as it was seen (`None`: not there) and as it is to be."""

    before: Record | None
    after: Record

    def __post_init__(self) -> None:
        """Refuse what cannot follow."""
        if self.before is not None and self.before.key != self.after.key:
            raise BadInput(f"a change keeps its key, got {self.before.key} -> {self.after.key}.")
        expected = 1 if self.before is None else self.before.version + 1
        if self.after.version != expected:
            raise BadInput(f"expected version {expected} of {self.after.key}, got {self.after.version}.")

    @property
    def says_something(self) -> bool:
        """Whether anything but the counters differs."""
        if self.before is None:
            return not self.after.deleted
        return self.before.content != self.after.content


def ensured(have: Mapping[str, Record], wanted: Iterable[Record]) -> list[Change]:
    """Give the changes after which records stand: those that are missing are made, deleted ones come back.

    `have` are the records of their kind by the last part of their key, tombstones included; one that stands is left
    as it is.
    """
    changes = []
    for key, record in {record.key[-1]: record for record in wanted}.items():
        before = have.get(key)
        if before is None:
            changes.append(Change(None, record))
        elif before.deleted:
            changes.append(Change(before, before.changed(deleted=False)))
    return changes


@dataclass(frozen=True)
class Operation:
    """One action of one actor on one input (or on the project: `input_id` empty).

    `op_id` is unique: committing it a second time is harmless. Operations of one `group` are undone together.
    """

    kind: str  # accept, decline, dismiss, remove, add, rename, submit, skip, reopen, relate, unrelate, settings, ...
    actor: str
    changes: tuple[Change, ...]
    task_id: str = ""
    input_id: str = ""
    op_id: str = field(default_factory=new_id)
    group: str = ""
    undo_of: str = ""  # the group that this operation takes back
    at_us: int = 0  # the store sets it
    held: Assignment | None = None  # refused where the input is with another labeler by now than it was here

    @classmethod
    def of(
        cls,
        kind: str,
        changes: Iterable[Change],
        *,
        actor: str,
        task_id: str = "",
        input_id: str = "",
        op_id: str | None = None,
        group: str | None = None,
        held: Assignment | None = None,
    ) -> Operation | None:
        """Make an operation of the changes that say something; None when none does."""
        real = tuple(c for c in changes if c.says_something)
        if not real:
            return None
        op = op_id or new_id()
        return cls(kind, actor, real, task_id, input_id, op, group or op, held=held)


@dataclass(frozen=True)
class Event:
    """An operation as the journal has it: numbered in the order of commits.

    `moves` are what it did to inputs by the thousand, as rules, beside the changes of the operation.
    """

    rev: int
    operation: Operation
    moves: tuple[Moved, ...] = ()
