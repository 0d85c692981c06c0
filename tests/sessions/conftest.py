"""A project on disk, a model that is a function, and a session over both; no screen anywhere."""

import threading
from contextlib import ExitStack

import pytest
from PIL import Image

import notebook_labeler as nl

SCORES = {"a": {"cat": 0.9, "dog": 0.4}, "b": {"dog": 0.8}, "c": {"cat": 0.2, "hound": 0.7}}


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i, name in enumerate("abcd"):
        Image.new("RGB", (40 + i, 30), (60 * i, 90, 90)).save(folder / f"{name}.png")
    return folder


@pytest.fixture
def project(tmp_path, pictures):
    with nl.open_project(tmp_path / "project", actor="ana") as opened:
        opened.add_inputs(pictures)
        yield opened


def by_width(picture):
    """Say of a picture what SCORES says of its name, which its width gives away."""
    return SCORES.get("abcd"[picture.width - 40], {})


@pytest.fixture
def pets():
    return nl.predictor(by_width, labels=["cat", "dog", "hound"], batched=False, name="pets", version="1")


@pytest.fixture
def open_session(project):
    """Open sessions on a task made of settings; all are closed at the end."""
    with ExitStack() as stack:

        def opened(*, actor="ana", model=None, name="task", **settings):
            task = project.create_task(name, model=model, **settings)
            session = task.session(model=model, actor=actor)
            stack.callback(session.close)
            return session

        yield opened


@pytest.fixture
def until():
    """Wait until a session's state is as a condition says."""

    def wait(session, condition, seconds=30):
        reached = threading.Event()

        def look(_, new):
            if condition(new):
                reached.set()

        leave = session.observe(look)
        look(None, session.state)
        assert reached.wait(seconds), f"never came: {session.state.assist}"
        leave()
        return session.state

    return wait


@pytest.fixture
def ready(until):
    """Wait until the model has answered for the input on the screen."""
    return lambda session: until(session, lambda s: s.assist.phase == "ready" and s.assist.key != "")
