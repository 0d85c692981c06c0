"""Sharing a task out in the journal, and what an older database becomes."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa

from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.places import pack
from notebook_labeler.domain.records import PENDING, Annotation, Failure, Prelabel, TaskRecord, Verdict
from notebook_labeler.domain.sharing import Dealt
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import Conflict
from notebook_labeler.store.journal import Journal
from notebook_labeler.store.tables import tally

WAITING = ("waiting",)


@pytest.fixture
def journal(url):
    with Journal.open(url) as opened:
        opened.add_inputs([Input.at(f"/a/{i}.png") for i in range(12)], actor="ana")
        record = TaskRecord(task_id="t", name="t", settings=TaskSettings().dumps())
        opened.create_task(record, actor="ana")
        yield opened


def share(journal, *deals, changes=()):
    made = [Dealt(seat, role, person, pack(places)) for seat, role, person, places in deals]
    return journal.share_out("t", made, actor="ana", seen=journal.rev(), changes=changes)


def positions(journal, **whose):
    return [a.position for a in journal.queue("t", states=WAITING, limit=99, **whose)]


def label(journal, input_id, **values):
    made = Annotation(
        task_id="t", annotation_id=f"of {input_id}", input_id=input_id, concept="c", concept_key="c", **values
    )
    journal.commit(Operation.of("add", [Change(None, made)], actor="ben", task_id="t", input_id=input_id))


def test_H08_each_person_has_a_queue_of_their_own_and_replay_agrees(journal):
    share(journal, (0, "labeler", "ana", range(0, 12, 2)), (0, "labeler", "ben", range(1, 12, 2)))
    assert positions(journal, labeler="ana") == [0, 2, 4, 6, 8, 10]
    assert positions(journal, labeler="ben") == [1, 3, 5, 7, 9, 11]
    assert positions(journal) == list(range(12))
    assert journal.progress("t", labeler="ben").waiting == 6
    assert journal.rank("t", 7, labeler="ben") == 3
    assert journal.check().ok


def test_H09_reviewers_have_theirs(journal):
    share(journal, (0, "labeler", "ana", range(12)), (0, "reviewer", "eva", [1, 5]))
    assert positions(journal, reviewer="eva") == [1, 5]
    assert {(s.labeler, s.reviewer, s.count) for s in journal.shares("t")} == {("ana", "", 10), ("ana", "eva", 2)}


def test_X10_second_opinions_lie_in_a_lane_of_their_own(journal):
    share(journal, (0, "labeler", "ana", range(12)), (1, "labeler", "ben", [3, 4]))
    assert positions(journal, labeler="ben") == []
    assert positions(journal, labeler="ben", seats=2) == [3, 4]
    third = journal.places("t").input_id[3]
    assert journal.lane_of("t", third, "ben", 2) == "t~1"
    assert journal.lane_of("t", third, "ana", 2) == "t"
    assert journal.progress("t").total == 12
    assert set(journal.progresses()) == {"t"}
    label(journal, third)
    there = Annotation(task_id="t~1", annotation_id="x", input_id=third, concept="d", concept_key="d")
    journal.commit(Operation.of("add", [Change(None, there)], actor="ben", task_id="t", input_id=third))
    assert journal.annotations()["concept"].to_pylist() == ["c"]
    assert [a.concept for a in journal.scene("t~1", third).active] == ["d"]
    share(journal, (1, "labeler", "cleo", [3, 5]))
    assert positions(journal, labeler="cleo", seats=2) == [3, 5]
    assert journal.check().ok


def test_an_input_is_touched_once_a_person_has_left_something_on_it(journal):
    ids = journal.places("t").input_id
    label(journal, ids[0])
    label(journal, ids[1], via="prelabel", status=PENDING)
    said = Verdict(task_id="t", input_id=ids[2], suggestion_id="s")
    journal.commit(Operation.of("decline", [Change(None, said)], actor="ben", task_id="t", input_id=ids[2]))
    fourth = journal.scene("t", ids[3]).assignment
    journal.commit(Operation.of("skip", [Change(fourth, fourth.changed(state="skipped"))], actor="ben", task_id="t"))
    assert np.flatnonzero(journal.places("t").touched).tolist() == [0, 2, 3]


def test_nothing_is_moved_that_somebody_has_worked_on_meanwhile(journal):
    before = journal.places("t")
    label(journal, before.input_id[5])
    with pytest.raises(Conflict, match="worked on an input while"):
        journal.share_out("t", [Dealt(0, "labeler", "ben", "4-6")], actor="ana", seen=before.rev)
    assert journal.progress("t", labeler="ben").total == 0
    journal.share_out("t", [Dealt(0, "labeler", "ben", "7-9")], actor="ana", seen=before.rev)
    assert journal.progress("t", labeler="ben").total == 3


def test_what_a_run_writes_meanwhile_is_no_reason_to_share_again(journal):
    before = journal.places("t")
    label(journal, before.input_id[5], via="prelabel", status=PENDING)
    journal.share_out("t", [Dealt(0, "labeler", "ben", "4-6")], actor="ana", seen=before.rev)
    assert journal.progress("t", labeler="ben").total == 3


def test_a_submission_of_what_was_moved_away_is_a_conflict(journal):
    mine = journal.queue("t", states=WAITING)[0]
    share(journal, (0, "labeler", "ben", [mine.position]))
    with pytest.raises(Conflict, match="share out"):
        journal.commit(
            Operation.of("submit", [Change(mine, mine.changed(state="submitted"))], actor="ana", task_id="t")
        )


def test_an_input_that_cannot_be_read_is_in_nobodys_queue(journal):
    share(journal, (0, "labeler", "ben", [0, 1]), (1, "labeler", "ana", [0]))
    first = journal.places("t").input_id[0]
    journal.mark_unreadable(first, "it is empty")
    assert positions(journal, labeler="ben", seats=2) == [1]
    assert positions(journal, labeler="ana", seats=2) == []
    assert journal.progress("t", labeler="ben").unreadable == 1
    assert journal.check().ok


def test_F08_a_check_and_its_write_are_one_moment(journal):
    first = journal.places("t").input_id[0]

    def plan(inside):
        assert inside.charges("2026-11") == 0
        assert inside.scenes[first].prelabel is None
        mark = Prelabel(task_id="t", input_id=first, run_id="r", month="2026-11")
        return [None, Operation.of("prelabel", [Change(None, mark)], actor="ana", task_id="t", input_id=first)]

    journal.atomically("t", [first, "nobody"], plan)
    assert journal.prelabels("2026-11") == 1
    assert journal.prelabels("2026-12") == 0
    scene = journal.scene("t", first)
    assert scene.prelabel is not None
    assert scene.prelabel.run_id == "r"
    assert journal.scene("t", first, known=(journal.rev(), scene)).prelabel == scene.prelabel


def test_a_database_of_the_first_layout_is_brought_up_to_date(url):
    with Journal.open(url) as journal:
        journal.add_inputs([Input.at(f"/a/{i}.png") for i in range(3)], actor="ana")
        journal.create_task(TaskRecord(task_id="t", name="t", settings=TaskSettings().dumps()), actor="ana")
        first = journal.queue("t", states=WAITING)[0]
        done = first.changed(state="submitted", labeler="ana")
        journal.commit(Operation.of("submit", [Change(first, done)], actor="ana", task_id="t"))
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for name in ("collaborator", "dataset", "run", "prelabel", "failure", "setting"):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        for name in ("assignment_labeler", "assignment_reviewer"):
            connection.exec_driver_sql(f"DROP INDEX {name}")
        tally.drop(connection)
        connection.exec_driver_sql(
            "CREATE TABLE tally (task_id TEXT, shelf SMALLINT, state TEXT, n BIGINT, "
            "PRIMARY KEY (task_id, shelf, state))"
        )
        connection.exec_driver_sql("INSERT INTO tally VALUES ('t', 0, 'waiting', 2), ('t', 0, 'submitted', 1)")
        connection.exec_driver_sql("UPDATE meta SET value = '1' WHERE key = 'layout'")
    engine.dispose()
    with Journal.open(url) as journal:
        assert journal.progress("t").submitted == 1
        assert journal.progress("t", labeler="ana").submitted == 1
        assert journal.check().problems == ()
        share(journal, (0, "labeler", "ben", [1, 2]))
        assert positions(journal, labeler="ben") == [1, 2]


def test_a_database_of_the_second_layout_lists_failures_from_now_on(url):
    with Journal.open(url) as journal:
        journal.add_inputs([Input.at("/a/0.png")], actor="ana")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE failure")
        connection.exec_driver_sql("UPDATE meta SET value = '2' WHERE key = 'layout'")
    engine.dispose()
    failed = [Failure(run_id="r", input_id=one, why=why) for one, why in (("b", "<b>"), ("a", "it is 空."))]
    for _ in range(2):  # opened again, nothing is left to do
        with Journal.open(url) as journal:
            journal.commit(Operation.of("run", [Change(None, one) for one in failed], actor="ana"))
            assert journal.check().problems == ()
            assert [each.input_id for each in journal.failures("r", 1, limit=5)] == ["a", "b"]
            assert [len(journal.failures(*which, limit=1)) for which in (("r", 1), ("r", 2), ("q", 1))] == [1, 0, 0]
        failed = [Failure(run_id="q", go=2, input_id="a", why="")]
