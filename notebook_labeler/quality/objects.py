"""Agreement about objects: which ones people drew alike, concept by concept and over all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..domain.geometry import Region, from_text
from ..domain.opinions import Opinion
from .agreement import OVERALL, Inputs
from .intervals import NONE, Numbers, over_inputs
from .overlap import matched

NONE_PAIRED = "undefined: no input has two opinions"
UNDRAWN = "undefined: nobody drew one"
ONE_INPUT = "no interval: only one input has one"


@dataclass(frozen=True)
class ObjectAgreement:
    """How far people agree about the objects of one concept, or of all (`OVERALL`).

    `f1` is the share of objects that the other person drew too: 2 x matched / (drawn by one + drawn by the other),
    with its 95% interval; `iou` the mean overlap of the matched ones. `inputs` are those with an object, `objects`
    how many were drawn, over all opinions. Where `note` says ``undefined`` the figures are NaN.
    """

    concept: str
    f1: float
    low: float
    high: float
    iou: float
    inputs: int
    objects: int
    note: str = ""


@dataclass(frozen=True)
class _Held:
    """What comparing the opinions of one input about one concept gave; objects weigh alike, however many people."""

    objects: float = 0.0
    alone: float = 0.0  # how many of them another person did not draw
    pairs: int = 0
    overlap: float = 0.0  # of the pairs, in sum

    def __add__(self, other: _Held) -> _Held:
        return _Held(
            self.objects + other.objects,
            self.alone + other.alone,
            self.pairs + other.pairs,
            self.overlap + other.overlap,
        )


def about_objects(inputs: Inputs, concepts: Mapping[str, str], *, iou: float = 0.5) -> list[ObjectAgreement]:
    """Give the agreement about the objects of each concept, and of all in the last row.

    Objects are matched one to one within a concept, so that as many as possible overlap by `iou` (0 to 1) at least.
    Of three people and more each is held against each.

    Parameters
    ----------
    inputs
        Per input its opinions, from `agreement.paired`.
    concepts
        The concepts asked for, name by key.
    iou
        How much two must overlap to be the same object.
    """
    found: dict[str, list[_Held]] = {key: [] for key in concepts}
    every = []
    for own in inputs:
        drawn = [_regions(one) for one in own]
        held = {key: _held([one.get(key, []) for one in drawn], iou) for key in concepts}
        for key, one in held.items():
            if one.objects:
                found[key].append(one)
        if any(one.objects for one in held.values()):
            every.append(sum(held.values(), _Held()))
    rows = [_row(name, found[key], len(inputs)) for key, name in concepts.items()]
    return [*rows, _row(OVERALL, every, len(inputs))]


def _regions(opinion: Opinion) -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = defaultdict(list)
    for annotation in opinion.annotations:
        if (region := from_text(annotation.geometry)) is not None:
            found[annotation.concept_key].append(region)
    return found


def _held(drawn: Sequence[Sequence[Region]], iou: float) -> _Held:
    """Compare what each person drew with what each other one drew."""
    objects = float(sum(map(len, drawn)))
    alone, pairs, overlap = 0.0, 0, 0.0
    for some, others in combinations(drawn, 2):
        same = matched(some, others, iou)
        alone += len(some) + len(others) - 2 * len(same)
        pairs += len(same)
        overlap += sum(share for _, _, share in same)
    return _Held(objects, alone / (len(drawn) - 1), pairs, overlap)


def _row(name: str, held: Sequence[_Held], inputs: int) -> ObjectAgreement:
    total = sum(held, _Held())
    if not total.objects:
        note = UNDRAWN if inputs else NONE_PAIRED
        return ObjectAgreement(name, math.nan, *NONE, math.nan, 0, 0, note)
    alone, objects = (np.array([getattr(one, what) for one in held]) for what in ("alone", "objects"))
    low, high = over_inputs(alone, objects, np.zeros((len(held), 0)), _no_chance, least=0.0)
    mean = total.overlap / total.pairs if total.pairs else math.nan
    note = ONE_INPUT if len(held) < 2 else ""
    value = 1 - total.alone / total.objects
    return ObjectAgreement(name, value, low, high, mean, len(held), round(total.objects), note)


def _no_chance(_: Numbers, size: Numbers) -> Numbers:
    return np.ones_like(size)
