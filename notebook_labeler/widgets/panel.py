"""What the panels of the labeler have in common: their widgets, their errors, their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets

from ..errors import BadInput
from ..sessions.state import LabelState
from .front import Front, Message, guarded

Tell = Callable[[Exception], None]
MOST = 2000  # characters that a page may send in one field
MOST_IDS = 100_000  # of objects, in one message


def name(message: Message, field: str) -> str:
    """Give a text field of a message, of a length that somebody can have typed.

    Raises
    ------
    BadInput
        It is missing, no text, or too long.
    """
    text = message.text(field)
    if len(text) > MOST:
        raise BadInput(f"expected at most {MOST} characters in {field!r}, got {len(text)}; shorten it.")
    return text


def names(message: Message, field: str) -> list[str]:
    """Give a list of ids out of a message, of which there are no more than an input can have.

    Raises
    ------
    BadInput
        It is no list of texts, or too long.
    """
    given = message.content.get(field)
    if not isinstance(given, list) or not all(isinstance(each, str) and len(each) <= MOST for each in given):
        raise BadInput(f"expected a list of ids in {field!r}, got {given!r:.80}; reload the page.")
    if len(given) > MOST_IDS:
        raise BadInput(f"expected at most {MOST_IDS:,} ids in {field!r}, got {len(given):,}; choose fewer.")
    return given


def flag(message: Message, field: str) -> bool:
    """Give a yes or no out of a message.

    Raises
    ------
    BadInput
        It is anything else.
    """
    given = message.content.get(field)
    if not isinstance(given, bool):
        raise BadInput(f"expected true or false in {field!r}, got {given!r:.80}; reload the page.")
    return given


def whole(message: Message, field: str, most: int) -> int:
    """Give a whole number from 0 to `most` out of a message.

    Raises
    ------
    BadInput
        It is anything else.
    """
    value = message.number(field)
    if value != int(value) or not 0 <= value <= most:
        raise BadInput(f"expected a whole number from 0 to {most} in {field!r}, got {value!r}; reload the page.")
    return int(value)


def send_page(view: Front, message: Message, items: list[Any], paint: Callable[[Any], Any] | None = None) -> None:
    """Answer a page's question for a piece of a list, from ``start`` on and ``count`` long; paint only that piece."""
    start, count = whole(message, "start", 10_000_000), whole(message, "count", 500)
    page = items[start : start + count]
    page = page if paint is None else [paint(item) for item in page]
    view.send({"kind": "page", "ask": name(message, "ask"), "total": len(items), "items": page})


class Panel:
    """A part of the labeler: `widget` is what is put on the screen.

    Parameters
    ----------
    widget
        The part's outermost widget.
    tell
        Is told what goes wrong in callbacks.
    """

    def __init__(self, widget: ipywidgets.Widget, tell: Tell) -> None:
        self.widget = widget
        self.tell = tell
        for part in family(widget):
            if isinstance(part, Front):
                part.on_error(tell)

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show the difference."""
        raise NotImplementedError

    def guarded(self, verb: Callable[[Any], object]) -> Callable[..., None]:
        """Give the verb for ipywidgets' callbacks: what it raises is told."""  # Any: whatever ipywidgets passes
        return guarded(verb, self.tell)

    def close(self) -> None:
        """Close every widget of it. Twice is fine."""
        close_family(self.widget)


class Explaining(Panel):
    """A header: the part that shows notices, some with a traceback to be unfolded."""

    def __init__(self, widget: ipywidgets.Widget, tell: Tell) -> None:
        super().__init__(widget, tell)
        self._trouble = ("", -1)  # a traceback, and the notice that it belongs to

    def explain(self, traceback: str, notice: int) -> None:
        """Keep a traceback to be unfolded under the notice of that number."""
        self._trouble = (traceback, notice)

    def trouble(self, state: LabelState) -> str:
        """Give the traceback behind the notice of a state, where there is one."""
        text, number = self._trouble
        return text if state.notice is not None and state.notice.number == number else ""


def family(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """Give a widget and all that it holds."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from family(child)


def close_family(widget: ipywidgets.Widget) -> None:
    """Close a widget and all that it holds, with their layouts and styles, which ipywidgets would keep."""
    for part in list(family(widget)):
        for attribute in ("style", "layout"):
            extra = getattr(part, attribute, None)
            if isinstance(extra, ipywidgets.Widget):
                extra.close()
        part.close()
