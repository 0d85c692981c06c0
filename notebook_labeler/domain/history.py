"""What happened to an input, told in sentences: "ana added car (2)", "ben rejected: box too wide"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .operations import Event, Operation
from .records import PENDING, Annotation, Assignment, Verdict
from .reviewing import APPROVE, REJECT

SUBMIT, UNDO, REDO = "submit", "undo", "redo"
PAUSE_US = 10 * 60 * 1_000_000  # what one does without such a pause is one line
MOST_NAMES = 6  # concepts named in a line
_WORDS = {SUBMIT: "submitted", APPROVE: "approved", "skip": "skipped", "reopen": "took it back"}


@dataclass(frozen=True)
class Told:
    """One line: who, what, when (microseconds since 1970, UTC). `kind` is the operation's."""

    at_us: int
    actor: str
    text: str
    kind: str
    did: tuple[tuple[str, str, int], ...] = ()  # verb, concept, how often

    @property
    def sentence(self) -> str:
        """The line in one piece: ``ana submitted``."""
        return f"{self.actor} {self.text}".strip()


def told(events: Iterable[Event]) -> tuple[Told, ...]:
    """Tell the events of an input, in their order; steps of one person at the same thing are one line."""
    kinds: dict[str, str] = {}
    lines: list[Told] = []
    for event in filter(counts, events):
        done = event.operation
        kinds.setdefault(done.group, done.kind)
        line = _line(done, kinds)
        if line is None:
            continue
        last = lines[-1] if lines else None
        if last is not None and _together(last, line):
            did = _counted([*last.did, *line.did])
            lines[-1] = replace(last, at_us=line.at_us, text=_labels(did), did=did)
        else:
            lines.append(line)
    return tuple(lines)


def counts(event: Event) -> bool:
    """Whether an event is about the labels that count: somebody's second opinion is nobody else's business."""
    about = [c.after.task_id for c in event.operation.changes if isinstance(c.after, (Annotation, Assignment, Verdict))]
    return not about or event.operation.task_id in about


def _together(last: Told, line: Told) -> bool:
    """Whether two lines are told as one: labels changed by one person in one go."""
    return bool(last.did and line.did) and last.actor == line.actor and line.at_us - last.at_us < PAUSE_US


def _line(done: Operation, kinds: dict[str, str]) -> Told | None:
    def line(text: str, did: tuple[tuple[str, str, int], ...] = ()) -> Told:
        return Told(done.at_us, done.actor, text, done.kind, did)

    if done.kind in (UNDO, REDO):
        what = kinds.get(done.undo_of, "").replace("_", " ")
        return line(f"{'undid' if done.kind == UNDO else 'redid'}{f': {what}' if what else ''}")
    did = _counted(_changed(done))
    if done.kind == REJECT:
        comment = next((c.after.comment for c in done.changes if isinstance(c.after, Assignment)), "")
        return line(f"rejected: {comment}")
    if done.kind in _WORDS:
        return line(_WORDS[done.kind] + (f" and {_labels(did)}" if did else ""))
    if did:
        return line(_labels(did), did if done.kind not in ("prelabel", "import") else ())
    return None


def _changed(done: Operation) -> list[tuple[str, str, int]]:
    """Give what was done to labels: verb, concept, once each."""
    found = []
    for change in done.changes:
        before, after = change.before, change.after
        if not isinstance(after, Annotation):
            continue
        was = before if isinstance(before, Annotation) and not before.deleted else None
        if after.deleted:
            verb = "removed" if was is not None else ""
        elif was is None:
            verb = "suggested" if after.status == PENDING else "added"
        elif was.concept_key != after.concept_key:
            verb = f"made {was.concept} into"
        elif was.geometry != after.geometry:
            verb = "reshaped"
        elif was.status == PENDING and after.status != PENDING:
            verb = "accepted"
        else:
            verb = ""
        if verb:
            found.append((verb, after.concept, 1))
    return found


def _counted(did: Iterable[tuple[str, str, int]]) -> tuple[tuple[str, str, int], ...]:
    count: Counter[tuple[str, str]] = Counter()
    for verb, concept, many in did:
        count[verb, concept] += many
    return tuple((verb, concept, many) for (verb, concept), many in count.items())


def _labels(did: Iterable[tuple[str, str, int]]) -> str:
    """Write what was done to labels.

    >>> _labels([("added", "car", 2), ("added", "dog", 1), ("removed", "cat", 1)])
    'added car (2), dog; removed cat'
    """
    verbs: dict[str, list[str]] = {}
    for verb, concept, many in did:
        verbs.setdefault(verb, []).append(f"{concept} ({many})" if many > 1 else concept)
    return "; ".join(f"{verb} {_listed(names)}" for verb, names in verbs.items())


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
