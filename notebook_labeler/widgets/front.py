"""The Python end of every widget of ours: its JavaScript in one piece, its messages checked, its errors told.

``Front`` is the base class. A subclass names its files and says what it hears::

    class Pane(Front):
        _esm = module("link.js", "pane.js")     # the last one is the widget, the others are what it imports
        _css = styles("pane.css")
        rows = traitlets.List().tag(sync=True)

    pane = Pane(scope=scope)
    pane.hear("accept", lambda m: session.accept(m.text("concept"), input_id=m.input_id, op_id=m.op))
    pane.on_error(labeler.tell_error)           # what a handler raises comes here; nothing is swallowed

In the page, ``connect(model).send("accept", {concept, input})`` brings the message here; it is acknowledged after
the handler has run, with ``ok`` false when it raised. A message that comes again is acknowledged again, not run again.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..errors import BadInput

FRONT = Path(__file__).parent / "front"
REMEMBERED = 1000  # operations whose second coming is recognised
_IMPORT = re.compile(r"^import\s[^;]*?from\s+\"\./[\w.-]+\";\n?", re.MULTILINE)
_EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:function\*?|const|class)\s+(\w+))", re.MULTILINE)


def module(*names: str) -> str:
    """One ES module out of several files of ``front/``: the last is the widget, the others are closed off before it.

    Imports of the form ``import { a } from "./link.js";`` are for readers and editors; here the names are handed over.
    """
    *libraries, widget = (_IMPORT.sub("", (FRONT / name).read_text("utf-8")) for name in names)
    return "\n".join([*map(_closed, libraries), widget])


def styles(*names: str) -> str:
    """The style sheets of these files of ``front/``, one after another."""
    return "\n".join((FRONT / name).read_text("utf-8") for name in names)


def guarded(verb: Callable[..., object], tell: Callable[[Exception], object]) -> Callable[..., None]:
    """Give the verb for callers who can do nothing with an error: it is told."""

    def call(*given: Any) -> None:  # Any: what the verb takes
        try:
            verb(*given)
        except Exception as error:
            tell(error)

    return call


def _closed(source: str) -> str:
    exported = ", ".join(_EXPORT.findall(source))
    return f"const {{ {exported} }} = (() => {{\n{_EXPORT.sub('', source)}\nreturn {{ {exported} }};\n}})();\n"


@dataclass(frozen=True)
class Message:
    """What the page said. Its fields are read by kind, because a page can say anything."""

    kind: str
    content: Mapping[str, Any] = field(default_factory=dict)  # JSON of the page
    buffers: Sequence[memoryview] = ()

    @property
    def op(self) -> str | None:
        """The operation's id, made in the page; None for messages that nobody waits for."""
        return self.text("op") if "op" in self.content else None

    @property
    def input_id(self) -> str | None:
        """The input that was on the screen when it was said."""
        return self.text("input") if self.content.get("input") is not None else None

    def text(self, name: str) -> str:
        """A field that must be text."""
        value = self.content.get(name)
        if not isinstance(value, str):
            raise BadInput(f"{self.kind}: expected text in {name!r}, got {value!r}; reload the page.")
        return value

    def number(self, name: str) -> float:
        """A field that must be a finite number."""
        value = self.content.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise BadInput(f"{self.kind}: expected a number in {name!r}, got {value!r}; reload the page.")
        return float(value)


class Front(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget is not typed for us
    """A widget with JavaScript of ours: hears messages by kind, answers them, and tells what went wrong.

    Parameters
    ----------
    scope
        The labeler it belongs to; widgets of one scope hear each other in the page (``joinScope`` in ``link.js``).
    """

    scope = traitlets.Unicode("").tag(sync=True)

    def __init__(self, *, scope: str = "", **traits: Any) -> None:  # Any: whatever traits the subclass has
        self._handlers: dict[str, Callable[[Message], object]] = {}
        self._tell_error: Callable[[Exception], object] | None = None
        self._answered: OrderedDict[str, bool | None] = OrderedDict()  # None while its handler runs
        self._guard = threading.Lock()
        super().__init__(scope=scope, **traits)
        self.on_msg(self._receive)

    def hear(self, kind: str, handler: Callable[[Message], object]) -> None:
        """Call the handler with every message of this kind."""
        self._handlers[kind] = handler

    def on_error(self, callback: Callable[[Exception], object]) -> None:
        """Call this with what a handler raises. Without it the error goes on to ipywidgets, which logs it."""
        self._tell_error = callback

    def _receive(self, _: object, content: object, buffers: Sequence[memoryview]) -> None:
        if not isinstance(content, dict) or not isinstance(content.get("kind"), str):
            return
        message = Message(content["kind"], content, buffers)
        handler = self._handlers.get(message.kind)
        if handler is None:
            return  # anywidget's own
        op = content.get("op")
        if isinstance(op, str):
            with self._guard:
                known = op in self._answered
                answer = self._answered.setdefault(op, None)
                while len(self._answered) > REMEMBERED:
                    self._answered.popitem(last=False)
            if known:
                if answer is not None:
                    self._acknowledge(op, answer)
                return
        ok = False
        try:
            handler(message)
            ok = True
        except Exception as error:
            if self._tell_error is None:
                raise
            self._tell_error(error)
        finally:
            if isinstance(op, str):
                self._acknowledge(op, ok)

    def _acknowledge(self, op: str, ok: bool) -> None:
        with self._guard:
            self._answered[op] = ok
        self.send({"kind": "ack", "op": op, "ok": ok})
