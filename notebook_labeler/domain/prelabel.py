"""What a pre-label run writes on one input, or why it leaves the input alone; and what undoing the run takes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from .assignments import WAITING
from .concept_map import Suggestion
from .labeling import Desk, Scene, clear, ensure_concept, made_label, made_object, merged, put
from .operations import Change
from .records import MODEL, PENDING, Annotation, Prelabel
from .tasks import SINGLE

VIA = "prelabel"
NOT_WAITING, ALREADY, BEGUN = "not waiting", "pre-labeled already", "begun by a person"
NOTHING, NOTHING_NEW = "nothing found", "nothing new"


@dataclass(frozen=True)
class Order:
    """What a run is told: its id, the range of probabilities (both ends inclusive), and the month that is charged."""

    run_id: str
    low: float
    high: float
    month: str
    model: str = ""  # as people call it

    def takes(self, suggestion: Suggestion) -> bool:
        """Whether a suggestion is in range, and means one concept."""
        return self.low <= suggestion.score <= self.high and not suggestion.ambiguous


@dataclass(frozen=True)
class Outcome:
    """What comes of one input: changes with so many labels, or the `reason` why there are none."""

    changes: tuple[Change, ...] = ()
    labels: int = 0
    reason: str = ""


def month_of(us: int) -> str:
    """Give the month of a moment, UTC.

    >>> month_of(0)
    '1970-01'
    """
    return f"{datetime.fromtimestamp(us / 1e6, UTC):%Y-%m}"


def obstacle(scene: Scene, connection: int) -> str:
    """Say why a run leaves an input alone, whatever the model says of it; empty where it may write.

    Whatever a person did there makes the input theirs, also what they took back.
    """
    if scene.assignment.state != WAITING or scene.assignment.deleted:
        return NOT_WAITING
    if scene.prelabel is not None and scene.prelabel.connection >= connection:
        return ALREADY
    if scene.verdicts or not all(untouched(a) for a in scene.annotations):
        return BEGUN
    return ""


def untouched(annotation: Annotation) -> bool:
    """Whether a run wrote an annotation and no person has said a word to it since (undoing the run is no word)."""
    return annotation.via == VIA and annotation.status == PENDING and not annotation.labeler


def prelabel(desk: Desk, suggestions: Iterable[Suggestion], order: Order) -> Outcome:
    """Give what a run writes on an input: a pending annotation per suggestion in range, and the mark that is charged.

    Ambiguous suggestions are left out, and what stands already (from a run before). A single-choice task takes the
    likeliest one.

    Parameters
    ----------
    desk
        The input. Its actor is who started the run; the annotations are nobody's until a person accepts them.
    suggestions
        What the model proposes, the likeliest first.
    order
        What the run is told.
    """
    connection = desk.settings.connection
    reason = obstacle(desk.scene, connection)
    if reason:
        return Outcome(reason=reason)
    suggestions = tuple(suggestions)
    chosen = [s for s in desk.unanswered(suggestions) if order.takes(s)]
    if desk.settings.choice == SINGLE:
        chosen = [] if desk.scene.active else chosen[:1]
    if not chosen:
        return Outcome(reason=NOTHING_NEW if any(map(order.takes, suggestions)) else NOTHING)
    nobody = replace(desk, actor="")
    made = {a.key: a for a in (_pending(nobody, s, order) for s in chosen)}
    changes = [c for s in chosen for c in ensure_concept(desk, s.concept)]
    changes += [put(desk.scene.found(a.annotation_id), a) for a in made.values()]
    mark = Prelabel(
        task_id=desk.task_id,
        connection=connection,
        input_id=desk.input_id,
        run_id=order.run_id,
        month=order.month,
        labels=len(made),
        model=order.model,
    )
    return Outcome((*merged(changes), Change(None, mark)), len(made))


def taken_back(scene: Scene, mark: Prelabel) -> list[Change]:
    """Give what undoing a run changes on an input: what it wrote there goes, where nobody has touched it.

    The mark stays, and with it the charge: the model has done its work. What a run writes on an input, mark and all, it
    writes at one moment, by which its annotations are known.
    """
    own = [a for a in scene.active if untouched(a) and a.updated_us == mark.updated_us]
    return [*map(clear, own), Change(mark, mark.changed(undone=True))]


def _pending(desk: Desk, suggestion: Suggestion, order: Order) -> Annotation:
    said: dict[str, Any] = {  # Any: values of fields of Annotation
        "status": PENDING,
        "origin": MODEL,
        "via": VIA,
        "original": suggestion.original,
        "model": suggestion.model,
        "model_concept": suggestion.sources[0] if suggestion.sources else suggestion.concept,
        "score": suggestion.score,
        "threshold_low": order.low,
        "threshold_high": order.high,
    }
    if suggestion.region is None:
        return made_label(desk, suggestion.concept, **said)
    return made_object(desk, suggestion.concept, suggestion.region, desk.object_id(suggestion), **said)
