"""Panels are tested by sending what their JavaScript sends and reading which verb was pressed."""

from dataclasses import replace

import pytest
from ipywidgets.widgets.widget import _instances  # every widget that is not closed

from notebook_labeler.domain.concept_map import Match
from notebook_labeler.domain.records import PENDING, Annotation
from notebook_labeler.domain.rows import Lens
from notebook_labeler.errors import Conflict
from notebook_labeler.runs.job import Job
from notebook_labeler.sessions.state import Assist, MappingLine
from notebook_labeler.widgets import paint
from notebook_labeler.widgets.assist import AssistPanel
from notebook_labeler.widgets.bulk import BulkPanel
from notebook_labeler.widgets.header import Header
from notebook_labeler.widgets.mapping import MappingPanel
from notebook_labeler.widgets.pane import Pane


class Desk:
    """All panels of one session, what they were told, and what they answered."""

    def __init__(self, session, catalogue=lambda text: []):
        self.session, self.errors, self.answers = session, [], []
        common = {"scope": "s", "tell": self.errors.append}
        self.header = Header(session, session.state, **common)
        self.pane = Pane(session, session.state, **common)
        self.assist = AssistPanel(session, session.state, catalogue=catalogue, models={"toys": ""}, **common)
        self.mapping = MappingPanel(session, session.state, **common)
        self.panels = (self.header, self.pane, self.assist, self.mapping)
        for view in (self.header.view, self.pane.view, self.assist.view, self.assist.bulk, self.mapping.view):
            view.send = lambda content, buffers=None: self.answers.append(content)
        session.observe(lambda old, new: [panel.paint(old, new) for panel in self.panels])

    def say(self, view, kind, **content):
        """Send what a page sends."""
        view._receive(None, {"kind": kind, "op": f"op-{len(self.answers)}", **content}, [])
        return self.answers[-1]


@pytest.fixture
def desk(make_session, make_state, propose):
    made = Desk(make_session(make_state([propose("car", 0.9), propose("sheep", 0.3)])))
    yield made
    for panel in made.panels:
        panel.close()


@pytest.mark.parametrize(
    ("kind", "content", "call"),
    [
        ("accept", {"concept": "car"}, ("accept", "car", "in-0")),
        ("add", {"concept": "boat"}, ("add", "boat", "in-0")),
        ("delete", {"concept": "car"}, ("delete", "car", "in-0")),
    ],
)
def test_D01_D06_D08_a_click_in_the_pane_is_one_verb(desk, kind, content, call):
    answer = desk.say(desk.pane.view, kind, input="in-0", **content)
    assert desk.session.calls == [call]
    assert answer["ok"] is True


def test_D03_unchecking_leaves_a_suggestion(desk):
    desk.say(desk.pane.view, "accept", concept="car", input="in-0")
    assert desk.pane.view.rows[0]["state"] == "accepted"
    desk.say(desk.pane.view, "uncheck", concept="car", input="in-0")
    assert desk.pane.view.rows[0]["state"] == "suggested"


def test_D05_a_rename_carries_both_names(desk):
    desk.say(desk.pane.view, "accept", concept="car", input="in-0")
    desk.say(desk.pane.view, "rename", concept="car", new="auto", input="in-0")
    assert desk.session.calls[-1] == ("rename", "car", "auto", "in-0")
    assert desk.pane.view.concepts.count("auto") == 1


def test_C08_searching_narrows_the_rows(desk):
    desk.pane.view._receive(None, {"kind": "search", "text": "she"}, [])
    assert [row["concept"] for row in desk.pane.view.rows] == ["sheep"]


def test_a_refusal_is_told_and_answered_with_no(desk):
    desk.session.refusing = Conflict("bob changed it meanwhile; look again.")
    answer = desk.say(desk.pane.view, "accept", concept="car", input="in-0")
    assert answer["ok"] is False
    assert str(desk.errors[0]) == "bob changed it meanwhile; look again."
    assert desk.pane.view.rows[0]["state"] == "suggested"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"concept": 7},
        {"concept": None},
        {"concept": ["car"]},
        {"concept": "x" * 5000},
        {"concept": "car", "input": 9},
    ],
)
def test_nonsense_from_a_page_is_refused_and_nothing_happens(desk, content):
    before = desk.session.state
    assert desk.say(desk.pane.view, "accept", **{"input": "in-0", **content})["ok"] is False
    assert desk.session.state == before
    assert desk.errors


def test_a_message_about_an_input_left_behind_changes_nothing(desk):
    before = desk.session.state
    desk.say(desk.pane.view, "accept", concept="car", input="another")
    assert desk.session.state == before


def test_a_message_that_comes_twice_is_done_once(desk):
    message = {"kind": "accept", "op": "same", "concept": "car", "input": "in-0"}
    desk.pane.view._receive(None, message, [])
    desk.pane.view._receive(None, message, [])
    assert desk.session.calls == [("accept", "car", "in-0")]


@pytest.mark.parametrize("verb", ["next", "previous", "skip", "submit"])
def test_H18_the_header_steps_through_the_inputs(desk, verb):
    desk.say(desk.header.view, verb, input="in-0")
    assert desk.session.calls == [(verb, "in-0")]


@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_X01_undo_and_redo_are_pressed(desk, verb):
    desk.say(desk.header.view, verb)
    assert desk.session.calls == [(verb, None)]


def test_a_traceback_belongs_to_its_notice_alone(desk):
    desk.header.explain("Traceback …", 1)
    desk.session.say("broken", error=True)
    assert desk.header.view.view["trouble"] == "Traceback …"
    desk.session.say("better")
    assert desk.header.view.view["trouble"] == ""


def test_C03_the_range_is_the_sessions_and_a_prediction_leaves_it(desk, propose):
    desk.assist.slider.value = (0.25, 0.95)
    assert desk.session.calls == [("set_range", 0.25, 0.95)]
    desk.session.become(suggestions=(propose("boat", 0.5),))
    assert desk.assist.slider.value == (0.25, 0.95)
    assert len(desk.session.calls) == 1


def test_a_range_set_from_python_moves_the_slider_and_is_not_sent_back(desk):
    desk.session.set_range(0.125, 0.5)
    assert desk.assist.slider.value == (0.125, 0.5)
    assert desk.session.calls == [("set_range", 0.125, 0.5)]


def test_A01_the_switch_turns_assistance_off_and_on(desk):
    desk.assist.switch.value = False
    desk.assist.switch.value = True
    assert desk.session.calls == [("set_assist", False, None), ("set_assist", True, None)]


def test_A03_turning_it_on_without_a_model_asks_for_one(make_session, make_state):
    state = make_state()
    desk = Desk(make_session(replace(state, assist=type(state.assist)())))
    desk.assist.switch.value = True
    assert desk.session.calls == []
    assert desk.assist.view.view["offer"]
    desk.say(desk.assist.view, "choose", model="timm/resnet18.a1_in1k")
    assert desk.session.calls == [("choose_model", "timm/resnet18.a1_in1k")]
    assert not desk.assist.view.view["offer"]
    assert desk.assist.switch.value


def test_A07_A08_predict_and_cancel_are_pressed(desk):
    desk.say(desk.assist.view, "predict", input="in-0")
    desk.say(desk.assist.view, "cancel")
    assert desk.session.calls == [("predict", "in-0"), ("cancel", None)]


def test_C05_accept_all_takes_what_is_shown(desk):
    assert desk.assist.bulk.view["acceptable"] == 2
    desk.say(desk.assist.bulk, "accept_all", input="in-0")
    assert [row["state"] for row in desk.pane.view.rows[:2]] == ["accepted", "accepted"]
    assert desk.assist.bulk.view["acceptable"] == 0


@pytest.mark.parametrize(("search", "score", "many"), [("", 0.1, 2), ("EEP", None, 1), ("<b>", 0.9, 0)])
def test_C05_without_assistance_pending_labels_have_their_buttons(make_session, make_state, search, score, many):
    state = make_state(low=0.3)
    assert not paint.bulk(replace(state, assist=Assist()))["shown"]
    left = [
        Annotation(task_id="t", annotation_id=c, input_id="in-0", concept=c, concept_key=c, status=PENDING, score=score)
        for c in ("car", "sheep")
    ]
    scene = replace(state.desk.scene, annotations=tuple(left))
    lens = Lens(0.3, 1.0, search)
    state = replace(state, assist=Assist(), lens=lens, desk=replace(state.desk, scene=scene))
    found = paint.bulk(state)
    assert (found["shown"], found["acceptable"], found["ready"]) == (many > 0, many, True)
    assert found["question"].endswith("on all 386 open inputs?")
    assert ("search" in found["one"]) == bool(search)
    session = make_session(state)
    panel = BulkPanel(session, state, scope="s", tell=pytest.fail)
    assert panel.view.layout.display == ("" if many else "none")
    session.accept_all_inputs = lambda: Job("many", total=5)
    panel.view._receive(None, {"kind": "accept_all_inputs"}, [])
    assert panel.view.view["job"] == {"done": 0, "total": 5}
    assert panel.view.layout.display == ""
    panel.close()


def test_A05_the_catalogue_comes_by_the_page(make_session, make_state):
    entries = [{"name": f"m{i}"} for i in range(130)]
    desk = Desk(make_session(make_state()), catalogue=lambda text: [e for e in entries if text in e["name"]])
    desk.assist.view._receive(None, {"kind": "catalogue", "ask": "q", "search": "m", "start": 120, "count": 60}, [])
    answer = desk.answers[-1]
    assert (answer["kind"], answer["ask"], answer["total"], len(answer["items"])) == ("page", "q", 130, 10)


@pytest.mark.parametrize("bad", [{"start": -1}, {"count": 10**9}, {"start": "0"}, {"start": 0.5}, {"ask": None}])
def test_a_page_outside_its_bounds_is_refused(desk, bad):
    asked = {"kind": "vocabulary", "ask": "q", "search": "", "start": 0, "count": 60, **bad}
    desk.mapping.view._receive(None, asked, [])
    assert desk.errors
    assert not [answer for answer in desk.answers if answer["kind"] == "page"]


def test_B03_B04_B05_relations_are_set_and_taken_away(desk):
    desk.say(desk.mapping.view, "relate", concept="sheep", other="ram", relation="hyponym")
    desk.say(desk.mapping.view, "unrelate", concept="car", other="sports car")
    assert desk.session.calls == [("relate", "sheep", "ram", "hyponym"), ("unrelate", "car", "sports car")]
    assert [line["concept"] for line in desk.mapping.view.view["mapped"]] == ["sheep"]


def test_B06_map_all_takes_the_first_recommendation_or_all_kinds(desk):
    matches = [Match("vehicle", other, "hyponym", 0.9, "") for other in ("bus", "car")]
    near = [Match("boat", "ship", "synonym", 0.9, ""), Match("boat", "canoe", "hyponym", 0.8, "")]
    lines = (MappingLine("vehicle", (), tuple(matches)), MappingLine("boat", (), tuple(near)))
    desk.session.become(mapping=lines)
    assert desk.mapping.view.view["recommended"] == 3
    desk.say(desk.mapping.view, "map_all")
    assert [call[1:] for call in desk.session.calls] == [
        ("vehicle", "bus", "hyponym"),
        ("vehicle", "car", "hyponym"),
        ("boat", "ship", "synonym"),
    ]


def test_B10_the_vocabulary_is_searched_by_name_and_says_what_it_feeds(desk):
    asked = {"kind": "vocabulary", "ask": "q", "search": "C", "start": 0, "count": 60}
    desk.mapping.view._receive(None, asked, [])
    assert desk.answers[-1]["items"] == [{"label": "car", "feeds": []}, {"label": "truck", "feeds": []}]


def test_painting_the_same_state_again_sends_nothing(desk):
    changes = []
    for view in (desk.header.view, desk.pane.view, desk.assist.view, desk.assist.bulk, desk.mapping.view):
        view.observe(changes.append)
    for panel in desk.panels:
        panel.paint(desk.session.state, desk.session.state)
    assert changes == []


def test_closing_a_panel_closes_every_widget_it_made(make_session, make_state):
    before = set(_instances)
    desk = Desk(make_session(make_state()))
    for panel in desk.panels:
        panel.close()
        panel.close()
    assert set(_instances) <= before
