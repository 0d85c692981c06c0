"""A review as its people see it: what was handed in is approved or goes back, and nobody overwrites anybody."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.operations import Change
from notebook_labeler.domain.places import pack
from notebook_labeler.domain.records import TaskRecord
from notebook_labeler.domain.sharing import Dealt
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import BadInput, Conflict, NothingToUndo
from notebook_labeler.sessions.labeling import LabelingSession
from notebook_labeler.sessions.review import ReviewSession
from notebook_labeler.store.journal import Journal

TASK = "t"


class Office:
    """A task of so many inputs, and people at it, each with a journal of their own as in a kernel of their own."""

    def __init__(self, folder, stack, count, **settings):
        self._folder, self._stack = folder, stack
        self.journal = self.open()
        self.journal.add_inputs([Input.at(f"/a/{i}.png") for i in range(count)], actor="ana")
        record = TaskRecord(task_id=TASK, name="pets", settings=TaskSettings(**settings).dumps())
        self.journal.create_task(record, actor="ana")

    def open(self):
        return self._stack.enter_context(Journal.open(f"sqlite:///{self._folder}/labels.db"))

    def share(self, **reviewers):
        """Share the review out: ``share(ben=[0, 2], cem=[1])``, all labeled by ana."""
        record = self.journal.task(TASK)
        wanted = TaskSettings.loads(record.settings).changed(labelers=("ana",), reviewers=tuple(reviewers))
        all_of_them = sorted(place for places in reviewers.values() for place in places)
        deals = [Dealt(0, "labeler", "ana", pack(all_of_them))]
        deals += [Dealt(0, "reviewer", name, pack(places)) for name, places in reviewers.items() if places]
        change = Change(record, record.changed(settings=wanted.dumps()))
        self.journal.share_out(TASK, deals, actor="ana", seen=self.journal.rev(), changes=[change])

    def labeler(self, name="ana"):
        return LabelingSession(self.open(), TASK, actor=name)

    def reviewer(self, name="ben"):
        session = ReviewSession(self.open(), TASK, actor=name)
        self._stack.callback(session.close)
        return session

    def kinds(self):
        return [e.operation.kind for e in self.journal.events(task_id=TASK)]


@pytest.fixture
def office(tmp_path):
    with ExitStack() as stack:
        yield lambda count=4, **settings: Office(tmp_path, stack, count, concepts=("cat", "dog"), **settings)


@pytest.fixture
def handed_in(office):
    """Give an office in which ana has labeled and handed in so many inputs."""

    def made(count=4, **shares):
        place = office(count)
        if shares:
            place.share(**shares)
        ana = place.labeler()
        for _ in range(count):
            ana.add("cat")
            ana.submit()
        return place, ana

    return made


def states(place):
    found = place.journal.queue(TASK, states=("waiting", "submitted", "approved", "rejected"), limit=100)
    return [a.state for a in found]


def labels(session):
    return [row.concept for row in session.state.rows if row.state == "accepted"]


def test_H16_a_reviewer_approves_and_goes_on_to_the_next(handed_in):
    place, _ = handed_in(3)
    ben = place.reviewer()
    assert (ben.state.labeler, ben.state.position, ben.state.share.left, labels(ben)) == ("ana", 0, 3, ["cat"])
    ben.approve()
    assert (ben.state.position, ben.state.share.approved, ben.state.share.left) == (1, 1, 2)
    ben.approve()
    ben.approve()
    assert ben.state.input is None
    assert "reviewed" in ben.state.nothing
    assert states(place) == ["approved"] * 3
    ben.previous()
    assert (ben.state.position, ben.state.assignment.state) == (2, "approved")


def test_H16_a_rejected_input_returns_to_its_labeler_with_the_comment_and_comes_back_to_the_same_reviewer(handed_in):
    place, ana = handed_in(2, ben=[0], cem=[1])
    ben, cem = place.reviewer("ben"), place.reviewer("cem")
    ben.reject("that is a <b>dog</b>")
    ana.look()
    ana.next_open()
    assert (ana.state.position, ana.state.desk.scene.assignment.comment) == (0, "that is a <b>dog</b>")
    ana.uncheck("cat")
    ana.add("dog")
    ana.submit()
    ben.look()
    cem.look()
    assert (ben.state.position, ben.state.comment, labels(ben)) == (0, "that is a <b>dog</b>", ["dog"])
    assert [cem.state.position, cem.state.share.left] == [1, 1]
    ben.approve()
    assert place.journal.scene(TASK, ana.state.input.input_id).assignment.comment == ""


def test_H09_two_reviewers_never_get_the_same_input(handed_in):
    place, _ = handed_in(6, ben=[0, 3, 4], cem=[1, 2, 5])
    seen = {}
    for name in ("ben", "cem"):
        reviewer = place.reviewer(name)
        seen[name] = []
        while reviewer.state.input is not None:
            seen[name].append((reviewer.state.position, reviewer.state.rank))
            reviewer.approve()
    assert seen == {"ben": [(0, 0), (3, 1), (4, 2)], "cem": [(1, 0), (2, 1), (5, 2)]}
    with pytest.raises(BadInput, match="share"):
        place.reviewer("cem").approve(input_id=place.journal.queue(TASK, states=("approved",))[0].input_id)


def test_H16_what_a_labeler_hands_in_meanwhile_appears(office):
    place = office(2)
    ben = place.reviewer()
    assert ben.state.input is None
    assert "Nothing was handed in yet" in ben.state.nothing
    assert ben.state.share.coming == 2
    ana = place.labeler()
    ana.add("cat")
    ana.submit()
    assert ben.look()
    assert (ben.state.position, labels(ben)) == (0, ["cat"])


def test_H16_two_kernels_judging_the_same_input_are_told_and_nothing_is_overwritten(handed_in):
    place, _ = handed_in(2)
    ben, cem = place.reviewer("ben"), place.reviewer("cem")
    here = ben.state.input.input_id
    cem.approve()
    with pytest.raises(Conflict, match="cem approved"):
        ben.reject("no", input_id=here)
    assert place.journal.scene(TASK, here).assignment.state == "approved"
    assert ben.state.assignment.state == "approved"  # it was shown
    ben.reject("look again")  # now that it was seen, it may be said
    assert place.journal.scene(TASK, here).assignment.reviewer == "ben"


def test_H16_of_two_who_review_everything_at_once_each_input_is_judged_once(handed_in):
    place, _ = handed_in(16)

    def review(session):
        while session.state.input is not None:
            try:
                session.approve()
            except Conflict:  # the other was quicker; it is on the screen as it is now
                session.skip()

    people = [threading.Thread(target=review, args=(place.reviewer(name),)) for name in ("ben", "cem")]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    judged = [e.operation.input_id for e in place.journal.events(task_id=TASK) if e.operation.kind == "approve"]
    assert len(judged) == len(set(judged)) == 16
    assert states(place) == ["approved"] * 16


def test_H16_what_a_labeler_changed_since_it_was_looked_at_is_not_approved_unseen(handed_in):
    place, ana = handed_in(2)
    ben = place.reviewer()
    ana.go_to(0)
    ana.add("dog")
    with pytest.raises(Conflict, match="ana added dog"):
        ben.approve()
    assert labels(ben) == ["cat", "dog"]
    ben.approve()
    rev = ben.state.rev
    here = ben.state.input.input_id
    ana.go_to(1)
    ana.add("dog")
    ben.look()
    with pytest.raises(Conflict, match="ana added dog"):  # the page spoke of an older moment than the kernel has
        ben.approve(input_id=here, rev=rev)


def test_H16_to_fix_and_approve_is_to_change_and_approve(handed_in):
    place, ana = handed_in(1)
    ben = place.reviewer()
    rev = ben.state.rev
    ben.add("dog")
    ben.approve(rev=rev)  # one's own changes since are no surprise
    scene = place.journal.scene(TASK, ana.state.input.input_id)
    assert {a.concept: a.labeler for a in scene.active} == {"cat": "ana", "dog": "ben"}
    assert scene.assignment.labeler == "ana"
    assert place.kinds()[-2:] == ["add", "approve"]
    ana.look()
    assert labels(ana) == ["cat", "dog"]
    ben.undo()
    assert ben.state.assignment.state == "submitted"
    ben.undo()
    assert labels(ben) == ["cat"]


def test_H16_the_history_is_told(handed_in):
    place, ana = handed_in(1)
    ben = place.reviewer()
    ben.reject("no tail")
    ana.look()
    ana.uncheck("cat")
    ana.submit()
    ben.look()
    lines = [line.sentence for line in ben.state.history]
    assert lines == [
        "ana added cat", "ana submitted", "ben rejected: no tail", "ana removed cat", "ana submitted",
    ]  # fmt: skip
    assert ben.state.comments == ("no tail",)
    assert [line.at_us for line in ben.state.history] == sorted(line.at_us for line in ben.state.history)


def test_H16_all_that_are_shown_are_approved_in_one_step_but_those_taken_out_or_changed_meanwhile(handed_in):
    place, ana = handed_in(15)
    ben = place.reviewer()
    ben.show_sheet(12)
    cards = ben.state.sheet.cards
    assert [card.assignment.position for card in cards] == list(range(12))
    ben.take_out(cards[2].input.input_id)
    ben.take_out(cards[3].input.input_id)
    ben.take_out(cards[3].input.input_id, False)
    ana.go_to(5)
    ana.add("dog")
    assert ben.approve_all() == 10
    assert ben.state.notice.text.startswith("10 inputs approved; 1 was changed meanwhile")
    approved = [n for n, state in enumerate(states(place)) if state == "approved"]
    assert approved == [0, 1, 3, 4, 6, 7, 8, 9, 10, 11]
    shown = [card.assignment.position for card in ben.state.sheet.cards]
    assert shown == [5, 12, 13, 14]  # the next page; what was taken out waits
    assert [row.concept for row in ben.state.sheet.cards[0].labels] == ["cat", "dog"]
    assert ben.approve_all() == 4
    assert [card.assignment.position for card in ben.state.sheet.cards] == [2]
    assert ben.state.sheet.kept == ()  # nobody approves it by pressing on
    assert ben.approve_all() == 0
    ben.undo()
    assert [state for state in states(place) if state == "submitted"] == ["submitted"] * 5
    ben.undo()
    assert states(place) == ["submitted"] * 15
    assert len(ben.state.sheet.cards) == 12
    with pytest.raises(NothingToUndo):
        ben.undo()
    assert len(ben.state.sheet.cards) == 12
    ben.redo()
    assert states(place).count("approved") == 10


def test_the_sheet_follows_and_cards_keep_their_places(handed_in):
    place, _ = handed_in(3, ben=[1, 2], cem=[0])
    ana, ben = place.labeler(), place.reviewer()
    ben.show_sheet()
    assert [card.assignment.position for card in ben.state.sheet.cards] == [1, 2]
    first = ben.state.sheet.cards[0]
    ana.go_to(2)
    ana.add("dog")
    ben.look()
    again = ben.state.sheet.cards
    assert again[0] is first
    assert again[1].seen != first.seen
    assert len(again[1].labels) == 2
    ben.reject("no", input_id=first.input.input_id)
    assert [card.assignment.position for card in ben.state.sheet.cards] == [2]
    ana.go_to(1)
    ana.submit()
    ben.look()
    assert [card.assignment.position for card in ben.state.sheet.cards] == [2, 1]
    ben.show_one(first.input.input_id)
    assert (ben.state.grid, ben.state.position) == (False, 1)


def test_from_python_all_of_a_list_are_approved_and_what_cannot_be_is_counted(handed_in):
    place, ana = handed_in(3, ben=[0, 1], cem=[2])
    ids = [a.input_id for a in place.journal.queue(TASK, states=("submitted",), limit=9)]
    ben = place.reviewer()
    ben.approve_all([ids[0]], seen={ids[0]: "as it was long ago"})
    assert "0 inputs approved; 1" in ben.state.notice.text
    assert ben.approve_all([*ids, "no such input"]) == 2
    assert states(place) == ["approved", "approved", "submitted"]
    assert ben.state.input is None
    for wrong in (7, None, object()):
        if wrong is not None:
            with pytest.raises(BadInput, match="input_ids"):
                ben.approve_all(wrong)
    with pytest.raises(BadInput, match="sheet of"):
        ben.show_sheet(13)
    assert ana.state.progress.done == 3


def test_H19_somebody_who_does_not_review_gets_one_plain_sentence(handed_in):
    place, _ = handed_in(2, ben=[0], cem=[1])
    with pytest.raises(BadInput, match=r"one of the task's reviewers \(ben and cem\), got 'ana'"):
        place.reviewer("ana")


def test_what_was_with_somebody_who_reviews_no_longer_is_not_forgotten(handed_in):
    place, _ = handed_in(2, ben=[0], cem=[1])
    record = place.journal.task(TASK)
    place.journal.commit(_settings(record, reviewers=("ben",)))
    ben = place.reviewer()
    assert ben.state.share.left == 2
    ben.approve()
    ben.approve()
    assert states(place) == ["approved", "approved"]


def _settings(record, **more):
    from notebook_labeler.domain.operations import Operation

    wanted = TaskSettings.loads(record.settings).changed(**more)
    return Operation.of("settings", [Change(record, record.changed(settings=wanted.dumps()))], actor="ana")


def test_H09_an_input_that_another_reviewer_has_now_leaves_the_screen(handed_in):
    place, _ = handed_in(4)
    ben, cem = place.reviewer("ben"), place.reviewer("cem")
    assert ben.state.position == cem.state.position == 0
    cem.reject("no")
    ben.look()
    assert (ben.state.position, ben.state.share.left) == (1, 3)
    assert ben.state.notice.text == "'0.png' was rejected by cem meanwhile; here is the next one."
    place.share(ben=[2, 3], cem=[0, 1])
    ben.look()
    assert (ben.state.position, ben.state.share.left) == (2, 2)
    assert ben.state.notice.text == "'1.png' is with cem now; here is the next one."


def test_second_opinions_are_nobody_elses_business(office):
    place = office(1, opinions=2, opinions_share=1.0, labelers=("ana", "dan"))
    deals = [Dealt(0, "labeler", "ana", pack([0])), Dealt(1, "labeler", "dan", pack([0]))]
    place.journal.share_out(TASK, deals, actor="ana", seen=place.journal.rev())
    for name, concept in (("ana", "cat"), ("dan", "dog")):
        session = place.labeler(name)
        session.add(concept)
        session.submit()
    for name in ("ben", "dan"):  # who gave the other opinion sees the labels that count, too
        reviewer = place.reviewer(name)
        assert labels(reviewer) == ["cat"]
        assert [line.sentence for line in reviewer.state.history] == ["ana added cat", "ana submitted"]
    reviewer.approve()
    assert reviewer.state.share.approved == 1


def test_a_reviewer_hands_nothing_in_and_passes_over_what_is_for_later(handed_in):
    place, _ = handed_in(2)
    ben = place.reviewer()
    for verb in (ben.submit, ben.reopen):
        with pytest.raises(BadInput, match="in a review"):
            verb()
    ben.skip()
    assert (ben.state.position, states(place)) == (1, ["submitted", "submitted"])
    with pytest.raises(BadInput, match="expected a comment"):
        ben.reject("  ")
    assert states(place) == ["submitted", "submitted"]
    ben.next()
    assert ben.state.notice.text == "This is the last input."


def test_sending_the_same_judgement_again_is_harmless(handed_in):
    place, _ = handed_in(2)
    ben = place.reviewer()
    here = ben.state.input.input_id
    ben.approve(input_id=here, op_id="once")
    ben.approve(input_id=here, op_id="once")
    assert place.kinds().count("approve") == 1
    assert ben.state.position == 1


def test_an_input_that_its_labeler_took_back_is_not_judged(handed_in):
    place, ana = handed_in(1)
    ben = place.reviewer()
    ana.reopen()
    ben.look()
    assert not ben.state.judgeable
    with pytest.raises(BadInput, match="handed in"):
        ben.approve()
