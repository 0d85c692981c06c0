"""Saving and reading versions: what goes in comes out, by our reader and by everybody's."""

from datetime import UTC, datetime

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from notebook_labeler.errors import BadInput, NameTaken, UnknownVersion
from notebook_labeler.store.publish import PART_ROWS
from notebook_labeler.store.schema import ANNOTATIONS
from notebook_labeler.store.versions import Versions

ORDER = [("input_id", "ascending"), ("annotation_id", "ascending"), ("task_id", "ascending")]


def test_H20_a_version_gives_back_what_was_saved_in_order(versions, make_table):
    table = make_table(500)
    version = versions.publish(table, name="first-pass", message="reviewed by me", author="ada", journal_rev=41)
    assert version.arrow().equals(table.sort_by(ORDER))
    assert version.arrow().schema.equals(ANNOTATIONS, check_metadata=True)
    again = Versions(versions.disk.root).get("first-pass")
    assert again == version
    assert (again.number, again.rows, again.parent, again.journal_rev) == (1, 500, None, 41)
    assert (again.name, again.message, again.author) == ("first-pass", "reviewed by me", "ada")
    assert abs(datetime.now(UTC) - again.created_at).total_seconds() < 600


def test_H20_a_version_reads_as_a_frame_of_documented_dtypes(versions, make_table):
    frame = versions.publish(make_table(50), name="a").read()
    found = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert list(found) == ANNOTATIONS.names
    for name in ("annotation_id", "concept", "original", "model"):
        assert found[name] in ("str", "string"), name
        assert isinstance(frame[name].dtype, pd.StringDtype)
    assert found["created_at"] == found["updated_at"] == "datetime64[us, UTC]"
    assert found["score"] == found["threshold_low"] == "float64"
    assert found["version"] == "int64"
    assert found["box"] == found["polygon"] == "object"
    assert isinstance(frame.index, pd.RangeIndex)


@pytest.mark.parametrize("count", [0, 1, 2, 300])
def test_H20_dtypes_do_not_depend_on_the_values(versions, make_table, count):
    empty = versions.publish(make_table(0), name="nothing").read()
    frame = versions.publish(make_table(count), name=f"{count}").read()
    assert len(frame) == count
    assert list(empty.dtypes) == list(frame.dtypes)


def test_columns_that_are_missing_throughout_keep_their_types(versions, make_table):
    optional = [f.name for f in ANNOTATIONS if f.nullable]
    bare = make_table(7).drop_columns(optional)
    version = versions.publish(bare, name="bare")
    assert version.arrow().schema.equals(ANNOTATIONS)
    frame = version.read()
    assert frame[optional].isna().all().all()
    assert len(optional) == 9
    assert list(frame.dtypes) == list(versions.publish(make_table(9), name="full").read().dtypes)


@pytest.mark.parametrize("backend", ["default", "arrow"])
def test_a_frame_is_saved_like_the_table_it_came_from(versions, make_table, backend):
    table = make_table(200)
    frame = table.to_pandas() if backend == "default" else table.to_pandas(types_mapper=pd.ArrowDtype)
    frame = frame[frame["version"] > 1]  # the index has holes now
    expected = table.filter(pa.array(np.array(table["version"]) > 1)).sort_by(ORDER)
    version = versions.publish(frame[list(reversed(frame.columns))], name="from a frame")
    assert version.arrow().equals(expected)


def test_what_was_read_can_be_saved_again_and_is_the_same_bytes(versions, make_table):
    first = versions.publish(make_table(300), name="one")
    second = versions.publish(first.read(), name="two")
    assert second.content_hash == first.content_hash


def test_equal_content_gives_equal_bytes_however_it_was_cut_and_ordered(versions, make_table):
    table = make_table(5000)
    pieces = pa.concat_tables([table.slice(3000), table.slice(0, 1), table.slice(1, 2999)])
    one, two = versions.publish(table, name="one"), versions.publish(pieces, name="two", message="later")
    assert one.content_hash == two.content_hash
    files = [sorted(v.folder.iterdir()) for v in (one, two)]
    assert [f.read_bytes() for f in files[0]] == [f.read_bytes() for f in files[1]]
    assert versions.publish(table.slice(1), name="three").content_hash != one.content_hash


def test_a_large_version_is_several_files_that_read_in_order(versions, make_table):
    small = make_table(PART_ROWS // 100 + 3)
    big = pa.concat_tables([small.set_column(0, ANNOTATIONS.field(0), _suffixed(small[0], i)) for i in range(101)])
    version = versions.publish(big, name="big")
    assert len(list(version.folder.iterdir())) == 2
    assert version.rows == big.num_rows > PART_ROWS
    keys = version.arrow().select(["input_id", "annotation_id"])
    assert keys.equals(keys.sort_by(ORDER[:2]))
    version.verify()
    assert pd.read_parquet(version.folder, columns=["annotation_id"])["annotation_id"].tolist() == (
        version.read()["annotation_id"].tolist()
    )


def _suffixed(column: pa.ChunkedArray, i: int) -> pa.ChunkedArray:
    return pa.compute.binary_join_element_wise(column, f"{i:03d}", "-")


@pytest.mark.parametrize("count", [0, 1, 400])
def test_H20_plain_readers_of_pandas_duckdb_and_polars_agree(versions, make_table, count):
    table = make_table(count)
    version = versions.publish(table, name="for all")
    expected = table.sort_by(ORDER)
    frame = pd.read_parquet(version.folder)
    assert pa.Table.from_pandas(frame, schema=ANNOTATIONS, preserve_index=False).equals(expected)
    duck = duckdb.sql(f"SELECT * FROM read_parquet('{version.folder}/*.parquet')").to_arrow_table()
    assert duck.cast(ANNOTATIONS).to_pylist() == expected.to_pylist()
    assert pl.read_parquet(version.folder).to_arrow().cast(ANNOTATIONS).to_pylist() == expected.to_pylist()


def test_the_folder_of_a_version_holds_parquet_and_nothing_else(versions, make_table):
    version = versions.publish(make_table(3), name="a")
    assert [f.name for f in version.folder.iterdir()] == ["part-00000.parquet"]
    assert sorted(f.name for f in versions.disk.root.iterdir()) == ["_versions", version.folder.name]
    assert [f.name for f in (versions.disk.root / "_versions").iterdir()] == ["v000001.json"]


def test_files_tell_their_schema_version(versions, make_table):
    version = versions.publish(make_table(3), name="a")
    metadata = pa.parquet.read_schema(version.folder / "part-00000.parquet").metadata
    assert metadata[b"notebook_labeler.schema"] == version.manifest.schema.encode() == b"1"


def test_H20_lineage_is_a_frame(versions, make_table):
    assert versions.log().empty
    assert versions.latest() is None
    for i, name in enumerate(["a", "b", "c"]):
        versions.publish(make_table(i), name=name, message=f"step {i}", author="ada", journal_rev=10 * i)
    log = versions.log()
    assert log["number"].tolist() == [1, 2, 3]
    assert log["name"].tolist() == ["a", "b", "c"]
    assert log["parent"].tolist() == [pd.NA, 1, 2]
    assert log["rows"].tolist() == [0, 1, 2]
    assert log["journal_rev"].tolist() == [0, 10, 20]
    assert log["message"].tolist() == ["step 0", "step 1", "step 2"]
    assert log["created_at"].is_monotonic_increasing
    assert str(log["created_at"].dtype) == "datetime64[us, UTC]"
    assert log["folder"].tolist() == [str(v.folder) for v in versions.list()]
    assert list(versions.log().dtypes) == list(Versions(versions.disk.root / "none").log().dtypes)
    assert versions.latest() == versions.get("c")


def test_a_version_is_found_by_name_or_number(versions, make_table):
    first = versions.publish(make_table(1), name="First  pass")
    second = versions.publish(make_table(2), name="1")
    assert first.name == "First pass"
    assert versions.get("first pass ") == versions.get(1) == first
    assert versions.get("1") == versions.get(2) == second
    assert "'First pass'" in repr(first)


def test_an_unknown_version_is_refused_with_names_like_it(versions, make_table):
    with pytest.raises(UnknownVersion, match="none has been saved yet"):
        versions.get("x")
    versions.publish(make_table(1), name="first-pass")
    versions.publish(make_table(1), name="reviewed")
    with pytest.raises(UnknownVersion, match="did you mean 'first-pass'"):
        versions.get("first-past")
    for wrong in (0, 3, -1, "zzzz"):
        with pytest.raises(UnknownVersion, match="from 1 to 2"):
            versions.get(wrong)
    for wrong in (True, None, 1.0):
        with pytest.raises(BadInput, match="name or number"):
            versions.get(wrong)


def test_a_name_is_given_once(versions, make_table):
    versions.publish(make_table(1), name="Straße")
    for same in ("Straße", " straße ", "STRASSE"):
        with pytest.raises(NameTaken, match=r"version 1 of .*choose another name"):
            versions.publish(make_table(2), name=same)
    assert len(versions.list()) == 1
    assert len(list(versions.disk.root.iterdir())) == 2


HOSTILE = [
    "../../etc/passwd",
    "/absolute",
    "v000001",
    "_versions",
    "..",
    "a/b\\c",
    "<script>alert(1)</script>",
    "'; DROP TABLE annotation; --",
    "x" * 200,
    "\u202egnp.exe",
    "👩‍👩‍👧",
    "{{7*7}}${7*7}%s%n",
    "con",
    "1",
]


def test_names_and_messages_are_never_paths(versions, make_table, tmp_path):
    for i, name in enumerate(HOSTILE, 1):
        version = versions.publish(make_table(1), name=name, message=name * 50, author=name, task_id=name)
        assert (version.number, version.name) == (i, name)
    found = Versions(versions.disk.root)
    for name in HOSTILE:
        assert found.get(name).message == name * 50
        assert found.get(name).folder.parent == versions.disk.root
        found.get(name).verify()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["versions"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\x00b", 3, None, "\ud800"])
def test_a_name_that_is_none_is_refused_before_anything_is_written(versions, make_table, name):
    with pytest.raises(BadInput, match="a version name"):
        versions.publish(make_table(1), name=name)
    assert not versions.disk.root.exists()


def test_a_message_may_hold_any_text(versions, make_table):
    version = versions.publish(make_table(1), name="a", message="line\nline\x00 \ud800 ü")
    assert Versions(versions.disk.root).get("a").message == version.message == "line\nline\x00 ? ü"
    with pytest.raises(BadInput, match="a message as text"):
        versions.publish(make_table(1), name="b", message=None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.append_column("extra", [[1] * 5]), "also \\['extra'\\]; drop them"),
        (lambda t: t.drop_columns(["concept"]), "none named \\['concept'\\]; add them"),
        (lambda t: t.append_column("score", t["score"]), "each column once"),
        (lambda t: pa.concat_tables([t, t.slice(2, 1)]), "every annotation once"),
        (lambda t: t.set_column(4, "concept", pa.array([None, *"abcd"])), "'concept', got 1 missing"),
        (lambda t: t.set_column(t.schema.names.index("score"), "score", [list("abcde")]), "convert them"),
        (lambda t: t.set_column(20, "created_at", t["created_at"].cast(pa.timestamp("us"))), "time zone in column"),
        (lambda t: t.to_pandas().assign(created_at=datetime(2026, 1, 1)), "time zone in column 'created_at'"),
        (lambda t: t.to_pandas().assign(created_at=datetime(2026, 1, 1)).astype({"created_at": object}), "time zone"),
        (lambda t: t.to_pandas().assign(concept=None), "'concept', got 5 missing"),
        (lambda t: t.to_pandas().assign(version="many"), "convert them"),
        (lambda t: t.to_pylist(), "pyarrow Table or a pandas DataFrame, got list"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_in_a_sentence(versions, make_table, change, sentence):
    with pytest.raises(BadInput, match=sentence):
        versions.publish(change(make_table(5)), name="a")
    assert versions.list() == []


def test_times_of_any_zone_are_the_same_instants(versions, make_table):
    table = make_table(5)
    frame = table.to_pandas()
    frame["created_at"] = frame["created_at"].dt.tz_convert("Europe/Berlin").astype("datetime64[ns, Europe/Berlin]")
    assert versions.publish(frame, name="berlin").arrow().equals(table.sort_by(ORDER))


def test_categories_are_saved_as_text(versions, make_table):
    table = make_table(50)
    frame = table.to_pandas().astype({"concept": "category", "labeler": "category"})
    assert versions.publish(frame, name="frame").arrow().equals(table.sort_by(ORDER))
    coded = table.set_column(4, "concept", table["concept"].dictionary_encode())
    assert versions.publish(coded, name="table").arrow().equals(table.sort_by(ORDER))


def test_an_old_version_has_the_columns_that_came_later_as_missing(tmp_path, make_table):
    younger = Versions(tmp_path).publish(make_table(4), name="old").arrow()
    wider = pa.schema([*ANNOTATIONS, pa.field("weight", pa.int64()), pa.field("checked", pa.bool_(), False)])
    version = Versions(tmp_path, schema=wider).get("old")
    assert version.arrow().select(ANNOTATIONS.names).equals(younger.replace_schema_metadata(None))
    frame = version.read()
    assert str(frame["weight"].dtype) == "Int64"
    assert str(frame["checked"].dtype) == "boolean"
    assert frame[["weight", "checked"]].isna().all().all()


def test_a_version_keeps_columns_that_this_program_does_not_know(tmp_path, make_table):
    wider = pa.schema([*ANNOTATIONS, pa.field("weight", pa.float64())])
    later = make_table(4).append_column("weight", [[1.0, 2.0, 3.0, 4.0]])
    Versions(tmp_path, schema=wider).publish(later, name="later")
    assert sorted(Versions(tmp_path).get("later").read()["weight"]) == [1.0, 2.0, 3.0, 4.0]
