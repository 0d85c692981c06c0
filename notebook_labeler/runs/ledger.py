"""The row of a run in the journal: begun, taken over, kept up, ended; and how much of the month's limit is left."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..domain.names import new_id
from ..domain.operations import Change, Operation
from ..domain.prelabel import month_of
from ..domain.records import RUNNING, STOPPED, Failure, Run, Setting, dumps
from ..errors import AssistLimit, BadInput, RunGoing
from ..store.inside import Inside
from ..store.journal import Journal
from ..store.writing import now_us
from . import holder as holders

LIMIT = "assist_limit"  # the project's setting
MOST_FAILURES = 1000  # that are listed of one go
TASKLESS = ""  # operations on the row belong to no task: undo, which takes back labels, does not find them


class Ended(Exception):
    """The run is no longer ours: somebody stopped it, or works on it elsewhere."""


@dataclass(frozen=True)
class Wish:
    """What a run is started with."""

    task_id: str
    by: str
    model: str  # as people call it
    key: str
    low: float
    high: float
    connection: int
    open: int  # inputs that wait and are not marked
    most: int | None = None  # to be labeled at most in this go
    family: str = ""  # of a model that gets another key each time it is defined: what stays the same


@dataclass(frozen=True)
class Gone:
    """How far one page has brought a run."""

    labeled: int = 0
    labels: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[tuple[str, str], ...] = ()

    @property
    def inputs(self) -> int:
        """How many inputs it dealt with."""
        return self.labeled + sum(self.reasons.values()) + len(self.failures)


def actor_of(model: str, by: str) -> str:
    """Give in whose name a run writes: not a person's, whose undo would take back what a machine wrote.

    >>> actor_of("toys", "ana")
    'toys for ana'
    """
    return f"{model:.80} for {by}"


def going(runs: Iterable[Run], now: int) -> Run | None:
    """Give the run that somebody works on."""
    return next((run for run in runs if run.state == RUNNING and not holders.gone(run.holder, run.beat_us, now)), None)


def unfinished(runs: Iterable[Run]) -> Run | None:
    """Give the last run, if it was stopped or left lying."""
    last = max(runs, key=lambda run: (run.started_us, run.run_id), default=None)
    return last if last is not None and last.state in (RUNNING, STOPPED) else None


def begin(journal: Journal, wish: Wish, holder: str) -> Run:
    """Begin a run, or go on with the one before: the same model on the same connection, stopped or left lying.

    A function that was defined anew is the same model, unless its version says otherwise.

    Raises
    ------
    RunGoing
        One is going on, in whatever kernel.
    AssistLimit
        The month's limit is used up, or allows less than is asked for.
    """
    made: list[Run] = []

    def plan(inside: Inside) -> list[Operation | None]:
        now, runs = now_us(), [run for run in inside.runs(wish.task_id) if run.what == "prelabel"]
        if (other := going(runs, now)) is not None:
            raise RunGoing(
                f"a run of {other.by} is going on over this task ({holders.told(other.holder)}); "
                "stop it first, or wait for its end."
            )
        refuse_over_limit(wish, left_of_month(inside, now))
        last = unfinished(runs)
        before = last if last is not None and same(last, wish.key, wish.family, wish.connection) else None
        fresh = Run(run_id=new_id(), task_id=wish.task_id, started_us=now)
        base = fresh if before is None else before.changed(skipped=0, failed=0, ended_us=0, message="", state=RUNNING)
        settings = {"model": wish.model, "key": wish.key, "family": wish.family, "low": wish.low, "high": wish.high,
                    "connection": wish.connection, "go": 1 if before is None else go_of(before) + 1}  # fmt: skip
        run = base.having(
            by=wish.by, holder=holder, beat_us=now, total=base.labeled + wish.open, settings=dumps(settings)
        )
        made[:] = [run]
        left_lying = [Change(r, ended(r, STOPPED, "its kernel ended", now)) for r in runs if _lies(r, before)]
        return [Operation.of("run", [*left_lying, Change(before, run)], actor=wish.by, task_id=TASKLESS)]

    journal.atomically(wish.task_id, (), plan)
    return made[0]


def refuse_over_limit(wish: Wish, left: int | None) -> None:
    """Raise `AssistLimit` where a run would take more than is left of the month."""
    if left is None:
        return
    if left <= 0:
        raise AssistLimit("this month's assist limit is used up", "raise project.assist_limit, or wait for next month.")
    wanted = wish.open if wish.most is None else min(wish.open, wish.most)
    if wanted > left:
        raise AssistLimit(
            f"this run would take up to {wanted:,}, but {left:,} of this month's assist limit are left",
            f"pass limit={left} to go on with the first ones, or raise project.assist_limit.",
        )


def left_of_month(inside: Inside, now: int) -> int | None:
    """Give how many inputs may still be pre-labeled this month; None: as many as there are."""
    limit = limit_in(inside.setting(LIMIT))
    return None if limit is None else max(0, limit - inside.charges(month_of(now)))


def limit_in(setting: Setting | None) -> int | None:
    """Read the limit out of the project's setting."""
    found = None if setting is None or setting.deleted else json.loads(setting.value)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def set_limit(journal: Journal, limit: object, *, actor: str) -> None:
    """Set the project's monthly limit; None takes it away.

    Raises
    ------
    BadInput
        It is no whole number from 0 on.
    """
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 0):
        raise BadInput(f"expected assist_limit as a whole number from 0 on, or None for no limit, got {limit!r:.80}.")
    before, value = journal.setting(LIMIT), dumps(limit)
    after = Setting(name=LIMIT, value=value) if before is None else before.changed(value=value, deleted=False)
    journal.commit(Operation.of("assist limit", [Change(before, after)], actor=actor))


def mine(inside: Inside, run_id: str, task_id: str, holder: str) -> Run:
    """Give the row of a run that this holder works on.

    Raises
    ------
    Ended
        It was stopped, or somebody else works on it.
    """
    found = next((run for run in inside.runs(task_id) if run.run_id == run_id), None)
    if found is None or found.state != RUNNING or found.holder != holder:
        raise Ended
    return found


def gone_on(run: Run, by: Gone, now: int) -> Run:
    """Give the row of a run that has come so much farther."""
    reasons = reasons_of(run)
    for reason, count in by.reasons.items():
        reasons[reason] = reasons.get(reason, 0) + count
    return run.changed(
        labeled=run.labeled + by.labeled,
        labels=run.labels + by.labels,
        skipped=run.skipped + sum(by.reasons.values()),
        failed=run.failed + len(by.failures),
        beat_us=now,
        settings=dumps({**json.loads(run.settings), "reasons": reasons}) if by.reasons else run.settings,
    )


def listed(run: Run, by: Gone) -> list[Failure]:
    """Give those failures of a page that are written down: the first ones of the go (a million fail as a disk is away).

    The row of the run counts all of them.
    """
    first = by.failures[: max(0, MOST_FAILURES - run.failed)]
    return [Failure(run_id=run.run_id, go=go_of(run), input_id=one, why=why) for one, why in first]


def ended(run: Run, state: str, message: str, now: int) -> Run:
    """Give the row of a run that is over."""
    return run.changed(state=state, message=message, ended_us=now, beat_us=now)


def end(journal: Journal, run: Run, state: str, message: str, *, by: str) -> Run:
    """Write that a run is over, unless it is no longer its holder's; give its row."""
    found: list[Run] = []

    def plan(inside: Inside) -> list[Operation | None]:
        now = next(each for each in inside.runs(run.task_id) if each.run_id == run.run_id)
        if now.holder != run.holder:
            found[:] = [now]
            return []
        stands, said = (state, message) if now.state == RUNNING else (now.state, now.message)
        found[:] = [ended(now, stands, said, now_us())]
        return [Operation.of("run", [Change(now, found[0])], actor=by, task_id=TASKLESS)]

    journal.atomically(run.task_id, (), plan)
    return found[0]


def stop(journal: Journal, run: Run, *, by: str) -> None:
    """Stop a run that goes on anywhere: whoever works on it can write no more, and ends."""
    end(journal, run, STOPPED, f"stopped by {by}", by=by)


def reasons_of(run: Run) -> dict[str, int]:
    """Give how many inputs a run skipped, by reason."""
    found = json.loads(run.settings).get("reasons", {})
    return {str(reason): int(count) for reason, count in found.items()}


def failures_of(journal: Journal, run: Run, *, limit: int = MOST_FAILURES) -> list[tuple[str, str]]:
    """Give the first inputs that a run failed on since it was begun or continued, with the reasons; in any kernel."""
    if not run.failed:
        return []
    before_3 = said_of(run, "failures", ())  # the layout of the journal in which the row itself listed them
    found = [(f.input_id, f.why) for f in journal.failures(run.run_id, go_of(run), limit=limit)]
    return found or [(str(one), str(why)) for one, why in before_3][:limit]


def go_of(run: Run) -> int:
    """Give how often a run was begun or continued."""
    return int(said_of(run, "go", 1))


def said_of(run: Run, name: str, default: Any) -> Any:  # Any: JSON values
    """Give what a run was started with."""
    return json.loads(run.settings).get(name, default)


def same(run: Run, key: str, family: str, connection: int) -> bool:
    """Whether a run is one of this model on this connection of the dataset, so that it can be gone on with."""
    model = said_of(run, "key", "") == key or (family != "" and said_of(run, "family", "") == family)
    return model and said_of(run, "connection", 0) == connection


def _lies(run: Run, going_on: Run | None) -> bool:
    return run.state == RUNNING and (going_on is None or run.run_id != going_on.run_id)
