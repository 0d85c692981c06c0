"""How far a task is, in a word, and why it can or cannot be labeled or reviewed just now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .names import named, namesake

NO_INPUTS, NEW, LABELING, IN_REVIEW, COMPLETE = "No inputs", "New", "Labeling", "In review", "Complete"
STATUSES = (NO_INPUTS, NEW, LABELING, IN_REVIEW, COMPLETE)  # in the order in which a task goes through them


class Counts(Protocol):
    """How many inputs of a task are in which state (`store.queue.Progress`)."""

    @property
    def total(self) -> int:
        """All of them, those that cannot be opened too."""

    @property
    def unreadable(self) -> int:
        """Cannot be opened."""

    @property
    def backlog(self) -> int:
        """Put off: nobody is asked for them yet."""

    @property
    def waiting(self) -> int:
        """Nobody has labeled them."""

    @property
    def skipped(self) -> int:
        """Put aside by a labeler."""

    @property
    def submitted(self) -> int:
        """Handed in."""

    @property
    def approved(self) -> int:
        """Handed in, and a reviewer agrees."""

    @property
    def rejected(self) -> int:
        """Sent back by a reviewer."""


def status(counts: Counts, *, reviewed: bool) -> str:
    """Give the status of a task; `reviewed` says that it has reviewers.

    Complete is a task of which nothing is waiting any more and, where it is reviewed, everything handed in is approved.
    What was put off, skipped or cannot be opened keeps nobody waiting.
    """
    if counts.total == counts.unreadable:
        return NO_INPUTS
    if not counts.skipped + counts.submitted + counts.approved + counts.rejected:
        return NEW
    if counts.waiting:
        return LABELING
    if reviewed and counts.submitted + counts.rejected:
        return IN_REVIEW
    return LABELING if counts.rejected else COMPLETE


def done_share(counts: Counts, *, reviewed: bool) -> float:
    """Give how much of a task is done, 0 to 1: an input under review counts half."""
    inputs = counts.total - counts.unreadable
    if not inputs:
        return 0.0
    return (counts.approved + counts.submitted * (0.5 if reviewed else 1.0)) / inputs


def why_no_labeling(counts: Counts) -> str:
    """Say why nothing can be labeled; empty where something is waiting, or was sent back."""
    if counts.waiting + counts.rejected:
        return ""
    if counts.total == counts.unreadable:
        return "The task has no inputs yet." if not counts.total else "None of its inputs can be opened."
    if counts.backlog and not counts.submitted + counts.approved + counts.skipped:
        return "All inputs are in the backlog."
    return "Everything is labeled." if not counts.skipped else f"Nothing is left but {counts.skipped:,} skipped."


def why_no_review(counts: Counts) -> str:
    """Say why nothing can be reviewed; empty once nothing is waiting any more and something was handed in."""
    if counts.waiting:
        return f"{counts.waiting:,} {'input waits' if counts.waiting == 1 else 'inputs wait'} to be labeled first."
    if counts.submitted:
        return ""
    return "Everything is reviewed." if counts.approved else "Nothing was handed in yet."


def why_not_mine(person: str, people: Sequence[str], left: int, others: int, *, verb: str) -> str:
    """Say why somebody has nothing to label (or review) where work is shared out; empty where they have, or it is not.

    Parameters
    ----------
    person
        Who asks.
    people
        Among whom it is shared out.
    left
        How many inputs wait for them.
    others
        How many wait for anybody.
    verb
        What is asked: ``label`` or ``review``.

    Examples
    --------
    >>> why_not_mine("ana", ["ben", "cleo"], 0, 12, verb="label")
    'It is for ben and cleo to label.'
    >>> why_not_mine("ana", ["Ana", "ben"], 0, 12, verb="label")
    "It is for Ana and ben to label; you work as 'ana'."
    >>> why_not_mine("ana", ["ana", "ben"], 0, 12, verb="review")
    'Nothing of your share is left to review; 12 inputs are with others.'
    """
    if not people or left:
        return ""
    if person not in people:
        spelled = f"; you work as {person!r:.60}" if namesake(person, people) else ""
        return f"It is for {named(people)} to {verb}{spelled}."
    rest = f"; {others:,} {'input is' if others == 1 else 'inputs are'} with others" if others else ""
    return f"Nothing of your share is left to {verb}{rest}."
