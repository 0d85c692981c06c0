"""The segment assist: a click or a box becomes an outline that is looked at first, and then accepted or not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..domain.geometry import Box, coordinate
from ..domain.geometry import region as as_region
from ..domain.inputs import Input
from ..domain.names import new_id
from ..errors import BadInput, LabelerError
from ..media.image import Picture
from ..models.segment.named import GRABCUT, known_name
from ..models.segment.segmenter import Point, Prompt
from ..runs.job import CANCELLED, FAILED, Job
from ..runs.runner import Runner
from ..runs.segmenting import Found
from .objects import Objects
from .state import LabelState, Proposal

WAITING, READY, BROKEN = "waiting", "ready", "failed"
MOST_CLICKS = 200
MOST_TOLERANCE = 1000.0  # pixels
SIDE_PER_PIXEL = 1000.0  # of the picture's longer side: one pixel of tolerance to begin with for so many
NOTHING = "Nothing was found there; click on the object, or draw a box around it."


@dataclass(frozen=True)
class Sight:
    """What outlines are found with.

    Attributes
    ----------
    runner
        Gives the runner, made on first use.
    look
        Gives the picture of an input; True: with all its pixels. It is called in a background thread.
    """

    runner: Callable[[], Runner]
    look: Callable[[Input, bool], Picture]


class Segmenting(Objects):
    """Point at an object, look at its outline, accept it.

    A proposal is part of the state alone. Nothing is written down before it is accepted, and whoever leaves the input
    leaves it behind.
    """

    sight: Sight | None = None
    _asking: Job[Found] | None = None
    _found: Found | None = None
    _number = 0
    _tolerance: float | None = None  # as it was set last

    def set_segmenter(self, name: str) -> None:
        """Choose what finds outlines.

        Parameters
        ----------
        name
            ``grabcut``, which needs no weights, or ``hf:ORGANISATION/NAME`` (or ``hf:/FOLDER``) of a segment-anything
            model of transformers.

        Raises
        ------
        UnknownModel
            No segmenter can go by this name.
        """
        with self.lock:
            wanted = known_name(name)
            if wanted != self.state.segmenter:
                self._announce(replace(self.state, segmenter=wanted, proposal=None))
                self.look_ahead()

    def look_ahead(self) -> None:
        """Have a model look at the picture on the screen, so that the first click is quick."""
        with self.lock:
            state, sight = self.state, self.sight
            if sight is None or state.input is None or state.segmenter == GRABCUT or self._asking is not None:
                return
            self._ask_outline(sight, state.input, None)

    def segment(
        self,
        *,
        points: Iterable[Any] = (),
        box: Any = None,
        tolerance: float | None = None,
        number: int | None = None,
        input_id: str | None = None,
    ) -> Job[Proposal]:
        """Ask for the outline of the object that one points at; returns at once.

        Parameters
        ----------
        points
            Clicks as (x, y) or (x, y, whether on the object), in pixels of the upright picture.
        box
            Around the object, in any form that `draw` takes.
        tolerance
            How far the outline may be simplified, in pixels; as it was set last unless told.
        number
            By which the proposal is known again; a growing one unless told.
        input_id
            The input that was meant.

        Returns
        -------
        Job
            Its value is the proposal, which is ``session.state.proposal`` too. A newer question cancels it.

        Raises
        ------
        BadInput
            Nothing was pointed at, the task labels whole inputs, or there is no picture.

        Examples
        --------
        >>> session = project.create_task("outlines", kind="segmentation", concepts=["sheep"]).session()
        >>> session.segment(box=[1, 1, 5, 4]).value(60).phase
        'ready'
        >>> object_id = session.accept_proposal("sheep")
        >>> session.state.objects[object_id].region.shape
        'polygon'
        """
        prompt = _prompt(points, box)
        with self.lock:
            desk = self._object_desk(input_id)
            one = self.bench.journal.input(desk.input_id)
            if self.sight is None:
                raise BadInput("this session was opened without pictures; open it with task.session() to segment.")
            job: Job[Proposal] = Job("outlining")
            if not self._on_screen(desk.input_id):  # it was left while the click was under way
                job.cancel()
                return job
            before = self.state.proposal
            self._number = self._number + 1 if number is None else int(number)
            wide = self._tolerance if tolerance is None else _checked(tolerance)
            proposal = Proposal(
                one.input_id,
                self._number,
                prompt.points,
                prompt.box,
                self._usual(one) if wide is None else wide,
                WAITING,
                before.region if before is not None else None,
            )
            self._tolerance = wide
            job.start()
            self._announce(replace(self.state, proposal=proposal))
            asking = self._ask_outline(self.sight, one, prompt)
            job.on_change(lambda mine: asking.cancel() if mine.state == CANCELLED else None)
            asking.on_change(lambda theirs: self._answered_outline(job, theirs, proposal) if theirs.finished else None)
            return job

    def set_tolerance(self, pixels: float, *, input_id: str | None = None) -> None:
        """Simplify the proposal by more or less, without asking again; those to come are simplified as much.

        Raises
        ------
        BadInput
            Not a number from 0 to 1000.
        """
        wanted = _checked(pixels)
        with self.lock:
            self._tolerance = wanted
            proposal = self.state.proposal
            if proposal is None or not self._on_screen(input_id) or proposal.tolerance == wanted:
                return
            proposal = replace(proposal, tolerance=wanted)
            if proposal.phase == READY and self._found is not None:
                proposal = self._outlined(proposal, self._found)
            self._announce(replace(self.state, proposal=proposal))

    def accept_proposal(
        self,
        concept: str | None = None,
        *,
        object_id: str | None = None,
        input_id: str | None = None,
        op_id: str | None = None,
    ) -> str:
        """Make the proposal an object. Gives its id.

        Parameters
        ----------
        concept
            What it is; what is being drawn with, or the task's only concept, unless told.
        object_id, input_id, op_id
            As for `draw`.

        Raises
        ------
        BadInput
            There is no finished proposal on this input, or nobody said what it is.
        """
        with self.lock:
            proposal = self.state.proposal
            if proposal is None or not self._on_screen(input_id):
                raise BadInput("expected a proposed outline to accept, found none; click on the object first.")
            if proposal.phase != READY or proposal.region is None:
                raise BadInput("expected a finished outline, got one that is being made; wait for it.")
            name = concept if concept is not None else self._drawn_with()
            made = self.draw(
                name,
                proposal.region,
                object_id=object_id,
                via="segmented",
                input_id=proposal.input_id,
                op_id=op_id,
            )
            self.discard_proposal()
            return made

    def discard_proposal(self, *, input_id: str | None = None) -> None:
        """Drop the proposal, and stop waiting for it."""
        with self.lock:
            if self._on_screen(input_id):
                self._stop_asking()
                self._announce(replace(self.state, proposal=None))

    # -- how it goes on -----------------------------------------------------------------------------------------------

    def _announce(self, state: LabelState) -> None:
        """Leave a proposal behind with its input."""
        proposal = state.proposal
        if proposal is not None and (state.input is None or state.input.input_id != proposal.input_id):
            self._stop_asking()
            state = replace(state, proposal=None)
        super()._announce(state)

    def _ask_outline(self, sight: Sight, one: Input, prompt: Prompt | None) -> Job[Found]:
        def look(full: bool) -> Picture:
            return sight.look(one, full)

        job = sight.runner().segment(self.state.segmenter, one.input_id, look, prompt, group=self._group)
        self._asking, self._found = (job if prompt is not None else None), None
        return job

    @property
    def _group(self) -> str:
        """The name under which this session asks: its newest question counts."""
        if not hasattr(self, "_own_group"):
            self._own_group = new_id()
        return self._own_group

    def _stop_asking(self) -> None:
        asking, self._asking, self._found = self._asking, None, None
        if asking is not None:
            asking.cancel()

    def _answered_outline(self, job: Job[Proposal], asked: Job[Found], proposal: Proposal) -> None:
        """Take an answer, unless something else has been asked, or the input left, meanwhile."""
        with self.lock:
            now = self.state.proposal
            if asked.state == CANCELLED or now is None or asked is not self._asking or now.number != proposal.number:
                job.cancel()
                return
            self._asking = None
            if asked.state == FAILED or asked.result is None:
                now = replace(now, phase=BROKEN, region=None, message=str(asked.error))
            else:
                self._found = asked.result
                now = self._outlined(now, asked.result)
            self._announce(replace(self.state, proposal=now))
        if asked.state == FAILED and asked.error is not None:
            job.fail(asked.error)
        else:
            job.finish(now)

    def _outlined(self, proposal: Proposal, found: Found) -> Proposal:
        region = None
        try:
            polygon = found.outline(proposal.tolerance)
            size = self._size(proposal.input_id)
            region = polygon if polygon is None or size is None else polygon.clipped(*size)
        except LabelerError as error:
            return replace(proposal, phase=BROKEN, region=None, message=str(error))
        if region is None:
            return replace(proposal, phase=BROKEN, region=None, message=NOTHING)
        return replace(proposal, phase=READY, region=region, message="")

    def _usual(self, one: Input) -> float:
        """Give the tolerance to begin with: more for larger pictures."""
        size = self._size(one.input_id)
        return 1.0 if size is None else max(1.0, round(max(size) / SIDE_PER_PIXEL, 1))

    def _drawn_with(self) -> str:
        if self.state.drawing is not None:
            return self.state.drawing.concept
        concepts = self.state.settings.concepts
        if len(concepts) != 1:
            raise BadInput("expected the concept of the outline, got none; pass it, as in accept_proposal('sheep').")
        return concepts[0]


def _prompt(points: Iterable[Any], box: Any) -> Prompt:
    if isinstance(points, str | bytes) or not isinstance(points, Iterable):
        raise BadInput(f"expected clicks as a list of (x, y), got {points!r:.60}.")
    clicks = tuple(_point(one) for one in points)
    if len(clicks) > MOST_CLICKS:
        raise BadInput(f"expected at most {MOST_CLICKS} clicks, got {len(clicks)}; discard the outline and begin anew.")
    around = None if box is None else as_region(box).bounds
    return Prompt(clicks, around if around is None else Box(*around.sides))


def _point(one: Any) -> Point:
    items = list(one) if isinstance(one, Iterable) and not isinstance(one, str | bytes) else []
    if len(items) not in (2, 3):
        raise BadInput(f"expected a click as (x, y) or (x, y, on the object), got {one!r:.60}.")
    return coordinate(items[0]), coordinate(items[1]), bool(items[2]) if len(items) == 3 else True


def _checked(tolerance: Any) -> float:
    try:
        number = math.nan if isinstance(tolerance, bool | str) else float(tolerance)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number <= MOST_TOLERANCE:
        raise BadInput(f"expected a tolerance from 0 to {MOST_TOLERANCE:g} pixels, got {tolerance!r:.40}.")
    return number
