"""What a person points at on the picture: selected, hidden, being drawn, copied. Nothing of it is written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..domain import drawing
from ..domain.geometry import SHAPES, Region
from ..domain.labeling import Desk, spelled
from ..domain.names import digest, name_key, new_id
from ..domain.tasks import one_of
from ..errors import BadInput, UnknownObject
from .objects import Objects
from .state import Drawing

OFFSET = 0.02  # of the picture's shorter side: how far a copy lies from what it was copied from


class Pointing(Objects):
    """Select, hide, choose what to draw, copy and paste."""

    _copied: tuple[tuple[str, Region], ...] = ()
    _copied_from: str = ""

    def select(self, object_ids: Iterable[str] = (), *, input_id: str | None = None) -> None:
        """Select objects of the input on the screen, and no others; those that are not there are passed over."""
        with self.lock:
            if self._on_screen(input_id):
                wanted = dict.fromkeys([object_ids] if isinstance(object_ids, str) else object_ids)
                there = tuple(one for one in wanted if one in self.state.objects)
                self._announce(replace(self.state, selected=there))

    def hide(self, what: Iterable[str], on: bool = True, *, input_id: str | None = None) -> None:
        """Leave objects undrawn, or draw them again.

        Parameters
        ----------
        what
            Ids of objects, and concepts, which stand for all of their objects, on the inputs to come too.
        on
            False: show them.
        input_id
            The input that was meant.
        """
        with self.lock:
            if not self._on_screen(input_id):
                return
            names = [what] if isinstance(what, str) else list(what)
            keys = {one if one in self.state.objects else name_key(one) for one in names}
            hidden = self.state.hidden | keys if on else self.state.hidden - keys
            self._announce(replace(self.state, hidden=frozenset(hidden)))

    def draw_with(self, concept: str, shape: str | None = None) -> None:
        """Draw with a concept from now on.

        Parameters
        ----------
        concept
            One of the project, or a new one.
        shape
            ``box`` or ``polygon``; how the task has that concept unless told.
        """
        with self.lock:
            self._draws()
            name = spelled(self.bench.concepts, concept)
            chosen = self.bench.settings.geometry_of(name) if shape is None else shape
            one_of("shape", chosen, SHAPES)
            self._announce(replace(self.state, drawing=Drawing(name, chosen)))

    def stop_drawing(self) -> None:
        """Draw no more."""
        with self.lock:
            self._announce(replace(self.state, drawing=None))

    def copy(self, object_ids: Iterable[str] | None = None, *, input_id: str | None = None) -> int:
        """Remember objects for `paste`, the selected ones unless told. Gives how many.

        Raises
        ------
        UnknownObject
            The input on the screen has no such object.
        """
        with self.lock:
            if not self._on_screen(input_id):
                return 0
            things = self.state.objects
            wanted = list(self.state.selected if object_ids is None else object_ids)
            if strange := [one for one in wanted if one not in things]:
                raise UnknownObject(f"expected ids of objects on this input, got {strange[0]!r:.80}.")
            if not wanted:
                self.say("Nothing is selected that could be copied.")
                return 0
            self._copied = tuple((things[one].concept, things[one].region) for one in wanted)
            self._copied_from = self.state.input.input_id if self.state.input else ""
            self.say(f"{len(wanted)} object{'s' * (len(wanted) != 1)} copied; paste on this input or on another.")
            return len(wanted)

    def paste(self, *, input_id: str | None = None, op_id: str | None = None) -> list[str]:
        """Put what was copied on the input, in the same place; on the input it came from, a little beside.

        Returns
        -------
        list of str
            The ids of the copies. What would lie outside the picture is left out, and said.
        """
        with self.lock:
            desk = self._object_desk(input_id)
            if not self._copied:
                self.say("Nothing has been copied yet.")
                return []
            places = [(concept, self._pasted_at(desk, place)) for concept, place in self._copied]
            ids = [digest("paste", op_id, str(i)) if op_id else new_id() for i in range(len(places))]
            made = [(one, concept, r) for one, (concept, r) in zip(ids, places, strict=True) if r is not None]
            left = len(places) - len(made)
            outside = f"; {left} would lie outside this picture" if left else ""
            notice = f"{len(made)} object{'s' * (len(made) != 1)} pasted{outside}."
            if not self._commit("paste", desk, drawing.paste(desk, made), op_id, notice):
                self.say(notice)
            pasted = [one for one, _, _ in made]
            self.select(pasted, input_id=desk.input_id)
            return pasted

    def _pasted_at(self, desk: Desk, place: Region) -> Region | None:
        size = self._size(desk.input_id)
        if desk.input_id == self._copied_from:
            beside = OFFSET * min(size) if size else 10.0
            place = place.moved(beside, beside)
        return place if size is None else place.clipped(*size)

    def _draws(self) -> None:
        if not self.bench.settings.objects:
            raise BadInput("expected a detection or segmentation task for drawing; this one labels whole inputs.")
