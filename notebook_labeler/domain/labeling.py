"""What each labeling action changes: pure functions from what is on the desk to changes of records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ..errors import UnknownConcept
from .assignments import APPROVED, DONE, SKIPPED, SUBMITTED, WAITING, moved
from .concept_map import Suggestion, renames, resolve
from .geometry import Box, Region, from_text
from .names import clean_name, name_key
from .operations import Change
from .overlap import covered
from .records import (
    BY_RENAME,
    DECLINED,
    DISMISSED,
    HUMAN,
    MODEL,
    SUCCESS,
    Annotation,
    Assignment,
    Concept,
    Prelabel,
    Record,
    Relation,
    Verdict,
    label_id,
    object_id,
)
from .tasks import SINGLE, TaskSettings


@dataclass(frozen=True)
class Scene:
    """All that is kept about one input in one task, tombstones included."""

    assignment: Assignment
    annotations: tuple[Annotation, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    prelabel: Prelabel | None = None  # the mark of the run that wrote to it last, also where that was undone

    @cached_property
    def active(self) -> tuple[Annotation, ...]:
        """The annotations that stand."""
        return tuple(a for a in self.annotations if not a.deleted)

    def of(self, concept_key: str) -> tuple[Annotation, ...]:
        """The standing annotations of one concept, by whomever."""
        return tuple(a for a in self.active if a.concept_key == concept_key)

    def found(self, annotation_id: str) -> Annotation | None:
        """The annotation of an id, standing or not."""
        return next((a for a in self.annotations if a.annotation_id == annotation_id), None)

    def verdict(self, suggestion_id: str) -> str | None:
        """What a person said of a suggestion: ``declined``, ``dismissed`` or nothing."""
        return self._said.get(suggestion_id)

    @cached_property
    def _said(self) -> dict[str, str]:
        return {v.suggestion_id: v.state for v in self.verdicts if not v.deleted}


@dataclass(frozen=True)
class Desk:
    """One input before one person: what is kept, what the project knows, and the task's rules."""

    task_id: str
    actor: str
    settings: TaskSettings
    scene: Scene
    concepts: Mapping[str, Concept] = field(default_factory=dict)  # by key, tombstones included
    relations: Mapping[tuple[str, ...], Relation] = field(default_factory=dict)  # by key, tombstones included

    @property
    def input_id(self) -> str:
        """The input on the desk."""
        return self.scene.assignment.input_id

    def object_id(self, suggestion: Suggestion) -> str:
        """Give the id of a suggested object: the annotation of this person that it becomes."""
        return object_id(self.task_id, self.input_id, suggestion.suggestion_id, self.actor)

    def run_object_id(self, suggestion: Suggestion) -> str:
        """Give the id that a pre-label run gives the object."""
        return object_id(self.task_id, self.input_id, suggestion.suggestion_id, "")

    def unanswered(self, suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
        """Leave out what stands already: a label of that concept, an object of that concept in that place."""
        asked = tuple(suggestions)
        labels = {a.concept_key for a in self.scene.active if a.geometry is None}
        taken = {a.annotation_id for a in self.scene.active if a.geometry is not None}
        doubles = self._doubles([(s, s.region.bounds) for s in asked if s.region is not None]) if taken else set()
        return tuple(
            s
            for s in asked
            if (s.concept_key not in labels if s.region is None else s not in doubles)
            and not (taken and s.region is not None and self.object_id(s) in taken)
        )

    def _doubles(self, asked: list[tuple[Suggestion, Box]]) -> set[Suggestion]:
        """Give those that speak of an object that stands, whoever drew it.

        A candidate among several gives way to whatever stands in its place.
        """
        places: dict[str, list[Box]] = {}
        for a in self.scene.active:
            if (region := from_text(a.geometry)) is not None:
                places.setdefault(a.concept_key, []).append(region.bounds)
        doubles: set[Suggestion] = set()
        for key, by in places.items():
            mine = [(s, box) for s, box in asked if s.concept_key == key or s.ambiguous]
            there = covered([box for _, box in mine], by, self.settings.overlap)
            doubles.update(s for (s, _), double in zip(mine, there, strict=True) if double)
        return doubles

    def known(self, name: str) -> str:
        """Give the project's spelling of a concept, or the name itself."""
        return spelled(self.concepts, name)


def spelled(concepts: Mapping[str, Concept], name: str) -> str:
    """Give the spelling that a concept of that name has, or the name itself, cleaned; `concepts` are by key."""
    concept = concepts.get(name_key(name))
    return concept.name if concept is not None and not concept.deleted else clean_name(name)


def put(before: Record | None, wanted: Record) -> Change:
    """Make the change that leaves `wanted` standing, whatever stood there."""
    version = 1 if before is None else before.version + 1
    return Change(before, replace(wanted, version=version))


def clear(record: Record) -> Change:
    """Make the change that takes a record away (its tombstone stays)."""
    return Change(record, record.changed(deleted=True))


def taken_off(desk: Desk, annotation: Annotation) -> Change:
    """Make the change by which a person takes an annotation off; what was nobody's is theirs from then on."""
    return Change(annotation, annotation.changed(deleted=True, labeler=annotation.labeler or desk.actor))


def accept(
    desk: Desk,
    suggestion: Suggestion,
    *,
    via: str = "accepted",
    low: float | None = None,
    high: float | None = None,
    region: Region | None = None,
) -> list[Change]:
    """Accept a suggestion: label the input (or the object), make the concept if the project lacks it.

    `low` and `high` are the range in which it was shown; they are recorded with the annotation. `region` is where an
    object is, if a person has put it elsewhere than the model did.
    """
    said: dict[str, Any] = {  # Any: values of fields of Annotation
        "origin": MODEL,
        "via": via,
        "original": suggestion.original,
        "model": suggestion.model,
        "model_concept": suggestion.sources[0] if suggestion.sources else suggestion.concept,
        "score": suggestion.score,
        "threshold_low": low,
        "threshold_high": high,
    }
    place = region or suggestion.region
    if place is None:
        made = labeled(desk, made_label(desk, suggestion.concept, **said))
    else:
        made = placed(desk, made_object(desk, suggestion.concept, place, desk.object_id(suggestion), **said))
    cleared = [clear(v) for v in desk.scene.verdicts if v.suggestion_id == suggestion.suggestion_id and not v.deleted]
    return made + cleared


def confirm(desk: Desk, concept: str) -> list[Change]:
    """Say yes to a label that a workflow or a run left pending."""
    return confirmed(desk, desk.scene.of(name_key(concept)), via="accepted")


def confirmed(desk: Desk, annotations: Iterable[Annotation], *, via: str) -> list[Change]:
    """Say yes to those of some annotations that are pending."""
    return [
        Change(a, a.changed(status=SUCCESS, via=via, labeler=a.labeler or desk.actor))
        for a in annotations
        if a.status != SUCCESS
    ]


def add(
    desk: Desk, name: str, *, literal: bool = False, via: str = "added", original: str | None = None
) -> list[Change]:
    """Label the input with a concept as picked or typed; a rename learnt before applies unless `literal`."""
    typed = desk.known(name)
    concept = typed if literal else resolve(typed, renames(desk.relations.values()))
    if name_key(concept) != name_key(typed):
        original = typed
    return labeled(desk, made_label(desk, concept, origin=HUMAN, via=via, original=original))


def decline(desk: Desk, concept: str, suggestion: Suggestion | None = None) -> list[Change]:
    """Take the label off; the suggestion behind it, if any, stays in the list (and is not added on submit)."""
    return _removal(desk, concept, suggestion, DECLINED)


def dismiss(desk: Desk, concept: str, suggestion: Suggestion | None = None) -> list[Change]:
    """Take the label off and do not see its suggestion again from the same model."""
    return _removal(desk, concept, suggestion, DISMISSED)


def rename(desk: Desk, concept: str, new: str) -> list[Change]:
    """Put another concept in a label's place and remember the relation; renaming back puts the original there.

    Raises
    ------
    UnknownConcept
        The input does not carry that concept.
    """
    standing = desk.scene.of(name_key(concept))
    if not standing:
        raise UnknownConcept(f"expected a concept that this input carries, got {concept!r:.80}; add it first.")
    target, old = desk.known(new), standing[0]
    if name_key(target) == old.concept_key:
        return []
    back = old.original is not None and name_key(target) == name_key(old.original)
    fresh = replace(
        made_label(desk, target, origin=old.origin, via="renamed", original=None if back else old.concept),
        model=old.model,
        model_concept=old.model_concept,
        score=old.score,
        threshold_low=old.threshold_low,
        threshold_high=old.threshold_high,
    )
    changes = [taken_off(desk, a) for a in standing] + labeled(desk, fresh)
    if not back:
        changes += learnt(desk, concept=target, original=old.concept)
    return changes


def rename_suggestion(
    desk: Desk, suggestion: Suggestion, new: str, *, low: float | None = None, high: float | None = None
) -> list[Change]:
    """Accept a suggestion under another concept, and remember that the one stands for the other."""
    target = desk.known(new)
    if name_key(target) == suggestion.concept_key:
        return accept(desk, suggestion, low=low, high=high)
    renamed = replace(suggestion, concept=target, original=suggestion.concept)
    accepted = accept(desk, renamed, via="renamed", low=low, high=high)
    return accepted + learnt(desk, concept=target, original=suggestion.concept)


def submit(desk: Desk, suggestions: Iterable[Suggestion] = ()) -> list[Change]:
    """Hand the input in: what is pending on it stands from now on.

    Suggestions that reach the task's threshold and that nobody refused are added.
    """
    passing = [s for s in desk.unanswered(suggestions) if passes(desk, s)]
    if desk.settings.choice == SINGLE:
        passing = [] if desk.scene.active else passing[:1]
    changes = merged(change for s in passing for change in accept(desk, s, via="on_submit"))
    return confirmed(desk, desk.scene.active, via="on_submit") + changes + _move(desk, SUBMITTED)


def passes(desk: Desk, suggestion: Suggestion) -> bool:
    """Whether submitting the input adds this suggestion, if it has no answer yet."""
    threshold = desk.settings.submit_threshold
    return (
        threshold is not None
        and suggestion.score >= threshold
        and not suggestion.ambiguous
        and desk.scene.verdict(suggestion.suggestion_id) is None
    )


def accept_all(
    desk: Desk,
    suggestions: Iterable[Suggestion],
    *,
    low: float,
    high: float,
    awaiting: Iterable[Annotation] = (),
) -> list[Change]:
    """Accept all that are given but the ambiguous ones, and say yes to what is pending among `awaiting`.

    A single-choice task takes one alone: what is pending, else the first.
    """
    said = confirmed(desk, awaiting, via="accept_all")
    chosen = [s for s in desk.unanswered(suggestions) if not s.ambiguous]
    if desk.settings.choice == SINGLE:
        said, chosen = said[:1], [] if said else chosen[:1]
    return said + merged(change for s in chosen for change in accept(desk, s, via="accept_all", low=low, high=high))


def skip(desk: Desk) -> list[Change]:
    """Put the input aside."""
    return _move(desk, SKIPPED)


def reopen(desk: Desk) -> list[Change]:
    """Bring a submitted or skipped input back."""
    return _move(desk, WAITING)


def relate(desk: Desk, concept: str, other: str, *, relation: str) -> list[Change]:
    """Say what a model concept is to an own one (synonym, hyponym, hypernym, unrelated)."""
    wanted = Relation.between(desk.known(concept), other, relation=relation)
    return [put(desk.relations.get(wanted.key), wanted)]


def unrelate(desk: Desk, concept: str, other: str) -> list[Change]:
    """Forget what a person said of such a pair."""
    found = desk.relations.get((name_key(concept), name_key(other)))
    return [] if found is None or found.deleted else [clear(found)]


def ensure_concept(desk: Desk, name: str) -> list[Change]:
    """Make a concept of the project if it is not there."""
    found = desk.concepts.get(name_key(name))
    if found is not None and not found.deleted:
        return []
    return [put(found, Concept.named(name, by=desk.actor))]


def merged(changes: Iterable[Change]) -> list[Change]:
    """Drop second changes of the same record, which several acceptances at once bring along."""
    first: dict[tuple[str, tuple[str, ...]], Change] = {}
    for change in changes:
        first.setdefault((change.after.kind, change.after.key), change)
    return list(first.values())


def made_label(desk: Desk, concept: str, **values: Any) -> Annotation:  # Any: fields of Annotation
    """Make the annotation of the whole input."""
    name = desk.known(concept)
    return Annotation(
        task_id=desk.task_id,
        annotation_id=label_id(desk.task_id, desk.input_id, name, desk.actor),
        input_id=desk.input_id,
        concept=name,
        concept_key=name_key(name),
        labeler=desk.actor,
        **values,
    )


def made_object(desk: Desk, concept: str, region: Region, annotation_id: str, **values: Any) -> Annotation:
    """Make the annotation of a region of the input."""  # Any: fields of Annotation
    name = desk.known(concept)
    return Annotation(
        task_id=desk.task_id,
        annotation_id=annotation_id,
        input_id=desk.input_id,
        concept=name,
        concept_key=name_key(name),
        shape=region.shape,
        geometry=region.text,
        labeler=desk.actor,
        **values,
    )


def placed(desk: Desk, annotation: Annotation) -> list[Change]:
    """Leave an object standing, and its concept in the project."""
    before = desk.scene.found(annotation.annotation_id)
    if before is not None and not before.deleted:
        return []
    return [*ensure_concept(desk, annotation.concept), put(before, annotation), *reopened(desk)]


def labeled(desk: Desk, annotation: Annotation) -> list[Change]:
    """Leave the annotation standing; in a single-choice task, alone. What is pending of its concept is accepted."""
    if standing := desk.scene.of(annotation.concept_key):
        return confirmed(desk, standing, via=annotation.via)
    before = next((a for a in desk.scene.annotations if a.key == annotation.key), None)
    changes = [*ensure_concept(desk, annotation.concept), put(before, annotation)]
    if desk.settings.choice == SINGLE:
        changes += [taken_off(desk, a) for a in desk.scene.active]
    return changes + reopened(desk)


def reopened(desk: Desk) -> list[Change]:
    """A skipped input that is worked on is waiting again."""
    return _move(desk, WAITING) if desk.scene.assignment.state == SKIPPED else []


def begun(desk: Desk, changes: Iterable[Change]) -> list[Change]:
    """Have an input that is nobody's belong to whoever labels it first: of two who begin at once, one is told."""
    found, assignment, among = list(changes), desk.scene.assignment, desk.settings.labelers
    untold = not any(isinstance(change.after, Assignment) for change in found)
    labels = any(isinstance(change.after, Annotation | Verdict) for change in found)
    if not assignment.labeler and (not among or desk.actor in among) and labels and untold:
        found.append(Change(assignment, assignment.changed(labeler=desk.actor)))
    return found


def unapproved(desk: Desk, changes: Iterable[Change]) -> list[Change]:
    """Have an approved input reviewed again where anybody but its reviewer changes its labels."""
    found, assignment = list(changes), desk.scene.assignment
    untold = not any(isinstance(change.after, Assignment) for change in found)
    labels = any(isinstance(change.after, Annotation) for change in found)
    if assignment.state == APPROVED and assignment.reviewer != desk.actor and labels and untold:
        found.append(Change(assignment, moved(assignment, SUBMITTED)))
    return found


def _removal(desk: Desk, concept: str, suggestion: Suggestion | None, state: str) -> list[Change]:
    changes = [taken_off(desk, a) for a in desk.scene.of(name_key(concept))]
    return changes + ([refused(desk, suggestion, state)] if suggestion is not None else [])


def refused(desk: Desk, suggestion: Suggestion, state: str) -> Change:
    """Remember what a person said of a suggestion other than yes."""
    wanted = Verdict(
        task_id=desk.task_id,
        input_id=desk.input_id,
        suggestion_id=suggestion.suggestion_id,
        state=state,
        by=desk.actor,
    )
    return put(next((v for v in desk.scene.verdicts if v.key == wanted.key), None), wanted)


def learnt(desk: Desk, *, concept: str, original: str) -> list[Change]:
    """Remember original -> concept; an older rename the other way round gives way, else they would run in a circle."""
    wanted = Relation.between(concept, original, source=BY_RENAME)
    changes = [put(desk.relations.get(wanted.key), wanted)]
    for r in desk.relations.values():
        rival = r.source == BY_RENAME and not r.deleted and r.key != wanted.key
        if rival and (r.other_key == wanted.other_key or r.key == (wanted.other_key, wanted.concept_key)):
            changes.append(clear(r))
    return changes


def _move(desk: Desk, state: str) -> list[Change]:
    assignment = desk.scene.assignment
    if assignment.state == state:
        return []
    after = moved(assignment, state)
    if state in DONE and not after.labeler:
        after = replace(after, labeler=desk.actor)
    return [Change(assignment, after)]
