"""The verbs on objects: what a person does to the boxes and polygons of one input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from ..domain import drawing
from ..domain.concept_map import Suggestion
from ..domain.geometry import Region, from_text
from ..domain.geometry import region as as_region
from ..domain.inputs import Input
from ..domain.labeling import Desk, accept
from ..domain.names import clean_name, name_key, new_id
from ..domain.operations import Change
from ..domain.records import Annotation
from ..errors import BadInput, Conflict, UnknownObject
from .labels import Labels
from .state import UNSAVED, Saving

MOST_AT_ONCE = 10_000
LONGEST_ID = 64
Size = tuple[int, int]


class _Range(TypedDict):
    """The probability range in which a suggestion was shown."""

    low: float
    high: float


class Objects(Labels):
    """Draw, reshape, accept, uncheck, delete, reassign, rename.

    Every verb takes `input_id`, the input it was meant for (the one on the screen unless told), and `op_id`, a unique
    id under which doing it twice is doing it once. Objects go by their id; ``session.state.objects`` has them all.
    Coordinates are pixels of the upright picture, origin at its upper left corner; what lies outside is cut off.
    """

    measure: Callable[[Input], Size] | None = None  # gives an input's upright width and height

    def draw(
        self,
        concept: str,
        region: Any,
        *,
        object_id: str | None = None,
        via: str = "drawn",
        input_id: str | None = None,
        op_id: str | None = None,
    ) -> str:
        """Put an object on the input.

        Parameters
        ----------
        concept
            One of the project, or a new one, which joins the task's list.
        region
            A box as [left, top, width, height], a polygon as [(x, y), ...] or as rings, or a `Box` or `Polygon`.
        object_id
            The id that it is to have; a new one unless told.
        via
            What wrote it, for the column of that name.
        input_id, op_id
            As for every verb.

        Returns
        -------
        str
            Its id.

        Raises
        ------
        BadInput
            The task labels whole inputs, or the region is none or lies outside the picture.

        Examples
        --------
        >>> sheep = project.create_task("sheep", kind="detection", concepts=["sheep"]).session()
        >>> first = sheep.draw("sheep", [1, 1, 4, 3])
        >>> sheep.reshape({first: [2, 1, 4, 3]})
        >>> [(thing.label, thing.region.left) for thing in sheep.state.objects.values()]
        [('sheep.1', 2.0)]
        """
        wanted = _id(object_id) if object_id is not None else new_id()
        with self.lock:
            desk = self._object_desk(input_id)
            name = desk.known(concept)
            place = self._within(desk, as_region(region))
            changes = drawing.draw(desk, name, place, object_id=wanted, via=via) + self._joining(desk, concept)
            self._commit("draw", desk, changes, op_id, f"“{name}” added to this input.")
        return wanted

    def reshape(self, regions: Mapping[str, Any], *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Put objects elsewhere or give them another outline, all in one step; a suggested one is thereby accepted.

        Parameters
        ----------
        regions
            Ids of objects, and where each is now, in any form that `draw` takes.
        input_id, op_id
            As for every verb.

        Raises
        ------
        UnknownObject
            The input has no such object.
        BadInput
            A region is none, or lies outside the picture.
        Conflict
            Somebody else has changed one of them since this session showed it; the session shows it now.
        """
        with self.lock:
            desk = self._object_desk(input_id)
            self._refuse_unseen(desk, list(regions))
            known = self._finder(desk)
            changes: list[Change] = []
            for one, value in regions.items():
                annotation, suggestion = known(one)
                place = self._within(desk, as_region(value))
                if annotation is not None:
                    changes += drawing.reshape(desk, annotation, place)
                elif suggestion is not None:
                    changes += accept(desk, suggestion, via="edited", region=place, **self._range())
            self._commit("edit", desk, changes, op_id)

    def move(
        self,
        object_ids: Iterable[str],
        dx: float,
        dy: float,
        *,
        input_id: str | None = None,
        op_id: str | None = None,
    ) -> None:
        """Move objects together by some pixels, no farther than the picture's edge."""
        with self.lock:
            desk = self._object_desk(input_id)
            known = self._finder(desk)
            things = {one: _place(*known(one)) for one in _ids(object_ids)}
            size = self._size(desk.input_id)
            if size is not None and things:
                dx = _held(dx, [(r.bounds.left, r.bounds.right) for r in things.values()], size[0])
                dy = _held(dy, [(r.bounds.top, r.bounds.bottom) for r in things.values()], size[1])
            self.reshape({one: r.moved(dx, dy) for one, r in things.items()}, input_id=input_id, op_id=op_id)

    def accept_objects(
        self, object_ids: Iterable[str], *, input_id: str | None = None, op_id: str | None = None
    ) -> None:
        """Accept suggested objects, and confirm what a workflow left pending; those accepted already stay so."""

        def accepted(desk: Desk, annotation: Annotation | None, suggestion: Suggestion | None) -> list[Change]:
            if annotation is not None:
                return drawing.confirm_object(desk, annotation)
            return accept(desk, suggestion, **self._range()) if suggestion is not None else []

        self._each("accept", accepted, object_ids, "accepted", input_id, op_id)

    def uncheck_objects(
        self, object_ids: Iterable[str], *, input_id: str | None = None, op_id: str | None = None
    ) -> None:
        """Take objects off; what a model suggested stays as a suggestion."""
        self._each("uncheck", drawing.decline_object, object_ids, "removed", input_id, op_id)

    def delete_objects(
        self, object_ids: Iterable[str], *, input_id: str | None = None, op_id: str | None = None
    ) -> None:
        """Take objects off, or suggestions out of the list; the same model does not bring these back."""
        self._each("delete", drawing.dismiss_object, object_ids, "deleted", input_id, op_id)

    def reassign(
        self, object_ids: Iterable[str], concept: str, *, input_id: str | None = None, op_id: str | None = None
    ) -> None:
        """Say that objects are of another concept; suggested ones are accepted under it.

        Nothing is learnt about the names from this: `rename` does that.
        """
        clean_name(concept)

        def renamed(desk: Desk, annotation: Annotation | None, suggestion: Suggestion | None) -> list[Change]:
            return drawing.reassign(desk, annotation, suggestion, concept, **self._range())

        self._each("reassign", renamed, object_ids, f"now “{concept}”", input_id, op_id, joining=concept)

    def rename(self, concept: str, new: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Call all of a concept on this input otherwise, and remember that the one stands for the other.

        In a task of objects every object of the concept is renamed, and what a model suggests follows. Otherwise see
        `Labels.rename`.
        """
        with self.lock:
            desk = self._desk(input_id)
            if not desk.settings.objects:
                super().rename(concept, new, input_id=input_id, op_id=op_id)
                return
            suggested = any(s.concept_key == name_key(concept) for s in self._suggestions(desk))
            changes = drawing.rename_objects(desk, concept, new, suggested=suggested) + self._joining(desk, new)
            self._commit("rename", desk, changes, op_id, f"“{concept}” is now “{desk.known(new)}”.")

    # -- what they lean on -------------------------------------------------------------------------------------------

    def _each(
        self,
        kind: str,
        verb: Callable[[Desk, Annotation | None, Suggestion | None], list[Change]],
        object_ids: Iterable[str],
        done: str,
        input_id: str | None,
        op_id: str | None,
        joining: str = "",
    ) -> None:
        with self.lock:
            desk = self._object_desk(input_id)
            wanted = _ids(object_ids)
            if kind != "accept":  # accepting twice is accepting once
                self._refuse_unseen(desk, wanted)
            known = self._finder(desk)
            changes = [change for one in wanted for change in verb(desk, *known(one))]
            if joining:
                changes += self._joining(desk, joining)
            what = "1 object" if len(wanted) == 1 else f"{len(wanted)} objects"
            self._commit(kind, desk, changes, op_id, f"{what} {done}.")

    def _object_desk(self, input_id: str | None) -> Desk:
        desk = self._desk(input_id)
        if not desk.settings.objects:
            raise BadInput(
                f"expected a detection or segmentation task for objects, got one of kind {desk.settings.kind}; "
                "label the whole input with add()."
            )
        return desk

    def _refuse_unseen(self, desk: Desk, object_ids: Iterable[str]) -> None:
        """Raise `Conflict` where an object on the screen is no longer as it was shown, and show it as it is.

        The desk is as the journal has it now; what a person meant to change is what the session showed.
        """
        if self.state.desk is None or self.state.desk.input_id != desk.input_id:
            return
        now = {a.annotation_id: a.version for a in desk.scene.active}
        shown = {a.annotation_id: a.version for a in self.state.desk.scene.active}
        for one in object_ids:
            thing = self.state.objects.get(one)
            if thing is None or now.get(one) == shown.get(one):
                continue
            what = "changed" if one in now else "taken off"
            said = f"{thing.label} was {what} elsewhere meanwhile; nothing was overwritten, look again and repeat."
            self._refresh(saving=Saving(UNSAVED, said))
            raise Conflict(said)

    def _finder(self, desk: Desk) -> Callable[[str], tuple[Annotation | None, Suggestion | None]]:
        """Give what tells, of an id, which annotation stands under it and what suggests it."""
        standing = {a.annotation_id: a for a in desk.scene.active if a.geometry is not None}
        found = [s for s in self._suggestions(desk) if s.region is not None]
        suggested = {desk.run_object_id(s): s for s in found} | {desk.object_id(s): s for s in found}

        def known(one: str) -> tuple[Annotation | None, Suggestion | None]:
            if one not in standing and one not in suggested:
                raise UnknownObject(
                    f"expected the id of an object on this input, got {one!r:.80}; session.state.objects has them."
                )
            return standing.get(one), suggested.get(one)

        return known

    def _joining(self, desk: Desk, concept: str) -> list[Change]:
        """Put a concept that the project lacks on the task's list."""
        known = desk.concepts.get(name_key(clean_name(concept)))
        return self.bench.listing(concept) if known is None or known.deleted else []

    def _range(self) -> _Range:
        return {"low": self.state.lens.low, "high": self.state.lens.high}

    def _size(self, input_id: str) -> Size | None:
        """Give the upright picture's width and height; None where nobody can tell."""
        return None if self.measure is None else self.measure(self.bench.journal.input(input_id))

    def _within(self, desk: Desk, region: Region) -> Region:
        size = self._size(desk.input_id)
        if size is None:
            return region
        cut = region.clipped(*size)
        if cut is None:
            raise BadInput(
                f"expected a region on the picture of {size[0]} x {size[1]} pixels, got one wholly outside "
                f"({', '.join(f'{v:g}' for v in region.bounds.sides)}); draw it on the picture."
            )
        return cut


def _place(annotation: Annotation | None, suggestion: Suggestion | None) -> Region:
    text = annotation.geometry if annotation is not None else None
    place = from_text(text) if text else suggestion.region if suggestion is not None else None
    assert place is not None, "an object has a region"
    return place


def _held(by: float, spans: list[tuple[float, float]], length: float) -> float:
    """Give how far all spans can go without leaving 0 to length."""
    low, high = -min(start for start, _ in spans), length - max(end for _, end in spans)
    return min(max(by, min(low, 0.0)), max(high, 0.0))


def _id(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise BadInput(f"expected an object's id as a text of up to {LONGEST_ID} characters, got {value!r:.80}.")
    return value


def _ids(values: Iterable[str]) -> list[str]:
    wanted = [values] if isinstance(values, str) else list(dict.fromkeys(_id(v) for v in values))
    if len(wanted) > MOST_AT_ONCE:
        raise BadInput(f"expected at most {MOST_AT_ONCE:,} objects at once, got {len(wanted):,}.")
    return wanted
