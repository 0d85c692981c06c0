"""Which of a project's inputs are near-duplicates: found once for all, and quickly for the few that are new since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..domain.inputs import Input
from ..media.fetch import Media
from ..media.kept_fingerprints import FILE as PRINTS
from ..media.kept_fingerprints import Kept
from ..media.kept_groups import FILE, KeptGroups
from ..media.near_duplicates import Numbers
from ..store.journal import Journal
from .fingerprinting import with_keys
from .job import Job

_LOOKED_UP = 32  # inputs by which it is told whether kept groups are of this project


def groups_of_all(
    inputs: Sequence[Input], media: Media, *, job: Job[Any], at_most: int | None = None
) -> Numbers:  # Any: whatever the job is about
    """Give each of a project's inputs the number of its group, and keep that.

    Parameters
    ----------
    inputs
        All that the project has, in its order.
    media, job, at_most
        As for `fingerprints`.
    """
    ids = [each.input_id for each in inputs]
    keys, prints = with_keys(inputs, media, job=job, at_most=at_most)
    place = media.cache_folder / FILE
    found = KeptGroups.read(place)
    if found is None or not found.same(ids, keys, prints):
        found = KeptGroups.of(ids, keys, prints)
        if not job.finished:
            found.save(place)
    return found.found.groups


def groups_in_passing(journal: Journal, media: Media, *, job: Job[Any], at_most: int) -> Numbers | None:
    """Give each of a project's inputs the number of its group, looking only at those that are new.

    None if it is not known how the others are grouped, or there are some to look at among them that are not too many:
    then `groups_of_all` is to be asked. A file that was changed meanwhile is taken for what it was, until then.
    """
    place, total = media.cache_folder / FILE, journal.input_count()
    known = KeptGroups.read(place)
    many = 0 if known is None else len(known.ids)
    if known is None or not 0 < many <= total:
        return None
    places = sorted({*range(0, many, many // _LOOKED_UP + 1), many - 1})
    if not known.are_of([each.input_id for each in journal.inputs_at(places)], places):
        return None
    if unseen := known.unseen(Kept.read(media.cache_folder / PRINTS)):
        if unseen <= at_most:
            return None
        at_most = 0
    if fresh := journal.inputs(start=many):
        keys, _ = with_keys(fresh, media, job=job, at_most=at_most)
        known = known.with_more([each.input_id for each in fresh], keys, Kept.read(media.cache_folder / PRINTS))
        if known is None:
            return None
        if not job.finished:
            known.save(place)
    return known.found.groups
