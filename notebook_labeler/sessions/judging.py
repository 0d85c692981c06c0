"""Whose inputs a reviewer sees, and how far they are: the share, the history of an input, and where to go on."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import ClassVar

from ..domain import history, reviewing
from ..domain.assignments import APPROVED, REJECTED, STATES, SUBMITTED
from ..domain.labeling import Desk
from ..domain.operations import Event
from ..domain.records import Assignment
from ..errors import Conflict
from .labeling import LabelingSession
from .review_state import ReviewState, Share
from .state import LabelState

STEPS = 24  # places that are counted on from where one was
LATELY = 12  # comments that are offered again
UNREADABLE = "unreadable"


class Judging(LabelingSession):
    """A labeling session whose queue is what was handed in of a reviewer's share."""

    OPEN: ClassVar[Collection[str]] = (SUBMITTED,)
    SEEN: ClassVar[Collection[str]] = tuple(sorted(reviewing.HANDED_IN))
    STATE = ReviewState
    state: ReviewState
    _whose: tuple[str, ...] | None = None  # under which reviewers' names the share lies; None: all is theirs
    _total = 0  # inputs of the share
    _reached: tuple[int, object, int] = (-1, None, 0)  # a position, of which share, and its rank there
    _given: deque[str]  # comments of this session, the last first
    _events: tuple[str, int, tuple[Event, ...]] = ("", 0, ())  # of which input, read up to where

    # -- the share

    def _at(self, *, after: int, states: Iterable[str], limit: int = 1, backwards: bool = False) -> list[Assignment]:
        journal, states = self.bench.journal, tuple(states)
        return journal.queue(
            self.bench.task_id, after=after, states=states, limit=limit, backwards=backwards, reviewer=self._whose
        )

    def _rank(self, state: LabelState, total: int) -> int:
        if self._whose is None:
            return state.position
        position, basis = state.position, (self._total, self._whose)
        if (position, basis) != self._reached[:2]:
            rank = self._further(position, basis)
            self._reached = (position, basis, self._counted_out(position) if rank is None else rank)
        return self._reached[2]

    def _further(self, position: int, basis: object) -> int | None:
        """Give the rank of a place a few steps on from the one known: counting out a long share takes a while."""
        before, known, rank = self._reached
        if known != basis:
            return None
        passed = [a.position for a in self._at(after=before, states=STATES, limit=STEPS)]
        return rank + passed.index(position) + 1 if position in passed else None

    def _counted_out(self, position: int) -> int:
        return self.bench.journal.rank(self.bench.task_id, position, reviewer=self._whose or ())

    def _counted(self, state: LabelState) -> LabelState:
        share = self._share()
        found = super()._counted(state)
        assert isinstance(found, ReviewState)
        found = replace(found, rev=self._shown, share=share)
        return replace(found, history=self._told(found), comments=self._comments(found))

    def _share(self) -> Share:
        """Count the share, and see under which names it lies."""
        shares = self.bench.journal.shares(self.bench.task_id)
        known = {each.reviewer for each in shares}
        names = reviewing.whose(self.bench.actor, self.bench.settings, known)
        self._whose = None if names is None else tuple(name for name in names if name in known)
        counts: Counter[str] = Counter()
        for each in shares:
            if each.state != UNREADABLE and (self._whose is None or each.reviewer in self._whose):
                counts[each.state] += each.count
        share = Share.of(counts)
        self._total = share.total
        return share

    def _give_way(self, before: Desk | None) -> None:
        """Show what has come where there was nothing to review; go on where another reviewer was quicker."""
        desk, state = self.state.desk, self.state
        if desk is None or state.input is None:
            if state.share.left:
                self._start()
            return
        if before is None or before.input_id != desk.input_id:
            return
        was, now = before.scene.assignment, desk.scene.assignment
        if now == was or now.reviewer in (state.actor, ""):
            return
        name, whom = f"{state.input.name!r:.80}", now.reviewer
        if was.state in self.OPEN and now.state in (APPROVED, REJECTED):
            self._advance()
            self.say(f"{name} was {now.state} by {whom} meanwhile; here is the next one.")
        elif self._whose is not None and whom not in self._whose:
            self._advance()
            self.say(f"{name} is with {whom} now; here is the next one.")

    # -- going on

    def _start(self) -> None:
        self.bench.reviewing = True
        self._share()
        found = self._open_after(-1)
        self._bring(found[0] if found else None)

    def _advance(self) -> None:
        found = self._open_after(self.state.position)
        self._bring(found[0] if found else None)

    def _step(self, input_id: str | None, *, backwards: bool) -> None:
        with self.lock:
            if self.state.input is not None:
                super()._step(input_id, backwards=backwards)
                return
            here = self.state.position + (1 if backwards else -1)  # the last one judged is where one comes from
            found = self._at(after=here, states=self.SEEN, backwards=backwards)
            if found:
                self._bring(found[0])
            else:
                self.say("This is the first input." if backwards else "This is the last input.")

    # -- what is told

    def _read(self, input_id: str) -> tuple[Event, ...]:
        """Give the events of an input, reading only those that are new."""
        known, upto, before = self._events if self._events[0] == input_id else (input_id, 0, ())
        if upto < self.bench.rev:
            fresh = self.bench.journal.events(after=upto, task_id=self.bench.task_id, input_id=input_id, limit=None)
            self._events = (known, max(self.bench.rev, fresh[-1].rev if fresh else 0), (*before, *fresh))
        return self._events[2]

    def _told(self, state: ReviewState) -> tuple[history.Told, ...]:
        return history.told(self._read(state.input.input_id)) if state.input is not None else ()

    def _comments(self, state: ReviewState) -> tuple[str, ...]:
        """Give what was said lately, by this person or to be read on the inputs that went back."""
        said = [a.comment for a in self._at(after=2**31 - 1, states=(REJECTED,), limit=LATELY, backwards=True)]
        return tuple(dict.fromkeys([*self._given, *(comment for comment in said if comment)]))[:LATELY]

    def _as_seen(self, desk: Desk, since: int | None) -> None:
        """Refuse to judge what somebody else has changed since it was looked at; it is named, and shown.

        Raises
        ------
        Conflict
            Somebody has.
        """
        seen = since if since is not None else self.state.rev if self._on_screen(desk.input_id) else None
        if seen is None:
            return
        found = self.bench.journal.events(after=seen, task_id=self.bench.task_id, input_id=desk.input_id, limit=None)
        others = [e for e in found if e.operation.actor != self.bench.actor and history.counts(e)]
        if others:
            self._refresh()
            lines = history.told(others)
            what = lines[-1].sentence if lines else f"{others[-1].operation.actor} changed it"
            raise Conflict(f"Meanwhile {what:.200}; nothing was written. Look at it again.")
