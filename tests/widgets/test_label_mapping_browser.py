"""The label-mapping table in Chromium: by mouse, by keys alone, long, narrow, and with names that mean harm."""

from dataclasses import replace

import pytest

from notebook_labeler.domain.concept_map import Link, Match
from notebook_labeler.domain.names import name_key
from notebook_labeler.domain.predictions import Vocabulary
from notebook_labeler.errors import UnfitModel
from notebook_labeler.sessions.state import Assist, MappingLine
from notebook_labeler.widgets.mapping import MappingPanel

pytestmark = pytest.mark.browser

STREET = ("person", "bicycle", "car", "truck", "bus", "traffic light", "dog", "sheep")


@pytest.fixture
def table_state(make_state):
    """A detection task with a detector of boxes: one concept fed, one recommended, one drawn as polygon."""

    def made(labels=STREET, kind="detection", lines=None, **settings):
        concepts = ("vehicle", "sheep", "walker")
        state = make_state(concepts=concepts, known=("tree",), kind=kind, **settings)
        shapes = {"box"} if kind == "detection" else {"label"}
        vocabulary = Vocabulary(tuple(labels), exclusive=False, shapes=frozenset(shapes))
        mapping = lines or (
            MappingLine("vehicle", (Link("vehicle", "car", "hyponym", "editor"),)),
            MappingLine("sheep", (Link("sheep", "sheep", "synonym", "automatic", "same name"),)),
            MappingLine(
                "walker", (), (Match("walker", "person", "hypernym", 0.5, "person is a broader term for walker"),)
            ),
        )
        return replace(state, assist=Assist(True, "street", "key", vocabulary, "ready"), mapping=mapping)

    return made


@pytest.fixture
def shown(bench, make_session):
    """Mount the tab over a session whose mapping verbs change the lines; give page and session."""

    class Session(make_session):
        def _fed(self, model_class, concept, relation):
            lines = {
                name_key(line.concept): replace(
                    line,
                    links=tuple(k for k in line.links if k.other != model_class),
                    recommended=tuple(m for m in line.recommended if m.other != model_class),
                )
                for line in self.state.mapping
            }
            if concept is not None:
                line = lines.get(name_key(concept), MappingLine(concept))
                links = (*line.links, Link(line.concept, model_class, relation or "synonym", "editor"))
                lines[name_key(concept)] = replace(line, links=links)
            settings = self.state.settings
            if concept is not None:
                settings = settings.changed(concepts=(*settings.concepts, concept))
            self.become(mapping=tuple(lines.values()), settings=settings)

        def map_label(self, model_class, concept, geometry=None, *, relation=None, op_id=None):
            self._pressed("map_label", model_class, concept, relation, *([geometry] if geometry else []))
            self._fed(model_class, concept, relation)

        def unmap_label(self, model_class, *, op_id=None):
            self._pressed("unmap_label", model_class)
            self._fed(model_class, None, None)

        def set_geometry(self, concept, geometry, *, op_id=None):
            self._pressed("set_geometry", concept, geometry)
            self.become(settings=self.state.settings.changed(geometries=((concept, geometry),)))

    def mount(state, width=340):
        session = Session(state)
        panel = MappingPanel(session, state, scope="s", tell=lambda error: session.say(str(error), error=True))
        session.observe(panel.paint)
        bench.page.set_viewport_size({"width": width, "height": 800})
        bench.mount("mapping", panel.view)
        bench.pump()
        return bench.page, session

    return mount


def line(page, label):
    return page.locator(".nl-class-line").filter(has=page.get_by_text(label, exact=True))


def cells(page):
    """Give what the table says: class, concept (or what stands there), hint."""
    found = []
    for node in page.locator(".nl-class-line").all():
        hint = node.locator("> .nl-hint")
        text = node.locator(".nl-class-target").text_content()
        found.append((node.locator(".nl-class-name").inner_text(), text, hint.inner_text() if hint.count() else ""))
    return found


def test_B07_used_classes_come_first_then_recommended_ones_with_their_reason(bench, shown, table_state):
    page, _ = shown(table_state())
    assert cells(page)[:4] == [
        ("car", "vehicle", "kind of it · set by hand"),
        ("sheep", "sheep", "same name"),
        ("person", "walker?", "person is a broader term for walker"),
        ("bicycle", "Ignored", ""),
    ]
    assert page.locator(".nl-classes .nl-title").inner_text() == "2 of 8 classes used"
    assert (
        line(page, "car").locator(".nl-seg button[aria-pressed=true]").get_attribute("aria-label").startswith("vehicle")
    )


def test_B07_B09_by_mouse_a_class_is_mapped_and_keeps_its_place(bench, shown, table_state):
    page, session = shown(table_state())
    line(page, "truck").locator(".nl-class-target").click()
    options = page.locator(".nl-class-editor .nl-option")
    assert options.all_inner_texts() == [
        "vehicle\n1 class",
        "sheep\n1 class",
        "walker",
        "tree\nnot in this task yet",
        "truck\nnew, named as the class",
    ]
    options.first.click()
    assert line(page, "truck").get_attribute("data-waiting") == ""
    bench.pump()
    assert session.calls == [("map_label", "truck", "vehicle", None)]
    assert [label for label, _, _ in cells(page)][4] == "truck"
    assert line(page, "truck").locator(".nl-class-target").inner_text() == "vehicle"
    assert page.locator(".nl-class-line[data-waiting]").count() == 0
    assert page.locator(".nl-classes .nl-title").inner_text() == "3 of 8 classes used"
    line(page, "truck").hover()
    line(page, "truck").get_by_label("Ignore truck").click()
    line(page, "person").get_by_label("Map to walker").click()
    bench.pump()
    assert session.calls[1:] == [("unmap_label", "truck"), ("map_label", "person", "walker", "hypernym")]


def test_X03_the_whole_table_by_keys_alone(bench, shown, table_state):
    page, session = shown(table_state(labels=STREET))
    page.get_by_label("Search the model's classes").focus()
    page.keyboard.press("ArrowDown")
    for key in ("Delete", "ArrowDown", "ArrowDown", "Space"):
        page.keyboard.press(key)
        bench.pump()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("tree")
    page.keyboard.press("Enter")
    bench.pump()
    page.keyboard.press("Enter")  # the next line is chosen already
    page.keyboard.type("lorry 🚚")
    page.keyboard.press("Enter")
    bench.pump()
    assert session.calls == [
        ("unmap_label", "car"),
        ("map_label", "person", "walker", "hypernym"),
        ("map_label", "bicycle", "tree", None),
        ("map_label", "truck", "lorry 🚚", None),
    ]
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator(".nl-class-editor").is_hidden()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "listbox"


def test_B08_what_the_model_cannot_fill_is_disabled_with_its_reason(bench, shown, table_state):
    page, session = shown(table_state())
    polygon = line(page, "car").locator(".nl-seg button").nth(1)
    assert polygon.get_attribute("aria-disabled") == "true"
    assert polygon.get_attribute("title") == "Polygon: street gives boxes, no polygons"
    polygon.click(force=True)
    bench.pump()
    assert session.calls == []
    session.become(settings=session.state.settings.changed(geometries=(("sheep", "polygon"),)))
    bench.pump()
    assert line(page, "sheep").locator("> .nl-hint").inner_text() == "street gives boxes, no polygons: suggests nothing"
    page.keyboard.press("ArrowRight")  # the line of the click; refused in the page already
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    bench.pump()
    assert session.calls == [("set_geometry", "sheep", "box")]
    assert line(page, "sheep").locator("> .nl-hint").inner_text() == "same name"
    session.become(settings=session.state.settings.changed(geometries=(("tree", "polygon"),)))
    bench.pump()
    line(page, "truck").locator(".nl-class-target").click()
    assert page.locator(".nl-class-editor .nl-option").nth(3).inner_text() == "tree\nwill be drawn as box"
    page.keyboard.type("tree")
    page.keyboard.press("Enter")
    bench.pump()
    assert session.calls[-1] == ("map_label", "truck", "tree", None, "box")


def test_B08_a_refusal_of_the_kernel_leaves_the_line_as_it_was(bench, shown, table_state):
    page, session = shown(table_state())
    session.refusing = UnfitModel("expected a geometry that the model can fill.")
    line(page, "car").locator(".nl-class-target").click()
    page.locator(".nl-class-editor .nl-option").nth(1).click()
    bench.pump()
    assert line(page, "car").locator(".nl-class-target").inner_text() == "vehicle"
    assert page.locator(".nl-class-line[data-waiting]").count() == 0
    assert session.state.notice.kind == "error"


def test_B10_22000_classes_are_searched_and_built_as_far_as_they_are_seen(bench, shown, table_state):
    labels = (*STREET, *(f"word {i:05d}" for i in range(22_000)))
    page, _ = shown(table_state(labels=labels))
    assert page.locator(".nl-classes .nl-title").inner_text() == "2 of 22,008 classes used"
    assert page.locator(".nl-class-line").count() < 30
    page.locator(".nl-class-place .nl-long").focus()
    page.keyboard.press("End")
    page.wait_for_function("outbox.length > 0")
    bench.pump()
    assert cells(page)[-1][0] == "word 21999"
    search = page.get_by_label("Search the model's classes")
    search.fill("word 0123")
    bench.pump()
    assert [label for label, _, _ in cells(page)] == [f"word 0123{i}" for i in range(10)]
    assert page.locator(".nl-classes .nl-title").inner_text() == "10 of 22,008 found"
    search.fill("lorry")  # means truck
    bench.pump()
    assert [label for label, _, _ in cells(page)] == ["truck"]
    search.fill("<b>no such thing</b>")
    bench.pump()
    assert page.locator(".nl-class-place .nl-long").is_hidden()
    assert "“<b>no such thing</b>”" in page.locator(".nl-classes .nl-empty").inner_text()
    search.press("Escape")
    bench.pump()
    assert cells(page)[0][0] == "car"


def test_B01_B02_the_lists_by_concept_are_one_press_away_and_stay_open(bench, shown, table_state):
    page, session = shown(table_state())
    page.get_by_role("button", name="Which model classes feed each concept").click()
    bench.pump()
    assert page.locator(".nl-map-unmapped .nl-title").inner_text() == "Unmapped (1)"
    assert page.locator(".nl-classes").is_hidden()
    session.become(concepts=("x",))
    bench.pump()
    assert page.locator(".nl-classes").is_hidden()
    page.get_by_role("button", name="Which concept each class").click()
    bench.pump()
    assert cells(page)[0][0] == "car"


def test_a_classification_task_begins_by_concept_and_has_no_geometry(bench, shown, table_state):
    page, _ = shown(table_state(kind="classification"))
    assert page.locator(".nl-map-mapped").is_visible()
    page.get_by_role("button", name="Which concept each class").click()
    bench.pump()
    assert cells(page)[0][:2] == ("car", "vehicle")
    assert page.locator(".nl-class-line .nl-seg").count() == 0


def test_B07_one_press_takes_every_first_recommendation(bench, shown, table_state):
    page, session = shown(table_state())
    page.get_by_text("Map 1 recommended").click()
    bench.pump()
    assert session.calls == [("relate", "walker", "person", "hypernym")]
    assert line(page, "person").locator(".nl-class-target").inner_text() == "walker"


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(3)" x="',
    "🦄👩‍👩‍👧",
    "שלום \u202eabc\u202c",
    "__proto__",
    "x" * 2000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_shown_as_they_are_and_nothing_sticks_out(bench, shown, table_state, text):
    own = text[:150]
    lines = (
        MappingLine(own, (Link(own, text, "synonym", "automatic", text),)),
        MappingLine("b", (), (Match("b", "dog", "synonym", 0.5, text),)),
    )
    page, session = shown(table_state(labels=(text, "dog", "cat"), lines=lines), width=360)
    first = page.locator(".nl-class-line").first
    assert first.locator(".nl-class-name").evaluate("(node) => node.textContent") == text
    assert first.locator(".nl-class-target").evaluate("(node) => node.textContent") == own
    line(page, "cat").locator(".nl-class-target").click()
    page.keyboard.type("b")
    page.keyboard.press("Escape")
    first.locator(".nl-class-name").click()
    page.keyboard.press("Delete")
    bench.pump()
    assert session.calls == [("unmap_label", text)], session.state.notice
    assert page.locator("script, img").count() == 1  # the page's own
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [340, 420, 500])
def test_nothing_sticks_out_at_any_width(bench, shown, table_state, width):
    page, _ = shown(table_state(labels=(*STREET, "a class with quite a long name", *map(str, range(300)))), width=width)
    sticking = """() => [...document.querySelectorAll('.nl-mapping *')].filter((node) => node.offsetParent
        && node.getBoundingClientRect().right > document.querySelector('.nl-ways').getBoundingClientRect().right + 1)
        .map((node) => node.className)"""
    assert page.evaluate(sticking) == []
