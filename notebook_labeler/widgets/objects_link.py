"""Presses the session's verbs for what hands did on the stage, and shows the stage what the session has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ..domain.geometry import Region
from ..domain.names import name_key
from ..sessions.state import LabelState
from .colours import colour_of
from .objects_layer import ObjectsLayer
from .paint_stage import stage_items


class ObjectVerbs(Protocol):
    """The verbs of a session that the stage presses."""

    def draw(
        self,
        concept: str,
        region: Region,
        *,
        object_id: str | None = None,
        input_id: str | None = None,
        op_id: str | None = None,
    ) -> str:
        """Add an object."""

    def reshape(self, regions: Mapping[str, Region], *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Give objects other regions; suggested ones are thereby accepted."""

    def accept_objects(
        self, object_ids: Sequence[str], *, input_id: str | None = None, op_id: str | None = None
    ) -> None:
        """Accept suggested objects."""

    def uncheck_objects(
        self, object_ids: Sequence[str], *, input_id: str | None = None, op_id: str | None = None
    ) -> None:
        """Take accepted objects back."""

    def delete_objects(
        self, object_ids: Sequence[str], *, input_id: str | None = None, op_id: str | None = None
    ) -> None:
        """Take objects and suggestions off the input."""

    def reassign(
        self, object_ids: Sequence[str], concept: str, *, input_id: str | None = None, op_id: str | None = None
    ) -> None:
        """Give objects another concept."""

    def paste(self, *, input_id: str | None = None, op_id: str | None = None) -> object:
        """Add the copies to the input."""

    def hide(self, what: Sequence[str], on: bool = True, *, input_id: str | None = None) -> None:
        """Hide objects, or show them again."""

    def select(self, object_ids: Sequence[str] = (), *, input_id: str | None = None) -> None:
        """Say which objects are selected."""

    def copy(self, object_ids: Sequence[str] | None = None, *, input_id: str | None = None) -> object:
        """Keep copies of objects."""

    def draw_with(self, concept: str, shape: str | None = None) -> None:
        """Say with which concept is drawn."""

    def stop_drawing(self) -> None:
        """Say that drawing has ended."""


class ObjectsLink:
    """Joins the objects on the stage with a session.

    Parameters
    ----------
    layer
        The stage's objects (`stage.Stage.objects`).
    session
        Whose verbs are pressed.
    """

    def __init__(self, layer: ObjectsLayer, session: ObjectVerbs) -> None:
        self._layer, self._session = layer, session
        self._begun = False
        layer.on("drawn", self._drawn)
        layer.on("reshaped", self._reshaped)
        layer.on("objects", self._objects)
        layer.on("reassign", self._reassign)
        layer.on("copy", self._copy)
        layer.on("paste", session.paste)
        layer.on("selected", self._selected)
        layer.on("drawing", self._drawing)

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show what the session has now."""
        self._layer.show(new.input.input_id if new.input else None, stage_items(new))
        begun, self._begun = self._begun, True
        # What is as before is not repeated: the page may be a step ahead, and must not be thrown back.
        if not begun or old.selected != new.selected:
            self._layer.select(new.selected)
        if begun and old.drawing == new.drawing:
            return
        if new.drawing is None:
            self._layer.draw(None)
        else:
            concept = new.drawing.concept
            colour = colour_of(concept, new.settings)
            self._layer.draw(concept, new.drawing.shape, key=name_key(concept), colour=colour)

    def _drawn(self, *, object_id: str, concept: str, region: Region, input_id: str | None, op_id: str | None) -> None:
        self._session.draw(concept, region, object_id=object_id, input_id=input_id, op_id=op_id)

    def _reshaped(self, *, regions: Mapping[str, Region], input_id: str | None, op_id: str | None) -> None:
        self._session.reshape(regions, input_id=input_id, op_id=op_id)

    def _objects(self, *, do: str, ids: Sequence[str], input_id: str | None, op_id: str | None) -> None:
        session = self._session
        if do in ("hide", "show"):
            session.hide(ids, do == "hide", input_id=input_id)
            return
        verb = {"accept": session.accept_objects, "uncheck": session.uncheck_objects, "delete": session.delete_objects}
        verb[do](ids, input_id=input_id, op_id=op_id)

    def _reassign(self, *, ids: Sequence[str], concept: str, input_id: str | None, op_id: str | None) -> None:
        self._session.reassign(ids, concept, input_id=input_id, op_id=op_id)

    def _copy(self, *, ids: Sequence[str], input_id: str | None, op_id: str | None) -> None:
        self._session.copy(ids, input_id=input_id)

    def _selected(self, *, ids: Sequence[str], input_id: str | None, op_id: str | None) -> None:
        self._session.select(ids, input_id=input_id)

    def _drawing(self, *, concept: str | None, shape: str, input_id: str | None, op_id: str | None) -> None:
        if concept is None:
            self._session.stop_drawing()
        else:
            self._session.draw_with(concept, shape)
