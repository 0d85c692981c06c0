import pytest

from notebook_labeler.errors import UnknownConcept


def line(session, concept):
    return next(entry for entry in session.state.mapping if entry.concept == concept)


def test_B01_B02_known_concepts_are_mapped_and_unknown_ones_are_not(open_session, pets, ready):
    session = open_session(concepts=["Cats", "pants"], model=pets)
    ready(session)
    assert line(session, "Cats").mapped
    assert not line(session, "pants").mapped


def test_B03_B04_mapping_by_hand_changes_the_suggestions_at_once(open_session, pets, ready):
    session = open_session(concepts=["kitty cat thing", "dog"], model=pets)
    ready(session)
    assert [s.concept for s in session.state.suggestions] == ["dog"]
    session.relate("kitty cat thing", "cat")
    assert [(s.concept, s.original) for s in session.state.suggestions] == [("kitty cat thing", "cat"), ("dog", None)]
    session.undo()
    assert [s.concept for s in session.state.suggestions] == ["dog"]


def test_an_automatic_match_can_be_refused_for_good(open_session, project, pets, ready):
    session = open_session(concepts=["cat"], model=pets)
    ready(session)
    session.unrelate("cat", "cat")
    assert not line(session, "cat").mapped
    again = project.task("task").session(model=pets)
    ready(again)
    assert again.state.suggestions == ()
    session.relate("cat", "cat")
    assert line(session, "cat").mapped


def test_B05_candidates_of_one_general_concept_are_ambiguous_and_left_by_accept_all(open_session, pets, ready):
    session = open_session(concepts=["tabby", "siamese"], model=pets)
    ready(session)
    for own in ("tabby", "siamese"):
        session.unrelate(own, "cat")
        session.relate(own, "cat", "hypernym")
    assert {(r.concept, r.ambiguous) for r in session.state.rows} == {("tabby", True), ("siamese", True)}
    assert session.accept_all() == 0
    session.accept("siamese")
    assert [r.concept for r in session.state.rows if r.state == "accepted"] == ["siamese"]


def test_B06_several_are_related_in_one_action_or_none(open_session, pets, ready):
    session = open_session(concepts=["pet", "beast"], model=pets)
    ready(session)
    session.relate_all([("pet", "cat", "hyponym"), ("pet", "dog", "hyponym"), ("beast", "hound", "synonym")])
    assert [len(line(session, own).links) for own in ("pet", "beast")] == [2, 1]
    session.undo()
    assert [len(line(session, own).links) for own in ("pet", "beast")] == [0, 0]
    with pytest.raises(UnknownConcept, match="zebra"):
        session.relate_all([("pet", "cat", "hyponym"), ("pet", "zebra", "hyponym")])
    assert not line(session, "pet").mapped


def test_mapping_what_is_not_there_is_refused(open_session, pets, ready):
    session = open_session(concepts=["cat"], model=pets)
    ready(session)
    with pytest.raises(UnknownConcept, match="the model has no concept"):
        session.relate("cat", "zebra")
    with pytest.raises(UnknownConcept, match="the task has no concept"):
        session.relate("zebra", "cat")


def test_a_concept_added_to_the_task_is_looked_up_at_once(open_session, pets, ready):
    session = open_session(concepts=["cat"], model=pets)
    ready(session)
    session.add_task_concept("hounds")
    assert line(session, "hounds").mapped
