"""The whole labeler without a page: what it tells, what it shows, and that nothing of it is left."""

import threading

import pytest
from ipywidgets.widgets.widget import _instances

from notebook_labeler.errors import Conflict
from notebook_labeler.widgets.labeler import Labeler


@pytest.fixture
def labeler(make_session, make_state, propose, make_album):
    made = Labeler(make_session(make_state([propose("car", 0.9)])), make_album(), height=400)
    yield made
    made.close()


def test_X02_an_error_of_ours_is_one_sentence_in_the_notice_line(labeler):
    labeler.session.refusing = Conflict("bob changed it meanwhile; look again.")
    view = labeler.pane.view
    view._receive(None, {"kind": "accept", "op": "o", "concept": "car", "input": "in-0"}, [])
    head = labeler.header.view.view
    assert (head["notice"]["text"], head["notice"]["kind"]) == ("bob changed it meanwhile; look again.", "error")
    assert head["trouble"] == ""


def test_what_nobody_foresaw_comes_with_its_traceback_and_the_labeler_goes_on(labeler):
    labeler.session.refusing = ZeroDivisionError("division by <b>zero</b>")
    view = labeler.pane.view
    view._receive(None, {"kind": "accept", "op": "o", "concept": "car", "input": "in-0"}, [])
    head = labeler.header.view.view
    assert "ZeroDivisionError: division by <b>zero</b>" in head["notice"]["text"]
    assert "Traceback" in head["trouble"]
    view._receive(None, {"kind": "accept", "op": "p", "concept": "car", "input": "in-0"}, [])
    assert labeler.pane.view.rows[0]["state"] == "accepted"


def test_a_fault_in_painting_is_told_and_the_other_panels_are_painted(labeler):
    def broken(old, new):
        raise RuntimeError("cannot paint")

    labeler.mapping.paint = broken
    labeler.session.accept("car")
    assert labeler.pane.view.rows[0]["state"] == "accepted"
    assert "cannot paint" in labeler.header.view.view["notice"]["text"]


def test_an_unreadable_picture_is_put_out_of_the_way(make_session, make_state, make_album):
    session, album, told = make_session(make_state()), make_album(), threading.Event()
    album.broken.add("in-0")
    reasons = []

    def unreadable(input_id, reason):
        reasons.append((input_id, reason))
        told.set()

    session.unreadable = unreadable
    labeler = Labeler(session, album)
    assert told.wait(60)
    assert reasons == [("in-0", "not a picture.")]
    labeler.close()


def test_arrow_keys_on_the_picture_step_through_the_inputs(labeler):
    labeler.stage._overlay._receive(None, {"kind": "navigate", "op": "o", "step": 1, "input": "in-0"}, [])
    assert labeler.session.calls == [("next", "in-0")]


def test_closing_leaves_no_widget_and_closes_session_and_pictures_once(make_session, make_state, make_album):
    before = set(_instances)
    labeler = Labeler(make_session(make_state()), make_album())
    labeler.close()
    labeler.close()
    assert set(_instances) <= before
    assert labeler.session.calls == [("close",)]
    assert labeler._pictures.closed == 1
    labeler.session.say("late")
