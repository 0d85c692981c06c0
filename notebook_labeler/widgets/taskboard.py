"""The task board on the screen: the list, its form and menus in one view, and what was opened below it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
import traitlets

from ..domain.names import new_id
from ..domain.tasks import TaskSettings
from ..errors import LabelerError
from ..sessions.drafting import KINDS, drafted
from ..sessions.taskboard import TaskBoard
from ..sessions.taskboard_state import LABEL, PRELABEL, REVIEW, BoardState
from . import paint_taskboard as paint
from .explore import explore, suggested
from .front import Front, Message, module, styles
from .panel import close_family, flag, name, send_page

Open = Callable[[str], ipywidgets.Widget]  # task id -> its widget, closed by the board
Tables = Callable[[str], list[dict[str, Any]]]  # task id -> tables with title, columns, digits, rows, note: plain JSON

PARTS = (
    "link.js",
    "elements.js",
    "asker.js",
    "combo.js",
    "longlist.js",
    "modelpicker.js",
    "markdown.js",
    "taskparts.js",
    "taskrow.js",
    "tasklist.js",
    "taskmenu.js",
    "taskchips.js",
    "taskform.js",
)


class BoardView(Front):
    """The board in the page; `view`, `form` and `choices` are as `paint_taskboard` gives them."""

    _esm = module(*PARTS, "taskboard.js")
    _css = styles(
        "theme.css", "pane.css", "assist.css", "labelmapping.css", "markdown.css", "taskboard.css", "taskform.css"
    )
    view = traitlets.Dict().tag(sync=True)
    form = traitlets.Dict().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    models = traitlets.Dict().tag(sync=True)


class Board(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets is not typed
    """A task board on the screen.

    Parameters
    ----------
    session
        What is shown; from Python it does whatever the buttons do. It is closed with the widget.
    opens
        How a task is labeled, reviewed and pre-labeled: its widgets, by ``label``, ``review`` and ``prelabel``.
    team
        Gives the tables about a task's people.

    Examples
    --------
    >>> board = project.board()                     # doctest: +SKIP
    >>> board.session.open("label", task.id)        # doctest: +SKIP
    >>> board.close()                               # doctest: +SKIP
    """

    def __init__(self, session: TaskBoard, *, opens: Mapping[str, Open], team: Tables = lambda _: []) -> None:
        self.session, self._opens, self._team = session, dict(opens), team
        self._inner: ipywidgets.Widget | None = None
        self._inner_of: object = None
        self._revision = 0
        self._alive = True
        state = session.state
        self.view = BoardView(
            scope=new_id(),
            view=paint.view(state, 0),
            form=paint.form(state),
            choices=paint.choices(state),
            models={kind: _models(kind) for kind in KINDS},
        )
        super().__init__([self.view])
        self.add_class("nbl-root")
        self.add_class("nl-taskboard")
        self.view.on_error(self.tell)
        self._listen()
        self._leave = session.observe(self._changed)
        self._changed(state, session.state)

    def tell(self, error: Exception) -> None:
        """Show an error in the notice line; what nobody foresaw goes to the log whole."""
        if isinstance(error, LabelerError):
            self.session.say(str(error), error=True)
            return
        self.log.error("%s", "".join(traceback.format_exception(error)))
        kind = type(error).__name__
        self.session.say(f"Something went wrong that should not have ({kind}: {error!s:.300}).", error=True)

    def close(self) -> None:
        """Close every widget of it, what was opened too, and the session. Twice is fine."""
        if not self._alive:
            return
        self._alive = False
        self._leave()
        self._shut()
        self.session.close()
        close_family(self.view)
        self.layout.close()
        super().close()

    # ---- what the page says

    def _listen(self) -> None:
        hear, session = self.view.hear, self.session
        for what in (LABEL, REVIEW, PRELABEL):
            hear(what, self._open)
        hear("back", lambda _: session.back())
        hear("tasks", self._page)
        hear("new", lambda _: session.new())
        hear("edit", lambda m: session.edit(name(m, "task")))
        hear("draft", lambda m: session.write(drafted(m.content.get("draft"))))
        hear("create", lambda m: session.submit(drafted(m.content.get("draft"))))
        hear("cancel", lambda _: session.cancel())
        hear("person", lambda m: session.add_person(name(m, "name")))
        hear("delete", lambda m: session.delete(name(m, "task")))
        hear("undo", lambda _: session.undo())
        hear("version", lambda m: session.save_version(name(m, "task"), name(m, "name"), name(m, "message")))
        hear("team", self._tables)
        hear("labels", lambda m: send_page(self.view, m, [session.labels(name(m, "task"))]))
        hear("catalogue", self._catalogue)
        hear("words", self._words)

    def _open(self, message: Message) -> None:
        self.session.open(message.kind, name(message, "task"))

    def _page(self, message: Message) -> None:
        found = paint.ordered(
            self.session.state, name(message, "search"), name(message, "sort"), down=flag(message, "down")
        )
        send_page(self.view, message, found, paint.line)

    def _words(self, message: Message) -> None:
        """Answer with the concepts of the form's model."""
        send_page(self.view, message, list(self.session.state.robots.labels))

    def _catalogue(self, message: Message) -> None:
        settings = TaskSettings(kind=name(message, "task_kind"))
        self._answer(message, lambda: explore(name(message, "search"), settings))

    def _tables(self, message: Message) -> None:
        self._answer(message, lambda: self._team(name(message, "task")))

    def _answer(self, message: Message, ask: Callable[[], list[Any]]) -> None:
        try:
            send_page(self.view, message, ask())
        except LabelerError as error:
            self.view.send({"kind": "refused", "ask": name(message, "ask"), "text": str(error)})
            raise

    # ---- keeping it so

    def _changed(self, old: BoardState, new: BoardState) -> None:
        if old.opened != new.opened:
            self._replace(new)
            if self.session.state is not new:
                return  # what was to be opened could not be, and the list is back
        if old.lines != new.lines:
            self._revision += 1
        with self.view.hold_sync():
            self.view.view = paint.view(new, self._revision)
            self.view.form = paint.form(new)
            if (old.datasets, old.concepts, old.people) != (new.datasets, new.concepts, new.people):
                self.view.choices = paint.choices(new)

    def _replace(self, state: BoardState) -> None:
        """Put the widget of a task in the place of the list, or take it away."""
        self._shut()
        if state.opened is None:
            return
        try:
            self._inner = self._opens[state.opened.what](state.opened.task_id)
            self.children = [self.view, self._inner]
        except Exception as error:
            self.session.back()
            self.tell(error)

    def _shut(self) -> None:
        inner, self._inner = self._inner, None
        self.children = [self.view]
        if inner is not None:
            inner.close()


def _models(kind: str) -> list[dict[str, str]]:
    return [{"value": value, "note": note} for value, note in suggested(TaskSettings(kind=kind)).items()]
