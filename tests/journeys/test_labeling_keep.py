"""The first labels, as a person makes them: suggestions, a key, the next picture; then a reload, then a dead kernel."""

import json

import pytest

pytestmark = pytest.mark.browser

CONCEPTS = ["vehicle", "animal", "person", "tree", "house", "pants"]
AGAIN = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"


def cells(toys, project):
    return [
        f"import notebook_labeler as nl\nproject = nl.open_project({project!r})\nproject.add_inputs({str(toys)!r})",
        f"task = project.create_task('scenes', concepts={CONCEPTS}, model='toys', threshold=(0.3, 1.0))",
        "task.label()",
    ]


def accepted(seat):
    return sorted(row["concept"] for row in seat.rows() if row["state"] == "accepted")


def in_python(nb):
    said = nb.python("import json; print(json.dumps(task.annotations[['name', 'concept']].values.tolist()))")
    return sorted(map(tuple, json.loads(said)))


def test_X02_first_labels_outlive_a_reload_and_a_killed_kernel(sit, toys):
    seat = sit(cells(toys, "keep"))
    nb = seat.nb
    nb.wait(".nl-row[data-state=suggested]")
    seat.input_is("1 / 24")

    suggested = [row for row in seat.rows() if row["state"] == "suggested"]
    scores = [float(row["number"]) for row in suggested]
    assert scores == sorted(scores, reverse=True)  # C01
    assert all(0.3 <= score <= 1 for score in scores)
    first = suggested[0]["concept"]
    assert suggested[0]["hotkey"] == "1"
    colour = "concept => getComputedStyle(document.querySelector('.nl-row[data-state] .nl-check')).backgroundColor"
    before = nb.page.evaluate(colour)
    seat.focus()
    seat.press("1")
    seat.stands(first, "accepted")  # D01, D07
    seat.reads(".nl-said", "Added")
    seat.saved()
    nb.until(f"before => ({colour})() !== before", before)
    seat.press("6")  # pants: the model does not know them, the person does
    nb.until("() => [...document.querySelectorAll('.nl-row[data-state=accepted]')].length === 2")
    seat.saved()
    made = accepted(seat)
    name = seat.at(".nl-input-name").text_content()

    seat.press("Enter")
    seat.input_is("2 / 24")
    seat.reads(".nl-counts", "1 done")
    seat.press("p")
    seat.input_is("1 / 24")
    seat.reads(".nl-done-mark", "submitted")
    assert accepted(seat) == made

    nb.reload()
    seat.input_is("1 / 24")
    assert accepted(seat) == made
    assert in_python(nb) == sorted((name, concept) for concept in made)

    wide = seat.at(".nbl-stage").bounding_box()["width"]
    nb.kill_kernel()
    nb.page.locator(".jp-Dialog").get_by_role("button", name="Ok").click()
    nb.until(AGAIN)
    seat.reads(".nl-saved", "Saved, but the kernel is gone")  # without a click
    assert seat.at(".nbl-stage").bounding_box()["width"] == wide  # and nothing was pushed aside
    seat.button("Next input").click()
    seat.reads(".nl-saved", "Not saved: the kernel is gone")
    nb.run_all()
    nb.until("() => document.querySelectorAll('.nbl-root').length === 1")
    seat.input_is("2 / 24")  # it goes on at the next open one
    seat.focus()
    seat.press("p")
    seat.input_is("1 / 24")
    assert accepted(seat) == made
    assert in_python(nb) == sorted((name, concept) for concept in made)
    seat.press("Control+z")  # X01: what the dead kernel did can be taken back
    seat.reads(".nl-notice", "Undone: submit")
    assert seat.errors() == []
