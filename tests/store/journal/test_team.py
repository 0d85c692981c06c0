"""What the journal tells of a team: who did what when, and what several people said of the same inputs."""

import pytest

from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.labeling import Desk, add, submit
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.records import PENDING, Annotation, TaskRecord
from notebook_labeler.domain.sharing import Dealt
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.store.journal import Journal

SETTINGS = TaskSettings(labelers=("ana", "ben"), opinions=2, opinions_share=0.5)


@pytest.fixture
def journal(url):
    with Journal.open(url) as opened:
        opened.add_inputs([Input.at(f"/a/{i}.png") for i in range(4)], actor="ana")
        opened.create_task(TaskRecord(task_id="t", name="t", settings=SETTINGS.dumps()), actor="ana")
        deals = [Dealt(0, "labeler", "ana", "0-3"), Dealt(1, "labeler", "ben", "0-1")]
        opened.share_out("t", deals, actor="ana", seen=opened.rev())
        yield opened


def hand_in(journal, place, lane, actor, *labels):
    where = journal.places("t").input_id[place]
    for verb, words in [*((add, [label]) for label in labels), (submit, [])]:
        desk = Desk(lane, actor, SETTINGS, journal.scene(lane, where), journal.concepts())
        kind = verb.__name__
        journal.commit(Operation.of(kind, verb(desk, *words), actor=actor, task_id="t", input_id=where))
    return where


def test_X10_actions_come_in_their_order_with_what_they_took_back(journal):
    where = hand_in(journal, 2, "t", "ana", "cat")
    journal.undo("t", "ana")
    found = journal.actions("t")
    assert [(a.person, a.kind, a.input_id) for a in found] == [("ana", k, where) for k in ("add", "submit", "undo")]
    assert found[2].undo_of == found[1].group != ""
    assert [a.at_us for a in found] == sorted(a.at_us for a in found)
    assert journal.actions("another") == []


def test_X10_opinions_are_those_of_inputs_that_two_seats_handed_in(journal):
    assert journal.opinions("t", seats=2) == []
    first = hand_in(journal, 0, "t", "ana", "cat", "dog")
    hand_in(journal, 1, "t~1", "ben", "cat")  # ana has not
    hand_in(journal, 2, "t", "ana", "cat")  # nobody else was asked
    assert journal.opinions("t", seats=2) == []
    hand_in(journal, 0, "t~1", "ben")
    pending = Annotation(
        task_id="t", annotation_id="p", input_id=first, concept="owl", concept_key="owl", status=PENDING
    )
    journal.commit(Operation.of("prelabel", [Change(None, pending)], actor="ana", task_id="t", input_id=first))
    ana, ben = journal.opinions("t", seats=2)
    assert (ana.input_id, ana.seat, ana.person) == (first, 0, "ana")
    assert sorted(a.concept for a in ana.annotations) == ["cat", "dog"]
    assert (ben.input_id, ben.seat, ben.person, ben.annotations) == (first, 1, "ben", ())
    assert journal.opinions("t", seats=1) == []
    assert journal.opinions("t", seats=9) == [ana, ben]
    journal.undo("t", "ben")
    assert journal.opinions("t", seats=2) == []
