"""What changed between two versions, held against a slow and simple oracle."""

import random
from datetime import timedelta

import pandas as pd
import pyarrow as pa
import pytest

from notebook_labeler.errors import BadInput, DamagedVersion
from notebook_labeler.store.diff import differs
from notebook_labeler.store.schema import ANNOTATIONS

UNCOUNTED = {"version", "updated_at"}
OPTIONAL = [f.name for f in ANNOTATIONS if f.nullable]


def edited(rows: list[dict], fresh: list[dict], seed: int) -> list[dict]:
    r = random.Random(seed)
    kept = [dict(row) for row in rows if r.random() > 0.2]
    for row in kept:
        if r.random() < 0.3:
            row["version"] += 1
            row["updated_at"] += timedelta(seconds=1)
        if r.random() < 0.4:
            for _ in range(r.randrange(1, 4)):
                change = r.randrange(7)
                if change == 0:
                    row["concept"] += "!"
                elif change == 1:
                    row[r.choice(OPTIONAL)] = None
                elif change == 2:
                    row["score"] = r.random()
                elif change == 3:
                    row["box"] = [1.0, 2.0, 3.0, r.random()]
                elif change == 4:
                    row["polygon"] = r.choice([[], [[1.0, 2.0]], [[1.0, 2.0], [r.random()]], [[]]])
                elif change == 5:
                    row["input_id"] = f"{r.randrange(9):016x}"
                else:
                    row["score"] = float("nan")
    return kept + fresh


def same(one: object, two: object) -> bool:
    return one == two or (one != one and two != two)


def oracle(old: list[dict], new: list[dict]) -> dict[tuple[str, str], tuple[str, dict, dict]]:
    before = {(row["task_id"], row["annotation_id"]): row for row in old}
    after = {(row["task_id"], row["annotation_id"]): row for row in new}
    found = {key: ("added", {}, after[key]) for key in after.keys() - before.keys()}
    found |= {key: ("removed", before[key], {}) for key in before.keys() - after.keys()}
    for key in before.keys() & after.keys():
        names = [n for n in ANNOTATIONS.names if n not in UNCOUNTED and not same(before[key][n], after[key][n])]
        if names:
            found[key] = ("changed", {n: before[key][n] for n in names}, {n: after[key][n] for n in names})
    return found


def plain(value: object) -> object:
    """A value of a frame as Python has it: lists for arrays, None for missing."""
    if hasattr(value, "tolist"):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, list):
        return [plain(item) for item in value]
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value


def missing(value: object) -> object:
    return None if isinstance(value, float) and value != value else value


def assert_tells(frame: pd.DataFrame, old: list[dict], new: list[dict]) -> None:
    expected = oracle(old, new)
    pairs = sorted({c.removesuffix("_before") for c in frame.columns if c.endswith("_before")})
    changed = [told for told in expected.values() if told[0] == "changed"]
    assert pairs == sorted({name for _, before, _ in changed for name in before})
    assert len(frame) == len(expected)
    for row in frame.to_dict("records"):
        change, before, after = expected.pop((row["task_id"], row["annotation_id"]))
        assert row["change"] == change
        latest = after if change == "added" else before
        for shown in ("input_id", "concept"):
            if change != "changed":
                assert row[shown] == latest[shown]
            elif shown in after:
                assert row[shown] == after[shown]
        if change == "changed":
            assert row["fields"] == ", ".join(name for name in ANNOTATIONS.names if name in before)
            assert set(before) <= set(pairs)
        else:
            assert pd.isna(row["fields"])
            before, after = ({n: side.get(n) for n in pairs} for side in (before, after))
        for name in before:
            assert plain(row[f"{name}_before"]) == missing(before[name]), name
            assert plain(row[f"{name}_after"]) == missing(after[name]), name
    assert not expected


@pytest.mark.parametrize("seed", range(12))
def test_H20_a_diff_tells_exactly_what_was_added_removed_and_changed(versions, make_rows, seed):
    old = make_rows(random.Random(seed).choice([1, 30, 400]), seed, tasks=1 + seed % 3)
    new = edited(old, make_rows(seed * 7, seed + 1000, tasks=2), seed)
    one = versions.publish(pa.Table.from_pylist(old, schema=ANNOTATIONS), name="one")
    two = versions.publish(pa.Table.from_pylist(new, schema=ANNOTATIONS), name="two")
    assert_tells(two.diff(one), old, new)
    pd.testing.assert_frame_equal(one.diff(two), two.diff(one))


def test_one_annotation_id_in_two_tasks_is_two_annotations(versions, make_rows):
    rows = [dict(row, annotation_id="same", input_id="i") for row in make_rows(1)]
    old = [dict(rows[0], task_id="a"), dict(rows[0], task_id="b")]
    new = [dict(rows[0], task_id="b", concept="other"), dict(rows[0], task_id="c")]
    one = versions.publish(pa.Table.from_pylist(old, schema=ANNOTATIONS), name="one")
    two = versions.publish(pa.Table.from_pylist(new, schema=ANNOTATIONS), name="two")
    assert one.diff(two)[["change", "task_id"]].to_numpy().tolist() == [
        ["added", "c"],
        ["removed", "a"],
        ["changed", "b"],
    ]
    assert_tells(one.diff(two), old, new)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 5), (5, 0), (5, 5)])
def test_a_diff_with_nothing_on_a_side(versions, make_table, before, after):
    one, two = versions.publish(make_table(before), name="one"), versions.publish(make_table(after), name="two")
    frame = two.diff(one)
    assert list(frame.columns) == ["change", "annotation_id", "task_id", "input_id", "concept", "fields"]
    expected = {} if before == after else {"added": 5} if after else {"removed": 5}
    assert frame["change"].value_counts().to_dict() == expected
    assert two.diff(two).empty


def test_counters_alone_are_no_change(versions, make_table):
    table = make_table(20)
    later = table.set_column(22, ANNOTATIONS.field("version"), pa.array([9] * 20))
    assert versions.publish(later, name="later").diff(versions.publish(table, name="one")).empty


def test_a_diff_reaches_over_columns_that_one_side_lacks(tmp_path, make_table):
    from notebook_labeler.store.versions import Versions

    wider = pa.schema([*ANNOTATIONS, pa.field("weight", pa.float64())])
    table = make_table(3)
    Versions(tmp_path).publish(table, name="one")
    later = Versions(tmp_path, schema=wider)
    later.publish(table.append_column("weight", [[None, 1.0, None]]), name="two")
    frame = later.get("two").diff(later.get("one"))
    assert frame[["change", "fields", "weight_after"]].to_numpy().tolist() == [["changed", "weight", 1.0]]
    assert frame["weight_before"].isna().all()


def test_a_diff_needs_a_version(versions, make_table):
    version = versions.publish(make_table(1), name="one")
    with pytest.raises(BadInput, match="expected another version, got str"):
        version.diff("one")


def test_a_damaged_version_is_not_compared(versions, make_table):
    one, two = (versions.publish(make_table(n), name=f"{n}") for n in (1, 2))
    (two.folder / "part-00000.parquet").unlink()
    with pytest.raises(DamagedVersion):
        one.diff(two)


@pytest.mark.parametrize(
    ("kind", "one", "two", "expected"),
    [
        (pa.string(), ["a", None, None, "b"], ["a", None, "c", None], [0, 0, 1, 1]),
        (pa.float64(), [1.0, float("nan"), float("nan"), None], [1.0, float("nan"), 2.0, float("nan")], [0, 0, 1, 1]),
        (pa.list_(pa.float64()), [[1.0], [], None, [1.0]], [[1.0, 2.0], None, [], [1.0]], [1, 1, 1, 0]),
        (pa.list_(pa.string()), [[None, "a"], [None], ["a"]], [[None, "b"], [None], [None]], [1, 0, 1]),
        (
            pa.list_(pa.list_(pa.int64())),
            [[[1], [2]], [[1, 2]], [None, [3]], [[4]], None],
            [[[1], [3]], [[1], [2]], [[], [3]], [[4]], None],
            [1, 1, 1, 0, 0],
        ),
    ],
)
def test_values_differ_by_what_they_hold(kind, one, two, expected):
    pad = [None, *one], [None, *two]
    for left, right in ((pa.array(one, kind), pa.array(two, kind)), [pa.array(p, kind).slice(1) for p in pad]):
        assert differs(left, right).tolist() == [bool(x) for x in expected]
