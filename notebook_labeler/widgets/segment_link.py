"""Presses the session's verbs for what hands did with the wand on the stage, and shows the stage the proposal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..domain.names import name_key
from ..errors import BadInput
from ..sessions.state import LabelState, Proposal
from .colours import colour_of
from .front import Front, Message
from .panel import name, whole

MOST_CLICKS = 200
MOST_NUMBER = 1_000_000_000
DISCARD, ACCEPT = "discard", "accept"


class SegmentVerbs(Protocol):
    """The verbs of a session that the wand presses."""

    @property
    def state(self) -> LabelState:
        """What is to be seen now."""

    def segment(
        self, *, points: Any = (), box: Any = None, number: int | None = None, input_id: str | None = None
    ) -> object:
        """Ask for the outline of what is pointed at."""

    def set_tolerance(self, pixels: float, *, input_id: str | None = None) -> None:
        """Simplify more or less."""

    def accept_proposal(
        self,
        concept: str | None = None,
        *,
        object_id: str | None = None,
        input_id: str | None = None,
        op_id: str | None = None,
    ) -> str:
        """Make the proposal an object."""

    def discard_proposal(self, *, input_id: str | None = None) -> None:
        """Drop the proposal."""

    def look_ahead(self) -> None:
        """Have a model look at the picture."""


class SegmentLink:
    """Joins the wand on the stage with a session.

    Parameters
    ----------
    front
        The stage's widget.
    session
        Whose verbs are pressed.
    on_ready
        Takes what is called when a page has made room for the stage (`stage.Stage.on_ready`).
    """

    def __init__(self, front: Front, session: SegmentVerbs, on_ready: Callable[[Callable[[], object]], object]) -> None:
        self._front, self._session = front, session
        self._seen = False
        self._number = 0  # of the last proposal that the page knows of
        front.hear("segment", self._segment)
        front.hear("tolerance", self._tolerance)
        front.hear("proposal", self._proposal)
        front.hear("look", self._look)
        on_ready(self._begin)

    def paint(self, old: LabelState, new: LabelState) -> None:
        """Show what the session proposes now."""
        if not self._seen:
            return
        if old.settings != new.settings:
            self._front.send(wand(new))
        if old.proposal != new.proposal:
            self._show(new)

    def _begin(self) -> None:
        """Tell a new page everything."""
        self._seen = True
        state = self._session.state
        self._front.send(wand(state))
        if state.proposal is not None:
            self._show(state)

    def _show(self, state: LabelState) -> None:
        if state.proposal is not None:
            self._number = state.proposal.number
            self._front.send(shown(state.proposal))
        elif state.input is not None:
            self._front.send(
                {"kind": "proposal", "input": state.input.input_id, "number": self._number, "phase": "none"}
            )

    def _segment(self, message: Message) -> None:
        points = message.content.get("points")
        if not isinstance(points, list) or len(points) > MOST_CLICKS:
            raise BadInput(f"segment: expected a list of at most {MOST_CLICKS} clicks, got {points!r:.60}.")
        number = whole(message, "number", MOST_NUMBER)
        self._session.segment(points=points, box=message.content.get("box"), number=number, input_id=message.input_id)

    def _tolerance(self, message: Message) -> None:
        self._session.set_tolerance(message.number("value"), input_id=message.input_id)

    def _proposal(self, message: Message) -> None:
        do = message.text("do")
        if do == DISCARD:
            self._session.discard_proposal(input_id=message.input_id)
        elif do == ACCEPT:
            self._session.accept_proposal(
                name(message, "concept"), object_id=name(message, "id"), input_id=message.input_id, op_id=message.op
            )
        else:
            raise BadInput(f"expected the proposal to be accepted or discarded, got {do!r:.40}; reload the page.")

    def _look(self, message: Message) -> None:
        self._session.look_ahead()


def wand(state: LabelState) -> dict[str, Any]:
    """Give what the wand begins with: the task's first concept. Any: JSON."""
    concept = next(iter(state.settings.concepts), None)
    if concept is None:
        return {"kind": "wand", "concept": None}
    return {"kind": "wand", "concept": concept, "key": name_key(concept), "colour": colour_of(concept, state.settings)}


def shown(proposal: Proposal) -> dict[str, Any]:
    """Give what the page shows of a proposal. Any: JSON."""
    return {
        "kind": "proposal",
        "input": proposal.input_id,
        "number": proposal.number,
        "phase": proposal.phase,
        "rings": [] if proposal.region is None else [list(ring) for ring in proposal.region.rings],
        "points": [list(point) for point in proposal.points],
        "box": None if proposal.box is None else list(proposal.box.sides),
        "tolerance": proposal.tolerance,
        "message": proposal.message,
    }
