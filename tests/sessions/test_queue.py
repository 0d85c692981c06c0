import pytest

from notebook_labeler.errors import BadInput


def test_H18_submitting_brings_the_next_open_input(open_session):
    session = open_session(concepts=["cat"])
    session.submit()
    assert (session.state.position, session.state.progress.done, session.state.progress.left) == (1, 1, 3)


def test_a_task_goes_on_where_it_was_left(open_session, project):
    session = open_session(concepts=["cat"])
    session.submit()
    session.submit()
    session.close()
    again = project.task("task").session()
    assert again.state.position == 2


def test_skipped_inputs_are_passed_over_and_can_be_brought_back(open_session):
    session = open_session()
    session.skip()
    assert (session.state.position, session.state.progress.skipped) == (1, 1)
    session.previous()
    session.reopen()
    assert session.state.progress.skipped == 0


def test_after_the_last_input_the_open_ones_before_it_come(open_session):
    session = open_session()
    session.go_to(3)
    session.submit()
    assert session.state.position == 0


def test_at_the_end_it_says_that_all_is_done(open_session):
    session = open_session()
    for _ in range(4):
        session.submit()
    assert session.state.progress.left == 0
    assert "done" in session.state.notice.text
    assert session.state.submitted


def test_the_ends_of_the_queue_are_named(open_session):
    session = open_session()
    session.previous()
    assert session.state.notice.text == "This is the first input."
    session.go_to(3)
    session.next()
    assert session.state.notice.text == "This is the last input."
    with pytest.raises(BadInput, match="from 0 to 3"):
        session.go_to(4)


def test_an_input_that_cannot_be_opened_stays_out_of_the_way(open_session, project):
    session = open_session()
    first = session.state.input
    session.unreadable(first.input_id, "a.png ends too early.")
    assert session.state.input != first
    assert session.state.progress.unreadable == 1
    assert project.problems[["name", "reason"]].values.tolist() == [["a.png", "a.png ends too early."]]
    session.previous()
    assert session.state.input != first
    assert project.retry_problems() == 1
    assert len(project.problems) == 0


def test_inputs_added_later_join_the_task(open_session, project, pictures, tmp_path):
    from PIL import Image

    session = open_session()
    more = tmp_path / "more"
    more.mkdir()
    Image.new("RGB", (9, 9)).save(more / "z.png")
    project.add_inputs(more)
    session.go_to(4)
    assert session.state.input.name == "z.png"
    assert project.add_inputs(more).added == 0


def test_upcoming_inputs_are_the_nearest_open_ones(open_session):
    session = open_session()
    assert [i.name for i in session.upcoming(2)] == ["b.png", "c.png"]


def test_next_and_submit_are_looked_at_apart_where_some_inputs_are_done(open_session):
    session = open_session()
    names = lambda: [[i.name for i in way] for way in session.around(3)]  # noqa: E731
    assert names() == [["b.png", "c.png", "d.png"], ["b.png", "c.png", "d.png"], []]
    session.go_to(1)
    session.submit()
    session.go_to(0)
    assert names() == [["b.png", "c.png", "d.png"], ["c.png", "d.png"], []]
    session.go_to(3)
    assert names() == [[], ["a.png", "c.png"], ["c.png", "b.png", "a.png"]], "submit begins again at the start"


def test_the_pace_counts_inputs_per_minute_without_pauses():
    from notebook_labeler.sessions.pace import Pace

    times = iter([0.0, 2.0, 4.0, 500.0, 502.0])
    pace = Pace(lambda: next(times))
    pace.tick()
    assert pace.per_minute == 0
    for _ in range(4):
        pace.tick()
    assert pace.per_minute == 30


def test_what_was_said_of_one_input_is_not_said_of_the_next(open_session):
    session = open_session(concepts=["cat"])
    session.add("cat")
    first = session.state.notice.number
    session.submit()
    assert session.state.notice is None
    session.add("cat")
    assert session.state.notice.number > first
