"""From a box or clicks to an outline without any weights, on pictures that the test draws."""

import sys
import time

import cv2
import numpy as np
import pytest

from notebook_labeler.domain.geometry import Box
from notebook_labeler.domain.raster import filled
from notebook_labeler.errors import BadInput, MissingExtra
from notebook_labeler.models.segment.grabcut import GrabCut, outline_boxes
from notebook_labeler.models.segment.segmenter import Prompt

HIGH, WIDE = 360, 480
SEEDS = range(6)


def texture(chance, colour, rough):
    """A colour with spots of several sizes, as cloth or grass has."""
    spots = sum(
        cv2.resize(chance.normal(0, rough, (HIGH // s + 1, WIDE // s + 1, 3)).astype(np.float32), (WIDE, HIGH))
        for s in (2, 6, 24)
    )
    return np.clip(np.array(colour) + spots, 0, 255)


def blob(chance, x, y, size):
    """A bulged shape around a place."""
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    radius = 1 + sum(chance.normal(0, 0.2 / f) * np.cos(f * angles + chance.uniform(0, 6)) for f in range(2, 6))
    radius = np.clip(radius, 0.4, 1.6) * size
    points = np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)
    mask = np.zeros((HIGH, WIDE), np.uint8)
    cv2.fillPoly(mask, [points.astype(np.int32)], 1)
    return mask > 0


def scene(seed, size=70):
    """A picture, the true mask of the object in it, and its true box."""
    chance = np.random.default_rng(seed)
    mask = blob(chance, WIDE / 2 + chance.uniform(-60, 60), HIGH / 2 + chance.uniform(-30, 30), size)
    behind, before = texture(chance, (150, 170, 120), 14), texture(chance, (170, 90, 60), 14)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (3, 3), 0)[..., None]
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = Box.spanning(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    return (soft * before + (1 - soft) * behind).astype(np.uint8), mask, box


def cell(x=200, y=180, rx=45, ry=38):
    """A pale cell with a paler middle on a pale ground, its neighbours touching it: colours alone tell nothing."""
    ground = np.full((HIGH, WIDE, 3), (205, 200, 190), np.float32)
    yy, xx = np.mgrid[:HIGH, :WIDE] + 0.5

    def inside(cx, cy, a, b):
        return ((xx - cx) / a) ** 2 + ((yy - cy) / b) ** 2 <= 1

    for cx, cy in ((x, y), (x + 84, y + 20), (x - 70, y + 45), (x + 10, y - 75)):
        ground[inside(cx, cy, rx, ry)] = (190, 165, 165)
        ground[inside(cx, cy, rx * 0.4, ry * 0.4)] = (203, 190, 185)
    noise = np.random.default_rng(0).normal(0, 3, ground.shape)
    picture = np.clip(cv2.GaussianBlur(ground, (5, 5), 0) + noise, 0, 255).astype(np.uint8)
    return picture, inside(x, y, rx, ry), Box(x - rx, y - ry, 2 * rx, 2 * ry)


def overlap(prompt, picture, mask):
    polygon = GrabCut().segment(picture, prompt).outline(1.0)
    found = np.zeros_like(mask) if polygon is None else filled(polygon, mask.shape[1], mask.shape[0])
    return (found & mask).sum() / (found | mask).sum()


def deepest(mask):
    away = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    y, x = np.unravel_index(away.argmax(), away.shape)
    return x + 0.5, y + 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_X06_a_box_becomes_the_outline_of_what_is_in_it(seed):
    picture, mask, box = scene(seed)
    assert overlap(Prompt(box=box), picture, mask) > 0.93
    assert overlap(Prompt(box=Box(box.left - 4, box.top + 3, box.width + 6, box.height - 1)), picture, mask) > 0.9


def test_X06_a_click_alone_finds_most_objects_and_a_second_one_helps():
    one, two = [], []
    for seed in SEEDS:
        picture, mask, _ = scene(seed)
        first = (*deepest(mask), True)
        polygon = GrabCut().segment(picture, Prompt((first,))).outline(1.0)
        wrong = mask ^ filled(polygon, WIDE, HIGH)
        x, y = deepest(wrong)
        one.append(overlap(Prompt((first,)), picture, mask))
        two.append(overlap(Prompt((first, (x, y, bool(mask[int(y), int(x)])))), picture, mask))
    assert np.median(one) > 0.8
    assert np.mean(two) >= np.mean(one) - 0.01


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_X06_clicks_add_and_take_away(seed):
    picture, _, box = scene(seed)
    state = GrabCut().open(picture)
    inside = GrabCut().segment(state, Prompt(box=box)).outline(1.0)
    x, y = box.left + box.width / 2, box.top + box.height / 2
    without = GrabCut().segment(state, Prompt(((x, y, False), (box.left + 1, y, True)), box)).outline(1.0)
    assert inside.contains(x, y)
    assert not without.contains(x, y)
    outside = (min(WIDE - 5, box.right + 15), y, True)
    wider = GrabCut().segment(state, Prompt((outside, (x, y, True)), box)).outline(1.0)
    assert wider.bounds.right > box.right


def test_X06_a_cell_that_touches_its_like_is_outlined_from_its_box():
    picture, mask, box = cell()
    assert overlap(Prompt(box=box), picture, mask) > 0.9
    x, y = box.left + box.width / 2, box.top + box.height / 2
    clicks = ((x, y, True), (box.right + 8, y, False))
    assert overlap(Prompt(clicks, box), picture, mask) > 0.85  # and is not cut off at the box


def test_X06_a_thing_that_fills_its_box_is_not_taken_for_one_that_was_cut_off():
    picture = np.full((HIGH, WIDE, 3), 220, np.uint8)
    picture[100:200, 150:330] = (60, 110, 160)
    for box in (Box(150, 100, 180, 100), Box(146, 97, 188, 107)):
        found = GrabCut().segment(picture, Prompt(box=box)).outline(1.0).bounds
        assert np.allclose(found.corners, (150, 100, 330, 200), atol=1.5)


def test_X06_the_same_question_has_the_same_answer():
    picture, _, box = scene(1)
    prompt = Prompt(((box.left + box.width / 2, box.top + box.height / 2, True),), box)
    answers = {GrabCut().segment(picture, prompt).outline(1.0).rings for _ in range(3)}
    cv2.setRNGSeed(99)
    answers.add(GrabCut().segment(picture, prompt).outline(1.0).rings)
    assert len(answers) == 1


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 200), (200, 5), (40, 40)])
def test_X06_pictures_of_every_size_and_boxes_at_the_border_are_survived(size):
    height, width = size
    picture = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    for box in (Box(0, 0, width, height), Box(0, 0, min(1, width), min(1, height)), Box(width - 1, height - 1, 1, 1)):
        GrabCut().segment(picture, Prompt(box=box)).outline(1.0)
    for x, y in ((0, 0), (width, height), (width / 2, 0.1)):
        GrabCut().segment(picture, Prompt(((x, y, True),))).outline(1.0)
        GrabCut().segment(picture, Prompt(((x, y, True), (x / 2, y, False)))).outline(1.0)


def test_X06_one_colour_everywhere_gives_the_ellipse_or_nothing_but_no_error():
    picture = np.full((100, 100, 3), 128, np.uint8)
    GrabCut().segment(picture, Prompt(box=Box(20, 20, 60, 60))).outline(1.0)
    GrabCut().segment(picture, Prompt(((50, 50, True),))).outline(1.0)


def test_X06_pointing_at_nothing_is_refused():
    with pytest.raises(BadInput, match="click on it"):
        Prompt()
    with pytest.raises(BadInput):
        Prompt(((1, 1, False),))


def test_X06_boxes_of_a_detector_become_polygons():
    picture, mask, box = scene(2)
    found = outline_boxes(picture, [box.corners, (-50, -50, -10, -10), (5, 5, 5, 9)])
    assert found[1:] == [None, None]
    inside = filled(found[0], WIDE, HIGH)
    assert (inside & mask).sum() / (inside | mask).sum() > 0.93


def test_X06_a_large_object_is_found_on_a_small_crop_and_takes_no_longer():
    picture, mask, box = scene(3)
    large = cv2.resize(picture, None, fx=6, fy=6, interpolation=cv2.INTER_CUBIC)
    prompt = Prompt(box=Box(*(side * 6 for side in box.sides)))
    started = time.process_time()
    polygon = GrabCut().segment(large, prompt).outline(2.0)
    assert time.process_time() - started < 1
    found = filled(polygon, WIDE * 6, HIGH * 6)[3::6, 3::6]
    assert (found & mask).sum() / (found | mask).sum() > 0.93


def test_X06_without_opencv_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtra, match=r"notebook-labeler\[segment\]"):
        GrabCut().open(np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(MissingExtra):
        outline_boxes(np.zeros((4, 4, 3), np.uint8), [])
