"""The label-mapping table: which model class feeds which concept, drawn how, and what a change of it writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from ..errors import BadInput, UnfitModel, UnknownConcept
from . import labeling
from .concept_map import AUTOMATIC, ConceptMap, Link, Match, resolve
from .geometry import BOX, LABEL, POLYGON
from .labeling import Desk
from .names import name_key
from .operations import Change
from .records import BY_RENAME, RELATION_TYPES, SYNONYM, UNRELATED
from .tasks import ALL, DRAWN, TaskSettings, one_of

# What a model that gives the one shape can fill: a box around a polygon is a box, and any region says "it is there".
FILLS = {LABEL: {LABEL}, BOX: {LABEL, BOX}, POLYGON: {LABEL, BOX, POLYGON}}
PLURAL = {LABEL: "concepts", BOX: "boxes", POLYGON: "polygons"}


@dataclass(frozen=True)
class Feed:
    """A concept that a model class feeds. `source` is ``automatic``, ``editor`` or ``rename``.

    `fits` is False where the model cannot fill the concept's geometry: then it suggests nothing.
    """

    concept: str
    relation: str
    geometry: str
    source: str
    reason: str = ""
    fits: bool = True


@dataclass(frozen=True)
class ClassLine:
    """A model class: the concepts that it feeds, and those that are recommended for it."""

    model_class: str
    feeds: tuple[Feed, ...] = ()
    recommended: tuple[Match, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What is asked of a model class: to feed a concept (None: none), drawn so, being this to it (None: as it is)."""

    model_class: str
    concept: str | None = None
    geometry: str | None = None
    relation: str | None = None


@dataclass(frozen=True)
class Remapping:
    """What a change of the table writes: relations and concepts, and the settings of the task as they are then."""

    changes: tuple[Change, ...]
    settings: TaskSettings


def fillable(shapes: Iterable[str]) -> frozenset[str]:
    """Give the geometries that a model of these shapes can fill.

    >>> sorted(fillable({"polygon"}))
    ['box', 'label', 'polygon']
    """
    return frozenset(geometry for shape in shapes for geometry in FILLS.get(shape, ()))


def asked(settings: TaskSettings) -> frozenset[str]:
    """Give the geometries that suggestions may take in a task.

    >>> sorted(asked(TaskSettings(kind="detection", concepts=("cell", "vessel"), geometries=(("vessel", "polygon"),))))
    ['box', 'polygon']
    """
    found = {settings.geometry_of(concept) for concept in settings.concepts}
    if settings.suggest == ALL or not found:
        found.add(DRAWN.get(settings.kind, LABEL))
    return frozenset(found)


def refuse_unfit(settings: TaskSettings, shapes: Collection[str], concept: str) -> None:
    """Refuse to map to a concept whose geometry a model cannot fill.

    Raises
    ------
    UnfitModel
        None of the model's shapes can be made into the concept's geometry.
    """
    geometry, can = settings.geometry_of(concept), fillable(shapes)
    if geometry not in can:
        gives = " and ".join(PLURAL.get(shape, shape) for shape in sorted(shapes)) or "nothing"
        choice = "choose box, or " if BOX in can else "choose "
        raise UnfitModel(
            f"expected a geometry for {concept!r:.80} that the model can fill, got {geometry}; "
            f"it gives {gives}: {choice}a model that gives {PLURAL[geometry]}."
        )


def class_lines(
    labels: Iterable[str],
    links: Iterable[Link],
    offers: Iterable[Match],
    settings: TaskSettings,
    shapes: Collection[str],
    renamed: Mapping[str, str],
) -> tuple[ClassLine, ...]:
    """Give a line per model class, in the model's order; classes of one folded name share a line.

    Parameters
    ----------
    labels, shapes
        What the model can name, and what it can fill.
    links, offers
        The mapping in force, and what more is recommended.
    settings
        The task's: how each concept is drawn.
    renamed
        What renaming has taught, see `concept_map.renames`.
    """
    feeds: dict[str, dict[str, Feed]] = defaultdict(dict)
    can = fillable(shapes)
    for link in links:
        concept = resolve(link.concept, renamed)
        shape = settings.geometry_of(concept)
        source = link.source if name_key(concept) == name_key(link.concept) else BY_RENAME
        feed = Feed(concept, link.relation, shape, source, link.reason, shape in can)
        feeds[name_key(link.other)].setdefault(name_key(concept), feed)
    offered: dict[str, list[Match]] = defaultdict(list)
    for match in offers:
        offered[name_key(match.other)].append(match)
    lines = dict(unused_lines(tuple(labels)))
    for key in {*feeds, *offered} & lines.keys():
        said = tuple(feeds[key].values()) if key in feeds else ()
        lines[key] = replace(lines[key], feeds=said, recommended=tuple(offered.get(key, ())))
    return tuple(lines.values())


@lru_cache(maxsize=8)  # of 22,000 classes a few are used: the others' lines are made once
def unused_lines(labels: tuple[str, ...]) -> Mapping[str, ClassLine]:
    """Give a bare line per class, by folded name."""
    lines: dict[str, ClassLine] = {}
    for label in labels:
        lines.setdefault(name_key(label), ClassLine(label))
    return lines


def drawn(settings: TaskSettings, geometries: Mapping[str, str]) -> TaskSettings:
    """Give a task's settings with some concepts drawn otherwise.

    Raises
    ------
    BadInput
        A word is no geometry, or the task labels whole inputs.
    """
    if geometries and not settings.objects:
        raise BadInput(f"expected no geometry in a {settings.kind} task, which labels whole inputs; leave it out.")
    for shape in geometries.values():
        one_of("geometry", shape, (BOX, POLYGON))
    new = {name_key(concept) for concept in geometries}
    kept = tuple(pair for pair in settings.geometries if name_key(pair[0]) not in new)
    added = tuple((concept, shape) for concept, shape in geometries.items() if shape != DRAWN.get(settings.kind))
    return settings.changed(geometries=kept + added)


def remap(
    desk: Desk,
    concept_map: ConceptMap,
    matches: Iterable[Match],
    wanted: Iterable[Wanted],
    shapes: Collection[str],
) -> Remapping:
    """Give what brings the table to what is wanted: a class that is named feeds the named concepts and no others.

    Classes that are not named stay as they are. A concept that the task lacks joins it.

    Parameters
    ----------
    desk
        The task's relations, concepts and settings.
    concept_map
        The mapping in force.
    matches
        What is recommended: the sure ones hold by themselves and must be refused to be gone, the others say what a
        class is to a concept.
    wanted
        The lines.
    shapes
        What the model can fill.

    Raises
    ------
    UnknownConcept
        The model has no such class.
    BadInput
        A concept is wanted in two geometries, or in one that there is not.
    UnfitModel
        The model cannot fill the geometry of a concept.
    """
    lines = _by_class(wanted, concept_map)
    targets = [w for group in lines.values() for w in group if w.concept is not None]
    concepts = (*desk.settings.concepts, *(desk.known(w.concept) for w in targets if w.concept is not None))
    settings = drawn(desk.settings.changed(concepts=concepts), _geometries(desk, targets))
    for w in targets:
        refuse_unfit(settings, shapes, desk.known(w.concept or ""))
    known = {(name_key(m.concept), name_key(m.other)): m for m in matches}
    changes = [c for label, group in lines.items() for c in _class_changes(desk, concept_map, known, label, group)]
    return Remapping(tuple(changes), settings)


def forget(desk: Desk, link: Link, match: Match | None) -> list[Change]:
    """Take a link away; one that would come back by itself is refused for good."""
    if link.source == AUTOMATIC or (match is not None and match.sure):
        return labeling.relate(desk, link.concept, link.other, relation=UNRELATED)
    return labeling.unrelate(desk, link.concept, link.other)


def _by_class(wanted: Iterable[Wanted], concept_map: ConceptMap) -> dict[str, list[Wanted]]:
    labels = {name_key(label): label for label in concept_map.vocabulary.labels}
    lines: dict[str, list[Wanted]] = {}
    for w in wanted:
        label = labels.get(name_key(w.model_class))
        if label is None:
            raise UnknownConcept(f"the model has no class {w.model_class!r:.80}; task.label_mapping lists them.")
        if w.relation is not None:
            one_of("relation", w.relation, tuple(r for r in RELATION_TYPES if r != UNRELATED))
        lines.setdefault(label, []).append(w)
    return lines


def _geometries(desk: Desk, targets: Iterable[Wanted]) -> dict[str, str]:
    said: dict[str, str] = {}
    for w in targets:
        if w.geometry is None or w.concept is None:
            continue
        concept = desk.known(w.concept)
        if said.setdefault(concept, w.geometry) != w.geometry:
            raise BadInput(
                f"expected one geometry for {concept!r:.80}, got {said[concept]} and {w.geometry}; "
                "all classes that feed a concept share its geometry."
            )
    return said


def _class_changes(
    desk: Desk,
    concept_map: ConceptMap,
    known: Mapping[tuple[str, str], Match],
    label: str,
    group: Iterable[Wanted],
) -> Iterator[Change]:
    """Give what makes one class feed what it is to feed."""
    key, renamed = name_key(label), concept_map.renamed
    links = [link for link in concept_map.links if name_key(link.other) == key]
    standing = {name_key(resolve(link.concept, renamed)): link for link in links}
    asked = {name_key(w.concept): w for w in group if w.concept is not None}
    for link in links:
        if not {name_key(link.concept), name_key(resolve(link.concept, renamed))} & asked.keys():
            yield from forget(desk, link, known.get((name_key(link.concept), key)))
    for concept_key, w in asked.items():
        link_now = standing.get(concept_key)
        if link_now is not None and w.relation in (None, link_now.relation):
            continue
        match = known.get((concept_key, key))
        relation = w.relation or (match.relation if match is not None else SYNONYM)
        concept = desk.known(w.concept or "")
        yield from labeling.ensure_concept(desk, concept)
        yield from labeling.relate(desk, concept, label, relation=relation)
        yield from _unlearnt(desk, concept_key)


def _unlearnt(desk: Desk, concept_key: str) -> Iterator[Change]:
    """A concept that is asked for by name must not be renamed away again."""
    for relation in desk.relations.values():
        if relation.source == BY_RENAME and not relation.deleted and relation.other_key == concept_key:
            yield labeling.clear(relation)
