"""The board in Chromium without Jupyter: hands and keys on one side, the real stage and a fake session on the other."""

import math

import pytest
from PIL import Image

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.errors import Conflict
from notebook_labeler.media.image import Picture
from notebook_labeler.widgets.stage import Stage

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 800, 600  # of the stage; the picture is four times as large, so that four source pixels are one here


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
        bench.mount_stage(self.stage, WIDTH, HEIGHT)
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
            self.bench.painted()

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
        self.bench.painted()
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


def test_E07_a_box_is_drawn_by_two_clicks_and_the_mode_stays_on(desk):
    desk.draw()
    desk.click(400, 400)
    desk.move(600, 700)
    desk.click(1200, 1000)
    desk.click(2000, 2000)
    desk.click(1600, 1800)
    boxes = [one["region"].sides for one in desk.tell("drawn")]
    assert near(boxes[0], (400, 400, 800, 600))
    assert near(boxes[1], (1600, 1800, 400, 200))  # from lower right to upper left
    assert desk.data("drawing") == "box sheep"


def test_a_box_pulled_out_of_the_picture_and_let_go_outside_ends_at_its_edge(desk):
    desk.draw()
    desk.drag((2800, 2000), (3600, 2600), (3900, 3100))
    [drawn] = desk.tell("drawn")
    assert drawn["region"] == Box(2800, 2000, 400, 400)


@pytest.mark.parametrize("end", ["first point", "Enter", "double click"])
def test_E07_a_polygon_is_drawn_by_clicks(desk, end):
    desk.draw("tree", "polygon")
    for point in [(400, 400), (1600, 600), (1200, 1600), (2800, 2000)]:
        desk.click(*point)
    desk.press("Backspace")
    if end == "double click":
        desk.click(800, 1400, click_count=2)
        ring = (400, 400, 1600, 600, 1200, 1600, 800, 1400)
    else:
        desk.click(410, 412) if end == "first point" else desk.press("Enter")
        ring = (400, 400, 1600, 600, 1200, 1600)
    [drawn] = desk.tell("drawn")
    assert drawn["region"] == Polygon((ring,))
    assert desk.page.locator(".nbl-percent").inner_text() == "25%"


def test_polygons_that_enclose_nothing_are_not_drawn_and_said(desk):
    desk.draw("tree", "polygon")
    for point in [(400, 400), (800, 400), (1200, 400)]:
        desk.click(*point)
    desk.press("Enter")
    assert desk.page.locator(".nbl-hint").inner_text() == "These points enclose nothing"
    desk.click(800, 1200)
    desk.press("Enter")
    assert len(desk.tell("drawn")) == 1


def test_E08_the_badge_names_the_concept_and_exit_and_escape_leave(desk):
    hostile = "<img src=x onerror=alert(1)>"
    desk.draw(hostile)
    assert desk.page.locator(".nbl-badge-concept").inner_text() == hostile
    desk.page.get_by_role("button", name="Exit: stop drawing").click()
    desk.quiet()
    assert desk.page.locator(".nbl-badge").is_hidden()
    desk.draw("sheep", "polygon")
    desk.click(400, 400)
    desk.press("Escape")
    assert desk.data("drawing") == "polygon sheep"  # the points went first
    desk.press("Escape")
    assert desk.data("drawing") == ""
    said = [(one["concept"], one["shape"]) for one in desk.tell("drawing")]
    assert said == [(hostile, "box"), (None, ""), ("sheep", "polygon"), (None, "")]
    assert desk.tell("drawn") == []


def test_E08_escape_leaves_where_there_is_no_picture_either(desk):
    desk.draw("sheep")
    desk.stage.say("This picture cannot be read.", input_id="two")
    desk.quiet()
    desk.page.locator(".nbl-surface").focus()
    desk.press("Space", "Enter")
    assert desk.data("drawing") == "box sheep"
    desk.press("Escape")
    assert desk.data("drawing") == ""
    assert desk.tell("drawn") == []


def test_a_right_click_while_drawing_takes_back_what_was_begun(desk):
    desk.draw()
    desk.click(400, 400)
    desk.click(600, 600, button="right")
    desk.click(1000, 1000)
    desk.click(1400, 1200)
    [drawn] = desk.tell("drawn")
    assert near(drawn["region"].sides, (1000, 1000, 400, 200))


@pytest.mark.parametrize("shape", ["box", "polygon"])
def test_escape_in_the_middle_of_a_press_begins_nothing(desk, shape):
    desk.draw("sheep", shape)
    desk.move(400, 400)
    desk.page.mouse.down()
    desk.move(1000, 800)
    desk.press("Escape") if shape == "box" else desk.click(5, 5, button="right")
    desk.move(1200, 1000)
    desk.page.mouse.up()
    assert desk.tell("drawn") == []
    desk.show(item("a", (400, 400, 800, 600)))
    desk.press(*["Escape"] * 2)
    desk.draw("sheep", "box") if desk.data("drawing") == "" else None
    desk.drag((1600, 1600), (2000, 2000)) if shape == "box" else desk.press("Escape")
    assert len(desk.tell("drawn")) == (shape == "box")


def test_where_whole_inputs_are_labeled_the_boards_keys_do_nothing(bench):
    desk = Desk(bench)
    desk.stage.objects.show(None, [])
    desk.stage.show("whole", Picture(Image.new("RGB", (40, 30)), 400, 300), 1)
    desk.quiet()
    desk.page.locator(".nbl-surface").focus()
    desk.press("v", "x", "h", "Control+v", "Control+a", "Space", "Delete", "]")
    assert desk.page.locator(".nbl-unhide").is_hidden()
    assert [kind for kind, _ in desk.heard if kind not in ("selected", "drawing")] == []
    desk.stage.close()


def test_X03_boxes_and_polygons_are_drawn_by_keys_alone(desk):
    desk.draw()
    desk.press("ArrowRight", "Space", *["ArrowDown"] * 3, *["Shift+ArrowRight"] * 5, "Enter")
    [box] = desk.tell("drawn")
    assert near(box["region"].sides, (1632, 1200, 20, 96))
    desk.press("Escape")
    desk.draw("tree", "polygon")
    desk.press("ArrowLeft", "Enter", *["ArrowRight"] * 5, "Enter", *["ArrowDown"] * 5, "Enter", "Enter")
    polygon = desk.tell("drawn")[-1]["region"]
    assert polygon.area == pytest.approx(160 * 160 / 2)


def test_E05_a_click_selects_the_smallest_and_another_one_the_next(desk):
    big, small = item("big", (200, 200, 2000, 2000)), item("small", (800, 800, 400, 400))
    desk.show(big, small, item("hidden", (900, 900, 40, 40), hidden=True))
    for expected in ["small", "big", "small"]:
        desk.click(1000, 1000)
        assert desk.selected == {expected}
    desk.click(400, 400)
    assert desk.selected == {"big"}
    desk.click(2600, 400)
    assert desk.selected == set()
    assert desk.tell("reshaped") == []
    assert [one["ids"] for one in desk.tell("selected")][-2:] == [("big",), ()]


def test_E05_a_click_in_one_object_is_not_taken_for_the_edge_of_another_unless_that_is_tiny(desk):
    big, beside = item("big", (200, 200, 1600, 1600)), item("beside", (1000, 600, 600, 600))
    desk.show(big, beside, item("tiny", (600, 1400, 40, 40)))
    desk.click(980, 900)  # in the big one, five pixels from the edge of the other
    assert desk.selected == {"big"}
    desk.click(980, 900)
    assert desk.selected == {"beside"}
    desk.click(656, 1420)  # four pixels from the tiny one
    assert desk.selected == {"tiny"}
    desk.click(180, 1000)  # nothing holds this place
    assert desk.selected == {"big"}


def test_E05_an_object_is_moved_as_far_as_the_picture_goes(desk):
    desk.show(item("a", (400, 400, 800, 600)))
    desk.drag((800, 700), (1000, 800))
    desk.show(item("a", (600, 500, 800, 600)))
    desk.drag((800, 700), (-2000, -400), (-3000, -900))
    first, second = (one["regions"]["a"] for one in desk.tell("reshaped"))
    assert near(first.sides, (600, 500, 800, 600))
    assert second == Box(0, 0, 800, 600)


def test_zoomed_in_a_drag_on_what_is_not_selected_moves_the_view_alone(desk):
    desk.show(item("a", (1200, 900, 800, 600), state="suggested", number="0.87"))
    middle = (WIDTH / 2, HEIGHT / 2)

    def drag(dx):
        desk.page.mouse.move(*middle)
        desk.page.mouse.down()
        desk.page.mouse.move(middle[0] + dx, middle[1], steps=3)
        desk.page.mouse.up()
        desk.quiet()

    desk.page.locator(".nbl-surface").focus()
    desk.press("+", "+")
    drag(40)
    assert (desk.selected, desk.tell("reshaped")) == (set(), [])
    drag(-40)
    desk.page.mouse.click(*middle)
    assert desk.selected == {"a"}
    drag(40)
    [told] = desk.tell("reshaped")
    assert near(told["regions"]["a"].sides, (1200 + 40 * 4 / 1.25**2, 900, 800, 600), 1)


@pytest.mark.parametrize("zoomed", [False, True])
def test_E05_handles_have_the_same_size_on_the_screen_at_any_zoom(desk, zoomed):
    desk.show(item("a", (1400, 1000, 400, 400)))
    desk.click(1600, 1200)
    if zoomed:
        desk.page.mouse.move(WIDTH / 2, HEIGHT / 2)
        for _ in range(4):
            desk.page.mouse.wheel(0, -100)
        desk.quiet()
    scale = int(desk.page.locator(".nbl-percent").inner_text().strip("%")) / 100
    left = WIDTH / 2 - 200 * scale
    top = HEIGHT / 2 - 200 * scale
    white = """([x, y]) => { const g = document.querySelector('.nbl-moving').getContext('2d');
        const { data } = g.getImageData(Math.round(x) - 12, Math.round(y), 25, 1);
        return data.filter((value, i) => i % 4 === 2 && value > 250).length; }"""
    assert desk.page.evaluate(white, [left, top]) == 8
    desk.page.mouse.move(left + 5, top - 5)  # ten CSS pixels across at least
    desk.page.mouse.down()
    desk.page.mouse.move(left + 5 - 40, top - 5 - 20, steps=3)
    desk.page.mouse.up()
    [told] = desk.tell("reshaped")
    wanted = (1400 - 40 / scale, 1000 - 20 / scale, 400 + 40 / scale, 400 + 20 / scale)
    assert near(told["regions"]["a"].sides, wanted, 2)


def test_E05_the_very_corner_of_a_small_box_resizes_it_and_its_middle_moves_it(desk):
    desk.show(item("a", (1600, 1200, 80, 80)))  # twenty pixels on the screen
    desk.click(1640, 1240)
    desk.drag((1680, 1280), (1760, 1320))
    desk.drag((1640, 1240), (1680, 1240))
    resized, moved = (one["regions"]["a"] for one in desk.tell("reshaped"))
    assert near(resized.sides, (1600, 1200, 160, 120))
    assert near(moved.sides, (1640, 1200, 160, 120))


def test_a_handle_pulled_past_the_edge_or_over_the_other_side(desk):
    desk.show(item("a", (2400, 1600, 400, 400)))
    desk.click(2600, 1800)
    desk.drag((2800, 2000), (3400, 2300), (3900, 3100))
    desk.show(item("a", (2400, 1600, 400, 400), colour="#009e73"))
    desk.drag((2400, 1800), (3000, 1800))
    first, second = (one["regions"]["a"] for one in desk.tell("reshaped"))
    assert first == Box(2400, 1600, 800, 800)
    assert near(second.sides, (2800, 1600, 200, 400))


def test_several_are_selected_moved_and_deleted_together(desk):
    desk.show(*(item(f"a{n}", (200 + 600 * n, 400, 400, 400)) for n in range(4)))
    desk.click(400, 600)
    for x, key in [(1000, "Shift"), (1600, "Control"), (1000, "Control")]:
        desk.page.keyboard.down(key)
        desk.click(x, 600)
        desk.page.keyboard.up(key)
    assert desk.selected == {"a0", "a2"}
    desk.drag((1600, 600), (1700, 700))
    [moved] = desk.tell("reshaped")
    assert {key: region.left for key, region in moved["regions"].items()} == {"a0": 300, "a2": 1500}
    desk.press("Escape")
    desk.page.keyboard.down("Shift")
    desk.drag((900, 1200), (1900, 700))
    desk.page.keyboard.up("Shift")
    assert desk.selected == {"a1", "a2"}
    desk.press("Delete")
    [deleted] = desk.tell("objects")
    assert (deleted["do"], set(deleted["ids"])) == ("delete", {"a1", "a2"})
    desk.show(item("a0", (200, 400, 400, 400)), item("a3", (2000, 400, 400, 400)))
    desk.press("Control+a")
    assert desk.selected == {"a0", "a3"}


def test_arrows_nudge_and_resize_as_one_change_each(desk):
    desk.show(item("a", (400, 400, 800, 600)))
    desk.click(600, 600)
    desk.page.keyboard.down("ArrowRight")
    desk.page.keyboard.down("ArrowRight")
    desk.page.keyboard.down("ArrowRight")
    assert desk.tell("reshaped") == []
    desk.page.keyboard.up("ArrowRight")
    desk.press("Shift+ArrowUp", "Alt+ArrowRight", "Alt+Shift+ArrowDown")
    sides = [one["regions"]["a"].sides for one in desk.tell("reshaped")]
    assert sides == [(403, 400, 800, 600), (403, 390, 800, 600), (403, 390, 801, 600), (403, 390, 801, 610)]


def test_points_of_a_polygon_are_moved_inserted_and_deleted(desk):
    ring = [400, 400, 1600, 400, 1600, 1600, 400, 1600]
    desk.show(item("a", rings=[ring], state="suggested", number="0.5"))
    desk.click(1000, 1200)
    desk.drag((400, 400), (600, 300))
    desk.drag((1600, 1000), (2000, 1000))  # the middle of an edge
    desk.click(1000, 1600)  # a click on one inserts too
    desk.page.keyboard.down("Alt")
    desk.click(600, 300)
    desk.page.keyboard.up("Alt")
    desk.click(1600, 400)
    desk.press("Delete")
    rings = [one["regions"]["a"].rings[0] for one in desk.tell("reshaped")]
    assert rings == [
        (600, 300, 1600, 400, 1600, 1600, 400, 1600),
        (600, 300, 1600, 400, 2000, 1000, 1600, 1600, 400, 1600),
        (600, 300, 1600, 400, 2000, 1000, 1600, 1600, 1000, 1600, 400, 1600),
        (1600, 400, 2000, 1000, 1600, 1600, 1000, 1600, 400, 1600),
        (2000, 1000, 1600, 1600, 1000, 1600, 400, 1600),
    ]
    assert desk.tell("objects") == []


def test_a_polygon_keeps_three_points(desk):
    desk.show(item("a", rings=[[400, 400, 1600, 400, 1600, 1600]]))
    desk.click(1400, 800)
    desk.page.keyboard.down("Alt")
    desk.click(400, 400)
    desk.page.keyboard.up("Alt")
    assert desk.tell("reshaped") == []
    assert desk.page.locator(".nbl-hint").inner_text() == "A polygon keeps at least three points"


def test_E06_what_was_suggested_is_solid_as_soon_as_it_is_edited_and_space_accepts(desk):
    desk.show(item("a", (400, 400, 800, 600), state="suggested", number="0.9"), item("b", (2000, 400, 800, 600)))
    desk.drag((800, 700), (900, 700))
    desk.press("Space")
    desk.click(2400, 600)
    desk.press("Space")
    assert [(one["do"], one["ids"]) for one in desk.tell("objects")] == [("uncheck", ("a",)), ("uncheck", ("b",))]


def test_a_refused_change_is_taken_back_and_said(desk):
    desk.show(item("a", (400, 400, 800, 600)))
    desk.refuse = Conflict("bob changed it meanwhile; look again.")
    desk.drag((800, 700), (1600, 1500))
    assert desk.page.locator(".nbl-hint").inner_text() == "Not done: taken back"
    assert desk.data("waiting") == "0"
    desk.click(800, 700)
    assert desk.selected == {"a"}
    desk.heard = [one for one in desk.heard if one[0] != "error"]


def test_what_a_busy_kernel_has_not_answered_stays_drawn_and_belongs_to_its_own_input(desk):
    desk.draw()
    desk.move(400, 400)
    desk.page.mouse.down()
    desk.move(1200, 1000, steps=3)
    desk.page.mouse.up()
    desk.page.wait_for_function("document.querySelector('.nbl-busy.nbl-on') !== null")  # after two seconds
    assert (desk.data("objects"), desk.data("waiting")) == ("1", "1")
    assert desk.inks(400, 700, "objects")[3] > 0
    desk.page.keyboard.press("ArrowRight")
    desk.open("two")
    assert desk.data("objects") == "0"
    assert desk.page.locator(".nbl-busy.nbl-on").count() == 0
    [drawn] = desk.tell("drawn")
    assert drawn["input_id"] == "one"


def test_what_the_pane_has_sent_is_seen_at_once_and_taken_back_when_refused(desk):
    desk.show(item("a", (400, 400, 800, 600)), item("b", (2000, 400, 600, 600)))
    desk.emit("changing", op="1", input="one", do="delete", ids=["a"], **{"from": "pane"})
    assert desk.data("objects") == "1"
    desk.emit("ack", op="1", ok=False)
    assert desk.data("objects") == "2"
    desk.emit("changing", op="2", input="one", do="hide", ids=["b"], **{"from": "pane"})
    assert desk.data("objects") == "1"


def test_a_character_that_needs_altgr_is_a_key_as_well(desk):
    desk.show(item("a", (400, 400, 800, 600)), item("b", (2000, 400, 600, 600)))
    desk.page.locator(".nbl-surface").focus()
    desk.page.evaluate("""() => { const held = { ctrlKey: true, altKey: true, modifierAltGraph: true };
        const key = { key: ']', code: 'Digit9', ...held, bubbles: true, cancelable: true };
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', key)); }""")
    assert desk.selected == {"a"}


def test_copy_paste_hide_and_the_crosshair_have_their_keys(desk):
    desk.show(item("a", (400, 400, 800, 600)), item("s", (2000, 400, 600, 600), state="suggested", number="0.3"))
    desk.click(800, 700)
    desk.press("Control+c", "Control+v", "h", "v")
    assert desk.tell("copy")[0]["ids"] == ("a",)
    assert len(desk.tell("paste")) == 1
    assert [(one["do"], one["ids"]) for one in desk.tell("objects")] == [("hide", ("a",))]
    assert desk.page.locator(".nbl-unhide").is_visible()
    desk.click(2300, 700)
    assert desk.selected == set()
    desk.page.locator(".nbl-unhide").click()
    desk.click(2300, 700)
    assert desk.selected == {"s"}


def test_brackets_go_from_object_to_object_in_the_panes_order(desk):
    desk.show(item("b.1", (2000, 400, 600, 600)), item("a.1", (400, 400, 800, 600)), item("a.2", (400, 1400, 800, 600)))
    desk.page.locator(".nbl-surface").focus()
    seen = []
    for key in ["]", "]", "]", "]", "[", "["]:
        desk.press(key)
        seen += desk.selected
    assert seen == ["b.1", "a.1", "a.2", "b.1", "a.2", "a.1"]


def test_opening_and_selecting_a_hundred_times_moves_nothing(desk):
    odd = (123.456789012345, 234.567890123456, 345.678901234567, 456.789012345678)
    desk.show(item("a", odd))
    for _ in range(5):
        desk.page.mouse.wheel(0, -37)
        desk.click(300, 500)
        desk.press("Escape")
    desk.draw()
    desk.press("Escape")
    assert desk.tell("reshaped") == []
    desk.emit("selected", ids=["a"], **{"from": "pane"})
    desk.press("ArrowRight")
    desk.press("ArrowLeft")
    last = desk.tell("reshaped")[-1]["regions"]["a"].sides
    assert near(last, odd, 1e-9)


def test_selection_and_hover_go_both_ways_between_pane_kernel_and_stage(desk):
    desk.show(item("a", (400, 400, 800, 600)), item("b", (2000, 400, 600, 600)))
    desk.emit("selected", ids=["b"], **{"from": "pane"})
    assert desk.selected == {"b"}
    assert desk.tell("selected")[-1]["ids"] == ("b",)
    desk.stage.objects.select(["a"])
    assert desk.selected == {"a"}
    desk.stage.objects.draw("sheep", "box", key="sheep", colour="#e69f00")
    desk.quiet()
    assert desk.data("drawing") == "box sheep"
    desk.stage.objects.draw(None)
    desk.quiet()
    assert desk.data("drawing") == ""
    assert desk.tell("drawing") == []  # what the kernel said is not told back


def test_another_input_ends_the_selection_and_drawing_goes_on(desk):
    desk.show(item("a", (400, 400, 800, 600)))
    desk.draw("tree", "polygon")
    desk.click(400, 400)
    desk.open("two", [item("z", (0, 0, 100, 100))])
    assert (desk.data("drawing"), desk.data("objects"), desk.data("selected")) == ("polygon tree", "1", "")
    desk.click(800, 800)
    desk.click(1600, 800)
    desk.click(1600, 1600)
    desk.press("Enter")
    [drawn] = desk.tell("drawn")
    assert drawn["input_id"] == "two"
    assert len(drawn["region"].rings[0]) == 6


def test_a_finger_draws_and_a_second_one_takes_it_back_and_zooms(desk):
    fingers = desk.page.context.new_cdp_session(desk.page)

    def touch(kind, *points):
        spots = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    desk.draw()
    touch("touchStart", (100, 100))
    touch("touchMove", (200, 200))
    touch("touchMove", (300, 250))
    touch("touchEnd")
    assert near(desk.tell("drawn")[0]["region"].sides, (400, 400, 800, 600), 8)
    touch("touchStart", (400, 300))
    touch("touchMove", (420, 300))
    touch("touchStart", (420, 300), (380, 300))
    for spread in (40, 60, 80):
        touch("touchMove", (400 + spread, 300), (400 - spread, 300))
    touch("touchEnd")
    desk.quiet()
    assert len(desk.tell("drawn")) == 1
    assert int(desk.page.locator(".nbl-percent").inner_text().strip("%")) > 60


def test_what_is_painted_outlives_a_moment_without_layout_as_when_the_theme_changes(desk):
    desk.show(item("a", (400, 400, 800, 600)))
    before = desk.inks(400, 700, "objects")
    script = """async () => { const root = document.getElementById('root'); root.style.display = 'none';
        for (const one of [...window.notebookLabeler.scopes.get('s')])
            if (one.type === 'hover') one.listener({ id: 'a', from: 'pane' });
        await new Promise((done) => requestAnimationFrame(done)); root.style.display = ''; }"""
    desk.page.evaluate(script)
    assert desk.inks(400, 700, "objects") == before != [0, 0, 0, 0]


def test_E08_what_lies_under_the_badge_can_be_drawn_and_seen(desk):
    desk.draw("a concept of some length")
    badge = desk.page.locator(".nbl-badge")
    place = badge.bounding_box()
    x, y = place["x"] + 12, place["y"] + place["height"] / 2
    desk.page.mouse.move(x, y)
    assert "nbl-under" in badge.get_attribute("class")
    desk.page.mouse.down()
    desk.page.mouse.move(x - 100, y + 100, steps=3)
    assert "nbl-under" not in badge.get_attribute("class")
    desk.page.mouse.up()
    [drawn] = desk.tell("drawn")
    assert near(drawn["region"].sides, ((x - 100) * 4, y * 4, 400, 400))
    desk.page.get_by_role("button", name="Exit").click()
    assert badge.is_hidden()


def test_E03_E04_what_is_hidden_is_counted_on_the_stage_and_shown_again_by_a_click(desk):
    sign = desk.page.locator(".nbl-unhide")
    desk.show(item("a", (100, 100, 400, 400)))
    assert sign.is_hidden()
    desk.show(
        item("a", (100, 100, 400, 400)),
        item("sheep.1", (1000, 100, 400, 400), hidden=True, state="suggested"),
        item("dog.1", (2000, 100, 400, 400), hidden=True),
    )
    assert sign.inner_text() == "2 hidden: show"
    desk.page.locator(".nbl-surface").focus()
    desk.press("v")
    assert sign.inner_text() == "Suggestions hidden: show (V)"
    sign.click()
    sign.click()
    [told] = desk.tell("objects")
    assert (told["do"], set(told["ids"])) == ("show", {"sheep.1", "dog.1", "sheep", "dog"})
    assert sign.is_hidden()
    assert desk.data("objects") == "3"
    assert desk.page.evaluate("document.activeElement.className").startswith("nbl-surface")


def test_names_are_shown_on_few_objects_and_the_label_on_the_one_under_the_pointer(desk):
    few = [item(f"sheep.{n}", (100 + 700 * n, 600, 600, 500), number="0.87") for n in range(4)]
    desk.show(*few)
    assert desk.inks(120, 560, "objects")[3] > 150
    desk.show(*(item(f"sheep.{n}", (10 + 6 * n, 600, 2000, 500)) for n in range(40)))
    assert desk.inks(120, 560, "objects")[3] == 0
    desk.move(400, 800)
    assert desk.data("objects") == "40"
    desk.page.wait_for_function("""() => document.querySelector('.nbl-moving').getContext('2d')
        .getImageData(20, 130, 200, 40).data.some((value) => value)""")


def test_objects_look_at_home_in_pictures_of_any_brightness(desk):
    desk.show(item("a", (400, 400, 800, 600), colour="#0072b2"), item("b", (1600, 400, 800, 600), colour="#f0e442"))
    line = [desk.inks(400 + 4 * d, 700, "objects")[:3] for d in range(-3, 4)]
    assert max(map(sum, line)) - min(map(sum, line)) > 300  # the line and its halo differ by themselves


def test_500_objects_follow_the_view_at_once_and_are_sharp_when_it_rests(desk):
    ring = [f(n / 20 * 2 * math.pi) for n in range(20) for f in (math.cos, math.sin)]
    places = [(60 + 120 * (n % 25), 60 + 110 * (n // 25)) for n in range(500)]
    rings = [[50 * v + place[i % 2] for i, v in enumerate(ring)] for place in places]
    desk.show(*(item(f"a{n}", rings=[points], state="suggested", number="0.5") for n, points in enumerate(rings)))
    desk.page.locator(".nbl-surface").focus()
    desk.move(*places[262])
    desk.page.mouse.wheel(0, -100)
    transform = "document.querySelector('.nbl-objects').style.transform"
    desk.page.wait_for_function(f"() => {transform} !== ''")
    desk.page.wait_for_function(f"() => {transform} === ''")
    desk.click(*places[262])
    assert desk.selected == {"a262"}
    took = desk.page.evaluate("""() => new Promise((done) => {
        const surface = document.querySelector('.nbl-surface');
        const [{ left, top }, took] = [surface.getBoundingClientRect(), []];
        const step = (n) => {
            const start = performance.now();
            const place = { clientX: left + 10 * n, clientY: top + 200, bubbles: true, pointerId: 7 };
            surface.dispatchEvent(new PointerEvent('pointermove', place));
            requestAnimationFrame(() => { took.push(performance.now() - start);
                if (n < 30) step(n + 1); else done(took.sort((a, b) => a - b)[15]); });
        };
        step(0);
    })""")
    assert took < 1000  # 17 ms, one frame, on an idle machine


def test_a_second_view_of_half_the_size_draws_at_the_same_places(desk):
    desk.page.add_style_tag(content="#root > div:nth-child(2) { width: 400px; height: 300px }")
    esm = str(desk.stage._overlay._esm)
    desk.page.evaluate("esm => mount('stage', esm, '', null, 'root').then(() => null)", esm)
    desk.quiet()
    desk.draw()
    box = desk.page.locator(".nbl-surface").nth(1).bounding_box()
    assert (box["width"], box["height"]) == (400, 300)
    for x, y in [(50, 50), (150, 125)]:
        desk.page.mouse.click(box["x"] + x, box["y"] + y)
    desk.quiet()
    desk.drag((2000, 400), (2400, 800))  # in the first one
    assert [one["region"].sides for one in desk.tell("drawn")] == [(400, 400, 800, 600), (2000, 400, 400, 400)]
    ids = [one["object_id"] for one in desk.tell("drawn")]
    desk.show(*({**item("sheep.1", (400, 400, 800, 600)), "id": name} for name in ids))
    desk.page.wait_for_function(
        "() => [...document.querySelectorAll('.nbl-surface')].every((s) => s.dataset.objects === '2')"
    )
    desk.page.locator(".nbl-exit").nth(1).click()
    desk.quiet()
    assert desk.page.locator(".nbl-badge:visible").count() == 0
