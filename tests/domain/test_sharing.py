"""Inputs shared out among people: H08, H09, X11."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notebook_labeler.domain.dealing import deal
from notebook_labeler.domain.fair import balanced, spread
from notebook_labeler.domain.places import unpack
from notebook_labeler.domain.sharing import LABELER, plan
from notebook_labeler.domain.tasks import TaskSettings

PEOPLE = ["ana", "ben", "cleo", "dan", "eva"]
OPEN, DONE = {"waiting", "backlog", "skipped", "rejected"}, {"submitted", "approved"}


@dataclass
class Row:
    """An input of the pretended journal; `extra` are the labelers of its second opinions, by seat."""

    group: int
    labeler: str = ""
    reviewer: str = ""
    state: str = "waiting"
    touched: bool = False
    extra: dict = field(default_factory=dict)
    began: set = field(default_factory=set)  # seats of second opinions that somebody has begun


@dataclass
class Desk:
    """What a journal would keep of a task, and sharing it out."""

    rows: list = field(default_factory=list)
    settings: TaskSettings = field(default_factory=TaskSettings)
    grouped: bool = True

    def seat(self, number):
        kept = [(i, r) for i, r in enumerate(self.rows) if not number or number in r.extra]
        column = {
            "input_id": [f"{i * 7919 % 65536:016x}" for i, _ in kept],
            "labeler": [r.extra[number] if number else r.labeler for _, r in kept],
            "reviewer": ["" if number else r.reviewer for _, r in kept],
            "state": ["waiting" if number else r.state for _, r in kept],
        }
        return SimpleNamespace(
            position=np.array([i for i, _ in kept], np.int64),
            touched=np.array([number in r.began if number else r.touched for _, r in kept], bool),
            **{name: np.array(values, object) for name, values in column.items()},
        )

    def wanted(self):
        seats = max([0, *(seat for row in self.rows for seat in row.extra)])
        groups = np.array([r.group for r in self.rows], np.int64) if self.grouped else None
        return plan([self.seat(n) for n in range(seats + 1)], self.settings, groups)

    def share(self):
        deals = self.wanted()
        seen = set()
        for dealt in deals:
            for place in unpack(dealt.places).tolist():
                assert (dealt.seat, dealt.role, place) not in seen
                seen.add((dealt.seat, dealt.role, place))
                row = self.rows[place]
                if dealt.seat:
                    row.extra[dealt.seat] = dealt.person
                elif dealt.role == LABELER:
                    row.labeler = dealt.person
                else:
                    row.reviewer = dealt.person
        return deals

    def groups(self):
        found = {}
        for i, row in enumerate(self.rows):
            found.setdefault(row.group if self.grouped else i, []).append(row)
        return found.values()


ops = st.lists(
    st.one_of(
        st.tuples(st.just("people"), st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=4)),
        st.tuples(st.just("reviewers"), st.sets(st.sampled_from(PEOPLE), max_size=4)),
        st.tuples(st.just("add"), st.lists(st.integers(0, 11), min_size=1, max_size=9)),
        st.tuples(st.just("work"), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 5)), max_size=9)),
        st.tuples(st.just("opinions"), st.sampled_from([(1, 0.0), (2, 0.5), (2, 1.0), (3, 1.0)])),
    ),
    min_size=2,
    max_size=7,
)


def worked(row, how):
    """What a labeler or reviewer may have done."""
    if how == 5:
        row.began |= {seat for seat, who in row.extra.items() if who}
        return
    row.touched = True
    row.state = ("waiting", "skipped", "submitted", "approved", "rejected")[how]


def play(desk, op, what):
    if op == "add":
        desk.rows += [Row(group) for group in what]
    elif op == "people":
        desk.settings = desk.settings.changed(labelers=tuple(sorted(what)))
    elif op == "reviewers":
        desk.settings = desk.settings.changed(reviewers=tuple(sorted(what)))
    elif op == "opinions":
        desk.settings = desk.settings.changed(opinions=what[0], opinions_share=what[1])
    else:
        for place, how in what:
            if desk.rows:
                worked(desk.rows[place % len(desk.rows)], how)


def stays(row, people):
    """Whether an input is its labeler's for good."""
    return row.touched and bool(row.labeler) and (row.labeler in people or row.state in DONE)


def reviewed(row, people):
    return row.state == "approved" or (row.state == "rejected" and row.reviewer in people)


@settings(max_examples=60, deadline=None)
@given(ops, st.booleans())
def test_H08_H09_X11_whatever_happens_all_is_shared_out_fairly(history, grouped):
    desk = Desk([Row(g) for g in (0, 1, 2, 2, 3)], TaskSettings(labelers=("ana", "ben")), grouped)
    for op, what in history:
        play(desk, op, what)
        before = [replace(row, extra=dict(row.extra)) for row in desk.rows]
        desk.share()
        assert desk.wanted() == (), "sharing out again changes nothing"
        people, reviewers = desk.settings.labelers, desk.settings.reviewers
        for was, row in zip(before, desk.rows, strict=True):
            if stays(was, people):
                assert row.labeler == was.labeler, "what somebody worked on stays theirs"
            elif not (was.state in DONE and was.touched):
                assert row.labeler in people, "each open input is one present labeler's"
            if reviewed(was, reviewers):
                assert row.reviewer == was.reviewer
            else:
                assert row.reviewer in (reviewers or ("",))
                if len(reviewers) > 1:
                    assert row.reviewer != row.labeler, "nobody reviews their own work"
        if desk.settings.seats == 1 and not any(row.began for row in desk.rows):
            labelers_are_even(desk, people)
            reviewers_are_even(desk, reviewers)
        opinions_are_others(desk, before)


def labelers_are_even(desk, people):
    count, movable = dict.fromkeys(people, 0), set()
    for group in desk.groups():
        held = [row.labeler for row in group if stays(row, people) and row.labeler in people]
        free = [row.labeler for row in group if not stays(row, people) and not (row.state in DONE and row.touched)]
        assert len(set(free)) <= 1, "what is like each other is together"
        if held:
            owner = free[0] if free else max(held, key=held.count)
            assert held.count(owner) == max(map(held.count, held)), "the rest goes to who has worked on most of it"
            count[owner] += 1
        elif free:
            count[free[0]] += 1
            movable.add(free[0])
    for person in movable:
        assert count[person] <= min(count.values()) + 1, f"{person} has something to give, {count}"


def reviewers_are_even(desk, reviewers):
    if not reviewers:
        return
    count, movable = dict.fromkeys(reviewers, 0), {}
    for group in desk.groups():
        for labeler in dict.fromkeys(row.labeler for row in group):
            part = [row for row in group if row.labeler == labeler]
            held = [r.reviewer for r in part if reviewed(r, reviewers) and r.reviewer in reviewers]
            free = {r.reviewer for r in part if not reviewed(r, reviewers)}
            assert len(free) <= 1
            for person in [max(held, key=lambda o: (held.count(o), -held.index(o)))] if held else free:
                count[person] += 1
            if free and not held:
                movable.setdefault(free.pop(), set()).add(labeler)
    for giver, labelers in movable.items():
        for taker in reviewers:
            if any(labeler != taker or len(reviewers) == 1 for labeler in labelers):
                assert count[giver] <= count[taker] + 1, f"{giver} has something for {taker}, {count}"


def opinions_are_others(desk, before):
    share, seats = desk.settings.opinions_share, min(desk.settings.seats, len(desk.settings.labelers))
    for was, row in zip(before, desk.rows, strict=True):
        for seat, person in row.extra.items():
            if seat in was.began and (was.extra[seat] in desk.settings.labelers):
                assert person == was.extra[seat], "a second opinion that was begun stays whose it is"
            elif seat < seats and person:
                lower = [row.labeler, *(who for s, who in row.extra.items() if s < seat)]
                assert person not in lower, "a second opinion is another person's"
        if share == 1 and not row.began and not any(r.began or r.touched for r in desk.rows):
            assert sum(bool(who) for who in row.extra.values()) == seats - 1


numbers = st.integers(0, 12)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6), numbers)
def test_H08_no_more_inputs_change_hands_than_evenness_asks_for(hands, fresh):
    """Against giving one by one to who has least of what is theirs for good, and then the odd ones to who has most."""
    people = len(hands)
    current = np.array([p for p, (locked, free) in enumerate(hands) for _ in range(locked + free)] + [-1] * fresh)
    locked = np.array([i < lock for lock, free in hands for i in range(lock + free)] + [False] * fresh, bool)
    after = deal(current.astype(np.int64), people, locked=locked)
    count = [lock for lock, _ in hands]
    for _ in range(int((~locked).sum())):
        count[count.index(min(count))] += 1
    assert sorted(np.bincount(after, minlength=people).tolist()) == sorted(count)
    level = min(count)
    even = [max(lock, level) for lock, _ in hands]
    odd = sum(count) - sum(even)
    surplus = [max(0, lock + free - even[p]) if even[p] == level else free for p, (lock, free) in enumerate(hands)]
    can_keep = [p for p, (lock, free) in enumerate(hands) if lock <= level and lock + free > level]
    least = sum(surplus) - min(odd, len(can_keep))
    assert int(((after != current) & (current >= 0)).sum()) == least


def test_H08_a_newcomer_gets_an_even_share_and_what_was_left_behind_is_dealt():
    first = deal(np.full(100, -1), 4)
    assert np.bincount(first).tolist() == [25] * 4
    joined = deal(first, 5)
    assert np.bincount(joined).tolist() == [20] * 5
    assert (first != joined).sum() == 20
    left = deal(np.where(joined == 4, -1, joined), 4)
    assert np.bincount(left).tolist() == [25] * 4
    assert (left != joined).sum() == 20


def test_H08_inputs_added_later_move_nobody():
    first = deal(np.full(10, -1), 3)
    more = deal(np.r_[first, np.full(7, -1)], 3)
    assert (more[:10] == first).all()
    assert sorted(np.bincount(more).tolist()) == [5, 6, 6]


def test_X11_among_equal_numbers_of_groups_the_inputs_are_balanced():
    sizes = [9, 7, 5, 4, 3, 1, 1, 1]
    after = deal(np.full(sum(sizes), -1), 2, groups=np.repeat(np.arange(len(sizes)), sizes))
    assert abs(np.diff(np.bincount(after))[0]) <= 1
    after = deal(np.full(12, -1), 2, groups=np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2]))
    assert np.bincount(after).tolist() == [6, 6]


def test_H09_each_labelers_work_is_spread_over_all_others():
    labeler = np.repeat([0, 1, 2, 3], [30, 30, 30, 30])
    after = deal(np.full(120, -1), 4, kinds=labeler, allowed=~np.eye(4, dtype=bool))
    table = np.bincount(labeler * 4 + after, minlength=16).reshape(4, 4)
    assert (table == 10 * (1 - np.eye(4))).all()


def test_H09_the_only_labeler_does_not_review_where_others_can_and_does_where_nobody_else_is():
    mine = np.zeros(6, np.int64)
    two = deal(np.full(6, -1), 2, kinds=mine, allowed=np.array([[False, True]]))
    assert two.tolist() == [1] * 6
    desk = Desk([Row(i) for i in range(4)], TaskSettings(labelers=("ana",), reviewers=("ana",)))
    desk.share()
    assert {row.reviewer for row in desk.rows} == {"ana"}


def test_H08_what_somebody_finished_stays_in_their_name_and_what_they_left_open_is_handed_on():
    desk = Desk([Row(i) for i in range(6)], TaskSettings(labelers=("ana", "ben")))
    desk.share()
    mine = [row for row in desk.rows if row.labeler == "ben"]
    for row, how in zip(mine, (2, 1, 4), strict=True):
        worked(row, how)  # submitted, skipped, rejected
    desk.settings = desk.settings.changed(labelers=("ana", "cleo"))
    desk.share()
    assert [row.labeler == "ben" for row in mine] == [True, False, False]
    assert sorted(row.labeler for row in desk.rows) == ["ana"] * 3 + ["ben"] + ["cleo"] * 2


def test_H10_without_labelers_and_reviewers_nothing_that_nobody_began_is_anybodys():
    desk = Desk([Row(i) for i in range(4)], TaskSettings(labelers=("ana", "ben"), reviewers=("cleo",)))
    desk.share()
    worked(desk.rows[0], 2)
    desk.settings = TaskSettings()
    desk.share()
    assert [(row.labeler, row.reviewer) for row in desk.rows] == [("ana", ""), ("", ""), ("", ""), ("", "")]


def test_X02_second_opinions_are_a_stable_share_and_inputs_added_later_change_none():
    desk = Desk([Row(i) for i in range(400)], TaskSettings(labelers=tuple(PEOPLE), opinions=3, opinions_share=0.25))
    desk.share()
    first = [dict(row.extra) for row in desk.rows]
    assert 60 < sum(map(bool, first)) < 140
    assert all(len({row.labeler, *row.extra.values()}) == 3 for row in desk.rows if row.extra)
    for seat in (1, 2):
        counts = [sum(extra.get(seat) == who for extra in first) for who in PEOPLE]
        assert max(counts) - min(counts) <= 1
    desk.rows += [Row(1000 + i) for i in range(100)]
    desk.share()
    assert [dict(row.extra) for row in desk.rows[:400]] == first
    desk.settings = desk.settings.changed(opinions=1, opinions_share=0.0)
    desk.share()
    assert not any(who for row in desk.rows for who in row.extra.values())


def test_H08_more_people_than_inputs_and_nobody_at_all():
    assert sorted(deal(np.full(3, -1), 9).tolist()) == [0, 1, 2]
    assert deal(np.full(0, -1), 3).tolist() == []
    assert deal(np.array([0, 1]), 0).tolist() == [-1, -1]
    assert plan([Desk().seat(0)], TaskSettings(labelers=("ana",), reviewers=("ben",))) == ()


@pytest.mark.parametrize("name", ["<b>x</b>", "عمر", "🦊", "a,b", "O'Neil", "~1"])
def test_H08_a_name_may_be_anything(name):
    desk = Desk([Row(i) for i in range(4)], TaskSettings(labelers=(name, "ben"), reviewers=(name, "ben")))
    desk.share()
    assert [row.labeler for row in desk.rows] == [name, "ben"] * 2
    assert [row.reviewer for row in desk.rows] == ["ben", name] * 2


tables = st.integers(1, 5).flatmap(
    lambda people: st.tuples(
        st.lists(
            st.tuples(st.lists(numbers, min_size=people, max_size=people), numbers, st.integers(1, 2**people - 1)),
            min_size=1,
            max_size=5,
        ),
        st.lists(numbers, min_size=people, max_size=people),
    )
)


@settings(max_examples=80, deadline=None)
@given(tables)
def test_no_chain_of_hand_overs_makes_a_table_more_even_and_it_can_be_spread(table):
    rows, fixed = table
    allowed = np.array([[bool(mask >> p & 1) for p in range(len(fixed))] for _, _, mask in rows])
    have = np.where(allowed, np.array([counts for counts, _, _ in rows]), 0)
    fresh = np.array([new for _, new, _ in rows])
    counts = balanced(have, fresh, allowed, np.array(fixed))
    assert (counts >= 0).all()
    assert not counts[~allowed].any()
    assert (counts.sum(axis=1) == have.sum(axis=1) + fresh).all()
    loads = np.array(fixed) + counts.sum(axis=0)
    reach = (counts.T @ allowed) > 0
    for _ in fixed:
        reach = reach | ((reach.astype(int) @ reach) > 0)
    assert not (reach & (loads[:, None] - loads[None, :] >= 2)).any()
    again = spread(counts.sum(axis=1), counts.sum(axis=0), allowed)
    assert (again >= 0).all()
    assert not again[~allowed].any()
    assert (again.sum(axis=1) == counts.sum(axis=1)).all()
    assert (again.sum(axis=0) == counts.sum(axis=0)).all()
