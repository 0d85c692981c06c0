"""The Python of the README, without a widget."""

import subprocess
import sys

import pandas as pd
import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler.errors import BadInput, StoreError, UnknownVersion

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "'; DROP TABLE annotation; --",
    '"quoted" \\ back',
    "{{7*7}} ${x} %s",
    "javascript:alert(1)",
    "../../etc/passwd",
    "עברית 🐑 emoji",
    "=cmd()",
]


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for i in range(5):
        Image.new("RGB", (20, 10), (50 * i, 0, 0)).save(folder / f"{i}.jpg")
    return folder


@pytest.fixture
def project(tmp_path, photos):
    with nl.open_project(tmp_path / "clothes", actor="ana") as opened:
        opened.add_inputs(photos)
        yield opened


def test_G01_inputs_come_from_folders_globs_lists_and_tables(tmp_path, photos):
    with nl.open_project(tmp_path / "p") as project:
        assert project.add_inputs(photos).added == 5
        assert project.add_inputs(f"{photos}/*.jpg").added == 0
        assert project.add_inputs([photos / "0.jpg", "https://example.org/a%20b.jpg"]).added == 1
        frame = pd.DataFrame({"image": ["0.jpg", "new.jpg"], "split": ["a", "b"]})
        assert project.add_inputs(frame, base=photos).added == 1
        assert project.inputs["name"].tolist()[-2:] == ["a b.jpg", "new.jpg"]


def test_nothing_found_is_one_sentence(project, tmp_path):
    for source in (tmp_path / "nowhere", f"{tmp_path}/*.xyz", [], pd.DataFrame({"a": [1]}), 3):
        with pytest.raises(BadInput) as caught:
            project.add_inputs(source)
        assert "\n" not in str(caught.value)


def test_H20_annotations_are_a_frame_at_any_moment(project):
    task = project.create_task("garments", concepts=["pants", "shirt"])
    assert task.annotations.empty
    session = task.session()
    session.add("pants")
    frame = task.annotations
    assert frame[["name", "concept", "labeler", "status"]].values.tolist() == [["0.jpg", "pants", "ana", "SUCCESS"]]
    assert str(frame["created_at"].dt.tz) == "UTC"


def test_H20_a_version_is_parquet_that_anybody_reads(project, tmp_path):
    session = project.create_task("garments", concepts=["pants"]).session()
    session.add("pants")
    version = project.save_version("first-pass", message="reviewed by me")
    assert pd.read_parquet(version.folder)["concept"].tolist() == ["pants"]
    assert nl.read_version(tmp_path / "clothes", "first-pass")["concept"].tolist() == ["pants"]
    log = project.versions()
    assert log[["name", "message", "author", "rows"]].values.tolist() == [["first-pass", "reviewed by me", "ana", 1]]


def test_H20_versions_are_compared(project):
    session = project.create_task("garments", concepts=["pants", "shirt"]).session()
    session.add("pants")
    one = project.save_version("one")
    session.uncheck("pants")
    session.add("shirt")
    two = project.save_version("two")
    diff = one.diff(two)
    assert sorted(diff[["change", "concept"]].values.tolist()) == [["added", "shirt"], ["removed", "pants"]]
    assert project.version("two").parent == 1


def test_a_cell_that_is_run_again_changes_nothing(project):
    for _ in range(2):
        task = project.create_task("garments", concepts=["pants"])
        version = project.save_version("empty")
    assert (len(project.tasks), version.number, task.concepts) == (1, 1, ["pants"])


def test_a_version_name_is_not_used_twice_for_different_content(project):
    project.save_version("one")
    project.create_task("garments", concepts=["pants"]).session().add("pants")
    with pytest.raises(BadInput, match="one"):
        project.save_version("one")


def test_running_create_task_again_takes_new_settings_and_keeps_concepts(project):
    task = project.create_task("garments", concepts=["pants"])
    task.session().add("hat")
    again = project.create_task("garments", concepts=["pants", "shirt"], threshold=(0.5, 1.0))
    assert again.concepts == ["pants", "shirt", "hat"]
    assert again.settings.low == 0.5
    with pytest.raises(BadInput, match="another name"):
        project.create_task("garments", choice="single")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_kept_to_the_letter(project, tmp_path, name):
    task = project.create_task(name, concepts=[name], instructions=name)
    task.session().add(name)
    assert task.annotations["concept"].tolist() == [name]
    version = project.save_version(name, message=name)
    assert pd.read_parquet(version.folder)["task"].tolist() == [name]
    assert project.version(name).name == name
    assert project.task(name).settings.instructions == name
    assert project.check().ok


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"threshold": (0.9, 0.1)}, "low <= high"),
        ({"threshold": (0, 2)}, "from 0 to 1"),
        ({"choice": "some"}, "multiple, single"),
        ({"kind": "poetry"}, "classification"),
        ({"assist": True}, "model"),
        ({"concepts": [""]}, "empty"),
        ({"concepts": [3]}, "int"),
        ({"concepts": None}, "list of names, got NoneType"),
        ({"concepts": 5}, "list of names, got int"),
        ({"threshold": 0.5}, "two numbers"),
        ({"threshold": (0, 0.5, 1)}, "two numbers"),
        ({"threshold": "ab"}, "two numbers"),
        ({"submit_threshold": "high"}, "from 0 to 1"),
        ({"suggest": "most"}, "mapped, all"),
        ({"instructions": 5}, "instructions as text"),
        ({"model": 5}, "got int"),
        ({"model": dict}, "got type"),
        ({"model": " "}, "empty text"),
        ({"model": pd.Series([1.0])}, "got Series"),
    ],
)
def test_settings_that_cannot_be_are_refused(project, settings, says):
    with pytest.raises(BadInput, match=says):
        project.create_task("t", **settings)
    assert project.tasks.empty


def test_unknown_names_are_answered_with_those_there_are(project):
    project.create_task("garments")
    with pytest.raises(BadInput, match="garments"):
        project.task("garment")
    project.save_version("first-pass")
    with pytest.raises(UnknownVersion, match="first-pass"):
        project.version("first-pas")


@pytest.mark.parametrize("place", [None, 3, "", "a\0b", "mysql://host/labels", "http://host/labels"])
def test_what_is_no_place_for_a_project_is_refused_in_one_sentence(place):
    for ask in (nl.open_project, lambda where: nl.read_version(where, "first")):
        with pytest.raises(BadInput, match="expected") as caught:
            ask(place)
        assert "\n" not in str(caught.value)


def test_a_closed_project_says_so_and_starts_nothing(tmp_path, photos):
    project = nl.open_project(tmp_path / "p", actor="ana")
    project.add_inputs(photos)
    task = project.create_task("t", concepts=["a"])
    session = task.session()
    project.close()
    project.close()
    assert "closed" in repr(project)
    assert "closed" in repr(task)
    asked = [
        lambda: project.add_inputs(photos),
        lambda: project.save_version("v"),
        lambda: project.runner,
        lambda: project.predictions,
        lambda: task.annotations,
        lambda: task.session(),
        lambda: session.add("a"),
        lambda: session.undo(),
    ]
    for ask in asked:
        with pytest.raises(StoreError, match="closed; open"):
            ask()
    session.choose_model("toys")
    assert "closed" in session.state.assist.message
    assert nl.open_project(tmp_path / "p").task("t").annotations.empty


def test_sample_pictures_need_a_folder_that_can_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="can be written"):
        nl.sample_pictures(tmp_path / "file" / "toys", count=1)


@pytest.fixture
def quick(tmp_path, photos):
    """Label the photos in one line; every widget is closed with its project."""
    widgets = []

    def label(*args, **options):
        widgets.append(nl.label(photos, *args, project=tmp_path / "quick", **options))
        return widgets[-1].session

    yield label
    for widget in widgets:
        widget.close()


def test_labeling_in_one_line_goes_on_where_it_stopped_with_what_is_asked_for_now(quick):
    quick(["cat"], instructions="be kind", threshold=(0.5, 1.0)).add("cat")
    again = quick("dog").state
    assert again.settings.concepts == ("dog", "cat")
    assert (again.settings.instructions, again.lens.low) == ("be kind", 0.5)
    assert again.progress.total == 5
    again = quick(["cat"], instructions="be quick").state
    assert again.settings.instructions == "be quick"
    assert [r.concept for r in again.rows if r.state == "accepted"] == ["cat"]
    for settings in ({"threshold": 7}, {"choice": "single"}, {"model": 5}):
        with pytest.raises(BadInput, match=r"two numbers|another name|got int"):
            quick(["cat"], **settings)


def test_labeling_in_one_line_makes_no_project_where_there_are_no_pictures(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    for source in ("gone", "empty", []):
        with pytest.raises(BadInput, match="expected"):
            nl.label(source, ["cat"])
    assert [p.name for p in tmp_path.iterdir()] == ["empty"]


def test_history_tells_who_did_what(project):
    session = project.create_task("garments", concepts=["pants"]).session()
    session.add("pants")
    session.undo()
    told = project.history(session.state.input.input_id)
    assert told["action"].tolist() == ["add", "undo"]
    assert told["concepts"].tolist() == [["+pants"], ["-pants"]]
    assert set(told["actor"]) == {"ana"}


def test_a_project_reopened_has_everything(tmp_path, photos):
    with nl.open_project(tmp_path / "p", actor="ana") as project:
        project.add_inputs(photos)
        project.create_task("t", concepts=["a"]).session().add("a")
    with nl.open_project(tmp_path / "p", actor="bo") as project:
        assert project.task("t").annotations["labeler"].tolist() == ["ana"]
        assert project.check().ok


def test_importing_is_light():
    heavy = "{'torch', 'pandas', 'pyarrow', 'ipywidgets', 'PIL'}"
    code = f"import sys, notebook_labeler; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_every_public_name_is_there():
    assert all(getattr(nl, name) for name in nl.__all__)
    assert set(nl.__all__) <= set(dir(nl))
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        nl.nope  # noqa: B018
