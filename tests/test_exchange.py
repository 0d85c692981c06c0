"""X12 as a user meets it: annotations of other programs in, through a version, and out again with nothing changed."""

import json
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.errors import BadInput
from notebook_labeler.formats import coco, voc, yolo
from notebook_labeler.formats.records import Collection, Label, Picture

NAMES = ["1.png", "a/1.png", "<img src=x onerror=alert(1)>.png", "עברית 🐑.png", "empty.png"]
CELLS = ("Platelets", "RBC", "WBC")
HOLED = Polygon(((10, 10, 30, 10, 30, 30, 10, 30), (15.5, 15.25, 20, 15, 20, 20)))
PARTS = Polygon(((2.5, 40, 20, 40, 20, 50.125), (40, 40, 70, 40, 70, 70, 40.25, 70)))


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (100, 80)).save(folder / name)
    return folder


@pytest.fixture
def project(tmp_path, photos):
    with nl.open_project(tmp_path / "project", actor="ana") as opened:
        opened.add_inputs(photos)
        yield opened


def boxes_of_cells(many=6):
    """The annotations of cells in the form in which LabelImg wrote those of a well-known data set."""
    pictures = []
    for number, name in enumerate(NAMES):
        labels = [
            Label(
                CELLS[(i + number) % 3],
                Box(3 * i, 2 * i, 30 - i, 40 - 2 * i),
                None,
                '{"truncated":1}' if i % 4 == 0 else "",
            )
            for i in range(many)
        ]
        pictures.append(Picture(name, 100, 80, tuple(labels) if name != "empty.png" else ()))
    return Collection(tuple(pictures), CELLS)


def objects_of(folder):
    """What the XML files say, by picture: everything but where the files once lay."""
    found = {}
    for path in folder.rglob("*.xml"):
        root = ET.parse(path).getroot()
        size = [root.findtext(f"size/{side}") for side in ("width", "height", "depth")]
        things = [[(c.tag, [(g.tag, g.text) for g in c] or c.text) for c in one] for one in root.findall("object")]
        found[root.findtext("filename")] = (size, root.findtext("segmented"), things)
    return found


def test_X12_voc_goes_in_through_a_version_and_out_again_with_nothing_changed(tmp_path, photos):
    (tmp_path / "voc").mkdir()
    voc.write(boxes_of_cells(), tmp_path / "voc")
    with nl.open_project(tmp_path / "p", actor="ana") as project:
        found = project.import_dataset(tmp_path / "voc", pictures=photos, task="cells", submit=True)
        assert repr(found) == "Imported(24 annotations on 5 pictures from voc; 5 inputs handed in)"
        assert found.problems.empty
        task = project.task("cells")
        assert (task.settings.kind, task.concepts, task.progress["done"]) == ("detection", list(CELLS), 5)
        project.save_version("first")
        session = task.session()
        session.undo()
        assert task.annotations.empty
        made = task.export(tmp_path / "out", "voc", version="first")
        assert repr(made) == f"Exported(24 annotations on 5 pictures as voc in {str(tmp_path / 'out')!r})"
        assert made.problems.empty
        assert objects_of(tmp_path / "out") == objects_of(tmp_path / "voc")
        assert project.check().ok
        again = project.import_dataset(tmp_path / "out", pictures=photos, task="cells", submit=True)
        assert (again.annotations, again.pictures) == (24, 5)
        assert project.import_dataset(tmp_path / "voc", pictures=photos, task="cells").known == 24
        assert len(project.inputs) == 5


@pytest.mark.parametrize(
    ("format", "options", "listed"),
    [("coco", {}, 0), ("yolo", {"holes": "fill", "parts": "split"}, 1), ("voc", {"bounds": True, "whole": False}, 0)],
)
def test_X12_what_was_drawn_comes_back_from_every_format(project, tmp_path, format, options, listed):
    task = project.create_task("things", concepts=["sheep", "größe 🐑", "<b>x</b>"], kind="segmentation")
    session = task.session()
    drawn = {
        "1.png": [("sheep", HOLED), ("sheep", Box(1.25, 2.5, 30.125, 40)), ("<b>x</b>", PARTS)],
        "עברית 🐑.png": [("größe 🐑", Polygon(((0, 0, 100, 0, 100, 80),)))],
    }
    order = list(project.inputs["uri"])
    inputs = dict(zip([uri.split("/photos/")[1] for uri in order], project.inputs["input_id"], strict=True))
    for name, things in drawn.items():
        for concept, region in things:
            session.draw(concept, region, input_id=inputs[name])
    session.go_to(order.index(next(uri for uri in order if uri.endswith("empty.png"))))
    session.submit()
    made = task.export(tmp_path / "out", format, pictures=True, **options)
    assert (made.pictures, made.annotations, made.concepts) == (3, 4, ("sheep", "größe 🐑", "<b>x</b>"))
    assert len(made.problems) == listed
    with nl.open_project(tmp_path / "other", actor="bo") as other:
        found = other.import_dataset(tmp_path / "out", task="things", submit=True)
        assert (found.format, found.pictures, found.submitted, len(found.problems)) == (format, 3, 3, 0)
        assert other.task("things").concepts == sorted(task.concepts) if format == "voc" else task.concepts
        rows = other.task("things").annotations
    regions = {"coco": lambda r: [r], "voc": lambda r: [r.bounds], "yolo": lambda r: [Polygon((x,)) for x in outer(r)]}
    wanted = [(n, c, one) for n, things in drawn.items() for c, r in things for one in regions[format](r)]
    wanted.sort(key=place(rows))
    expected = [(name.split("/")[-1], concept, pytest.approx(numbers(one))) for name, concept, one in wanted]
    assert [region_of(row) for row in rows.itertuples()] == expected


def outer(region):
    if isinstance(region, Box):
        x0, y0, x1, y1 = region.corners
        return [(x0, y0, x1, y0, x1, y1, x0, y1)]
    return region.rings[:1] if region is HOLED else region.rings


def numbers(region):
    return list(region.sides) if isinstance(region, Box) else [v for ring in region.rings for v in ring]


def region_of(row):
    return row.name, row.concept, row.box.tolist() if row.box is not None else [v for r in row.polygon for v in r]


def place(rows):
    order = list(dict.fromkeys(rows["name"]))
    return lambda one: order.index(one[0])


def test_X12_an_exif_turned_picture_takes_boxes_of_either_frame_and_gives_upright_ones(tmp_path):
    (tmp_path / "photos").mkdir()
    exif = Image.Exif()
    exif[274] = 6  # stored 100 x 80, shown 80 x 100
    Image.new("RGB", (100, 80)).save(tmp_path / "photos/a.jpg", exif=exif)
    with nl.open_project(tmp_path / "p", actor="ana") as project:
        project.add_inputs(tmp_path / "photos")
        for frame, size, box in (("upright", (80, 100), (50, 10, 20, 30)), ("stored", (100, 80), (10, 10, 30, 20))):
            task = project.create_task(frame, concepts=["cat"], kind="detection")
            folder = tmp_path / frame
            folder.mkdir()
            coco.write(Collection((Picture("a.jpg", *size, (Label("cat", Box(*box)),)),), ("cat",)), folder)
            assert task.import_annotations(folder).annotations == 1
            assert task.annotations["box"][0].tolist() == [50, 10, 20, 30]
            made = task.export(tmp_path / f"{frame}-out", "yolo")
            assert "turned by EXIF" in made.problems["problem"][0]
            (line,) = (tmp_path / f"{frame}-out/labels/a.txt").read_text().split("\n")[:-1]
            assert [float(word) for word in line.split()] == pytest.approx([0, 60 / 80, 25 / 100, 20 / 80, 30 / 100])


def test_X12_no_name_in_a_file_is_ever_opened(project, tmp_path):
    secret = tmp_path / "secret.png"
    Image.new("RGB", (100, 80)).save(secret)
    names = [str(secret), "../secret.png", "..\\secret.png", "photos/../../secret.png", "http://example.org/secret.png"]
    (tmp_path / "in").mkdir()
    label = Label("cat", Box(1, 1, 5, 5))
    coco.write(Collection(tuple(Picture(name, 100, 80, (label,)) for name in names), ("cat",)), tmp_path / "in")
    task = project.create_task("t", concepts=["cat"], kind="detection")
    found = task.import_annotations(tmp_path / "in")
    assert (found.pictures, found.annotations, len(found.problems)) == (0, 0, 5)
    with pytest.raises(BadInput, match="pictures="):
        project.import_dataset(tmp_path / "in", task="u")
    assert project.tasks["name"].tolist() == ["t"]
    assert len(project.inputs) == 5


def test_X12_an_export_without_an_object_is_said_to_be_one(project, tmp_path):
    task = project.create_task("t", concepts=["cat"], kind="detection")
    with pytest.raises(BadInput, match="label something first"):
        task.export(tmp_path / "out", "coco")
    task.session().submit()
    made = task.export(tmp_path / "out", "coco")
    assert "not one object" in repr(made)
    assert coco.read(tmp_path / "out") == Collection((Picture("1.png", 100, 80),), ("cat",))


def test_X12_a_version_keeps_its_empty_pictures_and_its_concepts(project, tmp_path):
    task = project.create_task("t", concepts=["cat"], kind="detection")
    session = task.session()
    session.draw("cat", [1, 2, 3, 4])
    session.submit()
    session.submit()
    project.save_version("then")
    session.submit()
    project.create_task("t", concepts=["dog", "cat"], kind="detection")
    now, then = (task.export(tmp_path / str(v), "coco", version=v) for v in (None, "then"))
    assert (now.pictures, now.concepts) == (3, ("dog", "cat"))
    assert (then.pictures, then.concepts) == (2, ("cat",))
    other, own = project.create_task("u", concepts=["cat"], kind="detection"), task.save_version("own")
    with pytest.raises(BadInput, match="of the task"):
        other.export(tmp_path / "x", "coco", version=own)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda t, p: t.import_annotations(p / "nowhere"), "no"),
        (lambda t, p: t.import_annotations(p / "photos"), "pass format="),
        (lambda t, p: t.import_annotations(p / "photos", "excel"), "coco, yolo"),
        (lambda t, p: t.import_annotations(p / "photos", "voc"), "XML"),
        (lambda t, p: t.import_annotations(p / "photos", "voc", colour="red"), "'colour'"),
        (lambda t, p: t.export(p / "photos", "coco"), "label something|other files"),
        (lambda t, p: t.export(p / "out", 5), "coco, yolo"),
    ],
)
def test_X12_what_cannot_be_done_is_said_in_one_sentence(project, tmp_path, ask, says):
    task = project.create_task("t", concepts=["cat"], kind="detection")
    with pytest.raises(BadInput, match=says) as caught:
        ask(task, tmp_path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_X12_yolo_of_another_program_finds_its_pictures_by_their_stems(project, tmp_path):
    folder = tmp_path / "set"
    (folder / "labels/a").mkdir(parents=True)
    (folder / "labels/a/1.txt").write_text("1 0.5 0.5 0.5 0.5 0.875\n")
    (folder / "labels/empty.txt").touch()
    (folder / "labels/1.jpeg.txt").write_text("0 0.5 0.5 2 0.5")
    (folder / "data.yaml").write_text("names: [no, yes]")
    task = project.create_task("t", concepts=["yes"], kind="detection")
    found = task.import_annotations(folder, submit=True)
    assert (found.pictures, found.annotations, found.submitted) == (2, 1, 2)
    assert task.annotations[["concept", "score"]].values.tolist() == [["yes", 0.875]]
    assert task.annotations["box"][0].tolist() == [25, 20, 50, 40]
    assert found.problems["picture"].tolist() == ["1.jpeg"]


def test_X12_coco_results_are_a_table_of_predictions(tmp_path):
    truth = {"images": [{"id": 1, "file_name": "a/b.png"}, {"id": 2, "file_name": "c.png"}],
             "categories": [{"id": 5, "name": "größe"}], "annotations": []}  # fmt: skip
    said = [
        {"image_id": 1, "category_id": 5, "bbox": [1, 2, 3, 4.5], "score": 0.5},
        {"image_id": 2, "category_id": 5, "segmentation": [[0, 0, 4, 0, 4, 4]], "score": 1},
    ]
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    (tmp_path / "results.json").write_text(json.dumps(said))
    found = nl.coco_results(tmp_path / "results.json", tmp_path / "truth.json")
    pd.testing.assert_frame_equal(found, nl.coco_results(said, truth))
    assert found.columns.tolist() == ["name", "concept", "score", "box", "polygon"]
    assert found.values.tolist() == [
        ["a/b.png", "größe", 0.5, [1, 2, 3, 4.5], None],
        ["c.png", "größe", 1.0, None, [[0, 0, 4, 0, 4, 4]]],
    ]
    assert nl.coco_results([], truth).empty
    with pytest.raises(BadInput, match="listed image"):
        nl.coco_results([{**said[0], "image_id": 9}], truth)
    assert yolo.looks_like(tmp_path) is False
