"""What each action on objects changes: drawing, moving, refusing and naming regions of an input, as pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..errors import UnknownConcept
from .concept_map import Suggestion
from .geometry import Region
from .labeling import (
    Desk,
    accept,
    confirmed,
    ensure_concept,
    learnt,
    made_object,
    merged,
    placed,
    refused,
    reopened,
    taken_off,
)
from .names import name_key
from .operations import Change
from .records import DECLINED, DISMISSED, HUMAN, SUCCESS, Annotation


def draw(
    desk: Desk,
    concept: str,
    region: Region,
    *,
    object_id: str,
    via: str = "drawn",
    attributes: str | None = None,
) -> list[Change]:
    """Put a new object on the input."""
    fresh = made_object(desk, concept, region, object_id, origin=HUMAN, via=via, attributes=attributes)
    return placed(desk, fresh)


def confirm_object(desk: Desk, annotation: Annotation) -> list[Change]:
    """Say yes to an object that a workflow or a run left pending."""
    return confirmed(desk, [annotation], via="accepted")


def reshape(desk: Desk, annotation: Annotation, region: Region) -> list[Change]:
    """Put an object that stands elsewhere, or give it another outline; what was pending is thereby accepted."""
    if annotation.geometry == region.text:
        return []
    after = annotation.changed(
        geometry=region.text, shape=region.shape, via="edited", status=SUCCESS, labeler=annotation.labeler or desk.actor
    )
    return [Change(annotation, after), *reopened(desk)]


def decline_object(desk: Desk, annotation: Annotation | None, suggestion: Suggestion | None) -> list[Change]:
    """Take an object off; the suggestion behind it, if any, stays in the list (and is not added on submit)."""
    return _off(desk, annotation, suggestion, DECLINED)


def dismiss_object(desk: Desk, annotation: Annotation | None, suggestion: Suggestion | None) -> list[Change]:
    """Take an object off and do not see its suggestion again from the same model."""
    return _off(desk, annotation, suggestion, DISMISSED)


def reassign(
    desk: Desk,
    annotation: Annotation | None,
    suggestion: Suggestion | None,
    concept: str,
    *,
    low: float | None = None,
    high: float | None = None,
) -> list[Change]:
    """Say that one object is something else: a correction, from which nothing is learnt about names.

    A suggestion is accepted under the other concept.
    """
    name = desk.known(concept)
    if annotation is not None:
        if annotation.concept_key == name_key(name):
            return confirm_object(desk, annotation)
        after = annotation.changed(
            concept=name,
            concept_key=name_key(name),
            via="reassigned",
            status=SUCCESS,
            labeler=annotation.labeler or desk.actor,
        )
        return [*ensure_concept(desk, name), Change(annotation, after), *reopened(desk)]
    if suggestion is None:
        return []
    return accept(desk, replace(suggestion, concept=name), via="reassigned", low=low, high=high)


def rename_objects(desk: Desk, concept: str, new: str, *, suggested: bool) -> list[Change]:
    """Call all objects of a concept otherwise, and remember that the one stands for the other.

    Renaming back puts the original there and leaves the relation, as with labels. Suggestions follow by the relation.

    Parameters
    ----------
    desk
        The input.
    concept, new
        The name as it is, and as it is to be.
    suggested
        Whether a model suggests objects of that concept here.

    Raises
    ------
    UnknownConcept
        The input has no such object and none is suggested.
    """
    standing, target = desk.scene.of(name_key(concept)), desk.known(new)
    if not standing and not suggested:
        raise UnknownConcept(f"this input has no object of concept {concept!r:.80}; draw one first.")
    if name_key(target) == name_key(concept):
        return []
    changes = [*ensure_concept(desk, target)]
    back = bool(standing) and all(a.original is not None and name_key(a.original) == name_key(target) for a in standing)
    for old in standing:
        original = None if back else old.original or old.concept
        after = old.changed(
            concept=target,
            concept_key=name_key(target),
            original=original,
            via="renamed",
            status=SUCCESS,
            labeler=old.labeler or desk.actor,
        )
        changes.append(Change(old, after))
    if not back:
        changes += learnt(desk, concept=target, original=standing[0].concept if standing else concept)
    return merged(changes)


def paste(desk: Desk, copies: Iterable[tuple[str, str, Region]]) -> list[Change]:
    """Put copies of objects on the input, given as id, concept and region."""
    return merged(
        change
        for object_id, concept, region in copies
        for change in draw(desk, concept, region, object_id=object_id, via="pasted")
    )


def _off(desk: Desk, annotation: Annotation | None, suggestion: Suggestion | None, state: str) -> list[Change]:
    changes = [taken_off(desk, annotation)] if annotation is not None and not annotation.deleted else []
    return changes + ([refused(desk, suggestion, state)] if suggestion is not None else [])
