"""Which picture is on the stage: the one of the input at hand, at once if it is decoded, and the next ones ahead."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol

from ..domain.inputs import Input
from ..errors import UnreadableInput
from ..media.image import Picture
from ..media.view import View
from ..sessions.state import LabelState
from .panel import Tell
from .stage import DONE, ERROR, Stage

FOLLOWING = 3  # pictures sent to the page ahead; more are decoded


class Decoded(Protocol):
    """Decoded pictures (`media.pictures.Pictures`)."""

    def get(self, given: Input) -> Picture:
        """Give the picture, waiting for it."""

    def ready(self, given: Input) -> bool:
        """Whether `get` answers at once."""

    def ahead(self, inputs: Sequence[Input]) -> None:
        """Begin to decode these."""

    def for_view(self, given: Input, view: View, ratio: float = 1.0) -> Picture:
        """Give it as sharp as a view needs."""

    def close(self) -> None:
        """Let go."""


class Queued(Protocol):
    """What of a session tells which pictures are needed."""

    @property
    def state(self) -> LabelState:
        """What is to be seen now."""

    def upcoming(self) -> list[Input]:
        """The inputs that will probably be shown next."""

    def around(self, count: int) -> tuple[list[Input], list[Input], list[Input]]:
        """The inputs that next, submit and previous may bring."""

    def unreadable(self, input_id: str, reason: str) -> None:
        """Put an input out of the way."""


class Showing:
    """Brings pictures to the stage without keeping anybody waiting.

    Parameters
    ----------
    stage
        Where pictures are shown.
    pictures
        Where they come from.
    session
        Says which input is at hand and which come next, and is told of those that cannot be opened.
    tell
        Is told what goes wrong.
    """

    def __init__(self, stage: Stage, pictures: Decoded, session: Queued, tell: Tell) -> None:
        self._stage, self._pictures, self._session, self._tell = stage, pictures, session, tell
        self._turn = 0  # grows with every input: a picture that comes late finds nobody
        self._lock = threading.Lock()
        self._crew = ThreadPoolExecutor(2, "nl-show")
        self._closed = False

    def show(self, state: LabelState) -> None:
        """Show the picture of the state's input; returns at once."""
        with self._lock:
            self._turn += 1
            turn = self._turn
        if state.input is None:
            self._stage.say(state.nothing, tone=DONE)
            return
        if state.unreadable:
            self._stage.say(state.unreadable, tone=ERROR, input_id=state.input.input_id, revision=turn)
            return
        if self._pictures.ready(state.input):
            self._guarded(self._bring, state.input, turn)
        else:
            self._stage.loading(state.input.input_id, turn)
            self._start(self._bring, state.input, turn)
        self._start(self._prepare, turn)

    def close(self) -> None:
        """Stop. Twice is fine."""
        self._closed = True
        self._turn += 1
        self._crew.shutdown(wait=False, cancel_futures=True)

    def _bring(self, given: Input, turn: int) -> None:
        try:
            picture = self._pictures.get(given)
        except UnreadableInput as error:
            if turn == self._turn:
                self._session.unreadable(given.input_id, str(error))
            return

        def sharper(view: View, ratio: float) -> Picture:
            return self._pictures.for_view(given, view, ratio)

        if turn == self._turn:
            self._stage.show(given.input_id, picture, turn, name=given.name, sharper=sharper)

    def _prepare(self, turn: int) -> None:
        """Decode what comes next; send to the page what next, submit and previous lead to."""
        coming, (places, still_open, before) = self._session.upcoming(), self._session.around(FOLLOWING)
        if turn != self._turn:
            return
        self._pictures.ahead([*still_open[:1], *places[:1], *before[:1], *still_open, *places, *coming])
        following_open = self._decoded(still_open)
        following, preceding = self._decoded(places), self._decoded(before[:1])
        if turn == self._turn:
            self._stage.ahead(following, preceding, following_open=following_open)

    def _decoded(self, inputs: list[Input]) -> list[tuple[str, Picture]]:
        found = []
        for given in inputs:
            with suppress(UnreadableInput):  # told when it is its turn
                found.append((given.input_id, self._pictures.get(given)))
        return found

    def _start(self, verb: Callable[..., None], *given: Any) -> None:  # Any: what the verb takes
        if not self._closed:
            with suppress(RuntimeError):  # closed meanwhile
                self._crew.submit(self._guarded, verb, *given)

    def _guarded(self, verb: Callable[..., None], *given: Any) -> None:
        try:
            verb(*given)
        except Exception as error:
            if not self._closed:
                self._tell(error)
