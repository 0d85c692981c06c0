"""The model process: it survives interrupts, its crash costs one request, and it never outlives the notebook."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from notebook_labeler.domain.inputs import Input
from notebook_labeler.errors import BadInput, LabelerError, ModelFailed, UnknownModel
from notebook_labeler.runs.runner import BULK, INTERACTIVE, Runner

pytestmark = pytest.mark.xdist_group("child")  # the processes share one start of torch
LIMIT = 300  # seconds after which a test gives up; starting torch on a busy machine takes many
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals are posix")


@pytest.fixture(scope="module")
def runner():
    with Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def handle(runner, tiny_model):
    return runner.open(f"local-dir:{tiny_model}").value(LIMIT)


def refused(runner, spec, **options):
    """Ask for something that is refused before torch is imported: the quickest proof that somebody answers."""
    with pytest.raises(UnknownModel) as reason:
        runner.open(spec, **options).value(LIMIT)
    return str(reason.value)


def test_an_error_crosses_over_as_its_own_kind_and_sentence(runner):
    assert refused(runner, "local-dir:/no/such").startswith("expected a folder with config.json")
    assert (
        refused(runner, "") == "expected the name of a model, got an empty text; for example 'timm/resnet18.a1_in1k'."
    )


def test_options_that_are_no_plain_values_are_refused(runner):
    with pytest.raises(BadInput, match="plain values"):
        runner.open("local-dir:/no/such", labels=object()).value(LIMIT)


def test_options_that_a_model_does_not_take_are_refused(runner):
    reason = refused(runner, "local-dir:/no/such", colour=1)
    assert (
        reason == "expected only the options batch_size, device, exclusive, labels for this kind of model, got colour."
    )


@POSIX
def test_an_interrupt_of_the_notebook_does_not_reach_the_child(runner):
    refused(runner, "local-dir:/no/such")
    pid = runner._child.pid
    assert os.getpgid(pid) != os.getpgid(0)
    os.kill(pid, signal.SIGINT)
    refused(runner, "local-dir:/no/such")
    assert runner._child.pid == pid


def test_A04_a_model_in_a_folder_predicts_in_the_child_and_torch_stays_out_of_here(runner, handle, pictures):
    loaded = "torch" in sys.modules
    job = runner.predict(handle, pictures, priority=BULK)
    predictions = job.value(LIMIT)
    assert {p.input_id for p in predictions} == {one.input_id for one in pictures}
    assert all(p.error is None and p.model == handle.key for p in predictions)
    assert all(abs(sum(g.score for g in p.guesses) - 1) < 0.02 for p in predictions)
    assert ("torch" in sys.modules) == loaded
    assert handle.vocabulary.labels == ("pants", "shirt", "shoe", "vehicle")


def test_F05_bad_pictures_fail_alone(runner, handle, pictures, tmp_path):
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    (tmp_path / "text.jpg").write_text("not a picture")
    bad = [Input.at(str(tmp_path / name)) for name in ("torn.jpg", "text.jpg", "gone.jpg")]
    job = runner.predict(handle, [*pictures[:3], *bad, *pictures[3:6]], priority=BULK)
    job.value(LIMIT)
    assert {where for where, _ in job.failures} == {one.input_id for one in bad}
    assert all("\n" not in why and why.startswith("expected") for _, why in job.failures)
    assert job.done == 9


def test_A08_the_input_on_screen_overtakes_bulk_work_in_the_child(runner, handle, pictures):
    order, asked = [], threading.Event()

    def take(prediction):
        assert asked.wait(LIMIT)  # who is slow to ask for the one on screen does not find everything done
        order.append("bulk")

    bulk = runner.predict(handle, pictures * 20, priority=BULK, on_prediction=take)
    now = runner.predict(handle, pictures[:1], priority=INTERACTIVE, on_prediction=lambda p: order.append("now"))
    asked.set()
    now.value(LIMIT)
    bulk.value(LIMIT)
    assert order.index("now") < len(order) / 2
    assert len(order) == 401
    assert not bulk.faults


def test_A08_cancelled_work_stops_and_nothing_of_it_arrives_late(runner, handle, pictures):
    seen, first, cancelled = [], threading.Event(), threading.Event()

    def take(prediction):
        seen.append(prediction)
        first.set()
        cancelled.wait(LIMIT)

    job = runner.predict(handle, pictures * 50, priority=BULK, on_prediction=take)
    assert first.wait(LIMIT)
    job.cancel()
    cancelled.set()
    runner.predict(handle, pictures[:1], priority=BULK).value(LIMIT)
    assert len(seen) == 1


def test_embeddings_cross_over_where_somebody_asks(runner, handle, pictures):
    seen = {}
    runner.predict(handle, pictures[:2], on_embedding=seen.__setitem__).value(LIMIT)
    assert {vector.dtype.str for vector in seen.values()} == {"<f4"}
    assert len({vector.shape for vector in seen.values()}) == 1
    assert set(seen) == {one.input_id for one in pictures[:2]}


def test_A04_the_toys_open_by_name_with_or_without_boxes(runner, pictures):
    for options, shape in (({}, "label"), ({"boxes": True}, "box")):
        toys = runner.open("toys", **options).value(LIMIT)
        assert "sheep" in toys.vocabulary.labels
        assert shape in toys.vocabulary.shapes
        assert not runner.predict(toys, pictures[:2]).wait(LIMIT).failures


def test_opening_the_same_model_again_is_free(runner, handle, tiny_model):
    assert runner.open(f"local-dir:{tiny_model}").value(LIMIT) == handle


def test_a_forgotten_model_can_be_opened_again(runner, handle, tiny_model, pictures):
    runner.forget(handle)
    with pytest.raises(LabelerError, match="open it again"):
        runner.predict(handle, pictures[:1]).value(LIMIT)
    again = runner.open(f"local-dir:{tiny_model}").value(LIMIT)
    assert again == handle
    assert len(runner.predict(again, pictures[:1]).value(LIMIT)) == 1


@POSIX
def test_a_killed_child_costs_the_work_at_hand_one_sentence_and_the_next_request_starts_a_fresh_one(
    runner, handle, pictures
):
    first, killed = threading.Event(), threading.Event()
    job = runner.predict(
        handle, pictures * 50, priority=BULK, on_prediction=lambda p: (first.set(), killed.wait(LIMIT))
    )
    assert first.wait(LIMIT)
    pid = runner._child.pid
    os.kill(pid, signal.SIGKILL)
    killed.set()
    with pytest.raises(ModelFailed, match=r"was killed, most likely because memory ran out.*starts a fresh one") as why:
        job.value(LIMIT)
    assert "\n" not in str(why.value)
    assert len(runner.predict(handle, pictures[:1]).value(LIMIT)) == 1
    assert runner._child.pid not in (pid, None)


ORPHAN = """
import sys
from notebook_labeler.runs.runner import Runner
runner = Runner()
try:
    runner.open("local-dir:/no/such").value(60)
except Exception:
    pass
print(runner._child.pid, flush=True)
sys.stdin.read()
"""


@POSIX
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_ends_when_the_notebook_is_killed(blow):
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        os.kill(parent.pid, blow)
        parent.wait(LIMIT)
    assert gone(pid)


def gone(pid):
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat") as stat:  # nobody may have collected it yet
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        threading.Event().wait(0.02)
    return False


@POSIX
def test_closing_the_runner_ends_the_child_at_once():
    runner = Runner()
    refused(runner, "local-dir:/no/such")
    pid = runner._child.pid
    runner.close()
    assert gone(pid)
    assert runner._child.pid is None
