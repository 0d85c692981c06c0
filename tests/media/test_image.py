import struct
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps, TiffImagePlugin

from notebook_labeler.errors import UnreadableInput
from notebook_labeler.media.image import open_image, probe

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def turned_away(image, orientation):
    """Store the picture so that `orientation` brings it back upright."""
    back = {
        1: [], 2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM], 5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE], 8: [Image.Transpose.ROTATE_270],
    }[orientation]  # fmt: skip
    for step in back:
        image = image.transpose(step)
    return image


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "TIFF lzw"])
def test_every_exif_orientation_comes_out_upright(tools, format, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    kind, *packed = format.split()
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    if packed:
        options["compression"] = "tiff_lzw"
    data = tools.encoded(turned_away(tools.quadrants(), orientation), kind, exif=exif, **options)
    info, picture = probe(data), open_image(data)
    assert (info.width, info.height) == (picture.width, picture.height) == picture.rgb.size == (40, 24)
    assert info.orientation == orientation
    assert tools.close(tools.corners(picture.rgb), tools.four)


def test_our_stored_orientations_are_what_pillow_means_by_them(tools):
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        stored = turned_away(tools.quadrants(), orientation)
        stored.getexif()[274] = orientation
        assert tools.corners(ImageOps.exif_transpose(stored)) == tools.four


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_none(tools, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    picture = open_image(tools.encoded(tools.quadrants(), "PNG", exif=exif))
    assert tools.corners(picture.rgb) == tools.four


def test_a_damaged_exif_block_leaves_the_picture_as_it_lies(tools):
    data = tools.encoded(tools.quadrants(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage", quality=95)
    assert open_image(data).rgb.size == (40, 24)


def grey16(*values, mode="<u2"):
    return Image.fromarray(np.array([values] * 4, mode))


def palette(transparent=None):
    image = Image.new("P", (8, 4), 0)
    image.putpalette([230, 20, 20, 20, 200, 20])
    image.paste(1, (4, 0, 8, 4))
    if transparent is not None:
        image.info["transparency"] = transparent
    return image


def halves(mode, left, right):
    image = Image.new(mode, (8, 4), left)
    image.paste(right, (4, 0, 8, 4))
    return image


RED, GREEN = (230, 20, 20), (20, 200, 20)
RED_BLUE = halves("CMYK", (0, 255, 255, 0), (255, 255, 0, 0))
MODES = {
    "1-bit PNG": (halves("1", 0, 1), "PNG", {}, BLACK, WHITE),
    "1-bit TIFF group4": (halves("1", 0, 1), "TIFF", {"compression": "group4"}, BLACK, WHITE),
    "1-bit BMP": (halves("1", 0, 1), "BMP", {}, BLACK, WHITE),
    "grey": (halves("L", 40, 200), "PNG", {}, (40,) * 3, (200,) * 3),
    "grey JPEG": (halves("L", 40, 200).resize((16, 16), 0), "JPEG", {"quality": 100}, (40,) * 3, (200,) * 3),
    "grey with alpha": (halves("LA", (40, 255), (40, 0)), "PNG", {}, (40,) * 3, WHITE),
    "half transparent": (halves("RGBA", (0, 0, 0, 128), (255, 0, 0, 128)), "PNG", {}, (127,) * 3, (255, 127, 127)),
    "RGBA WebP": (halves("RGBA", (*RED, 255), (*RED, 0)), "WEBP", {"lossless": True}, RED, WHITE),
    "RGBA TIFF": (halves("RGBA", (*RED, 255), (*RED, 0)), "TIFF", {}, RED, WHITE),
    "palette": (palette(), "PNG", {}, RED, GREEN),
    "palette GIF": (palette(), "GIF", {}, RED, GREEN),
    "palette BMP": (palette(), "BMP", {}, RED, GREEN),
    "palette TIFF": (palette(), "TIFF", {}, RED, GREEN),
    "palette, one clear": (palette(1), "PNG", {}, RED, WHITE),
    "palette, one clear, GIF": (palette(1), "GIF", {}, RED, WHITE),
    "palette, alpha table": (palette(b"\x80\xff"), "PNG", {}, (242, 137, 137), GREEN),
    "RGB, one clear colour": (halves("RGB", RED, GREEN), "PNG", {"transparency": GREEN}, RED, WHITE),
    "CMYK JPEG as Adobe writes it": (RED_BLUE.resize((32, 16), 0), "JPEG", {"quality": 100}, (255, 0, 0), (0, 0, 255)),
    "CMYK TIFF": (halves("CMYK", (0, 255, 255, 0), (255, 255, 0, 0)), "TIFF", {}, (255, 0, 0), (0, 0, 255)),
    "LAB TIFF": (halves("LAB", (255, 128, 128), (0, 128, 128)), "TIFF", {}, WHITE, BLACK),
    "YCbCr TIFF": (halves("RGB", RED, GREEN).convert("YCbCr"), "TIFF", {}, RED, GREEN),
    "16-bit PNG": (grey16(1000, 1000, 3000, 3000), "PNG", {}, BLACK, WHITE),
    "16-bit TIFF": (grey16(1000, 1000, 3000, 3000), "TIFF", {}, BLACK, WHITE),
    "32-bit TIFF": (grey16(-70000, -70000, 900000, 900000, mode="<i4"), "TIFF", {}, BLACK, WHITE),
    "float TIFF": (grey16(-0.5, -0.5, 0.25, 0.25, mode="<f4"), "TIFF", {}, BLACK, WHITE),
    "float TIFF with NaN": (grey16(0.0, 0.0, np.nan, 1.0, mode="<f4"), "TIFF", {}, BLACK, WHITE),
    "float TIFF with infinities": (grey16(0.0, 0.0, np.inf, -np.inf, mode="<f4"), "TIFF", {}, BLACK, WHITE),
    "flat 16-bit": (grey16(7, 7, 7, 7), "PNG", {}, (128,) * 3, (128,) * 3),
    "flat black 16-bit": (grey16(0, 0, 0, 0), "PNG", {}, BLACK, BLACK),
    "only NaN": (grey16(*[np.nan] * 4, mode="<f4"), "TIFF", {}, WHITE, WHITE),
}  # fmt: skip


@pytest.mark.parametrize("case", MODES)
def test_every_mode_is_shown_right(tools, case):
    image, format, options, left, right = MODES[case]
    picture = open_image(tools.encoded(image, format, **options))
    w, h = picture.rgb.size
    assert picture.rgb.mode == "RGB"
    assert (w, h) == (picture.width, picture.height) == image.size
    shown = [picture.rgb.getpixel((w // 8, h // 2)), picture.rgb.getpixel((5 * w // 8, h // 2))]
    assert tools.close(shown, [left, right], by=3)


def test_16_bits_between_are_stretched_evenly(tools):
    picture = open_image(tools.encoded(grey16(1000, 1500, 2000, 3000)))
    assert [picture.rgb.getpixel((x, 0))[0] for x in range(4)] == [0, 64, 128, 255]


def test_the_clear_value_of_16_bit_grey_is_white_and_stretches_nothing(tools):
    image = grey16(1000, 2000, 3000, 65535)
    picture = open_image(tools.encoded(image, transparency=65535))
    assert [picture.rgb.getpixel((x, 0))[0] for x in range(4)] == [0, 128, 255, 255]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_several_frames_the_first_is_shown(tools, format):
    first, second = Image.new("RGB", (16, 16), RED), Image.new("RGB", (16, 16), GREEN)
    options = {"lossless": True} if format == "WEBP" else {}
    data = tools.encoded(first, format, save_all=True, append_images=[second], **options)
    assert tools.close([open_image(data).rgb.getpixel((8, 8))], [RED])


def profile_with_red_and_green_swapped(tools):
    """An sRGB profile whose red and green primaries are exchanged: a reader that applies it exchanges them too."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    for i in range(count):
        at = 132 + 12 * i
        name = bytes(data[at : at + 4])
        if name in (b"rXYZ", b"gXYZ"):
            data[at : at + 4] = b"gXYZ" if name == b"rXYZ" else b"rXYZ"
    return bytes(data).replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_colour_profile_is_applied(tools, format):
    options = {"quality": 100, "subsampling": 0} if format == "JPEG" else {"lossless": True} if format == "WEBP" else {}
    data = tools.encoded(
        Image.new("RGB", (16, 16), RED), format, icc_profile=profile_with_red_and_green_swapped(tools), **options
    )
    assert tools.close([open_image(data).rgb.getpixel((8, 8))], [(20, 230, 20)])


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        ("RGB", b"no profile at all"),
        ("RGB", b""),
        ("L", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()),
    ],
    ids=["damaged", "empty", "another mode"],  # a profile says when it was made: no two workers would call it the same
)
def test_a_profile_that_is_damaged_or_of_another_mode_is_left_out(tools, mode, profile):
    data = tools.encoded(Image.new(mode, (16, 16), "white"), icc_profile=profile)
    assert open_image(data).rgb.getpixel((8, 8)) == WHITE


def test_what_the_file_says_about_itself_does_not_travel_on(tools):
    exif = Image.Exif()
    exif[0x8825] = {1: "N"}
    data = tools.encoded(tools.quadrants(), "JPEG", exif=exif, comment="secret")
    assert open_image(data).rgb.info == {}


def test_a_jpeg_is_decoded_no_smaller_than_twice_what_is_needed(tools):
    data = tools.encoded(tools.quadrants(1600, 1200), "JPEG")
    for wanted, size in [
        (None, (1600, 1200)),
        (150, (400, 300)),
        (151, (800, 600)),
        (1200, (1600, 1200)),
        (1, (200, 150)),
    ]:
        picture = open_image(data, at_least=wanted)
        assert picture.rgb.size == size
        assert (picture.width, picture.height) == (1600, 1200)
        assert picture.detail == size[0] / 1600
        assert tools.close(tools.corners(picture.rgb), tools.four, by=4)


def test_a_sideways_jpeg_is_measured_upright(tools):
    exif = Image.Exif()
    exif[274] = 6
    data = tools.encoded(turned_away(tools.quadrants(1600, 400), 6), "JPEG", exif=exif)
    picture = open_image(data, at_least=(400, 400))
    assert (picture.width, picture.height, picture.rgb.size) == (1600, 400, (800, 200))
    assert tools.close(tools.corners(picture.rgb), tools.four, by=4)


def test_less_than_all_of_another_format_is_all_of_it(tools):
    assert open_image(tools.encoded(tools.quadrants(100, 80)), at_least=5).rgb.size == (100, 80)


@pytest.mark.parametrize("name", ["a.png", "a.txt", "a", "a.svg", "a 'b' \u202e <b>.jpg"])
def test_what_counts_is_the_content_and_not_the_name(tools, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(tools.encoded(tools.quadrants(), "GIF"))
    assert probe(path).format == "GIF"
    assert open_image(str(path)).rgb.size == (40, 24)


def test_odd_files_are_opened_without_a_warning_by_many_threads_at_once(tools):
    ifd = TiffImagePlugin.ImageFileDirectory_v2()
    ifd[270] = "x"
    tiff = tools.encoded(tools.quadrants(), "TIFF", tiffinfo=ifd)
    broken_exif = tools.encoded(
        tools.quadrants(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0\x0f\x01\x02\0\xff\0\0\0"
    )
    clear = tools.encoded(palette(b"\x80\xff"))
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as seen, ThreadPoolExecutor(8) as pool:
        warnings.simplefilter("always")
        list(pool.map(open_image, [tiff, broken_exif, clear] * 40))
    assert not seen
    assert list(warnings.filters) == before


def test_bombs_are_refused_by_their_header(tools, monkeypatch):
    import zlib

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )
    gif = b"GIF89a" + struct.pack("<HH", 65535, 65535) + tools.encoded(palette(), "GIF")[10:]
    bmp = bytearray(tools.encoded(tools.quadrants(), "BMP"))
    bmp[18:26] = struct.pack("<ii", 100000, 100000)
    jpeg = bytearray(tools.encoded(tools.quadrants(), "JPEG"))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
    webp = (
        b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"
        + (99999).to_bytes(3, "little")
        + (2999).to_bytes(3, "little")
        + b"\0" * 20
    )
    ifd = TiffImagePlugin.ImageFileDirectory_v2()
    tiff = bytearray(tools.encoded(Image.new("L", (7, 5)), "TIFF", tiffinfo=ifd))
    for tag in (256, 257):
        at = (
            tiff.index(struct.pack("<HH", tag, 4))
            if struct.pack("<HH", tag, 4) in tiff
            else tiff.index(struct.pack("<HH", tag, 3))
        )
        tiff[at : at + 12] = struct.pack("<HHII", tag, 4, 1, 100000)
    for data in (png, gif, bytes(bmp), bytes(jpeg), webp, bytes(tiff)):
        for take in (probe, open_image):
            with pytest.raises(UnreadableInput, match=r"at most 178,956,970 pixels, got \d+ x \d+"):
                take(data)


def test_the_size_limit_is_a_setting_and_pillows_own_stays_as_it_is(tools):
    data, before = tools.encoded(tools.quadrants()), Image.MAX_IMAGE_PIXELS
    with pytest.raises(UnreadableInput, match="at most 959 pixels, got 40 x 24"):
        open_image(data, max_pixels=959)
    assert open_image(data, max_pixels=960).rgb.size == (40, 24)
    assert before == Image.MAX_IMAGE_PIXELS


def test_a_large_picture_within_the_limit_opens_without_pillows_warning(tools):
    data = tools.encoded(Image.new("1", (10_000, 9_000)))
    assert probe(data).width == 10_000
    assert probe(data, max_pixels=90_000_000).height == 9_000


def test_a_tile_larger_than_any_picture_is_refused(tools):
    data = tools.encoded(Image.new("L", (7, 5)), "TIFF", tiffinfo={65000: 60000, 65001: 60000})
    for ours, tag in ((65000, 322), (65001, 323)):
        assert struct.pack("<H", ours) in data
        data = data.replace(struct.pack("<H", ours), struct.pack("<H", tag))
    with pytest.raises(UnreadableInput, match="60000 x 60000"):
        open_image(data)
