"""Several people in kernels of their own on one project: nothing is labeled twice, nothing that was said is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

import notebook_labeler as nl
from notebook_labeler.domain.inputs import Input

PEOPLE = ("ana", "ben", "dan")
EACH = 15
KERNEL = """
import sys
import notebook_labeler as nl

place, person = sys.argv[1:]
with nl.open_project(place, actor=person) as project:
    session = project.task("load").session()
    session.follow(0.2)
    while (shown := session.state.input) is not None and session.state.progress.left:
        session.add("car")
        session.submit()
        print(shown.input_id, flush=True)  # acknowledged
    session.close()
"""


@pytest.fixture
def place(tmp_path):
    return tmp_path / "project"


@pytest.fixture
def project(place):
    with nl.open_project(place, actor="lead") as opened:
        opened.journal.add_inputs((Input.at(f"/pictures/{i}.jpg") for i in range(EACH * len(PEOPLE))), actor="lead")
        opened.create_task("load", concepts=["car"], labelers=PEOPLE, keep_together=False)
        yield opened


@pytest.fixture
def kernel(place):
    """Start people's kernels; none is left at the end."""
    started = []

    def start(person):
        call = [sys.executable, "-c", KERNEL, str(place), person]
        one = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
        started.append(one)
        return one

    yield start
    for one in started:
        one.kill()
        one.wait()
        one.stdout.close()


@pytest.mark.slow
def test_three_people_in_three_kernels_label_each_input_once_and_a_killed_one_loses_nothing(project, kernel):
    task = project.task("load")
    kernels = {person: kernel(person) for person in PEOPLE}
    said = [kernels["dan"].stdout.readline() for _ in range(5)]
    os.kill(kernels["dan"].pid, signal.SIGKILL)
    said += kernels["dan"].communicate()[0].splitlines(keepends=True)
    kept = {line.strip() for line in said if line.endswith("\n")}
    assert len(kept) >= 5
    for person in PEOPLE[:2]:
        lines = kernels[person].communicate()[0].split()
        assert kernels[person].returncode == 0
        assert len(lines) == EACH
        kept |= set(lines)
    found = task.annotations
    assert kept <= set(found["input_id"])
    assert found["input_id"].is_unique
    assert set(found["labeler"]) == set(PEOPLE)
    assert project.check().ok
    assert kernel("dan").wait(120) == 0  # opened again, it goes on where it was killed
    assert len(task.annotations) == EACH * len(PEOPLE)
    assert task.annotations["input_id"].is_unique
    assert task.status == "Complete"


@pytest.mark.slow
def test_X02_what_another_kernel_does_is_seen_without_asking(project, kernel):
    seen = threading.Event()
    board = project.board()
    board.session.observe(lambda _, new: seen.set() if new.lines[0].counts.done else None)
    kernel("ana").stdout.readline()
    assert seen.wait(60)  # benchmarks/team.py says how soon
    board.close()
