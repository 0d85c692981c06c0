"""The Concept mapping tab: mapped and unmapped concepts, recommendations, the model's whole vocabulary, relations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import traitlets

from ..domain.names import name_key
from ..sessions.state import LabelState
from . import paint
from .front import Front, Message, module, styles
from .label_mapping import LabelTable, Table
from .panel import Panel, Tell, name, send_page


class Mapped(Table, Protocol):
    """The verbs of a session that this tab presses, those of its table among them."""

    def relate(self, concept: str, other: str, relation: str, *, op_id: str | None = None) -> None:
        """Say what a model concept is to an own one."""

    def relate_all(self, said: Iterable[tuple[str, str, str]], *, op_id: str | None = None) -> None:
        """Say so of several."""

    def unrelate(self, concept: str, other: str, *, op_id: str | None = None) -> None:
        """Take it away."""


PARTS = (
    "link.js",
    "elements.js",
    "asker.js",
    "combo.js",
    "longlist.js",
    "mapline.js",
    "classline.js",
    "labelmapping.js",
)


class MappingView(Front):
    """The tab in the page; `view` is as `paint.mapping` gives it, `table` as `paint_mapping.table` does."""

    _esm = module(*PARTS, "mapping.js")
    _css = styles("theme.css", "pane.css", "assist.css", "mapping.css", "labelmapping.css")
    view = traitlets.Dict().tag(sync=True)
    table = traitlets.Dict().tag(sync=True)


class MappingPanel(Panel):
    """Paints a session's concept mapping and presses its verbs; see `pane.Pane` for the other parameters.

    Parameters
    ----------
    begin
        How one gets a model here.
    """

    def __init__(
        self,
        session: Mapped,
        state: LabelState,
        *,
        scope: str,
        tell: Tell,
        begin: str = "Turn AI Assist on and choose a model",
    ) -> None:
        self.session, self._begin = session, begin
        self.table = LabelTable(session, state)
        self.view = MappingView(scope=scope, view=paint.mapping(state, begin=begin), table=self.table.paint(state))
        super().__init__(self.view, tell)
        self.view.hear("relate", self._relate)
        self.view.hear("unrelate", lambda m: session.unrelate(name(m, "concept"), name(m, "other"), op_id=m.op))
        self.view.hear("map_all", self._map_all)
        self.table.hear(self.view)
        self.view.hear("vocabulary", lambda m: send_page(self.view, m, found(session.state, name(m, "search"))))

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference."""
        with self.view.hold_sync():
            self.view.view = paint.mapping(new, begin=self._begin)
            self.view.table = self.table.paint(new)

    def _relate(self, message: Message) -> None:
        concept, other = name(message, "concept"), name(message, "other")
        self.session.relate(concept, other, name(message, "relation"), op_id=message.op)

    def _map_all(self, message: Message) -> None:
        found = paint.recommended(self.session.state)
        self.session.relate_all([(m.concept, m.other, m.relation) for m in found], op_id=message.op)


def found(state: LabelState, search: str) -> list[dict[str, Any]]:
    """Give the model's concepts that hold the search text, those that begin with it first, and what each feeds."""
    labels = state.assist.vocabulary.labels if state.assist.vocabulary else ()
    wanted = name_key(search)
    feeds: dict[str, list[str]] = {}
    for line in state.mapping:
        for link in line.links:
            feeds.setdefault(name_key(link.other), []).append(line.concept)
    hits = [label for label in labels if wanted in name_key(label)]
    hits.sort(key=lambda label: not name_key(label).startswith(wanted))
    return [{"label": label, "feeds": feeds.get(name_key(label), [])} for label in hits]
