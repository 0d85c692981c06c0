"""Whose an input is to label where a task is shared out: who may change its labels, and what others are told."""

from __future__ import annotations

from .labeling import Desk
from .names import named, namesake
from .tasks import TaskSettings


def may_label(desk: Desk) -> bool:
    """Whether the labels of the input on the desk are this person's to change.

    They are everybody's where the task has no labelers; else of who has the input, and what nobody has yet is for any
    of the labelers. (Reviewers fix by another rule: see `reviewing`.)
    """
    among, whose = desk.settings.labelers, desk.scene.assignment.labeler
    return not among or whose == desk.actor or (not whose and desk.actor in among)


def not_yours(desk: Desk, name: str) -> str:
    """Give the sentence for who wants to change labels of an input that is not theirs; `name` is its name, quoted."""
    whose, among = desk.scene.assignment.labeler, desk.settings.labelers
    got = f"which is {whose}'s to label" if whose else f"which is for {named(among)} to label"
    then = "go on to one of yours" if desk.actor in among else what_else(desk.actor, desk.settings)
    return f"expected an input of {desk.actor}'s, got {name}, {got}; nothing was written; {then}."


def no_share(person: str, settings: TaskSettings) -> str:
    """Give the sentence for who opens a task that is shared out and has no inputs in it.

    Examples
    --------
    >>> no_share("ana", TaskSettings(labelers=("ana", "ben")))
    'Nothing of this task is with ana yet; what is shared out to ana will be shown here.'
    >>> no_share("eva", TaskSettings(labelers=("ana", "ben"), reviewers=("eva",)))
    'This task is for ana and ben to label; eva reviews it: open task.review().'
    """
    if person in settings.labelers:
        return f"Nothing of this task is with {person} yet; what is shared out to {person} will be shown here."
    return f"This task is for {named(settings.labelers)} to label; {what_else(person, settings)}."


def what_else(person: str, settings: TaskSettings) -> str:
    """Say what somebody can do with a task of which they are no labeler."""
    if person in settings.reviewers:
        return f"{person} reviews it: open task.review()"
    if twin := namesake(person, settings.labelers):
        return f"if {twin!r:.60} is you, open the project under that name (actor={twin!r:.60})"
    return (
        f"to label too, have {person!r:.60} added to its labelers (Edit on the board, or "
        f"task.share_out([*task.settings.labelers, {person!r:.60}])), or open the project as one of them "
        f"(actor={settings.labelers[0]!r:.60})"
    )
