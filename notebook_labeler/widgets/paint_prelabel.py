"""What the pre-label widget is told to paint: pure functions from a `PrelabelState` to plain JSON values."""

from __future__ import annotations

from ..domain.prelabel import ALREADY, BEGUN, NOT_WAITING, NOTHING, NOTHING_NEW
from ..domain.records import FAILED, FINISHED, RUNNING, STOPPED
from ..runs import holder as holders
from ..runs.job import duration
from ..sessions.prelabel_state import LYING, NOBODY, PrelabelState
from .paint import Json, assist

REASONS = {
    NOTHING: "skipped: nothing found in the range",
    NOTHING_NEW: "skipped: what was found stands there already",
    BEGUN: "skipped: a person has begun them",
    ALREADY: "skipped: pre-labeled already",
    NOT_WAITING: "skipped: no longer waiting",
}


def view(state: PrelabelState) -> Json:
    """Give all that the widget shows beside the range and the mapping table."""
    model, notice, run = state.mapping.assist, state.mapping.notice, state.run
    return {
        "task": state.mapping.task_name,
        "model": model.model,
        "modelPhase": model.phase,
        "message": assist(state.mapping)["message"],
        "running": state.running,
        "state": state.phase,
        "phase": _phase(state),
        "start": "Continue" if state.continues else "Start",
        "why": state.why_not if not state.running else "",
        "line": _line(state),
        "hint": f"Pre-label {many(state.open, 'input')} with {model.model}",
        **_progress(state),
        "warned": None
        if state.warned is None
        else {
            "text": f"This run would take {state.warned.wanted:,}, but {state.warned.left:,} of this month's "
            f"{state.limit or 0:,} are left.",
            "first": f"Pre-label the first {state.warned.left:,}",
        },
        "counts": {"open": f"{state.open:,}", "marked": f"{state.marked:,}", "backlog": f"{state.backlog:,}"},
        "movable": bool(state.backlog) and state.aside is None,
        "limit": _limit(state),
        "totals": _totals(state),
        "failures": _failures(state),
        "failedWords": f"Why {many(run.failed if run else 0, 'input')} failed",
        "unlisted": _unlisted(state),
        "ran": "This run" if state.running else "Last run",
        "undoable": state.undoable and state.aside is None,
        "undo": _undo(state),
        "aside": _aside(state),
        "notice": None if notice is None else {"text": notice.text, "kind": notice.kind},
    }


def many(count: int, what: str) -> str:
    """Write a number of things.

    >>> many(1, "input"), many(1200, "input")
    ('1 input', '1,200 inputs')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _phase(state: PrelabelState) -> str:
    run = state.run
    if run is None or state.phase == NOBODY:
        return "" if state.why_not else f"{many(state.open, 'input')} would be looked at."
    if state.phase == RUNNING:
        return f"{run.by} pre-labels, in {holders.told(run.holder)}"
    if state.phase == LYING:
        return "The kernel of this run is gone. What it wrote is safe; continue with the rest."
    said = {STOPPED: run.message[:1].upper() + run.message[1:], FAILED: run.message, FINISHED: "Finished."}
    return said.get(state.phase, "")


def _line(state: PrelabelState) -> str:
    """Say beside the button how things stand; what is wrong with the model stands above already."""
    why = "" if state.running else state.why_not
    return why if why and why != state.mapping.assist.message else _phase(state)


def _progress(state: PrelabelState) -> Json:
    run = state.run
    if run is None or state.undone is not None:
        return {"share": None, "done": 0, "total": 0, "far": "", "pace": ""}
    share = state.done / run.total if run.total else 1.0
    pace = [f"{state.rate:,.1f} a second"] if state.rate else []
    pace += [f"{duration(state.left_s)} left"] if state.left_s and state.running else []
    far = f"{state.done:,} of {many(run.total, 'input')} · {run.labeled:,} labeled"
    far += f" · {run.failed:,} failed" if run.failed else ""
    return {"share": min(1.0, share), "done": state.done, "total": run.total, "far": far, "pace": " · ".join(pace)}


def _limit(state: PrelabelState) -> Json | None:
    if state.limit is None or state.left is None:
        return None
    share = min(1.0, state.used / state.limit) if state.limit else 1.0
    text = f"{state.used:,} of {state.limit:,} used this month (UTC) · {state.left:,} left"
    return {"text": text, "share": share, "out": state.left == 0}


def _totals(state: PrelabelState) -> list[Json]:
    totals, run = state.totals, state.run
    if totals is None or run is None or state.running:
        return []
    lines = [("labeled", totals.labeled, f"pre-labeled with {many(totals.labels, 'annotation')}")]
    lines += [(reason, count, REASONS.get(reason, reason)) for reason, count in totals.skipped.items()]
    if totals.failed:
        lines.append(("failed", totals.failed, "failed; the next start tries them again"))
    if state.undone is not None:
        lines.append(("undone", state.undone.inputs, f"undone: {state.undone}"))
    return [{"what": what, "number": f"{number:,}", "text": text} for what, number, text in lines]


def _failures(state: PrelabelState) -> list[Json]:
    return [{"id": one, "name": state.names[one], "why": why} for one, why in state.failed if one in state.names]


def _unlisted(state: PrelabelState) -> str:
    """Say where more failures are listed than the widget has room for."""
    failed = state.run.failed if state.run is not None else 0
    shown = len(state.names)
    return f"The first {shown:,} are shown; task.prelabel_failures() lists more." if failed > shown > 0 else ""


def _undo(state: PrelabelState) -> str:
    run = state.run
    if run is None:
        return ""
    return (
        f"Take back what this run wrote on {many(run.labeled, 'input')}, where nobody touched it? The month's limit "
        "stays charged, and these inputs are pre-labeled again only after the dataset was reconnected."
    )


def _aside(state: PrelabelState) -> str:
    if state.aside is None:
        return ""
    words = {"undo": "Taking back", "to_waiting": "Moving"}
    return f"{words.get(state.aside.what, state.aside.what)}… {state.aside.done:,} of {state.aside.total:,}"
