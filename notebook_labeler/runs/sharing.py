"""Sharing a task out in the background: near-duplicates are found, it is planned who gets what, and written at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..domain.fair import Counts
from ..domain.operations import Change, ensured
from ..domain.places import unpack
from ..domain.records import Collaborator
from ..domain.sharing import Dealt, Places, plan
from ..domain.tasks import TaskSettings
from ..errors import BadInput, Conflict
from ..media.fetch import Media
from ..media.near_duplicates import grouped
from ..store.journal import Journal
from .fingerprinting import fingerprints
from .grouping import groups_in_passing, groups_of_all
from .job import Job

_TRIES = 5
_SHOWN = 6  # people named in a line


@dataclass(frozen=True)
class Shared:
    """How a task is shared out.

    Attributes
    ----------
    inputs
        How many inputs the task has.
    labelers, reviewers, opinions
        How many inputs everybody labels, reviews, and gives a second opinion on, by name; those who have left too.
    groups
        How many groups of near-duplicates (of one input or more) were dealt.
    largest
        How many inputs the largest of them has.
    moved
        How many inputs were given to somebody else, or to somebody at last.
    """

    inputs: int = 0
    labelers: Mapping[str, int] = field(default_factory=dict)
    reviewers: Mapping[str, int] = field(default_factory=dict)
    opinions: Mapping[str, int] = field(default_factory=dict)
    groups: int = 0
    largest: int = 0
    moved: int = 0

    def __repr__(self) -> str:
        many = f"{self.inputs:,} input{'' if self.inputs == 1 else 's'}"
        if self.groups < self.inputs:
            many += f" in {self.groups:,} group{'' if self.groups == 1 else 's'} of near-duplicates"
        parts = [f"labeled by {_people(self.labelers)}" if self.labelers else "labeled by anybody"]
        if self.reviewers:
            parts.append(f"reviewed by {_people(self.reviewers)}")
        if self.opinions:
            parts.append(f"second opinions by {_people(self.opinions)}")
        return f"Shared({many}, {'; '.join(parts)}; {self.moved:,} moved)"


@dataclass(frozen=True)
class Alike:
    """The number of each input's group, by its place in the project, or by `places` where these are given by id."""

    numbers: Counts
    places: Mapping[str, int] | None = None

    def of(self, seat: Places) -> Counts:
        """Give each place of a task the number of its group; inputs that came meanwhile are on their own."""
        where = seat.position
        if self.places is not None:
            where = np.array([self.places.get(one, len(self.numbers)) for one in seat.input_id.tolist()], np.int64)
        known = where < len(self.numbers)
        found = -1 - np.arange(len(where))
        found[known] = self.numbers[where[known]]
        return found


class Sharer:
    """Shares tasks out in one person's name.

    Parameters
    ----------
    journal, media
        The project's.
    actor
        Who says so. Attribution, not authentication.
    """

    def __init__(self, journal: Journal, media: Media, actor: str) -> None:
        self.journal, self.media, self.actor = journal, media, actor

    def start(
        self, task_id: str, changes: Mapping[str, Any] | None = None, *, at_most: int | None = None
    ) -> Job[Shared]:
        """Begin, and give the job; cancelled before it is over, it changes nothing.

        Parameters
        ----------
        task_id
            The task.
        changes
            Settings (fields of `TaskSettings`) that are changed with it.
        at_most
            If more pictures than that were never looked at, they are not looked at now either.
        """
        name = self.journal.task(task_id).name
        job: Job[Shared] = Job(f"sharing out {name!r:.80}")
        given = (job, task_id, dict(changes or {}), at_most)
        threading.Thread(target=self._run, args=given, name="nl-share", daemon=True).start()
        return job

    def _run(self, job: Job[Shared], task_id: str, changes: dict[str, Any], at_most: int | None) -> None:
        if not job.start():
            return
        try:
            alike = self._alike(job, task_id, changes, at_most)
            for left in reversed(range(_TRIES)):
                try:
                    if not job.finished:
                        job.finish(self._share(task_id, changes, alike))
                    return
                except Conflict:
                    if not left:
                        raise
        except Exception as error:  # a thread has nobody else to tell
            job.fail(error)

    def _alike(self, job: Job[Shared], task_id: str, changes: dict[str, Any], at_most: int | None) -> Alike | None:
        """Find near-duplicates; None where they need not stay together."""
        settings = TaskSettings.loads(self.journal.task(task_id).settings).changed(**changes)
        if not settings.together or max(len(settings.labelers), len(settings.reviewers)) < 2:
            return None
        if at_most is not None and not settings.dataset:
            numbers = groups_in_passing(self.journal, self.media, job=job, at_most=at_most)
            if numbers is not None:
                return Alike(numbers)
        inputs = self.journal.inputs()
        if not settings.dataset:
            return Alike(groups_of_all(inputs, self.media, job=job, at_most=at_most))
        wanted = set(self.journal.places(task_id).input_id.tolist())
        inputs = [each for each in inputs if each.input_id in wanted]
        numbers = grouped(fingerprints(inputs, self.media, job=job, at_most=at_most))
        return Alike(numbers, {each.input_id: place for place, each in enumerate(inputs)})

    def _share(self, task_id: str, changes: dict[str, Any], alike: Alike | None) -> Shared:
        record = self.journal.task(task_id)
        settings = TaskSettings.loads(record.settings).changed(**changes)
        if settings.seats > max(1, len(settings.labelers)):
            raise BadInput(
                f"expected at least {settings.seats} labelers for {settings.seats} opinions on an input, got "
                f"{len(settings.labelers)}; name more of them, or leave second opinions out."
            )
        ids = settings.seats > 1 or (alike is not None and alike.places is not None)  # who needs them not reads faster
        seats = [self.journal.places(task_id, seat, ids=ids) for seat in range(settings.seats)]
        groups = None if alike is None else alike.of(seats[0])
        deals = plan(seats, settings, groups)
        change = Change(record, record.changed(settings=settings.dumps()))
        written = [change] if settings != TaskSettings.loads(record.settings) else []
        self.journal.share_out(
            task_id,
            deals,
            actor=self.actor,
            seen=min(seat.rev for seat in seats),
            changes=[*written, *self._newcomers(settings)],
        )
        sizes = _sizes(len(seats[0].position), groups)
        return Shared(
            inputs=int(sizes.sum()),
            **self._counted(task_id, settings),
            groups=len(sizes),
            largest=int(sizes.max(initial=0)),
            moved=_moved(deals),
        )

    def _counted(self, task_id: str, settings: TaskSettings) -> dict[str, dict[str, int]]:
        """Count who has what: those who share, in their order, then others."""
        labelers, reviewers = dict.fromkeys(settings.labelers, 0), dict.fromkeys(settings.reviewers, 0)
        opinions = dict.fromkeys(settings.labelers if settings.seats > 1 else (), 0)
        for share in self.journal.shares(task_id, seats=settings.seats):
            for person, counts in ((share.labeler, opinions if share.seat else labelers), (share.reviewer, reviewers)):
                if person:
                    counts[person] = counts.get(person, 0) + share.count
        return {"labelers": labelers, "reviewers": reviewers, "opinions": opinions}

    def _newcomers(self, settings: TaskSettings) -> list[Change]:
        """Add those to the project's people who are not among them."""
        names = dict.fromkeys((*settings.labelers, *settings.reviewers))
        return ensured(self.journal.collaborators(), (Collaborator.named(name, by=self.actor) for name in names))


def _moved(deals: Sequence[Dealt]) -> int:
    return len(np.unique(np.concatenate([np.empty(0, np.int64), *(unpack(dealt.places) for dealt in deals)])))


def _sizes(count: int, groups: Counts | None) -> Counts:
    """Give how many inputs each group has."""
    return np.ones(count, np.int64) if groups is None else np.unique(groups, return_counts=True)[1]


def _people(counts: Mapping[str, int]) -> str:
    """Name people and their numbers, in a line of bearable length."""
    shown = [f"{name!r:.40} {many:,}" for name, many in list(counts.items())[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(counts) - _SHOWN} more" if len(counts) > _SHOWN else "")
