"""What the front end is told to paint: pure functions from a `LabelState` to plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from ..domain.assignments import REJECTED
from ..domain.concept_map import Link, Match
from ..domain.label_mapping import PLURAL, fillable
from ..domain.records import HYPERNYM, HYPONYM, SYNONYM, Prelabel
from ..domain.rows import SUGGESTED, Row, counted
from ..domain.shares import may_label
from ..domain.tasks import SINGLE
from ..sessions.state import CANCELLED, FAILED, LOADING, PREDICTING, READY, LabelState, MappingLine

Json = dict[str, Any]

RELATION_WORDS = {SYNONYM: "same", HYPONYM: "kind of it", HYPERNYM: "more general"}
SOURCE_WORDS = {"automatic": "found by itself", "editor": "set by hand", "rename": "learnt from a rename"}
MOST_SUGGESTIONS = 300  # painted at once; a model of 22,000 concepts may suggest them all
RECOMMENDED = 12  # recommendations painted per concept


def two_digits(score: float) -> str:
    """Write a probability with two digits, rounded down, so that 0.899 is never shown as 0.90.

    >>> two_digits(0.899), two_digits(0.29), two_digits(1)
    ('0.89', '0.29', '1.00')
    """
    return str(Decimal(repr(float(score))).quantize(Decimal("0.01"), ROUND_FLOOR))


def row(found: Row, model_names: Mapping[str, str]) -> Json:
    """Give one row of the Classifications pane."""
    models = list(dict.fromkeys(model_names.get(m, m) for m in found.models))
    return {
        "key": found.concept_key,
        "concept": found.concept,
        "original": found.original or "",
        "state": found.state,
        "number": "" if found.score is None else two_digits(found.score),
        "share": None if found.score is None else round(found.score, 4),
        "ambiguous": found.ambiguous,
        "passing": found.passing,
        "people": list(found.people),
        "models": models,
        "sources": [s for s in found.sources if s != found.concept],
        "hotkey": found.hotkey,
    }


def model_names(state: LabelState) -> dict[str, str]:
    """Give what people call the models whose keys stand on labels: the one at work, and the one that went ahead."""
    names = {state.assist.key: state.assist.model} if state.assist.key else {}
    mark = state.desk.scene.prelabel if state.desk else None
    if state.desk is not None and mark is not None and mark.model:
        unknown = {a.model for a in state.desk.scene.active if a.model} - names.keys()
        if len(unknown) == 1:
            names[unknown.pop()] = mark.model
    return names


def pane_rows(state: LabelState) -> list[Json]:
    """Give the rows of the Classifications pane, in the order in which they stand; of suggestions the first ones."""
    names = model_names(state)
    painted, suggested = [], 0
    for found in state.rows:
        suggested += found.state == SUGGESTED
        if found.state != SUGGESTED or suggested <= MOST_SUGGESTIONS:
            painted.append(row(found, names))
    return painted


def pane(state: LabelState) -> Json:
    """Give what the Classifications pane shows beside its rows."""
    found = state.rows
    return {
        "input": state.input.input_id if state.input else "",
        "title": f"Classifications ({counted(found)})",
        "search": state.lens.search,
        "single": state.settings.choice == SINGLE,
        "empty": _empty(state, bool(found)) or _more(sum(r.state == SUGGESTED for r in found) - MOST_SUGGESTIONS),
    }


def _more(count: int) -> str:
    """Say how many suggestions are left out of the list."""
    return f"{count:,} more suggestions are not listed; raise the range or search." if count > 0 else ""


def _empty(state: LabelState, any_rows: bool) -> str:
    """Say why there is no row."""
    if any_rows:
        return ""
    if state.input is None:
        return "There is no input to label."
    if state.lens.search:
        return "No annotation or suggestion matches the search."
    if state.assist.waiting:
        return "Waiting for the model. You can label by hand meanwhile."
    return "Nothing here yet. Add a concept below."


def header(state: LabelState, *, trouble: str = "") -> Json:
    """Give the header: which input, how far, what undo would take back, whether all is saved.

    `trouble` is the traceback behind the notice, where there is one.
    """
    progress, notice = state.progress, state.notice
    return {
        "task": state.task_name,
        "input": state.input.input_id if state.input else "",
        "name": (state.input.name or state.input.uri) if state.input else "",
        "title": state.input.uri if state.input else "",
        "position": state.rank + 1 if state.desk is not None and may_label(state.desk) else 0,
        "total": progress.total,
        "done": progress.done,
        "left": progress.left,
        "skipped": progress.skipped,
        "unreadable": progress.unreadable,
        "rate": progress.per_minute,
        "submitted": state.submitted,
        "sent_back": sent_back(state),
        "prelabeled": clipboard(state.desk.scene.prelabel, state.settings.connection) if state.desk else "",
        "finished": state.input is None,
        "saving": state.saving.phase,
        "why": state.saving.message,
        "away": state.away,
        "notice": None if notice is None else {"number": notice.number, "text": notice.text, "kind": notice.kind},
        "undo": None if state.undo is None else state.undo.replace("_", " "),
        "redo": None if state.redo is None else state.redo.replace("_", " "),
        "instructions": state.settings.instructions,
        "markdown": state.settings.markdown,
        "objects": state.settings.objects,
        "trouble": trouble,
    }


def clipboard(mark: Prelabel | None, connection: int) -> str:
    """Give the words of the clipboard of an input; empty where no run has written to it since it was connected.

    >>> clipboard(Prelabel(task_id="t", input_id="i", model="toys", updated_us=1795219200_000000), 1)
    'Pre-labeled by toys, run of 2026-11-21'
    """
    if mark is None or mark.undone or mark.connection != connection:
        return ""
    day = f"{datetime.fromtimestamp(mark.updated_us / 1e6, UTC):%Y-%m-%d}"
    return f"Pre-labeled by {mark.model or 'a model'}, run of {day}"


def sent_back(state: LabelState) -> Json | None:
    """Give who sent the input at hand back, and why; None where nobody did, or it is handed in again."""
    assignment = state.desk.scene.assignment if state.desk else None
    if assignment is None or assignment.state != REJECTED:
        return None
    return {"by": assignment.reviewer, "comment": assignment.comment}


def assist(state: LabelState, *, offer: bool = False) -> Json:
    """Give the head of the AI Assist section: which model, and how it is doing.

    `offer` says that a model is to be chosen before assistance can be on.
    """
    return {
        "on": state.assist.on,
        "offer": offer,
        "input": state.input.input_id if state.input else "",
        "model": state.assist.model,
        "phase": state.assist.phase,
        "message": state.assist.message or _phase_sentence(state),
        "waiting": state.assist.waiting,
    }


def bulk(state: LabelState, *, job: tuple[int, int] | None = None) -> Json:
    """Give what the accept-all buttons show; `job` is how far accepting on many inputs is, while it goes on.

    Without assistance they are there for what runs left pending.
    """
    helped, left = state.assist.on, state.progress.left
    scores = f"scores {two_digits(state.lens.low)} to {two_digits(state.lens.high)}"
    pending = "what model runs left pending" + (" and the search shows" if state.lens.search else "")
    marked = state.desk is not None and clipboard(state.desk.scene.prelabel, state.settings.connection)
    return {
        "shown": helped or bool(state.awaiting or marked or job),
        "one": "Accept all that range and search show (A)" if helped else f"Accept {pending} here (A)",
        "many": f"Accept {'what range and search show' if helped else pending} on every input that is left",
        "question": f"Accept what {scores} on all {left:,} inputs left?"
        if helped
        else f"Accept {pending} on all {left:,} open inputs?",
        "input": state.input.input_id if state.input else "",
        "acceptable": _acceptable(state),
        "left": state.progress.left,
        "ready": not helped or state.assist.vocabulary is not None,
        "job": None if job is None else {"done": job[0], "total": job[1]},
    }


def _acceptable(state: LabelState) -> int:
    """Give how many labels or objects accept-all makes; where an input takes a single concept, one."""
    count = len(state.acceptable) + len(state.awaiting)
    return min(count, 1) if state.settings.choice == SINGLE else count


def _phase_sentence(state: LabelState) -> str:
    """Say how the model is doing when the session says nothing of its own."""
    if not state.assist.model:
        return "Choose a model to get suggestions."
    vocabulary = state.assist.vocabulary
    return {
        LOADING: "is being loaded…",
        PREDICTING: "is predicting…",
        READY: f"ready, knows {len(vocabulary):,} concepts" if vocabulary else "ready",
        FAILED: "cannot be used",
        CANCELLED: "was cancelled",
    }.get(state.assist.phase, "")


def mapping(state: LabelState, *, begin: str = "Turn AI Assist on and choose a model") -> Json:
    """Give the Concept mapping tab: what feeds which concept, and what is recommended; `begin`: how to get there."""
    vocabulary = state.assist.vocabulary
    first = "Choose another model" if state.assist.phase == FAILED else begin
    loading = "The model is being loaded. Its concepts appear here as soon as it is ready."
    return {
        "model": state.assist.model,
        "vocabulary": len(vocabulary) if vocabulary else 0,
        "mapped": [_line(line, state) for line in state.mapping if line.mapped],
        "unmapped": [_line(line, state) for line in state.mapping if not line.mapped],
        "waiting": state.assist.waiting,
        "nothing": loading if state.assist.waiting else f"{first}; its concepts are then related to yours here.",
        "recommended": len(recommended(state)),
    }


def unfillable(state: LabelState, geometry: str) -> str:
    """Say why the model cannot fill a geometry; nothing where it can."""
    vocabulary = state.assist.vocabulary
    if vocabulary is None or geometry in fillable(vocabulary.shapes | state.assist.on_demand):
        return ""
    gives = " and ".join(PLURAL.get(shape, shape) for shape in sorted(vocabulary.shapes))
    return f"{state.assist.model} gives {gives}, no {PLURAL[geometry]}"


def unfit(state: LabelState, concept: str) -> str:
    """Say why the model can suggest nothing of a concept, however it is mapped; nothing where it can."""
    return unfillable(state, state.settings.geometry_of(concept))


def recommended(state: LabelState) -> list[Match]:
    """Give what "Map all" maps: of every unmapped concept the first recommendation, or all kinds of it.

    A car alone does not make a vehicle: kinds belong together. What the model cannot fill is left out.
    """
    found: list[Match] = []
    for line in state.mapping:
        if line.mapped or not line.recommended or unfit(state, line.concept):
            continue
        first = line.recommended[0]
        kinds = [m for m in line.recommended[:RECOMMENDED] if m.relation == HYPONYM]
        found += kinds if first.relation == HYPONYM else [first]
    return found


def _line(line: MappingLine, state: LabelState) -> Json:
    return {
        "concept": line.concept,
        "unfit": unfit(state, line.concept),
        "links": [_link(link) for link in line.links],
        "recommended": [
            {"other": m.other, "relation": m.relation, "reason": m.reason} for m in line.recommended[:RECOMMENDED]
        ],
    }


def _link(link: Link) -> Json:
    return {
        "other": link.other,
        "relation": link.relation,
        "word": RELATION_WORDS.get(link.relation, link.relation),
        "source": link.reason or SOURCE_WORDS.get(link.source, link.source),
    }
