"""How often a session turns to the database: to a server in the network each time is a round trip, or two to write."""

from collections import Counter

import pytest

QUESTIONS = {  # what is new; the write; what is to be seen; what is next, and what it looks like
    "add": (lambda s: s.add("dog"), {"ask": 2, "write": 1}),
    "add again": (lambda s: s.add("cat"), {"ask": 1}),
    "uncheck": (lambda s: s.uncheck("cat"), {"ask": 2, "write": 1}),
    "submit": (lambda s: s.submit(), {"ask": 4, "write": 1}),
    "skip": (lambda s: s.skip(), {"ask": 4, "write": 1}),
    "undo": (lambda s: s.undo(), {"ask": 2, "write": 1}),
    "next": (lambda s: s.next(), {"ask": 2}),
    "look": (lambda s: s.look(), {"ask": 1}),
}


@pytest.fixture
def asked(project, monkeypatch):
    """Count how often the project's database is turned to."""
    database, counted = project.journal._database, Counter()

    def counting(name, method):
        def count(*args):
            counted[name] += 1
            return method(*args)

        return count

    for name in ("ask", "read", "write"):
        monkeypatch.setattr(type(database), name, counting(name, getattr(type(database), name)))
    return counted


@pytest.mark.parametrize("shared", [False, True], ids=["open to all", "shared out"])
@pytest.mark.parametrize("verb", QUESTIONS)
def test_X02_an_action_turns_to_the_database_a_few_times_only(
    open_session, project, monkeypatch, verb, shared, request
):
    session = open_session(concepts=["cat", "dog"], labelers=["ana"] if shared else [])
    session.add("cat")
    act, expected = QUESTIONS[verb]
    counted = request.getfixturevalue("asked")
    act(session)
    if hasattr(project.journal._database, "_gate"):
        counted["read"] -= counted["ask"]  # to read is how a file is asked
    assert +counted == expected
