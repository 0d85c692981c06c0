"""The kernel's end of the objects on the stage: what is sent, what is believed, which verbs are pressed."""

import json
from dataclasses import replace

import pytest
from PIL import Image

from notebook_labeler.domain.concept_map import Suggestion
from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.domain.objects import groups
from notebook_labeler.domain.rows import Lens
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import BadInput
from notebook_labeler.media.image import Picture
from notebook_labeler.sessions.state import Drawing
from notebook_labeler.widgets.colours import COLOURS, colour_of
from notebook_labeler.widgets.objects_layer import HEARD
from notebook_labeler.widgets.objects_link import ObjectsLink
from notebook_labeler.widgets.paint_stage import stage_items


class Page:
    """What a browser would be: says things, keeps what it was sent."""

    def __init__(self, stage, monkeypatch):
        self.stage, self.sent, self.errors, self.heard = stage, [], [], []
        monkeypatch.setattr(stage._overlay, "send", lambda content, buffers=None: self.sent.append(content))
        stage.on_error(self.errors.append)
        for kind in HEARD:
            stage.objects.on(kind, lambda kind=kind, **given: self.heard.append((kind, given)))

    def opens(self):
        self.stage._hear_size(self._message("size", width=600, height=400, ratio=1.0, first=True))

    def says(self, kind, **content):
        self.stage._overlay._handle_custom_msg({"kind": kind, "input": "one", **content}, [])

    def _message(self, kind, **content):
        from notebook_labeler.widgets.front import Message

        return Message(kind, content)

    def last(self, kind):
        return [content for content in self.sent if content["kind"] == kind][-1]

    def count(self, kind):
        return sum(content["kind"] == kind for content in self.sent)


@pytest.fixture
def page(stage, monkeypatch):
    return Page(stage, monkeypatch)


@pytest.fixture
def shown(page, stage):
    page.opens()
    stage.show("one", Picture(Image.new("RGB", (40, 30)), 400, 300), 1)
    stage.objects.show("one", [thing("a"), thing("b")])
    return page


def thing(name, left=10.0, **more):
    return {"id": name, "label": name, "box": [left, 10.0, 20.0, 20.0], **more}


def test_nothing_is_sent_until_there_is_a_page_and_then_everything(page, stage):
    stage.objects.show("one", [thing("a")])
    assert page.count("objects") == 0
    page.opens()
    sent = page.last("objects")
    assert (sent["full"], sent["input"], [item["id"] for item in sent["put"]]) == (True, "one", ["a"])


def test_only_the_difference_is_sent_and_nothing_when_there_is_none(shown, stage):
    before = shown.count("objects")
    stage.objects.show("one", [thing("a"), thing("b")])
    assert shown.count("objects") == before
    stage.objects.show("one", [thing("c"), thing("a", 11.0)])
    sent = shown.last("objects")
    assert not sent["full"]
    assert [item["id"] for item in sent["put"]] == ["c", "a"]
    assert (sent["gone"], sent["order"]) == (["b"], ["c", "a"])
    assert sent["revision"] > 0


def test_another_order_alone_is_sent_without_an_item(shown, stage):
    stage.objects.show("one", [thing("b"), thing("a")])
    sent = shown.last("objects")
    assert (sent["put"], sent["gone"], sent["order"]) == ([], [], ["b", "a"])


def test_another_input_and_a_reload_get_everything(shown, stage):
    stage.objects.show("two", [thing("z")])
    assert (shown.last("objects")["full"], shown.last("objects")["input"]) == (True, "two")
    stage.objects.select(["z"])
    stage.objects.draw("sheep", "box", colour="#e69f00")
    shown.opens()
    assert [item["id"] for item in shown.last("objects")["put"]] == ["z"]
    assert shown.last("selected")["ids"] == ["z"]
    assert shown.last("draw")["concept"] == "sheep"


def test_what_hands_did_comes_as_regions(shown):
    shown.says("drawn", op="1", id="n", concept="sheep", shape="box", box=[1.5, 2, 30, 40])
    shown.says(
        "reshaped", op="2", items=[{"id": "a", "rings": [[0, 0, 10, 0, 10, 10]]}, {"id": "b", "box": [1, 1, 2, 2]}]
    )
    shown.says("objects", op="3", do="accept", ids=["a", "b"])
    shown.says("reassign", op="4", ids=["a"], concept="dog")
    shown.says("copy", ids=["a"])
    shown.says("paste", op="5")
    assert shown.errors == []
    where = {"input_id": "one"}
    assert shown.heard == [
        ("drawn", {"object_id": "n", "concept": "sheep", "region": Box(1.5, 2, 30, 40), "op_id": "1", **where}),
        (
            "reshaped",
            {"regions": {"a": Polygon(((0, 0, 10, 0, 10, 10),)), "b": Box(1, 1, 2, 2)}, "op_id": "2", **where},
        ),
        ("objects", {"do": "accept", "ids": ("a", "b"), "op_id": "3", **where}),
        ("reassign", {"ids": ("a",), "concept": "dog", "op_id": "4", **where}),
        ("copy", {"ids": ("a",), "op_id": None, **where}),
        ("paste", {"op_id": "5", **where}),
    ]
    assert json.dumps([one for one in shown.sent if one["kind"] == "ack"])


def test_regions_are_cut_at_the_picture_and_inside_they_stay_to_the_last_digit(shown):
    shown.says("drawn", op="1", id="n", concept="sheep", box=[-10, 250, 30, 100])
    shown.says("drawn", op="2", id="m", concept="sheep", box=[0.1 + 0.2, 1 / 3, 2 / 3, 0.7])
    assert [given["region"] for _, given in shown.heard] == [Box(0, 250, 20, 50), Box(0.1 + 0.2, 1 / 3, 2 / 3, 0.7)]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("drawn", {"id": "n", "concept": "sheep", "box": [1, 2, 3]}),
        ("drawn", {"id": "n", "concept": "sheep", "box": [1, 2, float("nan"), 4]}),
        ("drawn", {"id": "n", "concept": "sheep", "box": [1, 2, -3, 4]}),
        ("drawn", {"id": "n", "concept": "sheep", "box": "1234"}),
        ("drawn", {"id": "n", "concept": "sheep", "box": [5000, 5000, 3, 4]}),
        ("drawn", {"id": "n", "concept": "sheep", "rings": []}),
        ("drawn", {"id": "n", "concept": "sheep", "rings": [[1, 2, 3, 4]]}),
        ("drawn", {"id": "n", "concept": "sheep"}),
        ("drawn", {"id": "n", "concept": "x" * 10_000, "box": [1, 2, 3, 4]}),
        ("drawn", {"id": "", "concept": "sheep", "box": [1, 2, 3, 4]}),
        ("drawn", {"concept": "sheep", "box": [1, 2, 3, 4]}),
        ("reshaped", {"items": "all"}),
        ("reshaped", {"items": [7]}),
        ("objects", {"do": "explode", "ids": ["a"]}),
        ("objects", {"do": "delete", "ids": [None]}),
        ("objects", {"do": "delete", "ids": ["a"] * 100_000}),
        ("reassign", {"ids": ["a"], "concept": None}),
        ("selected", {"ids": {"a": 1}}),
        ("drawing", {"concept": "sheep", "shape": 3}),
    ],
)
def test_nonsense_of_a_page_is_refused_in_a_sentence(shown, kind, content):
    shown.says(kind, op="1", **content)
    assert shown.heard == []
    [error] = shown.errors
    assert isinstance(error, BadInput)
    assert shown.last("ack")["ok"] is False


def test_a_page_is_not_told_what_it_has_just_said(shown, stage):
    shown.says("selected", ids=["a"])
    stage.objects.select(["a"])
    shown.says("drawing", concept="sheep", shape="box", key="sheep", colour="#123456")
    stage.objects.draw("sheep", "box")
    assert (shown.count("selected"), shown.count("draw")) == (0, 0)
    stage.objects.select([])
    stage.objects.draw(None)
    assert (shown.last("selected")["ids"], shown.last("draw")["concept"]) == ([], None)


def test_a_selection_on_an_input_left_behind_is_dropped(shown):
    shown.says("selected", ids=["a"], input="before")
    assert shown.heard == []


# ---- the session behind


class Recorder:
    """A session that writes down which verbs were pressed."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, verb):
        return lambda *given, **named: self.calls.append(
            (verb, *given, {k: v for k, v in named.items() if v is not None})
        )


def objects_state(make_state, *suggestions):
    state = make_state(suggestions, concepts=("sheep", "dog"), kind="detection")
    assert state.groups == groups(state.desk, state.suggestions, Lens())
    return state


def suggestion(name, concept, score, region):
    return Suggestion(name, concept, score, "key-of-toys", (concept,), region=region)


def test_each_message_presses_its_verb(shown, stage):
    session = Recorder()
    ObjectsLink(stage.objects, session)
    shown.says("drawn", op="1", id="n", concept="sheep", box=[1, 2, 30, 40])
    shown.says("reshaped", op="2", items=[{"id": "a", "box": [1, 1, 2, 2]}])
    for op, verb in enumerate(["accept", "uncheck", "delete", "hide", "show"], 3):
        shown.says("objects", op=str(op), do=verb, ids=["a"])
    shown.says("reassign", op="8", ids=["a"], concept="dog")
    shown.says("copy", ids=["a"])
    shown.says("paste", op="9")
    shown.says("selected", ids=["a"])
    shown.says("drawing", concept="dog", shape="polygon")
    shown.says("drawing", concept=None, shape=None)
    assert shown.errors == []
    here = {"input_id": "one"}
    assert session.calls == [
        ("draw", "sheep", Box(1, 2, 30, 40), {"object_id": "n", "op_id": "1", **here}),
        ("reshape", {"a": Box(1, 1, 2, 2)}, {"op_id": "2", **here}),
        ("accept_objects", ("a",), {"op_id": "3", **here}),
        ("uncheck_objects", ("a",), {"op_id": "4", **here}),
        ("delete_objects", ("a",), {"op_id": "5", **here}),
        ("hide", ("a",), True, here),
        ("hide", ("a",), False, here),
        ("reassign", ("a",), "dog", {"op_id": "8", **here}),
        ("copy", ("a",), here),
        ("paste", {"op_id": "9", **here}),
        ("select", ("a",), here),
        ("draw_with", "dog", "polygon", {}),
        ("stop_drawing", {}),
    ]


def test_E02_the_page_is_told_label_number_colour_and_place_of_each_object(make_state):
    state = objects_state(
        make_state,
        suggestion("s1", "sheep", 0.87654, Box(1, 2, 3, 4)),
        suggestion("s2", "sheep", 0.5, Polygon(((0, 0, 4, 0, 4, 3),))),
        suggestion("s3", "cat", 0.25, Box(5, 6, 7, 8)),
    )
    items = stage_items(state)
    assert [(item["label"], item["number"], item["state"]) for item in items] == [
        ("sheep.1", "0.87", "suggested"),
        ("sheep.2", "0.50", "suggested"),
        ("cat.1", "0.25", "suggested"),
    ]
    assert [item.get("box") or item["rings"] for item in items] == [[1, 2, 3, 4], [[0, 0, 4, 0, 4, 3]], [5, 6, 7, 8]]
    assert items[0]["colour"] == items[1]["colour"] == COLOURS[0]
    assert len({item["id"] for item in items}) == 3
    json.dumps(items, allow_nan=False)


def test_a_state_that_lags_behind_the_page_does_not_throw_it_back(shown, stage, make_state):
    link = ObjectsLink(stage.objects, Recorder())
    state = objects_state(make_state)
    link.paint(state, state)
    shown.says("selected", ids=["a"], input=state.input.input_id)
    shown.says("drawing", concept="sheep", shape="box")
    before = (shown.count("selected"), shown.count("draw"))
    later = replace(state, suggestions=(suggestion("s1", "sheep", 0.9, Box(1, 2, 3, 4)),))
    link.paint(state, later)  # a prediction came in: it knows nothing of the selection yet
    assert (shown.count("selected"), shown.count("draw")) == before
    link.paint(later, replace(later, drawing=Drawing("dog", "box")))  # from Python
    assert (shown.last("draw")["concept"], shown.last("draw")["colour"]) == ("dog", COLOURS[1])


@pytest.mark.parametrize("name", ["sheep", "", "🦄", "שלום", "x" * 5000])
def test_colours_are_stable_and_follow_the_tasks_order(name):
    assert colour_of("dog", TaskSettings(concepts=("cat", "Dog"))) == COLOURS[1]
    assert colour_of(name) == colour_of(name.upper().lower())
    assert colour_of(name) in COLOURS
    assert len(set(COLOURS)) == len(COLOURS) == 20
