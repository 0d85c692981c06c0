"""X12: run-length encoded masks become polygons that cover exactly the same pixels."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco_masks

from notebook_labeler.domain.raster import filled
from notebook_labeler.errors import BadInput
from notebook_labeler.formats.rle import outline

MASKS = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(lambda shape: arrays(bool, shape))


def runs(flat):
    counts, value = [0], False
    for pixel in flat.tolist():
        if pixel != value:
            counts.append(0)
            value = pixel
        counts[-1] += 1
    return counts


@given(MASKS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_X12_an_outline_covers_exactly_the_pixels_of_its_mask(mask, by_columns):
    height, width = mask.shape
    counts = runs(mask.ravel(order="F" if by_columns else "C"))
    found = outline(counts, width, height, by_columns=by_columns)
    if not mask.any():
        assert found is None
        return
    assert (filled(found, width, height) == mask).all()
    assert found.area == mask.sum()  # so no ring crosses itself
    moved = outline(counts, width, height, left=2.5, top=7, by_columns=by_columns)
    assert moved == found.moved(2.5, 7)


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # pycocotools under numpy 2
@given(MASKS)
@settings(max_examples=100, deadline=None)
def test_X12_runs_of_pycocotools_are_read_down_the_columns(mask):
    height, width = mask.shape
    counts = runs(mask.ravel(order="F"))
    packed = coco_masks.frPyObjects({"counts": counts, "size": [height, width]}, height, width)
    assert (coco_masks.decode(packed).astype(bool) == mask).all()
    found = outline(counts, width, height, by_columns=True)
    assert (found is None) == (not mask.any())
    assert found is None or found.area == coco_masks.area(packed)


def test_X12_pixels_that_touch_at_a_corner_are_separate_rings():
    assert len(outline([0, 1, 2, 1], 2, 2).rings) == 2


def test_X12_a_mask_of_any_claimed_size_costs_as_little_as_its_runs():
    before = time.perf_counter()
    found = outline([0, 10**14], 10**7, 10**7)
    assert found.rings == ((0, 0, 1e7, 0, 1e7, 1e7, 0, 1e7),)
    found = outline([0, 10**7], 1, 10**7)
    assert found.area == 1e7
    assert time.perf_counter() - before < 60


@pytest.mark.parametrize(
    ("counts", "width", "height"),
    [([], 2, 2), ([1, 2], 2, 2), ([5], 2, 2), ([-1, 5], 2, 2), ([0], 0, 0), ([4], -2, -2), ([10**30], 10**15, 10**15)],
)
def test_X12_runs_that_do_not_fit_are_refused(counts, width, height):
    with pytest.raises(BadInput):
        outline(counts, width, height)
