import pytest

from notebook_labeler.domain.concept_map import ConceptMap, Match, resolve
from notebook_labeler.domain.predictions import Guess, Prediction, Vocabulary
from notebook_labeler.domain.records import BY_RENAME, Relation
from notebook_labeler.errors import ModelFailed

STREET = Vocabulary(("car", "truck", "person", "sheep"), exclusive=True)
DETECTOR = Vocabulary(STREET.labels, exclusive=False)


def said(**scores):
    return Prediction("in", "model", tuple(Guess(k, v) for k, v in scores.items()))


def sure(concept, other, relation="synonym"):
    return Match(concept, other, relation, 1.0, "same name", sure=True)


def test_B01_B02_what_the_model_knows_is_mapped_and_the_rest_is_not():
    found = ConceptMap.build(["Sheep", "pants"], STREET, matches=[sure("Sheep", "sheep")])
    assert found.mapped == ("Sheep",)
    assert found.unmapped == ("pants",)


def test_B06_a_recommendation_that_is_not_sure_maps_nothing_by_itself():
    offer = Match("vehicle", "car", "hyponym", 0.9, "car is a kind of vehicle")
    assert ConceptMap.build(["vehicle"], STREET, matches=[offer]).unmapped == ("vehicle",)


def test_B03_B04_an_own_concept_takes_the_place_of_several_model_concepts():
    relations = [Relation.between("vehicle", x, relation="hyponym") for x in ("car", "truck")]
    found = ConceptMap.build(["vehicle"], STREET, relations=relations)
    (suggestion,) = found.apply(said(car=0.5, truck=0.25, person=0.2))
    assert (suggestion.concept, suggestion.score) == ("vehicle", 0.75)
    assert suggestion.original == "car"
    assert suggestion.sources == ("car", "truck")


def test_B09_scores_that_stand_alone_are_not_added_up():
    relations = [Relation.between("vehicle", x) for x in ("car", "truck")]
    found = ConceptMap.build(["vehicle"], DETECTOR, relations=relations)
    assert found.apply(said(car=0.8, truck=0.7))[0].score == 0.8


def test_B05_a_general_concept_with_several_children_offers_each_as_ambiguous():
    relations = [Relation.between(c, "person", relation="hypernym") for c in ("walker", "bike rider")]
    found = ConceptMap.build(["walker", "bike rider"], STREET, relations=relations)
    suggestions = found.apply(said(person=0.9))
    assert {s.concept for s in suggestions} == {"walker", "bike rider"}
    assert all(s.ambiguous and s.original == "person" for s in suggestions)


def test_B05_a_general_concept_with_one_child_is_no_riddle():
    found = ConceptMap.build(["walker"], STREET, relations=[Relation.between("walker", "person", relation="hypernym")])
    assert not found.apply(said(person=0.9))[0].ambiguous


def test_B05_a_general_concept_that_is_an_own_one_too_leaves_its_child_ambiguous():
    found = ConceptMap.build(
        ["person", "walker"],
        STREET,
        relations=[Relation.between("walker", "person", relation="hypernym")],
        matches=[sure("person", "person")],
    )
    assert {s.concept: s.ambiguous for s in found.apply(said(person=0.9))} == {"person": False, "walker": True}


def test_a_person_who_says_unrelated_is_believed_over_an_automatic_match():
    no = Relation.between("sheep", "sheep", relation="unrelated")
    assert ConceptMap.build(["sheep"], STREET, relations=[no], matches=[sure("sheep", "sheep")]).links == ()


def test_B13_what_was_renamed_is_suggested_under_its_new_name():
    renamed = Relation.between("lorry", "truck", source=BY_RENAME)
    found = ConceptMap.build(["truck", "lorry"], STREET, relations=[renamed], matches=[sure("truck", "truck")])
    (suggestion,) = found.apply(said(truck=0.5))
    assert (suggestion.concept, suggestion.original) == ("lorry", "truck")


def test_concepts_outside_the_task_are_suggested_only_when_asked_for():
    found = ConceptMap.build(["sheep"], STREET, matches=[sure("sheep", "sheep")])
    assert [s.concept for s in found.apply(said(car=0.5, sheep=0.1))] == ["sheep"]
    assert [s.concept for s in found.apply(said(car=0.5, sheep=0.1), others=True)] == ["car", "sheep"]


def test_C01_suggestions_come_by_descending_probability():
    found = ConceptMap.build([], STREET)
    scores = [s.score for s in found.apply(said(car=0.1, sheep=0.7, truck=0.2), others=True)]
    assert scores == sorted(scores, reverse=True)


def test_renames_in_a_circle_end():
    assert resolve("a", {"a": "b", "b": "a"}) == "b"


@pytest.mark.parametrize("score", [float("nan"), -0.1, 1.5, 7.0, None])
def test_a_score_that_is_no_probability_is_refused(score):
    with pytest.raises(ModelFailed, match="from 0 to 1"):
        Guess("car", score)
