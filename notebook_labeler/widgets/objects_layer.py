"""The objects on the stage, seen from the kernel: what is to be drawn goes out, what hands did comes in, checked.

The page draws and edits the objects by itself (`front/board.js`) and waits for nobody. It is sent what changed, and
everything after a reload. What it says goes to the callbacks that were registered with `ObjectsLayer.on`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..domain.geometry import Region, region
from ..errors import BadInput
from .front import Front, Message
from .panel import name

Item = dict[str, Any]  # Any: JSON, as `paint_stage.stage_items` makes it
Size = Callable[[str | None], tuple[int, int] | None]

VERBS = ("accept", "uncheck", "delete", "hide", "show")
MOST_IDS = 20_000
HEARD = ("drawn", "reshaped", "objects", "reassign", "copy", "paste", "selected", "drawing")


class ObjectsLayer:
    """What of the stage concerns objects.

    Parameters
    ----------
    overlay
        The stage's widget.
    size
        Gives width and height in source pixels of the picture of an input, None if it is not on the stage.

    Notes
    -----
    Callbacks get keywords: ``input_id`` and ``op_id`` always, and

    - ``drawn``: ``object_id``, ``concept``, ``region``
    - ``reshaped``: ``regions``, a dict from object id to region
    - ``objects``: ``do`` (accept, uncheck, delete, hide, show), ``ids``
    - ``reassign``: ``ids``, ``concept``
    - ``copy``, ``selected``: ``ids``
    - ``paste``: nothing else
    - ``drawing``: ``concept`` (None: drawing has ended), ``shape``
    """

    def __init__(self, overlay: Front, size: Size) -> None:
        self._overlay, self._size = overlay, size
        self._lock = threading.RLock()
        self._callbacks: dict[str, list[Callable[..., object]]] = {kind: [] for kind in HEARD}
        self._input: str | None = None
        self._items: dict[str, Item] = {}
        self._revision = 0
        self._seen = False
        self._selected: tuple[str, ...] = ()
        self._drawing: Item | None = None
        for kind in HEARD:
            overlay.hear(kind, getattr(self, f"_hear_{kind}"))

    def on(self, kind: str, callback: Callable[..., object]) -> None:
        """Call this with what the page says; which kinds and keywords there are stands in the class's notes."""
        self._callbacks[kind].append(callback)

    def show(self, input_id: str | None, items: Iterable[Item]) -> None:
        """Have the pages draw these objects over the input's picture, and no others.

        Parameters
        ----------
        input_id
            Which input they are of.
        items
            As `paint_stage.stage_items` makes them, each with a different ``id``.
        """
        with self._lock:
            new = {item["id"]: item for item in items}
            old, before = self._items, self._input
            if input_id == before and new == old and list(new) == list(old):
                return
            self._input, self._items = input_id, new
            if input_id != before:
                self._selected = ()
                self._send(new, (), full=True)
                return
            put = {key: item for key, item in new.items() if old.get(key) != item}
            self._send(put, [key for key in old if key not in new])

    def select(self, ids: Iterable[str]) -> None:
        """Have the pages select these objects. What a page has just said itself is not repeated to it."""
        with self._lock:
            chosen = tuple(ids)
            if chosen != self._selected:
                self._selected = chosen
                self._post({"kind": "selected", "input": self._input, "ids": list(chosen)})

    def draw(self, concept: str | None, shape: str = "", *, key: str = "", colour: str = "") -> None:
        """Have the pages draw with a concept, or, if that is None, stop."""
        with self._lock:
            before = None if self._drawing is None else (self._drawing["concept"], self._drawing["shape"])
            if before == (None if concept is None else (concept, shape)):
                return
            given = {"concept": concept, "shape": shape, "key": key, "colour": colour}
            self._drawing = None if concept is None else given
            self._post({"kind": "draw", **given})

    def begin(self) -> None:
        """Tell a new page everything."""
        with self._lock:
            self._seen = True
            self._send(self._items, (), full=True)
            if self._selected:
                self._post({"kind": "selected", "input": self._input, "ids": list(self._selected)})
            if self._drawing is not None:
                self._post({"kind": "draw", **self._drawing})

    # ---- to the pages

    def _send(self, put: Mapping[str, Item], gone: Iterable[str], *, full: bool = False) -> None:
        self._revision += 1
        letter = {"kind": "objects", "input": self._input, "revision": self._revision, "full": full}
        self._post({**letter, "put": list(put.values()), "gone": list(gone), "order": list(self._items)})

    def _post(self, letter: Item) -> None:
        if self._seen:
            self._overlay.send(letter)

    # ---- from the pages

    def _tell(self, message: Message, **given: Any) -> None:  # Any: what the callbacks of a kind take
        for callback in self._callbacks[message.kind]:
            callback(**given, input_id=message.input_id, op_id=message.op)

    def _hear_drawn(self, message: Message) -> None:
        drawn = self._region(message, message.content)
        self._tell(message, object_id=_id(message.content), concept=name(message, "concept"), region=drawn)

    def _hear_reshaped(self, message: Message) -> None:
        items = _listed(message, "items")
        if not all(isinstance(item, dict) for item in items):
            raise BadInput("reshaped: expected items with an id and a region; reload the page.")
        self._tell(message, regions={_id(item): self._region(message, item) for item in items})

    def _hear_objects(self, message: Message) -> None:
        do = message.text("do")
        if do not in VERBS:
            raise BadInput(f"expected one of {', '.join(VERBS)} to be done, got {do!r:.40}; reload the page.")
        self._tell(message, do=do, ids=_ids(message))

    def _hear_reassign(self, message: Message) -> None:
        self._tell(message, ids=_ids(message), concept=name(message, "concept"))

    def _hear_copy(self, message: Message) -> None:
        self._tell(message, ids=_ids(message))

    def _hear_paste(self, message: Message) -> None:
        self._tell(message)

    def _hear_selected(self, message: Message) -> None:
        ids = _ids(message)
        with self._lock:
            if message.input_id != self._input:
                return
            self._selected = ids
        self._tell(message, ids=ids)

    def _hear_drawing(self, message: Message) -> None:
        concept = None if message.content.get("concept") is None else name(message, "concept")
        shape = "" if concept is None else message.text("shape")
        known = {field: str(message.content.get(field, ""))[:200] for field in ("key", "colour", "tool")}
        with self._lock:
            self._drawing = None if concept is None else {"concept": concept, "shape": shape, **known}
        self._tell(message, concept=concept, shape=shape)

    def _region(self, message: Message, content: Mapping[str, Any]) -> Region:
        """Read a region and cut off what lies outside the picture."""
        drawn = region({"box": content["box"]} if "box" in content else {"polygon": content.get("rings") or []})
        size = self._size(message.input_id)
        kept = drawn if size is None else drawn.clipped(*size)
        if kept is None:
            raise BadInput("expected a region of the picture, got one beside it; draw it on the picture.")
        return kept


def _listed(message: Message, field: str) -> list[Any]:
    value = message.content.get(field)
    if not isinstance(value, list) or len(value) > MOST_IDS:
        raise BadInput(f"{message.kind}: expected a list of at most {MOST_IDS} in {field!r}; reload the page.")
    return value


def _ids(message: Message) -> tuple[str, ...]:
    return tuple(_id({"id": each}) for each in _listed(message, "ids"))


def _id(content: Mapping[str, Any]) -> str:
    value = content.get("id")
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise BadInput(f"expected the id of an object, got {value!r:.60}; reload the page.")
    return value
