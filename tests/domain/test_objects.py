from dataclasses import replace

import pytest

from notebook_labeler.domain import drawing, labeling
from notebook_labeler.domain.concept_map import ConceptMap
from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.domain.objects import counted, groups
from notebook_labeler.domain.predictions import Guess, Prediction, Vocabulary
from notebook_labeler.domain.records import HYPERNYM, HYPONYM, SYNONYM, Annotation, Relation
from notebook_labeler.domain.rows import Lens
from notebook_labeler.domain.tasks import ALL, TaskSettings

RING = (0.0, 0.0, 8.0, 0.0, 8.0, 6.0, 0.0, 6.0)


def settings(kind="detection", concepts=("vehicle", "sheep"), **more):
    return TaskSettings(kind=kind, concepts=concepts, **more)


def said(*guesses):
    return Prediction("in", "model", tuple(guesses))


def mapped(guesses, relations=(), *, shapes=("box",), **more):
    """Map guesses as a task has them, every model concept related as told."""
    labels = tuple(dict.fromkeys(g.concept for g in guesses))
    chosen = settings(**more)
    concept_map = ConceptMap.build(
        chosen.concepts,
        Vocabulary(labels, exclusive=False, shapes=frozenset(shapes)),
        relations=[Relation.between(own, other, relation=kind) for own, other, kind in relations],
    )
    return concept_map.objects(said(*guesses), chosen)


def test_B09_doubles_of_one_object_from_several_classes_become_one():
    lorry = [
        Guess("car", 0.6, (10, 10, 50, 30)),
        Guess("truck", 0.8, (10, 10, 52, 30)),
        Guess("car", 0.7, (90, 0, 99, 9)),
    ]
    found = mapped(lorry, [("vehicle", "car", HYPONYM), ("vehicle", "truck", HYPONYM)])
    assert [(s.concept, s.score, s.sources) for s in found] == [
        ("vehicle", 0.8, ("truck",)),
        ("vehicle", 0.7, ("car",)),
    ]


def test_B09_unmapped_classes_are_left_out_unless_asked_for():
    guesses = [Guess("sheep", 0.6, (1, 1, 5, 5)), Guess("tree", 0.8, (1, 1, 5, 5))]
    relations = [("sheep", "sheep", SYNONYM)]
    assert [s.concept for s in mapped(guesses, relations)] == ["sheep"]
    assert [s.concept for s in mapped(guesses, relations, suggest=ALL)] == ["tree", "sheep"]


@pytest.mark.parametrize(
    ("kind", "geometries", "guess", "shape"),
    [
        ("detection", (), Guess("sheep", 0.5, (1, 1, 5, 5)), Box),
        ("detection", (), Guess("sheep", 0.5, None, (RING,)), Box),
        ("detection", (("sheep", "polygon"),), Guess("sheep", 0.5, (0, 0, 8, 6), (RING,)), Polygon),
        ("segmentation", (), Guess("sheep", 0.5, (0, 0, 8, 6), (RING,)), Polygon),
        ("segmentation", (), Guess("sheep", 0.5, (0, 0, 8, 6)), None),
        ("segmentation", (("Sheep", "box"),), Guess("sheep", 0.5, (0, 0, 8, 6)), Box),
        ("detection", (), Guess("sheep", 0.5), None),
    ],
)
def test_B08_each_concept_takes_its_geometry_and_what_cannot_be_filled_is_left_out(kind, geometries, guess, shape):
    found = mapped([guess], [("sheep", "sheep", SYNONYM)], kind=kind, geometries=geometries)
    assert [type(s.region) for s in found] == ([shape] if shape else [])


def test_a_suggested_object_keeps_its_id_when_the_mapping_changes():
    guess = [Guess("car", 0.6, (10, 10, 50, 30))]
    (before,) = mapped(guess, [("vehicle", "car", HYPONYM)])
    (now,) = mapped(guess, [("sheep", "car", SYNONYM)])
    assert before.suggestion_id == now.suggestion_id


def test_B05_candidates_of_one_object_are_ambiguous_and_give_way_together(make_desk, then):
    relations = [("vehicle", "thing", HYPERNYM), ("sheep", "thing", HYPERNYM)]
    found = mapped([Guess("thing", 0.6, (10, 10, 50, 30))], relations)
    assert [s.ambiguous for s in found] == [True, True]
    desk = make_desk(kind="detection", concepts=("vehicle", "sheep"))
    assert len({desk.object_id(s) for s in found}) == 2
    assert labeling.accept_all(desk, found, low=0, high=1) == []
    desk = then(desk, labeling.accept(desk, found[1]))
    assert [t.state for g in groups(desk, found, Lens()) for t in g.things] == ["accepted"]


def test_E01_groups_follow_the_task_and_the_rest_follows_by_name(make_desk, then):
    desk = make_desk(kind="detection", concepts=("b", "a"))
    for n, name in enumerate(("z", "c", "a")):
        desk = then(desk, drawing.draw(desk, name, Box(n, 0, 5, 5), object_id=f"{n}"))
    found = groups(desk, (), Lens())
    assert [(g.concept, g.count, g.hotkey) for g in found] == [
        ("b", 0, "1"),
        ("a", 1, "2"),
        ("c", 1, "3"),
        ("z", 1, "4"),
    ]
    assert counted(found) == 3
    assert [g.concept for g in groups(desk, (), Lens(search="z"))] == ["z"]


def test_E09_the_first_twenty_concepts_have_hotkeys(make_desk):
    names = tuple(f"c{n:02}" for n in range(25))
    keys = [g.hotkey for g in groups(make_desk(kind="detection", concepts=names), (), Lens())]
    assert keys[:3] == ["1", "2", "3"]
    assert keys[9:12] == ["0", "⇧1", "⇧2"]
    assert keys[20:] == [""] * 5


def test_E02_instances_stand_by_probability_then_in_the_order_of_drawing(make_desk, then):
    desk = make_desk(kind="detection", concepts=("sheep",))
    desk = then(desk, drawing.draw(desk, "sheep", Box(0, 0, 5, 5), object_id="first"))
    desk = then(desk, drawing.draw(desk, "sheep", Box(30, 0, 5, 5), object_id="second"))
    found = mapped(
        [Guess("sheep", 0.3, (60, 0, 65, 5)), Guess("sheep", 0.9, (90, 0, 95, 5))], [("sheep", "sheep", SYNONYM)]
    )
    (group,) = groups(desk, found, Lens())
    assert [(t.label, t.score) for t in group.things] == [
        ("sheep.1", 0.9),
        ("sheep.2", 0.3),
        ("sheep.3", None),
        ("sheep.4", None),
    ]
    assert [t.object_id for t in group.things][2:] == ["first", "second"]


def test_a_pending_object_waits_and_a_yes_or_an_edit_settles_it(make_desk, then):
    desk = make_desk(kind="detection", concepts=("sheep",))
    desk = then(desk, drawing.draw(desk, "sheep", Box(0, 0, 5, 5), object_id="one"))
    waiting = replace(desk.scene.annotations[0], status="PENDING", labeler="")
    desk = replace(desk, scene=replace(desk.scene, annotations=(waiting,)))
    assert groups(desk, (), Lens())[0].things[0].state == "pending"
    for changes in (drawing.confirm_object(desk, waiting), drawing.reshape(desk, waiting, Box(1, 1, 5, 5))):
        settled = then(desk, changes).scene.active[0]
        assert (settled.status, settled.labeler) == ("SUCCESS", "ana")


def test_drawing_on_a_skipped_input_opens_it_again(make_desk, then):
    desk = then(make_desk(kind="detection"), labeling.skip(make_desk(kind="detection")))
    desk = then(desk, drawing.draw(desk, "sheep", Box(0, 0, 5, 5), object_id="one"))
    assert desk.scene.assignment.state == "waiting"


def test_an_id_that_stands_is_not_drawn_twice(make_desk, then):
    desk = make_desk(kind="detection")
    desk = then(desk, drawing.draw(desk, "sheep", Box(0, 0, 5, 5), object_id="one"))
    assert drawing.draw(desk, "sheep", Box(9, 9, 5, 5), object_id="one") == []
    assert isinstance(desk.scene.found("one"), Annotation)
