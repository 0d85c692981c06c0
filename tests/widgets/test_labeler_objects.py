"""A labeler of objects without a page: what hands did on the stage presses the session, and both sides show it."""

import pytest
from ipywidgets.widgets.widget import _instances

from notebook_labeler.widgets.labeler import Labeler
from notebook_labeler.widgets.objects_pane import ObjectsPane


@pytest.fixture
def labeler(make_session, make_herd, make_album):
    made = Labeler(make_session(make_herd(("sheep", 2), ("dog", 1))), make_album())
    yield made
    made.close()


def say(labeler, kind, **content):
    """Send what the stage's page sends."""
    labeler.stage._overlay._receive(None, {"kind": kind, "op": f"op-{kind}", "input": "in-0", **content}, [])
    return labeler.session.calls[-1]


def ids(labeler):
    return [item["id"] for item in labeler.pane.view.things]


def test_a_task_of_objects_has_the_objects_pane_in_the_label_tab(labeler, make_session, make_state, make_album):
    assert isinstance(labeler.pane, ObjectsPane)
    assert labeler.header.view.view["objects"] is True
    assert [item["label"] for item in labeler.stage.objects._items.values()] == ["sheep.1", "sheep.2", "dog.1"]
    colours = {group["key"]: group["colour"] for group in labeler.pane.view.groups}
    assert {item["key"]: item["colour"] for item in labeler.stage.objects._items.values()} == colours
    other = Labeler(make_session(make_state()), make_album())
    assert not isinstance(other.pane, ObjectsPane)
    assert other.header.view.view["objects"] is False
    other.close()


def test_E05_E06_E07_what_hands_draw_and_shape_is_the_sessions(labeler):
    assert say(labeler, "drawn", id="mine", concept="dog", shape="box", box=[10, 20, 30, 40])[:2] == ("draw", "dog")
    assert labeler.pane.view.things[-1]["id"] == "mine"
    first = ids(labeler)[0]
    call = say(labeler, "reshaped", items=[{"id": first, "box": [1, 2, 3, 4]}])
    assert (call[0], call[1][first].sides) == ("reshape", (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("do", "call"),
    [
        ("accept", ("accept_objects", 1, "in-0")),
        ("uncheck", ("uncheck_objects", 1, "in-0")),
        ("delete", ("delete_objects", 1, "in-0")),
        ("hide", ("hide", 1, True)),
        ("show", ("hide", 1, False)),
    ],
)
def test_E10_keys_on_the_picture_press_the_same_verbs_as_the_pane(labeler, do, call):
    name, which, how = say(labeler, "objects", do=do, ids=ids(labeler)[:1])
    assert (name, len(which), how) == call


def test_selecting_hiding_and_accepting_are_shown_on_both_sides(labeler):
    first = ids(labeler)[0]
    say(labeler, "selected", ids=[first])
    assert labeler.pane.view.view["selected"] == [first]
    labeler.session.accept_objects([first])
    labeler.session.hide(["dog"])
    shown = list(labeler.stage.objects._items.values())
    assert [(item["state"], item["hidden"]) for item in shown] == [
        ("accepted", False),
        ("suggested", False),
        ("suggested", True),
    ]
    assert labeler.pane.view.things[0]["state"] == "accepted"
    assert labeler.pane.view.view["hidden"] == ["dog"]


def test_closing_leaves_no_widget(make_session, make_herd, make_album):
    before = set(_instances)
    labeler = Labeler(make_session(make_herd(("sheep", 1))), make_album())
    labeler.close()
    assert set(_instances) <= before
