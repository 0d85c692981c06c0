"""Objects from Python: drawn, suggested, edited, refused, named; what the canvas and the pane do is done here."""

import pytest

from notebook_labeler.domain.geometry import Box
from notebook_labeler.domain.predictions import Guess, Vocabulary
from notebook_labeler.errors import BadInput, Conflict, UnknownConcept, UnknownObject
from notebook_labeler.models.predictor import Answer

SEEN = {
    "a.png": (
        Guess("sheep", 0.9, (1, 1, 11, 11)),
        Guess("sheep", 0.6, (20, 1, 30, 11)),
        Guess("dog", 0.7, (1, 15, 9, 23)),
        Guess("car", 0.8, (12, 12, 22, 22)),
        Guess("truck", 0.75, (12, 12.5, 22, 22.5)),
    ),
    "b.png": (Guess("sheep", 0.5, (2, 2, 8, 8)),),
}


class Detector:
    """Says of an input what SEEN has under its name."""

    key, name, batch_size = "detector-1", "detector", 8
    vocabulary = Vocabulary(("sheep", "dog", "car", "truck"), exclusive=False, shapes=frozenset({"box"}))

    def predict_inputs(self, inputs):
        return [Answer.of(SEEN.get(one.name, ())) for one in inputs]


@pytest.fixture
def flock(open_session):
    def opened(**settings):
        chosen = {"kind": "detection", "concepts": ["sheep", "dog", "vehicle"], "model": Detector()} | settings
        session = open_session(**chosen)
        if chosen["model"] is not None:
            session.wait()
        return session

    return opened


def listed(session):
    return [(t.label, t.state, t.score) for g in session.state.groups for t in g.things]


def ids(session):
    return {thing.label: one for one, thing in session.state.objects.items()}


def test_E01_E02_objects_are_grouped_by_concept_and_numbered_by_probability(flock):
    session = flock()
    assert listed(session) == [
        ("sheep.1", "suggested", 0.9),
        ("sheep.2", "suggested", 0.6),
        ("dog.1", "suggested", 0.7),
    ]
    assert [(g.concept, g.count, g.hotkey) for g in session.state.groups] == [
        ("sheep", 2, "1"),
        ("dog", 1, "2"),
        ("vehicle", 0, "3"),
    ]
    assert session.state.count == 2
    assert session.state.rows == ()


def test_E10_accepting_keeps_place_and_id_and_unchecking_leaves_the_suggestion(flock, project):
    session = flock()
    one = ids(session)["sheep.2"]
    session.accept_objects([one])
    assert session.state.objects[one].state == "accepted"
    assert session.state.objects[one].label == "sheep.2"
    assert session.state.objects[one].people == ("ana",)
    kept = project.annotations.iloc[0]
    assert (kept["concept"], kept["shape"], list(kept["box"]), kept["score"]) == ("sheep", "box", [20, 1, 10, 10], 0.6)
    session.uncheck_objects([one])
    assert session.state.objects[one].state == "suggested"
    assert len(project.annotations) == 0
    session.accept_objects([one])
    assert project.annotations["via"].tolist() == ["accepted"]


def test_E06_editing_a_suggested_object_accepts_it(flock, project):
    session = flock()
    one, two = ids(session)["sheep.1"], ids(session)["dog.1"]
    session.reshape({one: [2, 2, 9, 9], two: Box(0, 16, 8, 8)})
    assert {session.state.objects[i].state for i in (one, two)} == {"accepted"}
    assert project.annotations["via"].tolist() == ["edited"] * 2
    session.undo()
    assert {session.state.objects[i].state for i in (one, two)} == {"suggested"}
    session.redo()
    assert session.state.objects[one].region == Box(2, 2, 9, 9)


def test_a_reshape_that_changes_nothing_writes_nothing(flock, project):
    session = flock(model=None)
    one = session.draw("sheep", [1.1, 2.7, 3.3, 4.9])
    rev = project.journal.rev()
    for _ in range(100):
        session.reshape({one: session.state.objects[one].region})
    assert project.journal.rev() == rev
    assert list(project.annotations["box"].iloc[0]) == [1.1, 2.7, 3.3, 4.9]


def test_E05_objects_move_together_and_stop_at_the_edge(flock):
    session = flock(model=None)
    one, two = session.draw("sheep", [1, 1, 5, 5]), session.draw("dog", [30, 20, 5, 5])
    session.move([one, two], 100, -100)
    regions = [session.state.objects[i].region for i in (one, two)]
    assert regions == [Box(6, 0, 5, 5), Box(35, 19, 5, 5)]  # the picture has 40 x 30 pixels


def test_objects_are_cut_to_the_picture_and_what_lies_outside_is_refused(flock):
    session = flock(model=None)
    one = session.draw("sheep", [-5, 20, 20, 20])
    assert session.state.objects[one].region == Box(0, 20, 15, 10)
    with pytest.raises(BadInput, match=r"wholly outside \(50, 50, 5, 5\)"):
        session.draw("sheep", [50, 50, 5, 5])
    two = session.draw("sheep", [(30, 10), (50, 10), (50, 20), (30, 20)])
    assert session.state.objects[two].region.bounds == Box(30, 10, 10, 10)


@pytest.mark.parametrize(
    "region",
    [[1, 2, 3], [1, 2, 0, 4], [1, 2, float("nan"), 4], "1234", [(1, 1), (2, 2), (3, 3)], [(1, 1), (2, 2)], None, 7, []],
)
def test_what_is_no_region_is_refused_in_one_sentence(flock, region):
    session = flock(model=None)
    with pytest.raises(BadInput, match="expected"):
        session.draw("sheep", region)
    assert not session.state.objects


def test_E04_reassigning_corrects_one_object_and_teaches_nothing(flock, project):
    session = flock()
    one, two = ids(session)["sheep.1"], ids(session)["sheep.2"]
    session.accept_objects([one])
    session.reassign([one, two], "cow")
    assert [session.state.objects[i].concept for i in (one, two)] == ["cow", "cow"]
    assert sorted(project.annotations["model_concept"]) == ["sheep", "sheep"]
    assert "cow" in session.state.settings.concepts
    assert project.relations.empty


def test_E03_renaming_a_concept_renames_its_objects_and_what_is_suggested_follows(flock, project):
    session = flock()
    one = ids(session)["sheep.1"]
    session.accept_objects([one])
    session.rename("sheep", "lamb")
    assert [(t.label, t.state, t.original) for t in session.state.objects.values() if t.concept == "lamb"] == [
        ("lamb.1", "accepted", "sheep"),
        ("lamb.2", "suggested", "sheep"),
    ]
    assert project.relations[["concept", "other", "source"]].values.tolist() == [["lamb", "sheep", "rename"]]
    session.rename("lamb", "sheep")
    assert session.state.objects[one].concept == "sheep"
    assert len(project.relations) == 1
    with pytest.raises(UnknownConcept):
        session.rename("unicorn", "horse")


def test_B09_several_model_classes_feed_one_concept_and_doubles_are_merged(flock):
    session = flock()
    for kind in ("car", "truck"):
        session.relate("vehicle", kind, "hyponym")
    vehicles = [t for t in session.state.objects.values() if t.concept == "vehicle"]
    assert [(t.label, t.score, t.sources, t.original) for t in vehicles] == [("vehicle.1", 0.8, ("car",), "car")]


def test_D06_a_deleted_suggestion_does_not_come_back_from_the_same_model(flock):
    session = flock()
    one = ids(session)["sheep.1"]
    session.delete_objects([one])
    assert one not in session.state.objects
    session.next()
    session.previous()
    assert one not in session.state.objects
    session.undo()
    assert session.state.objects[one].state == "suggested"


def test_C03_C05_range_and_search_decide_what_accept_all_takes(flock, project):
    session = flock()
    session.set_range(0.65, 1.0)
    assert listed(session) == [("sheep.1", "suggested", 0.9), ("dog.1", "suggested", 0.7)]
    session.search("she")
    assert session.accept_all() == 1
    session.search("")
    assert session.accept_all() == 1
    assert sorted(project.annotations["concept"]) == ["dog", "sheep"]
    assert session.accept_all() == 0


def test_C05_accept_all_leaves_out_what_is_hidden(flock):
    session = flock()
    session.hide(["sheep"])
    assert [s.concept for s in session.state.acceptable] == ["dog"]
    assert session.accept_all() == 1
    session.hide(["sheep"], False)
    assert session.accept_all() == 2


def test_C06_objects_are_accepted_on_many_inputs_at_once(flock, project):
    session = flock()
    job = session.accept_all_inputs()
    assert job.value(timeout=30) == 4
    assert project.annotations["name"].value_counts().to_dict() == {"a.png": 3, "b.png": 1}


def test_C07_what_passes_the_threshold_is_added_on_submit(flock, project):
    session = flock(submit_threshold=0.7)
    assert [t.label for t in session.state.objects.values() if t.passing] == ["sheep.1", "dog.1"]
    session.uncheck_objects([ids(session)["dog.1"]])
    session.submit()
    assert project.annotations[["concept", "via"]].values.tolist() == [["sheep", "on_submit"]]


def test_a_suggestion_gives_way_to_the_same_object_drawn_by_hand(flock):
    session = flock()
    drawn = session.draw("sheep", [1, 1, 10, 9])
    assert listed(session) == [
        ("sheep.1", "suggested", 0.6),
        ("sheep.2", "accepted", None),
        ("dog.1", "suggested", 0.7),
    ]
    session.delete_objects([drawn])
    assert len(session.state.objects) == 3


def test_E03_E04_hidden_objects_are_listed_and_concepts_stay_hidden_on_the_next_input(flock):
    session = flock()
    one = ids(session)["dog.1"]
    session.hide(["sheep", one])
    assert {t.label for t in session.state.objects.values() if t.hidden} == {"sheep.1", "sheep.2", "dog.1"}
    session.next()
    assert session.state.hidden == {"sheep"}
    session.hide("sheep", False)
    assert not session.state.hidden


def test_copies_go_to_the_next_input_and_are_cut_to_it(flock, project):
    session = flock(model=None)
    one = session.draw("sheep", [35, 20, 5, 10])
    session.select([one, "nobody"])
    assert session.state.selected == (one,)
    assert session.copy() == 1
    session.next()
    assert session.state.selected == ()
    pasted = session.paste(op_id="once")
    session.paste(op_id="once")
    assert [session.state.objects[i].region for i in pasted] == [Box(35, 20, 5, 10)]
    assert session.state.selected == tuple(pasted)
    assert len(project.annotations) == 2
    session.previous()
    beside = session.paste()
    assert session.state.objects[beside[0]].region.left > 35


def test_E07_drawing_mode_takes_the_concepts_own_geometry(flock):
    session = flock(model=None, geometries={"road": "polygon"}, concepts=["sheep", "road"])
    session.draw_with("Road")
    assert (session.state.drawing.concept, session.state.drawing.shape) == ("road", "polygon")
    session.next()
    assert session.state.drawing is not None
    session.draw_with("sheep", "polygon")
    session.stop_drawing()
    assert session.state.drawing is None
    with pytest.raises(BadInput, match="one of box, polygon"):
        session.draw_with("sheep", "circle")


def test_verbs_for_the_other_kind_of_task_say_so(flock, open_session):
    session = flock(model=None)
    with pytest.raises(BadInput, match="kind detection"):
        session.add("sheep")
    labels = open_session(name="labels", concepts=["sheep"])
    with pytest.raises(BadInput, match="kind classification"):
        labels.draw("sheep", [1, 1, 2, 2])
    with pytest.raises(BadInput, match="whole inputs"):
        labels.draw_with("sheep")


@pytest.mark.parametrize("verb", ["accept_objects", "uncheck_objects", "delete_objects"])
def test_an_unknown_object_is_named(flock, verb):
    with pytest.raises(UnknownObject, match="nobody"):
        getattr(flock(model=None), verb)(["nobody"])


def test_X02_an_object_that_is_shown_survives_another_session(flock, project):
    session = flock(kind="segmentation", concepts=["pond"], model=None)
    ring = ((1.25, 1, 20, 1, 20, 20, 1, 20), (5, 5, 9, 5, 9, 9))
    one = session.draw("pond", ring, object_id="from-the-page", op_id="x")
    again = project.task("task").session()
    assert again.state.objects[one].region.rings == tuple(tuple(map(float, r)) for r in ring)
    assert again.state.objects[one].region == session.state.objects[one].region
    again.close()


@pytest.mark.parametrize("other", ["reshape", "reassign", "delete"])
@pytest.mark.parametrize("mine", ["reshape", "reassign", "uncheck", "delete"])
def test_X02_an_object_that_somebody_changed_unseen_is_not_overwritten(flock, other, mine):
    here, there = flock(), flock()
    one = here.draw("sheep", [2, 2, 8, 8])
    there.look()
    verbs = {"reshape": lambda s, x: s.reshape({one: [x, 1, 5, 5]}), "reassign": lambda s, x: s.reassign([one], "dog")}
    verbs |= {"uncheck": lambda s, x: s.uncheck_objects([one]), "delete": lambda s, x: s.delete_objects([one])}
    verbs[other](here, 1)
    with pytest.raises(Conflict, match="meanwhile; nothing was overwritten"):
        verbs[mine](there, 9)
    here.look()
    assert listed(there) == listed(here)
    assert there.state.saving.phase == "unsaved"
    if other != "delete":
        verbs[mine](there, 9)  # it is seen now


def test_X02_accepting_what_somebody_else_accepted_unseen_is_no_conflict(flock):
    here, there = flock(), flock()
    one = ids(here)["sheep.1"]
    here.accept_objects([one])
    here.reshape({one: [3, 3, 7, 7]})
    with pytest.raises(Conflict):
        there.reshape({one: [1, 1, 5, 5]})
    here.reshape({one: [4, 3, 7, 7]})
    there.accept_objects([one])
    there.look()
    assert there.state.objects[one].region == Box(4, 3, 7, 7)
