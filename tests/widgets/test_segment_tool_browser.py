"""The wand in Chromium without Jupyter: hands and keys, the real stage, a real session over real pictures."""

import numpy as np
import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler.widgets.objects_link import ObjectsLink
from notebook_labeler.widgets.segment_link import SegmentLink
from notebook_labeler.widgets.showing import Showing
from notebook_labeler.widgets.stage import Stage

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 800, 600  # of the stage; pictures are 400 x 300, so that a source pixel is two here
HTML = "<img src=x onerror=alerts.push(1)> 羊"


class Wand:
    """A labeling session on a stage, in a page."""

    def __init__(self, bench, task):
        from notebook_labeler.media.pictures import Pictures

        self.bench, self.page, self.errors = bench, bench.page, []
        self.session = task.session()
        self.pictures = Pictures(task.project.media)
        self.stage = Stage(scope="s")
        self.stage.on_error(self.errors.append)
        links = [
            ObjectsLink(self.stage.objects, self.session),
            SegmentLink(self.stage.front, self.session, self.stage.on_ready),
        ]
        showing = self.showing = Showing(self.stage, self.pictures, self.session, self.errors.append)

        def paint(old, new):
            for link in links:
                link.paint(old, new)
            if old.input != new.input:
                showing.show(new)

        self.session.observe(paint)
        bench.mount_stage(self.stage, WIDTH, HEIGHT)
        paint(self.session.state, self.session.state)
        showing.show(self.session.state)
        self.until(lambda: self.page.locator(".nbl-percent").inner_text() == "200%")

    def quiet(self):
        self.bench.pump()
        self.bench.painted()

    def until(self, condition, tries=400):
        for _ in range(tries):
            self.quiet()
            if condition():
                return
        pytest.fail(f"never came: {self.badge!r} {self.session.state.proposal} {self.errors}")

    @property
    def badge(self):
        return self.page.locator(".nbl-badge").inner_text()

    @property
    def phase(self):
        return self.page.locator(".nbl-badge").get_attribute("data-segment")

    @property
    def dots(self):
        return int(self.page.locator(".nbl-badge").get_attribute("data-points"))

    def click(self, x, y, **options):
        self.page.mouse.click(2 * x, 2 * y, **options)

    def drag(self, x0, y0, x1, y1):
        self.page.mouse.move(2 * x0, 2 * y0)
        self.page.mouse.down()
        self.page.mouse.move(2 * x1, 2 * y1, steps=4)
        self.page.mouse.up()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.quiet()

    def ready(self):
        """Wait for the outline of what was pointed at last."""
        self.until(lambda: self.phase == "ready" and (p := self.session.state.proposal) and p.phase == "ready")
        return self.session.state.proposal

    def pixel(self, x, y):
        """Give the colour on the canvas of what moves."""
        script = "([x, y]) => [...document.querySelector('.nbl-moving').getContext('2d').getImageData(x, y, 1, 1).data]"
        return self.page.evaluate(script, [2 * x, 2 * y])

    def close(self):
        self.showing.close()
        self.session.close()
        self.stage.close()
        self.pictures.close()


@pytest.fixture
def task(tmp_path):
    folder = tmp_path / "things"
    folder.mkdir()
    for n, name in enumerate("ab"):
        pixels = np.full((300, 400, 3), 230, np.uint8)
        pixels[100:200, 120 + 40 * n : 280 + 40 * n] = (40, 90, 200)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    with nl.open_project(tmp_path / "project", actor="ana") as project:
        project.add_inputs(folder)
        yield project.create_task("things", kind="segmentation", concepts=[HTML, "dog"])


@pytest.fixture
def wand(bench, task):
    made = Wand(bench, task)
    yield made
    made.close()


def test_X06_H07_point_look_accept_with_mouse_and_keys(wand, task):
    surface = wand.page.locator(".nbl-surface")
    assert wand.page.locator(".nbl-wand").is_visible()
    surface.focus()
    wand.press("w")
    assert wand.badge.startswith(f"Segment:\n{HTML}")
    assert surface.get_attribute("data-drawing") == f"segment {HTML}"

    # a click beside the object says what to do first, and asks nothing
    wand.page.keyboard.down("Alt")
    wand.click(20, 20)
    wand.page.keyboard.up("Alt")
    wand.quiet()
    assert wand.session.state.proposal is None

    # on the object; then a right click beside it, and Backspace takes that back
    wand.click(200, 150)
    proposal = wand.ready()
    assert proposal.points == ((200.0, 150.0, True),)
    assert proposal.region.bounds.sides == (120.0, 100.0, 160.0, 100.0)
    assert len(task.annotations) == 0
    red, green, _, _ = wand.pixel(200, 151.5)
    assert green > red
    wand.click(60, 60, button="right")
    assert wand.ready().points[1] == (60.0, 60.0, False)
    red, green, _, _ = wand.pixel(60, 61.5)
    assert red > green
    wand.press("Backspace")
    wand.until(lambda: (p := wand.session.state.proposal) and len(p.points) == 1 and p.phase == "ready")

    # the slider simplifies without a new question
    before, number = wand.dots, wand.session.state.proposal.number
    wand.page.locator(".nbl-tolerance").fill("80")
    wand.until(lambda: wand.session.state.proposal.tolerance == 20)
    assert wand.page.locator(".nbl-tolerance-value").inner_text() == "20 px"
    assert wand.session.state.proposal.number == number
    assert wand.dots <= before
    surface.focus()

    # Enter accepts, seen at once; the wand stays in hand
    wand.page.keyboard.press("Enter")
    wand.bench.painted()
    assert surface.get_attribute("data-objects") == "1"
    wand.until(lambda: len(wand.session.state.objects) == 1)
    (thing,) = wand.session.state.objects.values()
    assert (thing.concept, thing.region.bounds.sides) == (HTML, (120.0, 100.0, 160.0, 100.0))
    assert task.annotations["via"].tolist() == ["segmented"]
    assert surface.get_attribute("data-drawing") == f"segment {HTML}"
    wand.until(lambda: wand.session.state.proposal is None and wand.phase == "")
    assert wand.errors == []


def test_X06_a_drag_is_a_box_enter_before_the_answer_is_kept_and_escape_goes_step_by_step(wand, task):
    wand.page.locator(".nbl-wand").click()
    wand.drag(110, 92, 290, 208)
    wand.page.keyboard.press("Enter")  # the outline is not there yet
    wand.until(lambda: len(wand.session.state.objects) == 1)
    wand.until(lambda: wand.session.state.proposal is None and wand.phase == "")

    # another concept in the middle of it keeps the wand
    wand.page.evaluate(
        """() => { for (const one of [...window.notebookLabeler.scopes.get('s')]) if (one.type === 'draw')
            one.listener({ concept: 'dog', key: 'dog', colour: '#56b4e9', shape: 'polygon' }); }"""
    )
    wand.quiet()
    assert wand.badge.startswith("Segment:\ndog")
    wand.click(200, 150)
    wand.ready()
    wand.press("Escape")
    wand.until(lambda: wand.session.state.proposal is None)
    assert "Segment:" in wand.badge
    wand.press("Escape")
    assert not wand.page.locator(".nbl-badge").is_visible()
    assert wand.page.evaluate("document.activeElement.className").startswith("nbl-surface")

    # the next input: the proposal stays behind, Tab is not held
    wand.press("w")
    wand.click(200, 150)
    wand.ready()
    wand.session.next()
    wand.until(lambda: wand.phase == "")
    assert wand.session.state.proposal is None
    assert "Segment:" in wand.badge
    wand.press("Tab")
    assert wand.page.evaluate("document.activeElement.className") != "nbl-surface"
    assert len(task.annotations) == 1
    assert wand.errors == []


def test_X06_of_a_box_the_outline_in_it_is_painted_and_the_tolerance_shown_is_the_one_that_comes(wand):
    wand.page.locator(".nbl-wand").click()
    tolerance = wand.page.locator(".nbl-tolerance-value")
    begins = tolerance.inner_text()
    wand.drag(100, 80, 300, 220)
    wand.ready()
    wand.quiet()
    assert wand.pixel(200, 150)[3] > 0
    assert wand.pixel(110, 150)[3] == 0  # in the box, beside the object
    assert tolerance.inner_text() == begins == "1 px"


def test_X06_buttons_touch_and_what_python_proposes(wand):
    wand.page.locator(".nbl-wand").click()
    wand.session.segment(box=[110, 92, 180, 116]).wait(60)
    wand.until(lambda: wand.phase == "ready")
    assert wand.dots >= 4
    wand.page.get_by_label("Clicks take away").click()
    wand.click(125, 105)
    assert wand.ready().points == ((125.0, 105.0, False),)
    wand.page.get_by_role("button", name="Discard").click()
    wand.until(lambda: wand.session.state.proposal is None)
    assert wand.page.get_by_label("Clicks take away").get_attribute("aria-pressed") == "false"
    assert not wand.page.get_by_role("button", name="Accept").is_enabled()
    wand.click(200, 150)
    wand.ready()
    wand.page.get_by_role("button", name="Accept").click()
    wand.until(lambda: len(wand.session.state.objects) == 1)

    # what goes wrong is said, and the next click works
    sight = wand.session.sight
    wand.session.sight = type(sight)(sight.runner, lambda *_: 1 / 0)
    wand.session.state.input and wand.session.go_to(1)
    wand.until(lambda: wand.page.locator(".nbl-surface").get_attribute("data-objects") == "0")
    wand.click(240, 150)
    wand.until(lambda: wand.phase == "failed")
    assert "ZeroDivisionError" in wand.page.locator(".nbl-note").inner_text()
    wand.session.sight = sight
    wand.click(241, 150)
    wand.ready()
    assert wand.errors == []
