"""Each person's figures follow from what was done, and not from what was taken back."""

import math

import pytest

from notebook_labeler.domain.actions import SECOND_OPINION, Action
from notebook_labeler.quality.intervals import wilson
from notebook_labeler.quality.team import BREAK_S, figures, standing

HOSTILE = ["<img src=x onerror=alert(1)>", "עברית 🐑", "x" * 200, ""]


def done(*steps):
    """Actions ten seconds apart: person, kind, input, and perhaps the group that is undone or redone."""
    made = []
    for place, (person, kind, where, *undo_of) in enumerate(steps):
        made.append(Action(person, kind, where, place * 10_000_000, f"g{place}", *undo_of))
    return made


def row(found):
    return found.submitted, found.approved, found.approved_at_once, found.rejected, found.judged, found.reviewed


@pytest.mark.parametrize(
    ("steps", "ana"),
    [
        ([], None),
        ([("ana", "add", "a")], (0, 0, 0, 0, 0, 0)),
        ([("ana", "submit", "a")], (1, 0, 0, 0, 0, 0)),
        ([("ana", "submit", "a"), ("ana", "submit", "a")], (1, 0, 0, 0, 0, 0)),
        ([("ana", "submit", "a"), ("ben", "approve", "a")], (1, 1, 1, 0, 1, 0)),
        ([("ana", "submit", "a"), ("ben", "reject", "a")], (1, 0, 0, 1, 1, 0)),
        (
            [("ana", "submit", "a"), ("ben", "reject", "a"), ("ana", "submit", "a"), ("ben", "approve", "a")],
            (1, 1, 0, 1, 1, 0),
        ),
        ([("ana", "submit", "a"), ("ben", "approve", "a"), ("ben", "reject", "a")], (1, 0, 0, 1, 1, 0)),
        ([("ana", "submit", "a"), ("ben", "add", "a"), ("ben", "approve", "a")], (1, 1, 0, 0, 1, 0)),
        ([("ana", "submit", "a"), ("ana", "add", "a"), ("ben", "approve", "a")], (1, 1, 1, 0, 1, 0)),
        ([("ben", "add", "a"), ("ana", "submit", "a"), ("ben", "approve", "a")], (1, 1, 1, 0, 1, 0)),
        ([("ana", "submit", "a"), ("ana", "reopen", "a")], (0, 0, 0, 0, 0, 0)),
        ([("ana", "submit", "a"), ("ana", "undo", "a", "g0")], (0, 0, 0, 0, 0, 0)),
        ([("ana", "submit", "a"), ("ana", "undo", "a", "g0"), ("ana", "redo", "a", "g0")], (1, 0, 0, 0, 0, 0)),
        ([("ana", "submit", "a"), ("ben", "approve", "a"), ("ben", "undo", "a", "g1")], (1, 0, 0, 0, 0, 0)),
        ([("ana", "submit", "a"), ("ben", "reject", "a"), ("ben", "undo", "a", "g1")], (1, 0, 0, 0, 0, 0)),
        ([("cem", "submit", "a"), ("ana", "reject", "a"), ("ana", "reject", "b")], (0, 0, 0, 0, 0, 2)),
        ([("ana", "submit", "a"), ("ben", "reject", "a"), ("cem", "submit", "a")], (1, 0, 0, 1, 1, 0)),
        ([("ana", "submit" + SECOND_OPINION, "a"), ("ben", "approve", "a")], (1, 0, 0, 0, 0, 0)),
        ([("ana", "import", "a"), ("ben", "approve", "a")], (0, 0, 0, 0, 0, 0)),
    ],
    ids=lambda value: " ".join(":".join(step[:2]) for step in value) if isinstance(value, list) else "",
)
def test_X10_what_was_handed_in_approved_and_sent_back_is_counted_as_it_stands(steps, ana):
    found = figures(done(*steps))
    assert (row(found["ana"]) if ana else found.get("ana")) == ana


def test_X10_the_rate_of_approved_at_once_has_Wilsons_interval():
    steps = [("ana", "submit", str(n)) for n in range(10)] + [("ben", "approve", str(n)) for n in range(1, 9)]
    ana = figures(done(*steps, ("ben", "reject", "0")))["ana"]
    assert ana.rate == pytest.approx(8 / 9)
    assert (ana.low, ana.high) == wilson(8, 9)
    assert ana.submitted == 10


def test_X10_before_the_first_verdict_there_is_no_rate():
    ana = figures(done(("ana", "submit", "a")))["ana"]
    assert all(map(math.isnan, (ana.rate, ana.low, ana.high)))


def at(seconds, kind, where, person="ana"):
    return Action(person, kind, where, int(seconds * 1_000_000), f"{seconds}")


def test_X10_time_is_what_lies_between_actions_but_for_breaks():
    ana = figures(
        [
            at(0, "import", "c"),  # a program's
            at(5, "add", "a"),
            at(15, "submit", "a"),
            at(20, "add", "b", person="ben"),  # somebody else's time
            at(45, "submit", "b"),
            at(45 + BREAK_S + 1, "add", "c"),  # she was away
            at(45 + 2 * BREAK_S + 1, "submit", "c"),  # she was slow
        ]
    )["ana"]
    assert ana.active_seconds == 10 + 30 + BREAK_S
    assert ana.seconds_per_input == 30


def test_X10_clocks_that_go_backwards_take_no_time_away():
    ana = figures([at(10, "add", "a"), at(3, "add", "a"), at(5, "submit", "a")])["ana"]
    assert (ana.active_seconds, ana.seconds_per_input) == (2, 2)


def test_X10_of_one_action_alone_no_time_is_known():
    ana = figures([at(10, "submit", "a")])["ana"]
    assert ana.active_seconds == 0
    assert math.isnan(ana.seconds_per_input)


def test_X10_the_newest_word_on_an_action_counts():
    again = done(("a", "add", "1"), ("a", "undo", "1", "g0"), ("a", "redo", "1", "g0"), ("a", "undo", "1", "g0"))
    assert standing(again) == []
    assert standing(again[:3]) == again[:1]


def test_X10_hostile_names_are_people_as_others_are():
    found = figures(done(*[(name, "submit", name) for name in HOSTILE]))
    assert {name: one.submitted for name, one in found.items()} == dict.fromkeys(HOSTILE, 1)


def test_H16_a_run_and_its_undoing_are_nobodys_work():
    steps = [("toys for ana", "prelabel", "a"), ("toys for ana", "undo", "a", "g0"), ("ben", "import", "b")]
    assert list(figures(done(*steps))) == ["ben"]
