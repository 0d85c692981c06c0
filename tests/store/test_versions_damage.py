"""A version whose files are not what was saved is noticed, and named."""

import json

import pandas as pd
import pytest

from notebook_labeler.errors import DamagedVersion
from notebook_labeler.store.versions import Versions

PART = "part-00000.parquet"


def flipped(data: bytes) -> bytes:
    middle = len(data) // 3
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def test_one_flipped_bit_is_found_by_verify_and_by_a_verifying_read(versions, make_table):
    version = versions.publish(make_table(200), name="a")
    version.verify()
    assert len(version.read(verify=True)) == 200
    file = version.folder / PART
    file.write_bytes(flipped(file.read_bytes()))
    for check in (version.verify, lambda: version.read(verify=True), lambda: version.arrow(verify=True)):
        with pytest.raises(DamagedVersion, match=rf"version 1 \('a'\) is damaged at {version.folder.name}/{PART}"):
            check()


@pytest.mark.parametrize("keep", [0, 10, -1])
def test_a_file_that_was_cut_is_found_without_hashes(versions, make_table, keep):
    version = versions.publish(make_table(200), name="a")
    file = version.folder / PART
    file.write_bytes(file.read_bytes()[:keep])
    for check in (version.read, version.verify):
        with pytest.raises(DamagedVersion, match=r"bytes were saved, \d+ are there"):
            check()


def test_a_file_that_is_gone_is_named(versions, make_table):
    version = versions.publish(make_table(2), name="a")
    (version.folder / PART).unlink()
    for check in (version.read, version.verify):
        with pytest.raises(DamagedVersion, match=f"{PART}: it is not there"):
            check()


def test_a_file_of_right_size_and_wrong_content_is_no_crash(versions, make_table):
    version = versions.publish(make_table(2), name="a")
    file = version.folder / PART
    file.write_bytes(b"\0" * len(file.read_bytes()))
    with pytest.raises(DamagedVersion, match="it cannot be read"):
        version.read()


def test_a_file_too_many_is_named_because_plain_readers_would_read_it(versions, make_table):
    version = versions.publish(make_table(2), name="a")
    pd.DataFrame({"a": [1]}).to_parquet(version.folder / "extra.parquet")
    assert len(version.read()) == 2
    with pytest.raises(DamagedVersion, match=r"extra\.parquet: it is not part of the version"):
        version.verify()


def rewritten(change):
    def edit(path):
        data = json.loads(path.read_bytes())
        change(data)
        path.write_text(json.dumps(data))

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        lambda path: path.write_bytes(path.read_bytes()[:50]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\xff\xfe"),
        lambda path: path.write_text("[]"),
        rewritten(lambda d: d.update(format=99)),
        rewritten(lambda d: d.update(folder="../../outside")),
        rewritten(lambda d: d.update(folder="/etc")),
        rewritten(lambda d: d["parts"][0].update(name="../x.parquet")),
        rewritten(lambda d: d["parts"][0].update(sha256="0" * 64)),
        rewritten(lambda d: d.update(rows=3)),
        rewritten(lambda d: d.update(number=7)),
        rewritten(lambda d: d.pop("name")),
        rewritten(lambda d: d.update(parts=None)),
    ],
)
def test_a_manifest_that_is_damaged_or_lies_is_named(versions, make_table, edit):
    versions.publish(make_table(2), name="a")
    edit(versions.disk.root / "_versions" / "v000001.json")
    with pytest.raises(DamagedVersion, match=r"manifest of version 1 in _versions/v000001\.json"):
        Versions(versions.disk.root).list()


def test_other_files_beside_the_manifests_are_left_alone(versions, make_table):
    versions.publish(make_table(2), name="a")
    folder = versions.disk.root / "_versions"
    for name in ("notes.txt", "v1.json", ".DS_Store", "v000002.json.bak"):
        (folder / name).write_text("{}")
    (versions.disk.root / "mine").mkdir()
    assert [v.name for v in Versions(versions.disk.root).list()] == ["a"]
    versions.gc(older_than=pd.Timedelta(0))
    assert len(list(folder.iterdir())) == 5
    assert (versions.disk.root / "mine").is_dir()
