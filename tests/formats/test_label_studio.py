"""X12: Label Studio JSON, read as it exports it, written as it imports it, and nothing changed on the way."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from collections_made import collections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.domain.raster import filled
from notebook_labeler.errors import BadInput
from notebook_labeler.formats import label_studio
from notebook_labeler.formats.label_studio_brush import painted_runs
from notebook_labeler.formats.label_studio_names import picture_names
from notebook_labeler.formats.records import Collection, Label, Picture, attributes_of
from notebook_labeler.formats.registry import find, guess


def result(kind, value, **more):
    size = {"original_width": 200, "original_height": 100, "image_rotation": 0}
    return {"from_name": "tag", "to_name": "img", "type": kind, "value": value, **size, **more}


def rle_of(pixels):
    """Pack RGBA bytes as Label Studio does: words of 8 bits, runs with lengths of 16 bits, single words between."""
    bits = f"{len(pixels):032b}" + f"{7:05b}" + "".join(f"{width - 1:04b}" for width in (3, 4, 8, 16))
    at = 0
    while at < len(pixels):
        end = at
        while end < len(pixels) and pixels[end] == pixels[at] and end - at < 2**16:
            end += 1
        if end - at > 1:
            bits += "1" + "11" + f"{end - at - 1:016b}" + f"{pixels[at]:08b}"
        else:
            bits += "0" + "00" + "000" + f"{pixels[at]:08b}"
        at = end
    bits += "0" * (-len(bits) % 8)
    return [int(bits[n : n + 8], 2) for n in range(0, len(bits), 8)]


def painted(mask):
    return np.repeat(mask.astype(np.uint8).ravel() * 255, 4).tolist()


MASK = np.zeros((100, 200), bool)
MASK[20:40, 30:60] = True
MASK[25:30, 40:50] = False
RECTANGLE = {"x": 50.8, "y": 5.869797225186766, "width": 12.4, "height": 10.458911419423693, "rotation": 0}

SAMPLE = [
    {
        "id": 1, "created_at": "2021-03-09T21:52:49.513742Z", "project": 83,
        "annotations": [{
            "id": 1001, "completed_by": 10, "was_cancelled": False, "ground_truth": False,
            "created_at": "2021-03-09T22:16:08.728353Z", "lead_time": 4.288,
            "result": [
                result("rectanglelabels", {**RECTANGLE, "rectanglelabels": ["Moonwalker"]}, id="Dx_aB91ISN"),
                result("polygonlabels", {"points": [[10, 10], [20, 10], [20, 30]], "closed": True,
                                         "polygonlabels": ["Crater"]}, id="poly"),
                result("textarea", {"points": [[10, 10], [20, 10], [20, 30]], "text": ["<b>deep</b>"]}, id="poly"),
                result("ellipselabels", {"x": 50, "y": 50, "radiusX": 10, "radiusY": 10, "rotation": 0,
                                         "ellipselabels": ["Crater"]}, id="ell"),
                result("brushlabels", {"format": "rle", "rle": rle_of(painted(MASK)), "brushlabels": ["Dust"]}, id="b"),
                result("rectangle", {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 90}, id="two"),
                result("labels", {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 90,
                                  "labels": ["Rock", "Stone"]}, id="two", score=0.25, meta={"text": ["hm"]}),
                {"from_name": "choice", "to_name": "img", "type": "choices", "value": {"choices": ["Night"]}},
                {"type": "relation", "from_id": "poly", "to_id": "two", "direction": "right"},
                result("keypointlabels", {"x": 1, "y": 1, "width": 1, "keypointlabels": ["Eye"]}, id="k"),
                result("rectanglelabels", {"x": 1, "y": 1, "width": 1, "height": 1, "rectanglelabels": []}, id="n"),
            ],
        }],
        "predictions": [{"model_version": "model 1", "score": 0.9, "result": [
            result("rectanglelabels", {**RECTANGLE, "rectanglelabels": ["Moonwalker"]}, id="t5sp3TyXPo"),
            result("rectanglelabels", {**RECTANGLE, "rectanglelabels": ["Moonwalker"]}, id="u", score=0.5),
        ]}],
        "data": {"image": "/data/upload/3/abcd1234-one.jpg", "captured": "1969"},
    },
    {"id": 2, "data": {"image": "/data/local-files/?d=moon/two%20b.jpg"}, "annotations": [], "predictions": []},
    {"id": 3, "data": {"img": "s3://bucket/moon/three.jpg"}, "annotations": [
        {"created_at": "2021-01-02", "result": [
            result("rectanglelabels", {"x": 0, "y": 0, "width": 10, "height": 10, "rectanglelabels": ["late"]})]},
        {"created_at": "2021-01-01", "result": [
            result("rectanglelabels", {"x": 0, "y": 0, "width": 10, "height": 10, "rectanglelabels": ["early"]})]},
        {"created_at": "2021-01-03", "was_cancelled": True, "result": [
            result("rectanglelabels", {"x": 0, "y": 0, "width": 10, "height": 10, "rectanglelabels": ["skipped"]})]},
    ]},
]  # fmt: skip


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "project-1-at-2021.json"
    path.write_text(json.dumps(SAMPLE), encoding="utf-8")
    return path


def again(collection, tmp_path, **options):
    folder = tmp_path / "again"
    folder.mkdir(exist_ok=True)
    written = label_studio.write(collection, folder, **options)
    assert written.files == (folder / "tasks.json", folder / "label_config.xml")
    return label_studio.read(folder), written.problems


def test_X12_an_export_of_label_studio_is_read_in_pixels(sample):
    assert guess(sample) == guess(sample.parent) == "label_studio"
    found = find("label_studio").read(sample)
    one, two, three = found.pictures
    assert (one.name, one.aliases, one.width, one.height) == ("abcd1234-one.jpg", ("one.jpg",), 200, 100)
    assert [label.concept for label in one.labels] == [
        "Moonwalker", "Crater", "Crater", "Dust", "Rock", "Stone", "Night"
    ]  # fmt: skip
    box, crater, ellipse, dust, rock, stone, night = one.labels
    assert box.region.sides == pytest.approx((101.6, 5.869797225186766, 24.8, 10.458911419423693), abs=1e-12)
    assert crater.region == Polygon(((20, 10, 40, 10, 40, 30),))
    also = attributes_of(crater.attributes)["also"][0]
    assert also["value"]["text"] == ["<b>deep</b>"]
    assert ellipse.region.bounds.sides == pytest.approx((80, 40, 40, 20))
    assert (filled(dust.region, 200, 100) == MASK).all()
    assert rock.region == stone.region == Polygon(((0, 0, 0, 100, -50, 100, -50, 0),))
    assert night == Label("Night")
    assert (two.name, two.labels) == ("moon/two b.jpg", ())
    assert (three.name, three.aliases) == ("moon/three.jpg", ("s3://bucket/moon/three.jpg",))
    assert [label.concept for label in three.labels] == ["late"]
    reasons = [str(problem) for problem in found.problems]
    for word in ("relation", "keypointlabels", "without", "skipped", "of 2 annotations", "predictions were not"):
        assert sum(word in reason for reason in reasons) == 1, (word, reasons)
    assert len(reasons) == 6


def test_X12_predictions_are_read_with_their_scores_when_asked_for(sample):
    found = label_studio.read(sample, predictions=True)
    assert [label.score for label in found.pictures[0].labels] == [0.9, 0.5]


def test_X12_what_was_read_from_label_studio_is_written_and_read_unchanged(sample, tmp_path):
    found = label_studio.read(sample)
    back, problems = again(found, tmp_path)
    assert problems == ()
    assert back.problems == ()
    assert back.pictures == found.pictures
    tasks = json.loads((tmp_path / "again" / "tasks.json").read_text())
    assert [task["data"] for task in tasks] == [task["data"] for task in SAMPLE]


def test_X12_json_min_is_read_like_the_full_export(sample, tmp_path):
    label = [{**RECTANGLE, "rectanglelabels": ["Moonwalker"], "original_width": 200, "original_height": 100}]
    path = tmp_path / "min.json"
    path.write_text(json.dumps([
        {"image": "/data/upload/abcd1234-one.jpg", "id": 1, "label": label, "choice": "Night", "annotator": 1,
         "annotation_id": 2, "created_at": "2021", "updated_at": "2021", "lead_time": 4.2, "captured": "1969"},
        {"image": "two.jpg", "id": 2, "scene": {"choices": ["Night", "Cold"]}, "annotation_id": 3, "lead_time": 1},
    ]))  # fmt: skip
    assert guess(path) == "label_studio"
    one, two = label_studio.read(path).pictures
    assert [each.concept for each in one.labels] == ["Moonwalker", "Night"]
    assert one.labels[0].region == label_studio.read(sample).pictures[0].labels[0].region
    assert attributes_of(one.attributes)["data"]["captured"] == "1969"
    assert [each.concept for each in two.labels] == ["Night", "Cold"]


def test_X12_the_file_is_what_label_studio_imports(tmp_path):
    labels = (
        Label("cat & <b>", Box(20, 10, 40, 30), 0.75),
        Label("dog", Polygon(((0, 0, 10, 0, 10, 10),))),
        Label("x"),
    )
    given = Collection((Picture("sub/a b.jpg", 200, 100, labels),), ("cat & <b>", "dog", "x"))
    back, _ = again(given, tmp_path, prefix="/data/local-files/?d=")
    assert back.pictures[0].labels == labels
    assert back.pictures[0].name == "sub/a b.jpg"
    (task,) = json.loads((tmp_path / "again" / "tasks.json").read_text())
    assert task["data"] == {"image": "/data/local-files/?d=sub/a b.jpg", "width": 200, "height": 100}
    config = ElementTree.parse(tmp_path / "again" / "label_config.xml").getroot()
    controls = {tag.get("name"): tag for tag in config}
    assert controls["image"].get("value") == "$image"
    ids = set()
    for one in task["annotations"][0]["result"]:
        control = controls[one["from_name"]]
        assert control.tag.lower() == one["type"]
        assert control.get("toName") == one["to_name"] == controls["image"].get("name")
        assert set(one["value"][one["type"]]) <= {child.get("value") for child in control}
        ids.add(one["id"])
    assert len(ids) == 3
    box = task["annotations"][0]["result"][0]
    assert box["value"] == {
        "x": 10.0, "y": 10.0, "width": 20.0, "height": 30.0, "rotation": 0, "rectanglelabels": ["cat & <b>"]
    }  # fmt: skip
    assert (box["original_width"], box["original_height"], box["score"]) == (200, 100, 0.75)


SQUARE, HOLE = (0, 0, 9, 0, 9, 9, 0, 9), (2, 2, 4, 2, 4, 4, 2, 4)


def test_X12_holes_come_back_and_what_was_moved_in_label_studio_counts(tmp_path):
    thirds = Polygon((tuple(v / 3 for v in SQUARE), tuple(v / 3 for v in HOLE)))
    given = Collection((Picture("a.jpg", 7, 11, (Label("sheep", thirds), Label("box", Box(0.1, 0.2, 0.3, 0.7)))),))
    back, _ = again(given, tmp_path)
    assert back.pictures == given.pictures
    path = tmp_path / "again" / "tasks.json"
    tasks = json.loads(path.read_text())
    tasks[0]["annotations"][0]["result"][2]["value"]["x"] += 10
    path.write_text(json.dumps(tasks))
    assert label_studio.read(path).pictures[0].labels[1].region.left == pytest.approx(0.1 + 0.7)


PLAIN = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12).filter(
    lambda text: text.strip() and picture_names(text)[0] == text and not text.startswith("data:")
)
BESIDE = st.dictionaries(
    st.text(min_size=3, max_size=8).map(lambda text: f"x{text}"),
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2),
    max_size=2,
)


@given(collections(BESIDE, names=PLAIN))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_X12_any_collection_is_the_same_after_label_studio(tmp_path, given):
    back, problems = again(given, tmp_path)
    assert problems == ()
    assert back.pictures == given.pictures


@given(arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 6))))
@settings(max_examples=100, deadline=None)
def test_X12_painted_masks_are_unpacked_to_their_runs(mask):
    height, width = mask.shape
    runs = painted_runs(bytes(rle_of(painted(mask))), width, height)
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    assert (flat == mask.ravel()).all()


@pytest.mark.parametrize(
    ("address", "name", "aliases"),
    [
        ("photo.jpg", "photo.jpg", ()),
        ("folder/photo.jpg", "folder/photo.jpg", ()),
        ("/data/upload/abcd1234-photo.jpg", "abcd1234-photo.jpg", ("photo.jpg",)),
        ("/data/upload/3/abcd1234-my-photo.jpg", "abcd1234-my-photo.jpg", ("my-photo.jpg",)),
        ("/data/upload/3/photo.jpg", "photo.jpg", ()),
        ("/data/upload/3/ABCD1234-photo.jpg", "ABCD1234-photo.jpg", ()),
        ("/data/local-files/?d=folder%2Fphoto.jpg", "folder/photo.jpg", ()),
        ("/data/local-files/?d=../../etc/passwd", "etc/passwd", ()),
        ("http://host:80/a/photo.jpg?x=1#y", "a/photo.jpg", ("http://host:80/a/photo.jpg?x=1#y",)),
        ("https://host/a%20b/%D7%A2.jpg", "a b/ע.jpg", ("https://host/a%20b/%D7%A2.jpg",)),
        ("gs://bucket/a/photo.jpg", "a/photo.jpg", ("gs://bucket/a/photo.jpg",)),
        ("http://[bad/photo.jpg", "http://[bad/photo.jpg", ()),
        ("C:\\photos\\a.jpg", "C:\\photos\\a.jpg", ()),
    ],
)
def test_X12_a_picture_is_named_as_its_file_is_wherever_label_studio_keeps_it(address, name, aliases):
    assert picture_names(address) == (name, aliases)


def test_X12_regions_without_the_pictures_size_wait_in_fractions(tmp_path):
    path = tmp_path / "a.json"
    box = {"type": "rectanglelabels", "value": {**RECTANGLE, "x": 50, "rectanglelabels": ["a"]}}
    turned = {"type": "rectanglelabels", "value": {**RECTANGLE, "rotation": 5, "rectanglelabels": ["a"]}}
    path.write_text(json.dumps([{"data": {"image": "a.jpg"}, "annotations": [{"result": [box, turned]}]}]))
    found = label_studio.read(path)
    (picture,) = found.pictures
    assert picture.relative
    assert picture.in_pixels(200, 100).labels[0].region.left == 100
    assert "turned" in found.problems[0].reason
    assert again(found, tmp_path)[0].pictures == found.pictures


def test_X12_regions_on_a_picture_of_unknown_size_are_left_out_aloud(tmp_path):
    given = Collection((Picture("a.jpg", 0, 0, (Label("cat", Box(1, 2, 3, 4)), Label("night"))),))
    back, problems = again(given, tmp_path)
    assert [label.concept for label in back.pictures[0].labels] == ["night"]
    assert "size" in problems[0].reason


VALUES = (
    {"x": 1, "y": 1, "width": 0, "height": 5}, {"x": 1, "y": 1, "width": -3, "height": 5}, {"x": None, "y": 1},
    {"x": "1", "y": 1, "width": 3, "height": 5}, {"x": 1e400, "y": 1, "width": 3, "height": 5}, {},
    {"x": float("nan"), "y": 1, "width": 3, "height": 5}, {"points": []}, {"points": [[1, 2], [3, 4]]},
    {"points": [[1, 2], [3, 4], [5]]}, {"points": [[1, 2], [3, 4], None]}, {"points": "<b>"}, {"points": {"x": 1}},
    {"rle": []}, {"rle": [0] * 50}, {"rle": [256]}, {"rle": "AAAA"}, {"rle": rle_of(painted(MASK))[:-20]},
    {"rle": rle_of(painted(MASK[:50]))}, {"rle": [255] * 40}, {"x": 1, "y": 1, "radiusX": 0, "radiusY": 2},
    {"x": 1, "y": 1, "width": 3, "height": 5, "rotation": "north"}, {"x": 1, "y": 1, "width": 3, "height": [5]},
    {"x": 10**400, "y": 1, "width": 3, "height": 5},
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{value!r:.50}")
def test_X12_each_bad_region_is_listed_and_the_next_one_is_read(tmp_path, value):
    good = result("rectanglelabels", {"x": 10, "y": 10, "width": 10, "height": 10, "rectanglelabels": ["c"]}, id="g")
    bad = result("labels", {**value, "labels": ["c"]}, id="b")
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"data": {"image": "a.jpg"}, "annotations": [{"result": [bad, good]}]}]))
    found = label_studio.read(path)
    assert [label.region for label in found.pictures[0].labels] == [Box(20, 10, 20, 10)]
    assert len(found.problems) == 1
    assert len(str(found.problems[0])) < 400


TASKS = (
    None, 5, "<b>", [], {}, {"data": None}, {"data": {}}, {"data": {"image": ""}}, {"data": {"image": 5}},
    {"data": {"image": "data:image/png;base64,AAAA"}}, {"data": {"text": "hello"}},
)  # fmt: skip


@pytest.mark.parametrize("task", TASKS, ids=repr)
def test_X12_a_task_without_a_picture_is_listed(tmp_path, task):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([task, {"data": {"image": "a.jpg"}, "annotations": []}]))
    found = label_studio.read(path)
    assert [picture.name for picture in found.pictures] == ["a.jpg"]
    assert len(found.problems) == 1


@pytest.mark.parametrize("annotations", [5, "x", {"result": []}, [5], [None], [{}], [{"result": 5}], [{"result": [5]}]])
def test_X12_an_annotation_that_is_none_is_listed(tmp_path, annotations):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"data": {"image": "a.jpg"}, "annotations": annotations}]))
    found = label_studio.read(path)
    assert found.pictures[0].labels == ()
    assert len(found.problems) >= 1


@pytest.mark.parametrize("text", ["", "{}", "5", "null", '"a"', "[", "{'a': 1}"])
def test_X12_what_is_no_label_studio_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="expected"):
        label_studio.read(path)
