"""The contact sheet of a review: cards painted from state, small pictures decoded in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol

import traitlets

from ..domain.inputs import Input
from ..errors import BadInput, UnreadableInput
from ..sessions.review_state import ReviewState
from ..sessions.state import LabelState
from . import paint_review as paint
from .front import Front, Message, module, styles
from .panel import Panel, Tell, flag, name, names, whole

Measure = Callable[[Input], tuple[int, int]]
SIDE = 480  # pixels of a small picture's longer side


class Small(Protocol):
    """Small pictures (`media.thumbnails.Thumbnails`)."""

    def get(self, given: Input, side: int = SIDE) -> bytes:
        """Give a JPEG."""


class Sheets(Protocol):
    """The verbs of a session that the sheet presses."""

    @property
    def state(self) -> ReviewState:
        """What is to be seen now."""

    def show_sheet(self, size: int | None = None) -> None:
        """Look at many."""

    def show_one(self, input_id: str | None = None) -> None:
        """Look at one."""

    def take_out(self, input_id: str, on: bool = True) -> None:
        """Leave one out."""

    def approve_all(
        self,
        input_ids: Iterable[str] | None = None,
        *,
        seen: Mapping[str, str] | None = None,
        op_id: str | None = None,
    ) -> int:
        """Approve many."""


class SheetView(Front):
    """The sheet in the page; `view` is as `paint_review.sheet` gives it."""

    _esm = module("link.js", "elements.js", "clipboard.js", "shapes.js", "objectpaint.js", "thumb.js", "reviewsheet.js")
    _css = styles("theme.css", "review.css")
    view = traitlets.Dict().tag(sync=True)


class SheetPanel(Panel):
    """Paints the sheet of a review and presses its verbs.

    Parameters
    ----------
    session
        Whose verbs are pressed.
    state
        What is painted first.
    small
        Gives small pictures.
    measure
        Gives width and height of an input's whole picture, in whose pixels its labels lie; None: as the small one.
    scope, tell
        As every panel has them.
    """

    def __init__(
        self, session: Sheets, state: ReviewState, small: Small, measure: Measure | None, *, scope: str, tell: Tell
    ) -> None:
        self.session, self._small, self._measure = session, small, measure
        self._painted: paint.Painted = {}
        self.view = SheetView(scope=scope, view=self._paint(state))
        super().__init__(self.view, tell)
        self._crew = ThreadPoolExecutor(2, "nl-sheet")
        self._lock = threading.Lock()
        self._wanted: frozenset[str] = frozenset()  # inputs on the sheet: others need no picture any more
        hear = self.view.hear
        hear("thumbs", self._send_pictures)
        hear("take", lambda m: session.take_out(name(m, "input"), flag(m, "on")))
        hear("open", lambda m: session.show_one(name(m, "input")))
        hear("size", lambda m: session.show_sheet(whole(m, "size", 1000)))
        hear("approve_all", self._approve_all)

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference."""
        if not isinstance(new, ReviewState) or not isinstance(old, ReviewState):
            return
        parts = ("sheet", "grid", "share", "settings")
        if any(getattr(old, part) is not getattr(new, part) for part in parts):
            self.view.view = self._paint(new)

    def _paint(self, state: ReviewState) -> dict[str, Any]:  # Any: JSON
        view = paint.sheet(state, self._painted)
        shown = {each["input"] for each in view["cards"]}
        self._painted = {i: kept for i, kept in self._painted.items() if i in shown}
        return view

    def close(self) -> None:
        """Stop decoding and close. Twice is fine."""
        with self._lock:
            self._wanted = frozenset()
        self._crew.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _approve_all(self, message: Message) -> None:
        ids, seen = names(message, "inputs"), names(message, "seen")
        if len(ids) != len(seen):
            raise BadInput(f"expected as many {'seen'!r} as {'inputs'!r}, got {len(seen)} and {len(ids)}; reload.")
        self.session.approve_all(ids, seen=dict(zip(ids, seen, strict=True)), op_id=message.op)

    def _send_pictures(self, message: Message) -> None:
        asked = names(message, "inputs")
        inputs = {card.input.input_id: card.input for card in self.session.state.sheet.cards}
        with self._lock:
            self._wanted = frozenset(inputs)
        for each in asked:
            if each in inputs:
                with suppress(RuntimeError):  # closed meanwhile
                    self._crew.submit(self._send_picture, inputs[each])

    def _send_picture(self, given: Input) -> None:
        if given.input_id not in self._wanted:
            return
        about: dict[str, Any] = {"kind": "thumb", "input": given.input_id}  # Any: JSON
        try:
            jpeg = self._small.get(given, SIDE)
            width, height = self._measure(given) if self._measure is not None else (0, 0)
        except UnreadableInput as error:
            self.view.send({**about, "words": str(error)})
        except Exception as error:
            self.tell(error)
        else:
            self.view.send({**about, "width": width, "height": height}, [jpeg])
