import re
import threading
from itertools import islice

import pytest

from notebook_labeler.errors import BadInput, StoreError
from notebook_labeler.sessions.taskboard import TaskBoard
from notebook_labeler.sessions.watching import pauses


def labels(state):
    return [row.concept for row in state.rows if row.state == "accepted"]


def test_what_somebody_else_writes_is_shown_without_being_asked_for(open_session, until):
    ana, bo = open_session(concepts=["cat"]), open_session(actor="bo", concepts=["cat"])
    ana.follow(every=0.01)
    bo.add("cat")
    until(ana, lambda s: labels(s) == ["cat"])
    bo.submit()
    until(ana, lambda s: s.progress.done == 1 and s.position == 1)  # what bo has handed in leaves ana's screen


def test_looking_when_nothing_was_written_announces_nothing(open_session):
    ana, bo = open_session(concepts=["cat"]), open_session(actor="bo", concepts=["cat"])
    told = []
    ana.observe(lambda old, new: told.append(new))
    ana.add("cat")
    told.clear()
    assert not ana.look()
    assert told == []
    bo.look()
    bo.add("dog")
    assert ana.look()
    assert labels(told[-1]) == ["cat", "dog"]


def test_what_others_wrote_is_shown_after_a_verb_that_was_refused_or_changed_nothing(open_session):
    ana, bo = open_session(concepts=["cat", "dog"]), open_session(concepts=["cat", "dog"])
    bo.add("cat")
    ana.add("cat")  # is there already: nothing is written, and nothing told
    assert ana.look()
    assert labels(ana.state) == ["cat"]
    bo.add("dog")
    with pytest.raises(BadInput):
        ana.draw("cat", [1, 1, 2, 2])
    ana.set_range(0.5, 1.0)
    assert ana.look()
    assert labels(ana.state) == ["cat", "dog"]
    assert not ana.look()


def test_a_closed_session_follows_nobody(open_session):
    before = set(threading.enumerate())  # of another test one may be ending yet

    def following():
        return [t for t in threading.enumerate() if t.name == "nl-follow" and t not in before]

    session = open_session()
    session.follow(every=0.01)
    session.follow(every=0.01)
    (thread,) = following()
    session.close()
    thread.join(60)
    assert following() == []


def test_following_ends_with_the_project(open_session, project):
    before = set(threading.enumerate())
    session = open_session()
    session.follow(every=0.01)
    (thread,) = [t for t in threading.enumerate() if t.name == "nl-follow" and t not in before]
    project.journal.close()
    thread.join(60)
    assert not thread.is_alive()


AWAY = "the database cannot be reached (it is being restarted); check that it runs."


@pytest.fixture
def taken_away(project, monkeypatch):
    """Take the database away, and give it back."""
    database = project.journal._database
    gone = threading.Event()

    def unless_gone(method):
        def asked(*args):
            if gone.is_set():
                raise StoreError(AWAY)
            return method(*args)

        return asked

    for name in ("ask", "read", "write"):
        monkeypatch.setattr(database, name, unless_gone(getattr(database, name)))
    return gone


def test_X02_while_the_database_is_away_it_is_said_quietly_and_following_goes_on_by_itself(
    open_session, taken_away, until
):
    ana, bo = open_session(concepts=["cat"]), open_session(actor="bo", concepts=["cat"])
    ana.follow(every=0.01)
    taken_away.set()
    until(ana, lambda s: s.away == AWAY)
    assert (ana.state.saving.phase, ana.state.notice) == ("saved", None)
    taken_away.clear()
    until(ana, lambda s: not s.away)
    bo.add("cat")
    until(ana, lambda s: labels(s) == ["cat"])


VERBS = {
    "add": lambda s: s.add("cat"),
    "submit": lambda s: s.submit(),
    "skip": lambda s: s.skip(),
    "undo": lambda s: s.undo(),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("moment", ["before", "at the commit"])
def test_X02_an_action_while_the_database_is_away_says_that_it_was_not_saved_and_is_not_shown_as_saved(
    open_session, taken_away, until, monkeypatch, verb, moment
):
    session = open_session(concepts=["cat", "dog"])
    session.add("dog")
    shown = session.state
    database = session.bench.journal._database
    if moment == "before":
        taken_away.set()
    else:
        write = database.write
        monkeypatch.setattr(database, "write", lambda: taken_away.set() or write())
    with pytest.raises(StoreError, match=f"^This was not saved: {re.escape(AWAY)}$"):
        VERBS[verb](session)
    assert (session.state.saving.phase, session.state.saving.message) == ("unsaved", AWAY)
    assert (labels(session.state), session.state.input) == (["dog"], shown.input)
    session.follow(every=0.01)
    until(session, lambda s: s.away)
    taken_away.clear()
    until(session, lambda s: not s.away and s.saving.phase == "saved")
    assert labels(session.state) == ["dog"]


@pytest.mark.parametrize("kind", ["board", "pre-labeling"])
def test_X02_the_board_and_pre_labeling_say_it_once_and_go_on_by_themselves(project, open_session, taken_away, kind):
    session = open_session(concepts=["cat"])
    watched = TaskBoard(project.journal, actor="ana") if kind == "board" else project.task("task").prelabel_session()
    said, back = [], threading.Event()

    def told(_, new):
        notice = new.notice if kind == "board" else new.mapping.notice
        if notice is not None and notice not in said:
            said.append(notice)
            (taken_away.clear if notice.kind == "error" else back.set)()

    watched.observe(told)
    taken_away.set()
    watched.follow(every=0.01)
    assert back.wait(30)
    assert [notice.kind for notice in said] == ["error", "info"]
    assert AWAY in said[0].text
    session.add("dog")
    watched.close()


def test_pauses_grow_up_to_ten_seconds_and_never_below_the_usual_one():
    assert list(islice(pauses(1.0), 6)) == [1, 2, 4, 8, 10, 10]
    assert list(islice(pauses(60.0), 2)) == [60, 60]


def test_X02_a_project_whose_folder_is_away_for_a_moment_is_followed_on(open_session, project, tmp_path, until):
    ana, bo = open_session(concepts=["cat"]), open_session(actor="bo", concepts=["cat"])
    folder, away = tmp_path / "project", tmp_path / "away"
    folder.rename(away)
    ana.follow(every=0.01)
    until(ana, lambda s: s.away.endswith("its folder is not there; bring it, or its disk, back."))
    away.rename(folder)
    until(ana, lambda s: not s.away)
    bo.add("cat")
    until(ana, lambda s: labels(s) == ["cat"])
    assert project.check().ok
