"""A task that is shared out, as each of its people sees it."""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress

import pytest

from notebook_labeler.domain import labeling
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.places import pack
from notebook_labeler.domain.records import TaskRecord
from notebook_labeler.domain.sharing import Dealt
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import BadInput, Conflict
from notebook_labeler.sessions.labeling import LabelingSession
from notebook_labeler.sessions.review import ReviewSession
from notebook_labeler.store.journal import Journal

TASK = "t"


@pytest.fixture
def make_journal(tmp_path):
    """Give journals of a task with so many inputs; all are closed at the end."""
    with ExitStack() as stack:

        def made(count):
            journal = stack.enter_context(Journal.open(f"sqlite:///{tmp_path}/labels.db"))
            journal.add_inputs([Input.at(f"/a/{i}.png") for i in range(count)], actor="ana")
            record = TaskRecord(task_id=TASK, name="garments", settings=TaskSettings().dumps())
            journal.create_task(record, actor="ana")
            return journal

        yield made


def shared(journal, deals, **settings):
    record = journal.task(TASK)
    wanted = TaskSettings.loads(record.settings).changed(**settings)
    journal.share_out(
        TASK,
        [Dealt(seat, role, person, pack(places)) for seat, role, person, places in deals],
        actor="ana",
        seen=journal.rev(),
        changes=[Change(record, record.changed(settings=wanted.dumps()))],
    )


@pytest.fixture
def pair(make_journal):
    """Give a journal of six inputs, shared out among ana (even places) and ben (odd ones), and their sessions."""
    journal = make_journal(6)
    deals = [(0, "labeler", "ana", [0, 2, 4]), (0, "labeler", "ben", [1, 3, 5])]
    shared(journal, deals, labelers=("ana", "ben"))
    return journal, LabelingSession(journal, TASK, actor="ana"), LabelingSession(journal, TASK, actor="ben")


def test_H08_each_labeler_walks_through_their_own_share(pair):
    _, ana, ben = pair
    assert (ana.state.position, ben.state.position) == (0, 1)
    assert (ben.state.rank, ben.state.progress.total) == (0, 3)
    ben.submit()
    assert (ben.state.position, ben.state.rank, ben.state.progress.done) == (3, 1, 1)
    ana.look()
    assert ana.state.progress.done == 0
    ben.next()
    ben.next()
    assert ben.state.position == 5
    ben.previous()
    ben.previous()
    assert ben.state.position == 1


def test_somebody_who_has_no_share_is_told_so_and_what_can_be_done(pair):
    journal, *_ = pair
    cleo = LabelingSession(journal, TASK, actor="cleo")
    assert cleo.state.input is None
    assert cleo.state.notice is not None
    assert cleo.state.notice.text == "This task is shared out among ana and ben; cleo has no inputs in it."
    assert cleo.state.nothing == (
        "This task is for ana and ben to label; to label too, have 'cleo' added to its labelers (Edit on the board, or "
        "task.share_out([*task.settings.labelers, 'cleo'])), or open the project as one of them (actor='ana')."
    )
    spelled = LabelingSession(journal, TASK, actor="Ben")
    assert spelled.state.nothing == (
        "This task is for ana and ben to label; if 'ben' is you, open the project under that name (actor='ben')."
    )
    with pytest.raises(BadInput, match=r"got no input at hand. This task is for ana and ben to label"):
        cleo.submit()
    shared(journal, [(0, "reviewer", "eva", [0])], reviewers=("eva",))
    told = LabelingSession(journal, TASK, actor="eva").state.nothing
    assert told == "This task is for ana and ben to label; eva reviews it: open task.review()."
    with pytest.raises(BadInput, match=r"got 'Eva'; if 'eva' is you, open the project under that name \(actor='eva'\)"):
        ReviewSession(journal, TASK, actor="Eva")
    with pytest.raises(BadInput, match=r"share_out\(reviewers=\[\*task.settings.reviewers, 'cleo'\]\)\), or open the"):
        ReviewSession(journal, TASK, actor="cleo")


def test_H08_what_comes_to_somebody_who_had_nothing_is_shown(pair):
    journal, *_ = pair
    shared(journal, [], labelers=("ana", "ben", "cleo"))
    cleo = LabelingSession(journal, TASK, actor="cleo")
    assert cleo.state.input is None
    assert cleo.state.nothing == "Nothing of this task is with cleo yet; what is shared out to cleo will be shown here."
    shared(journal, [(0, "labeler", "cleo", [4])])
    assert cleo.look()
    assert cleo.state.position == 4
    shared(journal, [(0, "labeler", "ana", [4])])
    cleo.look()
    assert cleo.state.input is None
    assert cleo.state.notice.text == "'4.png' was given to ana; nothing is left that is yours."
    number = cleo.state.notice.number
    journal.mark_unreadable(journal.inputs()[0].input_id, "gone")
    shared(journal, [(0, "labeler", "ana", [3])])
    cleo.look()
    assert cleo.state.notice.number == number


def test_an_input_that_was_given_away_leaves_the_screen(pair):
    journal, ana, ben = pair
    shared(journal, [(0, "labeler", "ben", [0])])
    late = labeling.submit(ana.state.desk)
    with pytest.raises(Conflict, match="share out"):
        journal.commit(Operation.of("submit", late, actor="ana", task_id=TASK))
    assert ana.look()
    assert ana.state.position == 2
    ben.look()
    assert ben.state.progress.total == 4


def test_H18_anothers_input_can_be_looked_at_and_is_theirs_alone_to_change(pair):
    journal, ana, ben = pair
    ben.add("shirt")
    ben.submit()
    ana.go_to(1)
    assert ana.state.position == 1
    assert ana.state.notice.text == "'1.png' is ben's to label; you can look at it, not change it."
    rev, of_bens = journal.rev(), ana.state.input.input_id
    ana.look()
    assert ana.state.position == 1
    verbs = (
        ana.submit,
        ana.skip,
        ana.reopen,
        lambda: ana.add("hat"),
        lambda: ana.uncheck("shirt"),
        lambda: ana.rename("shirt", "coat"),
        lambda: ana.delete("shirt"),
    )
    for verb in verbs:
        with pytest.raises(BadInput, match=r"an input of ana's, got '1.png', which is ben's to label; nothing"):
            verb()
    ana.next()
    assert ana.state.position == 2
    with pytest.raises(BadInput, match="nothing was written; go on to one of yours"):
        ana.submit(input_id=of_bens)
    cleo = LabelingSession(journal, TASK, actor="cleo")
    cleo.go_to(0)
    with pytest.raises(BadInput, match="have 'cleo' added to its labelers"):
        cleo.submit()
    assert journal.rev() == rev
    cleo.add_task_concept("coat")  # what is about no input is everybody's
    cleo.relate("coat", "jacket")
    eva = ReviewSession(journal, TASK, actor="eva")  # who reviews fixes what is another's
    eva.add("hat")
    eva.approve()
    assert journal.progress(TASK).approved == 1


def test_H08_what_nobody_has_yet_is_for_the_tasks_labelers_and_becomes_theirs(make_journal):
    journal = make_journal(3)
    shared(journal, [], labelers=("ana", "ben"))
    ana, cleo = (LabelingSession(journal, TASK, actor=name) for name in ("ana", "cleo"))
    cleo.go_to(1)
    assert cleo.state.notice.text == "'1.png' is nobody's to label; you can look at it, not change it."
    with pytest.raises(BadInput, match=r"got '1.png', which is for ana and ben to label; nothing was written"):
        cleo.add("hat")
    ana.go_to(1)
    ana.add("hat")
    assert journal.places(TASK).labeler.tolist() == ["", "ana", ""]


@pytest.mark.parametrize("verb", ["add", "submit", "skip"])
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_H08_who_had_an_input_that_was_given_away_hands_in_nothing_there_and_is_told(pair, monkeypatch, when, verb):
    journal, ana, ben = pair
    given, commit = ana.state.input.input_id, journal.commit

    def give():
        shared(journal, [(0, "labeler", "ben", [0])])
        monkeypatch.undo()

    def late(*operations):
        give()
        return commit(*operations)

    if when == "before":
        give()
    else:  # the very moment at which it is written
        monkeypatch.setattr(journal, "commit", late)
    with pytest.raises(Conflict, match=r"'0.png' was given to ben meanwhile; nothing was written, here is one of"):
        ana.add("hat") if verb == "add" else getattr(ana, verb)()
    assert ana.state.position == 2
    assert not journal.scene(TASK, given).annotations
    assert [e.operation.actor for e in journal.events(task_id=TASK, input_id=given)] == []
    ben.go_to(0)
    ben.submit()
    assert journal.scene(TASK, given).assignment.state == "submitted"
    assert journal.check().ok


def test_H08_many_inputs_at_once_leaves_alone_what_was_given_away_at_that_moment(pair):
    journal, ana, _ = pair
    ids = journal.places(TASK).input_id[[0, 2, 4]]
    desks = [ana.bench.desk(one) for one in ids]
    planned = [ana.bench.operation("accept all", desk, labeling.add(desk, "hat"), group="g") for desk in desks]
    shared(journal, [(0, "labeler", "ben", [2])])
    with pytest.raises(Conflict, match="ana changed the state of this input meanwhile \\(share out\\)"):
        journal.commit(*planned)
    assert [ana._committed(each) for each in planned] == [True, False, True]
    journal.commit(planned[0])  # sent again, it is known


def test_H08_it_is_noticed_whatever_was_shown_since_that_an_input_was_given_away(pair):
    journal, ana, _ = pair
    shared(journal, [(0, "labeler", "ben", [0])])
    ana.add_task_concept("coat")  # shows the input as it is now, with nothing to give way to
    with pytest.raises(Conflict, match="was given to ben meanwhile"):
        ana.add("hat")
    assert ana.state.position == 2
    (coming,) = journal.queue(TASK, after=2, states=("waiting",), labeler="ana")
    shared(journal, [(0, "labeler", "ben", [4])])
    ana._bring(coming)  # found just before
    with pytest.raises(
        Conflict, match=r"'4.png' was given to ben meanwhile; nothing was written, here is one of yours"
    ):
        ana.submit()
    assert ana.state.position == 2


def test_X10_a_second_opinion_that_was_given_away_does_not_become_a_label_of_the_dataset(pair):
    journal, ana, _ = pair
    shared(journal, [(1, "labeler", "ana", [1])], opinions=2, opinions_share=0.2)
    ana.go_to(1)
    second = ana.state.input.input_id
    ana.add("pants")
    shared(journal, [(1, "labeler", "cleo", [1])], labelers=("ana", "ben", "cleo"))
    with pytest.raises(Conflict, match=r"'1.png' was given to ben meanwhile"):
        ana.add("hat")
    assert len(journal.annotations(TASK)) == 0
    with pytest.raises(BadInput, match="which is ben's to label"):
        ana.submit(input_id=second)
    assert LabelingSession(journal, TASK, actor="cleo").state.position == 1


def test_X10_a_second_opinion_is_given_blindly_and_is_no_label_of_the_dataset(pair):
    journal, ana, _ = pair
    shared(journal, [(1, "labeler", "ben", [0])], opinions=2, opinions_share=0.2)
    ana.add("pants")
    ana.submit()
    second = LabelingSession(journal, TASK, actor="ben")
    assert (second.state.position, second.state.progress.total) == (0, 4)
    assert [row.state for row in second.state.rows if row.concept == "pants"] != ["accepted"]
    second.add("shirt")
    second.submit()
    assert second.state.position == 1
    assert journal.annotations(TASK)["concept"].to_pylist() == ["pants"]
    kinds = [event.operation.kind for event in journal.events(task_id=TASK)]
    assert kinds[-2:] == ["add (second opinion)", "submit (second opinion)"]
    second.undo()
    assert second.state.position == 0
    assert journal.check().ok


def test_H08_what_was_begun_before_a_task_was_shared_out_stays_with_somebody_when_that_is_undone(make_journal):
    journal = make_journal(2)
    ana = LabelingSession(journal, TASK, actor="ana")
    ana.add("hat")
    shared(journal, [(0, "labeler", "ben", [1])], labelers=("ana", "ben"))
    ana.undo()
    assert journal.places(TASK).labeler.tolist() == ["ana", "ben"]
    assert (ana.state.progress.left, len(journal.annotations(TASK))) == (1, 0)
    ana.redo()
    ana.submit()
    assert journal.places(TASK).labeler.tolist() == ["ana", "ben"]
    assert journal.annotations(TASK)["concept"].to_pylist() == ["hat"]
    shared(journal, [], labelers=())
    LabelingSession(journal, TASK, actor="cleo").add("shirt")
    assert journal.check().ok


def test_F02_the_backlog_is_not_handed_out(make_journal):
    journal = make_journal(3)
    first = journal.queue(TASK, states=("waiting",))[0]
    journal.commit(Operation.of("backlog", [Change(first, first.changed(state="backlog"))], actor="ana", task_id=TASK))
    session = LabelingSession(journal, TASK, actor="ana")
    assert session.state.position == 1
    session.previous()
    assert session.state.position == 1


def test_two_people_on_an_open_task_do_not_label_one_input_twice(make_journal):
    journal = make_journal(3)
    ana, ben = (LabelingSession(journal, TASK, actor=name) for name in ("ana", "ben"))
    assert ana.state.position == ben.state.position == 0
    late = labeling.submit(ben.state.desk)
    ana.submit()
    with pytest.raises(Conflict, match="ana changed the state of this input"):
        journal.commit(Operation.of("submit", late, actor="ben", task_id=TASK))
    ben.look()
    assert ben.state.position == 1
    assert ben.state.notice.text == "'0.png' was handed in by ana meanwhile; here is the next one."


def test_who_begins_an_open_input_has_it_and_the_other_goes_on(make_journal):
    journal = make_journal(3)
    ana, ben = (LabelingSession(journal, TASK, actor=name) for name in ("ana", "ben"))
    ben.add("shirt")
    with pytest.raises(Conflict, match=r"ben has begun '0.png' meanwhile; nothing was written, here is the next one"):
        ana.add("shirt")
    assert ana.state.position == 1
    ana.submit()
    assert ana.state.position == 2
    assert ben.state.position == 0
    ben.submit()
    assert ben.state.position == 2
    cleo = LabelingSession(journal, TASK, actor="cleo")
    assert cleo.state.position == 2
    cleo.add("hat")
    ana.look()
    ana.previous()
    ana.previous()
    ana.add("hat")  # come back to on purpose
    assert [a.labeler for a in journal.scene(TASK, journal.places(TASK).input_id[0]).active] == ["ben", "ana"]
    ben.undo()
    assert journal.check().ok


def test_what_somebody_else_has_handed_in_meanwhile_is_not_acknowledged_twice(make_journal):
    journal = make_journal(2)
    ana = LabelingSession(journal, TASK, actor="ana")
    ana.add("shirt")
    ana.skip()
    ana.add("shirt")
    ben = LabelingSession(journal, TASK, actor="ben")  # what others have begun is all that is left
    ana.submit()
    with pytest.raises(
        Conflict, match=r"ana has handed in '1.png' meanwhile; nothing was written, here is the next one"
    ):
        ben.submit()
    ben.go_to(1)
    rev = journal.rev()
    ben.submit()  # it is known to be handed in
    assert journal.rev() == rev


def test_two_people_in_lock_step_hand_each_input_in_once(make_journal):
    journal = make_journal(8)
    pair = [LabelingSession(journal, TASK, actor=name) for name in ("ana", "ben")]
    while journal.progress(TASK).left:
        for verb in ("add", "submit"):
            for session in pair:
                with suppress(Conflict):
                    shown = session.state.input.input_id
                    session.add("shirt") if verb == "add" else session.submit(input_id=shown)
    labeled = journal.annotations(TASK)["input_id"].to_pylist()
    handed_in = [e.operation.input_id for e in journal.events(task_id=TASK) if e.operation.kind == "submit"]
    assert len(set(labeled)) == len(labeled) > 0
    assert sorted(handed_in) == sorted(journal.places(TASK).input_id)


def test_H16_an_approved_input_that_its_labeler_changes_is_to_be_reviewed_again(pair):
    journal, ana, _ = pair
    shared(journal, [(0, "reviewer", "eva", [0])], reviewers=("eva",))
    ana.add("shirt")
    ana.submit()
    eva = ReviewSession(journal, TASK, actor="eva")
    eva.approve()
    eva.previous()
    eva.add("hat")
    assert journal.progress(TASK).approved == 1  # a reviewer's own correction stands
    ana.previous()
    ana.add("pants")
    assert (journal.progress(TASK).approved, journal.progress(TASK).submitted) == (0, 1)
    ana.undo()
    assert journal.progress(TASK).approved == 1
    assert journal.check().ok


@pytest.mark.parametrize("place", [-1, 6])
def test_H08_a_place_that_is_none_is_refused_with_those_of_the_task_not_of_the_share(pair, place):
    _, ana, _ = pair
    ana.go_to(5)
    with pytest.raises(BadInput, match=f"expected a position from 0 to 5, got {place}"):
        ana.go_to(place)


def test_a_task_without_inputs_has_no_places(make_journal):
    with pytest.raises(BadInput, match="the task has no inputs; add some first"):
        LabelingSession(make_journal(0), TASK, actor="ana").go_to(0)


def test_H14_who_labels_a_task_that_is_deleted_is_told_and_goes_on_when_it_is_back(pair):
    journal, ana, _ = pair
    ana.add("shirt")
    record, rev = journal.task(TASK), journal.rev()
    gone = record.changed(deleted=True)
    journal.commit(Operation.of("delete task", [Change(record, gone)], actor="ben"))
    for verb in (ana.undo, ana.submit, lambda: ana.add("hat")):
        with pytest.raises(BadInput, match="the task 'garments' was deleted meanwhile; nothing was written"):
            verb()
    assert journal.rev() == rev + 1
    assert ana.look()
    assert not ana.look()
    assert "was deleted meanwhile" in ana.state.notice.text
    journal.commit(Operation.of("restore task", [Change(gone, gone.changed(deleted=False))], actor="ben"))
    assert ana.look()
    assert (ana.state.notice.text, ana.state.notice.kind) == ("The task 'garments' is back.", "info")
    ana.undo()
    assert ana.state.desk.scene.active == ()


def test_H14_following_outlives_the_deletion_of_the_task(pair):
    journal, ana, ben = pair
    told, seen = threading.Event(), threading.Event()
    ana.observe(lambda _, new: told.set() if new.notice is not None and "deleted" in new.notice.text else None)
    ana.observe(lambda _, new: seen.set() if "coat" in new.concepts else None)
    ana.follow(0.01)
    record = journal.task(TASK)
    gone = record.changed(deleted=True)
    journal.commit(Operation.of("delete task", [Change(record, gone)], actor="ben"))
    assert told.wait(60)
    journal.commit(Operation.of("restore task", [Change(gone, gone.changed(deleted=False))], actor="ben"))
    ben.add("coat")
    assert seen.wait(60)
    ana.close()
