"""The label-mapping table by the session's verbs and by the task's: what feeds what, drawn how, and what is refused."""

from dataclasses import dataclass, field

import pandas as pd
import pytest

import notebook_labeler as nl
from notebook_labeler.domain import labeling
from notebook_labeler.domain.predictions import Guess, Vocabulary
from notebook_labeler.errors import BadInput, ModelFailed, UnfitModel, UnknownConcept

STREET = ("car", "truck", "bus", "person", "sheep", "traffic light")
LORRY = (10.0, 10.0, 30.0, 25.0)
SEEN = (
    Guess("truck", 0.8, LORRY),
    Guess("car", 0.7, (11.0, 10.0, 30.0, 25.0)),  # the same lorry, taken for a car
    Guess("car", 0.6, (0.0, 0.0, 8.0, 8.0)),
    Guess("sheep", 0.5, (32.0, 2.0, 39.0, 9.0)),
    Guess("traffic light", 0.9, (20.0, 1.0, 22.0, 6.0)),
)


@dataclass
class Detector:
    """Sees the same on every picture."""

    shapes: frozenset = frozenset({"box"})
    name: str = "street"
    key: str = "street-1"
    batch_size: int = 4
    vocabulary: Vocabulary = field(init=False)

    def __post_init__(self):
        self.vocabulary = Vocabulary(STREET, exclusive=False, shapes=self.shapes)

    def prepare(self, source):
        return source

    def predict_batch(self, prepared):
        return [SEEN for _ in prepared]


@pytest.fixture
def street():
    return Detector()


@pytest.fixture
def detecting(open_session, street, ready):
    """A session of a detection task with a detector that has answered."""

    def opened(*concepts, model=street, kind="detection", **settings):
        session = open_session(concepts=list(concepts), model=model, kind=kind, **settings)
        ready(session)
        return session

    return opened


def table(session):
    return {line.model_class: [feed.concept for feed in line.feeds] for line in session.state.label_mapping}


def feed(session, model_class):
    (line,) = [line for line in session.state.label_mapping if line.model_class == model_class]
    (found,) = line.feeds
    return found


def suggested(session):
    return [(s.concept, round(s.score, 2), s.shape) for s in session.state.suggestions]


def test_B07_B10_the_table_has_a_line_for_every_class_of_the_model(detecting):
    session = detecting("sheep", "tree")
    assert table(session) == {label: (["sheep"] if label == "sheep" else []) for label in STREET}
    found = feed(session, "sheep")
    assert (found.geometry, found.source, found.relation, found.fits) == ("box", "automatic", "synonym", True)


def test_B07_a_recommendation_stands_at_the_class_that_it_is_about(detecting):
    session = detecting("vehicle")
    offers = {line.model_class: line.recommended for line in session.state.label_mapping}
    assert {"car", "truck", "bus"} <= {label for label, found in offers.items() if found}
    assert (offers["car"][0].concept, offers["car"][0].relation) == ("vehicle", "hyponym")


def test_B09_several_classes_feed_one_concept_and_the_rest_is_ignored(detecting):
    session = detecting("sheep")
    assert suggested(session) == [("sheep", 0.5, "box")]
    session.map_label("car", "vehicle")
    session.map_label("truck", "vehicle")
    assert suggested(session) == [("vehicle", 0.8, "box"), ("vehicle", 0.6, "box"), ("sheep", 0.5, "box")]
    assert session.state.settings.concepts == ("sheep", "vehicle")
    assert feed(session, "truck").relation == "hyponym"  # as it would have been recommended


def test_B09_a_lorry_that_is_seen_as_car_and_truck_is_one_vehicle(detecting):
    session = detecting("car", "truck")
    assert [s for s in suggested(session) if s[1] > 0.65] == [("truck", 0.8, "box"), ("car", 0.7, "box")]
    session.map_label("car", "vehicle")
    session.map_label("truck", "vehicle")
    (lorry,) = [s for s in session.state.suggestions if s.score > 0.65]
    assert (lorry.concept, lorry.sources, lorry.region.corners) == ("vehicle", ("truck",), LORRY)


def test_mapping_is_taken_back_and_done_again_in_one_step(detecting):
    session = detecting("car")
    session.map_label("car", "vehicle")
    assert table(session)["car"] == ["vehicle"]
    session.undo()
    assert table(session)["car"] == ["car"]
    assert session.state.settings.concepts == ("car",)
    session.redo()
    assert table(session)["car"] == ["vehicle"]


def test_a_class_feeds_what_it_was_mapped_to_last_and_nothing_else(detecting):
    session = detecting("car", "lorry")
    for concept in ("lorry", "vehicle", "car", "vehicle"):
        session.map_label("car", concept)
        assert table(session)["car"] == [concept]


def test_a_class_that_is_unmapped_stays_so_whatever_mapped_it(detecting, project, street, ready):
    session = detecting("car")
    session.map_label("car", "car", relation="hyponym")  # by hand, over the automatic match
    session.unmap_label("car")
    assert table(session)["car"] == []
    again = project.task("task").session(model=street)
    ready(again)
    assert table(again)["car"] == []
    again.close()
    session.map_label("car", "car")
    assert feed(session, "car").source == "editor"


def test_a_chip_taken_off_in_the_other_view_does_not_come_back_by_itself_either(detecting):
    session = detecting("car")
    session.relate("car", "car", "hyponym")
    session.unrelate("car", "car")
    assert table(session)["car"] == []


def test_what_changes_nothing_writes_nothing_and_announces_nothing(detecting):
    session = detecting("car", "vehicle")
    told = []
    session.observe(lambda old, new: told.append(new))
    session.map_label("car", "car")
    session.map_label("CAR", "Car", "box")
    session.unmap_label("bus")
    session.set_geometry("car", "box")
    assert told == []


def test_B13_a_rename_shows_in_the_table_and_mapping_by_name_overrules_it(detecting):
    session = detecting("truck", "lorry")
    session.map_label("truck", "truck")
    desk = session.bench.desk(session.state.input.input_id)
    session.bench.commit("rename", desk, labeling.learnt(desk, concept="lorry", original="truck"))
    session.look()
    assert table(session)["truck"] == ["lorry"]
    assert feed(session, "truck").source == "rename"
    session.map_label("truck", "truck")
    assert table(session)["truck"] == ["truck"]
    session.undo()
    assert table(session)["truck"] == ["lorry"]
    session.unmap_label("truck")
    assert table(session)["truck"] == []


def test_B08_a_concept_drawn_as_polygon_is_not_mapped_to_a_detector_of_boxes(detecting):
    session = detecting("sheep")
    with pytest.raises(UnfitModel, match=r"'road'.* got polygon; it gives boxes: choose box, or"):
        session.map_label("traffic light", "road", "polygon")
    with pytest.raises(UnfitModel, match="got polygon"):
        session.set_geometry("sheep", "polygon")
    session.unmap_label("sheep")
    session.set_geometry("sheep", "polygon")  # drawn by hand it may be what it likes
    with pytest.raises(UnfitModel, match="got polygon"):
        session.map_label("sheep", "sheep")
    with pytest.raises(UnfitModel, match="got polygon"):
        session.relate("sheep", "sheep")
    session.map_label("sheep", "sheep", "box")
    assert feed(session, "sheep").geometry == "box"
    assert session.state.settings.geometries == ()


def test_B08_a_model_of_polygons_fills_boxes_too(detecting):
    session = detecting("sheep", "car", kind="segmentation", model=Detector(frozenset({"polygon"})))
    assert feed(session, "sheep").geometry == "polygon"
    session.set_geometry("sheep", "box")
    assert (feed(session, "sheep").geometry, feed(session, "car").geometry) == ("box", "polygon")
    session.undo()
    assert feed(session, "sheep").geometry == "polygon"


def test_B08_the_toy_model_outlines_once_a_concept_is_drawn_as_polygon(open_session, ready, until):
    pytest.importorskip("cv2")
    session = open_session(concepts=["sheep", "car"], kind="detection", model="toys")
    ready(session)
    assert session.state.assist.vocabulary.shapes == {"box"}
    session.map_label("sheep", "sheep", "polygon")
    until(session, lambda s: s.assist.vocabulary is not None and "polygon" in s.assist.vocabulary.shapes)
    assert (feed(session, "sheep").fits, feed(session, "sheep").geometry) == (True, "polygon")
    assert feed(session, "car").geometry == "box"


def test_B08_a_configuration_that_the_model_cannot_fill_at_all_is_refused_with_a_reason(open_session, street, until):
    session = open_session(name="outlines", concepts=["sheep"], kind="segmentation", model=street)
    until(session, lambda s: s.assist.phase == "failed")
    assert "gives polygons for a segmentation task, got 'street', which gives boxes" in session.state.assist.message
    session.set_geometry("sheep", "box")
    session.choose_model(street)
    until(session, lambda s: s.assist.phase == "ready")
    assert feed(session, "sheep").fits


def test_B08_a_line_that_does_not_fit_says_so_and_suggests_nothing(detecting, project):
    session = detecting("sheep", "car")
    other = project.task("task").session()
    other.set_geometry("sheep", "polygon")  # a session without the model may
    other.close()
    session.look()
    assert not feed(session, "sheep").fits
    assert {concept for concept, _, _ in suggested(session)} == {"car"}


def test_what_is_not_there_is_refused_and_nothing_is_written(detecting):
    session = detecting("sheep")
    before = session.bench.journal.rev()
    with pytest.raises(UnknownConcept, match="the model has no class 'zebra'"):
        session.map_label("zebra", "sheep")
    with pytest.raises(BadInput, match="geometry to be one of box, polygon, got 'sphere'"):
        session.map_label("car", "vehicle", "sphere")
    with pytest.raises(BadInput, match="relation to be one of"):
        session.map_label("car", "vehicle", relation="friend")
    with pytest.raises(UnknownConcept, match="the task has no concept"):
        session.set_geometry("zebra", "box")
    with pytest.raises(BadInput, match="empty"):
        session.map_label("car", "  ")
    assert session.bench.journal.rev() == before


def test_without_a_model_there_is_no_table_and_a_sentence_says_why(open_session):
    session = open_session(concepts=["sheep"])
    assert session.state.label_mapping == ()
    with pytest.raises(BadInput, match="choose a model"):
        session.map_label("car", "vehicle")


def test_a_classification_task_has_the_table_without_geometries(open_session, pets, ready):
    session = open_session(concepts=["cat"], model=pets)
    ready(session)
    session.map_label("hound", "dog")
    assert table(session) == {"cat": ["cat"], "dog": ["dog"], "hound": ["dog"]}
    assert feed(session, "hound").geometry == "label"
    with pytest.raises(BadInput, match="no geometry in a classification task"):
        session.map_label("hound", "dog", "box")


HOSTILE = ["<b>car</b>", "🚗 car", "שלום", "constructor", "__proto__", "a" * 200]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_any_name_may_be_a_concept(detecting, name):
    session = detecting()
    session.map_label("car", name)
    assert table(session)["car"] == [name]


# ---- the same from the task, without a widget


@pytest.fixture
def traffic(project, street):
    return project.create_task("traffic", concepts=["sheep"], kind="detection", model=street, assist=False)


def rows(task):
    return {row.model_class: (row.concept, row.geometry, row.source) for row in task.label_mapping.itertuples()}


def test_B07_the_task_gives_the_table_and_reading_it_writes_nothing(traffic, project):
    before = project.journal.rev()
    frame = traffic.label_mapping
    assert frame.columns.tolist() == ["model_class", "concept", "geometry", "relation", "source"]
    assert frame["model_class"].tolist() == list(STREET)
    assert frame["concept"].isna().sum() == 5
    assert rows(traffic)["sheep"] == ("sheep", "box", "automatic")
    assert project.journal.rev() == before
    assert not traffic.settings.assist


def test_B09_a_dict_maps_many_at_once_and_one_undo_takes_all_of_it_back(traffic):
    traffic.map_labels({"car": "vehicle", "truck": "vehicle", "sheep": ("animal", "box"), "person": None})
    assert [rows(traffic)[c][0] for c in ("car", "truck", "sheep")] == ["vehicle", "vehicle", "animal"]
    assert traffic.concepts == ["sheep", "vehicle", "animal"]
    session = traffic.session()
    session.undo()
    session.close()
    assert rows(traffic)["sheep"][0] == "sheep"
    assert traffic.concepts == ["sheep"]


def test_B07_the_table_read_is_the_table_written(traffic, project):
    traffic.map_labels({"car": "vehicle", "truck": "vehicle"})
    before = project.journal.rev()
    frame = traffic.label_mapping
    traffic.map_labels(frame)
    assert project.journal.rev() == before
    frame.loc[frame["model_class"] == "bus", "concept"] = "vehicle"
    frame.loc[frame["model_class"] == "car", "concept"] = None
    traffic.map_labels(frame)
    assert (rows(traffic)["bus"][0], rows(traffic)["truck"][0]) == ("vehicle", "vehicle")
    assert pd.isna(rows(traffic)["car"][0])


def test_B08_the_task_refuses_what_the_model_cannot_fill_and_maps_nothing_then(traffic):
    with pytest.raises(UnfitModel, match="'road'"):
        traffic.map_labels({"car": "vehicle", "truck": ("road", "polygon")})
    with pytest.raises(BadInput, match="one geometry for 'vehicle', got polygon and box"):
        traffic.map_labels({"car": ("vehicle", "polygon"), "truck": ("vehicle", "box")})
    assert traffic.concepts == ["sheep"]


NO_MAPPINGS = [3, "car", None, ["car"], {"car": 3}, {3: "vehicle"}, {"car": ("vehicle", 3)}, {None: "x"}]
NO_MAPPINGS += [{"car": ("a", "b", "c")}, pd.DataFrame({"class": ["car"]})]
NO_MAPPINGS += [pd.DataFrame({"model_class": [None], "concept": ["x"]})]


@pytest.mark.parametrize("mapping", NO_MAPPINGS, ids=range(len(NO_MAPPINGS)))
def test_what_is_no_mapping_is_refused(traffic, mapping):
    with pytest.raises(BadInput, match="expected a dict such as"):
        traffic.map_labels(mapping)


def test_a_task_without_a_model_asks_for_one(project, street):
    task = project.create_task("by hand", concepts=["sheep"])
    with pytest.raises(BadInput, match="pass model="):
        _ = task.label_mapping
    with pytest.raises(ModelFailed, match="no-such-model-anywhere"):
        task.map_labels({"car": "vehicle"}, model="no-such-model-anywhere")


def test_a_project_without_inputs_can_be_mapped_too(tmp_path, street):
    with nl.open_project(tmp_path / "empty", actor="ana") as project:
        task = project.create_task("traffic", kind="detection", model=street, assist=False)
        task.map_labels({"car": "vehicle"})
        assert task.concepts == ["vehicle"]
