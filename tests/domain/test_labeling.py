import pytest

from notebook_labeler.domain import labeling
from notebook_labeler.domain.concept_map import Suggestion
from notebook_labeler.domain.rows import Lens, counted, rows, shown
from notebook_labeler.errors import BadInput, UnknownConcept

CAT = Suggestion("s-cat", "cat", 0.9, "model", ("cat",))
DOG = Suggestion("s-dog", "dog", 0.6, "model", ("hound",), original="hound")
COW = Suggestion("s-cow", "cow", 0.2, "model", ("cow",))
ALL = (CAT, DOG, COW)


def states(desk, lens=None, suggestions=ALL):
    return {row.concept: row.state for row in rows(desk, suggestions, lens or Lens(), choices=False)}


def labels(desk):
    return {a.concept for a in desk.scene.active}


def test_A09_a_suggestion_is_nobodys_word(make_desk):
    assert labels(make_desk()) == set()
    assert set(states(make_desk()).values()) == {"suggested"}


def test_D02_accepting_labels_the_input_and_makes_the_concept(make_desk, then):
    desk = then(make_desk(), labeling.accept(make_desk(), DOG, low=0.5, high=1.0))
    (label,) = desk.scene.active
    assert (label.concept, label.labeler, label.origin, label.original) == ("dog", "ana", "model", "hound")
    assert (label.score, label.threshold_low, label.model_concept) == (0.6, 0.5, "hound")
    assert desk.concepts["dog"].name == "dog"


def test_accepting_twice_changes_nothing(make_desk, then):
    desk = then(make_desk(), labeling.accept(make_desk(), CAT))
    assert labeling.accept(desk, CAT) == []


def test_D03_unchecking_reverts_to_a_suggestion(make_desk, then):
    desk = then(make_desk(), labeling.accept(make_desk(), CAT))
    desk = then(desk, labeling.decline(desk, "cat", CAT))
    assert labels(desk) == set()
    assert states(desk)["cat"] == "suggested"
    again = then(desk, labeling.accept(desk, CAT))
    assert labels(again) == {"cat"}
    assert again.scene.verdict("s-cat") is None


def test_D06_a_deleted_suggestion_does_not_come_back(make_desk, then):
    desk = then(make_desk(), labeling.accept(make_desk(), CAT))
    desk = then(desk, labeling.dismiss(desk, "cat", CAT))
    assert "cat" not in states(desk)
    assert CAT not in shown(desk, ALL, Lens())


def test_C03_the_range_is_inclusive_at_both_ends(make_desk):
    assert set(states(make_desk(), Lens(0.2, 0.9))) == {"cat", "dog", "cow"}
    assert set(states(make_desk(), Lens(0.21, 0.89))) == {"dog"}


def test_C03_a_label_stays_in_sight_whatever_the_range(make_desk, then):
    desk = then(make_desk(), labeling.accept(make_desk(), COW))
    assert states(desk, Lens(0.5, 1.0))["cow"] == "accepted"


def test_C04_the_count_follows_range_and_search(make_desk):
    desk = make_desk(concepts=("horse",))
    assert counted(rows(desk, ALL, Lens())) == 3
    assert counted(rows(desk, ALL, Lens(0.5, 1.0))) == 2
    assert counted(rows(desk, ALL, Lens(0.5, 1.0, "DO"))) == 1


def test_C05_accept_all_takes_what_is_shown_and_leaves_the_ambiguous(make_desk, then):
    unsure = Suggestion("s-x", "walker", 0.95, "model", ("person",), "person", ambiguous=True)
    desk = make_desk()
    chosen = shown(desk, (unsure, *ALL), Lens(0.5, 1.0))
    assert labels(then(desk, labeling.accept_all(desk, chosen, low=0.5, high=1.0))) == {"cat", "dog"}


def test_C07_what_reaches_the_threshold_is_added_on_submit_and_says_so(make_desk, then):
    desk = make_desk(submit_threshold=0.6)
    assert {r.concept for r in rows(desk, ALL, Lens()) if r.passing} == {"cat", "dog"}
    done = then(desk, labeling.submit(desk, ALL))
    assert {(a.concept, a.via) for a in done.scene.active} == {("cat", "on_submit"), ("dog", "on_submit")}
    assert done.scene.assignment.state == "submitted"
    assert done.scene.assignment.labeler == "ana"


def test_C07_what_a_person_refused_is_not_added_on_submit(make_desk, then):
    desk = make_desk(submit_threshold=0.5)
    desk = then(desk, labeling.accept(desk, CAT))
    desk = then(desk, labeling.decline(desk, "cat", CAT))
    desk = then(desk, labeling.dismiss(desk, "dog", DOG))
    assert labels(then(desk, labeling.submit(desk, ALL))) == set()


def test_without_a_threshold_nothing_is_added_on_submit(make_desk, then):
    assert labels(then(make_desk(), labeling.submit(make_desk(), ALL))) == set()


def test_in_a_single_choice_task_accepting_one_replaces_the_other(make_desk, then):
    desk = make_desk(choice="single")
    desk = then(desk, labeling.accept(desk, CAT))
    desk = then(desk, labeling.accept(desk, DOG))
    assert labels(desk) == {"dog"}
    assert labels(then(desk, labeling.accept_all(desk, (CAT, COW), low=0, high=1))) == {"cat"}
    fresh = make_desk(choice="single", submit_threshold=0.1)
    assert labels(then(fresh, labeling.submit(fresh, ALL))) == {"cat"}


def test_D08_a_typed_name_becomes_a_concept_and_a_label(make_desk, then):
    desk = then(make_desk(), labeling.add(make_desk(), "  Sun   glasses "))
    assert labels(desk) == {"Sun glasses"}
    assert labeling.add(desk, "sun GLASSES") == []


def test_B11_B12_renaming_puts_the_new_concept_there_and_remembers(make_desk, then):
    desk = then(make_desk(), labeling.accept(make_desk(), CAT))
    desk = then(desk, labeling.rename(desk, "cat", "tabby"))
    (label,) = desk.scene.active
    assert (label.concept, label.original, label.via) == ("tabby", "cat", "renamed")
    assert (label.score, label.origin) == (0.9, "model")
    (relation,) = [r for r in desk.relations.values() if not r.deleted]
    assert (relation.concept, relation.other, relation.source) == ("tabby", "cat", "rename")


def test_B13_annotating_later_with_the_original_applies_the_relation(make_desk, then):
    desk = then(make_desk(), labeling.add(make_desk(), "cat"))
    desk = then(desk, labeling.rename(desk, "cat", "tabby"))
    desk = then(desk, labeling.decline(desk, "tabby"))
    desk = then(desk, labeling.add(desk, "cat"))
    (label,) = desk.scene.active
    assert (label.concept, label.original) == ("tabby", "cat")


def test_B14_renaming_back_undoes_it_on_this_input_only(make_desk, then):
    desk = then(make_desk(), labeling.add(make_desk(), "cat"))
    desk = then(desk, labeling.rename(desk, "cat", "tabby"))
    desk = then(desk, labeling.rename(desk, "tabby", "cat"))
    (label,) = desk.scene.active
    assert (label.concept, label.original) == ("cat", None)
    assert [r.concept for r in desk.relations.values() if not r.deleted] == ["tabby"]


def test_renaming_the_other_way_round_makes_no_circle(make_desk, then):
    desk = then(make_desk(), labeling.add(make_desk(), "cat"))
    desk = then(desk, labeling.rename(desk, "cat", "tabby"))
    desk = then(desk, labeling.decline(desk, "tabby"))
    desk = then(desk, labeling.add(desk, "tabby"))
    desk = then(desk, labeling.rename(desk, "tabby", "cat"))
    assert {(r.other, r.concept) for r in desk.relations.values() if not r.deleted} == {("tabby", "cat")}


def test_D05_a_suggestion_is_renamed_in_one_step(make_desk, then):
    desk = then(make_desk(), labeling.rename_suggestion(make_desk(), CAT, "tabby", low=0, high=1))
    (label,) = desk.scene.active
    assert (label.concept, label.original, label.score) == ("tabby", "cat", 0.9)


def test_renaming_what_is_not_there_is_refused(make_desk):
    with pytest.raises(UnknownConcept, match="carries"):
        labeling.rename(make_desk(), "cat", "tabby")


def test_D07_the_first_twenty_rows_have_hotkeys(make_desk):
    many = tuple(Suggestion(f"s{i}", f"c{i:02}", 1 - i / 100, "m") for i in range(25))
    keys = [row.hotkey for row in rows(make_desk(), many, Lens())]
    assert keys[:3] == ["1", "2", "3"]
    assert keys[9:12] == ["0", "⇧1", "⇧2"]
    assert len([k for k in keys if k]) == len(set(keys[:20])) == 20
    assert keys[20:] == [""] * 5


def test_a_row_keeps_its_place_when_it_is_checked(make_desk, then):
    desk = make_desk(concepts=("horse",))
    before = [row.concept for row in rows(desk, ALL, Lens())]
    desk = then(desk, labeling.accept(desk, COW))
    assert [row.concept for row in rows(desk, ALL, Lens())] == before


def test_D04_a_row_names_the_people_and_models_behind_it(make_desk, then):
    desk = then(make_desk(), labeling.accept(make_desk(), CAT))
    row = next(r for r in rows(desk, ALL, Lens()) if r.concept == "cat")
    assert (row.people, row.models) == (("ana",), ("model",))


def test_skipping_and_working_on_it_again(make_desk, then):
    desk = then(make_desk(), labeling.skip(make_desk()))
    assert desk.scene.assignment.state == "skipped"
    desk = then(desk, labeling.add(desk, "cat"))
    assert desk.scene.assignment.state == "waiting"


def test_moves_that_the_table_lacks_are_refused(make_desk, then):
    from notebook_labeler.domain.assignments import moved

    desk = then(make_desk(), labeling.submit(make_desk()))
    with pytest.raises(BadInput, match="cannot become skipped"):
        moved(desk.scene.assignment, "skipped")
