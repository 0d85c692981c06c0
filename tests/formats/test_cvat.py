"""X12: CVAT for images 1.1, read as CVAT writes it, written as CVAT reads it, and nothing changed on the way."""

from xml.etree import ElementTree

import pytest
from collections_made import collections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.domain.raster import filled
from notebook_labeler.errors import BadInput
from notebook_labeler.formats import cvat
from notebook_labeler.formats.records import Collection, Label, Picture, attributes_of
from notebook_labeler.formats.registry import find, guess

# As CVAT's documentation shows it, and as its exports have it.
SAMPLE = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <id>4</id><name>roads</name><size>3</size><mode>annotation</mode><overlap>0</overlap><bugtracker></bugtracker>
      <created>2018-09-25 11:34:24.617558+03:00</created><updated>2018-09-25 11:38:27.301183+03:00</updated>
      <labels>
        <label><name>car</name><color>#fa3253</color><type>any</type><attributes>
          <attribute><name>model</name><mutable>False</mutable><input_type>text</input_type></attribute>
        </attributes></label>
        <label><name>plate</name><attributes></attributes></label>
        <label><name>traffic  light</name><attributes></attributes></label>
        <label><name>good_frame</name><type>tag</type><attributes></attributes></label>
        <label><name>body</name><type>skeleton</type><attributes></attributes></label>
        <label><name>knee</name><type>points</type><parent>body</parent><attributes></attributes></label>
      </labels>
      <segments><segment><id>4</id><start>0</start><stop>26</stop><url>http://localhost/?id=4</url></segment></segments>
    </task>
    <dumped>2018-09-25 11:38:28.799808+03:00</dumped>
  </meta>
  <image id="0" name="one/filename000000.jpg" width="1600" height="1200">
    <box label="plate" source="manual" occluded="0" xtl="797.33" ytl="870.92" xbr="965.52" ybr="928.94" z_order="4">
    </box>
    <polygon label="car" source="auto" occluded="1" points="561.30,916.23;561.30,842.77;554.72,761.63" z_order="1"
      group_id="2"><attribute name="model">a</attribute><attribute name="occluded">half &lt;b&gt;</attribute></polygon>
    <box label="car" occluded="0" xtl="100.00" ytl="100.00" xbr="120.00" ybr="110.00" rotation="90" z_order="0"></box>
    <ellipse label="traffic light" occluded="0" cx="300.00" cy="200.00" rx="20.00" ry="10.00" z_order="0"></ellipse>
    <mask label="car" source="semi-auto" occluded="0" rle="1, 2, 2, 1" left="10" top="20" width="3" height="2"
      z_order="0"></mask>
    <tag label="good_frame" source="manual"></tag>
  </image>
  <image id="1" name="filename000001.jpg" width="1600" height="1200">
  </image>
  <image id="2" name="others.jpg" width="800" height="600">
    <polyline label="car" occluded="0" points="1,2;3,4" z_order="0"></polyline>
    <points label="car" occluded="0" points="1,2" z_order="0"></points>
    <cuboid label="car" occluded="0" xtl1="1" ytl1="1" z_order="0"></cuboid>
    <skeleton label="body" z_order="0"><points label="knee" outside="0" occluded="0" points="1,2"></points></skeleton>
    <box label="car" occluded="0" xtl="1" ytl="2" xbr="1" ybr="4" z_order="0"></box>
    <box label="car" occluded="0" xtl="1" ytl="2" xbr="9" z_order="0"></box>
    <box label="" occluded="0" xtl="1" ytl="2" xbr="9" ybr="9" z_order="0"></box>
  </image>
</annotations>
"""


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "annotations.xml"
    path.write_text(SAMPLE, encoding="utf-8")
    return path


def again(collection, tmp_path):
    """Write a collection and read it back."""
    folder = tmp_path / "again"
    folder.mkdir(exist_ok=True)
    written = cvat.write(collection, folder)
    assert written.files == (folder / "annotations.xml",)
    return cvat.read(folder), written.problems


def test_X12_an_export_of_cvat_is_read_with_shapes_attributes_and_tags(sample):
    assert guess(sample) == guess(sample.parent) == "cvat"
    found = find("cvat").read(sample)
    assert found.concepts == ("car", "plate", "traffic light", "good_frame", "body")
    first, second, third = found.pictures
    assert (first.name, first.width, first.height) == ("one/filename000000.jpg", 1600, 1200)
    assert second == Picture("filename000001.jpg", 1600, 1200)
    plate, car, turned, light, mask, tag = first.labels
    assert plate.region == Box(797.33, 870.92, 168.19, 58.02)  # of the decimals, not of their floats
    assert attributes_of(plate.attributes) == {"source": "manual", "z_order": 4}
    assert car.region == Polygon(((561.3, 916.23, 561.3, 842.77, 554.72, 761.63),))
    assert attributes_of(car.attributes) == {
        "source": "auto", "occluded": 1, "z_order": 1, "group_id": 2, "model": "a",
        "attributes": {"occluded": "half <b>"},
    }  # fmt: skip
    assert turned.region.bounds == Box(105, 95, 10, 20)
    assert attributes_of(turned.attributes) == {"drawn_as": "box turned by 90 degrees"}
    assert light.concept == "traffic light"
    assert light.region.area == pytest.approx(628.3, rel=0.005)
    assert filled(mask.region, 14, 23).sum() == 3
    assert mask.region.bounds == Box(11, 20, 2, 2)
    assert tag == Label("good_frame", None, None, '{"source":"manual"}')
    assert third.labels == ()
    reasons = [f"{problem.place}: {problem.reason}" for problem in found.problems]
    assert len(reasons) == 7
    for word in ("polyline", "points", "cuboid", "skeleton", "positive width", "ybr", "class name"):
        assert sum(word in reason for reason in reasons) == 1, word
    assert all(problem.picture == "others.jpg" for problem in found.problems)


def test_X12_what_was_read_from_cvat_is_written_and_read_unchanged(sample, tmp_path):
    found = cvat.read(sample)
    back, problems = again(found, tmp_path)
    assert problems == ()
    assert (back.pictures, back.concepts) == (found.pictures, found.concepts)
    assert back.problems == ()


def test_X12_a_bare_parser_sees_in_our_file_what_cvat_asks_for(sample, tmp_path):
    again(cvat.read(sample), tmp_path)
    root = ElementTree.parse(tmp_path / "again" / "annotations.xml").getroot()
    assert root.findtext("version") == "1.1"
    assert [name.text for name in root.iterfind("meta/task/labels/label/name")][:2] == ["car", "plate"]
    assert {name.text for name in root.iterfind("meta/task/labels/label/attributes/attribute/name")} >= {"model"}
    images = root.findall("image")
    assert [image.attrib for image in images][1] == {
        "id": "1", "name": "filename000001.jpg", "width": "1600", "height": "1200"
    }  # fmt: skip
    box, polygon, *_, tag = images[0]
    assert (box.tag, polygon.tag, tag.tag) == ("box", "polygon", "tag")
    assert box.attrib == {
        "label": "plate", "source": "manual", "occluded": "0", "z_order": "4",
        "xtl": "797.33", "ytl": "870.92", "xbr": "965.52", "ybr": "928.94",
    }  # fmt: skip
    assert polygon.get("points") == "561.3,916.23;561.3,842.77;554.72,761.63"
    assert {child.get("name"): child.text for child in polygon} == {"model": "a", "occluded": "half <b>"}
    assert tag.attrib == {"label": "good_frame", "source": "manual"}
    for image in images:  # what CVAT's own importer asks of each shape
        for shape in image:
            int(shape.get("z_order", "0"))
            int(shape.get("group_id", "0"))
            assert shape.tag == "tag" or shape.get("occluded") in "01"


SQUARE, HOLE, PART = (0, 0, 9, 0, 9, 9, 0, 9), (2, 2, 4, 2, 4, 4, 2, 4), (20, 0, 29, 0, 29, 9)


def test_X12_holes_and_parts_become_grouped_polygons_and_come_back_as_one_object(tmp_path):
    whole = Polygon((SQUARE, HOLE, PART))
    labels = (
        Label("sheep", whole, 0.5, '{"group_id":1}'),
        Label("sheep", whole.moved(1, 1)),
        Label("cat", Polygon((SQUARE,))),
        Label("cat", whole),
    )
    given = Collection((Picture("a.jpg", 30, 10, labels),), ("sheep", "cat"))
    back, _ = again(given, tmp_path)
    assert back == given
    shapes = ElementTree.parse(tmp_path / "again" / "annotations.xml").findall("image/polygon")
    assert [shape.get("group_id") for shape in shapes] == ["1", "1", "1", "3", "3", "3", None, "4", "4", "4"]
    marks = [shape.findtext("attribute[@name='ring']") for shape in shapes[:3]]
    assert marks == ["1 of 3, object 2", "2 of 3, object 2, a hole", "3 of 3, object 2"]


def test_X12_rings_that_another_program_reordered_dropped_or_copied_are_still_told_apart(tmp_path):
    given = Collection((Picture("a.jpg", 30, 10, (Label("sheep", Polygon((SQUARE, HOLE, PART))),)),), ("sheep",))
    again(given, tmp_path)
    path = tmp_path / "again" / "annotations.xml"
    tree = ElementTree.parse(path)
    image = tree.find("image")
    first, second, third = image
    image[:] = [third, first, second]
    tree.write(path)
    assert cvat.read(path).pictures == given.pictures
    image[:] = [first, second, third, first, second, third]
    tree.write(path)
    assert [label.region for label in cvat.read(path).pictures[0].labels] == [given.pictures[0].labels[0].region] * 2
    image[:] = [first, third]
    tree.write(path)
    found = cvat.read(path)
    assert found.pictures[0].labels[0].region == Polygon((SQUARE, PART))
    assert "expected 3 rings" in found.problems[0].reason


OWN = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sampled_from(["manual", "auto"]),
        "group_id": st.integers(1, 5),
        "occluded": st.just(1),
        "z_order": st.integers(1, 9) | st.integers(-9, -1),
    },
)
FREE = st.dictionaries(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=3, max_size=8).map(lambda text: f"x{text}"),
    st.text(
        st.characters(exclude_categories=("Cs",), exclude_characters="".join(map(chr, range(32))) + "\ufffe\uffff")
    ),
    max_size=2,
)
ORDER = ("source", "group_id", "occluded", "z_order")
BESIDE = st.tuples(OWN, FREE).map(lambda both: {key: both[0][key] for key in ORDER if key in both[0]} | both[1])


@given(collections(BESIDE))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_X12_any_collection_is_the_same_after_cvat(tmp_path, given):
    back, problems = again(given, tmp_path)
    assert problems == ()
    assert back.pictures == given.pictures
    assert back.concepts == given.concepts


@given(collections(BESIDE))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_X12_a_reader_written_by_hand_finds_the_same_boxes_and_points(tmp_path, given):
    again(given, tmp_path)
    root = ElementTree.parse(tmp_path / "again" / "annotations.xml").getroot()
    for image, picture in zip(root.findall("image"), given.pictures, strict=True):
        assert image.get("name") == picture.name
        boxes = [[float(box.get(side)) for side in ("xtl", "ytl", "xbr", "ybr")] for box in image.findall("box")]
        ours = [list(label.region.corners) for label in picture.labels if isinstance(label.region, Box)]
        assert boxes == [pytest.approx(corners, rel=1e-15, abs=1e-12) for corners in ours]
        rings = [
            tuple(float(v) for pair in shape.get("points").split(";") for v in pair.split(","))
            for shape in image.findall("polygon")
        ]
        assert rings == [
            ring for label in picture.labels if isinstance(label.region, Polygon) for ring in label.region.rings
        ]


def test_X12_attributes_of_other_formats_become_attributes_of_cvat(tmp_path):
    beside = '{"pose":"Frontal","occluded":1,"truncated":0,"part":[{"name":"head"}],"z_order":"top"}'
    label = Label("cat", Box(1, 2, 3, 4), None, beside)
    back, problems = again(Collection((Picture("a", 9, 9, (label,)),), ("cat",)), tmp_path)
    assert problems == ()
    assert attributes_of(back.pictures[0].labels[0].attributes) == {
        "occluded": 1, "pose": "Frontal", "truncated": "0", "part": '[{"name": "head"}]',
        "attributes": {"z_order": "top"},
    }  # fmt: skip


def test_X12_what_xml_cannot_hold_is_said(tmp_path):
    label = Label("cat", Box(1, 2, 3, 4), None, '{"note":"bell \\u0007"}')
    back, problems = again(Collection((Picture("a\x01.jpg", 9, 9, (label,)),), ("cat",)), tmp_path)
    assert len(problems) == 2
    assert back.pictures[0].name == "a\ufffd.jpg"


def test_X12_lines_tabs_and_blanks_in_names_survive_xml(tmp_path):
    names = ("a\nb.jpg", "a\tb.jpg", "a\r\nb.jpg", " a .jpg", "a  b.jpg", "ä\u0301.jpg")
    given = Collection(tuple(Picture(name, 9, 9) for name in names))
    assert again(given, tmp_path)[0] == given


def test_X12_the_tracks_of_a_video_are_listed(tmp_path):
    path = tmp_path / "annotations.xml"
    path.write_text(
        '<annotations><version>1.1</version><meta/><track id="0" label="car"><box frame="0"/></track></annotations>'
    )
    found = cvat.read(path)
    assert found.pictures == ()
    assert "track 'car'" in found.problems[0].reason


@pytest.mark.parametrize(
    "text", ["", "<annotation></annotation>", "<annotations>", "{}", '<?xml version="1.0"?><html></html>']
)
def test_X12_what_is_no_cvat_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "annotations.xml"
    path.write_text(text)
    with pytest.raises(BadInput, match="expected"):
        cvat.read(path)


SHAPES = (
    '<mask label="c" occluded="0" rle="0,4" left="0" top="0" width="3" height="1"/>',
    '<mask label="c" occluded="0" rle="0,x" left="0" top="0" width="2" height="2"/>',
    '<mask label="c" occluded="0" rle="4" left="0" top="0" width="2" height="2"/>',
    '<mask label="c" occluded="0" rle="0,4" left="0.5" top="0" width="2" height="2"/>',
    '<mask label="c" occluded="0" rle="0,100000000000000" left="0" top="0" width="99999999" height="99999999"/>',
    '<mask label="c" occluded="0"/>',
    '<polygon label="c" points=""/>',
    '<polygon label="c"/>',
    '<polygon label="c" points="1,2;3,4"/>',
    '<polygon label="c" points="1,2;3,4;5"/>',
    '<polygon label="c" points="1,2;3,4;5,6"/>',
    '<polygon label="c" points="1,2;3,4;nan,6"/>',
    '<polygon label="c" points="1,2;3,4;1e999,6"/>',
    '<ellipse label="c" cx="1" cy="2" rx="0" ry="4"/>',
    '<ellipse label="c" cx="1" cy="2" rx="-3" ry="4"/>',
    '<box label="c" xtl="sNaN" ytl="1" xbr="2" ybr="2"/>',
    '<box label="c" xtl="inf" ytl="1" xbr="2" ybr="2"/>',
    '<box label="c" xtl="9" ytl="9" xbr="2" ybr="2"/>',
    '<box label="c" xtl="0" ytl="0" xbr="1e99999999999" ybr="2"/>',
    '<box label="c" xtl="0" ytl="0" xbr="2" ybr="2" rotation="NaN"/>',
    f'<box label="c" xtl="0" ytl="0" xbr="{"9" * 100_000}" ybr="2"/>',
    '<polygon label="c" points="1,2;3,4;5,9"><attribute name="ring">1 of 999999999, object 1</attribute></polygon>',
    '<polygon label="c" points="1,2;3,4"><attribute name="ring">1 of 1, object 1</attribute></polygon>',
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape[:60])
def test_X12_each_bad_shape_is_listed_and_the_next_one_is_read(tmp_path, shape):
    good = '<box label="c" xtl="1" ytl="1" xbr="2" ybr="2"/>'
    path = tmp_path / "annotations.xml"
    path.write_text(f'<annotations><image name="a" width="9" height="9">{shape}{good}</image></annotations>')
    found = cvat.read(path)
    assert found.pictures[0].labels[-1].region == Box(1, 1, 1, 1)
    assert len(found.problems) == 1
    assert len(str(found.problems[0])) < 400
