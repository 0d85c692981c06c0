"""Objects on the stage in real JupyterLab: drawn and edited by hand, busy kernel, reload, zoom, dense screen."""

import json

import pytest

pytestmark = pytest.mark.browser

# A stage with the plainest session behind it: it keeps what it is told, and shows it.
SETUP = """
import pathlib, threading, time
import ipywidgets
from PIL import Image, ImageDraw, ImageFilter
from notebook_labeler.domain.geometry import region
from notebook_labeler.media.image import Picture
from notebook_labeler.widgets.paint_stage import sides
from notebook_labeler.widgets.stage import Stage

image = Image.linear_gradient("L").resize((2400, 1600)).rotate(180)
image = Image.merge("RGB", (image, image.point(lambda v: 90 + v // 3), image.point(lambda v: 60 + v // 2)))
things, errors, waiting = {}, [], threading.Lock()
colours = {"sheep": "#e69f00", "tree": "#009e73", "dog": "#56b4e9"}

def put(name, concept, where, **more):
    words = {"id": name, "concept": concept, "key": concept, "colour": colours[concept], "state": "accepted"}
    words |= {"label": concept, "number": "", "passing": False, "hidden": False}
    things[name] = {**words, **more, **sides(region(where))}

def show():
    counts = {}
    for thing in things.values():
        counts[thing["concept"]] = counts.get(thing["concept"], 0) + 1
        thing["label"] = f"{thing['concept']}.{counts[thing['concept']]}"
    stage.objects.show("first", [dict(thing) for thing in things.values()])

def drawn(object_id, concept, region, **_):
    with waiting:
        put(object_id, concept, region)
        show()

def reshaped(regions, **_):
    with waiting:
        for name, where in regions.items():
            things[name] |= {**sides(where), "state": "accepted", "passing": False}
        show()

def pressed(do, ids, **_):
    with waiting:
        for name in ids:
            if do == "delete":
                del things[name]
            else:
                things[name]["state"] = {"accept": "accepted", "uncheck": "suggested"}[do]
        show()

stage = Stage(height="480px", scope="s")
stage.on_error(errors.append)
for kind, verb in (("drawn", drawn), ("reshaped", reshaped), ("objects", pressed)):
    stage.objects.on(kind, verb)
stage.show("first", Picture(image, 2400, 1600), 1, name="A meadow")
gate = pathlib.Path("open-the-gate")
"""
READY = "() => document.querySelector('canvas.nbl-canvas')?.style.visibility === 'visible'"
SETTLED = """wanted => { const { objects, waiting } = document.querySelector('.nbl-surface').dataset;
    return objects === String(wanted) && waiting === '0'; }"""


class Hand:
    """A hand that points at source pixels of the picture, 2400 x 1600, wherever the stage shows them."""

    def __init__(self, nb):
        self.nb, self.page, self.scale = nb, nb.page, None

    def place(self, x, y):
        box = self.page.locator(".nbl-surface").bounding_box()
        scale = self.scale or min(box["width"] / 2400, box["height"] / 1600)
        return box["x"] + box["width"] / 2 + (x - 1200) * scale, box["y"] + box["height"] / 2 + (y - 800) * scale

    def click(self, x, y, **options):
        self.page.mouse.click(*self.place(x, y), **options)

    def move(self, x, y):
        self.page.mouse.move(*self.place(x, y), steps=4)

    def drag(self, *places):
        self.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.move(*place)
        self.page.mouse.up()

    def draw(self, concept, shape, colour):
        """What the pane does when its box or polygon icon is pressed."""
        script = """mode => { for (const one of [...window.notebookLabeler.scopes.get('s')])
            if (one.type === 'draw') one.listener(mode); }"""
        self.page.evaluate(script, {"concept": concept, "key": concept, "colour": colour, "shape": shape})
        self.nb.wait(".nbl-badge")

    def things(self):
        return json.loads(self.nb.python("import json; print(json.dumps(list(things.values())))"))

    def settled(self, count):
        self.nb.until(SETTLED, count)


@pytest.fixture
def hand(open_notebook):
    def sit(cells=("stage.widget",), setup="", **options):
        nb = open_notebook(list(cells), **options)
        assert nb.python(SETUP + setup) == ""
        nb.run_all()
        nb.until(READY)
        return Hand(nb)

    return sit


def near(found, wanted, slack):
    return len(found) == len(wanted) and all(abs(a - b) <= slack for a, b in zip(found, wanted, strict=True))


def test_E05_E06_E07_E08_objects_are_drawn_and_edited_by_hand_and_are_there_after_a_reload(hand):
    suggested = "put('s', 'dog', [1800, 900, 400, 500], state='suggested', number='0.93', passing=True); show()"
    me = hand(setup=suggested)
    me.draw("sheep", "box", "#e69f00")
    me.drag((300, 300), (700, 500), (1000, 900))
    me.click(1200, 200)
    me.click(1500, 600)
    me.settled(3)
    me.draw("tree", "polygon", "#009e73")
    for point in [(300, 1000), (900, 1100), (800, 1500), (400, 1500)]:
        me.click(*point)
    me.move(500, 1250)
    me.nb.shot("objects-drawing-light")
    me.page.keyboard.press("Enter")
    me.settled(4)
    me.page.keyboard.press("Escape")
    boxes = [thing["box"] for thing in me.things() if thing["concept"] == "sheep"]
    assert near(boxes[0], [300, 300, 700, 600], 4)
    assert near(boxes[1], [1200, 200, 300, 400], 4)

    me.click(600, 1300)
    me.drag((900, 1100), (1100, 950))  # a point of the tree
    me.nb.shot("objects-polygon-light")
    me.click(2000, 1100)  # what was suggested
    me.drag((2200, 1400), (2500, 1700), (2900, 1900))  # by its handle, out of the picture and of the stage
    me.settled(4)
    tree, dog = (next(t for t in me.things() if t["concept"] == name) for name in ("tree", "dog"))
    assert near(tree["rings"][0], [300, 1000, 1100, 950, 800, 1500, 400, 1500], 5)
    assert near(dog["box"], [1800, 900, 600, 700], 4)
    assert dog["box"][0] + dog["box"][2] == 2400
    assert dog["box"][1] + dog["box"][3] == 1600
    assert dog["state"] == "accepted"

    before = me.things()
    me.nb.reload()
    me.nb.until(READY)
    me.settled(4)
    me.click(600, 600)
    me.nb.until("() => document.querySelector('.nbl-surface').dataset.selected")
    me.nb.theme("dark")
    me.move(1350, 400)
    me.nb.shot("objects-dark")
    assert me.things() == before
    assert me.nb.python("print(errors)") == "[]"


def test_X02_what_is_drawn_and_edited_while_the_kernel_is_busy_stays_and_is_kept(hand):
    busy = "with waiting:\n    while not gate.exists(): time.sleep(0.05)"
    me = hand(["stage.widget", busy], "gate.touch(); put('a', 'dog', [1000, 600, 400, 400]); show()", ratio=2)
    gate = me.nb.lab.folder / "open-the-gate"
    gate.unlink()
    me.page.mouse.click(*me.place(100, 100))
    me.page.keyboard.press("o")
    me.nb.until("() => document.querySelector('.nbl-percent').textContent === '100%'")
    me.scale = 1.0
    me.nb.run_cell(1, wait=False)
    me.draw("sheep", "box", "#e69f00")
    me.drag((900, 650), (960, 720))
    me.drag((980, 620), (1300, 800))
    me.page.keyboard.press("Escape")
    me.click(1350, 900)
    me.drag((1350, 900), (1380, 910))
    me.nb.wait(".nbl-busy.nbl-on")
    there = me.page.locator(".nbl-surface")
    assert [there.get_attribute(name) for name in ("data-objects", "data-waiting")] == ["3", "3"]
    me.nb.shot("objects-busy", ".nbl-stage")
    gate.touch()
    me.settled(3)
    me.nb.until("() => !document.querySelector('.nbl-busy.nbl-on')")
    dog, *sheep = me.things()
    assert near(sheep[0]["box"], [900, 650, 60, 70], 1)
    assert near(sheep[1]["box"], [980, 620, 320, 180], 1)
    assert near(dog["box"], [1030, 610, 400, 400], 1)
    dense = "() => { const c = document.querySelector('.nbl-objects'); return c.width / c.clientWidth; }"
    assert me.page.evaluate(dense) == 2
    assert me.nb.python("print(errors)") == "[]"
