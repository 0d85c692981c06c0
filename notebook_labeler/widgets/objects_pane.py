"""The Objects pane: concepts with their instances, painted from state; what is clicked goes to one verb each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import traitlets

from ..sessions.state import LabelState
from . import paint_objects as paint
from .front import Front, Message, module, styles
from .panel import Panel, Tell, flag, name, names


class Objects(Protocol):
    """The verbs of a session that this pane presses."""

    @property
    def state(self) -> LabelState:
        """What is to be seen now."""

    def accept_objects(
        self, object_ids: Sequence[str], *, input_id: str | None = None, op_id: str | None = None
    ) -> Any:
        """Accept suggestions."""

    def uncheck_objects(
        self, object_ids: Sequence[str], *, input_id: str | None = None, op_id: str | None = None
    ) -> Any:
        """Take annotations off; suggested ones stay as suggestions."""

    def delete_objects(
        self, object_ids: Sequence[str], *, input_id: str | None = None, op_id: str | None = None
    ) -> Any:
        """Take objects out of the list."""

    def reassign(
        self, object_ids: Sequence[str], concept: str, *, input_id: str | None = None, op_id: str | None = None
    ) -> Any:
        """Give instances another concept."""

    def rename(self, concept: str, new: str, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Put another concept in its place."""

    def add_task_concept(self, name: str, *, op_id: str | None = None) -> None:
        """Add a concept to the task."""

    def hide(self, what: Sequence[str], on: bool = True, *, input_id: str | None = None) -> None:
        """Hide or show instances, or all of a concept."""

    def search(self, text: str) -> None:
        """Show only what matches."""


class ObjectsView(Front):
    """The pane in the page. Its traits are as `paint_objects` gives them."""

    _esm = module(
        "link.js",
        "elements.js",
        "combo.js",
        "rowparts.js",
        "row.js",
        "treelist.js",
        "objectrow.js",
        "reassign.js",
        "wishes.js",
        "chosen.js",
        "objectlist.js",
        "objectacts.js",
        "objectwalk.js",
        "objectspane.js",
    )
    _css = styles("theme.css", "pane.css", "objectspane.css")
    groups = traitlets.List().tag(sync=True)
    things = traitlets.List().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    concepts = traitlets.List().tag(sync=True)


class ObjectsPane(Panel):
    """Paints the objects of a session and presses its verbs; see `pane.Pane` for the parameters."""

    def __init__(self, session: Objects, state: LabelState, *, scope: str, tell: Tell) -> None:
        self.view = ObjectsView(
            scope=scope,
            groups=paint.groups(state),
            things=paint.things(state),
            view=paint.objects_pane(state),
            concepts=list(state.concepts),
        )
        super().__init__(self.view, tell)
        self.session = session
        hear = self.view.hear
        hear("accept", lambda m: session.accept_objects(names(m, "ids"), input_id=m.input_id, op_id=m.op))
        hear("uncheck", lambda m: session.uncheck_objects(names(m, "ids"), input_id=m.input_id, op_id=m.op))
        hear("delete", lambda m: session.delete_objects(names(m, "ids"), input_id=m.input_id, op_id=m.op))
        hear("reassign", self._reassign)
        hear("rename", self._rename)
        hear("add", lambda m: session.add_task_concept(name(m, "concept"), op_id=m.op))
        hear("hide", lambda m: session.hide(names(m, "ids"), flag(m, "on"), input_id=m.input_id))
        hear("search", lambda m: session.search(name(m, "text")))

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference."""
        with self.view.hold_sync():
            if _seen(old) != _seen(new):
                self.view.groups = paint.groups(new)
                self.view.things = paint.things(new)
            self.view.view = paint.objects_pane(new)
            if old.concepts != new.concepts:
                self.view.concepts = list(new.concepts)

    def _reassign(self, message: Message) -> None:
        ids, concept = names(message, "ids"), name(message, "concept")
        self.session.reassign(ids, concept, input_id=message.input_id, op_id=message.op)

    def _rename(self, message: Message) -> None:
        self.session.rename(name(message, "concept"), name(message, "new"), input_id=message.input_id, op_id=message.op)


def _seen(state: LabelState) -> tuple[object, ...]:
    """Give what the rows are made of, told apart by identity: comparing a thousand objects would take long."""
    parts = (state.desk, state.suggestions, state.settings)
    return (*map(id, parts), state.lens, state.assist.key, state.assist.model)
