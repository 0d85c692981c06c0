"""A run started in the notebook goes on when its widget is closed and the page is loaded anew; then it is undone."""

from ast import literal_eval

import pytest

pytestmark = pytest.mark.browser

SETUP = """
import threading
import notebook_labeler as nl
project = nl.open_project("ahead")
project.add_inputs({toys!r})
gate = threading.Semaphore(0)
def say(picture):
    gate.acquire()
    return {{"car": 0.9, "dog": 0.2}}
def let(count):
    for _ in range(count):
        gate.release()
guess = nl.predictor(say, labels=["car", "dog", "sheep"], batched=False, name="guess", version="1",
                     batch_size=8)
task = project.create_task("traffic", concepts=["car", "dog"], model=guess, threshold=(0.5, 1.0), assist=False)
task.to_backlog(task.inputs["input_id"].iloc[:2].tolist())
project.assist_limit = 500
"""


CELLS = (
    "widget = task.prelabel(); widget",
    "widget.close(); widget = task.prelabel(); widget",
    "labeler = task.label(); labeler",
)
FAR = "far => document.querySelector('.nl-pre-far')?.textContent.startsWith(far)"
ON = "selector => { const e = document.querySelector(selector); return e && e.offsetParent !== null; }"


def test_F01_F03_F07_a_run_outlives_its_widget_and_the_page_and_its_inputs_carry_the_clipboard(open_notebook, toys):
    nb = open_notebook(CELLS, viewport=(1280, 1000))
    assert "Traceback" not in (said := nb.python(SETUP.format(toys=str(toys)))), said
    total = int(nb.python("print(len(project.inputs))"))
    nb.run_cell(0)
    nb.wait(".nl-pre-start:not([aria-disabled])")
    nb.shot("prelabel-before", ".nbl-root")
    nb.until("() => document.querySelectorAll('.nl-class-line').length === 3")
    nb.shot("prelabel-before", ".nbl-root")
    nb.page.get_by_role("button", name="Have what is in the backlog wait").click()
    nb.until("() => document.querySelectorAll('.nl-pre-tile strong')[2].textContent === '0'")
    nb.page.locator(".nl-pre-start").click()
    nb.until(ON, ".nl-pre-stop")
    nb.python("let(8)")
    nb.until(FAR, "8 of ")
    nb.shot("prelabel-running", ".nbl-root")

    nb.run_cell(1)  # closes the widget, and opens another
    nb.python("let(8)")
    nb.until(ON, ".nl-pre-stop")
    nb.until(FAR, "16 of ")
    nb.reload()  # the page asks for the widget that was closed, and says on its console that there is none
    nb.until(ON, ".nl-pre-stop")
    nb.python("let(1000)")
    nb.until(FAR, f"{total} of {total} inputs · {total} labeled")
    nb.until(ON, ".nl-pre-start")
    nb.shot("prelabel-finished", ".nbl-root")
    nb.theme("dark")
    nb.shot("prelabel-dark", ".nbl-root")
    nb.theme("light")

    nb.run_cell(2)
    nb.wait(".nl-clipboard[title^='Pre-labeled by guess, run of 20']")
    nb.wait(".nl-row[data-state='pending']")
    nb.shot("prelabel-labeler", ".nbl-root:has(.nl-header)")
    assert nb.page.locator(".nl-bulk .nl-tinted").inner_text() == "Accept all (1)"  # assistance is off
    nb.page.locator(".nl-pane").focus()
    nb.page.keyboard.press("a")
    nb.wait(".nl-row[data-state='accepted']")
    nb.wait(".nl-bulk .nl-tinted[aria-disabled]")

    undo = nb.page.get_by_role("button", name="Take back what this run wrote")
    undo.click()
    nb.wait(".nl-pre-question .nl-question")
    nb.shot("prelabel-undo", ".nbl-root")
    nb.page.keyboard.press("Escape")
    nb.until("() => !document.querySelector('.nl-pre-question .nl-question')")
    undo.click()
    nb.page.get_by_role("button", name="Undo the run").click()
    nb.wait(".nl-pre-totals [data-what='undone']")
    assert literal_eval(nb.python("print(task.runs[['state', 'total', 'labeled']].values.tolist())")) == [
        ["finished", total, total]
    ]
    assert literal_eval(nb.python("print(task.annotations['concept'].tolist())")) == ["car"]
    assert "None" not in nb.python("print(project.journal.check().problems or 'whole')")
    nb.console_errors[:] = [each for each in nb.console_errors if "widget model not found" not in each]
