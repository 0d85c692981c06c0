"""Agreement about whole inputs: what people said who labeled the same ones, concept by concept and over all."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..domain.opinions import Opinion
from .alpha import alpha, alpha_of_labels, kappa
from .intervals import Interval, Numbers

OVERALL = "(all)"
FEW = "undefined: fewer than 2 inputs have two opinions"
UNUSED = "undefined: nobody used it"
ONE_CATEGORY = "undefined: everybody used it everywhere"
SAME_CHOICE = "undefined: everybody chose the same everywhere"
Inputs = Sequence[Sequence[Opinion]]  # per input, its opinions, at least two


@dataclass(frozen=True)
class LabelAgreement:
    """How far people agree about one concept, or about all (`OVERALL`).

    `agreement` is the share of pairs of opinions that say the same, `alpha` Krippendorff's alpha with its 95%
    interval, `kappa` Cohen's kappa where the same two people labeled all of the inputs. Where `note` says
    ``undefined`` all of them are NaN. `labels` is how often it was given, over all opinions.
    """

    concept: str
    agreement: float
    alpha: float
    low: float
    high: float
    kappa: float
    inputs: int
    labels: int
    note: str = ""


def paired(opinions: Sequence[Opinion]) -> list[list[Opinion]]:
    """Give the opinions of each input that at least two people labeled; of one person the first seat counts."""
    found: dict[str, dict[object, Opinion]] = {}
    for one in sorted(opinions, key=lambda one: one.seat):
        found.setdefault(one.input_id, {}).setdefault(one.person or one.seat, one)
    return [list(own.values()) for own in found.values() if len(own) > 1]


def about_labels(inputs: Inputs, concepts: Mapping[str, str], *, single: bool = False) -> list[LabelAgreement]:
    """Give the agreement about each concept, and about all in the last row.

    Parameters
    ----------
    inputs
        Per input its opinions, from `paired`.
    concepts
        The concepts asked for, name by key.
    single
        Whether each opinion is one concept or none: then the last row compares the choices as a whole.
    """
    said = _Said(inputs, tuple(concepts))
    rows = [said.about(key, name) for key, name in concepts.items()]
    return [*rows, said.choices() if single else said.together()]


@dataclass(frozen=True)
class _Said:
    """Who took which concepts, over all opinions one after the other."""

    inputs: Inputs
    keys: tuple[str, ...]

    @cached_property
    def taken(self) -> list[frozenset[str]]:
        every = [one.annotations for own in self.inputs for one in own]
        return [frozenset(a.concept_key for a in own if a.geometry is None).intersection(self.keys) for own in every]

    @cached_property
    def owner(self) -> npt.NDArray[np.intp]:
        """Of which input each opinion is."""
        return np.repeat(np.arange(len(self.inputs)), [len(own) for own in self.inputs])

    @cached_property
    def size(self) -> Numbers:
        return np.bincount(self.owner, minlength=len(self.inputs)).astype(np.float64)

    @cached_property
    def pairs(self) -> list[list[int]]:
        return _of_two(self.inputs)

    def counted(self, hits: Iterable[bool]) -> Numbers:
        """Give for each input how many of its opinions are hits."""
        weights = np.fromiter(hits, np.float64, len(self.owner))
        return np.bincount(self.owner, weights, minlength=len(self.inputs)).astype(np.float64)

    def about(self, key: str, name: str) -> LabelAgreement:
        used = self.counted(key in one for one in self.taken)
        agreed = alpha_of_labels(used[:, None], self.size)
        return self._row(name, agreed, self._kappa([key in one for one in self.taken]), int(used.sum()), ONE_CATEGORY)

    def together(self) -> LabelAgreement:
        used = [self.counted(key in one for one in self.taken) for key in self.keys]
        counts = np.stack(used, axis=1) if used else np.zeros((len(self.inputs), 0))
        agreed = alpha_of_labels(counts, self.size)  # Cohen's kappa compares one category each: there is none
        return self._row(OVERALL, agreed, math.nan, int(counts.sum()), ONE_CATEGORY)

    def choices(self) -> LabelAgreement:
        chosen = [min(one, default="") for one in self.taken]
        kinds = sorted(set(chosen))
        counts = [self.counted(choice == kind for choice in chosen) for kind in kinds]
        agreed = alpha(np.stack(counts, axis=1) if kinds else np.zeros((len(self.inputs), 0)))
        return self._row(OVERALL, agreed, self._kappa(chosen), sum(map(bool, chosen)), SAME_CHOICE)

    def _kappa(self, said: Sequence[Hashable]) -> float:
        return kappa(*([said[at] for at in side] for side in self.pairs)) if self.pairs else math.nan

    def _row(
        self, name: str, agreed: tuple[float, float, Interval], kappa: float, labels: int, same: str
    ) -> LabelAgreement:
        observed, value, (low, high) = agreed
        inputs = len(self.inputs)
        note = FEW if inputs < 2 else UNUSED if not labels else same if math.isnan(value) else ""
        if note:
            observed = value = low = high = kappa = math.nan
        return LabelAgreement(name, observed, value, low, high, kappa, inputs, labels, note)


def _of_two(inputs: Inputs) -> list[list[int]]:
    """Give the places of the opinions of the one and of the other, if the same two people labeled all inputs."""
    people = {one.person for own in inputs for one in own}
    if len(people) != 2 or "" in people or any(len(own) != 2 for own in inputs):
        return []
    every = [one.person for own in inputs for one in own]
    return [[at for at, person in enumerate(every) if person == of] for of in sorted(people)]
