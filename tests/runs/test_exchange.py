"""X12: foreign annotations find their inputs, lie where they belong, are written once, and are undone together."""

import pytest
from PIL import Image

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.names import new_id
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.records import Annotation, TaskRecord
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import BadInput, Conflict, StoreError
from notebook_labeler.formats.records import Collection, Label, Picture, Problem, Written
from notebook_labeler.media.image import ImageInfo
from notebook_labeler.media.pixels import upright
from notebook_labeler.runs.exchange.exporting import Exporter
from notebook_labeler.runs.exchange.folders import MARK, put_in_place
from notebook_labeler.runs.exchange.importing import Importer, Wishes
from notebook_labeler.runs.exchange.matching import Matcher, relative_names
from notebook_labeler.runs.exchange.placing import placed, turned
from notebook_labeler.store.journal import Journal

URIS = (
    "/data/photos/a/1.jpg", "/data/photos/b/1.jpg", "/data/photos/2.jpg", "/data/photos/b/2.jpg", "/data/photos/3.png",
    "/data/photos/<b>🐑שלום.jpg", "https://example.org/deep/4.jpg", "https://example.com/deep/4.jpg",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a/1.jpg", URIS[0]),
        ("b/1.jpg", URIS[1]),
        ("JPEGImages/b/1.jpg", URIS[1]),
        ("2.jpg", URIS[2]),  # the one at the root is called just that
        ("/home/pi/set/b/2.jpg", URIS[3]),
        ("C:\\set\\3.png", URIS[4]),
        ("labels/3", URIS[4]),
        ("./3.png", URIS[4]),
        ("<b>🐑שלום.jpg", URIS[5]),
        ("example.org/deep/4.jpg", URIS[6]),
        ("../../data/photos/a/1.jpg", URIS[0]),
    ],
)
def test_X12_a_picture_is_found_by_the_end_of_its_path(name, uri):
    assert Matcher(map(Input.at, URIS)).match(name).uri == uri


@pytest.mark.parametrize(
    "name", ["1.jpg", "c/1.jpg", "deep/4.jpg", "5.jpg", "3.jpg", "", "..", "/", "../../etc/passwd"]
)
def test_X12_a_name_of_none_or_of_several_is_answered_in_one_sentence(name):
    with pytest.raises(BadInput, match="expected") as caught:
        Matcher(map(Input.at, URIS)).match(name)
    assert "\n" not in str(caught.value)


def test_X12_names_given_to_pictures_are_all_different_and_find_them_again():
    inputs = [Input.at(uri) for uri in (*URIS, "/data/photos/4.jpg", "https://example.org/deep/4.jpg?size=2")]
    names = relative_names(inputs)
    assert names[inputs[0].input_id] == "a/1.jpg"
    assert len({name.casefold() for name in names.values()}) == len(inputs)
    matcher = Matcher(inputs)
    assert [matcher.match(names[one.input_id]) for one in inputs[:9]] == inputs[:9]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_X12_regions_of_the_stored_picture_turn_as_the_picture_does(orientation):
    stored = Image.new("L", (7, 5))
    stored.paste(255, (1, 2, 3, 5))
    box = Box.spanning(*upright(stored, orientation).getbbox())
    assert turned(Box(1, 2, 2, 3), orientation, 7, 5) == box
    assert turned(Polygon(((1, 2, 3, 2, 3, 5, 1, 5),)), orientation, 7, 5).bounds == box


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_X12_a_file_that_speaks_of_the_stored_picture_is_told_by_its_size(orientation):
    info = ImageInfo(5, 7, "JPEG", orientation)  # upright; stored are 7 x 5
    label = Label("cat", Box(1, 2, 2, 3))
    there = turned(label.region, orientation, 7, 5)
    assert placed(Picture("a", 7, 5, (label,)), info) == ((Label("cat", there),), [])
    assert placed(Picture("a", 5, 7, (label,)), info) == ((label,), [])
    assert placed(Picture("a", 0, 0, (label,)), info) == ((label,), [])
    assert placed(Picture("a", 0, 0, (label,)), info, "stored")[0][0].region == there
    with pytest.raises(BadInput, match="7 x 5"):
        placed(Picture("a", 5, 7, (label,)), info, "stored")
    relative = Picture("a", labels=(Label("cat", Box(0.2, 0, 0.4, 1)),), relative=True)
    assert placed(relative, info)[0][0].region == Box(1, 0, 2, 7)


def test_X12_what_lies_outside_is_clipped_or_left_out_and_listed():
    labels = (
        Label("cat", Box(-5, -5, 10, 10)), Label("cat", Box(-5, 0, 5, 5)), Label("cat", Box(90, 70, 1e6, 20)),
        Label("cat", Polygon(((50, 50, 150, 50, 150, 60, 50, 60),))), Label("cat", Box(0, 0, 100.0000001, 80)),
    )  # fmt: skip
    kept, problems = placed(Picture("a.jpg", 100, 80, labels), ImageInfo(100, 80, "PNG"))
    assert [one.region.bounds.sides for one in kept] == [
        (0, 0, 5, 5), (90, 70, 10, 10), (50, 50, 50, 10), (0, 0, 100.0000001, 80),
    ]  # fmt: skip
    assert ["outside" in p.reason for p in problems] == [False, True, False, False]


def test_X12_a_file_for_a_picture_of_another_size_is_not_taken():
    label = Label("cat", Box(1, 1, 1, 1))
    with pytest.raises(BadInput, match="another picture or a resized one"):
        placed(Picture("a", 50, 40, (label,)), ImageInfo(100, 80, "PNG"))
    with pytest.raises(BadInput, match="can be opened"):
        placed(Picture("a", 0, 0, (label,)), None)
    assert placed(Picture("a", 50, 40, (label,)), None)[0] == (label,)


@pytest.fixture
def desk(tmp_path):
    """A journal with four pictures of 100 x 80 pixels in a detection task, and the way to import into it."""
    with Journal.open(f"sqlite:///{tmp_path}/labels.db") as journal:
        inputs = []
        for name in ("a", "b", "c", "d"):
            Image.new("RGB", (100, 80)).save(tmp_path / f"{name}.png")
            inputs.append(Input.at(str(tmp_path / f"{name}.png")))
        journal.add_inputs(inputs, actor="ana")
        settings = TaskSettings(kind="detection", concepts=("Cat", "dog"))
        task = TaskRecord(task_id=new_id(), name="t", settings=settings.dumps())
        journal.create_task(task, actor="ana")
        yield Desk(journal, task.task_id, inputs)


class Desk:
    def __init__(self, journal, task_id, inputs):
        self.journal, self.task_id, self.inputs = journal, task_id, inputs

    def bring(self, *pictures, concepts=("cat", "dog"), problems=(), **wishes):
        importer = Importer(self.journal, lambda one: one.uri, self.task_id, "ana", Wishes(**wishes))
        return importer.bring(Collection(pictures, concepts, problems), "test")

    def rows(self):
        return self.journal.annotations(self.task_id).to_pylist()

    def progress(self):
        return self.journal.progress(self.task_id)


CAT = Label("cat", Box(1, 2, 3, 4), 0.5, '{"truncated":1}')


def test_X12_labels_become_annotations_of_origin_import_in_the_files_order(desk):
    labels = [Label("dog", Box(i, 0, 5, 5)) for i in (9, 3, 7, 1)]
    found = desk.bring(Picture("a.png", 100, 80, (CAT, *labels)), Picture("d.png"))
    assert (found.annotations, found.pictures, found.known, found.issues) == (5, 2, 0, ())
    rows = desk.rows()
    assert [row["box"][0] for row in rows] == [1, 9, 3, 7, 1]
    first = rows[0]
    said = [first[k] for k in ("concept", "shape", "origin", "via", "labeler", "score", "attributes", "status")]
    assert said == ["Cat", "box", "import", "imported", "ana", 0.5, '{"truncated":1}', "SUCCESS"]
    assert desk.progress().done == 0
    assert desk.journal.check().ok


def test_X12_importing_twice_adds_nothing_and_equal_objects_stay_two(desk):
    pictures = (Picture("a.png", 100, 80, (CAT, CAT)), Picture("b.png", 100, 80, (CAT,)))
    assert desk.bring(*pictures).annotations == 3
    again = desk.bring(*pictures)
    assert (again.annotations, again.known) == (0, 3)
    assert len(desk.rows()) == 3


def test_X12_what_somebody_edited_since_stays_edited(desk):
    desk.bring(Picture("a.png", 100, 80, (CAT,)))
    scene = desk.journal.scene(desk.task_id, desk.inputs[0].input_id)
    moved = scene.annotations[0].changed(geometry=Box(50, 50, 9, 9).text)
    desk.journal.commit(
        Operation.of("reshape", [Change(scene.annotations[0], moved)], actor="bo", task_id=desk.task_id)
    )
    assert desk.bring(Picture("a.png", 100, 80, (CAT,))).known == 1
    assert [row["box"] for row in desk.rows()] == [[50, 50, 9, 9]]


def test_X12_one_undo_takes_an_import_back_and_importing_again_brings_it_back(desk):
    pictures = (Picture("a.png", 100, 80, (CAT,)), Picture("b.png", 100, 80, (Label("new", Box(1, 1, 1, 1)),)))
    found = desk.bring(*pictures, concepts=("cat", "dog", "new"), add_concepts=True, submit=True)
    assert (found.annotations, found.submitted, desk.progress().done) == (2, 2, 2)
    assert TaskSettings.loads(desk.journal.task(desk.task_id).settings).concepts == ("Cat", "dog", "new")
    desk.journal.undo(desk.task_id, "ana")
    assert (desk.rows(), desk.progress().done) == ([], 0)
    assert TaskSettings.loads(desk.journal.task(desk.task_id).settings).concepts == ("Cat", "dog")
    desk.bring(*pictures, concepts=("cat", "dog", "new"), add_concepts=True)
    assert len(desk.rows()) == 2
    assert desk.journal.check().ok


def test_X12_unknown_classes_and_pictures_are_listed_and_nothing_else_is_left_out(desk):
    label = Label("<script>", Box(1, 1, 2, 2))
    told = Problem("x", "line 3", "was wrong")
    found = desk.bring(
        Picture("a.png", 100, 80, (CAT, label, label)), Picture("gone.png", 100, 80, (CAT,)), problems=(told,)
    )
    assert (found.annotations, dict(found.unknown)) == (1, {"<script>": 2})
    assert found.problems.columns.tolist() == ["picture", "place", "problem"]
    assert found.problems["picture"].tolist() == ["x", "gone.png"]
    assert "'<script>' (2)" in repr(found)
    assert list(desk.journal.concepts()) == ["cat", "dog"]


@pytest.mark.parametrize(
    ("shape", "shapes"), [(None, ["box", "polygon"]), ("box", ["box"] * 2), ("polygon", ["polygon"] * 2)]
)
def test_X12_regions_are_taken_as_they_are_or_in_the_shape_asked_for(desk, shape, shapes):
    labels = (CAT, Label("cat", Polygon(((0, 0, 9, 0, 9, 9),))))
    desk.bring(Picture("a.png", 100, 80, labels), shape=shape)
    assert [row["shape"] for row in desk.rows()] == shapes


def test_X12_labels_that_do_not_fit_the_task_are_listed(desk):
    found = desk.bring(Picture("a.png", 100, 80, (Label("cat"), CAT)))
    assert (found.annotations, len(found.issues)) == (1, 1)
    settings = TaskSettings(concepts=("cat", "dog"), choice="single")
    desk.task_id = new_id()
    desk.journal.create_task(TaskRecord(task_id=desk.task_id, name="whole", settings=settings.dumps()), actor="ana")
    with pytest.raises(BadInput, match="detection or segmentation"):
        desk.bring(Picture("a.png", 100, 80, (CAT,)))
    found = desk.bring(Picture("a.png", 100, 80, (Label("cat"), Label("dog"))))
    assert (found.annotations, ["takes one" in p.reason for p in found.issues]) == (1, [True])
    with pytest.raises(BadInput, match="box, polygon"):
        Wishes(shape="circle")


def test_X12_an_input_that_somebody_changes_meanwhile_is_looked_at_again(desk, monkeypatch):
    commit, refusals = Journal.commit, [1, 1]

    def busy(journal, *operations):
        if refusals:
            refusals.pop()
            raise Conflict("bo changed it meanwhile.")
        return commit(journal, *operations)

    monkeypatch.setattr(Journal, "commit", busy)
    assert desk.bring(Picture("a.png", 100, 80, (CAT, Label("dog", Box(1, 1, 1, 1))))).annotations == 2
    assert len(desk.rows()) == 2


def test_X12_what_is_exported_has_its_order_its_empty_pictures_and_its_concepts(desk):
    labels = tuple(Label(name, Box(i, 0, 5, 5)) for i, name in enumerate(("dog", "Cat", "dog")))
    desk.bring(Picture("c.png", 100, 80, labels), Picture("b.png"), submit=True)
    made = Exporter(desk.journal, lambda one: one.uri, desk.task_id).export()
    assert made.collection == Collection((Picture("b.png", 100, 80), Picture("c.png", 100, 80, labels)), ("Cat", "dog"))
    assert made.inputs["c.png"] == desk.inputs[2]


def test_X12_an_export_appears_whole_or_not_at_all_and_never_in_the_place_of_other_files(tmp_path):
    def write(text, fail=False):
        def fill(folder):
            (folder / "x.json").write_text(text)
            if fail:
                raise OSError(28, "No space left on device")
            return Written((folder / "x.json",))

        return fill

    place = tmp_path / "deep" / "out"
    assert put_in_place(place, write("1"), format="coco", overwrite=False).files == (place / "x.json",)
    with pytest.raises(BadInput, match="overwrite=True"):
        put_in_place(place, write("2"), format="coco", overwrite=False)
    with pytest.raises(StoreError, match="No space"):
        put_in_place(place, write("2", fail=True), format="coco", overwrite=True)
    assert (place / "x.json").read_text() == "1"
    put_in_place(place, write("2"), format="coco", overwrite=True)
    assert (place / "x.json").read_text() == "2"
    (place / "mine.txt").touch()
    with pytest.raises(BadInput, match=r"mine\.txt"):
        put_in_place(place, write("3"), format="coco", overwrite=True)
    (place / "mine.txt").unlink()
    (place / MARK).unlink()
    with pytest.raises(BadInput, match="other files"):
        put_in_place(place, write("3"), format="coco", overwrite=True)
    (tmp_path / "link").symlink_to(place)
    with pytest.raises(BadInput, match="link"):
        put_in_place(tmp_path / "link", write("3"), format="coco", overwrite=True)
    assert sorted(p.name for p in place.parent.iterdir()) == ["out"]


def test_X12_an_uploaded_picture_is_found_by_the_name_that_it_had_before():
    found = Matcher([Input.at("/photos/sheep.jpg"), Input.at("/photos/12345678-dog.jpg")])
    assert found.match("upload/3/abcd1234-sheep.jpg", "sheep.jpg").name == "sheep.jpg"
    assert found.match("12345678-dog.jpg", "sheep.jpg").name == "12345678-dog.jpg"  # the name itself comes first
    with pytest.raises(BadInput, match="none of this name"):
        found.match("abcd1234-cat.jpg", "cat.jpg")


def left_by_a_run(desk, label, n=0):
    one = desk.inputs[n].input_id
    made = Annotation(
        task_id=desk.task_id, annotation_id=new_id(), input_id=one, concept="Cat", concept_key="cat",
        shape="box", geometry=label.region.text, status="PENDING", origin="model", via="prelabel",
    )  # fmt: skip
    desk.journal.commit(Operation.of("prelabel", [Change(None, made)], actor="toys for ana", task_id=desk.task_id))


def test_X12_what_a_run_left_pending_is_no_label_until_the_file_says_so_too(desk):
    left_by_a_run(desk, CAT)
    left_by_a_run(desk, Label("cat", Box(50, 50, 9, 9)))
    found = desk.bring(Picture("a.png", 100, 80, (CAT,)), submit=True)
    assert (found.annotations, found.known, found.submitted) == (1, 0, 1)
    assert [(row["labeler"], row["via"], row["box"]) for row in desk.rows()] == [("ana", "imported", [1, 2, 3, 4])]
    assert desk.bring(Picture("a.png", 100, 80, (CAT,))).known == 1
    assert desk.journal.check().ok
