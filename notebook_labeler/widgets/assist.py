"""The AI Assist section: on or off, which model, the probability range, and accept-all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import ipywidgets
import traitlets

from ..domain.tasks import ALL, MAPPED
from ..errors import LabelerError
from ..sessions.state import LabelState
from . import paint
from .bulk import Accepting, BulkPanel
from .front import Front, Message, module, styles
from .panel import Panel, Tell, name, send_page

Catalogue = Callable[[str], list[dict[str, Any]]]  # search text -> entries with name, trained, licence, here


class Assisted(Accepting, Protocol):
    """The verbs of a session that this section presses."""

    def set_assist(self, on: bool, model: Any = None) -> None:
        """On or off."""

    def choose_model(self, model: Any) -> None:
        """On, with this model."""

    def predict(self, *, input_id: str | None = None) -> None:
        """Ask for the input at hand."""

    def cancel(self) -> None:
        """Stop waiting."""

    def set_range(self, low: float, high: float) -> None:
        """Show what scores from low to high."""

    def set_suggest(self, what: str) -> None:
        """The task's concepts, or the model's others too."""


class AssistView(Front):
    """Model, catalogue and status in the page; `view` is as `paint.assist` gives it."""

    _esm = module("link.js", "elements.js", "asker.js", "combo.js", "longlist.js", "modelpicker.js", "assist.js")
    _css = styles("theme.css", "pane.css", "assist.css")
    view = traitlets.Dict().tag(sync=True)
    models = traitlets.List().tag(sync=True)  # {value, note} of what is suggested while typing


class AssistPanel(Panel):
    """Paints a session's assistance and presses its verbs; see `pane.Pane` for the other parameters.

    Parameters
    ----------
    catalogue
        Searches the public catalogue.
    models
        What is suggested while typing: names, each with a few words.
    """

    def __init__(
        self,
        session: Assisted,
        state: LabelState,
        *,
        scope: str,
        tell: Tell,
        catalogue: Catalogue,
        models: dict[str, str],
    ) -> None:
        self.session, self.catalogue = session, catalogue
        self._offer = False  # a model is to be chosen before assistance can be on
        suggested = [{"value": value, "note": note} for value, note in models.items()]
        self.switch = ipywidgets.Checkbox(value=state.assist.on, description="AI Assist", indent=False)
        self.view = AssistView(scope=scope, view=paint.assist(state), models=suggested)
        self.slider = ipywidgets.FloatRangeSlider(
            value=(state.lens.low, state.lens.high),
            min=0.0,
            max=1.0,
            step=0.01,
            description="Probability",
            readout_format=".2f",
            tooltip="Only suggestions in this range are shown and accepted; both ends are inside",
        )
        self.others = ipywidgets.Checkbox(
            value=state.settings.suggest == ALL,
            description="Other concepts too",
            indent=False,
            tooltip="Also suggest the model's concepts that are not on the task's list",
        )
        self.accepting = BulkPanel(session, state, scope=scope, tell=tell)
        self.bulk = self.accepting.view
        head = ipywidgets.HBox([self.switch, self.others])
        css = {"nl-line": head, "nl-switch": self.switch, "nl-tick": self.others, "nl-slider": self.slider}
        for css_class, part in css.items():
            part.add_class(css_class)
        super().__init__(ipywidgets.VBox([head, self.view, self.slider, self.bulk]), tell)
        self.widget.add_class("nl-card")
        self._fold(state)
        self._listen()

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference. A new prediction leaves the range where it is."""
        if new.assist.on:
            self._offer = False
        self.switch.value = new.assist.on or self._offer
        self.slider.value = (new.lens.low, new.lens.high)
        self.others.value = new.settings.suggest == ALL
        self.view.view = paint.assist(new, offer=self._offer)
        self.accepting.paint(old, new)
        self._fold(new)

    def _listen(self) -> None:
        hear = self.view.hear
        hear("choose", lambda m: self.session.choose_model(name(m, "model")))
        hear("predict", lambda m: self.session.predict(input_id=m.input_id))
        hear("cancel", lambda _: self.session.cancel())
        hear("catalogue", self._explore)
        self.switch.observe(self.guarded(self._switched), "value")
        self.slider.observe(self.guarded(self._slid), "value")
        self.others.observe(self.guarded(self._widened), "value")

    def _switched(self, change: Any) -> None:  # Any: traitlets' bunch
        on, state = bool(change["new"]), self.session.state
        if on == (state.assist.on or self._offer):
            return
        self._offer = on and not (state.assist.model or state.settings.model)
        try:
            if not self._offer:
                self.session.set_assist(on)
        except LabelerError:
            self._offer = on
            raise
        finally:
            self.paint(self.session.state, self.session.state)

    def _slid(self, change: Any) -> None:
        low, high = change["new"]
        lens = self.session.state.lens
        if (low, high) != (lens.low, lens.high):
            self.session.set_range(low, high)

    def _widened(self, change: Any) -> None:
        wanted = ALL if change["new"] else MAPPED
        if wanted != self.session.state.settings.suggest:
            self.session.set_suggest(wanted)

    def _explore(self, message: Message) -> None:
        try:
            send_page(self.view, message, self.catalogue(name(message, "search")))
        except LabelerError as error:
            self.view.send({"kind": "refused", "ask": name(message, "ask"), "text": str(error)})
            raise

    def _fold(self, state: LabelState) -> None:
        """Show the section's parts when it is on, the model alone when one is to be chosen, else the switch."""
        self.view.layout.display = "" if state.assist.on or self._offer else "none"
        for part in (self.slider, self.others):
            part.layout.display = "" if state.assist.on else "none"
