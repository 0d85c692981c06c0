import json
import math
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from notebook_labeler.domain.inputs import Input
from notebook_labeler.errors import BadInput
from notebook_labeler.media.sources import inputs_from
from notebook_labeler.media.walk import Found, natural


def names(source, **options):
    return [given.name for given in inputs_from(source, **options)]


def touch(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


def refused(source, **options):
    with pytest.raises(BadInput) as error:
        list(inputs_from(source, **options))
    text = str(error.value)
    assert text.startswith("expected ")
    assert text.endswith(".")
    assert "\n" not in text
    return text


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    touch(
        folder,
        "img10.jpg",
        "img2.JPG",
        "img1.png",
        "b/c/d.tiff",
        "a/z.webp",
        ".hidden.jpg",
        ".git/x.jpg",
        "notes.txt",
        "README",
    )
    return folder


def test_G01_a_folder_is_searched_with_its_subfolders_in_the_order_people_count(photos):
    found = Found()
    assert names(photos, found=found) == ["z.webp", "d.tiff", "img1.png", "img2.JPG", "img10.jpg"]
    assert found.taken == 5
    assert found.passed_over == {"hidden": 2, "not pictures by their extension": 2}
    assert str(found) == (
        "5 found; passed over: 2 hidden ('.git', '.hidden.jpg'), "
        "2 not pictures by their extension ('README', 'notes.txt')"
    )


def test_G01_folder_string_path_and_trailing_slash_mean_the_same(photos, monkeypatch):
    wanted = list(inputs_from(photos))
    monkeypatch.chdir(photos.parent)
    for same in (str(photos), f"{photos}/", "photos", "./photos", Path("photos"), "file://" + str(photos), [photos]):
        assert list(inputs_from(same)) == wanted
    assert all(os.path.isabs(given.uri) and os.path.exists(given.uri) for given in wanted)


def test_G01_a_pattern_takes_what_matches(photos, monkeypatch):
    assert names(f"{photos}/*.jpg") == ["img10.jpg"]
    assert names(f"{photos}/**/*.*") == ["z.webp", "d.tiff", "img1.png", "img2.JPG", "img10.jpg"]
    monkeypatch.chdir(photos)
    found = Found()
    assert names("img?.*", found=found) == ["img1.png", "img2.JPG"]
    assert names("**/[dz].*") == ["z.webp", "d.tiff"]
    assert names("*", found=found) == ["img1.png", "img2.JPG", "img10.jpg"]
    assert found.passed_over == {"not pictures by their extension": 2}


def test_a_pattern_below_a_folder_whose_name_looks_like_one(tmp_path, monkeypatch):
    touch(tmp_path / "set[1]", "a.jpg", "b[2].jpg")
    monkeypatch.chdir(tmp_path / "set[1]")
    assert names("*.jpg") == ["a.jpg", "b[2].jpg"]
    assert names("b[2].jpg") == ["b[2].jpg"]
    assert names(tmp_path / "set[1]") == ["a.jpg", "b[2].jpg"]


def test_G01_one_file_is_taken_whatever_its_extension(tmp_path):
    touch(tmp_path, "scan.dat")
    assert names(tmp_path / "scan.dat") == ["scan.dat"]


def test_G01_a_list_may_mix_files_folders_patterns_urls_and_inputs(photos):
    ready = Input.at("/elsewhere/x.jpg", meta='{"a": 1}')
    source = [
        photos / "img1.png",
        str(photos / "a"),
        f"{photos}/b/**/*.tiff",
        "https://example.org/p/q%20r.jpg?w=1",
        ready,
    ]
    given = list(inputs_from(source))
    assert [one.name for one in given] == ["img1.png", "z.webp", "d.tiff", "q r.jpg", "x.jpg"]
    assert given[-1] is ready
    assert names(iter(source)) == names(tuple(source)) == names(dict.fromkeys(source).keys())


def test_listed_files_are_not_looked_at(monkeypatch):
    def never(*_, **__):
        raise AssertionError("looked at a listed file")

    for call in ("os.stat", "os.lstat", "os.path.exists", "os.path.isdir", "os.path.lexists"):
        monkeypatch.setattr(call, never)
    assert names([f"/far/away/{i}.jpg" for i in range(3)]) == ["0.jpg", "1.jpg", "2.jpg"]


def test_a_folder_is_listed_without_a_look_at_each_file(tmp_path, monkeypatch):
    touch(tmp_path, *(f"{i}.jpg" for i in range(20)))
    real, asked = os.stat, []
    monkeypatch.setattr("os.stat", lambda *a, **k: asked.append(a) or real(*a, **k))
    assert len(names(tmp_path)) == 20
    assert len(asked) < 5


def test_relative_paths_start_from_the_base(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [one.uri for one in inputs_from(["a.jpg"])] == [str(tmp_path / "a.jpg")]
    assert [one.uri for one in inputs_from(["a.jpg", "/b.jpg"], base="/data")] == ["/data/a.jpg", "/b.jpg"]
    assert [one.uri for one in inputs_from(pd.Series(["x/../a.jpg"]), base=Path("/data"))] == ["/data/a.jpg"]


def test_what_is_given_twice_is_taken_once(photos):
    found = Found()
    assert names([photos / "img1.png", photos / "b" / ".." / "img1.png", photos / "img1.png"], found=found) == [
        "img1.png"
    ]
    assert found.passed_over == {"given twice": 2}


FRAME = pd.DataFrame(
    {
        "n": np.array([1, 2, 3]),
        "File": ["a.jpg", "/x/b.jpg", "http://h/c.png"],
        "score": [0.5, math.nan, math.inf],
        "when": pd.to_datetime(["2024-01-02", None, "2024-01-02"]),
        "columns": ["é", None, "<b>"],
        "iloc": [True, False, True],
    }
)


@pytest.mark.parametrize("make", [lambda f: f, pa.Table.from_pandas, pl.from_pandas, lambda f: f.set_index(f.n * 7)])
def test_G01_a_table_gives_its_paths_and_keeps_what_else_its_rows_say(make):
    given = list(inputs_from(make(FRAME), base="/base"))
    assert [one.uri for one in given] == ["/base/a.jpg", "/x/b.jpg", "http://h/c.png"]
    meta = [json.loads(one.meta) for one in given]
    assert [sorted(m) for m in meta] == [
        ["columns", "iloc", "n", "score", "when"],
        ["iloc", "n"],
        ["columns", "iloc", "n", "when"],
    ]
    assert (meta[0]["n"], meta[0]["score"], meta[0]["columns"], meta[0]["iloc"]) == (1, 0.5, "é", True)
    assert meta[0]["when"].startswith("2024-01-02")


@pytest.mark.parametrize("column", ["path", "file", "filename", "file_name", "uri", "url", "image", "Image", "PATH"])
def test_the_column_is_found_by_its_name(column):
    assert names(pd.DataFrame({"x": [1], column: ["a.jpg"]})) == ["a.jpg"]


def test_the_column_can_be_told():
    frame = pd.DataFrame({"path": ["a.jpg"], "url": ["http://h/b.jpg"], 3: ["c.jpg"]})
    assert names(frame, column="url") == ["b.jpg"]
    assert names(frame, column="3") == ["c.jpg"]


def test_a_missing_or_ambiguous_column_is_refused_at_once():
    cases = [
        (pd.DataFrame({"path": ["a"], "URL": ["b"]}), None, "'path', 'URL' could be it"),
        (pd.DataFrame({"x": ["a"], "y": ["b"]}), None, "the table has 'x', 'y'"),
        (pd.DataFrame({"x": ["a"]}), "path", "no such"),
        (pd.DataFrame([["a", "b"]], columns=["p", "p"]), "p", "several such"),
        (pd.Series(["a.jpg"], name="s"), "path", "single column"),
        (["a.jpg"], "path", "expected a table"),
    ]
    for source, column, words in cases:
        with pytest.raises(BadInput, match=words):
            inputs_from(source, column=column)


def test_a_column_of_values_is_a_list():
    for column in (pd.Series(["a.jpg"]), pd.Index(["a.jpg"]), pa.array(["a.jpg"]), pl.Series(["a.jpg"])):
        assert names(column) == ["a.jpg"]
    assert names(pd.Series(["a.jpg"], index=["columns"])) == ["a.jpg"]


def test_empty_cells_and_foreign_addresses_are_passed_over_and_counted():
    found = Found()
    source = pd.Series(
        ["a.jpg", None, math.nan, "", "  ", pd.NA, pd.NaT, "s3://b/c.jpg", "ftp://h/d.jpg"], dtype=object
    )
    assert names(source, found=found) == ["a.jpg"]
    assert found.passed_over == {"empty": 6, "addresses other than http(s)": 2}


def test_cells_that_json_cannot_hold_are_written_as_text_or_left_out():
    from decimal import Decimal

    frame = pd.DataFrame(
        {
            "path": ["a.jpg"],
            "d": [Decimal("1.5")],
            "raw": [b"\x00"],
            "v": [np.array([1.0, math.nan])],
            "s": pd.Series(["\udce9"], dtype=object),
        }
    )
    (given,) = inputs_from(frame)
    assert json.loads(given.meta) == {"d": "1.5", "v": [1.0, None], "s": "?"}
    given.meta.encode()


def test_no_heavy_library_is_imported_to_look_at_a_list(tmp_path):
    import subprocess

    code = (
        "import sys; from notebook_labeler.media.sources import inputs_from; list(inputs_from(['a.jpg']));"
        "import notebook_labeler.media.fetch;"
        "assert not {'pandas', 'pyarrow', 'polars', 'numpy', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=tmp_path)


@pytest.mark.parametrize("source", [None, 5, 2.5, b"a.jpg", {"path": ["a.jpg"]}, object()])
def test_what_names_no_pictures_is_refused(source):
    assert "give its path" in refused(source)


@pytest.mark.parametrize("item", [5, ["a.jpg"], object(), {"bytes": b""}])
def test_a_list_of_something_else_is_refused(item):
    assert "expected a path or URL" in refused([item])


def test_each_way_to_find_nothing_has_its_sentence(tmp_path):
    (tmp_path / "empty").mkdir()
    touch(tmp_path, "data.csv", "only/text.txt")
    cases = {
        str(tmp_path / "gone"): f"there is no {str(tmp_path / 'gone')!r}",
        str(tmp_path / "empty"): f"expected pictures in {str(tmp_path / 'empty')!r}, got 0 found",
        str(tmp_path / "only"): "passed over: 1 not pictures by their extension ('text.txt')",
        str(tmp_path / "*.jpg"): "got 0 found",
        str(tmp_path / "data.csv"): "read it with pandas",
        "s3://bucket/key": "expected an http or https address",
        "": "expected a folder",
        "a\0b": "expected a folder",
    }
    for source, words in cases.items():
        assert words in refused(source)
    assert f"expected pictures in {str(tmp_path / 'empty')!r}" in refused(tmp_path / "empty")
    assert "the list" in refused([])
    assert "the DataFrame" in refused(pd.DataFrame({"path": []}))


HOSTILE = [
    "<img src=x onerror=alert(1)>.jpg",
    'it\'s "q".jpg',
    "😀.jpg",
    "\u202egnp.jpg",
    "a\nb.jpg",
    "%41.jpg",
    "#1?.jpg",
    "-rf.jpg",
    "a\\b.jpg",
]


def test_hostile_file_names_come_through_unchanged(tmp_path):
    touch(tmp_path, *HOSTILE)
    uris = {given.uri for given in inputs_from(tmp_path)}
    assert uris == {str(tmp_path / name) for name in HOSTILE}
    assert {given.uri for given in inputs_from([tmp_path / name for name in HOSTILE])} == uris


def test_a_name_that_is_no_text_is_passed_over_with_its_reason(tmp_path):
    touch(tmp_path, "a.jpg")
    try:
        open(os.fsencode(tmp_path) + b"/\xe9.jpg", "wb").close()
    except OSError:
        pytest.skip("this file system takes no such name")
    found = Found()
    assert names(tmp_path, found=found) == ["a.jpg"]
    assert found.passed_over == {"names that are not valid text": 1}
    str(found).encode()


def test_a_link_back_up_ends(tmp_path):
    touch(tmp_path, "a/b.jpg")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "a" / "b.jpg")
    assert sorted(names(tmp_path)) == ["b.jpg", "link.jpg"]


def test_a_folder_named_like_a_picture_is_searched(tmp_path):
    touch(tmp_path, "set.jpg/a.jpg")
    assert names(tmp_path) == ["a.jpg"]


def test_a_folder_that_may_not_be_read_is_passed_over(tmp_path, monkeypatch):
    touch(tmp_path, "a.jpg", "closed/b.jpg")
    real = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "no")
        return real(path)

    monkeypatch.setattr("os.scandir", scandir)
    found = Found()
    assert names(tmp_path, found=found) == ["a.jpg"]
    assert found.passed_over == {"unreadable folders": 1}


def test_natural_order():
    assert sorted(["10", "9", "a", "A1b2", "A1b10", "", "1a", "²"], key=natural)[:3] == ["", "1a", "9"]
