"""Inputs put off by the thousand: one rule in place of a change for each, undone as one action, played again."""

import numpy as np
import pytest

from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.places import pack
from notebook_labeler.domain.records import Assignment, TaskRecord
from notebook_labeler.domain.sharing import Dealt
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import BadInput, Conflict, NothingToUndo
from notebook_labeler.sessions.backlog import PAGE, move
from notebook_labeler.store.journal import Journal

SEVERAL = TaskSettings(labelers=("ana", "ben"), opinions=2, opinions_share=1.0)


@pytest.fixture
def journal(url):
    with Journal.open(url) as opened:
        opened.add_inputs([Input.at(f"/a/{i}.png") for i in range(12)], actor="ana")
        opened.create_task(TaskRecord(task_id="t", name="t", settings=TaskSettings().dumps()), actor="ana")
        yield opened


def states(journal, seat=0):
    return "".join(state[0] for state in journal.places("t", seat).state)


def hand_in(journal, place, actor="ben"):
    mine = journal.assignment_at("t", place)
    done = Operation.of("submit", [Change(mine, mine.changed(state="submitted"))], actor=actor, task_id="t")
    journal.commit(done)


def test_F02_what_is_put_off_is_one_action_that_undo_takes_back_and_redo_repeats(journal):
    hand_in(journal, 3)
    ids = journal.places("t").input_id
    rev = journal.rev()
    assert move(journal, "t", "backlog", actor="ana") == 11
    assert journal.rev() == rev + 1, "however many, one event"
    assert states(journal) == "bbbsbbbbbbbb"
    assert (journal.progress("t").backlog, journal.progress("t").submitted) == (11, 1)
    assert move(journal, "t", "waiting", actor="ana", input_ids=[ids[7], ids[1], ids[7]]) == 2
    assert states(journal) == "bwbsbbbwbbbb"
    assert journal.undoable("t", "ana") == ("to waiting", None)
    for verb, expected in (
        (journal.undo, "bbbsbbbbbbbb"),
        (journal.undo, "wwwswwwwwwww"),
        (journal.redo, "bbbsbbbbbbbb"),
        (journal.redo, "bwbsbbbwbbbb"),
        (journal.undo, "bbbsbbbbbbbb"),
    ):
        assert (verb("t", "ana").count, states(journal)) == (1, expected)
        assert journal.progress("t").waiting == expected.count("w")
    assert [event.operation.kind for event in journal.events(after=rev)] == [
        "to backlog",
        "to waiting",
        *["undo"] * 2,
        *["redo"] * 2,
        "undo",
    ]
    assert journal.check().problems == ()


def test_F02_what_somebody_did_since_is_not_undone(journal):
    move(journal, "t", "backlog", actor="ana")
    move(journal, "t", "waiting", actor="ana")
    hand_in(journal, 5)
    before = journal.rev()
    with pytest.raises(Conflict, match=r"ben changed the state of this input meanwhile \(submit\)"):
        journal.undo("t", "ana")
    assert (states(journal), journal.rev()) == ("wwwwwswwwwww", before)
    with pytest.raises(NothingToUndo):
        journal.undo("t", "cleo")
    assert journal.check().ok


def test_F02_pages_are_undone_together(journal, monkeypatch):
    monkeypatch.setattr("notebook_labeler.sessions.backlog.PAGE", 5)
    assert PAGE > 5
    assert move(journal, "t", "backlog", actor="ana") == 12
    assert move(journal, "t", "waiting", actor="ana", input_ids=journal.places("t").input_id[:11].tolist()) == 11
    assert journal.undo("t", "ana").count == 3
    assert states(journal) == "b" * 12
    assert journal.undo("t", "ana").count == 3
    assert states(journal) == "w" * 12
    assert journal.check().ok


def test_F02_X10_second_opinions_follow_and_people_stay(journal):
    record = journal.task("t")
    deals = [Dealt(0, "labeler", "ana", pack(range(0, 12, 2))), Dealt(1, "labeler", "ben", pack(range(4)))]
    settings = [Change(record, record.changed(settings=SEVERAL.dumps()))]
    journal.share_out("t", deals, actor="ana", seen=journal.rev(), changes=settings)
    assert move(journal, "t", "backlog", actor="ana") == 12, "a second opinion is no input of its own"
    assert (states(journal), states(journal, 1)) == ("b" * 12, "b" * 4)
    late = [Dealt(0, "labeler", "ben", "3-5"), Dealt(1, "labeler", "ana", "3-5"), Dealt(0, "reviewer", "ana", "5-6")]
    journal.share_out("t", late, actor="ana", seen=journal.rev())
    assert states(journal, 1) == "b" * 6, "a seat that is opened on what was put off is put off"
    assert journal.check().ok
    journal.undo("t", "ana")
    assert (states(journal), states(journal, 1)) == ("w" * 12, "wwwwbb")
    assert journal.places("t").labeler[3:6].tolist() == ["ben"] * 3, "and nobody loses what they were given since"
    mine = [s for s in journal.shares("t", seats=2) if s.labeler == "ben"]
    assert [sum(s.count for s in mine if s.seat == seat) for seat in (0, 1)] == [3, 3]
    assert {s.state for s in mine} == {"waiting"}
    assert journal.check().problems == ()


def test_what_cannot_be_read_is_moved_where_it_is_named(journal):
    bad = journal.places("t").input_id[2]
    journal.mark_unreadable(bad, "torn")
    assert move(journal, "t", "backlog", actor="ana") == 11
    assert journal.progress("t").unreadable == 1
    assert move(journal, "t", "backlog", actor="ana", input_ids=[bad]) == 1
    journal.mark_readable(bad)
    assert journal.progress("t").backlog == 12
    assert journal.check().ok


@pytest.mark.parametrize("wrong", [["nobody"], [3], [None], "🦊", [""]], ids=repr)
def test_wrong_inputs_move_nothing(journal, wrong):
    good, before = journal.places("t").input_id[0], journal.rev()
    with pytest.raises(BadInput):
        move(journal, "t", "backlog", actor="ana", input_ids=[good, *([wrong] if isinstance(wrong, str) else wrong)])
    hand_in(journal, 1)
    with pytest.raises(BadInput, match="submitted cannot become backlog"):
        move(journal, "t", "backlog", actor="ana", input_ids=[good, journal.places("t").input_id[1]])
    assert move(journal, "t", "backlog", actor="ana", input_ids=[]) == 0
    assert journal.rev() == before + 1


def test_older_events_that_moved_each_by_itself_are_still_undone(journal):
    page = journal.queue("t", states=("waiting",), limit=30)
    old = Operation.of("to backlog", [Change(a, a.changed(state="backlog")) for a in page], actor="ana", task_id="t")
    journal.commit(old)
    assert move(journal, "t", "waiting", actor="ana") == 12
    journal.undo("t", "ana")
    journal.undo("t", "ana")
    assert states(journal) == "w" * 12
    assert journal.check().ok


def test_a_check_names_what_the_events_do_not_give(journal, url):
    import sqlalchemy as sa

    move(journal, "t", "backlog", actor="ana")
    task = journal.task("t")
    journal.commit(Operation.of("delete", [Change(task, task.changed(deleted=True))], actor="ana"))
    journal.add_inputs([Input.at("/late/a.png")], actor="ana")
    gone = journal.tasks(deleted=True)[0]
    journal.commit(Operation.of("restore", [Change(gone, gone.changed(deleted=False))], actor="ana"))
    journal.add_inputs([Input.at("/late/b.png")], actor="ana")
    journal.share_out("t", [Dealt(0, "labeler", "ben", "3,13")], actor="ana", seen=journal.rev())
    assert np.diff(journal.places("t").position).tolist() == [1] * 11 + [2], "what came while it was away is not its"
    assert journal.check().problems == ()
    a = journal.places("t").input_id
    journal.close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE assignment SET comment = 'x' WHERE position = 4")
        connection.exec_driver_sql("DELETE FROM assignment WHERE position = 5")
        connection.exec_driver_sql("UPDATE assignment SET position = 99 WHERE position = 6")
    engine.dispose()
    with Journal.open(url) as again:
        found = " ".join(again.check().problems)
        assert all(one in found for one in a[4:7]), found
        assert found.count("is missing") == 2
        assert not any(one in found for one in a[:4])


def test_an_assignment_that_no_rule_made_is_played_too(journal):
    alone = Assignment(task_id="alone", input_id=journal.places("t").input_id[0], position=7)
    journal.commit(Operation.of("assign", [Change(None, alone)], actor="ana"))
    stands = journal.assignment_at("alone", 7)
    journal.commit(Operation.of("skip", [Change(stands, stands.changed(state="skipped"))], actor="ana"))
    assert journal.check().ok
