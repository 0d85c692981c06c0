"""How it looks: light, dark, wide, narrow; nothing overflows, is cut or jumps. And the README's picture."""

import pytest
from PIL import Image

pytestmark = pytest.mark.browser

CONCEPTS = ["vehicle", "animal", "person", "tree", "house", "pants"]
INSTRUCTIONS = "Accept everything that can be seen, also what is half hidden. A boat is a vehicle."
SETUP = """
import notebook_labeler as nl
project = nl.open_project("looks")
project.add_inputs({toys!r})
task = project.create_task("what is in the picture", concepts={concepts}, model="toys", threshold=(0.3, 1.0),
                           instructions={instructions!r})
quick = task.session()
quick.wait()
for kind in ["car", "truck", "bus", "bicycle", "boat"]:
    quick.relate("vehicle", kind, "hyponym")
for kind in ["sheep", "dog"]:
    quick.relate("animal", kind, "hyponym")
for position in [*range(3), *range(4, 13)]:
    quick.go_to(position)
    quick.wait()
    quick.accept_all()
    quick.submit()
quick.close()
"""
# What sticks out of the labeler to the right, and what text of a button is wider than its room.
STICKS_OUT = """root => { const box = root.getBoundingClientRect();
    const scrolls = (e) => e && e !== root && (getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement));
    return [...root.querySelectorAll('*')].filter((e) => e.offsetParent && !scrolls(e.parentElement)
        && e.getBoundingClientRect().right > box.right + 1).map((e) => e.className); }"""
CUT = """root => [...root.querySelectorAll('.nl-header button, .nl-bulk button, .nl-phase button, .lm-TabBar-tabLabel')]
    .filter((e) => e.offsetParent && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2))
    .map((e) => e.textContent || e.title)"""


@pytest.fixture
def seat(sit, toys):
    setup = SETUP.format(toys=str(toys), concepts=CONCEPTS, instructions=INSTRUCTIONS)
    seat = sit(["widget = task.label(); widget"], setup=setup, viewport=(1280, 1400), ratio=2)
    nb = seat.nb
    nb.command("application:toggle-left-area")
    nb.wait(".nl-row[data-state=suggested]")
    seat.painted()
    return seat


def settled(seat):
    seat.nb.until("() => !document.querySelector('.nl-row[data-waiting], .nbl-message.nbl-on')")
    seat.nb.until(
        """root => { const canvas = document.querySelector(`${root} canvas.nbl-canvas`);
            const stage = canvas.closest('.nbl-stage');
            return canvas.style.visibility === 'visible' && Math.abs(canvas.clientWidth - stage.clientWidth) <= 1
                && Math.abs(canvas.width - stage.clientWidth * devicePixelRatio) <= 2; }""",
        seat.root,
    )


def wide(seat, width):
    """Give the page the width at which the labeler has this one."""
    page = seat.page
    for _ in range(3):
        now = page.locator(seat.root).bounding_box()["width"]
        size = page.viewport_size
        page.set_viewport_size({"width": round(size["width"] + width - now), "height": size["height"]})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")
        if abs(page.locator(seat.root).bounding_box()["width"] - width) <= 1:
            break
    settled(seat)


def in_order(seat):
    root = seat.page.locator(seat.root).element_handle()
    assert root.evaluate("root => root.scrollWidth <= root.clientWidth")
    assert root.evaluate(STICKS_OUT) == []
    assert root.evaluate(CUT) == []


def picture_top(seat):
    return seat.at(".nbl-surface").bounding_box()["y"] - seat.page.locator(seat.root).bounding_box()["y"]


def test_the_labeler_looks_right_at_every_width_in_light_and_dark(seat):
    nb = seat.nb
    top = picture_top(seat)
    seat.focus()
    seat.press("1")
    nb.wait(".nl-row[data-state=accepted]")
    seat.reads(".nl-notice", "added to this input")
    assert picture_top(seat) == top  # a notice moves nothing
    nb.python(
        "widget.session.say('Something could not be done: ' + 'a long sentence that explains it. ' * 8, error=True)"
    )
    seat.reads(".nl-notice", "could not be done")
    assert picture_top(seat) == top
    nb.shot("labeler-notice", ".nbl-root")
    seat.button("Close the message").click()

    for theme in ("light", "dark"):
        nb.theme(theme)
        for width in (1180, 848, 620, 420):
            wide(seat, width)
            in_order(seat)
            seat.page.locator(seat.root).scroll_into_view_if_needed()
            nb.shot(f"labeler-{theme}-{width}", ".nbl-root")
        wide(seat, 848)
        seat.at(".lm-TabBar-tab").filter(has_text="Concept mapping").click()
        nb.wait(".nl-mapping .nl-map-line")
        in_order(seat)
        nb.shot(f"labeler-{theme}-mapping", ".nbl-root")
        seat.at(".lm-TabBar-tab").filter(has_text="Label").click()
        seat.button("Keys (?)").click()
        seat.at(".nl-help").wait_for()
        nb.shot(f"labeler-{theme}-help", ".nbl-root")
        seat.button("Keys (?)").click()
    nb.theme("light")
    wide(seat, 1180)
    nb.python("widget.session.say('')")
    nb.until("() => !document.querySelector('.nl-notice[data-kind]')?.textContent")
    picture = nb.shot("labeler", ".nbl-root")
    small = Image.open(picture).convert("RGB").resize((1475, 910), Image.Resampling.LANCZOS)
    small.save(picture, optimize=True)
    assert picture.stat().st_size < 400_000
