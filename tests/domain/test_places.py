"""Sets of places as text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebook_labeler.domain.places import pack, unpack
from notebook_labeler.errors import BadInput

runs = st.builds(
    lambda first, step, count: list(range(first, first + step * count, step)),
    st.integers(0, 400),
    st.integers(1, 9),
    st.integers(0, 30),
)
sets = st.one_of(
    st.lists(st.integers(0, 60)),
    st.lists(st.integers(0, 10**18 - 1)),
    st.lists(runs, max_size=6).map(lambda parts: [p for part in parts for p in part]),
)


@given(sets)
def test_places_come_back_as_they_were(positions):
    text = pack(positions)
    back = unpack(text)
    assert back.tolist() == sorted(set(positions))
    assert back.dtype == np.int64
    assert pack(back) == text


@pytest.mark.parametrize(
    ("positions", "text"),
    [
        ([], ""),
        ([7], "7"),
        ([2, 1, 2, 0], "0,1,2"),
        (range(4), "0-3"),
        ([0, 1, 2, 3, 5, 7, 9], "0-3,5-9/2"),
        ([0, 1, 2, 3, 5, 7, 9, 11], "0-3,5-11/2"),
        ([0, 1, 2, 3, 8, 13, 18, 23, 40], "0-3,8-23/5,40"),
        (np.array([4, 2], np.uint8), "2,4"),
    ],
)
def test_places_are_written_as_runs_where_they_make_one(positions, text):
    assert pack(positions) == text


@pytest.mark.parametrize("people", [1, 2, 4, 7])
def test_H08_a_million_inputs_dealt_round_robin_are_a_line_each(people):
    for person in range(people):
        places = np.arange(person, 1_000_000, people)
        assert len(pack(places)) < 30
        assert np.array_equal(unpack(pack(places)), places)


@pytest.mark.parametrize(
    "text",
    [
        *(",", "1,", ",1", "1,,2", "-1", "1-", "3-1", "1-1-1", "1/2", "1-9/0", "1-9/3", "1-9/", "0-9//3", "a", "1 2"),
        *(" 1", "1\n", "+1", "1_0", "1.0", "1e3", "٣", "１", "\0", "<b>", "2,1", "1,1", "0-9,5-12", "0-8/4,1-9/4"),
        *("9" * 19, "0-" + "9" * 18, "0-9/" + "9" * 19, "1" * 5000, "0-49999999,50000000", None, 3, b"1", ["1"]),
    ],
    ids=ascii,
)
def test_text_that_is_no_places_is_refused_in_a_sentence(text):
    with pytest.raises(BadInput, match="expected"):
        unpack(text)


@pytest.mark.parametrize(
    "positions", [[-1], [0.5], ["1"], [None], [True], [10**18], [2**70], [[1, 2]], [float("nan")]], ids=repr
)
def test_what_is_no_place_is_refused_in_a_sentence(positions):
    with pytest.raises(BadInput, match="expected places"):
        pack(positions)
