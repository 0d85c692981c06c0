"""A detection task in JupyterLab: every part of the Objects pane by mouse, and a picture labeled by keyboard alone."""

import pytest

pytestmark = pytest.mark.browser

SETUP = """
import notebook_labeler as nl, pandas as pd
said = [("car", 0.91, [40, 40, 120, 90]), ("car", 0.55, [200, 60, 120, 90]), ("tree", 0.83, [60, 180, 90, 120]),
        ("dog", 0.42, [220, 200, 110, 90])]
names = [f"toy-{{n:04d}}.jpg" for n in range(1, 25)]
boxes = pd.DataFrame([dict(name=n, concept=c, score=s, box=b) for n in names for c, s, b in said])
project = nl.open_project({name!r})
project.add_inputs({toys!r})
task = project.create_task("boxes", kind="detection", concepts=["car", "tree", "boat"], model=boxes)
"""
STANDS = """([root, label, state]) => [...document.querySelectorAll(`${root} .nl-thing`)].some((row) =>
    row.querySelector('.nl-concept').textContent + row.querySelector('.nl-nth').textContent === label
    && row.dataset.state === state && !row.hasAttribute('data-waiting'))"""
FOCUSED = """label => { const row = document.activeElement.closest('.nl-row'); return row && label ===
    row.querySelector('.nl-concept').textContent + (row.querySelector('.nl-nth')?.textContent ?? ''); }"""


@pytest.fixture
def desk(sit, toys, request):
    """Sit before a labeler with boxes suggested; the first input is on the screen."""
    name = request.node.name[:30]
    setup = SETUP.format(toys=str(toys), name=name)
    seat = sit(["widget = task.label(); widget"], setup=setup, viewport=(1280, 1000))
    return Desk(seat)


class Desk:
    """What somebody sees and does who labels objects."""

    def __init__(self, seat):
        self.seat, self.nb, self.page, self.at, self.press = seat, seat.nb, seat.page, seat.at, seat.press
        self.nb.wait(".nl-thing[data-state=suggested]")
        seat.painted()
        self.on_stage(3)

    def group(self, concept):
        exact = self.page.locator(".nl-concept").and_(self.page.get_by_text(concept, exact=True))
        return self.at(".nl-group").filter(has=exact)

    def thing(self, label):
        concept, _, number = label.partition(".")
        exact = self.page.locator(".nl-concept").and_(self.page.get_by_text(concept, exact=True))
        numbered = self.page.locator(".nl-nth").and_(self.page.get_by_text(f".{number}", exact=True))
        return self.at(".nl-thing").filter(has=exact).filter(has=numbered)

    def tool(self, row, name):
        row.hover()
        row.locator(f".nl-{name}").click()

    def stands(self, label, state):
        self.nb.until(STANDS, [self.seat.root, label, state])

    def counted(self, number):
        self.seat.reads(".nl-title", f"Objects ({number})")

    def on_stage(self, number):
        self.nb.until("n => document.querySelector('.nbl-surface').dataset.objects === String(n)", number)

    def chosen(self, number):
        script = """n => { const there = document.querySelector('.nbl-surface').dataset.selected ?? '';
            return document.querySelectorAll('.nl-thing[aria-selected=true]').length === n
                && there.split(' ').filter(Boolean).length === n; }"""
        self.nb.until(script, number)

    def draws(self, concept):
        script = (
            "c => (document.querySelector('.nbl-surface').dataset.drawing || '').split(' ').slice(1).join(' ') === c"
        )
        self.nb.until(script, concept)

    def focused(self, label):
        self.nb.until(FOCUSED, label)

    def place(self, x, y):
        """Give where a place of the picture's surface, from 0 to 1 in both directions, is on the screen."""
        box = self.at(".nbl-surface").bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def at_source(self, x, y):
        """Give where a pixel of the first picture (384 x 480) is on the surface."""
        box = self.at(".nbl-surface").bounding_box()
        k = min(box["width"] / 384, box["height"] / 480)
        inside = [(box["width"] - 384 * k) / 2 + x * k, (box["height"] - 480 * k) / 2 + y * k]
        return inside[0] / box["width"], inside[1] / box["height"]

    def drag(self, start, end):
        self.page.mouse.move(*self.place(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.place(*end), steps=4)
        self.page.mouse.up()

    def kept(self):
        """Give concept and shape of what is on disk."""
        return self.nb.python('print(sorted(zip(task.annotations["concept"], task.annotations["shape"])))')


def test_E01_E10_every_part_by_mouse_and_all_of_it_is_there_after_a_reload(desk):
    nb, page, seat = desk.nb, desk.page, desk.seat
    desk.counted(2)  # E01; the dog is not of the task, the boat has no instance
    assert desk.group("car").locator(".nl-count").inner_text() == "(2)"  # E02
    assert desk.thing("tree.1").locator(".nl-number").inner_text() == "0.83"  # C02

    desk.thing("car.1").locator(".nl-check").click()
    desk.stands("car.1", "accepted")  # D01
    desk.thing("car.2").click()
    desk.chosen(1)  # E05, from the row
    desk.drag(desk.at_source(260, 100), desk.at_source(270, 120))
    desk.stands("car.2", "accepted")  # E06
    page.mouse.click(*desk.place(*desk.at_source(100, 240)))
    desk.chosen(1)  # E05, on the picture
    assert desk.thing("tree.1").get_attribute("aria-selected") == "true"
    desk.tool(desk.thing("tree.1"), "pencil")
    desk.at(".nl-reassign .nl-option").filter(has_text="boat").click()
    desk.stands("boat.1", "accepted")  # E04
    desk.tool(desk.thing("car.1"), "eye")
    desk.on_stage(2)
    desk.tool(desk.group("car"), "eye")
    desk.on_stage(1)  # E03
    desk.tool(desk.group("car"), "eye")
    desk.on_stage(3)

    desk.group("boat").locator(".nl-box").click()
    desk.draws("boat")  # E07
    seat.reads(".nbl-badge", "boat")  # E08
    desk.drag((0.05, 0.75), (0.3, 0.95))
    desk.stands("boat.2", "accepted")
    nb.shot("objects-drawing", ".nbl-root")
    seat.button("Exit: stop drawing").click()
    desk.draws("")
    desk.press("2")
    desk.draws("tree")  # E09
    desk.drag((0.55, 0.75), (0.9, 0.95))
    desk.stands("tree.1", "accepted")
    desk.press("Escape")
    desk.draws("")
    desk.press("Control+z")
    desk.on_stage(4)
    desk.press("Control+Shift+z")
    desk.on_stage(5)  # X01
    desk.tool(desk.thing("tree.1"), "bin")
    seat.button("Delete", exact=True).click()
    desk.on_stage(4)  # E10, D06
    desk.tool(desk.group("boat"), "pencil")
    page.keyboard.type("ship")
    seat.button("Update").click()
    desk.stands("ship.2", "accepted")  # E03
    assert desk.group("ship").locator(".nl-original").inner_text() == "boat"  # B12
    seat.saved()
    assert desk.kept() == "[('car', 'box'), ('car', 'box'), ('ship', 'box'), ('ship', 'box')]"

    nb.reload()
    nb.wait(".nl-thing")
    desk.stands("ship.2", "accepted")
    desk.stands("car.2", "accepted")
    desk.on_stage(4)
    seat.button("Submit (Enter)").click()
    seat.input_is("2 / 24")
    desk.stands("car.1", "suggested")
    desk.on_stage(3)
    seat.button("Accept all that range and search show (A)").click()
    desk.stands("tree.1", "accepted")  # C05
    nb.shot("objects-accepted", ".nbl-root")
    assert nb.python("print(widget.session.failures)") == "[]"
    assert seat.errors() == []


def test_X03_a_picture_of_objects_by_keyboard_alone(desk):
    nb, page, seat = desk.nb, desk.page, desk.seat
    seat.focus()  # the way in by Tab is another journey's
    desk.press("/", "ArrowDown", "ArrowRight")
    desk.focused("car.1")
    desk.chosen(1)
    desk.press("Space")
    desk.stands("car.1", "accepted")
    desk.press("ArrowDown", "r")
    page.keyboard.type("boat")
    desk.press("Enter")
    desk.stands("boat.1", "accepted")
    desk.focused("boat.1")
    desk.press("h")
    desk.on_stage(2)
    desk.press("h")
    desk.on_stage(3)

    desk.press("3")
    desk.draws("boat")
    desk.press(*["ArrowDown"] * 10, "Space", *["ArrowRight"] * 10, *["ArrowDown"] * 8, "Space")
    desk.stands("boat.2", "accepted")
    desk.press("Escape")
    desk.draws("")
    desk.press("]")
    desk.chosen(1)
    desk.press("Shift+ArrowDown", "ArrowRight")
    nb.until("() => document.querySelector('.nbl-surface').dataset.waiting === '0'")
    desk.press("a")
    desk.stands("tree.1", "accepted")
    seat.saved()
    lefts = "sorted(o.region.left for o in widget.session.state.objects.values() if o.concept == 'car')"
    assert nb.python(f"print({lefts})") == "[41.0]"  # nudged by an arrow
    desk.press("Enter")
    seat.input_is("2 / 24")
    desk.stands("car.1", "suggested")
    seat.reads(".nl-counts", "1 done")
    assert desk.kept() == "[('boat', 'box'), ('boat', 'box'), ('car', 'box'), ('tree', 'box')]"
    desk.press("c")
    page.keyboard.type("swan")
    desk.press("Enter")
    desk.draws("swan")  # D08: joins the task, and is drawn with
    desk.press("Escape")
    desk.draws("")
    desk.press("]", "Delete")
    desk.on_stage(2)
    desk.press("Control+z")
    desk.on_stage(3)
    assert seat.errors() == []
