"""The board in Chromium without Jupyter: hands and keys on one side, the real stage and a fake session on the other."""

import json
import math

import pytest
from PIL import Image

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.errors import Conflict
from notebook_labeler.media.image import Picture
from notebook_labeler.widgets.stage import Stage

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 800, 600  # of the stage; the picture is four times as large, so that four source pixels are one here
STYLE = f"""body {{ margin: 0 }} #root > div {{ width: {WIDTH}px; height: {HEIGHT}px }}
    :root {{ --jp-border-color2: transparent; --jp-brand-color1: transparent }}"""
FAKE = """traits => {
    const model = models.stage = new Model('stage', traits);
    const layer = { get: () => ({ currentProcessing: null }), canvas: document.createElement('canvas') };
    model.widget_manager = { get_model: async () => layer };
}"""


def item(name, box=None, rings=None, *, colour="#e69f00", state="accepted", number="", **more):
    shape = {"box": list(box)} if box else {"rings": [list(ring) for ring in rings]}
    concept = name.partition(".")[0]
    words = {"concept": concept, "key": concept, "label": name, "number": number, "passing": False, "hidden": False}
    return {"id": name, "colour": colour, "state": state, **words, **more, **shape}


class Desk:
    """A stage in a page, with what the session behind it was asked to do."""

    def __init__(self, bench, *, size=(3200, 2400)):
        self.bench, self.page, self.heard = bench, bench.page, []
        self.size, self.items, self.refuse, self.answering = size, [], None, True
        self.stage = Stage(scope="s")
        for kind in ("drawn", "reshaped", "objects", "reassign", "copy", "paste", "selected", "drawing"):
            self.stage.objects.on(kind, lambda kind=kind, **given: self._hear(kind, given))
        self.stage.on_error(lambda error: self.heard.append(("error", str(error))))
        self.page.add_style_tag(content=STYLE)
        overlay = self.stage._overlay
        traits = {key: value for key, value in overlay.get_state().items() if not key.startswith("_")}
        self.page.evaluate(FAKE, json.loads(json.dumps(traits, default=str)))
        bench.mount("stage", overlay)
        self.page.evaluate("() => { window.bus = null; }")
        self.open("one")

    def _hear(self, kind, given):
        self.heard.append((kind, given))
        if self.refuse is not None and given["op_id"]:
            raise self.refuse

    def open(self, name, items=()):
        self.items = list(items)
        self.stage.show(name, Picture(Image.new("RGB", (40, 30), "#808080"), *self.size), 1, name=name)
        self.stage.objects.show(name, self.items)
        self.quiet()

    def show(self, *items):
        self.items = list(items)
        self.stage.objects.show("one", self.items)
        self.quiet()

    def quiet(self):
        """Pass messages on, both ways, until the page has painted all of it."""
        for _ in range(3):
            self.bench.pump()
            self.page.evaluate("() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(null))))")

    def emit(self, kind, **detail):
        script = """([kind, detail]) => { for (const one of [...window.notebookLabeler.scopes.get('s')])
            if (one.type === kind) one.listener(detail); }"""
        self.page.evaluate(script, [kind, detail])
        self.quiet()

    def draw(self, concept="sheep", shape="box"):
        self.emit("draw", concept=concept, key=concept, colour="#56b4e9", shape=shape)

    # places are source pixels of the whole picture at fit
    def at(self, x, y):
        return x * WIDTH / self.size[0], y * HEIGHT / self.size[1]

    def move(self, x, y, steps=1):
        self.page.mouse.move(*self.at(x, y), steps=steps)

    def click(self, x, y, **options):
        self.page.mouse.click(*self.at(x, y), **options)

    def drag(self, start, *stops, button="left"):
        self.move(*start)
        self.page.mouse.down(button=button)
        for stop in stops:
            self.move(*stop, steps=3)
        self.page.mouse.up(button=button)
        self.quiet()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.quiet()

    def tell(self, kind):
        self.quiet()
        return [given for each, given in self.heard if each == kind]

    @property
    def selected(self):
        self.quiet()
        return set(filter(None, self.data("selected").split(" ")))

    def data(self, name):
        self.page.evaluate("() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(null))))")
        return self.page.locator(".nbl-surface").get_attribute(f"data-{name}")

    def inks(self, x, y, layer):
        """Give the colour and its strength that a layer has at a source place."""
        script = """([layer, x, y]) => { const c = document.querySelector(layer); const r = c.width / c.clientWidth;
            return [...c.getContext('2d').getImageData(x * r, y * r, 1, 1).data]; }"""
        return self.page.evaluate(script, [f".nbl-{layer}", *self.at(x, y)])


@pytest.fixture
def desk(bench):
    made = Desk(bench)
    yield made
    assert [text for kind, text in made.heard if kind == "error"] == []
    made.stage.close()


def near(box, wanted, slack=0.01):
    return all(math.isclose(a, b, abs_tol=slack) for a, b in zip(box, wanted, strict=True))


def test_E07_a_box_is_drawn_by_dragging_and_stays_until_the_kernel_has_it(desk):
    desk.draw()
    desk.move(400, 400)
    desk.page.mouse.down()
    desk.move(1200, 1000, steps=4)
    desk.page.mouse.up()
    assert desk.data("waiting") == "1"
    desk.quiet()
    [drawn] = desk.tell("drawn")
    assert drawn["concept"] == "sheep"
    assert near(drawn["region"].sides, (400, 400, 800, 600))
    assert drawn["input_id"] == "one"
    assert desk.data("drawing") == "box sheep"
