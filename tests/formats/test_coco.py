"""X12: COCO JSON is read and written, equal to what pycocotools and supervision make of it."""

import io
import json
from contextlib import redirect_stdout

import numpy as np
import pytest
import supervision as sv
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from pycocotools import mask as coco_masks
from pycocotools.coco import COCO

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.domain.raster import filled
from notebook_labeler.errors import BadInput
from notebook_labeler.formats import coco
from notebook_labeler.formats.coco_masks import numbers, runs_of
from notebook_labeler.formats.records import Collection, Label, Picture

HOLED = Polygon(((10, 10, 30, 10, 30, 30, 10, 30), (15.5, 15.25, 20, 15, 20, 20)))
PARTS = Polygon(((40.5, 40, 50, 40, 50, 50), (60, 60, 70, 60, 70, 70, 60.25, 70)))
WHOLE = Collection(
    (
        Picture(
            "train/<b>🐑.jpg",
            100,
            80,
            (
                Label("cat", Box(1.5, 2, 3.5, 4)),
                Label("dog", HOLED),
                Label("שלום", PARTS, 0.5),
                Label("dog", Box(0, 0, 100, 80), attributes='{"truncated":1}'),
                Label("dog", Polygon(((50, 50, 60, 50, 60, 60),)), attributes='{"iscrowd":1}'),
            ),
        ),
        Picture("empty.jpg", 10, 20),
    ),
    ("no objects", "cat", "dog", "שלום"),
)


def quietly(path):
    with redirect_stdout(io.StringIO()):
        return COCO(str(path))


def written(collection, folder):
    found = coco.write(collection, folder)
    assert not found.problems
    return found.files[0]


def instances(tmp_path, *annotations, **more):
    data = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}],
        "categories": [{"id": 3, "name": "cat"}],
        "annotations": [{"id": i, "image_id": 1, "category_id": 3, **one} for i, one in enumerate(annotations, 1)],
        **more,
    }
    path = tmp_path / "instances.json"
    path.write_text(json.dumps(data))
    return path


def test_X12_coco_is_read_back_equal(tmp_path):
    path = written(WHOLE, tmp_path)
    assert coco.read(path) == WHOLE
    assert coco.read(tmp_path) == WHOLE
    assert coco.looks_like(path)
    assert coco.looks_like(tmp_path)


def test_X12_pycocotools_sees_the_same_boxes_areas_and_masks(tmp_path):
    api = quietly(written(WHOLE, tmp_path))
    assert [c["name"] for c in api.loadCats(api.getCatIds())] == list(WHOLE.concepts)
    assert [i["file_name"] for i in api.loadImgs(api.getImgIds())] == ["train/<b>🐑.jpg", "empty.jpg"]
    found = api.loadAnns(api.getAnnIds(imgIds=[1]))
    assert not api.getAnnIds(imgIds=[2])
    for said, label in zip(found, WHOLE.pictures[0].labels, strict=True):
        assert said["bbox"] == list(label.region.bounds.sides)
        if isinstance(label.region, Polygon):
            ours, theirs = filled(label.region, 100, 80), api.annToMask(said).astype(bool)
            assert (ours ^ theirs).sum() <= 0.15 * ours.sum()  # their polygons are drawn a little larger at the edges
            assert said["area"] == pytest.approx(label.region.area, rel=0.1)
    assert (api.annToMask(found[1]).astype(bool) == filled(HOLED, 100, 80)).all()
    assert [said["iscrowd"] for said in found] == [0, 0, 0, 0, 1]


def test_X12_supervision_sees_the_same_boxes_and_classes(tmp_path):
    for picture in WHOLE.pictures:
        (tmp_path / picture.name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (picture.width, picture.height)).save(tmp_path / picture.name)
    boxes = Collection(
        tuple(
            Picture(p.name, p.width, p.height, tuple(Label(one.concept, one.region.bounds) for one in p.labels))
            for p in WHOLE.pictures
        ),
        WHOLE.concepts,
    )
    dataset = sv.DetectionDataset.from_coco(str(tmp_path), str(written(boxes, tmp_path)))
    assert dataset.classes == list(WHOLE.concepts)
    found = dataset.annotations[str(tmp_path / "train/<b>🐑.jpg")]
    assert found.xyxy.tolist() == [pytest.approx(label.region.corners) for label in boxes.pictures[0].labels]
    assert [dataset.classes[n] for n in found.class_id] == [label.concept for label in boxes.pictures[0].labels]
    assert len(dataset.annotations[str(tmp_path / "empty.jpg")]) == 0


@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))))
@settings(max_examples=100, deadline=None)
def test_X12_masks_in_both_spellings_are_those_of_pycocotools(mask):
    theirs = coco_masks.encode(np.asfortranarray(mask.astype(np.uint8)))
    assert numbers(theirs["counts"].decode()) == runs_of(mask)
    size = list(mask.shape)
    assert (coco_masks.decode(coco_masks.frPyObjects({"size": size, "counts": runs_of(mask)}, *size)) == mask).all()


@pytest.mark.parametrize("spelling", ["text", "numbers"])
def test_X12_a_crowd_mask_becomes_a_polygon_of_its_very_pixels(tmp_path, spelling):
    mask = filled(HOLED, 100, 80)
    counts = (
        runs_of(mask)
        if spelling == "numbers"
        else coco_masks.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
    )
    path = instances(tmp_path, {"segmentation": {"size": [80, 100], "counts": counts}, "iscrowd": 1})
    (label,) = coco.read(path).pictures[0].labels
    assert (filled(label.region, 100, 80) == mask).all()
    assert label.region.area == mask.sum()
    assert label.attributes == '{"iscrowd":1}'


def test_X12_exact_rings_beside_a_mask_count_only_while_they_fit_it(tmp_path):
    path = written(WHOLE, tmp_path)
    data = json.loads(path.read_text())
    other = filled(Polygon(((0, 0, 9, 0, 9, 9, 0, 9),)), 100, 80)
    data["annotations"][1]["segmentation"]["counts"] = runs_of(other)  # another tool has edited the mask alone
    path.write_text(json.dumps(data))
    assert coco.read(path).pictures[0].labels[1].region.bounds == Box(0, 0, 9, 9)


def test_X12_parts_that_overlap_are_one_area_and_not_a_hole(tmp_path):
    big, inner, beside = [0, 0, 20, 0, 20, 20, 0, 20], [5, 5, 10, 5, 10, 10, 5, 10], [30, 0, 40, 0, 40, 10]
    crossing = [10, 10, 30, 10, 30, 30, 10, 30]
    path = instances(tmp_path, {"segmentation": [big, inner, beside]}, {"segmentation": [big, crossing]})
    found = coco.read(path)
    assert [len(label.region.rings) for label in found.pictures[0].labels] == [2, 1]
    assert [label.region.area for label in found.pictures[0].labels] == [450, 700]
    assert [p.place for p in found.problems] == ["instances.json, annotation 2"]


HOSTILE = [
    {"bbox": [float("nan"), 0, 1, 1]},
    {"bbox": [0, 0, float("inf"), 1]},
    {"bbox": [0, 0, 0, 5]},
    {"bbox": [0, 0, -3, 5]},
    {"bbox": [0, 0, 1]},
    {"bbox": ["1", "2", "3", "4"]},
    {"bbox": [True, True, True, True]},
    {"bbox": [0, 0, 1e300, 1]},
    {"bbox": None},
    {},
    {"segmentation": [[0, 0, 1, 1]]},
    {"segmentation": [[0, 0, 1, 1, 2, 2]]},
    {"segmentation": [[0, 0, 1, "x", 2, 2]]},
    {"segmentation": [5]},
    {"segmentation": {"size": [80, 100], "counts": [8000]}},
    {"segmentation": {"size": [80, 100], "counts": [1, 2, 3]}},
    {"segmentation": {"size": [10**9, 10**9], "counts": [0, 10**18]}},
    {"segmentation": {"size": "large", "counts": []}},
    {"segmentation": {"size": [80, 100], "counts": "\x00~~~~"}},
    {"segmentation": {"size": [80, 100], "counts": "o" * 1000}},
    {"bbox": [0, 0, 1, 1], "image_id": 9},
    {"bbox": [0, 0, 1, 1], "image_id": [1]},
    {"bbox": [0, 0, 1, 1], "category_id": 9},
    {"bbox": [0, 0, 1, 1], "category_id": {}},
]


@pytest.mark.parametrize("said", HOSTILE, ids=lambda s: str(s)[:50])
def test_X12_what_cannot_be_is_listed_and_the_rest_is_kept(tmp_path, said):
    found = coco.read(instances(tmp_path, said, {"bbox": [1, 2, 3, 4]}))
    assert [label.region for label in found.pictures[0].labels] == [Box(1, 2, 3, 4)]
    assert [p.place for p in found.problems] == ["instances.json, annotation 1"]
    assert all("\n" not in str(p) for p in found.problems)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"images": 5}', '{"images": [], "categories": 3}', "[" * 100_000, "{'images': []}"],
)
def test_X12_what_is_no_coco_is_refused_in_one_sentence(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="expected") as caught:
        coco.read(path)
    assert "\n" not in str(caught.value)


def test_X12_images_and_categories_that_cannot_be_are_listed(tmp_path):
    images = [{"id": 1, "file_name": "a.jpg"}, {"id": 1, "file_name": "b.jpg"}, {"id": 2}, "c.jpg", {"file_name": "d"}]
    categories = [{"id": 3, "name": "cat"}, {"id": 3, "name": "dog"}, {"id": 4, "name": ""}, {"id": 5, "name": 7}, 5]
    found = coco.read(instances(tmp_path, images=images, categories=categories))
    assert [p.name for p in found.pictures] == ["a.jpg"]
    assert len(found.problems) == 8
    assert found.pictures[0].width == 0


def test_X12_what_is_said_beside_is_kept_as_attributes(tmp_path):
    said = {"bbox": [1, 2, 3, 4], "attributes": {"occluded": True}, "note": "<b>", "area": 12, "score": 0.25}
    found = coco.read(instances(tmp_path, said, {"bbox": [1, 2, 3, 4], "score": 7}))
    first, second = found.pictures[0].labels
    assert json.loads(first.attributes) == {"occluded": True, "note": "<b>"}
    assert (first.score, second.score, second.attributes) == (0.25, None, "")
    assert ["score" in p.reason for p in found.problems] == [True]
    (tmp_path / "out").mkdir()
    assert coco.read(written(found, tmp_path / "out")).pictures == found.pictures


def test_X12_splits_of_a_folder_are_read_together(tmp_path):
    for split in ("train", "valid"):
        (tmp_path / split).mkdir()
        instances(tmp_path / split, {"bbox": [1, 2, 3, 4]})
    (tmp_path / "annotations").mkdir()
    instances(tmp_path / "annotations")
    (tmp_path / "other.json").write_text("[]")
    assert sorted(p.name for p in coco.read(tmp_path).pictures) == ["a.jpg", "train/a.jpg", "valid/a.jpg"]


def test_X12_results_are_read_with_the_dataset_they_speak_of(tmp_path):
    truth = instances(tmp_path)
    mask = {"size": [80, 100], "counts": runs_of(filled(HOLED, 100, 80))}
    said = [
        {"image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4], "score": 0.75},
        {"image_id": 1, "category_id": 3, "segmentation": mask, "score": 1},
    ]
    results = tmp_path / "results.json"
    results.write_text(json.dumps(said))
    found = coco.read_results(results, truth)
    assert found == coco.read_results(said, json.loads(truth.read_text()))
    assert [(label.score, label.region.shape) for label in found.pictures[0].labels] == [(0.75, "box"), (1, "polygon")]
    with pytest.raises(BadInput, match="coco_results"):
        coco.read(results)


def test_X12_a_label_of_a_whole_picture_is_listed_for_coco_has_none(tmp_path):
    found = coco.write(Collection((Picture("a.jpg", 1, 1, (Label("cat"),)),), ("cat",)), tmp_path)
    assert ["'cat' was left out" in p.reason for p in found.problems] == [True]


@given(
    st.lists(
        st.tuples(st.floats(0, 90), st.floats(0, 70), st.floats(0.001, 10), st.floats(0.001, 10), st.integers(0, 2)),
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None)
def test_X12_any_boxes_come_back_to_the_last_bit(tmp_path_factory, given_boxes):
    names = ("a", "b", "c")
    labels = tuple(Label(names[n], Box(*sides)) for *sides, n in given_boxes)
    collection = Collection((Picture("a.jpg", 100, 80, labels),), names)
    assert coco.read(written(collection, tmp_path_factory.mktemp("coco"))) == collection
