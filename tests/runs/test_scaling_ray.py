"""Predicting on a Ray cluster of this machine: the same predictions, nothing twice, nothing silent."""

import os
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

import notebook_labeler as nl
from notebook_labeler.domain.inputs import Input
from notebook_labeler.errors import BadInput, EngineFailed, LabelerError, MissingExtra
from notebook_labeler.models.toys import sample_pictures
from notebook_labeler.runs.job import CANCELLED, DONE
from notebook_labeler.runs.runner import Runner
from notebook_labeler.runs.scaling import EmbeddedEngine, RayEngine, engine_of, ray_cluster
from notebook_labeler.runs.scaling.ray_worker import Order, RayWorker
from notebook_labeler.store.predictions import PredictionStore

pytestmark = [pytest.mark.xdist_group("ray"), pytest.mark.slow]
LIMIT = 240  # seconds after which a test gives up; nothing waits that long
CPUS = 3
BAD = "toy-0040x.jpg"


@pytest.fixture(scope="module")
def ray(tmp_path_factory):
    """A cluster of three CPUs, whatever this machine has."""
    ray = pytest.importorskip("ray")
    ray_cluster.library()
    without = tmp_path_factory.mktemp("without")  # it comes with JupyterLab; each of Ray's processes reads it for 2 s
    (without / "rfc3987_syntax.py").write_text("raise ImportError")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(without))
        patch.setenv("RAY_enable_worker_prestart", "0")
        begin(ray)
        yield ray
        ray.shutdown()


def begin(ray, tries=5):
    """Start Ray, which allows itself half a minute for that, however busy a machine is."""
    try:
        ray.init(num_cpus=CPUS, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except Exception:
        ray.shutdown()
        if tries == 1:
            raise
        begin(ray, tries - 1)


@pytest.fixture(scope="module")
def runner():
    with Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def labels(runner):
    return runner.open("toys").value(LIMIT)


@pytest.fixture(scope="module")
def boxes(runner):
    return runner.open("toys", boxes=True).value(LIMIT)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """Drawn scenes, and in their midst a file that is no picture."""
    folder = tmp_path_factory.mktemp("scenes")
    sample_pictures(folder, 89)
    (folder / BAD).write_bytes(b"no picture")
    return [Input.at(str(path)) for path in sorted(folder.iterdir())]


@pytest.fixture
def store(tmp_path):
    return PredictionStore(tmp_path / "ray")


def here(runner, model, scenes, folder):
    """What the runner of this kernel says."""
    store = PredictionStore(folder / "here")
    EmbeddedEngine(runner).predict(model, scenes, store).value(LIMIT)
    return store.get(model.key, [one.input_id for one in scenes])


def parts(store, model):
    return len(list((store.folder / model.key).glob("*.parquet")))


def workers():
    """The processes of Ray's that hold a model."""
    lines = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end while we look
            lines[process.name] = (process / "cmdline").read_bytes()
    return [int(pid) for pid, line in lines.items() if line.startswith(b"ray::RayWorker")]


def test_X16_a_cancelled_run_goes_on_with_what_is_missing_though_its_worker_is_killed_and_a_file_is_no_picture(
    ray, runner, boxes, scenes, store, tmp_path
):
    seen, killed = [], []

    def cancel(predictions):
        seen.extend(predictions)
        first.cancel()

    def kill(predictions):
        good = [p.input_id for p in predictions if p.error is None]
        assert store.missing(boxes.key, good) == []
        seen.extend(predictions)
        if not killed:
            killed.extend(workers())
            os.kill(killed[0], signal.SIGKILL)

    engine = RayEngine(workers=1)
    first = engine.predict(boxes, scenes, store, taken=cancel)
    second = engine.predict(boxes, scenes[:5], PredictionStore(tmp_path / "other"))  # it waits for its turn
    second.cancel()
    assert (first.wait(LIMIT).state, second.state, second.done) == (CANCELLED, CANCELLED, 0)
    rest = engine.predict(boxes, scenes, store, taken=kill)
    assert rest.total == len(scenes) - len(seen) > 0
    rest.value(LIMIT)
    assert (rest.state, rest.done, len(killed)) == (DONE, rest.total, 1)
    bad = next(one.input_id for one in scenes if one.name == BAD)
    assert [(input_id, "expected a picture" in reason) for input_id, reason in rest.failures] == [(bad, True)]
    assert sorted(p.input_id for p in seen) == sorted(one.input_id for one in scenes)
    assert parts(store, boxes) == 2
    expected = here(runner, boxes, scenes, tmp_path)
    assert len(expected) == len(scenes) - 1
    assert any(guess.box for one in expected.values() for guess in one.guesses)
    assert store.get(boxes.key, [one.input_id for one in scenes]) == expected
    again = engine.predict(boxes, [one for one in scenes if one.name != BAD], store)
    assert (again.state, again.total) == (DONE, 0)


def test_X16_the_same_call_pre_labels_a_task_on_a_cluster(ray, runner, labels, scenes, tmp_path):
    with nl.open_project(tmp_path / "project", actor="ana") as project:
        project.add_inputs([one.uri for one in scenes])
        task = project.create_task("scenes", concepts=list(labels.vocabulary.labels), model="toys", threshold=(0.5, 1))
        totals = project.prelabel(task, engine=nl.RayEngine(workers=1))
        found = project.predictions.get(labels.key, [one.input_id for one in scenes])
        assert found == here(runner, labels, scenes, tmp_path)
        assert len(found) == len(scenes) - 1
        assert (totals.state, totals.failed) == ("finished", 1)
        likely = {i for i, said in found.items() if any(guess.score >= 0.5 for guess in said.guesses)}
        assert set(task.inputs.query("prelabeled")["input_id"]) == likely


def test_X16_a_cluster_without_a_free_cpu_is_an_error_and_no_silence(ray, labels, scenes, store, monkeypatch):
    monkeypatch.setattr(ray_cluster, "SETTLE_S", 0.0)

    class Glutton:
        def ready(self):
            return True

    glutton = ray.remote(num_cpus=CPUS)(Glutton).remote()
    assert ray.get(glutton.ready.remote())
    job = RayEngine().predict(labels, scenes, store)
    with pytest.raises(
        EngineFailed, match=r"2 CPUs free \(1 x 1 for the model, 1 for Ray\), got 0 of 3 CPUs free; end"
    ):
        job.value(LIMIT)
    ray.kill(glutton)


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        (RayEngine(workers=CPUS), "expected a Ray cluster with 4 CPUs free (3 x 1 for the model, 1 for Ray)"),
        (RayEngine(gpus=1), "expected a Ray cluster with 2 CPUs and 1 GPUs free"),
        (RayEngine(patience_s=0.01), "expected predictions from Ray, got none for 0.01 s"),
        (RayEngine(address="127.0.0.1:1"), "expected no connection to Ray when asked for '127.0.0.1:1', found one"),
    ],
    ids=["workers", "gpus", "patience", "address"],
)
def test_X16_what_the_cluster_cannot_do_is_said_at_once(ray, labels, scenes, store, engine, said):
    job = engine.predict(labels, scenes, store)
    with pytest.raises(LabelerError) as caught:
        job.value(LIMIT)
    assert str(caught.value).startswith(said)
    assert ray.is_initialized()


def test_X16_a_model_that_a_machine_cannot_open_is_named_with_the_reason(tmp_path):
    error = RayWorker(Order(f"local-dir:{tmp_path}", {}, "key")).predict([Input.at("/a.jpg")])
    assert isinstance(error, EngineFailed)
    assert "cannot open the model: " in str(error)


def test_X16_a_python_object_stays_at_home(runner, scenes, store):
    likes = runner.open(lambda pictures: [{"cat": 0.9} for _ in pictures], labels=["cat"]).value(LIMIT)
    with pytest.raises(BadInput, match=r"expected a model that other machines can load by its name.*engine='embedded'"):
        RayEngine().predict(likes, scenes, store)


def test_X16_without_the_library_the_error_names_the_extra(runner, labels, scenes, store, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtra, match=r"notebook-labeler\[ray\]"):
        RayEngine().predict(replace(labels), scenes, store)


@pytest.mark.parametrize("engine", ["dask", "", None, 5, RayEngine], ids=["word", "empty", "none", "number", "class"])
def test_X16_what_is_no_engine_is_refused(runner, engine):
    with pytest.raises(BadInput, match="'embedded' or 'ray' or an engine"):
        engine_of(engine, runner)


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"cpus": 0}, {"gpus": -1}, {"patience_s": 0}], ids=str)
def test_X16_workers_that_take_nothing_are_refused(wrong):
    with pytest.raises(BadInput, match="expected at least one worker"):
        RayEngine(**wrong)
