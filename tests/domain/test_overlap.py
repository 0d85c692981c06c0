"""Doubles are found as torchvision finds them."""

import numpy as np
import pytest

from notebook_labeler.domain.geometry import Box
from notebook_labeler.domain.overlap import nms


def by_torchvision(boxes, scores, groups, overlap):
    torch = pytest.importorskip("torch")
    ops = pytest.importorskip("torchvision.ops")
    corners = torch.tensor([box.corners for box in boxes], dtype=torch.float64).reshape(-1, 4)
    # its fast way moves the groups apart, which rounds; the plain one is what it means
    plain = ops.boxes._batched_nms_vanilla
    return plain(corners, torch.tensor(scores, dtype=torch.float64), torch.tensor(groups), overlap).tolist()


def scene(seed, count, groups=3, spread=100.0):
    rng = np.random.default_rng(seed)
    left, top = rng.uniform(0, spread, count), rng.uniform(0, spread, count)
    width, height = rng.uniform(1, 60, count), rng.uniform(1, 60, count)
    boxes = [Box(*sides) for sides in np.stack([left, top, width, height], axis=1).tolist()]
    scores = (rng.permutation(count) + 1) / (count + 1)
    return boxes, scores.tolist(), rng.integers(0, groups, count).tolist()


@pytest.mark.parametrize("overlap", [0.0, 0.3, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(6))
def test_B09_of_random_boxes_the_same_stay_as_torchvision_keeps(seed, overlap):
    boxes, scores, groups = scene(seed, 150)
    kept = nms(boxes, scores, groups, overlap)
    assert kept == by_torchvision(boxes, scores, groups, overlap)
    assert 0 < len(kept) <= 150


def test_B09_torchvisions_own_door_keeps_the_same():
    torch = pytest.importorskip("torch")
    ops = pytest.importorskip("torchvision.ops")
    boxes, scores, groups = scene(9, 300)
    corners = torch.tensor([box.corners for box in boxes], dtype=torch.float64)
    theirs = ops.batched_nms(corners, torch.tensor(scores, dtype=torch.float64), torch.tensor(groups), 0.5)
    assert nms(boxes, scores, groups, 0.5) == theirs.tolist()


def test_B09_boxes_of_different_concepts_leave_each_other_alone():
    same = [Box(0, 0, 10, 10)] * 3
    assert nms(same, [0.5, 0.9, 0.7], ["car", "truck", "car"], 0.5) == [1, 2]


def test_B09_of_equal_scores_the_first_stays():
    boxes = [Box(0, 0, 10, 10), Box(1, 0, 10, 10), Box(40, 0, 10, 10)]
    assert nms(boxes, [0.5, 0.5, 0.5], [0, 0, 0], 0.5) == [0, 2]
    assert by_torchvision(boxes, [0.5, 0.5, 0.5], [0, 0, 0], 0.5) == [0, 2]


@pytest.mark.parametrize(("overlap", "kept"), [(0.5, [0, 1]), (0.49, [0])])
def test_B09_two_that_overlap_exactly_so_much_are_both_kept(overlap, kept):
    boxes = [Box(0, 0, 2, 1), Box(0, 0, 1, 1)]  # half of the larger one
    assert nms(boxes, [0.9, 0.8], [0, 0], overlap) == kept
    assert by_torchvision(boxes, [0.9, 0.8], [0, 0], overlap) == kept


def test_B09_a_double_of_a_double_stays():
    chain = [Box(0, 0, 10, 10), Box(4, 0, 10, 10), Box(8, 0, 10, 10)]
    assert nms(chain, [0.9, 0.8, 0.7], [0, 0, 0], 0.4) == [0, 2]
    assert by_torchvision(chain, [0.9, 0.8, 0.7], [0, 0, 0], 0.4) == [0, 2]


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one_stay_as_they_are(count):
    assert nms([Box(1, 1, 2, 2)] * count, [0.5] * count, ["a"] * count, 0.5) == list(range(count))


def test_huge_and_tiny_boxes_are_compared_alike():
    boxes = [Box(0, 0, 1e7, 1e7), Box(0, 0, 1e-3, 1e-3), Box(0, 0, 1e7 - 1, 1e7)]
    assert nms(boxes, [0.9, 0.8, 0.7], [0, 0, 0], 0.5) == [0, 1]
