"""The kernel's end of the wand: what is sent, what is believed, which verbs are pressed."""

from dataclasses import replace

import pytest

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.errors import BadInput
from notebook_labeler.sessions.state import Proposal
from notebook_labeler.widgets.segment_link import SegmentLink
from notebook_labeler.widgets.stage import Stage

RINGS = ((1.0, 1.0, 5.0, 1.0, 5.0, 5.0),)
READY = Proposal("in-0", 4, ((2.0, 2.0, True),), Box(0, 0, 8, 8), 1.5, "ready", Polygon(RINGS))


class Verbs:
    def __init__(self, state):
        self.state, self.calls = state, []

    def __getattr__(self, name):
        return lambda *given, **more: self.calls.append((name, given, more))


@pytest.fixture
def wand(make_herd, monkeypatch):
    class Wand:
        def __init__(self):
            self.stage = Stage()
            self.session = Verbs(make_herd(("sheep", 1)))
            self.sent, self.errors = [], []
            monkeypatch.setattr(self.stage.front, "send", lambda content, buffers=None: self.sent.append(content))
            self.stage.on_error(self.errors.append)
            self.link = SegmentLink(self.stage.front, self.session, self.stage.on_ready)

        def opens(self):
            self.says("size", width=600, height=400, ratio=1.0, first=True)

        def says(self, kind, **content):
            self.stage.front._handle_custom_msg({"kind": kind, "input": "in-0", **content}, [])

        def become(self, **changes):
            old, self.session.state = self.session.state, replace(self.session.state, **changes)
            self.link.paint(old, self.session.state)

        def told(self, kind):
            return [content for content in self.sent if content["kind"] == kind]

    made = Wand()
    yield made
    made.stage.close()


def test_X06_a_page_is_told_what_to_begin_with_and_what_is_proposed_also_after_a_reload(wand):
    wand.become(proposal=READY)
    assert wand.told("wand") == wand.told("proposal") == []
    wand.opens()
    (begin,) = wand.told("wand")
    assert (begin["concept"], begin["key"], begin["colour"][0]) == ("sheep", "sheep", "#")
    (sent,) = wand.told("proposal")
    assert sent == {
        "kind": "proposal", "input": "in-0", "number": 4, "phase": "ready", "rings": [list(RINGS[0])],
        "points": [[2.0, 2.0, True]], "box": [0.0, 0.0, 8.0, 8.0], "tolerance": 1.5, "message": "",
    }  # fmt: skip
    wand.opens()
    assert len(wand.told("proposal")) == 2
    wand.become(proposal=None)
    assert wand.told("proposal")[-1] == {"kind": "proposal", "input": "in-0", "number": 4, "phase": "none"}
    before = len(wand.sent)
    wand.become(position=3)
    assert len(wand.sent) == before


def test_X06_messages_press_the_verbs_once(wand):
    wand.says("segment", op="o1", points=[[1, 2, True]], box=None, number=3)
    wand.says("segment", op="o1", points=[[1, 2, True]], box=None, number=3)
    wand.says("tolerance", value=2.5)
    wand.says("proposal", op="o2", do="accept", concept="sheep", id="new")
    wand.says("proposal", do="discard")
    wand.says("look")
    assert wand.session.calls == [
        ("segment", (), {"points": [[1, 2, True]], "box": None, "number": 3, "input_id": "in-0"}),
        ("set_tolerance", (2.5,), {"input_id": "in-0"}),
        ("accept_proposal", ("sheep",), {"object_id": "new", "input_id": "in-0", "op_id": "o2"}),
        ("discard_proposal", (), {"input_id": "in-0"}),
        ("look_ahead", (), {}),
    ]
    assert wand.errors == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("segment", {"points": "1,2", "number": 1}),
        ("segment", {"points": [[1, 2, True]] * 201, "number": 1}),
        ("segment", {"points": [], "number": "1"}),
        ("segment", {"points": [], "number": 1e300}),
        ("segment", {"points": [], "number": -1}),
        ("tolerance", {"value": None}),
        ("tolerance", {"value": float("nan")}),
        ("proposal", {"do": "burn"}),
        ("proposal", {}),
        ("proposal", {"do": "accept", "concept": 5, "id": "x"}),
        ("proposal", {"do": "accept", "concept": "x" * 5000, "id": "x"}),
    ],
    ids=str,
)
def test_X06_what_a_page_cannot_mean_is_refused_in_one_sentence(wand, kind, content):
    wand.says(kind, op="o", **content)
    assert wand.session.calls == []
    (error,) = wand.errors
    assert isinstance(error, BadInput)
    assert wand.told("ack") == [{"kind": "ack", "op": "o", "ok": False}]
