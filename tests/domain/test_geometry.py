"""Regions are checked, keep every digit, and never leave the picture when cut."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from notebook_labeler.domain.geometry import FARTHEST, MOST_POINTS, Box, Polygon, from_text, region
from notebook_labeler.domain.overlap import iou
from notebook_labeler.domain.raster import filled
from notebook_labeler.errors import BadInput, LabelerError

PLACES = st.floats(-1e4, 1e4, allow_subnormal=False)
SIDES = st.floats(1e-6, 1e4)
BOXES = st.builds(Box, PLACES, PLACES, SIDES, SIDES)
SIZES = st.tuples(st.integers(1, 5000), st.integers(1, 5000))
SQUARE = (0.0, 0.0, 8.0, 0.0, 8.0, 8.0, 0.0, 8.0)
HOLE = (2.0, 2.0, 6.0, 2.0, 6.0, 6.0, 2.0, 6.0)
ISLAND = (3.0, 3.0, 4.0, 3.0, 4.0, 4.0, 3.0, 4.0)


@st.composite
def stars(draw, middle=PLACES, reach=1000.0):
    """Rings that do not cross themselves: points by their angle about a middle."""
    x, y = draw(middle), draw(middle)
    count = draw(st.integers(3, 12))
    radii = draw(st.lists(st.floats(reach / 100, reach), min_size=count, max_size=count))
    return tuple(
        v
        for n, r in enumerate(radii)
        for v in (x + r * math.cos(2 * math.pi * n / count), y + r * math.sin(2 * math.pi * n / count))
    )


def framed(middle=PLACES):
    return st.lists(stars(middle), min_size=1, max_size=3).map(lambda rings: Polygon(tuple(rings)))


@given(st.one_of(BOXES, framed()))
def test_X12_the_text_of_a_region_gives_it_back_to_the_last_digit(shape):
    assert from_text(shape.text) == shape
    assert region(shape) is shape


@given(BOXES, SIZES)
@settings(max_examples=500)
def test_E02_a_box_cut_at_the_picture_lies_in_it_and_is_not_cut_again(box, size):
    cut = box.clipped(*size)
    if cut is None:
        wide = min(box.right, size[0]) - max(box.left, 0)
        high = min(box.bottom, size[1]) - max(box.top, 0)
        assert min(wide, high) < 2e-6
        return
    assert cut.left >= 0
    assert cut.top >= 0
    assert cut.right <= size[0]
    assert cut.bottom <= size[1]
    assert cut.area <= box.area * (1 + 1e-9)
    assert cut.clipped(*size) is cut


@given(framed(), SIZES)
@settings(max_examples=300, deadline=None)
def test_E02_a_polygon_cut_at_the_picture_lies_in_it_and_is_not_cut_again(polygon, size):
    cut = polygon.clipped(*size)
    if cut is None:
        return
    x0, y0, x1, y1 = cut.bounds.corners
    assert x0 >= 0
    assert y0 >= 0
    assert x1 <= size[0] + 1e-9
    assert y1 <= size[1] + 1e-9
    assert all(0 <= x <= size[0] for ring in cut.rings for x in ring[::2])
    assert all(0 <= y <= size[1] for ring in cut.rings for y in ring[1::2])
    assert cut.clipped(*size) is cut


@given(stars(st.floats(-60, 60), 60.0))
@settings(max_examples=200, deadline=None)
def test_E02_what_is_left_of_a_cut_polygon_is_what_lay_in_the_picture(ring):
    polygon = Polygon((ring,))
    cut = polygon.clipped(40, 30)
    seen = filled(polygon, 40, 30)
    assert cut is None or cut.area <= polygon.area * (1 + 1e-9) + 1e-6
    if cut is None:
        assert seen.sum() <= 1
    else:
        assert (filled(cut, 40, 30) != seen).sum() <= 2  # middles that lie on a side to the last digit


@given(stars(st.floats(0, 100), 50.0))
@settings(max_examples=100)
def test_E02_a_polygon_has_the_area_of_its_pixels_more_or_less(ring):
    shape = Polygon((ring,))
    left, top = shape.bounds.left, shape.bounds.top
    moved = shape.moved(1 - left, 1 - top)
    pixels = filled(moved, math.ceil(moved.bounds.right) + 1, math.ceil(moved.bounds.bottom) + 1)
    edge = sum(math.dist(a, b) for a, b in zip(corners(ring), [*corners(ring)[1:], corners(ring)[0]], strict=True))
    assert abs(pixels.sum() - shape.area) <= edge + 4


def corners(ring):
    return list(zip(ring[::2], ring[1::2], strict=True))


@pytest.mark.parametrize(
    ("rings", "area", "depths"),
    [
        ((SQUARE,), 64, (0,)),
        ((SQUARE, HOLE), 48, (0, 1)),
        ((HOLE, SQUARE), 48, (1, 0)),
        ((SQUARE, HOLE, ISLAND), 49, (0, 1, 2)),
        ((SQUARE, tuple(v + 20 for v in SQUARE)), 128, (0, 0)),
        ((SQUARE, (0, 0, 4, 0, 4, 4, 0, 4)), 48, (0, 1)),  # shares a corner and two sides
        ((SQUARE, (4, 4, 8, 4, 8, 8, 4, 8)), 48, (0, 1)),
        ((SQUARE, (0, 2, 8, 2, 8, 4, 0, 4)), 48, (0, 1)),  # from side to side
        ((SQUARE, (8, 0, 16, 0, 16, 8, 8, 8)), 128, (0, 0)),  # side by side
    ],
)
def test_E02_rings_fill_by_the_even_odd_rule_also_where_they_touch(rings, area, depths):
    shape = Polygon(tuple(tuple(float(v) for v in ring) for ring in rings))
    assert shape.area == area
    assert shape.depths == depths
    assert shape.area == filled(shape, 40, 40).sum()


def test_E02_a_hole_cut_off_together_with_what_is_around_it_stays_a_hole():
    shape = Polygon((SQUARE, HOLE)).moved(-4, -4)
    assert shape.clipped(50, 50).area == 16 - 4
    assert Polygon((SQUARE, HOLE)).clipped(4, 4).area == 16 - 4


def test_E02_the_area_of_a_polygon_of_very_many_rings_is_found_in_a_moment():
    parts = [(v, 0.0, v + 1.0, 0.0, v + 1.0, 1.0, v, 1.0) for v in range(0, 20_000, 2)]
    holes = [(v + 0.2, 0.2, v + 0.2, 0.7, v + 0.7, 0.7, v + 0.7, 0.2) for v in range(0, 20_000, 2)]
    before = time.perf_counter()
    assert Polygon((*parts, *holes)).area == pytest.approx(10_000 * 0.75)
    assert time.perf_counter() - before < 60


@pytest.mark.parametrize(
    "value",
    [
        [10, 20, 30, 40],
        (10.0, 20, 30, 40),
        np.array([10, 20, 30, 40]),
        np.array([10, 20, 30, 40], np.uint8),
        pd.Series([10, 20, 30, 40]),
        [np.float32(10), np.int64(20), 30, 40],
        {"box": [10, 20, 30, 40]},
        {"xyxy": [10, 20, 40, 60]},
        {"xyxy": np.array([40, 60, 10, 20])},
        (v for v in (10, 20, 30, 40)),
    ],
)
def test_E02_a_box_may_come_as_whatever_holds_four_numbers(value):
    assert region(value) == Box(10, 20, 30, 40)


@pytest.mark.parametrize(
    "value",
    [
        [(0, 0), (4, 0), (4, 3)],
        ((0, 0), (4, 0), (4, 3)),
        [[0, 0, 4, 0, 4, 3]],
        [[(0, 0), (4, 0), (4, 3)]],
        np.array([[0, 0], [4, 0], [4, 3]]),
        np.array([[[0, 0], [4, 0], [4, 3]]], np.float32),
        [np.array([0, 0]), np.array([4, 0]), np.array([4, 3])],
        [np.array([[0, 0], [4, 0], [4, 3]])],
        pd.Series([[0, 0], [4, 0], [4, 3]]),
        {"polygon": [[0, 0, 4, 0, 4, 3]]},
        {"polygon": [(0, 0), (4, 0), (4, 3)]},
        pd.DataFrame({"x": [0, 4, 4], "y": [0, 0, 3]}).to_numpy(),
    ],
)
def test_E02_a_polygon_may_come_as_points_or_rings_of_any_kind(value):
    assert region(value) == Polygon(((0, 0, 4, 0, 4, 3),))


@pytest.mark.parametrize(
    "value",
    [
        None, True, 5, "10,20,30,40", b"1234", [], {}, [[]], [[[]]], {"polygon": None}, {"box": None}, {"box": "1234"},
        [1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, "4"], [1, 2, 3, None], [1, 2, 3, True], [1, 2, 3, math.nan],
        [1, 2, math.inf, 4], [1, 2, 0, 4], [1, 2, 3, -4], [1, 2, 1e-9, 4], [1e8, 2, 3, 4], [1, 2, 3, 10**400],
        [1, 2, 3, 4j], [1, 2, 3, [4]], [(0, 0), (1, 1)], [(0, 0), (1, 1), (2, 2)], [(0, 0), (1, 0), (1,)],
        [(0, 0), (1, 0), (1, 1, 1)], [(0, 0), (1, 0), 5], [(0, 0), (1, 0), (1, "1")], [[0, 0, 1, 0, 1]],
        [[0, 0, 1, 0]], [(0, 0), (1, 0), (1, math.nan)], [(0, 0), (1e6, 0), (1e6, 1e-9)], np.zeros((3, 3)),
        np.zeros((2, 2, 2, 2)), pd.Series([1, 2, None, 4]), {"xyxy": [1, 2, 1, 5]}, {"points": [1, 2, 3, 4]},
        object(), "<b>", {"box": {"left": 1}}, [{}, {}, {}], np.datetime64("2020-01-01"),
        [(float(n), float(n * n)) for n in range(MOST_POINTS + 1)],
    ],
    ids=lambda value: f"{value!r:.40}".partition(" at 0x")[0],
)  # fmt: skip
def test_E02_what_is_no_region_is_refused_in_a_sentence(value):
    with pytest.raises(LabelerError) as refused:
        region(value)
    assert isinstance(refused.value, BadInput)
    assert len(str(refused.value)) < 300
    assert str(refused.value).startswith("expected ")


@given(BOXES, PLACES, PLACES)
def test_E02_a_moved_box_keeps_its_size(box, dx, dy):
    moved = box.moved(dx, dy)
    assert (moved.width, moved.height) == (box.width, box.height)
    assert moved.left == box.left + dx


@given(BOXES, BOXES)
def test_E02_overlap_is_the_same_both_ways_and_whole_with_itself(a, b):
    assert iou(a, b) == iou(b, a)
    assert 0 <= iou(a, b) <= 1
    assume(a.right - a.left > a.width / 2)
    assert iou(a, a) > 0.5


def test_E02_the_outermost_box_is_still_a_box():
    assert Box(-FARTHEST, -FARTHEST, FARTHEST, FARTHEST).clipped(10, 10) is None
    with pytest.raises(BadInput):
        Box(0, 0, 1, FARTHEST * 2)
