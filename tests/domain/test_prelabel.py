"""What a run writes on one input, what it leaves alone, and what a person may do with what it left."""

from dataclasses import replace

import pytest

from notebook_labeler.domain import drawing, labeling
from notebook_labeler.domain.concept_map import Suggestion
from notebook_labeler.domain.geometry import Box
from notebook_labeler.domain.objects import groups
from notebook_labeler.domain.prelabel import (
    ALREADY,
    BEGUN,
    NOT_WAITING,
    NOTHING,
    NOTHING_NEW,
    Order,
    Outcome,
    month_of,
    obstacle,
    prelabel,
    taken_back,
    untouched,
)
from notebook_labeler.domain.records import HUMAN, PENDING, SUCCESS, Annotation, Verdict, label_id
from notebook_labeler.domain.rows import Lens, awaiting, rows

CAT = Suggestion("s-cat", "cat", 0.9, "key", ("cat",))
DOG = Suggestion("s-dog", "dog", 0.6, "key", ("hound",), original="hound")
COW = Suggestion("s-cow", "cow", 0.2, "key", ("cow",))
MAYBE = Suggestion("s-maybe", "walker", 0.8, "key", ("person",), ambiguous=True)
SHEEP = Suggestion("s-sheep", "sheep", 0.7, "key", ("sheep",), region=Box(1, 2, 30, 40))
ORDER = Order("run", 0.5, 1.0, "2026-11", "pets")


@pytest.fixture
def ahead(make_desk, then):
    """Give a desk over which a run has gone."""

    def gone(*suggestions, **settings):
        desk = make_desk(**settings)
        return then(desk, prelabel(desk, suggestions or (CAT, DOG, COW), ORDER).changes)

    return gone


def of(desk):
    return {a.concept: (a.status, a.labeler, a.via) for a in desk.scene.active}


def test_F08_the_mark_is_written_with_the_annotations_and_is_the_charge(ahead):
    desk = ahead()
    assert of(desk) == {"cat": (PENDING, "", "prelabel"), "dog": (PENDING, "", "prelabel")}
    mark = desk.scene.prelabel
    assert (mark.run_id, mark.month, mark.labels, mark.connection, mark.model) == ("run", "2026-11", 2, 1, "pets")
    dog = next(a for a in desk.scene.active if a.concept == "dog")
    assert (dog.annotation_id, dog.original, dog.score) == (label_id("task", "in", "dog", ""), "hound", 0.6)
    assert (dog.threshold_low, dog.model_concept, desk.concepts["dog"].created_by) == (0.5, "hound", "ana")


def test_B09_ambiguous_suggestions_are_left_out_and_both_ends_of_the_range_are_inside(make_desk, then):
    desk = make_desk()
    found = then(desk, prelabel(desk, (CAT, MAYBE, DOG, COW), replace(ORDER, low=0.6, high=0.9)).changes)
    assert set(of(found)) == {"cat", "dog"}


def test_a_single_choice_task_takes_the_likeliest(ahead):
    assert set(of(ahead(choice="single"))) == {"cat"}


def touched(desk, then, kind):
    if kind == "label":
        return then(desk, labeling.add(desk, "hat"))
    if kind == "a label taken back":
        desk = then(desk, labeling.add(desk, "hat"))
        return then(desk, [labeling.clear(desk.scene.active[0])])
    if kind == "verdict":
        verdict = Verdict(task_id="task", input_id="in", suggestion_id="s-cow", by="ben")
        return replace(desk, scene=replace(desk.scene, verdicts=(verdict,)))
    state = {"skipped": "skipped", "handed in": "submitted", "put off": "backlog", "sent back": "rejected"}[kind]
    return replace(desk, scene=replace(desk.scene, assignment=desk.scene.assignment.changed(state=state)))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("label", BEGUN),
        ("a label taken back", BEGUN),
        ("verdict", BEGUN),
        ("skipped", NOT_WAITING),
        ("handed in", NOT_WAITING),
        ("put off", NOT_WAITING),
        ("sent back", NOT_WAITING),
    ],
)
def test_F02_what_a_person_did_is_never_touched(make_desk, then, kind, reason):
    outcome = prelabel(touched(make_desk(), then, kind), (CAT,), ORDER)
    assert (outcome.reason, outcome.changes) == (reason, ())


def test_F06_once_per_connection_of_the_dataset(ahead, then):
    desk = ahead(CAT)
    assert prelabel(desk, (DOG,), ORDER).reason == ALREADY
    again = replace(desk, settings=desk.settings.changed(connection=2))
    desk = then(again, prelabel(again, (CAT, DOG), replace(ORDER, run_id="next")).changes)
    assert set(of(desk)) == {"cat", "dog"}
    assert [a.concept for a in desk.scene.active].count("cat") == 1
    third = replace(desk, settings=desk.settings.changed(connection=3))
    assert prelabel(third, (CAT, DOG, COW), ORDER) == Outcome(reason=NOTHING_NEW)


@pytest.mark.parametrize("suggestions", [(), (COW,), (MAYBE,)], ids=["none", "below the range", "ambiguous"])
def test_F08_nothing_found_takes_no_charge_and_no_mark(make_desk, suggestions):
    outcome = prelabel(make_desk(), suggestions, ORDER)
    assert (outcome.reason, outcome.changes, outcome.labels) == (NOTHING, (), 0)


def test_handing_in_says_yes_to_what_is_pending(ahead, then):
    desk = ahead()
    desk = then(desk, labeling.submit(desk))
    assert of(desk) == {"cat": (SUCCESS, "ana", "on_submit"), "dog": (SUCCESS, "ana", "on_submit")}


def test_handing_in_without_a_word_leaves_out_what_was_taken_off(ahead, then):
    desk = ahead()
    desk = then(desk, labeling.decline(desk, "dog", DOG))
    desk = then(desk, labeling.submit(desk, (CAT, DOG)))
    assert set(of(desk)) == {"cat"}


@pytest.mark.parametrize("verb", ["uncheck", "delete", "rename"])
def test_what_a_person_takes_off_is_theirs_from_then_on(ahead, then, verb):
    desk = ahead(CAT)
    verbs = {"uncheck": labeling.decline, "delete": labeling.dismiss}
    changes = labeling.rename(desk, "cat", "kitty") if verb == "rename" else verbs[verb](desk, "cat")
    desk = then(desk, changes)
    cat = next(a for a in desk.scene.annotations if a.concept == "cat")
    assert cat.deleted
    assert cat.labeler == "ana"
    reconnected = replace(desk, settings=desk.settings.changed(connection=2))
    assert prelabel(reconnected, (CAT,), ORDER).reason == BEGUN


def test_adding_what_is_pending_is_accepting_it(ahead, then):
    desk = ahead(CAT)
    desk = then(desk, labeling.add(desk, "Cat"))
    assert of(desk) == {"cat": (SUCCESS, "ana", "added")}


def test_accept_all_says_yes_to_what_is_pending_in_range_and_search(ahead, then):
    desk, lens = ahead(), Lens(0.5, 1.0, search="ca")
    waits = awaiting(desk, lens)
    assert [a.concept for a in waits] == ["cat"]
    desk = then(desk, labeling.accept_all(desk, (COW,), low=0.1, high=1.0, awaiting=waits))
    assert {c: s for c, (s, _, _) in of(desk).items()} == {"cat": SUCCESS, "dog": PENDING, "cow": SUCCESS}


def test_a_pending_label_is_a_row_that_waits(ahead):
    found = rows(ahead(), (CAT, DOG, COW), Lens(), choices=False)
    assert [(r.concept, r.state, r.people) for r in found] == [
        ("cat", "pending", ()),
        ("dog", "pending", ()),
        ("cow", "suggested", ()),
    ]


def test_objects_of_a_run_wait_and_keep_their_suggestion(ahead, then):
    desk = ahead(SHEEP, kind="detection", concepts=("sheep",))
    (group,) = groups(desk, (SHEEP,), Lens())
    (thing,) = group.things
    assert (thing.state, thing.suggestion) == ("pending", SHEEP)
    gone = then(desk, drawing.dismiss_object(desk, desk.scene.active[0], thing.suggestion))
    assert groups(gone, (SHEEP,), Lens())[0].things == ()


@pytest.mark.parametrize("verb", ["confirm", "reshape", "reassign", "rename"])
def test_whatever_a_person_does_to_an_object_of_a_run_makes_it_theirs(ahead, then, verb):
    desk = ahead(SHEEP, kind="detection", concepts=("sheep",))
    sheep = desk.scene.active[0]
    changes = {
        "confirm": lambda: drawing.confirm_object(desk, sheep),
        "reshape": lambda: drawing.reshape(desk, sheep, Box(2, 2, 30, 40)),
        "reassign": lambda: drawing.reassign(desk, sheep, None, "ram"),
        "rename": lambda: drawing.rename_objects(desk, "sheep", "ram", suggested=True),
    }[verb]()
    (now,) = then(desk, changes).scene.active
    assert (now.status, now.labeler, untouched(now)) == (SUCCESS, "ana", False)


def test_X14_undoing_takes_away_what_the_run_wrote_and_nobody_touched(ahead, then):
    desk = ahead()
    desk = then(desk, labeling.confirm(desk, "cat"))
    changes = taken_back(desk.scene, desk.scene.prelabel)
    desk = then(desk, changes)
    assert set(of(desk)) == {"cat"}
    assert desk.scene.prelabel.undone
    assert obstacle(replace(desk.scene, annotations=()), 1) == ALREADY


def test_X14_undoing_leaves_alone_what_another_run_wrote(ahead):
    desk = ahead(CAT)
    older = tuple(a.having(updated_us=5) for a in desk.scene.annotations)
    scene = replace(desk.scene, annotations=older)
    assert [c.after.kind for c in taken_back(scene, desk.scene.prelabel.having(updated_us=9))] == ["prelabel"]
    assert len(taken_back(scene, desk.scene.prelabel.having(updated_us=5))) == 2


def test_a_label_that_an_undone_run_left_behind_is_written_again(ahead, then):
    desk = ahead(CAT)
    desk = then(desk, taken_back(desk.scene, desk.scene.prelabel))
    desk = replace(desk, settings=desk.settings.changed(connection=2))
    desk = then(desk, prelabel(desk, (CAT,), ORDER).changes)
    assert of(desk) == {"cat": (PENDING, "", "prelabel")}


def test_an_annotation_of_a_person_is_not_a_runs():
    own = Annotation(task_id="t", annotation_id="a", input_id="i", concept="c", concept_key="c", origin=HUMAN)
    assert not untouched(own)


def test_F08_months_are_those_of_utc():
    assert month_of(1_793_491_199_999_999) == "2026-10"
    assert month_of(1_793_491_200_000_000) == "2026-11"
