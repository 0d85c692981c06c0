import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from notebook_labeler.errors import BadInput
from notebook_labeler.media.image import Picture, open_image
from notebook_labeler.media.view import (
    MAX_SCALE,
    Rect,
    View,
    clamp,
    crop_jpeg,
    fit,
    moved,
    one_to_one,
    sharp,
    zoomed,
)

sizes = st.integers(1, 20_000)
canvases = st.integers(1, 4_000)
scales = st.floats(0.001, 60)
points = st.tuples(st.floats(-5_000, 5_000), st.floats(-5_000, 5_000))


def decoded(jpeg):
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


def shown(tools, view, canvas, ratio=1.0, size=(400, 240)):
    picture = open_image(tools.encoded(tools.quadrants(*size)))
    jpeg, rect = crop_jpeg(picture, view, *canvas, ratio)
    return decoded(jpeg), rect


@pytest.mark.parametrize(
    ("picture", "canvas", "view"),
    [
        ((400, 200), (200, 200), View(0, -100, 0.5)),
        ((200, 400), (200, 200), View(-100, 0, 0.5)),
        ((10, 10), (200, 100), View(-5, 0, 10)),
        ((1, 1), (100, 100), View(0, 0, 100)),
        ((100_000, 1), (100, 100), View(0, -49_999.5, 0.001)),
    ],
)
def test_X03_fit_shows_all_of_the_picture_in_the_middle(picture, canvas, view):
    assert fit(*picture, *canvas) == view


@given(sizes, sizes, canvases, canvases)
def test_X03_fit_wastes_nothing(w, h, cw, ch):
    view = fit(w, h, cw, ch)
    (left, top), (right, bottom) = view.to_canvas(0, 0), view.to_canvas(w, h)
    assert left >= -1e-6
    assert top >= -1e-6
    assert right <= cw + 1e-6
    assert bottom <= ch + 1e-6
    assert math.isclose(right - left, cw) or math.isclose(bottom - top, ch)


def test_X03_one_to_one_stands_around_a_point_and_inside_the_picture():
    assert one_to_one(1000, 800, 200, 100) == View(400, 350, 1)
    assert one_to_one(1000, 800, 200, 100, at=(0, 0)) == View(0, 0, 1)
    assert one_to_one(1000, 800, 200, 100, at=(999, 799)) == View(800, 700, 1)
    assert one_to_one(10, 10, 200, 100) == View(-95, -45, 1)


@given(points, scales, st.floats(0.01, 100), points)
def test_X03_zooming_keeps_the_point_under_the_pointer(corner, scale, factor, at):
    view = View(*corner, scale)
    after = zoomed(view, factor, at)
    assert after.scale <= MAX_SCALE
    assert after.to_source(*at) == pytest.approx(view.to_source(*at), abs=1e-4)


def test_zooming_into_a_tiny_picture_never_makes_it_smaller():
    view = fit(2, 2, 800, 800)
    assert zoomed(view, 1.5, (0, 0)).scale == view.scale == 400
    assert zoomed(view, 0.5, (0, 0)).scale == 200


def test_zooming_in_and_out_a_hundred_times_moves_nothing():
    view = View(12.3, 45.6, 0.7)
    for _ in range(100):
        view = zoomed(zoomed(view, 1.25, (333, 222)), 0.8, (333, 222))
    assert (view.x, view.y, view.scale) == pytest.approx((12.3, 45.6, 0.7), abs=1e-9)


def test_dragging_moves_the_picture_with_the_pointer():
    view = moved(View(10, 10, 2), 6, -4)
    assert view == View(7, 12, 2)


@given(points, scales, sizes, sizes, canvases, canvases)
def test_clamp_leaves_no_gap_and_is_settled(corner, scale, w, h, cw, ch):
    view = clamp(View(*corner, scale), w, h, cw, ch)
    for start, length, room in ((view.x, w, cw / view.scale), (view.y, h, ch / view.scale)):
        if room >= length:
            assert start == pytest.approx((length - room) / 2)
        else:
            assert -1e-6 <= start <= length - room + 1e-6
    again = clamp(view, w, h, cw, ch)
    assert (again.x, again.y, again.scale) == pytest.approx((view.x, view.y, view.scale), abs=1e-6)


@pytest.mark.parametrize("bad", [(math.nan, 0, 1), (0, math.inf, 1), (0, 0, 0), (0, 0, -1), (0, 0, math.inf)])
def test_a_view_that_is_none_is_refused(bad):
    with pytest.raises(BadInput, match="expected a view"):
        View(*bad)


def test_a_canvas_or_factor_that_is_none_is_refused():
    with pytest.raises(BadInput, match="sizes above 0"):
        fit(10, 10, 0, 10)
    with pytest.raises(BadInput, match="sizes above 0"):
        fit(10, math.nan, 10, 10)
    with pytest.raises(BadInput, match="zoom factor"):
        zoomed(View(0, 0, 1), 0, (0, 0))


def test_the_crop_of_a_fitted_picture_is_all_of_it_where_it_belongs(tools):
    image, rect = shown(tools, fit(400, 240, 200, 200), (200, 200))
    assert rect == Rect(0, 40, 200, 120)
    assert image.size == (200, 120)
    assert tools.close(tools.corners(image), tools.four, by=4)


@pytest.mark.parametrize(("corner", "number"), [((0, 0), 0), ((300, 0), 1), ((0, 140), 2), ((300, 140), 3)])
def test_the_crop_of_a_corner_is_that_corner(tools, corner, number):
    image, rect = shown(tools, View(*corner, 2), (200, 200))
    assert rect == Rect(0, 0, 200, 200)
    assert image.size == (200, 200)
    assert tools.close(tools.corners(image), [tools.four[number]] * 4, by=4)


def test_a_half_visible_picture_is_put_where_it_belongs(tools):
    image, rect = shown(tools, View(-50, -20, 2), (200, 200))
    assert rect == Rect(100, 40, 100, 160)
    assert tools.close([image.getpixel((50, 50))], [tools.four[0]], by=4)


def test_a_dense_screen_gets_its_own_pixels(tools):
    image, rect = shown(tools, fit(400, 240, 200, 120), (200, 120), ratio=1.5)
    assert (image.size, rect) == ((300, 180), Rect(0, 0, 200, 120))


@given(st.floats(-300, 700), st.floats(-300, 500), scales, st.integers(1, 300), st.integers(1, 300), st.floats(0.5, 3))
def test_a_crop_never_exceeds_canvas_or_picture(x, y, scale, cw, ch, ratio):
    picture = Picture(Image.new("RGB", (400, 240)), 400, 240)
    jpeg, rect = crop_jpeg(picture, View(x, y, scale), cw, ch, ratio)
    if not jpeg:
        assert rect == Rect(0, 0, 0, 0)
        assert x >= 400 or y >= 240 or x + cw / scale <= 0 or y + ch / scale <= 0
        return
    w, h = decoded(jpeg).size
    assert 1 <= w <= max(1, cw * ratio)
    assert 1 <= h <= max(1, ch * ratio)
    assert (rect.width, rect.height) == pytest.approx((w / ratio, h / ratio))
    assert rect.x >= 0
    assert rect.y >= 0
    assert rect.x + rect.width <= max(cw, 1 / ratio) + 1e-6
    expected = max(0.0, -x * scale)
    assert abs(rect.x - expected) <= 1 / ratio + 1e-6  # edges lie on device pixels


def test_beside_the_picture_there_is_nothing():
    picture = Picture(Image.new("RGB", (40, 24)), 40, 24)
    assert crop_jpeg(picture, View(40, 0, 1), 10, 10) == (b"", Rect(0, 0, 0, 0))


def test_single_pixels_are_squares_from_four_times_on_and_keep_their_colours():
    image = Image.new("RGB", (8, 8), (200, 0, 0))
    image.putpixel((3, 3), (0, 0, 200))
    out = decoded(crop_jpeg(Picture(image, 8, 8), View(0, 0, 16), 128, 128)[0])
    inside = [out.getpixel(p) for p in ((50, 50), (62, 62), (56, 56))]
    outside = [out.getpixel(p) for p in ((45, 45), (66, 66), (56, 40))]
    assert all(abs(b - 200) < 30 and r < 30 for r, _, b in inside)
    assert all(abs(r - 200) < 30 and b < 30 for r, _, b in outside)


def subsampling(jpeg):
    at = jpeg.index(b"\xff\xc0")
    return jpeg[at + 11]  # how the first component (Y) is sampled against the others: 0x11 or 0x22


def test_colour_is_kept_at_full_resolution_when_enlarged():
    picture = Picture(Image.new("RGB", (100, 100)), 100, 100)
    assert subsampling(crop_jpeg(picture, View(0, 0, 1), 50, 50)[0]) == 0x22
    assert subsampling(crop_jpeg(picture, View(0, 0, 1), 50, 50, 2.0)[0]) == 0x11
    assert subsampling(crop_jpeg(picture, View(0, 0, 8), 50, 50)[0]) == 0x11


def test_a_coarse_decode_stands_where_the_fine_one_does(tools):
    data = tools.encoded(tools.quadrants(1600, 1200), "JPEG", quality=95)
    fine, coarse = open_image(data), open_image(data, at_least=100)
    assert coarse.rgb.size == (200, 150) or coarse.rgb.size == (400, 300)
    view = View(600, 450, 0.5)
    (a, place), (b, same) = crop_jpeg(fine, view, 200, 150), crop_jpeg(coarse, view, 200, 150)
    assert place == same
    assert tools.close(tools.corners(decoded(a)), tools.four, by=6)
    assert tools.close(tools.corners(decoded(b)), tools.four, by=6)


def test_sharp_asks_for_more_only_when_more_can_be_seen():
    coarse = Picture(Image.new("RGB", (400, 300)), 1600, 1200)
    assert sharp(coarse, View(0, 0, 0.25))
    assert not sharp(coarse, View(0, 0, 0.25), ratio=2)
    assert not sharp(coarse, View(0, 0, 1))
    assert sharp(Picture(Image.new("RGB", (1600, 1200)), 1600, 1200), View(0, 0, 30))
