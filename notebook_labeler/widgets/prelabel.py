"""The pre-label widget: the run on the left; on the right the range, and the mapping of the model's classes."""

from __future__ import annotations

import traceback
from typing import Any

import ipywidgets
import traitlets

from ..domain.names import new_id
from ..errors import AssistLimit, LabelerError
from ..sessions.prelabel import PrelabelSession
from ..sessions.prelabel_state import PrelabelState
from . import paint_prelabel as paint
from .explore import suggested
from .front import Front, Message, guarded, module, styles
from .label_mapping import BY_CLASS
from .mapping import MappingPanel
from .panel import close_family, name

MOST_TRACE = 300  # characters of what nobody foresaw


class PrelabelView(Front):
    """Run, counts, limit and results in the page; `view` is as `paint_prelabel.view` gives it."""

    _esm = module("link.js", "elements.js", "combo.js", "clipboard.js", "prelabel.js")
    _css = styles("theme.css", "pane.css", "assist.css", "header.css", "prelabel.css")
    view = traitlets.Dict().tag(sync=True)
    models = traitlets.List().tag(sync=True)  # {value, note} of what is suggested while typing


class Prelabel(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets is not typed
    """A pre-labeling session on the screen. A run goes on when it is closed.

    Parameters
    ----------
    session
        What is shown and worked with; from Python it does whatever the buttons do. It is closed with the widget.

    Examples
    --------
    >>> widget = task.prelabel()      # doctest: +SKIP
    >>> widget.session.start()        # doctest: +SKIP
    >>> widget.close()                # doctest: +SKIP
    """

    def __init__(self, session: PrelabelSession) -> None:
        self.session = session
        self._open, self._telling = True, False
        state = session.state
        scope = new_id()
        models = [{"value": each, "note": note} for each, note in suggested(state.mapping.settings).items()]
        self.view = PrelabelView(scope=scope, view=paint.view(state), models=models)
        self.view.on_error(self.tell)
        self.slider = ipywidgets.FloatRangeSlider(
            value=(state.low, state.high),
            min=0.0,
            max=1.0,
            step=0.01,
            description="Probability",
            readout_format=".2f",
            continuous_update=False,
            tooltip="Only suggestions in this range are written down; both ends are inside",
        )
        common: dict[str, Any] = {"scope": scope, "tell": self.tell}
        self.mapping = MappingPanel(session.mapping, state.mapping, begin="Choose a model", **common)
        self.mapping.table.by = BY_CLASS  # what the model finds is mapped here, whatever kind of task it is
        self.mapping.paint(state.mapping, state.mapping)
        self._listen()
        super().__init__([self._columns()])
        self.add_class("nbl-root")
        self._leave = session.observe(self._changed)
        self._changed(state, session.state)

    def tell(self, error: Exception) -> None:
        """Show an error in the widget. That the limit allows less is shown as the question that it is."""
        if isinstance(error, AssistLimit) and self.session.state.warned is not None:
            return
        text = str(error)
        if not isinstance(error, LabelerError):
            text = f"Something went wrong that should not have: {''.join(traceback.format_exception_only(error))}"
        if self._telling or not self._open:
            return
        self._telling = True
        try:
            self.session.mapping.say(text[:MOST_TRACE], error=True)
        finally:
            self._telling = False

    def close(self) -> None:
        """Close every widget of it, and the session. A run goes on. Twice is fine."""
        if not self._open:
            return
        self._open = False
        self._leave()
        self.session.close()
        self.mapping.close()
        close_family(self._columns_box)
        self.layout.close()
        super().close()

    def _columns(self) -> ipywidgets.GridBox:
        self.slider.add_class("nl-slider")
        self._left, self._right = ipywidgets.VBox([self.view]), ipywidgets.VBox([self.slider, self.mapping.widget])
        self._left.add_class("nl-place")
        self._right.add_class("nl-sidebar")
        self._columns_box = ipywidgets.GridBox([self._left, self._right])
        self._columns_box.add_class("nl-columns")
        self._columns_box.add_class("nl-pre-columns")
        return self._columns_box

    def _listen(self) -> None:
        session, hear = self.session, self.view.hear
        hear("start", lambda m: session.start(first=m.content.get("first") is True))
        hear("stop", lambda _: session.stop())
        hear("dismiss", lambda _: session.dismiss())
        hear("undo", lambda _: session.undo())
        hear("to_waiting", lambda _: session.to_waiting())
        hear("choose", self._choose)
        self.slider.observe(guarded(self._slid, self.tell), "value")

    def _choose(self, message: Message) -> None:
        self.session.choose_model(name(message, "model"))

    def _slid(self, change: Any) -> None:  # Any: traitlets' bunch
        low, high = change["new"]
        if (low, high) != (self.session.state.low, self.session.state.high):
            self.session.set_range(low, high)

    def _changed(self, old: PrelabelState, new: PrelabelState) -> None:
        try:
            self.view.view = paint.view(new)
            self.slider.value = (new.low, new.high)
            if old.mapping is not new.mapping:
                self.mapping.paint(old.mapping, new.mapping)
        except Exception as error:
            self.tell(error)
