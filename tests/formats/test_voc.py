"""X12: Pascal VOC is read and written, equal to what supervision makes of it."""

import json
import time

import pytest
import supervision as sv
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.errors import BadInput
from notebook_labeler.formats import voc
from notebook_labeler.formats.records import Collection, Label, Picture

OBJECT = "<object><name>{name}</name>{more}<bndbox>{box}</bndbox></object>"
BOX = "<xmin>68</xmin><ymin>315</ymin><xmax>286</xmax><ymax>480</ymax>"
DOCUMENT = (
    "<annotation><folder>x</folder><filename>{file}</filename><path>/home/pi/{file}</path>"
    "<source><database>Unknown</database></source>"
    "<size><width>640</width><height>480</height><depth>3</depth></size><segmented>0</segmented>{objects}</annotation>"
)
SIZE = '{"folder":"","source":{"database":"Unknown"},"segmented":0,"depth":3}'
BOXES = Collection(
    (
        Picture(
            "a/<b>&amp;🐑.jpg",
            640,
            480,
            (
                Label("cat", Box(67, 314, 219, 166)),
                Label("<script>alert(1)</script>", Box(0, 0, 640, 480), None, '{"truncated":1,"occluded":1}'),
                Label("cat", Box(639, 479, 1, 1), None, '{"pose":"Left","part":{"name":"head","bndbox":{"xmin":1}}}'),
            ),
            SIZE,
        ),
        Picture("empty.jpg", 10, 20, (), SIZE),
    ),
    ("<script>alert(1)</script>", "cat"),
)


def one_file(tmp_path, *objects, file="a.jpg"):
    path = tmp_path / "a.xml"
    path.write_text(DOCUMENT.format(file=file, objects="".join(objects)), encoding="utf-8")
    return path


def thing(name="cat", box=BOX, more=""):
    return OBJECT.format(name=name, box=box, more=more)


def in_any_order(collection):
    return Collection(
        tuple(sorted(collection.pictures, key=lambda p: p.name)), collection.concepts, collection.problems
    )


def test_X12_voc_is_read_back_equal(tmp_path):
    assert not voc.write(BOXES, tmp_path).problems
    assert in_any_order(voc.read(tmp_path)) == BOXES
    assert voc.looks_like(tmp_path)


def test_X12_decimals_come_back_if_asked_for_and_are_said_to_be_rounded_if_not(tmp_path):
    boxes = (Label("cat", Box(10.4, 20.6, 30.2, 40.123456789)), Label("cat", Box(1.6, 1.6, 0.3, 0.3)))
    collection = Collection((Picture("a.jpg", 640, 480, boxes, SIZE),), ("cat",))
    for whole in (True, False):
        (tmp_path / str(whole)).mkdir()
    assert ["2 boxes were rounded" in str(p) for p in voc.write(collection, tmp_path / "True").problems] == [True]
    found = [label.region for label in voc.read(tmp_path / "True").pictures[0].labels]
    assert found == [Box(10, 21, 31, 40), Box(2, 2, 1, 1)]
    assert not voc.write(collection, tmp_path / "False", whole=False).problems
    assert voc.read(tmp_path / "False") == collection


def test_X12_pixels_are_counted_from_one_and_the_last_is_included(tmp_path):
    found = voc.read(one_file(tmp_path, thing(more="<pose>Unspecified</pose><truncated>1</truncated>")))
    assert found.pictures[0].labels == (Label("cat", Box(67, 314, 219, 166), None, '{"truncated":1}'),)
    assert (found.pictures[0].width, found.pictures[0].height) == (640, 480)


def test_X12_supervision_sees_the_same_boxes_and_classes(tmp_path):
    plain = Picture("a.jpg", 640, 480, BOXES.pictures[0].labels)
    voc.write(Collection((plain, Picture("b.jpg", 10, 20)), BOXES.concepts), tmp_path)
    (tmp_path / "images").mkdir()
    for name, size in (("a.jpg", (640, 480)), ("b.jpg", (10, 20))):
        Image.new("RGB", size).save(tmp_path / "images" / name)
    dataset = sv.DetectionDataset.from_pascal_voc(str(tmp_path / "images"), str(tmp_path / "Annotations"))
    found = dataset.annotations[str(tmp_path / "images/a.jpg")]
    assert found.xyxy.tolist() == [list(label.region.corners) for label in plain.labels]
    assert [dataset.classes[n] for n in found.class_id] == [label.concept for label in plain.labels]
    assert len(dataset.annotations[str(tmp_path / "images/b.jpg")]) == 0


def test_X12_what_is_said_beside_is_kept(tmp_path):
    more = "<occluded>0</occluded><truncated>0</truncated><note>a&lt;b</note><part><name>head</name></part><part/>"
    (label,) = voc.read(one_file(tmp_path, thing(more=more))).pictures[0].labels
    assert json.loads(label.attributes) == {"occluded": 0, "note": "a<b", "part": [{"name": "head"}, ""]}


def test_X12_what_voc_has_no_room_for_is_listed(tmp_path):
    labels = (
        Label("cat", Polygon(((0, 0, 9, 0, 9, 9),)), 0.5),
        Label("cat"),
        Label("cat", Box(1, 1, 1, 1), None, '{"<b>":1,"name":"dog","fine":{"x y":2}}'),
    )
    collection = Collection((Picture("a.jpg", 10, 10, labels, SIZE),), ("cat",))
    for folder in ("listed", "bounds"):
        (tmp_path / folder).mkdir()
    found = [str(p) for p in voc.write(collection, tmp_path / "listed").problems]
    for words in ("polygons; pass bounds=True", "whole pictures", "attribute '<b>'", "attribute 'name'", "1 scores"):
        assert any(words in one for one in found), words
    assert len(voc.write(collection, tmp_path / "bounds", bounds=True).problems) == len(found) - 1
    assert [one.region for one in voc.read(tmp_path / "bounds").pictures[0].labels] == [
        Box(0, 0, 9, 9),
        Box(1, 1, 1, 1),
    ]


HOSTILE_BOXES = [
    "",
    "<xmin>1</xmin>",
    BOX.replace("68", "nan"),
    BOX.replace("68", "x"),
    BOX.replace("68", "287"),
    BOX.replace("286", "1e400"),
    BOX.replace("68", "1e300"),
]


@pytest.mark.parametrize("box", HOSTILE_BOXES)
def test_X12_what_cannot_be_is_listed_and_the_rest_is_kept(tmp_path, box):
    found = voc.read(one_file(tmp_path, thing(box=box), thing(), thing(name=""), "<object/>"))
    assert [label.region for label in found.pictures[0].labels] == [Box(67, 314, 219, 166)]
    assert [p.place for p in found.problems] == ["a.xml, object 1", "a.xml, object 3", "a.xml, object 4"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><annotation><filename>&b;</filename></annotation>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><annotation><filename>&a;</filename></annotation>'


@pytest.mark.parametrize("text", ["", "<a>", "<html></html>", "x", BOMB, OUTSIDE, "<annotations/>", "\0"])
def test_X12_what_is_no_voc_or_has_entities_is_refused_alone_and_listed_among_others(tmp_path, text):
    path = tmp_path / "bad.xml"
    path.write_text(text)
    with pytest.raises(BadInput, match="expected") as caught:
        voc.read(path)
    assert "\n" not in str(caught.value)
    one_file(tmp_path, thing())
    found = voc.read(tmp_path)
    assert (len(found.pictures), [p.place for p in found.problems]) == (1, ["bad.xml"])


@pytest.mark.parametrize("name", ["../../evil.jpg", "/etc/evil.jpg", "C:\\..\\evil.jpg", "..", "", "a\0b\x1f.jpg"])
def test_X12_no_name_leads_out_of_the_folder(tmp_path, name):
    folder = tmp_path / "out"
    folder.mkdir()
    voc.write(Collection((Picture(name, 1, 1),)), folder)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert len(voc.read(folder).pictures) == 1


def test_X12_pictures_that_share_a_stem_or_a_name_have_files_of_their_own(tmp_path):
    names = ["a.jpg", "a.png", "A.JPG", "b/a.jpg", "c/a.jpg"]
    collection = Collection(tuple(Picture(name, 1, 1, (), SIZE) for name in names))
    assert len(set(voc.write(collection, tmp_path).files)) == 5
    assert sorted(p.name for p in voc.read(tmp_path).pictures) == sorted(names)


def test_X12_a_file_without_a_name_goes_by_its_own(tmp_path):
    one_file(tmp_path, file="")
    assert [p.name for p in voc.read(tmp_path).pictures] == ["a"]


@given(st.lists(st.tuples(*[st.integers(0, 400)] * 2, *[st.integers(1, 79)] * 2), max_size=8))
@settings(max_examples=40, deadline=None)
def test_X12_any_whole_boxes_come_back_equal(tmp_path_factory, boxes):
    folder = tmp_path_factory.mktemp("voc")
    labels = tuple(Label("cat", Box(*sides)) for sides in boxes)
    collection = Collection((Picture("a.jpg", 480, 480, labels, SIZE),), ("cat",) if boxes else ())
    voc.write(collection, folder)
    assert voc.read(folder) == collection


def test_a_picture_costs_no_more_than_its_file(tmp_path):
    pictures = tuple(Picture(f"{n}.jpg", 640, 480, (Label("cat", Box(1, 1, 5, 5)),)) for n in range(400))
    begun = time.monotonic()
    written = voc.write(Collection(pictures, ("cat",)), tmp_path)
    assert len(written.files) == 400
    assert time.monotonic() - begun < 60  # about 0.2 s on an idle machine
