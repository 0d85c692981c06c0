"""What the label-mapping table is told to paint, and which verb its messages press."""

from dataclasses import replace

import pytest

from notebook_labeler.domain.concept_map import Link, Match
from notebook_labeler.domain.label_mapping import class_lines
from notebook_labeler.domain.predictions import Vocabulary
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import UnfitModel
from notebook_labeler.sessions.state import Assist, MappingLine
from notebook_labeler.widgets import paint_mapping as paint
from notebook_labeler.widgets.mapping import MappingPanel
from notebook_labeler.widgets.paint import mapping, recommended

STREET = ("person", "car", "Car", "truck", "sheep")


@pytest.fixture
def state(make_state):
    made = make_state(concepts=("vehicle", "sheep", "walker"), known=("tree",), kind="detection")
    vocabulary = Vocabulary(STREET, exclusive=False, shapes=frozenset({"box"}))
    mapping = (
        MappingLine("vehicle", (Link("vehicle", "car", "hyponym", "editor"),)),
        MappingLine("sheep", (Link("sheep", "sheep", "synonym", "automatic", "same name"),)),
        MappingLine("walker", (), (Match("walker", "person", "hypernym", 0.5, "a broader term"),)),
    )
    return replace(made, assist=Assist(True, "street", "key", vocabulary, "ready"), mapping=mapping)


def mapping_lines(state):
    tab = mapping(state)
    return [*tab["mapped"], *tab["unmapped"]]


class Tab:
    """The tab over a session that only notes what is pressed; `ask` gives the lines of a page."""

    def __init__(self, make_session, state):
        class Noting(make_session):
            map_label = unmap_label = set_geometry = None

        for verb in ("map_label", "unmap_label", "set_geometry"):
            setattr(
                Noting, verb, lambda self, *given, _verb=verb, op_id=None, **more: self._pressed(_verb, *given, more)
            )
        self.session, self.errors, self.answers = Noting(state), [], []
        self.panel = MappingPanel(self.session, state, scope="s", tell=self.errors.append)
        self.panel.view.send = lambda content, buffers=None: self.answers.append(content)
        self.session.observe(self.panel.paint)

    def say(self, kind, **content):
        self.panel.view._receive(None, {"kind": kind, **content}, [])
        return self.answers[-1] if self.answers else None

    def ask(self, search="", *, anew=True, start=0, count=50):
        answer = self.say("classes", ask="q", search=search, start=start, count=count, anew=anew)
        return [entry["label"] for entry in answer["items"]]


@pytest.fixture
def tab(make_session, state):
    made = Tab(make_session, state)
    yield made
    made.panel.close()


def test_B07_the_table_counts_classes_and_offers_the_tasks_concepts_first(state):
    view = paint.table(state, by="class", revision=1)
    assert (view["used"], view["total"]) == (2, 4)  # car and Car are one
    assert [c["value"] for c in view["concepts"]] == ["vehicle", "sheep", "walker", "tree"]
    assert [c["note"] for c in view["concepts"]] == ["1 class", "1 class", "", "not in this task yet"]


def test_B08_a_shape_that_the_model_cannot_fill_has_its_reason(state):
    assert paint.table(state, by="class", revision=1)["shapes"] == {
        "box": "",
        "polygon": "street gives boxes, no polygons",
    }
    outlines = replace(state.assist.vocabulary, shapes=frozenset({"polygon"}))
    filled = replace(state, assist=replace(state.assist, vocabulary=outlines))
    assert paint.table(filled, by="class", revision=1)["shapes"] == {"box": "", "polygon": ""}


def test_B07_a_line_says_what_feeds_what_and_how_it_is_drawn(state):
    person, car, _, sheep = (paint.line(found, state) for found in state.label_mapping)
    assert person == {
        "label": "person",
        "feeds": [],
        "offers": [{"concept": "walker", "relation": "hypernym", "reason": "a broader term"}],
    }
    (fed,) = car["feeds"]
    assert (fed["concept"], fed["geometry"], fed["fits"], fed["own"]) == ("vehicle", "box", True, True)
    assert fed["hint"] == "kind of it · set by hand"
    assert sheep["feeds"][0]["hint"] == "same name"


def test_B08_a_line_that_does_not_fit_says_why_it_suggests_nothing(state):
    bent = replace(state, settings=state.settings.changed(geometries=(("sheep", "polygon"), ("walker", "polygon"))))
    person, _, _, sheep = (paint.line(found, bent) for found in bent.label_mapping)
    assert sheep["feeds"][0]["fits"] is False
    assert sheep["feeds"][0]["hint"] == "street gives boxes, no polygons: suggests nothing"
    assert person["offers"] == []  # what would be refused is not offered
    assert [(each["concept"], each["unfit"]) for each in mapping_lines(bent)] == [
        ("vehicle", ""),
        ("sheep", "street gives boxes, no polygons"),
        ("walker", "street gives boxes, no polygons"),
    ]
    walker = paint.table(bent, by="class", revision=1)["concepts"][2]
    assert walker == {"value": "walker", "note": "will be drawn as box", "geometry": "box"}
    assert recommended(state) != []
    assert recommended(bent) == []


def test_B10_a_search_finds_classes_by_their_name_and_by_the_concept_that_they_feed(tab):
    assert tab.ask() == ["car", "sheep", "person", "truck"]
    assert tab.ask("ca") == ["car"]
    assert tab.ask("vehic") == ["car"]
    assert tab.ask("lorry") == ["truck"]  # what it means
    assert tab.ask("zzz") == []


def test_lines_keep_their_places_until_the_order_is_asked_for_anew(tab):
    assert tab.ask()[-1] == "truck"
    fed = MappingLine("walker", (Link("walker", "truck", "synonym", "editor"),))
    tab.session.become(mapping=(*tab.session.state.mapping[:2], fed))
    assert tab.ask(anew=False) == ["car", "sheep", "person", "truck"]
    assert tab.ask() == ["car", "truck", "sheep", "person"]


def test_the_page_is_told_to_ask_again_only_when_lines_have_changed(tab):
    before = tab.panel.view.table["revision"]
    tab.session.become(undo="accept")
    assert tab.panel.view.table["revision"] == before
    tab.session.become(settings=tab.session.state.settings.changed(geometries=(("sheep", "polygon"),)))
    assert tab.panel.view.table["revision"] == before + 1


@pytest.mark.parametrize(
    ("kind", "content", "call"),
    [
        ("map_label", {"label": "car", "concept": "a"}, ("map_label", "car", "a", {})),
        (
            "map_label",
            {"label": "car", "concept": "a", "relation": "hyponym"},
            ("map_label", "car", "a", {"relation": "hyponym"}),
        ),
        (
            "map_label",
            {"label": "car", "concept": "a", "geometry": "box"},
            ("map_label", "car", "a", {"geometry": "box"}),
        ),
        ("unmap_label", {"label": "car"}, ("unmap_label", "car", {})),
        ("geometry", {"concept": "sheep", "geometry": "polygon"}, ("set_geometry", "sheep", "polygon", {})),
    ],
)
def test_B07_each_message_presses_one_verb(tab, kind, content, call):
    assert tab.say(kind, op="op-1", **content) == {"kind": "ack", "op": "op-1", "ok": True}
    assert tab.session.calls == [call]


def test_B08_a_refusal_is_told_and_answered_with_no(tab):
    tab.session.refusing = UnfitModel("expected a geometry that the model can fill.")
    assert tab.say("map_label", op="op-1", label="car", concept="tree")["ok"] is False
    assert isinstance(tab.errors[0], UnfitModel)


@pytest.mark.parametrize("message", [{"kind": "by", "by": "colour"}, {"kind": "by"}, {"kind": "map_label", "label": 3}])
def test_what_no_page_of_ours_says_is_refused(tab, message):
    tab.say(message.pop("kind"), op="op-1", **message)
    assert len(tab.errors) == 1
    assert tab.session.calls == []


def test_the_view_that_was_chosen_is_there_after_a_reload(tab):
    assert tab.panel.view.table["by"] == "class"
    tab.say("by", by="concept")
    tab.session.become(undo="accept")
    assert tab.panel.view.table["by"] == "concept"


def test_without_a_model_the_table_is_empty(make_state):
    bare = replace(make_state(kind="detection"), assist=Assist(), mapping=())
    assert bare.label_mapping == ()
    assert paint.table(bare, by="class", revision=1)["total"] == 0


def test_B13_what_was_renamed_shows_the_concept_that_it_became(state):
    links = [Link("truck", "truck", "synonym", "automatic"), Link("lorry", "truck", "synonym", "rename")]
    (found,) = class_lines(["truck"], links, (), TaskSettings(kind="detection"), {"box"}, {"truck": "lorry"})
    assert [(feed.concept, feed.source) for feed in found.feeds] == [("lorry", "rename")]
