"""The label-mapping table in the Concept mapping tab: lines by the page, and the verbs behind its cells."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

from ..domain.label_mapping import ClassLine
from ..errors import BadInput
from ..sessions.state import LabelState
from . import paint_mapping as paint
from .front import Front, Message
from .panel import name, send_page

BY_CLASS, BY_CONCEPT = "class", "concept"


class Table(Protocol):
    """The verbs of a session that the table presses."""

    @property
    def state(self) -> LabelState:
        """What is to be seen now."""

    def map_label(
        self,
        model_class: str,
        concept: str,
        geometry: str | None = None,
        *,
        relation: str | None = None,
        op_id: str | None = None,
    ) -> None:
        """Have a model class feed one concept."""

    def unmap_label(self, model_class: str, *, op_id: str | None = None) -> None:
        """Ignore a model class."""

    def set_geometry(self, concept: str, geometry: str, *, op_id: str | None = None) -> None:
        """Say how a concept is drawn."""


class LabelTable:
    """Answers the page's questions for lines and hears what is done to them.

    Lines keep their places while one works on them: the order is made anew when the page asks for it, with a search
    or when the table is opened.

    Parameters
    ----------
    session
        Whose verbs are pressed.
    state
        What is painted first.
    """

    def __init__(self, session: Table, state: LabelState) -> None:
        self.session = session
        self.by = BY_CLASS if state.settings.objects else BY_CONCEPT
        self.revision = 0
        self._of: tuple[object, ...] = ()  # what the lines were made of
        self._lines: dict[str, ClassLine] = {}
        self._order: list[str] = []

    def hear(self, view: Front) -> None:
        """Hear what the page says to the table."""
        session = self.session
        view.hear("classes", lambda m: send_page(view, m, self._found(m), partial(paint.line, state=session.state)))
        view.hear("map_label", self._map)
        view.hear("unmap_label", lambda m: session.unmap_label(name(m, "label"), op_id=m.op))
        view.hear("geometry", lambda m: session.set_geometry(name(m, "concept"), name(m, "geometry"), op_id=m.op))
        view.hear("by", self._turn)

    def paint(self, state: LabelState) -> dict[str, Any]:
        """Give what stands around the lines; its revision tells the page to ask for them again."""
        of = (state.mapping, state.settings, state.assist.vocabulary, state.renamed)
        if of != self._of:
            self._of, self._lines = of, {}
            self.revision += 1
        return paint.table(state, by=self.by, revision=self.revision)

    def _known(self) -> dict[str, ClassLine]:
        state = self.session.state
        self.paint(state)
        if not self._lines:
            self._lines = {line.model_class: line for line in state.label_mapping}
        return self._lines

    def _found(self, message: Message) -> list[ClassLine]:
        lines, search = self._known(), name(message, "search")
        if message.content.get("anew") or not self._order:
            self._order = self._ordered(lines, search)
        return [lines[label] for label in self._order if label in lines]

    def _ordered(self, lines: dict[str, ClassLine], search: str) -> list[str]:
        found = paint.ordered(tuple(lines.values()), search)
        vocabulary = self.session.state.assist.vocabulary
        if found or vocabulary is None:
            return found
        from ..models.mapping import search as by_meaning

        return paint.ordered(tuple(lines.values()), search, by_meaning(vocabulary, search))

    def _map(self, message: Message) -> None:
        more = {field: name(message, field) for field in ("geometry", "relation") if message.content.get(field)}
        self.session.map_label(name(message, "label"), name(message, "concept"), op_id=message.op, **more)

    def _turn(self, message: Message) -> None:
        wanted = name(message, "by")
        if wanted not in (BY_CLASS, BY_CONCEPT):
            raise BadInput(f"expected by to be one of {BY_CLASS}, {BY_CONCEPT}, got {wanted!r:.80}; reload the page.")
        self.by = wanted
