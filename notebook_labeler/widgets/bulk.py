"""Accept-all, for the input at hand and for many: what a model suggests, and what runs left pending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import traitlets

from ..sessions.state import LabelState
from . import paint
from .front import Front, module, styles
from .panel import Panel, Tell


class Running(Protocol):
    """What goes on in the background (`runs.job.Job`)."""

    @property
    def done(self) -> int:
        """Inputs dealt with."""

    @property
    def total(self) -> int | None:
        """Of how many."""

    @property
    def finished(self) -> bool:
        """Whether it has ended, one way or the other."""

    def cancel(self) -> object:
        """Stop it."""

    def on_change(self, callback: Callable[[Any], object]) -> object:
        """Call this whenever it gets on."""


class Accepting(Protocol):
    """The verbs of a session that accept many things at once."""

    @property
    def state(self) -> LabelState:
        """What is to be seen now."""

    def accept_all(self, *, input_id: str | None = None, op_id: str | None = None) -> int:
        """Accept what is shown."""

    def accept_all_inputs(self) -> Running:
        """Accept what is shown on every input that is left."""


class BulkView(Front):
    """The accept-all buttons in the page; `view` is as `paint.bulk` gives it."""

    _esm = module("link.js", "elements.js", "combo.js", "bulk.js")
    _css = styles("theme.css", "assist.css")
    view = traitlets.Dict().tag(sync=True)


class BulkPanel(Panel):
    """Paints the accept-all buttons where there is something to accept; see `pane.Pane` for the parameters."""

    def __init__(self, session: Accepting, state: LabelState, *, scope: str, tell: Tell) -> None:
        self.session = session
        self._job: Running | None = None
        self.view = BulkView(scope=scope, view=paint.bulk(state))
        super().__init__(self.view, tell)
        self._show(state)
        self.view.hear("accept_all", lambda m: session.accept_all(input_id=m.input_id, op_id=m.op))
        self.view.hear("accept_all_inputs", lambda _: self._begin())
        self.view.hear("stop_all", lambda _: self._job.cancel() if self._job else None)

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference."""
        self._show(new)

    def _begin(self) -> None:
        job = self._job = self.session.accept_all_inputs()
        job.on_change(lambda _: self._show(self.session.state))
        self._show(self.session.state)

    def _show(self, state: LabelState) -> None:
        job = self._job if self._job is not None and not self._job.finished else None
        view = paint.bulk(state, job=None if job is None else (job.done, job.total or 0))
        self.view.view = view  # first: the page takes the focus out of what is folded away
        self.view.layout.display = "" if view["shown"] else "none"
