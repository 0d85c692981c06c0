"""What the task board's page is told to paint: pure functions from a `BoardState` to plain JSON values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..domain.names import name_key
from ..domain.status import IN_REVIEW, STATUSES
from ..errors import BadInput
from ..sessions.drafting import KINDS, Draft
from ..sessions.taskboard_state import BoardState, TaskLine

Json = dict[str, Any]

CHIPS = 12  # concepts and people painted per task; the others are counted
ALL_INPUTS = "All inputs"


def line(found: TaskLine) -> Json:
    """Give one task of the list."""
    settings, counts = found.settings, found.counts
    return {
        "key": found.task_id,
        "name": found.name,
        "status": found.status,
        "done": counts.done,
        "far": counts.approved if found.status == IN_REVIEW else counts.done,
        "inputs": counts.total,
        "counts": _counts(found),
        "dataset": found.dataset or (ALL_INPUTS if not settings.dataset else "?"),
        "all": not settings.dataset,
        "kind": settings.kind,
        "concepts": list(settings.concepts[:CHIPS]),
        "more": max(0, len(settings.concepts) - CHIPS),
        "labelers": list(settings.labelers[:CHIPS]),
        "others": max(0, len(settings.labelers) - CHIPS),
        "reviewers": list(settings.reviewers[:CHIPS]),
        "model": settings.model.removeprefix("python:") if (settings.assist or settings.auto) else "",
        "auto": settings.auto,
        "by": found.created_by,
        "noLabel": found.no_label,
        "noReview": found.no_review,
        "work": None
        if found.work is None
        else {"what": found.work.what, "done": found.work.done, "total": found.work.total},
    }


def _counts(found: TaskLine) -> str:
    """Say how many inputs are in which state."""
    counts = found.counts
    words = ("approved", "submitted", "rejected", "waiting", "skipped", "backlog", "unreadable")
    said = [f"{getattr(counts, word):,} {word}" for word in words if getattr(counts, word)]
    return ", ".join(said) or "no inputs"


SORTS: dict[str, Callable[[TaskLine], Any]] = {  # Any: whatever can be compared
    "created": lambda found: -found.created_us,
    "name": lambda found: name_key(found.name),
    "status": lambda found: (STATUSES.index(found.status), found.share),
    "dataset": lambda found: name_key(found.dataset or ALL_INPUTS),
    "kind": lambda found: KINDS.index(found.settings.kind),
    "concepts": lambda found: len(found.settings.concepts),
    "labelers": lambda found: (len(found.settings.labelers), [name_key(each) for each in found.settings.labelers]),
    "inputs": lambda found: found.counts.total,
    "model": lambda found: not (found.settings.assist or found.settings.auto),
}


def ordered(state: BoardState, search: str, sort: str, *, down: bool) -> list[TaskLine]:
    """Give the tasks that hold all words of a search, sorted; those of the same rank the newest first.

    Raises
    ------
    BadInput
        Nothing can be sorted by that.
    """
    if sort not in SORTS:
        raise BadInput(f"expected to sort by one of {', '.join(SORTS)}, got {sort!r:.40}; reload the page.")
    words = name_key(search).split()
    found = [each for each in state.lines if all(word in _text(each) for word in words)]
    found.sort(key=SORTS["created"])
    return sorted(found, key=SORTS[sort], reverse=down)


def _text(found: TaskLine) -> str:
    """Give all that a search looks at."""
    settings = found.settings
    parts = (found.name, found.status, found.dataset or ALL_INPUTS, settings.kind, found.task_id)
    return name_key("\n".join((*parts, *settings.concepts, *settings.labelers, *settings.reviewers))).replace("\n", " ")


def view(state: BoardState, revision: int) -> Json:
    """Give what stands around the lines; its revision tells the page to ask for them again."""
    notice, opened = state.notice, state.opened
    return {
        "project": state.project,
        "actor": state.actor,
        "total": len(state.lines),
        "inputs": state.inputs,
        "revision": revision,
        "opened": None if opened is None else {"what": opened.what, "task": opened.task_id, "name": opened.name},
        "notice": None if notice is None else {"number": notice.number, "text": notice.text, "kind": notice.kind},
    }


def form(state: BoardState) -> Json:
    """Give the form: what was typed, what is wrong, and what can be chosen; empty while it is closed."""
    shown = state.form
    if shown is None:
        return {}
    robots, draft = state.robots, shown.draft
    return {
        "number": shown.number,
        "task": shown.task_id,
        "title": "Edit task" if shown.task_id else "New labeling task",
        "draft": {name: list(v) if isinstance(v, tuple) else v for name, v in vars(draft).items()},
        "errors": dict(shown.errors),
        "preview": preview(draft, _inputs(state, draft, shown.task_id)),
        "fixed": list(_fixed(state, shown.task_id)),
        "robots": {
            "phase": robots.phase,
            "message": robots.message,
            "covered": sorted(robots.covered),
            "labels": len(robots.labels),
        },
    }


def choices(state: BoardState) -> Json:
    """Give what can be chosen in the form."""
    return {
        "datasets": [{"id": each.dataset_id, "value": each.name, "inputs": each.inputs} for each in state.datasets],
        "concepts": list(state.concepts),
        "people": list(state.people),
    }


def _fixed(state: BoardState, task_id: str) -> tuple[str, ...]:
    """Give the keys of concepts that a task has already: they cannot be taken away."""
    found = state.line(task_id)
    return () if found is None else tuple(name_key(each) for each in found.settings.concepts)


def _inputs(state: BoardState, draft: Draft, task_id: str) -> int:
    """Give how many inputs the form is about."""
    found = state.line(task_id)
    if found is not None:
        return found.counts.total
    chosen = next((each.inputs for each in state.datasets if each.dataset_id == draft.dataset), state.inputs)
    return state.inputs if draft.new_dataset else chosen


def preview(draft: Draft, inputs: int) -> str:
    """Say who will have how much to do.

    >>> preview(Draft(labelers=("a", "b", "c", "d"), reviewers=("e", "f")), 120)
    '120 inputs, 4 labelers: 30 each; 2 reviewers: 60 each.'
    >>> preview(Draft(labelers=("a", "b"), percent=10), 7)
    '7 inputs, 2 labelers: 3 or 4 each; no review; about 1 input gets 2 opinions.'
    >>> preview(Draft(), 1)
    '1 input, labeled by anybody; no review.'
    """
    said = [f"{_many(inputs, 'input')}, labeled by anybody"]
    if draft.labelers:
        said = [f"{_many(inputs, 'input')}, {_dealt(len(draft.labelers), 'labeler', inputs)}"]
    said.append(_dealt(len(draft.reviewers), "reviewer", inputs) if draft.reviewers else "no review")
    second = round(inputs * min(100.0, max(0.0, draft.percent)) / 100)
    if second:
        these = f"{_nearly(draft.percent)}{_many(second, 'input')}"
        said.append(f"{these} {'gets' if second == 1 else 'get'} {draft.opinions} opinions")
    return f"{'; '.join(said)}."


def _nearly(percent: float) -> str:
    return "" if percent >= 100 else "about "  # they are chosen by their ids, so that later inputs change nothing


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _dealt(people: int, what: str, inputs: int) -> str:
    fewest, over = divmod(inputs, people)
    each = f"{fewest:,} or {fewest + 1:,}" if over else f"{fewest:,}"
    return f"{_many(people, what)}: {each} each" if people > 1 else f"{_many(people, what)}: all of them"
