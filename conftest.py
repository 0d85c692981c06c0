"""What the examples in docstrings work on: three photos, a project, a task and a session, in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

WORDS = ("nl.", "project", "task.", "session.")


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
