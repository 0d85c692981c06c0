"""The Objects pane without a page: what is painted of a state, and which verb each message presses."""

import json
from dataclasses import replace

import pytest

from notebook_labeler.domain.geometry import Box
from notebook_labeler.domain.rows import Lens
from notebook_labeler.errors import Conflict
from notebook_labeler.sessions.state import Drawing
from notebook_labeler.widgets import paint_objects as paint
from notebook_labeler.widgets.objects_pane import ObjectsPane


class Desk:
    """The pane of one session, what was told, and what it answered."""

    def __init__(self, session):
        self.session, self.errors, self.answers = session, [], []
        self.pane = ObjectsPane(session, session.state, scope="s", tell=self.errors.append)
        self.view = self.pane.view
        self.view.send = lambda content, buffers=None: self.answers.append(content)
        session.observe(self.pane.paint)

    def say(self, kind, **content):
        self.view._receive(None, {"kind": kind, "op": f"op-{len(self.answers)}", "input": "in-0", **content}, [])
        return self.answers[-1]

    def ids(self, *places):
        return [self.view.things[place]["id"] for place in places]


@pytest.fixture
def desk(make_session, make_herd):
    made = Desk(make_session(make_herd(("sheep", 3), ("dog", 1), ("cow", 0))))
    yield made
    made.pane.close()


def test_E01_E02_concepts_with_their_instances_numbered_and_counted(desk):
    assert desk.view.view["title"] == "Objects (2)"
    assert [(g["concept"], g["count"]) for g in desk.view.groups] == [("sheep", 3), ("dog", 1), ("cow", 0)]
    assert [(t["group"], t["nth"]) for t in desk.view.things] == [("sheep", 1), ("sheep", 2), ("sheep", 3), ("dog", 1)]


def test_C01_C02_instances_stand_by_descending_probability_which_is_rounded_down(make_herd, propose_object):
    state = make_herd(("sheep", 0))
    boxes = [propose_object("sheep", s, at=(40 * i, 0), number=i) for i, s in enumerate((0.2, 0.899, 0.5))]
    state = replace(state, suggestions=tuple(boxes))
    assert [(t["number"], t["share"]) for t in paint.things(state)] == [("0.89", 0.899), ("0.50", 0.5), ("0.20", 0.2)]


def test_E09_the_first_20_concepts_have_a_hotkey_and_all_have_a_colour(make_herd):
    found = paint.groups(make_herd(*[(f"c{i:02d}", 0) for i in range(22)]))
    assert [g["hotkey"] for g in found[:12]] == [*"1234567890", "⇧1", "⇧2"]
    assert [g["hotkey"] for g in found[19:]] == ["⇧0", "", ""]
    assert len({g["colour"] for g in found[:20]}) == 20
    assert all(len(g["colour"]) == 7 and g["colour"][0] == "#" for g in found)


@pytest.mark.parametrize(("kind", "shape"), [("detection", "box"), ("segmentation", "polygon")])
def test_E07_a_concept_is_drawn_as_the_task_has_it(make_herd, kind, shape):
    assert paint.groups(make_herd(("sheep", 0), kind=kind))[0]["shape"] == shape
    other = {"box": "polygon", "polygon": "box"}[shape]
    state = make_herd(("sheep", 0), kind=kind, geometries=(("sheep", other),))
    assert paint.groups(state)[0]["shape"] == other


def test_D04_people_and_models_stand_beside_an_accepted_object(desk):
    desk.say("accept", ids=desk.ids(0))
    first = desk.view.things[0]
    assert (first["state"], first["people"], first["models"]) == ("accepted", ["ana"], ["toys"])
    assert desk.view.things[1]["state"] == "suggested"
    assert "people" not in desk.view.things[1]


def test_C07_what_passes_the_threshold_is_marked(make_herd):
    found = paint.things(make_herd(("sheep", 3), submit_threshold=0.6))
    assert [t.get("passing", False) for t in found] == [True, True, False]


def test_C03_C08_range_and_search_narrow_the_rows(desk):
    desk.say("search", text="do")
    assert [g["concept"] for g in desk.view.groups] == ["dog"]
    assert desk.view.view["title"] == "Objects (1)"
    desk.say("search", text="")
    desk.session.become(lens=Lens(0.6, 1.0))
    assert [g["count"] for g in desk.view.groups] == [2, 1, 0]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "No objects yet. Press a concept's key and draw the first one."),
        ({"lens": Lens(search="zebra")}, "No object matches the search."),
        ({"input": None, "desk": None}, "There is no input to label."),
    ],
)
def test_an_empty_pane_says_why_in_one_sentence(make_herd, changes, sentence):
    assert paint.objects_pane(replace(make_herd(("sheep", 0)), **changes))["empty"] == sentence


def test_an_empty_pane_of_a_task_without_concepts_says_what_to_do(make_herd):
    assert paint.objects_pane(make_herd())["empty"] == "No concept to draw with yet. Add one below."


def test_one_object_is_enough_for_no_sentence(make_herd):
    assert paint.objects_pane(make_herd(("sheep", 1)))["empty"] == ""


@pytest.mark.parametrize(
    ("kind", "content", "call"),
    [
        ("accept", {"ids": ["0", "1"]}, ("accept_objects", ["0", "1"], "in-0")),
        ("uncheck", {"ids": ["0"]}, ("uncheck_objects", ["0"], "in-0")),
        ("delete", {"ids": ["0"]}, ("delete_objects", ["0"], "in-0")),
        ("reassign", {"ids": ["0"], "concept": "wolf"}, ("reassign", ["0"], "wolf", "in-0")),
        ("rename", {"concept": "sheep", "new": "ram"}, ("rename", "sheep", "ram", "in-0")),
        ("hide", {"ids": ["sheep"], "on": True}, ("hide", ["sheep"], True)),
        ("add", {"concept": "wolf"}, ("add_task_concept", "wolf")),
        ("search", {"text": "she"}, ("search", "she")),
    ],
)
def test_E03_E04_E10_a_click_in_the_pane_is_one_verb(desk, kind, content, call):
    first = desk.ids(0, 1)

    def real(value):
        return [first[int(v)] if v.isdigit() else v for v in value] if isinstance(value, list) else value

    answer = desk.say(kind, **{name: real(value) for name, value in content.items()})
    assert desk.session.calls == [tuple(map(real, call))]
    assert answer["ok"] is True


def test_D03_unchecking_leaves_a_suggestion_in_its_place(desk):
    first = desk.ids(0)
    desk.say("accept", ids=first)
    desk.say("uncheck", ids=first)
    assert desk.ids(0) == first
    assert desk.view.things[0]["state"] == "suggested"


def test_E04_a_reassigned_suggestion_is_accepted_under_the_other_concept(desk):
    first = desk.ids(0)
    desk.say("reassign", ids=first, concept="cow")
    assert [(t["id"], t["state"]) for t in desk.view.things if t["group"] == "cow"] == [(first[0], "accepted")]
    assert desk.view.view["title"] == "Objects (3)"


def test_hiding_and_selecting_send_no_rows_again(desk):
    sent = []
    desk.view.observe(lambda change: sent.append(change["name"]))
    desk.say("hide", ids=["sheep"], on=True)
    desk.session.select(desk.ids(0))
    desk.session.become(drawing=Drawing("dog", "polygon"))
    assert set(sent) == {"view"}
    view = desk.view.view
    assert (view["hidden"], view["selected"]) == (["sheep"], desk.ids(0))
    assert view["drawing"] == {"concept": "dog", "shape": "polygon"}


def test_a_refusal_is_told_and_answered_with_no(desk):
    desk.session.refusing = Conflict("bob changed it meanwhile; look again.")
    assert desk.say("accept", ids=desk.ids(0))["ok"] is False
    assert str(desk.errors[0]) == "bob changed it meanwhile; look again."


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("accept", {}),
        ("accept", {"ids": "sheep"}),
        ("accept", {"ids": [1]}),
        ("accept", {"ids": ["x" * 5000]}),
        ("accept", {"ids": ["x"] * 100_001}),
        ("hide", {"ids": ["x"]}),
        ("hide", {"ids": ["x"], "on": 1}),
        ("reassign", {"ids": ["x"], "concept": 7}),
        ("rename", {"concept": "sheep"}),
        ("add", {"concept": None}),
    ],
)
def test_nonsense_from_a_page_is_refused_and_nothing_happens(desk, kind, content):
    before = desk.session.state
    assert desk.say(kind, **content)["ok"] is False
    assert desk.session.state == before
    assert desk.errors


def test_a_drawn_polygon_and_box_have_no_number_and_say_their_shape(desk):
    desk.session.draw("dog", Box(500, 500, 20, 20), object_id="mine")
    drawn = desk.view.things[-1]
    assert (drawn["id"], drawn["nth"], drawn["number"], drawn["shape"]) == ("mine", 2, "", "box")
    assert "share" not in drawn


def test_a_thousand_rows_travel_light(make_herd):
    state = make_herd(("sheep", 1000))
    assert len(json.dumps(paint.things(state))) < 250_000
