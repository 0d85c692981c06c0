"""Predicting in the background, with models that are Python objects: nothing here loads torch or starts a process."""

import threading

import pytest

from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.predictions import Guess, Vocabulary
from notebook_labeler.errors import BadInput, LabelerError, UnfitModel
from notebook_labeler.models.predictor import Answer
from notebook_labeler.runs.job import CANCELLED, DONE, FAILED
from notebook_labeler.runs.runner import AHEAD, BULK, INTERACTIVE, Runner

LIMIT = 30  # seconds after which a test gives up; nothing waits that long


class Model:
    """A predictor that tells what it was asked, and stops where it is told to."""

    key, name, vocabulary, batch_size = "k", "model", Vocabulary(("cat",)), 4

    def __init__(self, bad=(), worse=()):
        self.batches, self.bad, self.worse = [], bad, worse
        self.began, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def prepare(self, source):
        if source.name in self.bad:
            raise OSError("it is\ntorn")
        return source.name

    def predict_batch(self, prepared):
        self.batches.append(list(prepared))
        self.began.set()
        assert self.go_on.wait(LIMIT)
        if set(prepared) & set(self.worse):
            raise RuntimeError("out of patience")
        return [(Guess("cat", 0.5),) for _ in prepared]


@pytest.fixture
def runner():
    with Runner() as runner:
        yield runner


def inputs(count, prefix="p"):
    return [Input.at(f"/pictures/{prefix}{n}") for n in range(count)]


def opened(runner, model, **options):
    return runner.open(model, **options).value(LIMIT)


def test_A08_a_job_comes_back_at_once_and_ends_with_all_predictions(runner):
    handle = opened(runner, Model())
    wanted = inputs(10)
    job = runner.predict(handle, wanted, priority=BULK)
    predictions = job.value(LIMIT)
    assert {p.input_id for p in predictions} == {one.input_id for one in wanted}
    assert {(p.model, p.guesses, p.error) for p in predictions} == {("k", (Guess("cat", 0.5),), None)}
    assert (job.state, job.done, job.total, job.failed) == (DONE, 10, 10, 0)


@pytest.mark.parametrize("count", [0, 1, 4, 5, 8])
def test_every_number_of_inputs_ends_also_those_that_fill_batches_exactly(runner, count):
    handle = opened(runner, Model())
    assert len(runner.predict(handle, inputs(count)).value(LIMIT)) == count
    assert len(runner.predict(handle, iter(inputs(count))).value(LIMIT)) == count


def test_F05_an_input_that_cannot_be_prepared_costs_no_other_its_answer(runner):
    job = runner.predict(opened(runner, Model(bad={"p3"})), inputs(10))
    job.value(LIMIT)
    bad = inputs(10)[3].input_id
    assert job.failures == [(bad, "preparing it failed with OSError: it is torn")]
    assert [p.input_id for p in job.result if not p.guesses] == [bad]


def test_F05_a_batch_that_fails_is_asked_again_one_by_one_so_that_only_the_guilty_input_fails(runner):
    model = Model(worse={"p2"})
    job = runner.predict(opened(runner, model), inputs(4))
    job.value(LIMIT)
    assert model.batches == [["p0", "p1", "p2", "p3"], ["p0"], ["p1"], ["p2"], ["p3"]]
    assert job.failures == [(inputs(4)[2].input_id, "model failed with RuntimeError: out of patience")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [([], "with 1 answers, got 0"), ([(Guess("cow", 0.1),)], "not among its 1 labels"), (None, "got NoneType")],
)
def test_an_answer_that_is_none_fails_the_input_with_one_sentence(runner, answer, reason):
    model = Model()
    model.predict_batch = lambda prepared: answer
    job = runner.predict(opened(runner, model), inputs(1))
    job.value(LIMIT)
    assert reason in job.failures[0][1]


def test_an_input_whose_file_cannot_be_found_out_fails_alone(runner):
    job = runner.predict(opened(runner, Model()), [Input.at("https://example.org/a.jpg"), *inputs(2)])
    job.value(LIMIT)
    assert [reason for _, reason in job.failures] == [
        "expected a file, got the URL https://example.org/a.jpg; open the project to fetch URLs."
    ]


def test_A08_the_input_on_screen_overtakes_bulk_work_between_two_batches(runner):
    model = Model()
    handle = opened(runner, model)
    model.go_on.clear()
    bulk = runner.predict(handle, inputs(40), priority=BULK)
    assert model.began.wait(LIMIT)
    ahead = runner.predict(handle, inputs(2, "ahead"), priority=AHEAD)
    now = runner.predict(handle, inputs(1, "now"), priority=INTERACTIVE)
    wait_until_queued(runner, 2)
    model.go_on.set()
    for job in (bulk, ahead, now):
        job.value(LIMIT)
    assert model.batches[1:3] == [["now0"], ["ahead0", "ahead1"]]


def wait_until_queued(runner, count):
    """Wait until that many jobs beside bulk have reached the model's queue, ready to be looked at."""
    done = threading.Event()
    for _ in range(LIMIT * 1000):
        queue = [b for b in list(runner._here._queue) if b.priority != BULK and b.waiting == 0]
        if len(queue) == count:
            return
        done.wait(0.001)
    raise AssertionError("the queue never filled")


def test_A08_cancelling_stops_within_one_batch_and_late_answers_are_dropped(runner):
    model, seen = Model(), []
    handle = opened(runner, model)
    model.go_on.clear()
    job = runner.predict(handle, inputs(40), priority=BULK, on_prediction=seen.append)
    assert model.began.wait(LIMIT)
    assert job.cancel()
    model.go_on.set()
    assert job.wait(LIMIT).state == CANCELLED
    assert len(runner.predict(handle, inputs(1, "next")).value(LIMIT)) == 1  # the cancelled batch is over by now
    assert model.batches == [["p0", "p1", "p2", "p3"], ["next0"]]
    assert (seen, job.done) == ([], 0)


def test_a_callback_that_cancels_gets_nothing_more(runner):
    seen = []

    def take(prediction):
        seen.append(prediction)
        job.cancel()

    model = Model()
    model.go_on.clear()
    handle = opened(runner, model)
    job = runner.predict(handle, inputs(8), on_prediction=take)
    model.go_on.set()
    assert job.wait(LIMIT).state == CANCELLED
    runner.predict(handle, inputs(1)).value(LIMIT)
    assert len(seen) == 1


def test_a_callback_that_raises_is_kept_and_stops_nothing(runner):
    job = runner.predict(opened(runner, Model()), inputs(5), on_prediction=lambda p: 1 / 0)
    job.value(LIMIT)
    assert (job.state, job.done) == (DONE, 5)
    assert [type(fault) for fault in job.faults] == [ZeroDivisionError] * 5


def test_a_sink_gets_batches_and_when_it_fails_so_does_the_job(runner):
    handle, sizes = opened(runner, Model()), []
    runner.predict(handle, inputs(6), sink=lambda batch: sizes.append(len(batch))).value(LIMIT)
    assert sorted(sizes) == [2, 4]

    def full(batch):
        raise OSError("disk full")

    job = runner.predict(handle, inputs(6), sink=full)
    assert job.wait(LIMIT).state == FAILED
    with pytest.raises(OSError, match="disk full"):
        job.value()


def test_inputs_that_break_off_fail_the_job_with_their_own_reason(runner):
    def broken():
        yield from inputs(2)
        raise BadInput("the table ended early.")

    job = runner.predict(opened(runner, Model()), broken())
    with pytest.raises(BadInput, match="ended early"):
        job.value(LIMIT)


def test_embeddings_reach_those_who_ask(runner):
    model, seen = Model(), {}
    model.predict_batch = lambda prepared: [Answer((), [float(len(name))]) for name in prepared]
    job = runner.predict(opened(runner, model), inputs(3), on_embedding=seen.__setitem__)
    assert len(job.value(LIMIT)) == 3
    assert seen == {one.input_id: [2.0] for one in inputs(3)}


def test_A03_what_cannot_be_opened_says_why(runner):
    job = runner.open(42)
    with pytest.raises(UnfitModel, match="got int"):
        job.value(LIMIT)
    assert job.state == FAILED


def test_a_forgotten_model_fails_what_is_asked_of_it(runner):
    handle = opened(runner, Model())
    runner.forget(handle)
    with pytest.raises(LabelerError, match="open it again"):
        runner.predict(handle, inputs(1)).value(LIMIT)


def test_closing_cancels_everything_and_twice_is_fine():
    runner, model = Runner(), Model()
    handle = opened(runner, model)
    model.go_on.clear()
    job = runner.predict(handle, inputs(9))
    assert model.began.wait(LIMIT)
    runner.close()
    runner.close()
    model.go_on.set()
    assert job.state == CANCELLED
    with pytest.raises(LabelerError, match="closed"):
        runner.predict(handle, inputs(1))


@pytest.mark.parametrize("end", [SystemExit(3), KeyboardInterrupt()])
def test_A08_a_function_that_wants_to_end_the_program_costs_its_answer_and_no_other_model_waits(runner, end):
    def leave(pictures):
        raise end

    leaving = opened(runner, Model())
    runner._here.models[leaving.model_id].predict_batch = leave
    (prediction,) = runner.predict(leaving, inputs(1)).value(LIMIT)
    assert f"failed with {type(end).__name__}" in prediction.error
    assert len(runner.predict(opened(runner, Model()), inputs(2)).value(LIMIT)) == 2


def test_A03_a_model_that_ends_the_program_while_it_is_made_says_so(runner):
    class Leaving(list):
        def __iter__(self):
            raise SystemExit(1)

    job = runner.open(lambda pictures: [], labels=Leaving())
    with pytest.raises(LabelerError, match="could not be opened: SystemExit"):
        job.value(LIMIT)
