"""X12: whatever a file of any format holds, the answer is a sentence or a list of problems, and comes soon."""

import json
import os
import time
from pathlib import Path

import pytest

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.errors import LabelerError
from notebook_labeler.formats.records import Collection, Label, Picture
from notebook_labeler.formats.registry import TITLES, find, guess

PATIENCE = 60  # seconds: far more than any of it takes, far less than a hang
FORMATS = tuple(TITLES)
XML = ("voc", "cvat")
FILES = {
    "coco": "instances.json",
    "yolo": "data.yaml",
    "voc": "a.xml",
    "cvat": "annotations.xml",
    "label_studio": "tasks.json",
}

# ruff: noqa: E501
NAMES = (
    "../../../escaped.jpg", "/etc/escaped.jpg", "C:\\Windows\\escaped.jpg", "C:escaped.jpg", "\\\\host\\share\\escaped.jpg",
    "..", ".", "...", "a/../../escaped.jpg", "~/escaped.jpg", "a\x00b.jpg", "a\nb.jpg", "a\r\nb.jpg", "a" * 10_000 + ".jpg",
    "🐑🏽‍🚀.jpg", "עברית مرحبا.jpg", "\u202egpj.a.jpg", "<img src=x onerror=alert(1)>.jpg", "'; drop table x; --.jpg",
    "CON.jpg", "a b.jpg", " .jpg", "-rf.jpg", "$(touch escaped).jpg", "%2e%2e%2fescaped.jpg", "file:///etc/escaped.jpg",
    "e\u0301.jpg", "a\ud800.jpg", "a.jpg/", "//a.jpg", "a:b.jpg", "*.jpg", "a\\b.jpg",
)  # fmt: skip
CONCEPTS = (
    "../up", "/root", "<b>bold</b>", "a,b", "a: b", "- a", "# a", "[a]", "{a}", "'a", '"a"', "a\\b", "null", "true", "1", "1.0",
    "0x1", "~", "!!python/object:os.system", "&a *a", "🐑", "עברית", "\u202eabc", "x" * 200, "%d", "$x", "=1+1", "a;b", "|",
    "é", "a'b\"c", "person ", "yes", "no", "2020-01-01",
)  # fmt: skip


def read_safely(name, path):
    """Read a path: a collection, or the one sentence that refused it; and soon."""
    before = time.perf_counter()
    try:
        found = find(name).read(path)
    except LabelerError as error:
        found, said = None, str(error)
    else:
        said = "nothing"
    assert 0 < len(said) < 600
    assert "\n" not in said
    assert time.perf_counter() - before < PATIENCE
    for problem in found.problems if found else ():
        assert len(str(problem)) < 1000
    return found


def placed(name, folder, content):
    """Put bytes where a format looks for its file."""
    path = folder / FILES[name]
    path.write_bytes(content)
    return path


def wrote(name, collection, folder):
    """Write a collection and see that nothing was left outside the folder; give the way back."""
    out = folder / "deep" / "er" / "out"
    out.mkdir(parents=True)
    before = set(folder.rglob("*"))
    started = time.perf_counter()
    written = find(name).write(collection, out)
    assert time.perf_counter() - started < PATIENCE
    after = set(folder.rglob("*")) - before
    assert all(out in path.parents for path in after), "something was written outside"
    assert all(out in path.parents and path.is_file() for path in written.files)
    assert not list(Path.cwd().glob("*escaped*"))
    return read_safely(name, out), written


def picture(name="a.jpg", *labels, size=(100, 80)):
    return Picture(name, *size, tuple(labels) or (Label("cat", Box(1, 2, 30, 40)),))


def lost(collection, back, written):
    """How many labels are neither there again nor spoken of."""
    there = back.label_count if back else 0
    spoken = len(written.problems) + (len(back.problems) if back else 0)
    return max(0, collection.label_count - there - spoken)


BOMBS = {
    "laughs": b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(12))
    + b"]><%s><name>&a11;</name></%s>",
    "external": b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a SYSTEM "file:///etc/passwd">]><%s>&a;</%s>',
    "parameter": b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY %% a SYSTEM "http://127.0.0.1:9/x"> %%a;]><%s/><!--%s-->',
    "doctype": b'<?xml version="1.0"?><!DOCTYPE z SYSTEM "http://127.0.0.1:9/x.dtd"><%s></%s>',
    "quadratic": b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "'
    + b"a" * 100_000
    + b'">]><%s>'
    + b"&a;" * 9999
    + b"</%s>",
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("name", XML)
def test_X12_xml_with_entities_or_document_types_is_refused(tmp_path, name, bomb):
    root = b"annotations" if name == "cvat" else b"annotation"
    path = placed(name, tmp_path, BOMBS[bomb] % (root, root))
    with pytest.raises(LabelerError, match="without document type"):
        find(name).read(path)
    found = read_safely(name, tmp_path)
    assert found is None or (found.pictures == () and found.problems)


@pytest.mark.parametrize("name", XML)
def test_X12_xml_of_any_depth_is_no_crash(tmp_path, name):
    root = b"annotations" if name == "cvat" else b"annotation"
    for inner in (b"a", b"object", b"image", b"source"):
        deep = b"<%s>" % root + b"<%s>" % inner * 100_000 + b"</%s>" % inner * 100_000 + b"</%s>" % root
        read_safely(name, placed(name, tmp_path, deep))


JSONS = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "open lists": b"[" * 1_000_000,
    "huge number": b'[{"data":{"image":"a"},"width":1e400,"id":1e400}]',
    "endless integer": b'{"images":[{"id":' + b"9" * 100_000 + b"}]}",
    "nan": b'{"images":[{"id":NaN,"file_name":"a","width":NaN,"height":-Infinity}],"annotations":[],"categories":[]}',
    "twice": b'{"images":[],"images":5,"annotations":{},"categories":"x"}',
    "surrogates": b'[{"data":{"image":"\\ud800.jpg"},"annotations":[{"result":[]}]}]',
    "a word": b'"images"',
    "null": b"null",
}


@pytest.mark.parametrize("content", JSONS)
@pytest.mark.parametrize("name", FORMATS)
def test_X12_json_of_any_kind_is_no_crash(tmp_path, name, content):
    read_safely(name, placed(name, tmp_path, JSONS[content]))
    read_safely(name, tmp_path)


def whole_file(name, folder):
    """A good file of a format, as we write it, by name."""
    find(name).write(Collection((picture(),), ("cat",)), folder)
    path = folder / FILES[name]
    return path if path.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())[0]


@pytest.mark.parametrize("name", FORMATS)
def test_X12_files_cut_off_anywhere_are_no_crash(tmp_path, name):
    good = tmp_path / "good"
    good.mkdir()
    path = whole_file(name, good)
    content = path.read_bytes()
    for end in range(0, len(content), max(1, len(content) // 40)):
        path.write_bytes(content[:end])
        read_safely(name, path)
        read_safely(name, good)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "utf-7", "cp037"])
@pytest.mark.parametrize("name", FORMATS)
def test_X12_other_encodings_are_read_or_refused(tmp_path, name, encoding):
    good = tmp_path / "good"
    good.mkdir()
    given = Collection((picture("äö.jpg", Label("Bär", Box(1, 2, 30, 40))),), ("Bär",))
    written = find(name).write(given, good)
    for path in written.files:
        text = path.read_text(encoding="utf-8")
        path.write_bytes(text.encode(encoding, "replace"))
    found = read_safely(name, good)
    assert found is None or found.problems or all(label.concept for p in found.pictures for label in p.labels)
    if encoding == "utf-8-sig":
        assert found is not None
        assert found.label_count == 1


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 1000, b"\xff\xfe", b"<", b"{", b"\xef\xbb\xbf", bytes(range(256)) * 20]
)
@pytest.mark.parametrize("name", FORMATS)
def test_X12_files_of_nothing_or_noise_are_no_crash(tmp_path, name, content):
    path = placed(name, tmp_path, content)
    read_safely(name, path)
    read_safely(name, tmp_path)
    assert guess_safely(path) in (None, *FORMATS)


def guess_safely(path):
    try:
        return guess(path)
    except LabelerError:
        return None


@pytest.mark.parametrize("name", FORMATS)
def test_X12_folders_links_and_nothing_in_a_files_place(tmp_path, name):
    empty = tmp_path / "empty"
    empty.mkdir()
    read_safely(name, empty)
    assert guess_safely(empty) is None
    folder = tmp_path / "f"
    (folder / FILES[name]).mkdir(parents=True)
    read_safely(name, folder)
    read_safely(name, folder / FILES[name])
    read_safely(name, tmp_path / "missing")
    assert guess_safely(tmp_path / "missing") is None
    loop = tmp_path / "loop"
    loop.mkdir()
    (loop / "again").symlink_to(loop)
    (loop / FILES[name]).symlink_to("/etc/passwd")
    found = read_safely(name, loop)
    assert found is None or not found.pictures
    pipe = tmp_path / "pipe"
    pipe.mkdir()
    os.mkfifo(pipe / FILES[name])
    read_safely(name, pipe)
    guess_safely(pipe)
    guess_safely(pipe / FILES[name])


@pytest.mark.parametrize("called", NAMES, ids=lambda called: ascii(called)[:30])
@pytest.mark.parametrize("name", FORMATS)
def test_X12_names_of_pictures_lead_nowhere(tmp_path, name, called, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = Collection((picture("first.jpg"), picture(called)), ("cat",))
    try:
        back, written = wrote(name, given, tmp_path)
    except LabelerError:
        return
    assert lost(given, back, written) == 0


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: ascii(concept)[:30])
@pytest.mark.parametrize("name", FORMATS)
def test_X12_names_of_concepts_come_back_as_they_are(tmp_path, name, concept, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = Collection((picture("a.jpg", Label(concept.strip(), Box(1, 2, 30, 40))),), ("other", concept.strip()))
    back, written = wrote(name, given, tmp_path)
    assert [label.concept for label in back.pictures[0].labels] == [concept.strip()]
    assert written.problems == ()


@pytest.mark.parametrize("name", FORMATS)
def test_X12_two_pictures_of_one_name_lose_no_label(tmp_path, name):
    given = Collection(
        (picture("a.jpg"), picture("a.jpg"), picture("A.JPG"), picture("a.png"), picture("b/a.jpg")), ("cat",)
    )
    back, written = wrote(name, given, tmp_path)
    assert lost(given, back, written) == 0


@pytest.mark.parametrize("size", [(0, 0), (-5, 10), (10**12, 10), (1, 1)])
@pytest.mark.parametrize("name", FORMATS)
def test_X12_pictures_of_no_size_lose_no_label_silently(tmp_path, name, size):
    given = Collection((picture(size=size),), ("cat",))
    back, written = wrote(name, given, tmp_path)
    assert lost(given, back, written) == 0


@pytest.mark.parametrize("name", FORMATS)
def test_X12_pictures_without_labels_and_nothing_at_all_are_written_and_read(tmp_path, name):
    (tmp_path / "one").mkdir()
    (tmp_path / "none").mkdir()
    back, _ = wrote(name, Collection((Picture("a.jpg", 9, 9),), ("cat",)), tmp_path / "one")
    assert back is not None
    assert back.label_count == 0
    wrote(name, Collection((), ()), tmp_path / "none")


@pytest.mark.parametrize(("count", "points"), [(1, 50_000), (2000, 4), (20_000, 4), (2, 20_000)])
@pytest.mark.parametrize("name", FORMATS)
def test_X12_polygons_of_many_points_or_rings_are_written_in_a_moment(tmp_path, name, count, points):
    shape = Polygon(tuple((n * 3.0, 0.0, n * 3 + 1.0, 0.0, n * 3 + 1.0, 1.0, n * 3.0, 1.0) for n in range(count)))
    if points > 4:
        zigzag = tuple(v for k in range(points) for v in (float(k), float(k % 2)))
        shape = Polygon(
            tuple((*(v + 0.0 for v in zigzag), float(points), 50.0 + n, 0.0, 60.0 + n) for n in range(count))
        )
    given = Collection((picture("a.jpg", Label("cat", shape), size=(60_000, 70)),), ("cat",))
    back, written = wrote(name, given, tmp_path)
    assert lost(given, back, written) == 0


def million(name):
    """A file with a polygon of 1,000,000 points."""
    xs = range(1_000_000)
    if name == "cvat":
        points = ";".join(f"{x},{x % 7}" for x in xs)
        return f'<annotations><image name="a" width="9" height="9"><polygon label="c" points="{points}"/></image></annotations>'
    if name == "label_studio":
        value = {"points": [[x / 1e5, x % 7] for x in xs], "polygonlabels": ["c"]}
        one = {"type": "polygonlabels", "value": value, "original_width": 100, "original_height": 100}
        return json.dumps([{"data": {"image": "a.jpg"}, "annotations": [{"result": [one]}]}])
    flat = [v for x in xs for v in (x, x % 7)]
    return json.dumps({
        "images": [{"id": 1, "file_name": "a", "width": 9, "height": 9}], "categories": [{"id": 1, "name": "c"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9], "segmentation": [flat]}],
    })  # fmt: skip


@pytest.mark.parametrize("name", ["coco", "cvat", "label_studio"])
def test_X12_a_polygon_of_a_million_points_is_listed(tmp_path, name):
    found = read_safely(name, placed(name, tmp_path, million(name).encode()))
    assert found is not None
    assert "at most" in " ".join(problem.reason for problem in found.problems)
