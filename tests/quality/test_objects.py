"""Which objects people drew alike: the best one-to-one matches, and what share of all that is."""

import itertools
import math

import numpy as np
import pytest

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.quality.agreement import OVERALL, paired
from notebook_labeler.quality.assignment import best_pairs
from notebook_labeler.quality.objects import NONE_PAIRED, ONE_INPUT, UNDRAWN, about_objects
from notebook_labeler.quality.overlap import iou, matched

CAR = {"car": "car"}


def by_trying_all(scores, at_least):
    """How many pairs there can be, and the largest sum of so many."""
    if scores.shape[0] > scores.shape[1]:
        scores = scores.T
    best = (0, 0.0)
    for columns in itertools.permutations(range(scores.shape[1]), scores.shape[0]):
        kept = [s for row, column in enumerate(columns) if (s := scores[row, column]) >= at_least]
        best = max(best, (len(kept), sum(kept)))
    return best


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (2, 5), (4, 4), (6, 3), (6, 6)], ids=str)
def test_X10_no_other_choice_of_pairs_is_better(shape):
    random = np.random.default_rng(sum(shape))
    for digits in (1, 1, 1, 2, 9):
        scores = random.random(shape).round(digits)
        pairs = best_pairs(scores, 0.5)
        found = [scores[pair] for pair in pairs]
        assert all(score >= 0.5 for score in found)
        assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
        many, total = by_trying_all(scores, 0.5)
        assert len(found) == many
        assert sum(found) == pytest.approx(total)


def test_X10_large_tables_are_matched_as_scipy_matches_them():
    optimize = pytest.importorskip("scipy.optimize")
    scores = np.random.default_rng(0).random((60, 40))
    rows, columns = optimize.linear_sum_assignment(-np.where(scores >= 0.9, scores + 100, 0.0))
    kept = scores[rows, columns][scores[rows, columns] >= 0.9]
    found = [scores[pair] for pair in best_pairs(scores, 0.9)]
    assert len(found) == len(kept)
    assert sum(found) == pytest.approx(kept.sum())


def test_X10_one_more_match_counts_for_more_than_a_better_one():
    assert best_pairs(np.array([[0.9, 0.6], [0.6, 0.0]]), 0.5) == [(0, 1), (1, 0)]


def circle(x, y, radius, points=400):
    turns = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return Polygon((tuple(np.stack([x + radius * np.cos(turns), y + radius * np.sin(turns)], 1).ravel().tolist()),))


@pytest.mark.parametrize("size", [0.01, 1.0, 5000.0])
@pytest.mark.parametrize("apart", [0.0, 0.3, 1.0, 1.9])
def test_X10_polygons_overlap_as_reckoned_with_a_pen(apart, size):
    r, d = 1.0, apart
    common = 2 * r * r * math.acos(d / 2 / r) - d / 2 * math.sqrt(4 * r * r - d * d)
    share = common / (2 * math.pi * r * r - common)
    assert iou(circle(100, 100, size), circle(100 + apart * size, 100, size)) == pytest.approx(share, abs=0.01)


def test_X10_a_hole_does_not_overlap_and_a_box_may_meet_a_polygon():
    ring = Polygon(((0, 0, 4, 0, 4, 4, 0, 4), (1, 1, 3, 1, 3, 3, 1, 3)))
    assert iou(ring, Box(0, 0, 4, 4)) == pytest.approx(12 / 16)
    assert iou(ring, Box(1, 1, 2, 2)) == 0.0
    assert iou(ring, Box(9, 9, 2, 2)) == 0.0
    assert iou(ring, ring) == 1.0


def test_X10_boxes_that_overlap_exactly_so_much_are_the_same_object():
    assert matched([Box(0, 0, 2, 1)], [Box(0, 0, 1, 1)], 0.5) == [(0, 0, 0.5)]
    assert matched([Box(0, 0, 2, 1)], [Box(0, 0, 1, 1)], 0.51) == []
    assert matched([], [Box(0, 0, 1, 1)], 0.5) == matched([Box(0, 0, 1, 1)], [], 0.5) == []


def drawn(opinion, *rows):
    """Each row: what two people drew on one input."""
    people = ("ana", "ben")
    return paired(
        [opinion(n, people[seat], *own, seat=seat) for n, row in enumerate(rows) for seat, own in enumerate(row)]
    )


def test_X10_objects_of_one_concept_are_matched_and_counted(opinion):
    near, far = ("car", [0, 0, 10, 10]), ("car", [50, 50, 10, 10])
    bus = ("bus", [0, 0, 10, 10])
    inputs = drawn(opinion, ([near, far], [("car", [0, 0, 10, 8])]), ([near], [near]), ([], []), ([bus], [near]))
    car, other, both = about_objects(inputs, {"car": "car", "bus": "bus"})
    assert car.f1 == pytest.approx(2 * 2 / 6)  # three boxes of ana's, three of ben's, two alike
    assert car.iou == pytest.approx((0.8 + 1) / 2)
    assert (car.inputs, car.objects, car.note) == (3, 6, "")
    assert 0 <= car.low < car.f1 < car.high < 1
    assert (other.f1, other.inputs, other.objects, other.note) == (0.0, 1, 1, ONE_INPUT)
    assert math.isnan(other.iou)
    assert math.isnan(other.low)
    assert (both.concept, both.objects, both.inputs) == (OVERALL, 7, 3)
    assert both.f1 == pytest.approx(2 * 2 / 7)


def test_X10_what_counts_as_the_same_object_is_for_the_user_to_say(opinion):
    inputs = drawn(opinion, *[([("car", [0, 0, 10, 10])], [("car", [0, 0, 10, 6])])] * 3)
    assert [about_objects(inputs, CAR, iou=least)[0].f1 for least in (0.5, 0.6, 0.61, 1.0)] == [1.0, 1.0, 0.0, 0.0]


def test_X10_of_three_people_each_is_held_against_each(opinion):
    car = ("car", [0, 0, 10, 10])
    rows = [(n, seat, own) for n in (1, 2) for seat, own in enumerate(([car], [car], []))]
    inputs = paired([opinion(n, "abc"[seat], *own, seat=seat) for n, seat, own in rows])
    row = about_objects(inputs, CAR)[0]
    assert row.f1 == pytest.approx(2 / 4)  # one pair of three is alike: 2 * 1 / (2 + 1 + 1)
    assert row.objects == 4


def test_X10_undefined_where_nobody_drew_one(opinion):
    nobody = about_objects(drawn(opinion, ([], []), ([("bus", [0, 0, 1, 1])], [])), CAR)
    assert [row.note for row in nobody] == [UNDRAWN] * 2
    assert all(math.isnan(value) for row in nobody for value in (row.f1, row.low, row.high, row.iou))
    assert [row.note for row in about_objects([], CAR)] == [NONE_PAIRED] * 2


def test_X10_full_agreement_about_few_objects_is_not_told_as_certain(opinion):
    car = ("car", [0, 0, 10, 10])
    few, many = (about_objects(drawn(opinion, *[([car], [car])] * n), CAR)[0] for n in (3, 60))
    assert few.f1 == few.high == many.f1 == 1.0
    assert few.low < 0.7 < 0.95 < many.low < 1.0


def test_X10_polygons_of_five_hundred_objects_are_matched_with_themselves():
    random = np.random.default_rng(0)
    regions = [circle(x, y, r, 12) for x, y, r in (random.random((500, 3)) * (900, 900, 9) + (0, 0, 1)).tolist()]
    pairs = matched(regions, regions, 0.99)
    assert [(row, column) for row, column, _ in pairs] == [(at, at) for at in range(500)]
