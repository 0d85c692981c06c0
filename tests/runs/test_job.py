"""A job says how far it is, ends once, and outlives what its watchers do."""

import threading

import pytest

from notebook_labeler.errors import ModelFailed
from notebook_labeler.runs.job import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_F03_a_job_tells_progress_rate_and_time_left():
    clock = Clock()
    job = Job("counting", total=10, clock=clock)
    assert (job.state, job.rate, job.left_s) == (QUEUED, 0.0, None)
    job.start()
    clock.now = 2.0
    job.advance(4, [("x", "broken")])
    assert (job.state, job.done, job.failed, job.rate, job.left_s) == (RUNNING, 4, 1, 2.0, 3.0)
    job.finish(None)
    clock.now = 50.0
    assert (job.left_s, job.took_s) == (0.0, 2.0)


def test_a_job_of_unknown_length_tells_no_time_left():
    clock = Clock()
    job = Job(clock=clock)
    job.start()
    clock.now = 1.0
    job.advance(1)
    assert job.left_s is None


@pytest.mark.parametrize("end", [DONE, CANCELLED, FAILED])
def test_a_job_ends_once_and_what_comes_late_is_refused(end):
    job = Job()
    job.start()
    ends = {DONE: lambda: job.finish(1), CANCELLED: job.cancel, FAILED: lambda: job.fail(ModelFailed("no"))}
    assert ends[end]()
    assert not any(ending() for ending in ends.values())
    assert not job.advance(1)
    assert not job.start()
    assert (job.state, job.done, job.finished) == (end, 0, True)


def test_value_gives_the_result_or_the_reason():
    good, bad, stopped, slow = (Job(title) for title in ("good", "bad", "stopped", "slow"))
    good.finish(7)
    bad.fail(ModelFailed("it broke"))
    stopped.cancel()
    assert good.value() == 7
    with pytest.raises(ModelFailed, match="it broke"):
        bad.value()
    with pytest.raises(InterruptedError, match="stopped was cancelled"):
        stopped.value()
    with pytest.raises(TimeoutError, match="still queued"):
        slow.value(timeout=0)


def test_watchers_see_every_change_and_may_leave():
    job = Job(total=2)
    seen = []
    leave = job.on_change(lambda j: seen.append((j.state, j.done)))
    job.start()
    job.advance(1)
    leave()
    job.finish(None)
    assert seen == [(QUEUED, 0), (RUNNING, 0), (RUNNING, 1)]


def test_a_watcher_that_raises_is_kept_and_stops_nothing():
    job = Job()
    job.on_change(lambda j: 1 / 0)
    job.start()
    job.finish(None)
    assert job.state == DONE
    assert [type(fault) for fault in job.faults] == [ZeroDivisionError] * 3


def test_waiting_ends_when_another_thread_cancels():
    job = Job()
    threading.Thread(target=job.cancel).start()
    assert job.wait(30).state == CANCELLED


@pytest.mark.parametrize("way", ["wait", "value"])
def test_interrupting_who_waits_cancels_the_job(monkeypatch, way):
    job = Job("long work")

    def interrupted(timeout):
        raise KeyboardInterrupt

    monkeypatch.setattr(job._final, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        getattr(job, way)()
    assert job.state == CANCELLED
