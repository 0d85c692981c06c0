"""The assignments that a journal's events give, as columns by place: what thousands of rows are played again in.

Rules (`bulk` of an event) change whole stretches of a column; a single change is looked up by its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from ..domain.assignments import BACKLOG, WAITING, lane
from ..domain.backlog import Moved
from ..domain.places import unpack
from .assigning import row_of
from .tables import NAMES

KEY = ("task_id", "input_id", "position")
REST = tuple(name for name in NAMES["assignment"] if name not in KEY)
_VALUES = attrgetter(*REST)


@dataclass
class Lane:
    """One seat of a task. A place where nothing lies has no input."""

    ids: list[str] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in REST})

    def holds(self, input_id: str, position: int) -> bool:
        """Whether an input lies at a place."""
        return 0 <= position < len(self.ids) and self.ids[position] == input_id

    def values(self, position: int) -> tuple[Any, ...]:
        """Give what is kept of a place, in the order of `REST`."""
        return tuple([column[position] for column in self.columns.values()])

    def write(self, position: int, values: Sequence[Any]) -> None:
        """Set what is kept of a place, in the order of `REST`."""
        for column, value in zip(self.columns.values(), values, strict=True):
            column[position] = value

    def take(self, position: int) -> None:
        """Leave nothing at a place."""
        self.ids[position] = ""

    def append(self, start: int, ids: Sequence[str], at_us: int) -> None:
        """Put inputs at the places from `start` on, as they begin; what is left out before stays empty."""
        self.reach(start)
        self.ids += ids
        for column, value in zip(self.columns.values(), _first(at_us), strict=True):
            column.extend([value] * len(ids))

    def reach(self, count: int) -> None:
        """Have so many places at least."""
        more = count - len(self.ids)
        if more > 0:
            self.ids += [""] * more
            for column, value in zip(self.columns.values(), _first(0), strict=True):
                column.extend([value] * more)

    def count(self, positions: Sequence[int], at_us: int) -> None:
        """Count a change of places."""
        version, updated = self.columns["version"], self.columns["updated_us"]
        for position in positions:
            version[position] += 1
            updated[position] = at_us


class Lanes:
    """The seats of all tasks."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}

    def of(self, lane_id: str) -> Lane:
        """Give a lane, a new one if need be."""
        found = self._lanes.get(lane_id)
        if found is None:
            found = self._lanes[lane_id] = Lane()
        return found

    def left(self) -> Iterator[tuple[str, str]]:
        """Give task and input of what lies in a lane still."""
        return ((lane_id, one) for lane_id, own in self._lanes.items() for one in own.ids if one)

    def share(self, task_id: str, deals: list[Any], at_us: int) -> None:
        """Give places to people as `sharing.share_out` did."""
        base = self.of(task_id)
        seats: dict[int, list[tuple[str, str, list[int]]]] = {}
        for seat, role, person, text in deals:
            places = [place for place in unpack(text).tolist() if place < len(base.ids) and base.ids[place]]
            seats.setdefault(seat, []).append((role, person, places))
        for seat, given in seats.items():
            own, met = self.of(lane(task_id, seat)), set[int]().union(*(places for _, _, places in given))
            own.reach(len(base.ids))
            fresh = [place for place in met if not own.ids[place]]
            own.count(sorted(met.difference(fresh)), at_us)
            for place in fresh:
                held = BACKLOG if base.columns["state"][place] == BACKLOG else WAITING
                own.ids[place] = base.ids[place]
                own.write(place, _VALUES(row_of("", "", place, at_us=at_us).having(state=held)))
            for role, person, places in given:
                column = own.columns[role]
                for place in places:
                    column[place] = person

    def move(self, task_id: str, moves: Sequence[Moved], at_us: int) -> Iterator[str]:
        """Put inputs off or have them wait as `backlog.move` did; say what did not stand."""
        for moved in moves:
            own, places = self.of(lane(task_id, moved.seat)), unpack(moved.places).tolist()
            states = own.columns["state"]
            there = [place for place in places if place < len(own.ids) and states[place] == moved.before]
            if len(there) < len(places):
                yield f"{len(places) - len(there)} inputs were moved from {moved.before} that were not there"
            own.count(there, at_us)
            for place in there:
                states[place] = moved.after


def _first(at_us: int) -> tuple[Any, ...]:
    found: tuple[Any, ...] = _VALUES(row_of("", "", 0, at_us=at_us))
    return found
