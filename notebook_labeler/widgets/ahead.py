"""Pictures that are in the page before they are asked for: encoded in the background, sent once, nearest first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..media.image import Picture
from ..media.view import crop_jpeg, fit
from .canvas import Screen

Ahead = tuple[str, Picture]
Send = Callable[[dict[str, Any], list[bytes]], object]  # Any: JSON for the page


class ReadAhead:
    """What the page is sent ahead.

    Parameters
    ----------
    send
        Takes a message and its buffers to the pages.
    tell
        Is told what goes wrong in the background.
    """

    def __init__(self, send: Send, tell: Callable[[Exception], object]) -> None:
        self._send, self._tell = send, tell
        self._lock = threading.Lock()
        self._crew = ThreadPoolExecutor(1, "nbl-ahead")
        self._following: list[Ahead] = []
        self._preceding: list[Ahead] = []
        self._open: list[Ahead] = []
        self._sent: set[tuple[str, Screen]] = set()

    def wish(
        self, following: Sequence[Ahead], preceding: Sequence[Ahead], following_open: Sequence[Ahead] | None = None
    ) -> None:
        """Replace what will probably be shown next, as `stage.Stage.ahead` has it; the nearest stand first."""
        with self._lock:
            self._following, self._preceding = list(following), list(preceding)
            self._open = list(following if following_open is None else following_open)

    def send(self, here: str | None, screen: Screen, *, anew: bool = False) -> None:
        """Tell the pages the order around the input that is shown, and send the pictures that they do not have.

        Parameters
        ----------
        here
            The input that is shown.
        screen
            What the pictures are to fill.
        anew
            Whether there is a page that has nothing yet.
        """
        with self._lock:
            wanted = self._wanted()
            known = {here, *(name for name, _ in wanted)}
            open_ones = [here, *(name for name, _ in self._open)]
            order = [*(name for name, _ in reversed(self._preceding)), here, *(name for name, _ in self._following)]
            self._sent = set() if anew else {key for key in self._sent if key[0] in known}
        self._send({"kind": "order", "inputs": order, "open": open_ones}, [])
        for input_id, picture in wanted:
            self._crew.submit(self._send_one, input_id, picture, screen)

    def wait(self) -> None:
        """Wait until everything that was wished for has been sent."""
        self._crew.submit(int).result()

    def close(self) -> None:
        """Stop. Twice is fine."""
        self.wish([], [])
        self._crew.shutdown(wait=False, cancel_futures=True)

    def _wanted(self) -> list[Ahead]:
        """Give all, those first that one key may bring."""
        nearest = [*self._open[:1], *self._following[:1], *self._preceding[:1]]
        return [*nearest, *self._open[1:], *self._following[1:], *self._preceding[1:]]

    def _send_one(self, input_id: str, picture: Picture, screen: Screen) -> None:
        with self._lock:
            key = (input_id, screen)
            if key in self._sent or all(input_id != name for name, _ in self._wanted()):
                return
            self._sent.add(key)
        try:
            view = fit(picture.width, picture.height, screen.width, screen.height)
            jpeg, place = crop_jpeg(picture, view, *screen)
            content = {
                "kind": "ahead",
                "input": input_id,
                "picture": {"width": picture.width, "height": picture.height},
                "size": {"width": screen.width, "height": screen.height},
                "place": place._asdict(),
            }
            self._send(content, [jpeg])
        except Exception as error:
            self._tell(error)
