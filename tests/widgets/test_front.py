"""Messages between page and kernel: checked, run once, answered, and no error lost."""

import re
import threading

import pytest

from notebook_labeler.errors import BadInput
from notebook_labeler.widgets.front import FRONT, REMEMBERED, Front, Message, module


class Small(Front):
    _esm = module("link.js", "view.js")


@pytest.fixture
def front(monkeypatch):
    made = Small(scope="one")
    made.answers = []
    monkeypatch.setattr(made, "send", lambda content, buffers=None: made.answers.append(content))
    yield made
    made.close()


def say(front, **content):
    front._handle_custom_msg(content, [])


def test_an_operation_is_run_once_however_often_it_is_sent(front):
    heard = []
    front.hear("accept", lambda message: heard.append(message.text("concept")))
    for _ in range(3):
        say(front, kind="accept", op="1", concept="car")
    say(front, kind="accept", op="2", concept="car")
    assert heard == ["car", "car"]
    assert front.answers == [{"kind": "ack", "op": op, "ok": True} for op in ("1", "1", "1", "2")]


def test_it_is_answered_after_it_was_done_and_not_by_a_second_coming_meanwhile(front):
    begun, finish = threading.Event(), threading.Event()
    front.hear("accept", lambda message: (begun.set(), finish.wait(60)))
    work = threading.Thread(target=say, args=(front,), kwargs={"kind": "accept", "op": "1"})
    work.start()
    assert begun.wait(60)
    say(front, kind="accept", op="1")
    assert front.answers == []
    finish.set()
    work.join()
    assert front.answers == [{"kind": "ack", "op": "1", "ok": True}]


def test_an_error_is_told_and_answered_with_no(front):
    errors = []
    front.on_error(errors.append)
    front.hear("accept", lambda message: message.text("concept"))
    say(front, kind="accept", op="1", concept=["not", "text"])
    say(front, kind="accept", op="1", concept=["not", "text"])
    assert [type(error) for error in errors] == [BadInput]
    assert [answer["ok"] for answer in front.answers] == [False, False]


def test_what_nobody_waits_for_is_not_answered(front):
    heard = []
    front.hear("size", heard.append)
    say(front, kind="size", width=3)
    assert heard[0].number("width") == 3.0
    assert heard[0].op is None
    assert front.answers == []


@pytest.mark.parametrize("content", [None, [], "text", {}, {"kind": 3}, {"kind": "unknown", "op": "1"}])
def test_what_is_no_message_of_ours_is_left_alone(front, content):
    front._handle_custom_msg(content, [])
    assert front.answers == []


def test_it_does_not_remember_for_ever(front):
    front.hear("accept", lambda message: None)
    for number in range(REMEMBERED + 50):
        say(front, kind="accept", op=str(number))
    assert len(front._answered) == REMEMBERED


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "1", None, [1]])
def test_a_number_is_a_finite_number(value):
    with pytest.raises(BadInput, match="expected a number in 'x'"):
        Message("view", {"x": value}).number("x")


def test_modules_are_closed_off_and_hand_over_what_they_export():
    text = module("link.js", "view.js")
    assert re.search(r"^const \{ .*\bconnect\b.*\} = \(\(\) => \{$", text, re.MULTILINE)
    assert text.endswith((FRONT / "view.js").read_text("utf-8"))
    assert not re.search(r"^import ", module("link.js", "view.js", "scene.js", "stage.js"), re.MULTILINE)
