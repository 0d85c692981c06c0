"""What models said is kept: found again by input, by any process, whatever a crash has torn."""

import os
import random
import subprocess
import sys
import threading
from textwrap import dedent

import numpy as np
import pandas as pd
import pytest

from notebook_labeler.domain.predictions import Guess, Prediction
from notebook_labeler.errors import BadInput, StoreError
from notebook_labeler.store.predictions import PART_INPUTS, PredictionStore

KEY = "0123456789abcdef"


def prediction(i: int, seed: int = 0, *, key: str = KEY) -> Prediction:
    r = random.Random(f"{i} {seed}")
    if i % 7 == 3:
        return Prediction(f"{i:016x}", key, (), "the picture cannot be opened")
    box = tuple(r.random() for _ in range(4)) if i % 2 else None
    polygon = tuple(tuple(r.random() for _ in range(6)) for _ in range(1 + i % 3)) if i % 5 == 0 else None
    guesses = tuple(Guess(f"größe {k}", r.random(), box, polygon) for k in range(i % 4))
    return Prediction(f"{i:016x}", key, guesses)


def predictions(start: int, stop: int, seed: int = 0) -> list[Prediction]:
    return [prediction(i, seed) for i in range(start, stop)]


def ids(found) -> list[str]:
    return [p.input_id for p in found]


def parts(tmp_path, key: str = KEY):
    return sorted((tmp_path / key).glob("*.parquet"))


@pytest.fixture
def store(tmp_path):
    store = PredictionStore(tmp_path)
    yield store
    store.close()


def test_what_was_added_is_found_at_once_and_by_the_next_process(store, tmp_path):
    made = predictions(0, 40)
    store.add(KEY, made)
    assert list(store.get(KEY, ids(made)).values()) == made
    assert not parts(tmp_path)
    assert PredictionStore(tmp_path).get(KEY, ids(made)) == {}
    store.flush()
    again = PredictionStore(tmp_path)
    assert list(again.get(KEY, ids(made)).values()) == made
    assert again.count(KEY) == 40


def test_every_input_has_a_row_also_with_nothing_to_say(store, tmp_path):
    silent = [Prediction("a", KEY), Prediction("b", KEY, (), "broken")]
    store.add(KEY, silent)
    store.flush()
    again = PredictionStore(tmp_path)
    assert list(again.get(KEY, ["a", "b", "c"]).values()) == silent
    assert again.missing(KEY, ["c", "a", "d", "c"]) == ["c", "d"]
    frame = pd.read_parquet(tmp_path / KEY)
    assert frame["input_id"].tolist() == ["a", "b"]
    assert frame["guesses"].map(len).tolist() == [0, 0]


def test_answers_come_in_the_order_of_the_question(store):
    store.add(KEY, predictions(0, 600))
    wanted = ids([prediction(i) for i in (599, 3, 77, 598, 0)])
    assert list(store.get(KEY, [*wanted, "unknown", wanted[0]])) == wanted


def test_a_part_is_written_when_enough_wait(store, tmp_path):
    store.add(KEY, predictions(0, PART_INPUTS - 1))
    assert not parts(tmp_path)
    store.add(KEY, predictions(PART_INPUTS - 1, PART_INPUTS))
    assert len(parts(tmp_path)) == 1
    store.add(KEY, predictions(1000, 1000 + 3 * PART_INPUTS))
    assert len(parts(tmp_path)) == 2
    assert {p.name[0] for p in (tmp_path / KEY).iterdir()} == {"0"}  # no drafts beside them
    assert store.count(KEY) == 4 * PART_INPUTS


def test_very_many_at_once_become_several_parts(store, tmp_path):
    made = [Prediction(f"{i}", KEY) for i in range(40_000)]
    store.add(KEY, made)
    assert len(parts(tmp_path)) == 3
    again = PredictionStore(tmp_path)
    assert again.count(KEY) == 40_000
    assert list(again.get(KEY, ["39999", "0", "20000"])) == ["39999", "0", "20000"]


def test_the_later_one_counts(store, tmp_path):
    for seed in range(3):
        store.add(KEY, predictions(0, 50, seed))
        store.flush()
    store.add(KEY, predictions(0, 10, 3))
    assert store.count(KEY) == 50
    expected = predictions(0, 10, 3) + predictions(10, 50, 2)
    assert sorted(store.scan(KEY), key=lambda p: p.input_id) == expected
    store.close()
    again = PredictionStore(tmp_path)
    assert list(again.get(KEY, ids(expected)).values()) == expected
    assert sorted(again.scan(KEY), key=lambda p: p.input_id) == expected
    assert again.count(KEY) == 50


def test_an_error_that_another_process_mended_is_not_remembered(store, tmp_path):
    store.add(KEY, [Prediction("a", KEY, (), "the hub is away")])
    store.flush()
    other = PredictionStore(tmp_path)
    other.add(KEY, [Prediction("a", KEY, (Guess("cat", 0.5),))])
    other.close()
    assert store.get(KEY, ["a"])["a"].error is None


def test_parts_of_other_processes_appear_by_themselves(store, tmp_path):
    other = PredictionStore(tmp_path)
    for i in range(5):
        other.add(KEY, [prediction(i)])
        other.flush()
        assert store.get(KEY, [f"{i:016x}"]) == {f"{i:016x}": prediction(i)}
        assert store.count(KEY) == i + 1


def test_models_do_not_see_each_other(store):
    store.add("a", [prediction(1, key="a")])
    store.add("b", [prediction(1, 5, key="b"), prediction(2, 5, key="b")])
    assert store.count("a") == 1
    assert store.count("b") == 2
    assert store.get("a", [f"{1:016x}"])[f"{1:016x}"] == prediction(1, key="a")
    assert store.count("none") == 0
    assert store.get("none", ["x"]) == {}
    assert list(store.scan("none")) == []


@pytest.mark.parametrize("damage", [b"", b"PAR1", "cut", "zeros"])
def test_a_torn_part_is_dropped_and_its_inputs_are_missing_again(tmp_path, damage):
    with_parts = PredictionStore(tmp_path)
    for start in (0, 300):
        with_parts.add(KEY, predictions(start, start + 300))
    file = parts(tmp_path)[0]
    whole = file.read_bytes()
    if damage == "cut":
        damage = whole[: len(whole) // 2]
    elif damage == "zeros":  # the footer is right, the pages never reached the disk
        damage = whole[:4] + bytes(len(whole) * 3 // 4) + whole[4 + len(whole) * 3 // 4 :]
    file.write_bytes(damage)
    everything = ids(predictions(0, 600))
    store = PredictionStore(tmp_path)
    store.get(KEY, everything)
    assert store.missing(KEY, everything) == everything[:300]
    assert store.count(KEY) == 300
    assert not file.exists()
    assert [p.input_id for p in store.scan(KEY)] == everything[300:]
    store.add(KEY, predictions(0, 300))
    assert list(PredictionStore(tmp_path).get(KEY, everything).values()) == predictions(0, 600)


def test_a_part_that_tears_or_goes_after_it_was_indexed_is_missing_again(tmp_path):
    PredictionStore(tmp_path).add(KEY, predictions(0, 300))
    for harm in (lambda file: file.write_bytes(b"x" * file.stat().st_size), os.unlink):
        store = PredictionStore(tmp_path)
        assert store.count(KEY) == 300
        harm(parts(tmp_path)[0])
        assert store.get(KEY, ids(predictions(0, 5))) == {}
        assert store.count(KEY) == 0
        assert list(store.scan(KEY)) == []
        store.add(KEY, predictions(0, 300))


def test_a_trouble_of_the_system_drops_nothing(tmp_path, monkeypatch):
    import pyarrow.parquet as pq

    PredictionStore(tmp_path).add(KEY, predictions(0, 300))
    store = PredictionStore(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(pq, "ParquetFile", _no_handles)
        with pytest.raises(OSError, match="Too many open files"):
            store.count(KEY)
    assert len(parts(tmp_path)) == 1


def _no_handles(*args, **kwargs):
    raise OSError(24, "Too many open files")


def test_old_drafts_are_swept_and_other_files_left_alone(tmp_path):
    folder = tmp_path / KEY
    folder.mkdir()
    old, young = (folder / f".{n:020d}-01234567.parquet.tmp" for n in (1, 2))
    mine = folder / "notes.parquet"
    for path in (old, young, mine):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert PredictionStore(tmp_path).count(KEY) == 0
    assert sorted(folder.iterdir()) == sorted([young, mine])


def test_memory_stays_bounded_and_answers_stay_right(tmp_path):
    store = PredictionStore(tmp_path, remember=10)
    store.add(KEY, predictions(0, 700))
    for i in (1, 2, 650, 1):
        assert store.get(KEY, [f"{i:016x}"])[f"{i:016x}"] == prediction(i)
    assert len(store._recent) <= 10
    store.close()


def test_one_read_touches_one_row_group(tmp_path, monkeypatch):
    import pyarrow.parquet as pq

    made = [Prediction(f"{i:06d}", KEY, (Guess("cat", i / 10_000),)) for i in range(9000)]
    PredictionStore(tmp_path).add(KEY, made)
    store = PredictionStore(tmp_path)
    assert store.count(KEY) == 9000
    groups, read = [], pq.ParquetFile.read_row_groups
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_groups", lambda self, g, **k: (groups.append(list(g)), read(self, g, **k))[1]
    )
    assert store.get(KEY, ["005000"])["005000"] == made[5000]
    assert list(store.get(KEY, ["008999", "000000"]).values()) == [made[8999], made[0]]
    assert groups == [[2], [0, 4]]
    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", None)
    assert store.get(KEY, ["005000"])["005000"] == made[5000]


def test_embeddings_come_back_as_they_were_given(store, tmp_path):
    vectors = np.random.default_rng(0).normal(size=(300, 12)).astype(np.float32)
    store.add(KEY, predictions(0, 300), embeddings=vectors)
    store.add(KEY, predictions(300, 310))
    store.add(KEY, predictions(310, 312), embeddings=vectors[:2])
    for reader in (store, PredictionStore(tmp_path)):
        wanted = ids(predictions(0, 312))[::-1]
        found = reader.embeddings(KEY, [*wanted, "unknown"])
        there = [i for i in range(311, -1, -1) if i < 300 or (i > 309 and reader is store)]
        assert list(found) == [f"{i:016x}" for i in there]
        for i in there:
            assert found[f"{i:016x}"].dtype == np.float16
            np.testing.assert_array_equal(found[f"{i:016x}"], vectors[i % 310].astype(np.float16))
    store.close()
    again = PredictionStore(tmp_path)
    assert set(again.embeddings(KEY, wanted)) == set(found) | {f"{i:016x}" for i in (310, 311)}
    assert list(again.get(KEY, wanted).values()) == predictions(0, 312)[::-1]


def test_embeddings_of_another_length_make_a_part_of_their_own(store, tmp_path):
    store.add(KEY, predictions(0, 3), embeddings=np.ones((3, 4)))
    store.add(KEY, predictions(3, 5), embeddings=np.ones((2, 6)))
    store.close()
    again = PredictionStore(tmp_path)
    assert [len(v) for v in again.embeddings(KEY, ids(predictions(0, 5))).values()] == [4, 4, 4, 6, 6]
    assert again.count(KEY) == 5


@pytest.mark.parametrize(
    "wrong", [[1.0, 2.0], [[1.0]], [[], []], [["a"], ["b"]], [[1e9], [0]], [[float("nan")], [0.0]]]
)
def test_embeddings_that_do_not_fit_are_refused(store, wrong):
    with pytest.raises(BadInput, match="embeddings"):
        store.add(KEY, predictions(0, 2), embeddings=wrong)
    assert store.count(KEY) == 0


@pytest.mark.parametrize(
    "key", ["", ".", "..", "../x", "a/b", "a\\b", "/etc", ".hidden", "a\n", "a b", "x" * 101, "ü", None, 3, "a\x00"]
)
def test_a_model_key_never_becomes_a_path_elsewhere(store, tmp_path, key):
    asked = [
        lambda: store.add(key, []),
        lambda: store.get(key, ["a"]),
        lambda: store.missing(key, ["a"]),
        lambda: store.embeddings(key, ["a"]),
        lambda: store.count(key),
        lambda: list(store.scan(key)),
    ]
    for ask in asked:
        with pytest.raises(BadInput, match="a model key of 1 to 100"):
            ask()
    assert list(tmp_path.iterdir()) == []


def test_any_text_is_an_input_id(store, tmp_path):
    strange = ["../../x", "", "a/b", "\n", "👩‍👩‍👧", "x" * 10_000, "<b>"]
    store.add(KEY, [Prediction(i, KEY, (Guess(i, 1.0),)) for i in strange])
    store.flush()
    assert list(PredictionStore(tmp_path).get(KEY, strange)) == strange


def test_predictions_of_another_model_are_refused(store):
    with pytest.raises(BadInput, match="of model 'a', got one of 'b'"):
        store.add("a", [Prediction("i", "b")])


def test_a_closed_store_takes_nothing_and_closing_twice_is_fine(tmp_path):
    store = PredictionStore(tmp_path)
    store.add(KEY, predictions(0, 2))
    store.close()
    store.close()
    assert len(parts(tmp_path)) == 1
    with pytest.raises(StoreError, match="closed"):
        store.add(KEY, predictions(2, 3))


def test_two_ids_of_one_hash_are_never_mixed_up(store, tmp_path, monkeypatch):
    from notebook_labeler.store import prediction_index

    store.add(KEY, predictions(0, 300))
    monkeypatch.setattr(prediction_index, "hash", lambda text: 1, raising=False)
    again = PredictionStore(tmp_path)
    found = again.get(KEY, ids(predictions(0, 300)))
    assert found == {f"{299:016x}": prediction(299)}


def test_threads_and_processes_write_one_model_together(tmp_path):
    script = dedent("""
        import sys
        from notebook_labeler.domain.predictions import Guess, Prediction
        from notebook_labeler.store.predictions import PredictionStore
        store = PredictionStore(sys.argv[1])
        for start in range(0, 2000, 50):
            store.add("k", [Prediction(f"{sys.argv[2]} {i}", "k", ()) for i in range(start, start + 50)])
        store.close()
    """)
    others = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), who]) for who in ("a", "b")]
    store = PredictionStore(tmp_path)

    def work(who):
        for i in range(500):
            store.add("k", [Prediction(f"{who} {i}", "k")])
            assert f"{who} {i}" in store.get("k", [f"{who} {i}"])

    threads = [threading.Thread(target=work, args=(who,)) for who in ("c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert [process.wait() for process in others] == [0, 0]
    again = PredictionStore(tmp_path)
    assert again.count("k") == 5000
    assert len({p.input_id for p in again.scan("k")}) == 5000
