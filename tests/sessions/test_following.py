import threading

import pytest

from notebook_labeler.errors import BadInput


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
