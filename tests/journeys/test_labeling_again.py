"""The cell that shows the labeler is run again and again, closed, reloaded, left and found: it just works."""

import pytest

pytestmark = pytest.mark.browser

SETUP = """
import time
import notebook_labeler as nl
project = nl.open_project("again")
project.add_inputs({toys!r})
task = project.create_task("again", concepts=["car", "tree"])
"""
PAINTED = """wanted => { const all = [...document.querySelectorAll('.nbl-root canvas.nbl-canvas')];
    return all.length === wanted && all.every((canvas) => canvas.style.visibility === 'visible'); }"""
TOLD = (
    "() => [...document.querySelectorAll('.nl-notice[data-kind=error], .nbl-message.nbl-on')].map((e) => e.textContent)"
)


def fine(nb, count=1):
    nb.until(PAINTED, count)
    assert nb.page.evaluate(TOLD) == []


def test_the_cell_can_be_run_again_closed_reloaded_and_left(sit, toys):
    cells = ["widget = task.label(); widget", "other = task.label(); other"]
    nb = sit(cells, setup=SETUP.format(toys=str(toys))).nb
    fine(nb, 2)
    for _ in range(3):
        nb.run_cell(0)
        fine(nb, 2)
    for _ in range(3):
        nb.run_cell(0)  # while the one before is still being painted
    fine(nb, 2)
    for _ in range(3):
        nb.run_cell(0)
        nb.python("widget.close()")
    nb.run_cell(0)
    fine(nb, 2)
    nb.reload()
    fine(nb, 2)
    nb.python("widget.close()")
    nb.run_cell(0)
    fine(nb, 2)

    nb.command("docmanager:save")
    nb.page.goto("about:blank")  # the page goes away, the kernel and its labelers stay
    nb.open()
    nb.run_cell(0)  # at once, while the page is still finding out what the kernel has
    fine(nb, 2)
    nb.python("widget.close(); other.close()")
    nb.run_all()
    fine(nb, 2)
