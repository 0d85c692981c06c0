"""A busy kernel and a slow model: what is clicked is seen at once, is kept, and lands where it was meant."""

import pytest

pytestmark = pytest.mark.browser

SETUP = """
import pathlib, threading, time
import notebook_labeler as nl
project = nl.open_project("busy")
project.add_inputs({toys!r})
gate = pathlib.Path("busy-gate"); gate.unlink(missing_ok=True)
slow, asked = threading.Event(), []
slow.set()

@nl.predictor(labels=["car", "tree", "house"], name="slow", batch_size=1)
def model(pictures):
    asked.append(len(pictures))
    slow.wait(60)
    return [{{"car": 0.9, "tree": 0.5}} for _ in pictures]

task = project.create_task("busy", concepts=["car", "tree", "house"], model=model)
"""
WAIT = "while not gate.exists(): time.sleep(0.05)"
# Newer kernels answer widgets from another thread while a cell runs: the lock keeps that one waiting, too.
HELD = "with widget.session.lock:\n    while not gate.exists(): time.sleep(0.05)"


@pytest.fixture
def seat(sit, toys):
    seat = sit(["widget = task.label(); widget", WAIT, HELD], setup=SETUP.format(toys=str(toys)) + "gate.touch()")
    seat.nb.wait(".nl-row[data-state=suggested]")
    return seat


def test_A08_clicks_are_kept_while_a_cell_runs_and_no_late_answer_is_drawn_on_another_input(seat):
    nb, page = seat.nb, seat.page
    gate = nb.lab.folder / "busy-gate"
    gate.unlink()
    nb.run_cell(1, wait=False)
    seat.focus()
    seat.press("1")
    nb.wait(".nl-row[data-state=accepted]")  # at once, saved or not
    gate.touch()
    seat.stands("car", "accepted")
    nb.idle()
    gate.unlink()
    nb.run_cell(2, wait=False)
    pending = "() => [...document.querySelectorAll('.nl-row[data-waiting]')].map((row) => row.dataset.state).join()"
    seat.focus()
    seat.press("1")
    nb.until(f"() => ({pending})() === 'suggested'")
    seat.row("tree").get_by_role("checkbox").click()
    nb.until(f"() => ({pending})() === 'suggested,accepted'")
    seat.reads(".nl-saved", "Not saved yet: the kernel is busy")
    nb.shot("labeler-busy", ".nbl-root")
    gate.touch()
    seat.stands("car", "suggested")
    seat.stands("tree", "accepted")
    seat.saved()
    assert nb.python("print(sorted(task.annotations.concept))") == "['tree']"

    # A model that does not answer. The next inputs were predicted ahead, so go where nobody has been.
    nb.python("import time; time.sleep(0.1)")
    nb.python("slow.clear(); widget.session.go_to(20)")
    seat.input_is("21 / 24")
    nb.wait(".nl-phase[data-phase=predicting]")
    assert [row["state"] for row in seat.rows()] == ["choice"] * 3
    seat.row("house").get_by_role("checkbox").click()
    seat.stands("house", "accepted")  # nobody waits for a model
    seat.saved()
    seat.press("n")
    seat.input_is("22 / 24")
    seat.button("Stop waiting for the model").click()
    nb.wait(".nl-phase[data-phase=cancelled]")
    nb.python("slow.set()")
    seat.row("tree").get_by_role("checkbox").click()
    seat.stands("tree", "accepted")
    seen = {row["concept"]: row["state"] for row in seat.rows()}
    assert seen == {"tree": "accepted", "car": "choice", "house": "choice"}  # no late answer
    seat.button("Ask the model for this input now").click()  # A07
    seat.stands("car", "suggested")
    assert nb.python("print(widget.session.failures)") == "[]"
    assert seat.errors() == []
    assert page.locator(".jp-Dialog").count() == 0
