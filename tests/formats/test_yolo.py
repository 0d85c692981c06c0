"""X12: YOLO labels, boxes and polygons, are read and written, equal to what supervision makes of them."""

import pytest
import supervision as sv
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.errors import BadInput
from notebook_labeler.formats import yolo
from notebook_labeler.formats.records import Collection, Label, Picture

NAMES = ("no", "cat", "größe 🐑", "<b>x</b>", "שלום", "1")
BOXES = Collection(
    (
        Picture("a/1.jpg", 640, 480, (Label("cat", Box(64, 96, 33.25, 192)), Label("1", Box(0, 0, 640, 480)))),
        Picture("<img src=x>🐑.png", 50, 40, (Label("שלום", Box(0.1, 0.7, 1 / 3, 39.3)),)),
        Picture("empty.jpg", 10, 20),
    ),
    NAMES,
)
HOLED = Polygon(((10, 10, 30, 10, 30, 30, 10, 30), (15, 15, 20, 15, 20, 20)))
PARTS = Polygon(((40, 40, 50, 40, 50, 50), (60, 60, 70, 60, 70, 70)))


def of_one(*labels, name="a.jpg", **more):
    return Collection((Picture(name, 100, 80, labels, **more),), NAMES)


def back(folder, sizes):
    found = yolo.read(folder)
    assert not found.problems
    return {p.name: p.in_pixels(*sizes[p.name]) for p in found.pictures}, found.concepts


def test_X12_yolo_boxes_are_read_back_equal_to_a_billionth_of_a_pixel(tmp_path):
    assert not yolo.write(BOXES, tmp_path).problems
    sizes = {"a/1": (640, 480), "<img src=x>🐑": (50, 40), "empty": (10, 20)}
    found, names = back(tmp_path, sizes)
    assert names == NAMES
    for picture in BOXES.pictures:
        labels = found[picture.name.rsplit(".", 1)[0]].labels
        assert [one.concept for one in labels] == [one.concept for one in picture.labels]
        for one, other in zip(labels, picture.labels, strict=True):
            assert one.region.sides == pytest.approx(other.region.sides, abs=1e-9)
    assert found["a/1"].labels == BOXES.pictures[0].labels  # whole and short decimals come back to the bit
    assert (tmp_path / "labels/empty.txt").read_text() == ""


def test_X12_names_of_pictures_are_taken_from_the_images_beside(tmp_path):
    yolo.write(BOXES, tmp_path)
    for picture in BOXES.pictures:
        (tmp_path / "images" / picture.name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (picture.width, picture.height)).save(tmp_path / "images" / picture.name)
    assert {p.name for p in yolo.read(tmp_path).pictures} == {p.name for p in BOXES.pictures}


@pytest.mark.parametrize("masks", [False, True])
def test_X12_supervision_sees_the_same_boxes_polygons_and_classes(tmp_path, masks):
    region = Polygon(((10, 10, 30, 10, 30, 30, 10, 30),)) if masks else Box(10, 10, 20, 20)
    collection = Collection(
        (Picture("a.jpg", 100, 80, (Label("cat", region), Label("1", Box(50, 40, 25, 20)))), Picture("b.jpg", 100, 80)),
        NAMES,
    )
    yolo.write(collection, tmp_path)
    (tmp_path / "images").mkdir()
    for picture in collection.pictures:
        Image.new("RGB", (100, 80)).save(tmp_path / "images" / picture.name)
    dataset = sv.DetectionDataset.from_yolo(
        str(tmp_path / "images"), str(tmp_path / "labels"), str(tmp_path / "data.yaml"), force_masks=masks
    )
    assert dataset.classes == list(NAMES)
    found = dataset.annotations[str(tmp_path / "images/a.jpg")]
    assert found.class_id.tolist() == [1, 5]
    assert found.xyxy.tolist() == [pytest.approx([10, 10, 30, 30], abs=1), pytest.approx([50, 40, 75, 60], abs=1)]
    assert len(dataset.annotations[str(tmp_path / "images/b.jpg")]) == 0
    if masks:
        assert found.mask[0].sum() == pytest.approx(400, rel=0.12)  # they fill the sides too


def test_X12_polygons_make_all_objects_polygons(tmp_path):
    triangle = Polygon(((1, 2, 30, 2, 30, 40.5),))
    found = yolo.write(of_one(Label("cat", triangle), Label("no", Box(1, 2, 3, 4))), tmp_path)
    assert ["1 boxes were written as polygons" in str(p) for p in found.problems] == [True]
    regions = [one.region for one in back(tmp_path, {"a": (100, 80)})[0]["a"].labels]
    assert regions == [triangle, Polygon(((1, 2, 4, 2, 4, 6, 1, 6),))]


@pytest.mark.parametrize(
    ("options", "regions", "listed"),
    [
        ({}, [], 2),
        ({"holes": "fill"}, [Polygon(HOLED.rings[:1])], 1),
        ({"parts": "split"}, [Polygon(PARTS.rings[:1]), Polygon(PARTS.rings[1:])], 1),
        ({"bounds": True}, [HOLED.bounds, PARTS.bounds], 0),
    ],
)
def test_X12_holes_and_parts_are_listed_or_written_as_asked(tmp_path, options, regions, listed):
    found = yolo.write(of_one(Label("cat", HOLED), Label("cat", PARTS)), tmp_path, **options)
    assert len(found.problems) == listed
    assert all(p.picture == "a.jpg" and "left out" in p.reason for p in found.problems)
    assert [one.region for one in back(tmp_path, {"a": (100, 80)})[0]["a"].labels] == regions
    with pytest.raises(BadInput, match="list or fill"):
        yolo.write(of_one(), tmp_path, holes="sew")


def test_X12_what_yolo_has_no_room_for_is_listed(tmp_path):
    rich = Label("cat", Box(1, 2, 3, 4), 0.5, '{"truncated":1}')
    pictures = (
        Picture("a.jpg", 100, 80, (rich, rich, Label("cat"))),
        Picture("a.png", 100, 80, (rich,)),
        Picture("b.jpg", 0, 0, (rich,)),
        Picture("c\\d.jpg", 9, 9),
    )
    found = yolo.write(Collection(pictures, NAMES), tmp_path)
    said = [str(p) for p in found.problems]
    assert len(said) == 5
    for words in ("a.jpg: 'cat' was left out", "a.png: was left out, for another", "b.jpg: was left out, for its size",
                  "4 scores", "4 labels have attributes"):  # fmt: skip
        assert any(words in one for one in said), words
    assert sorted(p.name for p in (tmp_path / "labels").rglob("*.txt")) == ["a.txt", "d.txt"]


@pytest.mark.parametrize("name", ["../../evil.jpg", "/etc/evil.jpg", "C:\\..\\evil.jpg", "a/../../evil.jpg", "..", ""])
def test_X12_no_name_leads_out_of_the_folder(tmp_path, name):
    folder = tmp_path / "out"
    folder.mkdir()
    yolo.write(of_one(Label("cat", Box(1, 2, 3, 4)), name=name), folder)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert len(list((folder / "labels").rglob("*.txt"))) == 1


def dataset(tmp_path, lines, names="names: [cat, dog]"):
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/a.txt").write_text("\n".join(lines))
    (tmp_path / "data.yaml").write_text(names)
    return tmp_path


HOSTILE = """0 nan 0 1 1;0 0.5 0.5 0 0;0 0.5 0.5 -1 1;0 1e400 0 1 1;0 0 0 1;0 0 0 1 1 2 3 4;0;x;2 0 0 1 1;-1 0 0 1 1
0.5 0 0 1 1;0 0.1 0.1 0.2 0.2 7;0 0 0 1 1 2 2;nan 0 0 1 1;1e400 0 0 1 1;0,0,0,1,1;0 0 0 1 1 2 nan"""


@pytest.mark.parametrize("line", HOSTILE.replace("\n", ";").split(";"))
def test_X12_what_cannot_be_is_listed_and_the_rest_is_kept(tmp_path, line):
    found = yolo.read(dataset(tmp_path, [line, "", "1 0.5 0.5 0.5 0.5"]))
    assert [one.concept for one in found.pictures[0].labels] == ["dog"]
    assert [p.place for p in found.problems] == ["labels/a.txt, line 1"]


def test_X12_scores_of_predictions_are_read(tmp_path):
    found = yolo.read(dataset(tmp_path, ["1 0.5 0.5 0.5 0.5 0.75"]))
    assert found.pictures[0].labels == (Label("dog", Box(0.25, 0.25, 0.5, 0.5), 0.75),)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("names: [no, yes, 1, 2024-01-01, ~]", ("no", "yes", "1", "2024-01-01", "~")),
        ("names:\n  1: dog\n  0: cat\n", ("cat", "dog")),
        ("nc: 1\nnames: {'0': 'a: b'}", ("a: b",)),
        ("path: x\nnames:\n- 猫 🐑\n", ("猫 🐑",)),
    ],
)
def test_X12_class_names_are_what_is_written_there(tmp_path, names, expected):
    assert yolo.read(dataset(tmp_path, [], names)).concepts == expected


BOMB = "a: &a [x,x,x]\n" + "".join(f"{n}: &{n} [*{p},*{p},*{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    "names",
    ["", "[", "names: 5", "names: {a: b}", "- names", BOMB + "names: *i", "names: " + "[" * 20_000, "a: &a 1\nb: *a\n",
     "names: !!python/object/apply:os.system ['touch evil']\nx: *y"],
)  # fmt: skip
def test_X12_names_that_cannot_be_read_are_refused_in_one_sentence(tmp_path, names):
    with pytest.raises(BadInput, match="expected") as caught:
        yolo.read(dataset(tmp_path, [], names))
    assert "\n" not in str(caught.value)


def test_X12_class_names_come_from_text_files_or_the_caller_too(tmp_path):
    folder = dataset(tmp_path, ["1 0.5 0.5 0.5 0.5"])
    (folder / "data.yaml").unlink()
    with pytest.raises(BadInput, match="names="):
        yolo.read(folder)
    assert yolo.read(folder, names=["a", "b"]).pictures[0].labels[0].concept == "b"
    (folder / "classes.txt").write_text("cat\ndog\n")
    assert yolo.read(folder).concepts == ("cat", "dog")


@given(
    st.lists(st.tuples(st.floats(0, 1900), st.floats(0, 1000), st.floats(0.01, 20), st.floats(0.01, 80)), max_size=6)
)
@settings(max_examples=40, deadline=None)
def test_X12_any_boxes_come_back_within_a_billionth_of_a_pixel(tmp_path_factory, boxes):
    folder = tmp_path_factory.mktemp("yolo")
    labels = tuple(Label("cat", Box(*sides)) for sides in boxes)
    yolo.write(Collection((Picture("a.jpg", 1920, 1080, labels),), ("cat",)), folder)
    found = yolo.read(folder).pictures[0].in_pixels(1920, 1080)
    for one, other in zip(found.labels, labels, strict=True):
        assert one.region.sides == pytest.approx(other.region.sides, abs=3e-9)
