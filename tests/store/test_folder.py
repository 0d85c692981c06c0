"""A project's folder is found, made, shared, or refused in a sentence."""

import os
import stat
import sys
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from notebook_labeler.errors import BadInput, LabelerError, StoreError
from notebook_labeler.store.folder import ProjectFolder, resolve
from notebook_labeler.store.predictions import PredictionStore
from notebook_labeler.store.versions import Versions


def test_a_new_folder_has_its_rooms_and_says_what_they_are(tmp_path):
    folder = ProjectFolder(tmp_path / "deep" / "clothes")
    assert sorted(p.name for p in folder.path.iterdir()) == ["README.txt", "cache", "predictions", "versions"]
    readme = (folder.path / "README.txt").read_text(encoding="utf-8")
    for room in (folder.database, folder.versions, folder.predictions, folder.cache):
        assert room.parent == folder.path
        assert room.name in readme
    assert str(tmp_path) not in readme


def test_opening_a_folder_again_changes_nothing(tmp_path):
    ProjectFolder(tmp_path)
    (tmp_path / "README.txt").write_text("mine")
    (tmp_path / "labels.db").write_bytes(b"db")
    before = sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*"))
    assert ProjectFolder(tmp_path).database.read_bytes() == b"db"
    assert sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["clothes", "a b", "ä?ö", "50%20#x", "quote'\"", "<b>", "-rf", "c:d", "a?mode=ro&x=1"])
def test_a_path_is_a_sqlite_url_to_exactly_that_place(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for given in (name, f"./{name}/", tmp_path / name, str(tmp_path / name)):
        url, folder = resolve(given)
        assert folder.path == tmp_path / name
        assert make_url(url).database == str(tmp_path / name / "labels.db")
        assert make_url(url).drivername == "sqlite"
        assert not make_url(url).query
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_home_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resolve("~/clothes")[1].path == tmp_path / "clothes"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "PostgreSQL"])
def test_a_postgresql_project_keeps_its_files_in_a_folder_of_its_name(tmp_path, monkeypatch, scheme):
    monkeypatch.chdir(tmp_path)
    url, folder = resolve(f"{scheme}://ada:p%40ss@host:5433/clothes?sslmode=require")
    assert url == "postgresql+psycopg://ada:p%40ss@host:5433/clothes?sslmode=require"
    assert folder.path == tmp_path / "clothes"
    url, folder = resolve(f"{scheme}://host/clothes", folder=tmp_path / "elsewhere")
    assert folder.path == tmp_path / "elsewhere"
    assert folder.versions.is_dir()


@pytest.mark.parametrize("database", ["..", "../../up", "%2Fetc%2Fx", "a/b", ".", "a\\b", "~", "%00"])
def test_the_name_of_a_database_leads_nowhere_else(tmp_path, monkeypatch, database):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    _, folder = resolve(f"postgresql://host/{database}")
    assert folder.path.parent == tmp_path / "here"
    assert [p.name for p in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("s3://bucket/x", "got one of s3://"),
        ("mysql://ada:secret@host/db", "got one of mysql://"),
        ("sqlite:////tmp/x.db", "the folder that labels.db lies in"),
        ("https://host/x", "got one of https://"),
        ("postgresql://ada:secret@host", "a database in the URL"),
        ("postgresql://ada:secret@host/", "a database in the URL"),
        ("postgresql://ada:secret@host/?x=1", "a database in the URL"),
        ("", "a folder or a postgresql:// URL"),
        ("  ", "a folder or a postgresql:// URL"),
        (None, "a folder or a postgresql:// URL"),
        (3, "a folder or a postgresql:// URL"),
        ("a\x00b", "a folder"),
    ],
)
def test_what_is_no_project_is_refused_without_telling_secrets(tmp_path, monkeypatch, given, sentence):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LabelerError, match=sentence) as caught:
        resolve(given)
    assert "secret" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "labels").write_text("x")
    with pytest.raises(StoreError, match="got the file"):
        resolve(tmp_path / "labels")
    with pytest.raises(StoreError, match="can be written"):
        resolve(tmp_path / "labels" / "inside")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "versions").write_text("x")
    with pytest.raises(StoreError, match="can be written"):
        resolve(tmp_path / "p")


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    def refused(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refused)
        with pytest.raises(StoreError, match=r"can be written, got .*Permission denied"):
            resolve(tmp_path / "new")
    ProjectFolder(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StoreError, match="can be written"):
        resolve(tmp_path)


def test_a_project_that_is_not_there_is_not_made_by_reading(tmp_path):
    with pytest.raises(StoreError, match="there is none at"):
        resolve(tmp_path / "cloths", create=False)
    assert not list(tmp_path.iterdir())
    ProjectFolder(tmp_path / "clothes")
    assert resolve(tmp_path / "clothes", create=False)[1].path == tmp_path / "clothes"


def test_folder_beside_a_path_is_refused(tmp_path):
    with pytest.raises(BadInput, match="folder="):
        resolve(tmp_path, folder=tmp_path / "x")


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no group there")
@pytest.mark.parametrize("shared", [True, False])
def test_in_a_shared_folder_the_group_keeps_its_rights(tmp_path, make_table, shared):
    from notebook_labeler.domain.predictions import Prediction

    home = tmp_path / "team"
    home.mkdir()
    home.chmod(0o2770 if shared else 0o700)
    before = os.umask(0o077)
    try:
        folder = ProjectFolder(home / "clothes")
        version = Versions(folder.versions).publish(make_table(3), name="a")
        store = PredictionStore(folder.predictions)
        store.add("k", [Prediction("i", "k")])
        store.close()
    finally:
        os.umask(before)
    assert version.folder.is_dir()
    for path in folder.path.rglob("*"):
        mode = path.stat().st_mode
        if not shared:
            assert not mode & 0o077, path
        elif path.is_dir():
            assert mode & 0o2070 == 0o2070, path
            assert stat.S_IMODE(mode) & 0o007 == 0
        else:
            assert mode & 0o060 == 0o060, path
