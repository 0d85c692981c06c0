"""Sharing a task's inputs out: who labels them, who reviews them, who gives second opinions; what changes is planned.

- Everybody has as many groups of near-duplicates as any other, or one more; without groups, as many inputs.
- Each input has one labeler and one reviewer. Planned again, nothing changes; when people or inputs come or go, as few
  groups as possible change hands.
- What somebody has worked on stays with them. Of those who have left, what is handed in stays in their name; what is
  not (skipped and sent back included) is handed on, with all that was done on it.
- What is approved stays with its reviewer, also one who left; what was sent back stays with a reviewer who is there.
- Nobody reviews their own work unless they are the only reviewer. Each labeler's work is spread over the reviewers.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .assignments import APPROVED, DONE, REJECTED
from .dealing import deal
from .fair import Counts, Flags
from .places import pack
from .tasks import TaskSettings

LABELER, REVIEWER = "labeler", "reviewer"
Texts = NDArray[Any]  # of str, as objects


@dataclass(frozen=True)
class Dealt:
    """That somebody gets these places (`places.pack` text) of a seat, as its ``labeler`` or ``reviewer``.

    A `person` who is empty means that nobody has them.
    """

    seat: int
    role: str
    person: str
    places: str


class Places(Protocol):
    """The inputs of a seat as columns, by position; see `store.sharing.Places`."""

    @property
    def position(self) -> Counts: ...  # noqa: D102
    @property
    def input_id(self) -> Texts: ...  # noqa: D102
    @property
    def labeler(self) -> Texts: ...  # noqa: D102
    @property
    def reviewer(self) -> Texts: ...  # noqa: D102
    @property
    def state(self) -> Texts: ...  # noqa: D102
    @property
    def touched(self) -> Flags: ...  # noqa: D102


def plan(seats: Sequence[Places], settings: TaskSettings, groups: Counts | None = None) -> tuple[Dealt, ...]:
    """Give what has to change so that a task is shared out as its settings say.

    Parameters
    ----------
    seats
        The places of the task itself, and of its second opinions so far. Those that are missing are empty.
    settings
        Say who labels and reviews, and how many opinions are asked for. Without labelers (reviewers) all that nobody
        has begun is nobody's again.
    groups
        int64, a number for each place of the task, the same for near-duplicates. None: each input on its own.

    Returns
    -------
    tuple of Dealt
        Empty when nothing has to change. Second opinions that are asked for no longer become nobody's where nobody
        has begun them.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> none = np.array([""] * 5, object)
    >>> given = SimpleNamespace(position=np.arange(5), input_id=none, labeler=none, reviewer=none, state=none,
    ...                         touched=np.zeros(5, bool))
    >>> for dealt in plan([given], TaskSettings(labelers=("ana", "ben"), reviewers=("ana",))):
    ...     print(dealt)
    Dealt(seat=0, role='labeler', person='ana', places='0,2,4')
    Dealt(seat=0, role='labeler', person='ben', places='1,3')
    Dealt(seat=0, role='reviewer', person='ana', places='0-4')
    """
    base, people = seats[0], _Names(settings.labelers)
    many, sharing = len(base.position), len(settings.labelers)
    same = np.arange(many) if groups is None else np.unique(groups, return_inverse=True)[1].reshape(-1)
    wanted = min(settings.seats, max(1, sharing))
    chosen = _chosen(base.input_id, same, settings.opinions_share) if wanted > 1 else np.zeros(many, bool)
    hands = [_Hand.of(each, base.position, people) for each in seats]
    hands += [_Hand.empty(many) for _ in range(wanted - len(seats))]
    found: list[Dealt] = []
    holders: list[Counts] = []
    for seat, hand in enumerate(hands):
        which = hand.locked | (chosen & (seat < wanted)) if seat else np.ones(many, bool)
        others = [*holders, *(np.where(later.locked, later.who, -1) for later in hands[seat + 1 :])]
        kinds, allowed = _barred(same[which], [who[which] for who in others], sharing, last=not seat)
        together = None if groups is None else same[which]
        after = np.full(many, -1)
        after[which] = deal(
            hand.who[which], sharing, locked=hand.locked[which], groups=together, kinds=kinds, allowed=allowed
        )
        found += _changes(seat, LABELER, base.position, hand.who, after, people)
        holders.append(after)
    return (*found, *_reviews(base, settings, holders[0], people, None if groups is None else same))


def _reviews(
    base: Places, settings: TaskSettings, labelers: Counts, people: _Names, groups: Counts | None
) -> Iterator[Dealt]:
    """Deal the reviews. The kind of an input is who labels it."""
    names = _Names(settings.reviewers)
    many, before = len(settings.reviewers), names.numbers(base.reviewer)
    locked = _are(base.state, {APPROVED}) | (_are(base.state, {REJECTED}) & (before >= 0) & (before < many))
    own = np.array([[one == other for other in settings.reviewers] for one in ["", *people.names]], bool)
    allowed = ~own if many > 1 else np.ones_like(own)
    after = deal(before, many, locked=locked, groups=groups, kinds=labelers + 1, allowed=allowed)
    yield from _changes(0, REVIEWER, base.position, before, after, names)


class _Names:
    """Numbers for names: first of those who share, then of whoever else comes up. Nobody is -1."""

    def __init__(self, sharing: Iterable[str]) -> None:
        self._number = {"": -1}
        for name in sharing:
            self._number[name] = len(self._number) - 1

    @property
    def names(self) -> list[str]:
        return list(self._number)[1:]

    def numbers(self, names: Texts) -> Counts:
        for name in dict.fromkeys(names.tolist()):
            self._number.setdefault(name, len(self._number) - 1)
        return np.fromiter(map(self._number.__getitem__, names.tolist()), np.int64, len(names))


@dataclass(frozen=True)
class _Hand:
    """Who labels the inputs of a seat, and which of them stay with who has them."""

    who: Counts
    locked: Flags

    @classmethod
    def empty(cls, many: int) -> _Hand:
        return cls(np.full(many, -1), np.zeros(many, bool))

    @classmethod
    def of(cls, seat: Places, positions: Counts, people: _Names) -> _Hand:
        """Read a seat; `positions` are those of the task's own."""
        hand, sharing = cls.empty(len(positions)), len(people.names)
        there = np.isin(seat.position, positions)
        where = np.searchsorted(positions, seat.position[there])
        hand.who[where] = people.numbers(seat.labeler)[there]
        done, begun = np.zeros(len(positions), bool), np.zeros(len(positions), bool)
        done[where], begun[where] = _are(seat.state, DONE)[there], seat.touched[there]
        present = (hand.who >= 0) & (hand.who < sharing)
        return cls(hand.who, begun & (done | present))


def _barred(groups: Counts, holders: Sequence[Counts], people: int, *, last: bool) -> tuple[Counts, Flags | None]:
    """Give the kinds of inputs by who has them in another seat, and who may have which kind.

    What nobody else may have, anybody may where it must not be left lying (`last`).
    """
    if not people or not any((who >= 0).any() for who in holders):
        return np.zeros(len(groups), np.int64), None
    group = np.unique(groups, return_inverse=True)[1].reshape(-1)
    table = np.zeros((len(group), people), bool)
    for who in holders:
        known = (who >= 0) & (who < people)
        table[group[known], who[known]] = True
    packed = np.packbits(np.pad(table, ((0, 0), (0, -people % 64))), axis=1).view(np.uint64)
    _, first, kinds = np.unique(packed, axis=0 if packed.shape[1] > 1 else None, return_index=True, return_inverse=True)
    barred = table[first]
    return kinds.reshape(-1)[group].astype(np.int64), ~barred | (barred.all(axis=1, keepdims=True) & last)


def _chosen(input_ids: Texts, groups: Counts, share: float) -> Flags:
    """Choose about a share of the groups, by the id of the first input of each: later ones change nothing."""
    if share >= 1:
        return np.ones(len(groups), bool)
    first = np.unique(groups, return_index=True)[1]
    numbers = [zlib.crc32(one.encode("utf-8", "surrogatepass")) for one in input_ids[first].tolist()]
    return (np.array(numbers, np.int64) < share * 2**32)[groups]


def _are(states: Texts, wanted: Iterable[str]) -> Flags:
    return np.fromiter(map(frozenset(wanted).__contains__, states.tolist()), bool, len(states))


def _changes(seat: int, role: str, positions: Counts, before: Counts, after: Counts, names: _Names) -> Iterator[Dealt]:
    moved = np.flatnonzero(before != after)
    for number in np.flatnonzero(np.bincount(after[moved] + 1)).tolist():
        yield Dealt(seat, role, ["", *names.names][number], pack(positions[moved[after[moved] + 1 == number]]))
