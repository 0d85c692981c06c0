"""What the Objects pane and the picture show: instances of concepts, drawn or suggested, in groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from .concept_map import Suggestion
from .geometry import Region, from_text
from .labeling import Desk, passes
from .names import name_key
from .records import PENDING, Annotation
from .rows import ACCEPTED, AWAITING, HOTKEYS, SUGGESTED, Lens, shown


@dataclass(frozen=True)
class Thing:
    """One object on the picture. Nobody has said yes to a ``suggested`` one; a ``pending`` one a workflow wrote.

    `object_id` stays the same when a suggestion is accepted, edited or unchecked. `number` counts within the concept
    from 1 (sheep.1). `hidden` objects are listed but not drawn. `passing` is green: it is added on submit.
    """

    object_id: str
    concept: str
    concept_key: str
    state: str
    region: Region
    number: int = 0
    score: float | None = None
    original: str | None = None
    ambiguous: bool = False
    passing: bool = False
    hidden: bool = False
    people: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    suggestion: Suggestion | None = None

    @property
    def label(self) -> str:
        """How it is called: ``sheep.1``."""
        return f"{self.concept}.{self.number}"


@dataclass(frozen=True)
class Group:
    """The objects of one concept. One of the task's concepts has a group also when there is no object of it.

    `geometry` is how the concept is drawn unless told otherwise, ``box`` or ``polygon``; `hidden` says that all of its
    objects are, those to come too.
    """

    concept: str
    concept_key: str
    things: tuple[Thing, ...]
    geometry: str
    hotkey: str = ""
    hidden: bool = False

    @property
    def count(self) -> int:
        """How many there are: the number in ``sheep (8)``."""
        return len(self.things)

    @property
    def original(self) -> str | None:
        """The name that its objects had before, where all had the same."""
        names = {thing.original for thing in self.things}
        return names.pop() if len(names) == 1 else None


def groups(
    desk: Desk, suggestions: Iterable[Suggestion], lens: Lens, hidden: Collection[str] = frozenset()
) -> tuple[Group, ...]:
    """Give the objects of an input by concept: the task's concepts in their order, then the others by name.

    Within a concept the likeliest stand first, accepted or not, so that an object keeps its place when it is accepted;
    then those without a probability, in the order of drawing.

    Parameters
    ----------
    desk
        What is kept of the input.
    suggestions
        What a model proposes for it.
    lens
        Range and search: which suggestions are shown. Objects that stand are shown whatever their probability.
    hidden
        Ids of objects and keys of concepts that are not to be drawn.
    """
    found: dict[str, list[Thing]] = defaultdict(list)
    kept = {desk.object_id(s): s for s in suggestions if s.region is not None}
    foreign = any(a.model and a.annotation_id not in kept for a in desk.scene.active)
    written = {desk.run_object_id(s): s for s in kept.values()} if foreign else {}
    for annotation in desk.scene.active:
        if annotation.geometry and lens.finds(annotation.concept, annotation.original or ""):
            behind = kept.get(annotation.annotation_id) or written.get(annotation.annotation_id)
            thing = _standing(annotation, behind)
            if thing is not None:
                found[thing.concept_key].append(thing)
    for suggestion in shown(desk, kept.values(), lens):
        found[suggestion.concept_key].append(_suggested(desk, suggestion))
    wanted = {name_key(c): desk.known(c) for c in desk.settings.concepts if lens.finds(c)}
    names = wanted | {key: wanted.get(key, desk.known(things[0].concept)) for key, things in found.items()}
    order = [*wanted, *sorted(key for key in names if key not in wanted)]
    return tuple(
        _group(desk, key, names[key], found.get(key, []), hidden, HOTKEYS[place] if place < len(HOTKEYS) else "")
        for place, key in enumerate(order)
    )


def counted(found: Iterable[Group]) -> int:
    """How many concepts have objects: the number in "Objects (6)"."""
    return sum(bool(group.things) for group in found)


def _group(desk: Desk, key: str, name: str, things: list[Thing], hidden: Collection[str], hotkey: str) -> Group:
    out_of_sight = key in hidden
    things.sort(key=lambda t: (t.score is None, -(t.score or 0.0)))
    numbered = tuple(
        replace(thing, number=number, hidden=out_of_sight or thing.object_id in hidden)
        for number, thing in enumerate(things, 1)
    )
    return Group(name, key, numbered, desk.settings.geometry_of(name), hotkey, out_of_sight)


def _standing(annotation: Annotation, suggestion: Suggestion | None) -> Thing | None:
    region = from_text(annotation.geometry)
    if region is None:
        return None
    return Thing(
        annotation.annotation_id,
        annotation.concept,
        annotation.concept_key,
        AWAITING if annotation.status == PENDING else ACCEPTED,
        region,
        score=annotation.score,
        original=annotation.original,
        people=(annotation.labeler,) if annotation.labeler else (),
        models=(annotation.model,) if annotation.model else (),
        sources=(annotation.model_concept,) if annotation.model_concept else (),
        suggestion=suggestion,
    )


def _suggested(desk: Desk, suggestion: Suggestion) -> Thing:
    assert suggestion.region is not None
    return Thing(
        desk.object_id(suggestion),
        suggestion.concept,
        suggestion.concept_key,
        SUGGESTED,
        suggestion.region,
        score=suggestion.score,
        original=suggestion.original,
        ambiguous=suggestion.ambiguous,
        passing=passes(desk, suggestion),
        models=(suggestion.model,),
        sources=suggestion.sources,
        suggestion=suggestion,
    )
