"""What the examples in docstrings work on: three photos, a project, a task and a session, in a folder of their own.

And when tests, too, may begin.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

MONTHS_END_S = 120  # longer than a test takes
WORDS = ("nl.", "project", "task.", "session.")


def pytest_runtest_setup() -> None:
    """Begin no test shortly before a month ends: some count what the month (UTC) has cost."""
    while (now := datetime.now(UTC)).month != (now + timedelta(seconds=MONTHS_END_S)).month:
        time.sleep(1)


@pytest.fixture(autouse=True)
def examples(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give an example the names that it speaks of; tests that are no examples are left alone."""
    item = request.node
    if not isinstance(item, pytest.DoctestItem) or item.dtest is None:
        yield
        return
    text = "".join(example.source for example in item.dtest.examples if "+SKIP" not in example.source)
    if not any(word in text for word in WORDS):
        yield
        return
    yield from _given(request, item.dtest.globs)


def _given(request: pytest.FixtureRequest, names: dict[str, Any]) -> Iterator[None]:
    from PIL import Image

    import notebook_labeler as nl

    folder = request.getfixturevalue("tmp_path")
    request.getfixturevalue("monkeypatch").chdir(folder)
    (folder / "photos").mkdir()
    for name in ("a", "b", "c"):
        Image.new("RGB", (8, 6)).save(folder / "photos" / f"{name}.png")
    with nl.open_project("example", actor="ana") as project:
        project.add_inputs("photos/")
        task = project.create_task("garments", concepts=["pants", "shirt"])
        session = task.session()
        names.update(nl=nl, project=project, task=task, session=session)
        yield
        session.close()
