"""A real JupyterLab and a real Chromium for benchmarks: those of the browser tests, and how their frames are read."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import sync_playwright

HARNESS = Path(__file__).parents[1] / "tests" / "journeys" / "conftest.py"
WATCH = (Path(__file__).parent / "watch.js").read_text("utf-8")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
FRAME_MS = 1000 / 60
SIZE = (1280, 1000)  # of the window


def harness() -> Any:
    """Give the module that starts JupyterLab for the tests."""
    spec = importlib.util.spec_from_file_location("browser_harness", HARNESS)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def chromium() -> str | None:
    """Give where Chromium is, or None."""
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if name and (path := shutil.which(name))), None)


@contextmanager
def started(executable: str) -> Iterator[tuple[Callable[..., Any], Callable[[], Any]]]:
    """Give a function that opens a notebook with some cells, and one that opens an empty page."""
    tests = harness()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = tests.Lab(Path(folder))
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)

        def page() -> Any:
            width, height = SIZE
            fresh = browser.new_context(viewport={"width": width, "height": height}).new_page()
            fresh.set_default_timeout(tests.PATIENCE * 1000)
            return fresh

        def notebook(name: str, cells: Sequence[str]) -> Any:
            path = lab.folder / f"{name}.ipynb"
            made = [nbformat.v4.new_code_cell(cell) for cell in cells]
            nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": tests.PYTHON}), path)
            return tests.Notebook(lab, page(), path)

        notebook.lab = lab  # type: ignore[attr-defined]  # for those who come by another way
        try:
            lab.wait()
            yield notebook, page
        finally:
            browser.close()
            lab.stop()


class Pace:
    """Does things at the pace of a hand: `beat` waits for the next moment of an even rhythm.

    Parameters
    ----------
    per_second
        How many beats.
    """

    def __init__(self, per_second: float) -> None:
        self._gap, self._next = 1 / per_second, time.perf_counter()

    def beat(self) -> None:
        """Wait for the next moment; those that were missed are not made up for."""
        now = time.perf_counter()
        if self._next > now:
            time.sleep(self._next - now)
        self._next = max(self._next, now) + self._gap
