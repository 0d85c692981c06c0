"""The header: which input, how far, previous and next, skip and submit, undo and redo, saved or not, notices."""

from __future__ import annotations

from typing import Protocol

import traitlets

from ..sessions.state import LabelState
from . import paint
from .front import Front, module, styles
from .panel import Explaining, Tell


class Steps(Protocol):
    """The verbs of a session that the header presses."""

    def next(self, *, input_id: str | None = None) -> None:
        """Go on."""

    def previous(self, *, input_id: str | None = None) -> None:
        """Go back."""

    def skip(self, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Put the input aside."""

    def submit(self, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Hand the input in."""

    def undo(self, *, op_id: str | None = None) -> None:
        """Take back."""

    def redo(self, *, op_id: str | None = None) -> None:
        """Do again."""


class HeaderView(Front):
    """The header in the page; `view` is as `paint.header` gives it."""

    _esm = module(
        "link.js",
        "elements.js",
        "clipboard.js",
        "helpcard.js",
        "markdown.js",
        "instructions.js",
        "status.js",
        "header.js",
    )
    _css = styles("theme.css", "markdown.css", "header.css")
    view = traitlets.Dict().tag(sync=True)


class Header(Explaining):
    """Paints the header of a session and presses its verbs; see `pane.Pane` for the parameters."""

    def __init__(self, session: Steps, state: LabelState, *, scope: str, tell: Tell) -> None:
        self.view = HeaderView(scope=scope, view=paint.header(state))
        super().__init__(self.view, tell)
        hear = self.view.hear
        hear("next", lambda m: session.next(input_id=m.input_id))
        hear("previous", lambda m: session.previous(input_id=m.input_id))
        hear("skip", lambda m: session.skip(input_id=m.input_id, op_id=m.op))
        hear("submit", lambda m: session.submit(input_id=m.input_id, op_id=m.op))
        hear("undo", lambda m: session.undo(op_id=m.op))
        hear("redo", lambda m: session.redo(op_id=m.op))

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference."""
        self.view.view = paint.header(new, trouble=self.trouble(new))
