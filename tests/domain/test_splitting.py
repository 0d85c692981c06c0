"""Splitting inputs into train, val and test (X11)."""

from __future__ import annotations

from collections import Counter

import pytest

from notebook_labeler.domain.splitting import checked_shares, split
from notebook_labeler.errors import BadInput

USUAL = {"train": 0.8, "val": 0.1, "test": 0.1}
IDS = [f"input {n}" for n in range(5000)]


def test_X11_near_duplicates_are_in_one_split():
    groups = [n // 3 for n in range(len(IDS))]
    parts = split(IDS, groups, USUAL)
    assert all(len({parts[i], parts[i + 1], parts[i + 2]}) == 1 for i in range(0, 4998, 3))


def test_the_shares_are_met_about():
    counted = Counter(split(IDS, range(len(IDS)), USUAL))
    assert abs(counted["train"] / 5000 - 0.8) < 0.03
    assert abs(counted["test"] / 5000 - 0.1) < 0.02


def test_an_input_keeps_its_part_when_others_come():
    few = split(IDS[:100], range(100), USUAL)
    assert split(IDS, range(len(IDS)), USUAL)[:100] == few
    assert split(IDS[:100], range(100), USUAL, seed=1) != few


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"train": 0.8}, "add up to 1, got 0.8"),
        ({"train": 0.8, "test": 0.3}, "add up to 1, got 1.1"),
        ({"train": True}, "a number above 0"),
        ({"train": float("nan")}, "a number above 0"),
        ({"train": 1.2, "test": -0.2}, "a number above 0"),
        ({"train": "most"}, "a number above 0"),
    ],
)
def test_shares_that_cannot_be_are_refused(shares, said):
    with pytest.raises(BadInput, match=said):
        checked_shares(shares)
