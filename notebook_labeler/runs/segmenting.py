"""Outlines in the background: GrabCut in a thread here, models in the model process; the notebook never waits.

Whoever asks gets a `Job`. Of the questions of one group the newest counts: it cancels those before it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..domain.geometry import Polygon
from ..errors import LabelerError, ModelFailed
from ..media.image import Picture
from ..models.segment.named import GRABCUT, load_segmenter
from ..models.segment.segmenter import Cut, Pixels, Prompt, Segmenter
from .child import Child
from .engine import sentence
from .frames import Header
from .job import Job
from .pool import PriorityPool
from .segment_wire import cut_from, pixels_to, prompt_to
from .wire import error_from

KEPT = 2  # pictures
ENOUGH = 256.0  # decoded pixels of an object's longer side; for a smaller one the whole picture is decoded
Look = Callable[[bool], Picture]  # gives the picture; True: with all its pixels


@dataclass(frozen=True, eq=False)
class Found:
    """What was found.

    Attributes
    ----------
    cut
        The mask, in pixels of the picture as it was decoded.
    by
        Source pixels per decoded pixel.
    key
        The fingerprint of what found it.
    """

    cut: Cut
    by: float
    key: str

    def outline(self, tolerance: float) -> Polygon | None:
        """Give the outline in source pixels, simplified by so many of them."""
        return self.cut.outline(tolerance, by=self.by)


class Segmenting:
    """Asks segmenters.

    Parameters
    ----------
    child
        The model process.
    """

    def __init__(self, child: Child) -> None:
        self._child = child
        self._thread = PriorityPool(1, "nl-segment")
        self._newest: dict[str, Job[Any]] = {}
        self._pictures: OrderedDict[tuple[str, bool], Picture] = OrderedDict()
        self._here: Segmenter | None = None
        self._lock = threading.Lock()

    def ask(self, spec: str, picture_id: str, look: Look, prompt: Prompt | None, group: str) -> Job[Found]:
        """Ask for the outline of what somebody points at; returns at once.

        Parameters
        ----------
        spec
            The segmenter's name.
        picture_id
            Tells the picture from all others; what was seen of it is kept under this.
        look
            Gives the picture. It runs in a background thread and may raise.
        prompt
            In source pixels. None: only look at the picture, so that the first click is quick.
        group
            Who asks. An older question of the same group is cancelled.
        """
        job: Job[Found] = Job(f"outlining with {spec}")
        with self._lock:
            before = self._newest.get(group)
            self._newest[group] = job
        if before is not None:
            before.cancel()
        job.on_change(lambda one: self._forget(one, group) if one.finished else None)
        self._thread.submit(0, self._begin, job, spec, picture_id, look, prompt, group)
        return job

    def close(self) -> None:
        """Cancel everything. Twice is fine."""
        with self._lock:
            jobs = list(self._newest.values())
        for job in jobs:
            job.cancel()
        self._thread.close()

    def _forget(self, job: Job[Any], group: str) -> None:
        with self._lock:
            if self._newest.get(group) is job:
                del self._newest[group]

    def _begin(
        self, job: Job[Found], spec: str, picture_id: str, look: Look, prompt: Prompt | None, group: str
    ) -> None:
        """Work on a question, unless a newer one has cancelled it while it waited."""
        if not job.start():
            return
        try:
            if spec == GRABCUT:
                self._answer_here(job, picture_id, look, prompt)
            else:
                self._ask_child(job, spec, picture_id, look, prompt, group, with_pixels=False)
        except LabelerError as error:
            job.fail(error)
        except BaseException as error:  # nobody else would end the job
            job.fail(ModelFailed(sentence(error, spec)))

    def _answer_here(self, job: Job[Found], picture_id: str, look: Look, prompt: Prompt | None) -> None:
        picture = self._picture(picture_id, look, full=False)
        model = self._here = self._here or load_segmenter(GRABCUT)
        if prompt is None:
            job.finish(Found(Cut(np.zeros((1, 1), bool)), 1.0, model.key))
            return
        if picture.detail < 1 and (
            prompt.box is None or max(prompt.box.width, prompt.box.height) * picture.detail < ENOUGH
        ):
            picture = self._picture(picture_id, look, full=True)
        cut = model.segment(model.open(_pixels(picture)), prompt.scaled(picture.detail))
        job.finish(Found(cut, 1 / picture.detail, model.key))

    def _ask_child(
        self,
        job: Job[Found],
        spec: str,
        picture_id: str,
        look: Look,
        prompt: Prompt | None,
        group: str,
        *,
        with_pixels: bool,
    ) -> None:
        picture = self._picture(picture_id, look, full=False)
        header: Header = {"do": "segment", "spec": spec, "picture": picture_id, "group": group}
        if prompt is not None:
            header |= prompt_to(prompt.scaled(picture.detail))
        parts: list[bytes] = []
        if with_pixels:
            more, parts = pixels_to(_pixels(picture))
            header |= more

        def answered(said: Header, mask: list[bytes]) -> None:
            if "error" in said:
                job.fail(error_from(said["error"]))
            elif "wanted" in said:
                if not job.finished:
                    again = {"with_pixels": True}
                    self._thread.submit(0, self._again, job, spec, picture_id, look, prompt, group, again)
            elif "late" in said:
                job.cancel()
            else:
                cut = cut_from(said, mask) if mask else Cut(np.zeros((1, 1), bool))
                job.finish(Found(cut, 1 / picture.detail, said["key"]))

        self._child.ask(header, parts, answered, job.fail)

    def _again(self, job: Job[Found], *asked: Any) -> None:
        *question, options = asked
        try:
            if not job.finished:
                self._ask_child(job, *question, **options)
        except LabelerError as error:
            job.fail(error)

    def _picture(self, picture_id: str, look: Look, *, full: bool) -> Picture:
        """Give the picture from the last few, or look."""
        place = (picture_id, full)
        found = self._pictures.get(place)
        if found is None:
            found = self._pictures[place] = look(full)
        self._pictures.move_to_end(place)
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        return found


def _pixels(picture: Picture) -> Pixels:
    return np.asarray(picture.rgb)
