"""Groups of near-duplicates that a few pictures are added to: the same as if all were grouped anew."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notebook_labeler.media import near_duplicates
from notebook_labeler.media.fingerprints import LOOK, Fingerprints
from notebook_labeler.media.kept_fingerprints import Kept
from notebook_labeler.media.kept_groups import KeptGroups
from notebook_labeler.media.near_duplicates import chained, extended

LOOKS = np.random.default_rng(3).integers(-127, 128, (3, LOOK)).astype(np.int8)


def pictures(given):
    """Make fingerprints of (code, look, known); look 3 is nothing at all, and codes differ by few bits."""
    found = Fingerprints.none(len(given))
    for place, (bits, look, known) in enumerate(given):
        code = sum(1 << (5 * bit) for bit in bits)
        found.put(place, (code, LOOKS[look] if look < 3 else np.zeros(LOOK, np.int8)) if known else None)
    return found


picture = st.tuples(st.sets(st.integers(0, 12), max_size=12), st.integers(0, 3), st.booleans())


@settings(max_examples=30, deadline=None)
@given(st.lists(picture, max_size=14), st.integers(0, 14), st.sampled_from([3, 100]), st.sampled_from([0, 3, 8]))
def test_X11_what_is_added_is_grouped_as_if_all_were_grouped_anew(album, begun, many, distance):
    prints = pictures(album)
    rules = {"many": many, "distance": distance}
    found = extended(chained(prints.at(list(range(len(album)))[:begun]), **rules), prints, **rules)
    expected = chained(prints, **rules)
    assert found.groups.tolist() == expected.groups.tolist()
    assert found.chains.tolist() == expected.chains.tolist()


def test_X11_many_that_are_added_are_grouped_with_all(monkeypatch):
    prints = pictures([({n}, 0, True) for n in range(9)])
    monkeypatch.setattr(near_duplicates, "_BY_HAND", 2)
    assert extended(chained(prints.at([0])), prints).groups.tolist() == [0] * 9


@pytest.fixture
def kept():
    keys = list(range(1, 5))
    prints = pictures([({0}, 0, True), ({9}, 1, True), ({1}, 0, True), ((), 0, False)])
    return keys, Kept.of(np.array(keys, np.uint64), prints), prints


def test_X11_kept_groups_come_back_and_grow(tmp_path, kept):
    keys, fingerprints, prints = kept
    before = KeptGroups.of(["a", "b"], keys[:2], prints.at([0, 1]))
    before.save(tmp_path / "cache" / "g.npz")
    again = KeptGroups.read(tmp_path / "cache" / "g.npz")
    assert again.same(["a", "b"], keys[:2], prints.at([0, 1]))
    assert not again.same(["a", "b"], [1, 7], prints.at([0, 1]))
    assert again.are_of(["b"], [1])
    assert not again.are_of(["c"], [1])
    assert not again.are_of([], [1])
    more = again.with_more(["c", "🦊", "far away"], [3, 4, None], fingerprints)
    assert more.found.groups.tolist() == [0, 1, 0, 3, 4]
    assert more.same(["a", "b", "c", "🦊", "far away"], [*keys, None], Fingerprints(more.looked, *[None] * 2))
    assert more.with_more([], [], Kept.of(np.array([1], np.uint64), prints.at([0]))) is None, "the others' are gone"


def test_X11_what_was_looked_at_only_afterwards_is_on_its_own_until_all_are_grouped(kept):
    keys, fingerprints, _ = kept
    before = KeptGroups.of(["a", "b"], keys[:2], Fingerprints.none(2))
    assert before.with_more(["c"], [3], fingerprints).found.groups.tolist() == [0, 1, 2]


def test_X11_torn_or_foreign_groups_are_none(tmp_path, kept):
    keys, _, prints = kept
    path = tmp_path / "g.npz"
    assert KeptGroups.read(path) is None
    KeptGroups.of(list("abcd"), keys, prints).save(path)
    whole, other = path.read_bytes(), io.BytesIO()
    np.savez(other, ids=np.zeros(2, np.uint32), keys=1, looked=1, groups=1, chains=1)
    for torn in (b"", whole[:50], whole[:-20], b"PK" * 60, other.getvalue()):
        path.write_bytes(torn)
        assert KeptGroups.read(path) is None
    (tmp_path / "file").write_text("")
    KeptGroups.of([], [], Fingerprints.none(0)).save(tmp_path / "file" / "g.npz")
