"""Chunks dealt to workers that die, dawdle or never start: no cluster is needed for that."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

import notebook_labeler as nl
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.predictions import Guess, Prediction
from notebook_labeler.errors import BadInput, EngineFailed
from notebook_labeler.runs.job import DONE, FAILED, Job
from notebook_labeler.runs.scaling import ray_cluster, ray_run
from notebook_labeler.runs.scaling.chunks import cut
from notebook_labeler.runs.scaling.ray_run import RayRun
from notebook_labeler.runs.scaling.ray_stream import DIED, GIVE_UP, stream
from notebook_labeler.runs.scaling.ray_worker import Order
from notebook_labeler.store.predictions import PredictionStore

ORDER = Order("toys", {}, "k")


class Died(Exception):
    """What Ray raises for a worker that is gone."""


class Ref:
    def __init__(self, worker, chunk):
        self.worker, self.chunk = worker, chunk


class Cluster:
    """What of Ray a run uses. `asleep` says which workers never start, by the order in which they are made."""

    exceptions = SimpleNamespace(RayError=Died)

    def __init__(self, poison=(), asleep=(), gone=(), deadly=False, cpus=4):
        self.poison, self.asleep, self.deadly, self.cpus = set(poison), set(asleep), deadly, cpus
        self.gone, self.made, self.killed = set(gone), [], []

    def remote(self, _):
        return self

    def options(self, **asked):
        assert asked == {"num_cpus": 1, "num_gpus": None}
        return SimpleNamespace(remote=self._make)

    def _make(self, _):
        worker = SimpleNamespace(number=len(self.made), asleep=len(self.made) in self.asleep, dead=False)
        worker.predict = SimpleNamespace(remote=lambda chunk: Ref(worker, chunk))
        self.made.append(worker)
        return worker

    def wait(self, refs, timeout):
        first = {id(ref.worker): ref for ref in reversed(refs) if not ref.worker.asleep}  # workers keep their order
        return list(first.values())[:1], []

    def get(self, ref):
        names = {one.name for one in ref.chunk}
        fatal = self.deadly or ref.worker.number in self.gone or names & self.poison
        if ref.worker.dead or (names and fatal):
            ref.worker.dead = True
            raise Died("the worker\ndied")
        return [Prediction(one.input_id, "k") for one in ref.chunk]

    def kill(self, worker):
        self.killed.append(worker)

    def cluster_resources(self):
        return {"CPU": float(self.cpus)}

    available_resources = cluster_resources


def inputs(count):
    return [Input.at(f"/pictures/p{n}") for n in range(count)]


def streamed(cluster, wanted, *, workers=2, over=lambda: False):
    chunks = stream(cluster, ORDER, cut(wanted, 8), workers=workers, patience_s=0.05, over=over)
    return [prediction for chunk in chunks for prediction in chunk]


@pytest.mark.parametrize("poison", [(), (0,), (39,), (13, 14), (3, 17, 38)], ids=str)
def test_F05_an_input_that_kills_its_worker_costs_itself_alone(poison):
    wanted = inputs(40)
    cluster = Cluster(poison={f"p{n}" for n in poison})
    found = streamed(cluster, wanted)
    assert sorted(p.input_id for p in found) == sorted(one.input_id for one in wanted)
    assert {p.input_id: p.error for p in found if p.error} == {wanted[n].input_id: DIED for n in poison}
    assert set(map(id, cluster.killed)) == set(map(id, cluster.made))


def test_X16_workers_that_do_nothing_but_die_are_an_error():
    cluster = Cluster(deadly=True)
    with pytest.raises(EngineFailed, match=f"got {2 * GIVE_UP} deaths one after another.*Ray says: the worker died"):
        streamed(cluster, inputs(1000))
    assert len(cluster.killed) == len(cluster.made)


def test_X16_a_worker_that_finds_no_room_holds_nothing_back():
    wanted = inputs(30)
    assert len(streamed(Cluster(asleep={1}), wanted)) == len(wanted)


def test_X16_what_a_worker_had_when_its_machine_went_is_done_by_those_that_are_left():
    wanted = inputs(40)
    found = streamed(Cluster(gone={0}, asleep={2}), wanted)  # no machine is left on which a third would start
    assert {p.input_id: p.error for p in found} == {one.input_id: None for one in wanted}


def test_X16_a_cluster_that_says_nothing_is_not_waited_for_longer_than_told():
    with pytest.raises(EngineFailed, match=r"got none for 0.05 s \(4 of 4 CPUs are free\)"):
        streamed(Cluster(asleep={0, 1}), inputs(30))


def test_X16_nothing_is_dealt_once_the_job_is_over():
    cluster = Cluster()
    assert streamed(cluster, inputs(30), over=lambda: True) == []
    assert len(cluster.killed) == len(cluster.made) == 2


@pytest.fixture
def connected(monkeypatch):
    """Whoever joins a cluster gets this one."""
    cluster = Cluster()

    @contextmanager
    def joined(_):
        yield cluster

    monkeypatch.setattr(ray_run, "joined", joined)
    return cluster


@pytest.mark.parametrize("count", [1, 2, 257])
def test_X16_a_run_keeps_and_hands_on_every_chunk(connected, tmp_path, count):
    store, wanted, seen = PredictionStore(tmp_path), inputs(count), []
    job = Job(total=count)
    RayRun(job, wanted, store, seen.extend).work(ORDER, address=None, workers=None, batch_size=2, patience_s=1)
    assert (job.state, job.done) == (DONE, count)
    assert {p.input_id for p in seen} == {one.input_id for one in wanted}
    assert PredictionStore(tmp_path).missing("k", [one.input_id for one in wanted]) == []
    assert len(connected.made) == min(3, count // 2 + count % 2)  # one CPU of four is left to Ray


def test_X16_who_takes_the_predictions_may_end_the_run_and_what_came_is_kept(connected, tmp_path):
    def full(_):
        raise BadInput("the disk is full")

    store, wanted, job = PredictionStore(tmp_path), inputs(100), Job()
    RayRun(job, wanted, store, full).work(ORDER, address=None, workers=1, batch_size=2, patience_s=1)
    assert (job.state, str(job.error)) == (FAILED, "the disk is full")
    assert 0 < len(store.missing("k", [one.input_id for one in wanted])) < 100


class Full:
    """A cluster without room."""

    name, asked = "full", 0

    def predict(self, model, inputs, store, *, taken=None):
        self.asked += 1
        job = Job()
        job.fail(EngineFailed("expected a cluster with room, got none."))
        return job


class Elsewhere:
    """By the time it looks, somebody else has had the inputs predicted: nothing is left to take."""

    name = "elsewhere"

    def predict(self, model, inputs, store, *, taken=None):
        store.add(model.key, [Prediction(one.input_id, model.key, (Guess("cat", 0.9),)) for one in inputs])
        job = Job()
        job.finish(())
        return job


@pytest.fixture
def task(tmp_path):
    with nl.open_project(tmp_path / "project", actor="ana") as project:
        project.add_inputs([f"/pictures/p{n}.png" for n in range(5)])
        cats = nl.predictor(lambda picture: {"cat": 0.9}, labels=["cat"], batched=False, name="cats", version="1")
        yield project.create_task("cats", concepts=["cat"], model=cats)


def test_X16_a_cluster_without_room_ends_the_run_with_its_reason_at_once(task):
    full = Full()
    with pytest.raises(EngineFailed, match="expected a cluster with room"):
        task.project.prelabel(task, engine=full)
    assert full.asked == 1
    assert task.runs[["state", "message", "labeled"]].values.tolist() == [
        ["failed", "expected a cluster with room, got none.", 0]
    ]


def test_X16_what_somebody_else_had_predicted_meanwhile_is_taken_from_the_store(task):
    totals = task.project.prelabel(task, engine=Elsewhere())
    assert (totals.state, totals.labeled, totals.failed) == ("finished", 5, 0)


@pytest.mark.parametrize("address", [None, "10.0.0.1:6379"])
def test_X16_a_cluster_that_cannot_be_joined_is_an_error_and_what_has_started_is_ended(address, monkeypatch):
    ended = []

    def init(**_):
        raise ConnectionError("nobody\nanswers")

    ray = SimpleNamespace(is_initialized=lambda: False, init=init, shutdown=lambda: ended.append(True))
    monkeypatch.setattr(ray_cluster, "library", lambda: ray)
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    wanted = "Ray to start on this machine" if address is None else "a Ray cluster at '10.0.0.1:6379'"
    with (
        pytest.raises(EngineFailed, match=f"expected {wanted}, got ConnectionError: nobody answers; "),
        ray_cluster.joined(address),
    ):
        pytest.fail("it cannot be joined")
    assert ended == [True]
