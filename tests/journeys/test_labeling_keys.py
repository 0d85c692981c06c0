"""The keyboard alone: from the first cell to a submitted input, and not one key for the notebook."""

import pytest

pytestmark = pytest.mark.browser

SETUP = """
import notebook_labeler as nl, pandas as pd
project = nl.open_project("keys")
project.add_inputs({toys!r})
said = {{"car": 0.91, "tree": 0.74, "house": 0.42}}
names = [f"toy-{{n:04d}}.jpg" for n in range(1, 25)]
model = pd.DataFrame([{{"name": n, "concept": c, "score": s}} for n in names for c, s in said.items()])
task = project.create_task("keys", concepts=["car", "tree", "house", "boat"], model=model)
"""
INSIDE = "() => document.activeElement.closest('.nbl-root') !== null"
FOCUSED = "() => document.activeElement.closest('.nl-row')?.querySelector('.nl-concept')?.textContent ?? ''"
CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.model.type).join()"


@pytest.fixture
def seat(sit, toys):
    cells = ["'the first cell'", "widget = task.label(); widget", "'the last cell'"]
    seat = sit(cells, setup=SETUP.format(toys=str(toys)))
    seat.nb.wait(".nl-row[data-state=suggested]")
    return seat


def focused(seat, concept):
    seat.nb.until(f"concept => ({FOCUSED})() === concept", concept)


def tab_in(seat):
    for _ in range(60):
        seat.press("Tab")
        if seat.page.evaluate(INSIDE):
            return
    raise AssertionError("Tab does not lead into the labeler")


def tab_out(seat, way):
    """Nothing in the labeler keeps the focus: the canvas of ipycanvas would, for it swallows every key."""
    for _ in range(60):
        seat.press(way)
        if not seat.page.evaluate(INSIDE):
            return
    raise AssertionError(f"{way} is caught at {seat.page.evaluate('document.activeElement.outerHTML')[:200]}")


def test_X03_from_the_first_cell_to_a_submitted_input_without_a_mouse(seat):
    nb, page = seat.nb, seat.page
    nb.command("notebook:enter-command-mode")
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0 }")
    tab_in(seat)

    for key in ["d", "d", "0", "0", "0", "0", "x", "m", "z", "v", "Shift+Digit1", "Shift+Digit1", "e", "y"]:
        seat.press(key)  # in JupyterLab: delete the cell, restart the kernel, cut, markdown, undo, paste, ...
    assert page.evaluate(CELLS) == "code,code,code"
    assert page.locator(".jp-Dialog").count() == 0

    seat.press("ArrowDown")
    focused(seat, "car")
    seat.press("Space")
    seat.stands("car", "accepted")
    seat.press("ArrowDown")
    focused(seat, "tree")
    seat.press("r", "Control+a")
    page.keyboard.type("birch")
    seat.press("Enter")
    seat.stands("birch", "accepted")  # B11, D05
    assert next(row for row in seat.rows() if row["concept"] == "birch")["original"] == "tree"  # B12
    focused(seat, "birch")

    seat.press("c")
    page.keyboard.type("swan")
    seat.press("Enter")
    seat.stands("swan", "accepted")  # D08
    seat.press("Escape", "Escape")  # the first closes the list, the second leaves the labeler
    nb.until(f"() => !({INSIDE})() && document.activeElement.closest('.jp-Notebook')")
    assert page.evaluate(CELLS) == "code,code,code"
    tab_in(seat)

    seat.press("/")
    page.keyboard.type("house")
    nb.until("() => document.querySelectorAll('.nl-row').length === 1")  # C08
    seat.press("ArrowDown")
    focused(seat, "house")
    seat.press("Delete")
    seat.reads(".nl-question", "house")
    seat.press("Enter")  # D06
    nb.until("() => document.querySelectorAll('.nl-row[data-state=suggested]').length === 0")
    seat.press("/", "Escape")
    nb.until("() => document.querySelectorAll('.nl-row').length > 1")
    seat.press("Tab")
    assert "house" not in [row["concept"] for row in seat.rows() if row["state"] == "suggested"]

    seat.press("Control+z")
    seat.stands("house", "suggested")
    seat.press("Control+Shift+z")
    nb.until("() => document.querySelectorAll('.nl-row[data-state=suggested]').length === 0")
    seat.press("Control+z")
    seat.stands("house", "suggested")
    seat.press("?")
    nb.wait(".nl-help")
    seat.press("?")
    nb.until("() => document.querySelector('.nl-help').hidden")
    seat.press("s")
    seat.input_is("2 / 24")
    seat.reads(".nl-counts", "1 skipped")
    seat.press("n")
    seat.input_is("3 / 24")
    seat.press("p")
    seat.input_is("2 / 24")
    seat.press("a")  # C05
    seat.stands("house", "accepted")
    seat.press("1")  # D07: on an accepted row a key removes
    nb.until("() => document.querySelectorAll('.nl-row[data-state=accepted]').length === 2")
    seat.press("1")
    nb.until("() => document.querySelectorAll('.nl-row[data-state=accepted]').length === 3")
    seat.saved()
    seat.press("Enter")
    seat.input_is("3 / 24")
    seat.reads(".nl-counts", "1 done")
    assert page.evaluate(CELLS) == "code,code,code"
    assert page.locator(".jp-Dialog").count() == 0
    assert nb.python("print(sorted(task.annotations.concept))") == (
        "['birch', 'birch', 'car', 'car', 'house', 'swan']"
    )  # B13: on the second input, tree was suggested as birch
    for way in ("Tab", "Shift+Tab"):
        page.locator(".nbl-surface").focus()
        tab_out(seat, way)
    assert seat.errors() == []
