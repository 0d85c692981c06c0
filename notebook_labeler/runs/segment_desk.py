"""Segmenters at home in the model process: one thread, the last few pictures kept as the network saw them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ..errors import LabelerError, ModelFailed
from ..models.segment.named import load_segmenter
from ..models.segment.segmenter import Segmenter
from .engine import sentence
from .frames import Header
from .pool import PriorityPool
from .segment_wire import cut_to, pixels_from, prompt_from
from .wire import error_to

KEPT_PICTURES, KEPT_MODELS = 4, 2
Answer = Callable[[Header, list[bytes]], object]


class SegmentDesk:
    """Answers what is asked about pictures; of the questions of one group the newest alone.

    Parameters
    ----------
    answer
        Writes one frame.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._thread = PriorityPool(1, "nl-segment")
        self._newest: dict[str, int] = {}
        self._models: OrderedDict[str, Segmenter] = OrderedDict()
        self._seen: OrderedDict[tuple[str, str], Any] = OrderedDict()  # Any: only the model knows what it keeps

    def take(self, asked: Header, parts: list[bytes]) -> None:
        """Queue a question."""
        self._newest[asked["group"]] = asked["number"]
        self._thread.submit(0, self._work, asked, parts)

    def drop(self, asked: Header, _: list[bytes]) -> None:
        """Forget what a group has asked and nobody has begun to answer."""
        self._newest.pop(asked["group"], None)

    def _work(self, asked: Header, parts: list[bytes]) -> None:
        number = asked["number"]
        try:
            if self._newest.get(asked["group"]) != number:
                said: Header = {"late": True}
                mask: list[bytes] = []
            else:
                said, mask = self._said(asked, parts)
        except BaseException as error:  # native libraries panic with what is no Exception
            known = error if isinstance(error, LabelerError) else ModelFailed(sentence(error, asked["spec"]))
            said, mask = {"error": error_to(known)}, []
        self._answer({**said, "number": number}, mask)

    def _said(self, asked: Header, parts: list[bytes]) -> tuple[Header, list[bytes]]:
        spec, place = asked["spec"], (asked["spec"], asked["picture"])
        model = self._models[spec] = self._models.get(spec) or load_segmenter(spec)
        self._models.move_to_end(spec)
        while len(self._models) > KEPT_MODELS:
            self._models.popitem(last=False)
        if place not in self._seen:
            rgb = pixels_from(asked, parts)
            if rgb is None:
                return {"wanted": True}, []
            self._seen[place] = model.open(rgb)
        self._seen.move_to_end(place)
        while len(self._seen) > KEPT_PICTURES:
            self._seen.popitem(last=False)
        if "points" not in asked:
            return {"key": model.key}, []
        said, mask = cut_to(model.segment(self._seen[place], prompt_from(asked)))
        return {**said, "key": model.key}, mask
