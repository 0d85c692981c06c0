"""The Classifications pane: rows painted from state; what is clicked goes to one verb of the session each."""

from __future__ import annotations

from typing import Protocol

import traitlets

from ..sessions.state import LabelState
from . import paint
from .front import Front, Message, module, styles
from .panel import Panel, Tell, name


class Labels(Protocol):
    """The verbs of a session that this pane presses."""

    def accept(self, concept: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Accept a suggestion."""

    def uncheck(self, concept: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Take a label off."""

    def add(self, concept: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Label with a concept."""

    def delete(self, concept: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Take a label or a suggestion out of the list."""

    def rename(self, concept: str, new: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Put another concept in its place."""

    def search(self, text: str) -> None:
        """Show only what matches."""


class PaneView(Front):
    """The pane in the page. `rows` and `view` are as `paint.pane_rows` and `paint.pane` give them."""

    _esm = module("link.js", "elements.js", "combo.js", "rowparts.js", "row.js", "pane.js")
    _css = styles("theme.css", "pane.css")
    rows = traitlets.List().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    concepts = traitlets.List().tag(sync=True)


class Pane(Panel):
    """Paints the rows of a session and presses its verbs.

    Parameters
    ----------
    session
        Whose verbs are pressed.
    state
        What is painted first.
    scope
        The labeler it belongs to.
    tell
        Is told what goes wrong.
    """

    def __init__(self, session: Labels, state: LabelState, *, scope: str, tell: Tell) -> None:
        self.view = PaneView(
            scope=scope, rows=paint.pane_rows(state), view=paint.pane(state), concepts=list(state.concepts)
        )
        super().__init__(self.view, tell)
        self.session = session
        hear = self.view.hear
        hear("accept", lambda m: session.accept(name(m, "concept"), input_id=m.input_id, op_id=m.op))
        hear("uncheck", lambda m: session.uncheck(name(m, "concept"), input_id=m.input_id, op_id=m.op))
        hear("add", lambda m: session.add(name(m, "concept"), input_id=m.input_id, op_id=m.op))
        hear("delete", lambda m: session.delete(name(m, "concept"), input_id=m.input_id, op_id=m.op))
        hear("rename", self._rename)
        hear("search", lambda m: session.search(name(m, "text")))

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference."""
        with self.view.hold_sync():
            self.view.rows = paint.pane_rows(new)
            self.view.view = paint.pane(new)
            if old.concepts != new.concepts:
                self.view.concepts = list(new.concepts)

    def _rename(self, message: Message) -> None:
        self.session.rename(name(message, "concept"), name(message, "new"), input_id=message.input_id, op_id=message.op)
