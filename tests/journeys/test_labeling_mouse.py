"""The mouse: every part of the pane, of AI Assist and of the mapping tab, with the model that is shipped."""

import pytest

pytestmark = pytest.mark.browser

CONCEPTS = ["vehicle", "animal", "person", "tree", "house", "pants"]
SETUP = """
import notebook_labeler as nl
project = nl.open_project("mouse")
project.add_inputs({toys!r})
task = project.create_task("scenes", concepts={concepts}, model="toys", threshold=(0.0, 1.0))
"""


@pytest.fixture
def seat(sit, toys):
    setup = SETUP.format(toys=str(toys), concepts=CONCEPTS)
    seat = sit(["widget = task.label(); widget"], setup=setup, viewport=(1280, 1000))
    seat.nb.wait(".nl-row[data-state=suggested]")
    seat.painted()
    return seat


def tab(seat, name):
    seat.at(".lm-TabBar-tab").filter(has_text=name).click()


def line(seat, concept):
    exact = seat.page.locator(".nl-map-name").and_(seat.page.get_by_text(concept, exact=True))
    return seat.at(".nl-map-line").filter(has=exact)


def suggested(seat):
    return [row for row in seat.rows() if row["state"] == "suggested"]


def count(seat):
    return int(seat.at(".nl-title").first.text_content().split("(")[1].rstrip(")"))


def test_everything_by_mouse(seat):
    nb, page = seat.nb, seat.page
    rows_of_the_pane(seat)
    range_search_and_all(seat)
    mapping(seat)
    many(seat)
    models(seat)
    assert nb.python("print(widget.session.failures)") == "[]"
    assert page.locator(".jp-Dialog").count() == 0


def rows_of_the_pane(seat):
    page = seat.page
    first = suggested(seat)[0]["concept"]
    row = seat.row(first)
    row.get_by_role("checkbox").click()
    seat.stands(first, "accepted")
    row.get_by_role("checkbox").click()
    seat.stands(first, "suggested")  # D03
    row.get_by_role("checkbox").click()
    seat.stands(first, "accepted")
    row.locator(".nl-people").hover()  # D04
    card = seat.at(".nl-tip")
    card.wait_for()
    assert "toys" in card.text_content()
    seat.at(".nbl-surface").hover()
    card.wait_for(state="hidden")

    row.hover()
    row.get_by_role("button", name="Rename").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("thing")
    row.page.get_by_role("button", name="Update").click()
    seat.stands("thing", "accepted")
    assert seat.rows()[0]["original"] == first  # B12
    seat.row("thing").hover()
    seat.row("thing").get_by_role("button", name="Rename").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(first)
    page.get_by_role("button", name="Update").click()
    seat.stands(first, "accepted")  # B14
    assert seat.row(first).locator(".nl-original").text_content() == ""

    seat.row(first).hover()
    seat.row(first).get_by_role("button", name="Delete").click()
    seat.at(".nl-question").get_by_role("button", name="Delete").click()  # D06
    seat.nb.until("() => document.querySelectorAll('.nl-row[data-state=accepted]').length === 0")
    assert first not in [row["concept"] for row in suggested(seat)]
    seat.button("Undo").click()
    seat.stands(first, "accepted")


def range_search_and_all(seat):
    nb = seat.nb
    before = count(seat)
    slider = seat.at(".nl-slider .noUi-handle-lower")
    slider.hover()
    box = seat.at(".nl-slider .noUi-target").bounding_box()
    seat.page.mouse.down()
    seat.page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2, steps=6)
    seat.page.mouse.up()
    nb.until("n => Number(/\\d+/.exec(document.querySelector('.nl-pane .nl-title').textContent)[0]) < n", before)  # C04
    low, _ = nb.python("print(*widget.session.state.lens.__dict__.values())").split()[:2]
    assert all(float(row["number"]) >= float(low) - 0.01 for row in suggested(seat))  # C03
    nb.python("widget.session.set_range(0.0, 1.0)")
    nb.until("n => Number(/\\d+/.exec(document.querySelector('.nl-pane .nl-title').textContent)[0]) >= n", before)

    search = seat.at(".nl-pane-head input")
    wanted = suggested(seat)[0]["concept"]
    search.fill(wanted[:4])
    nb.until("w => [...document.querySelectorAll('.nl-concept')].every((e) => e.textContent === w)", wanted)  # C08
    seat.reads(".nl-bulk", "Accept all (1)")
    search.fill("")
    nb.until("() => document.querySelectorAll('.nl-row').length > 2")
    open_ones = len(suggested(seat))
    seat.reads(".nl-bulk", f"Accept all ({open_ones})")
    seat.button("Accept all that range and search show (A)").click()  # C05
    nb.until("() => document.querySelectorAll('.nl-row[data-state=suggested]').length === 0")
    seat.saved()
    seat.button("Undo").click()
    nb.until("n => document.querySelectorAll('.nl-row[data-state=suggested]').length === n", open_ones)


def mapping(seat):
    nb = seat.nb
    tab(seat, "Concept mapping")
    nb.wait(".nl-mapping .nl-map-line")
    for concept, mapped in [("vehicle", "no"), ("pants", "no"), ("person", "yes"), ("tree", "yes")]:  # B01, B02
        assert line(seat, concept).get_attribute("data-mapped") == mapped
    assert "car is a kind of vehicle" in line(seat, "vehicle").text_content()  # B06
    seat.nb.shot("labeler-mapping", ".nbl-root")
    seat.at(".nl-map-unmapped .nl-map-head button").click()
    nb.until("() => document.querySelectorAll('.nl-map-line[data-mapped=no]').length === 1")
    assert line(seat, "vehicle").get_attribute("data-mapped") == "yes"
    assert line(seat, "pants").get_attribute("data-mapped") == "no"
    line(seat, "vehicle").get_by_role("button", name="Remove boat").click()
    nb.until("() => ![...document.querySelectorAll('.nl-chip')].some((e) => e.textContent.includes('boat'))")

    line(seat, "pants").get_by_role("button", name="Relate to another").click()  # B03
    page = seat.page
    page.keyboard.type("bo")
    nb.until("() => [...document.querySelectorAll('.nl-word')].map((e) => e.textContent).join() === 'boat'")  # B10
    seat.at(".nl-word").click()
    seat.at(".nl-verdict").get_by_role("button", name="More general").click()  # B05
    nb.until("() => document.querySelectorAll('.nl-map-line[data-mapped=no]').length === 0")
    line(seat, "pants").get_by_role("button", name="Remove boat").click()
    nb.until("() => document.querySelectorAll('.nl-map-line[data-mapped=no]').length === 1")
    assert nb.python("print(sorted(project.relations.query(\"concept == 'vehicle'\").other))") == (
        "['bicycle', 'bus', 'car', 'truck']"
    )
    tab(seat, "Label")
    seat.focus()
    for _ in range(24):  # go on until a vehicle is suggested, under its own name and the model's
        nb.until("() => !document.querySelector('.nl-phase[data-phase=predicting]')")
        if any(row["concept"] == "vehicle" and row["state"] == "suggested" for row in seat.rows()):
            break
        here = seat.at(".nl-position").text_content()
        seat.press("n")
        nb.until("old => document.querySelector('.nl-position').textContent !== old", here)
    vehicle = next(row for row in seat.rows() if row["concept"] == "vehicle")
    assert vehicle["state"] == "suggested"
    assert vehicle["original"] in {"bicycle", "bus", "car", "truck"}  # B12


def many(seat):
    nb = seat.nb
    made = "print(len(task.annotations))"
    before = int(nb.python(made))
    nb.python("widget.session.set_range(0.5, 1.0)")
    seat.reads(".nl-readout, .widget-readout", "0.50")
    seat.at(".nl-bulk").get_by_role("button", name="on every input").click()
    seat.reads(".nl-question", "0.50 to 1.00")
    seat.at(".nl-question").get_by_role("button", name="Accept").click()  # C06
    seat.reads(".nl-notice", "labels added on 24 inputs")
    assert int(nb.python(made)) > before + 20
    seat.button("Undo: accept all").click()
    seat.reads(".nl-notice", "Undone: accept all")
    assert int(nb.python(made)) == before


def models(seat):
    nb, page = seat.nb, seat.page
    switch = seat.at(".nl-switch input")
    switch.click()  # A01
    nb.until("() => document.querySelectorAll('.nl-row[data-state=suggested]').length === 0")
    switch.click()
    nb.wait(".nl-phase[data-phase=ready]")

    seat.button("Choose another model").click()
    page.keyboard.type("timm/no_such_model_at_all")
    page.keyboard.press("Enter")
    nb.wait(".nl-phase[data-phase=failed]")
    sentence = seat.at(".nl-phase bdi").last.text_content()
    assert "no_such_model_at_all" in sentence
    assert "\n" not in sentence
    seat.row("pants").get_by_role("checkbox").click()
    seat.stands("pants", "accepted")  # by hand it goes on
    seat.saved()
    nb.shot("labeler-model-failed", ".nbl-root")

    seat.button("Explore the public catalogue").click()  # A05
    page.keyboard.type("convnext_tiny in12k")
    seat.reads(".nl-model-name", "convnext_tiny.in12k")
    nb.shot("labeler-explore", ".nbl-root")
    page.keyboard.press("Escape")
    field = seat.at(".nl-pick input")
    field.click()
    field.fill("toy")
    seat.reads(".nl-option", "toys")
    page.keyboard.press("Enter")
    nb.wait(".nl-phase[data-phase=ready]")
    nb.wait(".nl-row[data-state=suggested]")
