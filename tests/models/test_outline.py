"""Outlines of masks: along the pixels' edges, simple, and never broken."""

import sys
import time

import numpy as np
import pytest

from notebook_labeler.domain.geometry import Polygon
from notebook_labeler.domain.raster import filled
from notebook_labeler.errors import BadInput, MissingExtra
from notebook_labeler.models.segment.outline import outline


def grid(*rows):
    return np.array([[c == "#" for c in row] for row in rows])


def points(ring):
    return set(zip(ring[::2], ring[1::2], strict=True))


def disc(size, x, y, rx, ry):
    yy, xx = np.mgrid[:size, :size] + 0.5
    return ((xx - x) / rx) ** 2 + ((yy - y) / ry) ** 2 <= 1


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


def test_X06_a_full_mask_has_its_corners_on_the_edges_of_pixels():
    assert points(outline(np.ones((4, 4), bool)).rings[0]) == {(0, 0), (4, 0), (4, 4), (0, 4)}
    assert points(outline(np.ones((1, 1), bool)).rings[0]) == {(0, 0), (1, 0), (1, 1), (0, 1)}


def test_X06_offset_and_scale_lead_back_into_the_picture():
    mask = grid("....", ".##.", "....")
    assert points(outline(mask, offset=(100.5, 7), scale=2.5).rings[0]) == {
        (103.0, 9.5), (108.0, 9.5), (108.0, 12.0), (103.0, 12.0),
    }  # fmt: skip


SHAPES = [
    grid("#"),
    grid("##.", "###", ".##"),
    grid("#.#", ".#.", "#.#"),
    grid("####", "#..#", "#..#", "####"),
    grid("#####", "#...#", "#.#.#", "#...#", "#####"),
    grid("###.###", "#.#.#.#", "###.###"),
    grid("#......", "#######", "......#"),
    grid("##..", "#.#.", "####"),
]


@pytest.mark.parametrize("mask", SHAPES, ids=range(len(SHAPES)))
def test_X06_without_tolerance_the_outline_fills_exactly_the_mask(mask):
    assert (filled(outline(mask, 0), mask.shape[1], mask.shape[0]) == mask).all()


@pytest.mark.parametrize("seed", range(20))
def test_X06_noise_comes_back_pixel_by_pixel(seed):
    chance = np.random.default_rng(seed)
    mask = chance.random((chance.integers(1, 30), chance.integers(1, 30))) < chance.random()
    polygon = outline(mask, 0, offset=(3, 5))
    if not mask.any():
        assert polygon is None
    else:
        assert (filled(polygon.moved(-3, -5), mask.shape[1], mask.shape[0]) == mask).all()
        assert polygon.area == pytest.approx(mask.sum())


def test_X06_holes_and_parts_are_rings():
    ring = disc(200, 60, 60, 50, 50) & ~disc(200, 60, 60, 20, 20)
    polygon = outline(ring | disc(200, 160, 160, 30, 20), 1.0)
    assert len(polygon.rings) == 3
    assert not polygon.contains(60, 60)
    assert polygon.contains(25, 60)
    assert polygon.contains(160, 160)


def test_X06_specks_and_pinholes_are_dropped_but_never_the_largest_part():
    mask = disc(100, 40, 50, 30, 30)
    mask[50, 40], mask[2, 97] = False, True
    assert len(outline(mask, 1.0).rings) == 1
    assert len(outline(mask, 0).rings) == 3
    lone = np.zeros((9, 9), bool)
    lone[4, 4] = True
    assert outline(lone, 5.0).area == 1


@pytest.mark.parametrize("tolerance", [1.0, 2.0, 4.0])
@pytest.mark.parametrize(("rx", "ry"), [(90, 90), (90, 30), (40, 70), (12, 9)])
def test_X06_the_simplified_outline_stays_close_to_the_mask(tolerance, rx, ry):
    mask = disc(200, 100, 100, rx, ry)
    polygon = outline(mask, tolerance)
    allowed = 1 - 4 * tolerance * (rx + ry) / 2 / (rx * ry)
    assert overlap(filled(polygon, 200, 200), mask) >= max(0.6, allowed)
    assert len(polygon.rings[0]) <= len(outline(mask, 0).rings[0]) / 2


def test_X06_more_tolerance_gives_fewer_points():
    mask = disc(300, 150, 150, 140, 100)
    counts = [len(outline(mask, t).rings[0]) // 2 for t in (0, 0.75, 1.5, 3, 6, 12)]
    assert counts == sorted(counts, reverse=True)
    assert counts[2] < 40
    assert counts[-1] >= 3
    assert overlap(filled(outline(mask, 1.0), 300, 300), mask) > 0.98


@pytest.mark.parametrize("tolerance", [1.0, 5.0, 50.0, 1000.0])
@pytest.mark.parametrize(
    "mask",
    [
        np.ones((1, 50), bool),
        np.eye(60, dtype=bool),
        grid("#" * 9, *["#" + "." * 7 + "#"] * 7, "#" * 9),
        disc(80, 40, 40, 38, 38) & ~disc(80, 40, 40, 36.5, 36.5),
        np.random.default_rng(0).random((64, 64)) < 0.5,
    ],
    ids=["line", "diagonal", "frame", "thin ring", "noise"],
)
def test_X06_no_tolerance_destroys_an_outline(mask, tolerance):
    polygon = outline(mask, tolerance)
    assert all(len(ring) >= 6 for ring in polygon.rings)
    assert polygon.area > 0


def test_X06_integers_will_do_and_floats_are_asked_for_a_threshold():
    assert outline(np.full((2, 2), 255, np.uint8)) == outline(np.ones((2, 2), bool))
    with pytest.raises(BadInput, match="threshold"):
        outline(np.full((2, 2), 0.7))
    for odd in (np.ones((2, 2, 3), bool), "mask", None, [[]]):
        with pytest.raises(BadInput):
            outline(odd)
    for tolerance in (-1, np.nan, np.inf):
        with pytest.raises(BadInput):
            outline(np.ones((2, 2), bool), tolerance)
    assert outline(np.zeros((0, 5), bool)) is None


def test_X06_a_mask_of_noise_keeps_within_what_a_polygon_may_hold():
    mask = np.random.default_rng(1).random((500, 500)) < 0.5
    assert isinstance(outline(mask, 0), Polygon)


def test_X06_a_mask_of_twelve_megapixels_takes_less_than_a_second():
    mask = np.zeros((3000, 4000), bool)
    mask[10:-10, 10:-10] = True
    mask[500:600, 500:600] = False
    started = time.process_time()
    assert len(outline(mask).rings) == 2
    assert time.process_time() - started < 1.5


def test_X06_without_opencv_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtra, match=r"notebook-labeler\[segment\]"):
        outline(np.ones((2, 2), bool))
