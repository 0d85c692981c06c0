"""All our use of ipycanvas: layers painted in one batch, whatever thread asks, whatever happened to the page.

What ipycanvas 0.14 leaves to its users and this file takes care of:

- its manager is one for the whole kernel and has no lock: all painting happens under `PAINTING`;
- `hold_canvas` stays on for ever after an exception inside it: a batch is undone whole, and holding ends;
- a page that was reloaded, or a second page, does not know which canvas the next command is for: every batch says so;
- one picture that the browser cannot decode stops every canvas of the page: only JPEGs that we encoded are drawn;
- a widget that is closed while the page still has to draw it stops every canvas too: the pictures are few, used in
  turn, and closed with the canvas;
- it knows nothing of screens with more than one device pixel per CSS pixel: the canvas has device pixels, the page
  gives it its size.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any, NamedTuple

import ipycanvas
import ipywidgets

from ..media.view import Rect

# From below to above. Objects have no layer here: the stage paints them in the page (front/board.js), so that they
# follow the hand while the kernel is busy and leave no ghost where they were.
LAYERS = ("picture",)
PAINTING = threading.RLock()
IMAGES = 6  # more than the page can have in its queue: the stage asks for one frame at a time


class Screen(NamedTuple):
    """The room that a page has: CSS pixels, and device pixels per CSS pixel."""

    width: int
    height: int
    ratio: float

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        return round(self.width * self.ratio), round(self.height * self.ratio)


@contextmanager
def batch(manager: Any) -> Iterator[None]:  # Any: ipycanvas' own, untyped manager
    """Hold what is drawn inside and send it as one message; after an error nothing of it is sent.

    Parameters
    ----------
    manager
        The canvas manager of the kernel, as every canvas has it in `_canvas_manager`.
    """
    with PAINTING:
        manager._current_canvas = None
        try:
            with ipycanvas.hold_canvas():
                yield
        except BaseException:
            manager._commands_cache = []
            manager._buffers_cache = []
            manager._current_canvas = None
            raise
        finally:
            manager._caching = False


class Canvas:
    """The painted layers of a stage.

    Parameters
    ----------
    screen
        The room it fills.

    Attributes
    ----------
    widget
        What is put on the screen.
    """

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        width, height = screen.pixels
        with PAINTING:
            self.widget = ipycanvas.MultiCanvas(len(LAYERS), width=width, height=height)
            self._picture = self.widget[LAYERS.index("picture")]
            self._images = [ipywidgets.Image(format="jpeg") for _ in range(IMAGES)]
            self._next = cycle(self._images)
            self._closed = False

    @property
    def layer_id(self) -> str:
        """The model id of the picture's layer, by which the stage finds ipycanvas in the page."""
        return str(self._picture.model_id)

    def on_page(self, callback: Callable[[], object]) -> None:
        """Call this whenever a page has made its canvas, which is empty: after the first show and every reload."""
        self.widget.on_client_ready(callback)

    def resize(self, screen: Screen) -> None:
        """Fill another room. The canvas is empty until painted."""
        with PAINTING:
            self.screen = screen
            with self.widget.hold_sync():
                self.widget.width, self.widget.height = screen.pixels

    def paint(self, jpeg: bytes, place: Rect) -> None:
        """Paint this picture and nothing else.

        Parameters
        ----------
        jpeg
            As encoded by `media.view.crop_jpeg`; when empty, the canvas is cleared.
        place
            Where it belongs, in CSS pixels.
        """
        with PAINTING:
            if self._closed:
                return
            image = next(self._next)
            if jpeg:
                image.value = jpeg
            with batch(self._picture._canvas_manager):
                self._picture.clear()
                if jpeg:
                    x, y, width, height = (round(side * self.screen.ratio) for side in place)
                    self._picture.draw_image(image, x, y, width, height)

    def close(self) -> None:
        """Close every widget of the canvas. The page must have drawn what was sent. Twice is fine."""
        with PAINTING:
            if self._closed:
                return
            self._closed = True
            layers = [self.widget[number] for number in range(len(LAYERS))]
            for widget in (self.widget, *layers, *self._images):
                widget.layout.close()
                widget.close()
