"""The picture on the screen: ipycanvas paints what the kernel decides, a thin widget over it does what cannot wait.

Zooming, panning and going to the next picture happen in the page at once; the kernel is told when the view has come to
rest and paints that view sharply. Whatever the stage shows is repeated whenever a page asks for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import ipywidgets
import traitlets

from ..errors import LabelerError
from ..media.image import Picture
from ..media.view import View, clamp, crop_jpeg, fit, sharp
from .ahead import Ahead, ReadAhead
from .canvas import Canvas, Screen
from .front import Front, Message, guarded, module, styles
from .objects_layer import ObjectsLayer

HEIGHT = "clamp(300px, 62vh, 720px)"
LOADING, ERROR, DONE = "loading", "error", "done"
TRIES = 3  # paintings that fail one after another until somebody is told
MOST_PIXELS, MOST_RATIO = 4096, 4.0  # of a side of the canvas in CSS pixels; of the density: what a page may ask for

Sharper = Callable[[View, float], Picture]


class Overlay(Front):
    """The widget over the canvas."""

    _esm = module(
        *("link.js", "view.js", "scene.js", "gestures.js", "parts.js"),
        *("shapes.js", "sheets.js", "objectpaint.js", "badge.js", "selecting.js", "boardkeys.js"),
        *("boardpaint.js", "boardhands.js", "boardwires.js"),
        *("drawbox.js", "drawpolygon.js", "segment.js", "board.js", "stage.js"),
    )
    _css = styles("stage.css", "segment.css")
    layer = traitlets.Unicode("").tag(sync=True)  # by which it finds ipycanvas in the page


class Stage:
    """A picture with zoom and pan.

    Parameters
    ----------
    width, height
        CSS lengths. The stage fills the width it is given and follows when that changes.
    scope
        The labeler it belongs to (see `front.Front`).

    Attributes
    ----------
    widget
        What is put on the screen.
    objects
        The boxes and polygons over the picture.

    Examples
    --------
    >>> from notebook_labeler.media.image import open_image
    >>> stage = Stage()
    >>> stage.show("first", open_image("photo.jpg"), 1)  # doctest: +SKIP
    >>> stage.close()
    """

    def __init__(self, *, width: str = "100%", height: str = HEIGHT, scope: str = "") -> None:
        self._lock = threading.RLock()
        self._canvas = Canvas(Screen(900, 560, 1.0))
        self._overlay = Overlay(scope=scope, layer=self._canvas.layer_id)
        self._canvas.widget.add_class("nbl-canvas")
        self._canvas.widget.layout.grid_area = self._overlay.layout.grid_area = "stage"
        grid = ipywidgets.Layout(
            width=width,
            height=height,
            grid_template_areas='"stage"',
            grid_template_columns="minmax(0, 1fr)",
            grid_template_rows="minmax(0, 1fr)",
        )
        self.widget = ipywidgets.GridBox([self._canvas.widget, self._overlay], layout=grid)
        self.widget.add_class("nbl-stage")

        self._input: str | None = None
        self._revision = 0
        self._name = ""
        self._picture: Picture | None = None
        self._sharper: Sharper | None = None
        self._view: View | None = None  # None: the whole picture
        self._words = ("", LOADING)
        self._number = 0  # of frames and blanks, in the order in which they were painted
        self._painted = 0  # the newest frame
        self._drawn = 0  # the newest frame that a page has drawn
        self._failed = 0  # paintings that failed, one after another
        self._seen = False  # whether a page has told its size
        self._closing = False
        self._ahead = ReadAhead(self._overlay.send, self._tell)
        self.objects = ObjectsLayer(self._overlay, self._size_of)
        self._ready: list[Callable[[], object]] = []
        self._navigate: list[Callable[[int, Message], object]] = []
        self._tell_error: Callable[[Exception], object] | None = None

        for kind in ("size", "view", "painted", "broken", "navigate"):
            self._overlay.hear(kind, getattr(self, f"_hear_{kind}"))
        self._canvas.on_page(guarded(self._repaint, self._tell))

    # ---- what a labeler asks of it

    def show(
        self, input_id: str, picture: Picture, revision: int, *, name: str = "", sharper: Sharper | None = None
    ) -> None:
        """Show a picture, whole; if it is already there, as it was being looked at.

        Parameters
        ----------
        input_id
            Which input it is. What the page says about another input is dropped.
        picture
            Decoded at least as large as the screen.
        revision
            Grows with every change of what is shown; what the page says about an older one is dropped.
        name
            What it is called for those who cannot see it.
        sharper
            Gives the picture with the detail that a view needs, once somebody zooms in that far; it may raise.
        """
        with self._lock:
            if input_id != self._input:
                self._view = None
            self._input, self._revision, self._name = input_id, revision, name
            self._picture, self._sharper = picture, sharper
            self._repaint()

    def loading(self, input_id: str, revision: int, text: str = "Loading…") -> None:
        """Announce an input whose picture is not decoded yet. One that was sent ahead stays on the screen."""
        self.say(text, tone=LOADING, input_id=input_id, revision=revision)

    def say(self, text: str, *, tone: str = ERROR, input_id: str | None = None, revision: int = 0) -> None:
        """Show words instead of a picture: why it is unreadable (`ERROR`), or that all is done (`DONE`)."""
        with self._lock:
            self._input, self._revision, self._name = input_id, revision, text
            self._picture = self._sharper = self._view = None
            self._words = (text, tone)
            self._repaint()

    def ahead(
        self,
        following: Sequence[Ahead],
        preceding: Sequence[Ahead] = (),
        *,
        following_open: Sequence[Ahead] | None = None,
    ) -> None:
        """Send to the page what will probably be shown next, so that it is there at the press of a key.

        Parameters
        ----------
        following, preceding
            Inputs with their decoded pictures, the nearest first. They replace what was named before. They are
            encoded in the background; returns at once.
        following_open
            Those that submit and skip lead to, where some that follow are done already; None: they are the same.
        """
        with self._lock:
            self._ahead.wish(following, preceding, following_open)
            if self._seen and not self._closing:
                self._ahead.send(self._input, self._canvas.screen)

    def on_ready(self, callback: Callable[[], object]) -> None:
        """Call this when a page has made room for the stage: the first time and after every reload."""
        self._ready.append(callback)

    def on_navigate(self, callback: Callable[[int, Message], object]) -> None:
        """Call this with +1 or -1, and the message, when an arrow key asked for the next or the previous input.

        The page has switched already if it could. It goes back to what `show` said last, if the callback shows
        nothing else.
        """
        self._navigate.append(callback)

    def on_error(self, callback: Callable[[Exception], object]) -> None:
        """Call this with what goes wrong in callbacks and in the page."""
        self._tell_error = callback
        self._overlay.on_error(callback)

    @property
    def front(self) -> Front:
        """The widget over the canvas: for what adds messages of its own."""
        return self._overlay

    @property
    def view(self) -> View | None:
        """What is looked at; None when it is the whole picture."""
        return self._view

    @property
    def screen(self) -> tuple[int, int]:
        """Width and height in device pixels: what a picture must be decoded for."""
        return self._canvas.screen.pixels

    def close(self) -> None:
        """Take it off the screen and close its widgets. Twice is fine."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            self._picture = self._sharper = None
        self._ahead.close()
        self.widget.layout.display = "none"
        self._close_when_drawn()

    # ---- what pages say

    def _hear_size(self, message: Message) -> None:
        width, height = (min(max(round(message.number(side)), 1), MOST_PIXELS) for side in ("width", "height"))
        screen = Screen(width, height, min(max(message.number("ratio"), 0.25), MOST_RATIO))
        new_page = bool(message.content.get("first"))
        with self._lock:
            before = self._canvas.screen
            if self._closing or not (new_page or screen != before):
                return
            if screen != before:
                self._overlay.send({"kind": "resizing"})
                if self._view is not None:  # the middle stays
                    x, y = self._view.to_source((before.width - width) / 2, (before.height - height) / 2)
                    self._view = View(x, y, self._view.scale)
                self._canvas.resize(screen)
            self._seen = True
            self._repaint()
            self._ahead.send(self._input, screen, anew=new_page)
        if new_page:
            self.objects.begin()
            for callback in self._ready:
                callback()

    def _hear_view(self, message: Message) -> None:
        with self._lock:
            if message.input_id != self._input or message.number("revision") != self._revision or not self._picture:
                return
            view = View(message.number("x"), message.number("y"), message.number("scale"))
            self._view = None if message.content.get("fit") is True else view
            self._repaint(by=message.text("from"), count=round(message.number("number")))

    def _hear_navigate(self, message: Message) -> None:
        step = message.number("step")
        if step in (-1, 1):
            for callback in self._navigate:
                callback(round(step), message)

    def _hear_painted(self, message: Message) -> None:
        self._drawn = max(self._drawn, round(message.number("number")))
        if message.content.get("fine") is True:
            self._failed = 0
        if self._closing:
            self._close_when_drawn()

    def _hear_broken(self, message: Message) -> None:
        self._failed += 1
        if self._failed >= TRIES:
            raise LabelerError(f"The page could not paint ({message.text('text')}); reload the page.")
        self._repaint()

    def _size_of(self, input_id: str | None) -> tuple[int, int] | None:
        with self._lock:
            here = self._picture if input_id == self._input else None
            return None if here is None else (here.width, here.height)

    # ---- painting

    def _repaint(self, by: str = "", count: int = 0) -> None:
        """Paint everything again and tell the pages what is to be seen now."""
        with self._lock:
            if not self._seen or self._closing:
                return
            self._number += 1
            here = {"number": self._number, "input": self._input, "revision": self._revision, "name": self._name}
            picture, canvas = self._picture, self._canvas
            if picture is None:
                self._overlay.send({"kind": "blank", "text": self._words[0], "tone": self._words[1], **here})
                return
            screen = canvas.screen
            size = (picture.width, picture.height, screen.width, screen.height)
            if self._view is not None:
                self._view = clamp(self._view, *size)
            view = self._view or fit(*size)
            jpeg, place = crop_jpeg(self._detailed(picture, view), view, *screen)
            canvas.paint(jpeg, place)
            self._painted = self._number
            self._overlay.send(
                {
                    "kind": "frame",
                    "picture": {"width": picture.width, "height": picture.height},
                    "size": {"width": screen.width, "height": screen.height},
                    "view": {"x": view.x, "y": view.y, "scale": view.scale},
                    "from": by,
                    "count": count,
                    **here,
                }
            )

    def _detailed(self, picture: Picture, view: View) -> Picture:
        if self._sharper is None or sharp(picture, view, self._canvas.screen.ratio):
            return picture
        try:
            self._picture = self._sharper(view, self._canvas.screen.ratio)
        except LabelerError as error:  # the file went away meanwhile: what there is is shown, soft
            self._sharper = None
            self._tell(error)
            return picture
        return self._picture

    def _close_when_drawn(self) -> None:
        """Close now, or when the page has drawn: a canvas closed before would stop every canvas of the page."""
        with self._lock:
            if self._drawn < self._painted:
                return
            self.widget.layout.close()
            self.widget.close()
            self._overlay.layout.close()
            self._overlay.close()
            self._canvas.close()

    def _tell(self, error: Exception) -> None:
        if self._tell_error is None:
            raise error
        self._tell_error(error)
