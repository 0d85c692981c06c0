"""What a review changes: pure functions from what is on the desk to the approval or the rejection of an input."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from ..errors import BadInput
from .assignments import APPROVED, REJECTED, SUBMITTED, moved
from .labeling import Desk, Scene, confirmed
from .names import digest, named, namesake
from .operations import Change
from .records import Assignment
from .tasks import TaskSettings

APPROVE, REJECT = "approve", "reject"  # kinds of operations
TO_REVIEW = frozenset({SUBMITTED})
HANDED_IN = frozenset({SUBMITTED, APPROVED, REJECTED})  # what a reviewer sees of their share
MOST_COMMENT = 2000  # characters


def approve(desk: Desk) -> list[Change]:
    """Agree with what stands on the input, as the labeler left it or after fixing it; a comment is cleared.

    What is pending there stands from now on: an import may have handed it in so.

    Raises
    ------
    BadInput
        It was not handed in, or is another reviewer's.
    """
    return [*confirmed(desk, desk.scene.active, via="approved"), *_judged(desk, APPROVED, "")]


def reject(desk: Desk, comment: str) -> list[Change]:
    """Send the input back to its labeler, who reads why.

    Raises
    ------
    BadInput
        The comment is empty, no text or too long; the input was not handed in, or is another reviewer's.
    """
    return _judged(desk, REJECTED, clean_comment(comment))


def clean_comment(comment: object) -> str:
    r"""Give a comment as it is kept: blanks around it gone, control characters too, line breaks as ``\n``.

    Raises
    ------
    BadInput
        Not text, empty, or longer than 2,000 characters.

    Examples
    --------
    >>> clean_comment("  box too wide ")
    'box too wide'
    """
    if not isinstance(comment, str):
        raise BadInput(f"expected a comment as text, got {type(comment).__name__}; say what is to be mended.")
    lines = "\n".join(unicodedata.normalize("NFC", comment).splitlines())
    kept = (c for c in lines.replace("\t", " ") if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    text = "".join(kept).strip()
    if not text:
        raise BadInput("expected a comment that tells the labeler what to mend, got an empty one; type a few words.")
    if len(text) > MOST_COMMENT:
        raise BadInput(f"expected a comment of at most {MOST_COMMENT:,} characters, got {len(text):,}; shorten it.")
    return text


def reviews(person: str, settings: TaskSettings) -> bool:
    """Whether a person reviews in a task: anybody does where no reviewers are named."""
    return not settings.reviewers or person in settings.reviewers


def whose(person: str, settings: TaskSettings, known: Collection[str] = ()) -> tuple[str, ...] | None:
    """Give the reviewers' names under which a person's share lies; None: all inputs are theirs.

    Beside their own these are the inputs of nobody, and of those who review no longer.

    Parameters
    ----------
    person
        Who reviews.
    settings
        The task's.
    known
        The names that the task's inputs are under.

    Examples
    --------
    >>> whose("ben", TaskSettings(reviewers=("ben", "cem")), {"ben", "cem", "gone"})
    ('ben', '', 'gone')
    """
    if not settings.reviewers:
        return None
    gone = sorted(name for name in known if name and name not in settings.reviewers)
    return tuple(dict.fromkeys((person, "", *gone)))


def seen(scene: Scene) -> str:
    """Give a short text that tells whether an input is as it was when somebody looked at it.

    It changes with whatever a reviewer judges: the labels, and where the input stands. It does not with sharing out.
    """
    assignment = scene.assignment
    labels = (f"{a.annotation_id}:{a.version}" for a in scene.active)
    return digest(assignment.input_id, assignment.state, assignment.comment, *sorted(labels))


def _judged(desk: Desk, state: str, comment: str) -> list[Change]:
    assignment = desk.scene.assignment
    _may(desk.actor, assignment, desk.settings)
    if assignment.state not in HANDED_IN:
        raise BadInput(f"expected an input that was handed in, got one that is {assignment.state}; go on to the next.")
    after = moved(assignment, state)
    if after.state == assignment.state and assignment.comment == comment:
        return []
    said = {"state": state, "comment": comment, "reviewer": desk.actor}
    return [Change(assignment, assignment.changed(**said))]


def _may(person: str, assignment: Assignment, settings: TaskSettings) -> None:
    """Refuse to judge what is another's to judge."""
    names = whose(person, settings, {assignment.reviewer})
    if not reviews(person, settings):
        raise BadInput(not_a_reviewer(person, settings))
    if names is not None and assignment.reviewer not in names:
        raise BadInput(f"expected an input of {person}'s share, got one of {assignment.reviewer}'s; go on to the next.")


def not_a_reviewer(person: str, settings: TaskSettings) -> str:
    """Give the sentence for somebody who does not review in a task."""
    among, twin = settings.reviewers, namesake(person, settings.reviewers)
    what = f"expected one of the task's reviewers ({named(among)}), got {person!r:.80}"
    if twin:
        return f"{what}; if {twin!r:.60} is you, open the project under that name (actor={twin!r:.60})."
    return (
        f"{what}; to review too, have {person!r:.60} added to its reviewers (Edit on the board, or "
        f"task.share_out(reviewers=[*task.settings.reviewers, {person!r:.60}])), or open the project as one of them "
        f"(actor={among[0]!r:.60})."
    )
