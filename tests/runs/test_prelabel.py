"""Runs over a task: what they write, charge, leave alone and take back; two kernels; a kernel killed at any moment."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.predictions import Guess, Prediction
from notebook_labeler.domain.prelabel import month_of
from notebook_labeler.domain.records import RUNNING, Run
from notebook_labeler.errors import AssistLimit, BadInput, ModelFailed, RunGoing
from notebook_labeler.runs import holder as holders
from notebook_labeler.runs import ledger
from notebook_labeler.runs.job import Job
from notebook_labeler.runs.predicting import ByEngine
from notebook_labeler.runs.supply import Supply
from notebook_labeler.runs.undoing import undo_run
from notebook_labeler.sessions.taskboard import TaskBoard
from notebook_labeler.store.writing import now_us

SCORES = ({"cat": 0.9, "dog": 0.4}, {"dog": 0.8}, {"cat": 0.2}, {})
PATIENCE = 60
EVIL = '<img src=x onerror="alert(1)">'


def by_width(picture):
    """Say what the width of a picture stands for: of four, two have something above 0.3, one only below."""
    return SCORES[picture.width % 4]


@pytest.fixture
def pets():
    return nl.predictor(by_width, labels=["cat", "dog"], batched=False, name="pets", version="1")


@pytest.fixture
def album(tmp_path):
    """Make so many small pictures, whose widths run through SCORES."""

    def made(count, folder="photos"):
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        files = [place / f"{n:04}.png" for n in range(count)]
        for n, file in enumerate(files):
            if n < 4:
                Image.new("RGB", (8 + n, 6)).save(file)
            elif not file.exists():
                os.link(files[n % 4], file)
        return place

    return made


@pytest.fixture
def project(tmp_path):
    with nl.open_project(tmp_path / "project", actor="ana") as opened:
        yield opened


@pytest.fixture
def task(project, album, pets):
    """A task over forty pictures: twenty have something from 0.3 on."""
    project.add_inputs(album(40))
    return project.create_task("pets", concepts=["cat", "dog"], model=pets, threshold=(0.3, 1.0))


def until(condition):
    """Wait for what is to come."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "never came"
        time.sleep(0.01)
    return found


def pending(task):
    return task.project.journal.annotations(task.id, statuses=("PENDING",)).to_pandas()


def charged_once(task):
    """Whether exactly the inputs with annotations of a run are charged, each once, and the journal is whole."""
    journal = task.project.journal
    assert journal.check().problems == ()
    written = set(journal.annotations(task.id, statuses=None).to_pandas().query("via == 'prelabel'")["input_id"])
    marks = [mark for run in journal.runs(task.id) for mark in journal.marks(run.run_id, limit=10**6)]
    assert sorted(mark.input_id for mark in marks) == sorted(written)
    assert journal.prelabels(month_of(now_us())) == len(written)
    return len(written)


# ---- what a run does


def test_F05_F08_a_run_writes_pending_labels_charges_each_input_once_and_says_what_came_of_it(task):
    found = task.project.prelabel(task)
    assert (found.state, found.labeled, found.labels, dict(found.skipped)) == (
        "finished",
        20,
        30,
        {"nothing found": 20},
    )
    assert charged_once(task) == task.project.assist_used == 20
    assert set(pending(task)["labeler"]) == {""}
    assert task.runs[["state", "by", "model", "total", "labeled", "skipped", "failed", "labels"]].values.tolist() == [
        ["finished", "ana", "pets", 40, 20, 20, 0, 30]
    ]
    history = task.history(pending(task)["input_id"].iloc[0])
    assert history[["actor", "action"]].values.tolist() == [["pets for ana", "prelabel"]]


def test_F06_running_again_finds_what_is_new_and_a_changed_range_finds_more(task, album):
    task.project.prelabel(task)
    again = task.project.prelabel(task)
    assert (again.labeled, dict(again.skipped)) == (0, {"nothing found": 20})
    task.project.add_inputs(album(44))
    assert task.project.prelabel(task).labeled == 2
    assert task.project.prelabel(task, threshold=(0.1, 1.0)).labeled == 11
    assert charged_once(task) == 33


def test_a_run_over_nothing_is_no_run(task):
    for state in task.project.journal.queue(task.id, states=("waiting",), limit=100):
        task.project.journal.commit(Operation.of("s", [Change(state, state.changed(state="skipped"))], actor="ben"))
    assert task.project.prelabel(task).run_id == ""
    assert len(task.runs) == 0


def test_F02_only_what_waits_is_considered(task):
    session = task.session(actor="ben")
    session.skip()
    session.add("dog")
    task.to_backlog([task.inputs["input_id"].iloc[5]])
    found = task.project.prelabel(task)
    assert dict(found.skipped)["begun by a person"] == 1
    assert task.runs["total"].tolist() == [38]
    assert task.annotations["concept"].tolist() == ["dog"]
    session.close()


def test_F05_one_bad_input_never_ends_a_run_and_is_tried_again(task, album, tmp_path):
    bad = tmp_path / "photos" / "bad.png"
    bad.write_bytes(b"no picture")
    task.project.add_inputs(tmp_path / "photos")
    found = task.project.prelabel(task)
    assert (found.state, found.labeled, found.failed) == ("finished", 20, 1)
    assert "bad.png" in found.failures[0][1]
    Image.new("RGB", (8, 6)).save(bad)
    again = task.project.prelabel(task)
    assert (again.labeled, again.failed) == (1, 0)
    assert charged_once(task) == 21


def test_F05_of_a_go_the_first_failures_are_listed_and_all_are_counted(task, monkeypatch):
    """A disk is away: everything fails, some of it is said twice. What was so before the run went on is forgotten."""
    monkeypatch.setattr(ledger, "MOST_FAILURES", 15)
    monkeypatch.setattr("notebook_labeler.runs.prelabel.PAGE", 8)
    away = True

    class Disk:
        def predict(self, model, inputs, store, *, taken=None):
            job = Job("disk", total=len(inputs))
            job.start()
            some = list(inputs)[: 40 if away else 2]
            said = [Prediction(one.input_id, model.key, error=f"{EVIL} is away.") for one in [*some, *some[:1]]]
            taken([*said, *(nl_prediction(one, model.key) for one in inputs[len(some) :])])
            job.finish(())
            return job

    def go():
        session = task.prelabel_session()
        session.wait_model()
        found = session.start(engine=lambda handle: ByEngine(Disk(), handle, task.project.predictions), limit=38)
        totals = found.value(PATIENCE)
        until(lambda: session.look() or not session.state.running)
        assert session.state.totals == totals
        session.close()
        return totals

    first = go()
    listed = task.prelabel_failures()
    assert (first.failed, len(first.failures), len(listed)) == (40, 15, 15)
    assert listed["input_id"].is_unique
    assert listed[["input_id", "why"]].values.tolist() == [list(each) for each in first.failures]
    assert listed["why"].iloc[0] == f"{EVIL} is away."
    run = task.project.prelabelings.last(task.id)
    task.project.journal.commit(Operation.of("run", [Change(run, run.changed(state="stopped"))], actor="ana"))
    away = False
    second = go()
    assert (second.run_id, second.labeled, second.failed, len(second.failures)) == (first.run_id, 38, 2, 2)
    assert len(task.prelabel_failures(first.run_id)) == 2
    assert task.project.journal.check().problems == ()


def test_a_picture_that_brings_the_model_down_costs_itself_alone(task):
    """The whole request fails; it is asked for again in halves, down to the one that is to blame."""
    poison = task.inputs["input_id"].iloc[7]

    class Fragile:
        def predict(self, model, inputs, store, *, taken=None):
            job = Job("fragile", total=len(inputs))
            job.start()
            if any(one.input_id == poison for one in inputs):
                job.fail(ModelFailed("the model process ended."))
            else:
                taken([nl_prediction(one, model.key) for one in inputs])
                job.finish(())
            return job

    session = task.prelabel_session()
    session.wait_model()
    totals = session.start(engine=lambda handle: ByEngine(Fragile(), handle, task.project.predictions)).value(PATIENCE)
    session.close()
    assert (totals.labeled, totals.failures) == (39, ((poison, "the model process ended."),))


def nl_prediction(one, key):
    return Prediction(one.input_id, key, (Guess("cat", 0.9),))


def test_a_model_that_fails_on_everything_ends_the_run_which_says_so(task):
    class Dead:
        def predict(self, model, inputs, store, *, taken=None):
            job = Job("dead", total=len(inputs))
            job.fail(ModelFailed("out of memory."))
            return job

    session = task.prelabel_session()
    session.wait_model()
    job = session.start(engine=lambda handle: ByEngine(Dead(), handle, task.project.predictions))
    with pytest.raises(ModelFailed, match="out of memory"):
        job.value(PATIENCE)
    until(lambda: session.look() or session.state.phase == "failed")
    assert "out of memory" in session.state.run.message
    assert charged_once(task) == 0
    session.close()


def test_known_predictions_are_not_asked_for_again(task):
    asked = []
    model = nl.predictor(
        lambda p: asked.append(p.width) or by_width(p), labels=["cat", "dog"], batched=False, name="c", version="1"
    )
    task.project.prelabel(task, model=model, threshold=(0.85, 1.0))
    task.project.prelabel(task, model=model, threshold=(0.3, 1.0))
    assert len(asked) == 40


def test_F07_objects_are_written_where_the_model_saw_them(project, album):
    project.add_inputs(album(4))
    boxes = nl.predictor(
        lambda p: [{"concept": "cat", "score": 0.9, "box": [1, 1, 5, 5]}], labels=["cat"], batched=False, name="boxes",
        shapes=["box"],
    )  # fmt: skip
    task = project.create_task("boxes", kind="detection", concepts=["cat"], model=boxes)
    assert project.prelabel(task).labels == 4
    assert pending(task)["box"].iloc[0].tolist() == [1.0, 1.0, 5.0, 5.0]


# ---- stop, go on, refuse


class Gate:
    """A model that lets through as many pictures as it is told."""

    def __init__(self):
        self.open = threading.Semaphore(0)
        self.model = nl.predictor(self.say, labels=["cat", "dog"], batched=False, name="gated", version="1")

    def say(self, picture):
        assert self.open.acquire(timeout=PATIENCE)
        return {"cat": 0.9}

    def let(self, count):
        for _ in range(count):
            self.open.release()


def test_F01_F04_F11_stop_change_the_range_and_go_on_as_one_run(task):
    gate = Gate()
    job = task.project.prelabel(task, model=gate.model, wait=False)
    gate.let(16)
    until(lambda: task.runs["labeled"].iloc[-1] >= 16)
    with pytest.raises(RunGoing, match="stop it first"):
        task.project.prelabel(task, model=gate.model)
    session = task.prelabel_session(model=gate.model)
    session.stop()
    assert job.value(PATIENCE).state == "stopped"
    until(lambda: session.look() or session.state.phase == "stopped")
    assert session.state.continues
    gate.let(100)
    assert task.project.prelabel(task, model=gate.model, threshold=(0.5, 1.0)).labeled == 40
    assert task.runs[["state", "total", "labeled"]].values.tolist() == [["finished", 40, 40]]
    assert charged_once(task) == 40
    session.close()


@pytest.mark.parametrize(
    ("name", "labels", "version", "runs"),
    [("say", "cat dog", "", 1), ("say", "cat dog", "2", 2), ("say", "cat dog ox", "", 2), ("other", "cat dog", "", 2)],
    ids=["defined again", "another version", "other labels", "another function"],
)
def test_F04_a_function_that_is_defined_again_goes_on_with_its_run(task, name, labels, version, runs):
    def defined(name="say", labels="cat dog", version=""):
        return nl.predictor(lambda _: {"cat": 0.9}, labels=labels.split(), batched=False, name=name, version=version)

    assert task.project.prelabel(task, model=defined(), limit=4).state == "stopped"
    session = task.prelabel_session(defined(name, labels, version))
    session.wait_model(PATIENCE)
    assert session.state.continues == (runs == 1)
    totals = session.start().value(PATIENCE)
    session.close()
    assert (totals.labeled, len(task.runs), charged_once(task)) == (40 if runs == 1 else 36, runs, 40)
    assert task.runs["total"].iloc[0] == 40


def test_F11_a_run_is_refused_while_another_process_is_at_it_and_taken_over_when_that_is_gone(task):
    """The holder of the row is a process of this machine, then a dead one, then one of elsewhere that falls silent."""
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    held = json.loads(holders.take())
    born = until(lambda: holders.born(other.pid))
    here = json.dumps({**held, "pid": other.pid, "born": born, "token": "x"})
    row = Run(run_id="r", task_id=task.id, by="ben", state=RUNNING, holder=here, beat_us=now_us(), started_us=now_us())
    task.project.journal.commit(Operation.of("run", [Change(None, row)], actor="ben"))
    with pytest.raises(RunGoing, match="ben"):
        task.project.prelabel(task)
    board = TaskBoard(task.project.journal, actor="ana")
    assert board.state.lines[0].work.what == "Pre-labeling"
    with other:
        other.kill()
    assert board.look()
    assert board.state.lines[0].work is None  # a kernel that died writes nothing any more
    assert task.project.prelabel(task).labeled == 20
    assert sorted(task.runs["state"]) == ["finished", "stopped"]
    elsewhere = json.dumps({**held, "host": "another"})
    now = now_us()
    assert not holders.gone(elsewhere, now - 50_000_000, now)
    assert holders.gone(elsewhere, now - 70_000_000, now)
    assert holders.gone("{}", 0, now)
    assert holders.gone("no json", 0, now)


def test_closing_the_project_stops_its_runs_and_says_so(task, tmp_path):
    gate = Gate()
    job = task.project.prelabel(task, model=gate.model, wait=False)
    gate.let(16)
    until(lambda: task.runs["labeled"].iloc[-1] >= 16)
    closing = threading.Thread(target=task.project.close)
    closing.start()
    assert job.wait(PATIENCE).finished  # before the model has an answer for what is left
    gate.let(100)
    closing.join(PATIENCE)
    with nl.open_project(tmp_path / "project") as again:
        assert again.task("pets").runs["state"].tolist() == ["stopped"]


def test_a_person_who_acts_in_the_very_moment_keeps_the_input(task):
    gate = Gate()
    job = task.project.prelabel(task, model=gate.model, wait=False)
    session = task.session(actor="ben", model=None)
    mine = session.state.input.input_id
    session.add("dog")
    gate.let(100)
    totals = job.value(PATIENCE)
    assert totals.labeled == 39
    assert dict(totals.skipped) == {"begun by a person": 1}
    assert task.annotations[["input_id", "concept", "labeler"]].values.tolist() == [[mine, "dog", "ben"]]
    session.close()


def test_undo_by_keys_never_takes_back_what_a_run_wrote(task):
    session = task.session()
    session.skip()
    task.project.prelabel(task)
    session.undo()
    assert len(pending(task)) >= 28
    assert session.bench.journal.undoable(task.id, "ana")[0] is None
    session.close()


# ---- the month's limit


def test_F09_a_run_larger_than_what_is_left_is_refused_before_it_starts(task):
    task.project.assist_limit = 5
    with pytest.raises(AssistLimit, match=r"would take up to 40, but 5 .* limit=5"):
        task.project.prelabel(task)
    found = task.project.prelabel(task, limit=5)
    assert (found.state, found.labeled, task.project.assist_used) == ("stopped", 5, 5)
    with pytest.raises(AssistLimit, match="used up"):
        task.project.prelabel(task, limit=5)
    task.project.assist_limit = None
    assert task.project.prelabel(task).labeled == 20
    assert charged_once(task) == 20


def test_F08_the_limit_stops_a_run_that_grows_beyond_it_meanwhile(task):
    gate = Gate()
    job = task.project.prelabel(task, model=gate.model, wait=False)
    task.project.assist_limit = 10
    gate.let(100)
    totals = job.value(PATIENCE)
    assert (totals.state, totals.labeled) == ("stopped", 10)
    assert "limit is used up" in totals.message


@pytest.mark.parametrize("wrong", [-1, 1.5, "10", True, float("nan")], ids=str)
def test_a_limit_is_a_whole_number(project, wrong):
    with pytest.raises(BadInput, match="assist_limit"):
        project.assist_limit = wrong


def test_an_earlier_month_is_not_counted(task, monkeypatch):
    monkeypatch.setattr("notebook_labeler.runs.prelabel.now_us", lambda: now_us() - 40 * 86_400_000_000)
    task.project.prelabel(task)
    assert task.project.assist_used == 0


# ---- undoing


def test_X14_undoing_a_run_leaves_what_somebody_touched_and_the_charges(task):
    task.project.prelabel(task)
    session = task.session(actor="ben")
    session.accept(session.state.rows[0].concept)
    session.close()
    first = task.runs["run_id"].iloc[0]
    assert task.project.prelabel(task, threshold=(0.1, 1.0)).labeled == 10
    found = task.project.undo_run(first)
    assert (found.inputs, found.removed, found.kept) == (20, 29, 1)
    assert "1 that somebody had touched" in str(found)
    assert len(pending(task)) == 10
    assert len(task.annotations) == 1
    assert task.project.assist_used == 30
    assert task.project.journal.check().problems == ()
    assert task.project.undo_run(first).inputs == 0
    assert str(task.undo_prelabel()) == "10 annotations on 10 inputs taken back."
    assert task.project.prelabel(task, threshold=(0.1, 1.0)).labeled == 0, "undone inputs are not charged twice"


def test_a_run_that_goes_on_cannot_be_undone(task):
    gate = Gate()
    job = task.project.prelabel(task, model=gate.model, wait=False)
    with pytest.raises(RunGoing):
        task.undo_prelabel()
    gate.let(100)
    job.wait(PATIENCE)
    with pytest.raises(BadInput, match="id of a run"):
        task.undo_prelabel("nonsense")


def test_X14_an_undo_that_breaks_off_is_finished_by_the_next(task, monkeypatch):
    task.project.prelabel(task)
    monkeypatch.setattr("notebook_labeler.runs.undoing.PAGE", 5)

    def power_cut(done):
        raise KeyboardInterrupt

    run = task.project.prelabelings.last(task.id)
    with pytest.raises(KeyboardInterrupt):
        undo_run(task.project.journal, run, by="ana", progress=power_cut)
    assert task.undo_prelabel().inputs == 15
    assert len(pending(task)) == 0
    assert task.project.journal.check().problems == ()


# ---- in a script


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "progress", "lines"),
    [(Terminal, None, 1), (Terminal, False, 0), (io.StringIO, None, 0), (io.StringIO, True, 1)],
    ids=["terminal", "told not to", "no terminal", "told to"],
)
def test_F03_one_line_keeps_up_in_a_script(task, monkeypatch, stream, progress, lines):
    monkeypatch.setattr("sys.stderr", said := stream())
    task.project.prelabel(task, progress=progress)
    assert said.getvalue().count("\n") == lines
    assert ("100% |████████████████████| 40/40" in said.getvalue()) == bool(lines)


# ---- memory


def test_inputs_are_read_a_page_at_a_time(task, pets):
    """However many wait, no more than two pages are under way."""
    asked = []

    class Slow:
        key, page = "key", 8

        def ask(self, inputs, take):
            asked.append(len(inputs))
            job = Job("slow")
            job.start()
            job.feed = lambda: (take([nl_prediction(one, "key") for one in inputs]), job.finish(None))
            jobs.append(job)
            return job

    jobs = []
    supply = Supply(task.project.journal, task.id, 1, predicting=Slow(), store=task.project.predictions)
    assert supply.take(0) == []
    assert asked == [8, 8]
    jobs[0].feed()
    assert len(supply.take(0)) == 8
    assert supply.take(0) == []
    assert asked == [8, 8, 8]
    for job in jobs:
        job.feed() if not job.finished else None
    supply.stop()
    assert supply.over


# ---- kernels killed, and two at once

KERNEL = """
import os, sys, time
import pandas
import notebook_labeler as nl
from notebook_labeler.domain.predictions import Vocabulary
from notebook_labeler.sessions import prelabel
from notebook_labeler.sessions.mapping import recommend
recommend(["cat"], Vocabulary(("cat", "dog")))
def run(place, pause, limit, name, version):
    def say(picture):
        time.sleep(float(pause))
        return {"cat": 0.9} if picture.width % 4 < 2 else {}
    model = nl.predictor(say, labels=["cat", "dog"], batched=False, name="slow", version=version)
    try:
        with nl.open_project(place, actor="kernel") as project:
            return project.prelabel(name, model=model, limit=int(limit) or None).state
    except nl.errors.LabelerError as error:
        return type(error).__name__
for line in sys.stdin:
    pid = os.fork()
    if not pid:
        said = run(*line.rstrip().split("|"))
        os.write(1, (said + chr(10)).encode())
        os._exit(0)
    os.write(1, f"{pid}{chr(10)}".encode())
    os.waitpid(pid, 0)
    os.write(1, b"over" + chr(10).encode())
"""


class Kernel:
    """A process that has imported everything, and forks one that works on the project for each run it is told of."""

    def __init__(self):
        code = [sys.executable, "-c", KERNEL]
        self.process = subprocess.Popen(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, place, task, *, pause=0.0, limit=0, version="1"):
        self.process.stdin.write(f"{place}|{pause}|{limit}|{task}|{version}\n")
        self.process.stdin.flush()
        self.pid, self.said = int(self.process.stdout.readline()), []
        self.reader = threading.Thread(target=lambda: self.said.extend(iter(self.process.stdout.readline, "over\n")))
        self.reader.start()
        return self

    @property
    def over(self):
        return not self.reader.is_alive()

    def kill(self):
        """End it at once, unless it has ended."""
        with suppress(ProcessLookupError):  # it may have ended a moment ago
            os.kill(self.pid, signal.SIGKILL)
        self.end()

    def end(self):
        """Wait for its end, and give what it said last."""
        self.reader.join(PATIENCE)
        assert self.over
        return self.said[-1].strip() if self.said else ""

    def close(self):
        with self.process:
            self.process.kill()


@pytest.fixture(scope="module")
def kernels():
    made = [Kernel(), Kernel()]
    yield made
    for one in made:
        one.close()


def test_X02_F08_killed_at_any_moment_every_input_is_charged_exactly_once(task, album, tmp_path, kernels):
    """The kernel of a run is killed again and again; each next one goes on, and the rows tell the truth.

    Its model is a function without a version: each kernel defines it anew.
    """
    for n in range(3):
        (tmp_path / "photos" / f"{EVIL[:4]}{n}.png").write_bytes(b"no picture")
    task.project.add_inputs(tmp_path / "photos")
    task.project.add_inputs(album(400))
    chance, (kernel, _) = random.Random(0), kernels
    for _ in range(4):
        before = task.project.assist_used
        kernel.start(tmp_path / "project", "pets", pause=0.002, version="")
        until(lambda before=before: task.project.assist_used > before or kernel.over)
        time.sleep(chance.uniform(0, 0.1))  # the moment is meant to be any
        kernel.kill()
        assert charged_once(task) == task.runs["labeled"].sum()
        assert len(task.prelabel_failures()) == task.runs["failed"].iloc[-1]
    assert task.runs["state"].tolist() in (["left"], ["finished"])
    shown = task.prelabel_session()
    assert shown.state.totals.failures == tuple(map(tuple, task.prelabel_failures()[["input_id", "why"]].values))
    shown.close()
    assert kernel.start(tmp_path / "project", "pets", version="").end() == "finished"
    assert charged_once(task) == task.runs["labeled"].iloc[0] == 200
    assert (len(task.runs), sorted(task.prelabel_failures()["name"])) == (1, [f"<img{n}.png" for n in range(3)])


def test_F08_two_kernels_at_once_never_exceed_the_limit(task, album, tmp_path, pets, kernels):
    task.project.add_inputs(album(240))
    task.project.create_task("more", concepts=["cat"], model=pets)
    task.project.assist_limit = 70
    both = [
        one.start(tmp_path / "project", name, limit=60) for one, name in zip(kernels, ("pets", "more"), strict=True)
    ]
    said = sorted(one.end() for one in both)
    assert said in (["stopped", "stopped"], ["AssistLimit", "stopped"])
    assert 60 <= task.project.assist_used <= 70
    assert task.project.journal.check().problems == ()


def test_F01_F11_a_run_of_another_kernel_is_seen_refused_and_stopped_from_here(task, album, tmp_path, kernels):
    task.project.add_inputs(album(400))
    session = task.prelabel_session()
    session.wait_model()
    running = kernels[0].start(tmp_path / "project", "pets", pause=0.05)  # over in 20 s, if nobody stops it
    until(lambda: session.look() or (session.state.running and session.state.done))
    assert session.state.why_not == "A run is going on over this task."
    with pytest.raises(RunGoing, match="process"):
        session.start()
    session.stop()
    assert running.end() == "stopped"
    assert session.state.phase == "stopped"
    assert "ana" in session.state.run.message
    assert charged_once(task) == session.state.run.labeled
    session.close()
    assert ledger.going(task.project.journal.runs(task.id), now_us()) is None


def test_H14_deleting_a_task_stops_the_run_over_it_and_restoring_lets_it_go_on(task):
    gate = Gate()
    job = task.project.prelabel(task, model=gate.model, wait=False)
    gate.let(16)
    until(lambda: task.runs["labeled"].iloc[-1] >= 16)
    task.delete()
    gate.let(100)
    assert job.value(PATIENCE).state == "stopped"
    assert task.project.assist_used < 40, "nobody pays for what is deleted"
    back = task.project.restore_task(task.id)
    assert back.runs[["state", "message"]].values.tolist() == [["stopped", "stopped by ana"]]
    assert task.project.prelabel(back, model=gate.model).labeled == 40
    assert charged_once(back) == 40


def test_F06_a_run_that_waits_for_its_model_still_learns_what_changed_meanwhile(task, monkeypatch):
    monkeypatch.setattr("notebook_labeler.runs.prelabel.LOOK_S", 0.0)
    looks, atomically = [], task.project.journal.atomically

    def counted(task_id, ids, plan):
        looks.append(len(ids))
        return atomically(task_id, ids, plan)

    gate = Gate()
    job = task.project.prelabel(task, model=gate.model, wait=False)
    gate.let(16)
    until(lambda: task.runs["labeled"].iloc[-1] >= 16)
    monkeypatch.setattr(task.project.journal, "atomically", counted)
    task.reconnect()
    until(lambda: looks)
    gate.let(100)
    assert job.value(PATIENCE).state == "finished"
    assert task.inputs["prelabeled"].sum() == 24, "they are marked for the dataset as it is connected now"


@pytest.mark.parametrize("threshold", [0.5, (0.5,), (0.1, 0.2, 0.3), "ab", {}])
def test_a_threshold_is_two_numbers(task, threshold):
    with pytest.raises(BadInput, match=r"expected threshold as two numbers, \(low, high\)"):
        task.project.prelabel(task, threshold=threshold)
