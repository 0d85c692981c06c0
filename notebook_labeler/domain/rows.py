"""What the Classifications pane shows: one row per concept, derived from what is kept and what is suggested."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .concept_map import Suggestion
from .labeling import Desk, passes
from .names import name_key
from .records import DISMISSED, PENDING, Annotation

ACCEPTED, SUGGESTED, CHOICE, AWAITING = "accepted", "suggested", "choice", "pending"
HOTKEYS = tuple("1234567890") + tuple(f"⇧{k}" for k in "1234567890")


@dataclass(frozen=True)
class Row:
    """One concept in the pane.

    `state` is ``accepted`` (a label), ``suggested``, ``pending`` (a run or workflow wrote it and waits for a person) or
    ``choice`` (a concept of the task that nobody has proposed). `passing` is green: it is added on submit.
    """

    concept: str
    concept_key: str
    state: str
    score: float | None = None
    original: str | None = None
    sources: tuple[str, ...] = ()
    ambiguous: bool = False
    passing: bool = False
    people: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    hotkey: str = ""
    suggestion: Suggestion | None = None


@dataclass(frozen=True)
class Lens:
    """What of it a person wants to see: a probability range, both ends inclusive, and a search text."""

    low: float = 0.0
    high: float = 1.0
    search: str = ""

    def shows(self, suggestion: Suggestion) -> bool:
        """Whether a suggestion is inside range and search."""
        return self.low <= suggestion.score <= self.high and self.finds(suggestion.concept, *suggestion.sources)

    def finds(self, *names: str) -> bool:
        """Whether the search text is in one of the names."""
        wanted = name_key(self.search)
        return not wanted or any(wanted in name_key(name) for name in names)


def shown(desk: Desk, suggestions: Iterable[Suggestion], lens: Lens) -> tuple[Suggestion, ...]:
    """Give the suggestions that range and search show: those that accept-all speaks of."""
    return tuple(
        s for s in desk.unanswered(suggestions) if lens.shows(s) and desk.scene.verdict(s.suggestion_id) != DISMISSED
    )


def awaiting(desk: Desk, lens: Lens, hidden: Collection[str] = frozenset()) -> tuple[Annotation, ...]:
    """Give the pending annotations that range and search show; those without a probability whatever the range."""
    return tuple(
        a
        for a in desk.scene.active
        if a.status == PENDING
        and (a.score is None or lens.low <= a.score <= lens.high)
        and lens.finds(a.concept, a.original or "")
        and not {a.concept_key, a.annotation_id} & set(hidden)
    )


def rows(desk: Desk, suggestions: Iterable[Suggestion], lens: Lens, *, choices: bool = True) -> tuple[Row, ...]:
    """Give the rows of the pane.

    Those with a probability come first, highest first, accepted or not, so that a row keeps its place (and its
    hotkey) when it is checked; then the others in the task's order.
    """
    proposed = {s.concept_key: s for s in suggestions}
    open_keys = {s.concept_key for s in shown(desk, proposed.values(), lens)}
    found: list[Row] = []
    for key in dict.fromkeys([a.concept_key for a in desk.scene.active] + list(proposed)):
        standing = desk.scene.of(key)
        suggestion = proposed.get(key)
        if not standing and key not in open_keys:
            continue
        concept = standing[0].concept if standing else proposed[key].concept
        if standing and not lens.finds(concept, *(a.original or "" for a in standing)):
            continue
        scores = [a.score for a in standing if a.score is not None]
        score = suggestion.score if suggestion else (max(scores) if scores else None)
        models = dict.fromkeys([a.model for a in standing if a.model] + ([suggestion.model] if suggestion else []))
        pending = bool(standing) and all(a.status == PENDING for a in standing)
        found.append(
            Row(
                concept=concept,
                concept_key=key,
                state=AWAITING if pending else ACCEPTED if standing else SUGGESTED,
                score=score,
                original=next((a.original for a in standing if a.original), None)
                if standing
                else proposed[key].original,
                sources=suggestion.sources if suggestion else (),
                ambiguous=not standing and suggestion is not None and suggestion.ambiguous,
                passing=not standing and suggestion is not None and passes(desk, suggestion),
                people=tuple(dict.fromkeys(a.labeler for a in standing if a.labeler)),
                models=tuple(models),
                suggestion=suggestion,
            )
        )
    order = {name_key(c): i for i, c in enumerate(desk.settings.concepts)}
    taken = {row.concept_key for row in found}
    if choices:
        found += [
            Row(concept, key, CHOICE)
            for concept, key in ((desk.known(c), name_key(c)) for c in desk.settings.concepts)
            if key not in taken and lens.finds(concept)
        ]
    found.sort(key=lambda r: (r.score is None, -(r.score or 0.0), order.get(r.concept_key, len(order)), r.concept_key))
    return tuple(
        Row(**{**row.__dict__, "hotkey": HOTKEYS[i]}) if i < len(HOTKEYS) else row for i, row in enumerate(found)
    )


def counted(found: Iterable[Row]) -> int:
    """How many rows are labels or suggestions: the number in "Classifications (9)"."""
    return sum(row.state != CHOICE for row in found)
