from dataclasses import replace

import pytest

from notebook_labeler.domain import history, reviewing
from notebook_labeler.domain.assignments import APPROVED, REJECTED, STATES, SUBMITTED
from notebook_labeler.domain.labeling import Desk, Scene
from notebook_labeler.domain.operations import Change, Event, Operation
from notebook_labeler.domain.records import PENDING, SUCCESS, Annotation, Assignment
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import BadInput


def handed_in(*, by="ben", reviewers=("ben", "cem"), reviewer="", state=SUBMITTED, comment="", labels=()):
    assignment = Assignment(
        task_id="t", input_id="i", position=0, state=state, labeler="ana", reviewer=reviewer, comment=comment
    )
    return Desk("t", by, TaskSettings(reviewers=tuple(reviewers)), Scene(assignment, tuple(labels)))


def car(number=0, **more):
    given = {"task_id": "t", "annotation_id": str(number), "input_id": "i", "concept": "car", "concept_key": "car"}
    return Annotation(**given | more)


def after(changes):
    (change,) = changes
    return change.after


def test_H16_approving_says_who_and_clears_the_comment():
    judged = after(reviewing.approve(handed_in(state=REJECTED, comment="too wide", reviewer="ben")))
    assert (judged.state, judged.reviewer, judged.comment, judged.labeler) == (APPROVED, "ben", "", "ana")


def test_H16_what_is_pending_on_an_approved_input_stands_from_now_on():
    pending = car(status=PENDING, via="prelabel")
    label, judged = (change.after for change in reviewing.approve(handed_in(labels=[pending, car(1)])))
    assert (label.status, label.labeler, label.via) == (SUCCESS, "ben", "approved")
    assert judged.state == APPROVED


def test_H16_rejecting_says_who_and_why():
    judged = after(reviewing.reject(handed_in(), "  box too\twide\r\n\r\nsee left \x07 "))
    assert (judged.state, judged.reviewer, judged.comment) == (REJECTED, "ben", "box too wide\n\nsee left")


@pytest.mark.parametrize("comment", ["", " \n\t", "\x00", "x" * 2001, None, 7, ["why"]])
def test_H16_a_rejection_without_a_reason_is_refused(comment):
    with pytest.raises(BadInput, match="expected a comment"):
        reviewing.reject(handed_in(), comment)


@pytest.mark.parametrize("comment", ["<img src=x onerror=alert(1)>", "שלום 🦄", "x" * 2000, "a\nb"])
def test_comments_are_kept_to_the_letter(comment):
    assert after(reviewing.reject(handed_in(), comment)).comment == comment


def test_judging_the_same_way_again_changes_nothing():
    assert reviewing.approve(handed_in(state=APPROVED, reviewer="cem", reviewers=())) == []
    assert reviewing.reject(handed_in(state=REJECTED, comment="why", reviewer="ben"), "why") == []
    assert after(reviewing.reject(handed_in(state=REJECTED, comment="why", reviewer="ben"), "no")).comment == "no"


@pytest.mark.parametrize("state", [s for s in STATES if s not in reviewing.HANDED_IN])
def test_what_was_not_handed_in_cannot_be_judged(state):
    for judge in (reviewing.approve, lambda desk: reviewing.reject(desk, "why")):
        with pytest.raises(BadInput, match="handed in"):
            judge(handed_in(state=state))


@pytest.mark.parametrize(
    ("by", "reviewers", "reviewer", "may"),
    [
        ("ana", (), "", True),  # nobody is named: anybody reviews
        ("ana", (), "ben", True),
        ("ben", ("ben", "cem"), "ben", True),
        ("ben", ("ben", "cem"), "", True),
        ("ben", ("ben", "cem"), "cem", False),
        ("ben", ("ben", "cem"), "gone", True),  # who reviews no longer
        ("ana", ("ben", "cem"), "", False),
        ("ana", ("ana",), "ana", True),  # own work, where sharing out could not avoid it
        ("gone", ("ben",), "gone", False),
    ],
)
def test_H09_who_may_judge(by, reviewers, reviewer, may):
    desk = handed_in(by=by, reviewers=reviewers, reviewer=reviewer)
    if may:
        assert reviewing.approve(desk)
    else:
        with pytest.raises(BadInput):
            reviewing.approve(desk)


def test_what_was_seen_changes_with_labels_and_state_and_not_with_sharing_out():
    desk = handed_in(labels=[car()])
    seen = reviewing.seen(desk.scene)

    def other(assignment=None, **more):
        return reviewing.seen(replace(desk.scene, assignment=assignment or desk.scene.assignment, **more))

    assert other(annotations=(car(), car(1))) != seen
    assert other(annotations=(car().changed(concept="van"),)) != seen
    assert other(annotations=()) != seen
    assert other(desk.scene.assignment.changed(state=REJECTED)) != seen
    assert other(desk.scene.assignment.changed(reviewer="cem")) == seen
    assert other(annotations=(car(1, deleted=True), car())) == seen


def events(*done):
    return [
        Event(n, Operation(kind, actor, tuple(changes), "t", "i", str(n), str(n), undo_of, at_us=n * 1_000_000))
        for n, (actor, kind, changes, undo_of) in enumerate(done)
    ]


def told(*done):
    return [line.sentence for line in history.told(events(*done))]


def test_X14_the_history_of_an_input_is_told_in_sentences():
    made = [Change(None, car(n)) for n in range(3)]
    van = made[0].after.changed(concept="van", concept_key="van")
    submitted = handed_in().scene.assignment
    rejected = after(reviewing.reject(handed_in(), "box too wide"))
    assert told(
        ("ana", "draw", made[:1], ""),
        ("ana", "draw", made[1:], ""),
        ("ana", "reassign", [Change(made[0].after, van)], ""),
        ("ana", "submit", [Change(submitted.having(state="waiting", version=1), submitted.having(version=2))], ""),
        ("ben", "reject", [Change(submitted, rejected)], ""),
        ("ben", "undo", [Change(rejected, submitted.having(version=3))], "4"),
        ("ben", "delete", [Change(van, van.changed(deleted=True))], ""),
        ("ben", "approve", [], ""),
        ("ana", "share out", [], ""),
    ) == [
        "ana added car (3); made car into van",
        "ana submitted",
        "ben rejected: box too wide",
        "ben undid: reject",
        "ben removed van",
        "ben approved",
    ]


def test_what_a_run_wrote_is_told_apart_from_what_a_person_did():
    found = car(status="PENDING")
    assert told(
        ("toys", "prelabel", [Change(None, found)], ""),
        ("ana", "submit", [Change(found, found.changed(status="SUCCESS"))], ""),
    ) == ["toys suggested car", "ana submitted and accepted car"]


def test_many_concepts_are_counted_and_a_pause_begins_a_new_line():
    many = [Change(None, car(n, concept=f"c{n}", concept_key=f"c{n}")) for n in range(9)]
    assert told(("ana", "paste", many, "")) == ["ana added c0, c1, c2, c3, c4, c5 and 3 more"]
    first, second = events(("ana", "draw", many[:1], ""), ("ana", "draw", many[1:2], ""))
    late = Event(1, replace(second.operation, at_us=history.PAUSE_US + 1))
    assert len(history.told([first, late])) == 2
