"""The head and the history of a review: what is pressed in the page goes to one verb of the session each."""

from __future__ import annotations

from typing import Protocol

import traitlets

from ..sessions.review_state import ReviewState
from ..sessions.state import LabelState
from . import paint_review as paint
from .front import Front, Message, module, styles
from .header import Steps
from .panel import Explaining, Panel, Tell, flag, name, whole

MOST_REV = 2**53  # revisions that a page can write


class Judges(Steps, Protocol):
    """The verbs of a session that the head presses."""

    def approve(self, *, input_id: str | None = None, rev: int | None = None, op_id: str | None = None) -> None:
        """Agree."""

    def reject(
        self, comment: str, *, input_id: str | None = None, rev: int | None = None, op_id: str | None = None
    ) -> None:
        """Send back."""

    def show_sheet(self, size: int | None = None) -> None:
        """Look at many."""

    def show_one(self, input_id: str | None = None) -> None:
        """Look at one."""


class ReviewHeaderView(Front):
    """The head in the page; `view` is as `paint_review.header` gives it."""

    _esm = module(
        "link.js",
        "elements.js",
        "clipboard.js",
        "helpcard.js",
        "markdown.js",
        "instructions.js",
        "status.js",
        "rejectcard.js",
        "review.js",
    )
    _css = styles("theme.css", "markdown.css", "header.css", "review.css")
    view = traitlets.Dict().tag(sync=True)


class ReviewHeader(Explaining):
    """Paints the head of a review and presses its verbs; see `pane.Pane` for the parameters."""

    def __init__(self, session: Judges, state: ReviewState, *, scope: str, tell: Tell) -> None:
        self.session = session
        self.view = ReviewHeaderView(scope=scope, view=paint.header(state))
        super().__init__(self.view, tell)
        hear = self.view.hear
        hear("next", lambda m: session.next(input_id=m.input_id))
        hear("previous", lambda m: session.previous(input_id=m.input_id))
        hear("approve", lambda m: session.approve(input_id=m.input_id, rev=_rev(m), op_id=m.op))
        hear("reject", self._reject)
        hear("undo", lambda m: session.undo(op_id=m.op))
        hear("redo", lambda m: session.redo(op_id=m.op))
        hear("view", lambda m: session.show_sheet() if flag(m, "grid") else session.show_one())

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference."""
        if isinstance(new, ReviewState):
            self.view.view = paint.header(new, trouble=self.trouble(new))

    def _reject(self, message: Message) -> None:
        comment = name(message, "comment")
        self.session.reject(comment, input_id=message.input_id, rev=_rev(message), op_id=message.op)


class HistoryView(Front):
    """The history in the page; `view` is as `paint_review.history` gives it."""

    _esm = module("link.js", "elements.js", "reviewhistory.js")
    _css = styles("theme.css", "review.css")
    view = traitlets.Dict().tag(sync=True)


class History(Panel):
    """Paints what happened to the input at hand."""

    def __init__(self, state: ReviewState, *, scope: str, tell: Tell) -> None:
        self.view = HistoryView(scope=scope, view=paint.history(state))
        super().__init__(self.view, tell)

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference."""
        if isinstance(new, ReviewState):
            self.view.view = paint.history(new)


def _rev(message: Message) -> int:
    return whole(message, "rev", MOST_REV)
