"""Whatever a file holds, opening it gives a picture or one sentence."""

import os
import random
import re

import pytest
from PIL import Image

from notebook_labeler.errors import BadInput, UnreadableInput
from notebook_labeler.media.image import Picture, open_image, probe

FORMATS = {
    "JPEG": ("JPEG", {}),
    "progressive JPEG": ("JPEG", {"progressive": True}),
    "PNG": ("PNG", {}),
    "WebP": ("WEBP", {}),
    "lossless WebP": ("WEBP", {"lossless": True}),
    "GIF": ("GIF", {}),
    "BMP": ("BMP", {}),
    "TIFF": ("TIFF", {}),
    "LZW TIFF": ("TIFF", {"compression": "tiff_lzw"}),
    "deflated TIFF": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    "JPEG TIFF": ("TIFF", {"compression": "jpeg"}),
}


def sentence(error):
    text = str(error.value)
    assert text.startswith("expected ")
    assert text.endswith((".", "?"))
    assert "\n" not in text
    assert len(text) < 300
    return text


def outcome(data):
    try:
        picture = open_image(data, max_pixels=1_000_000)
    except UnreadableInput:
        return None
    assert isinstance(picture, Picture)
    assert picture.rgb.size == (picture.width, picture.height)
    return picture


@pytest.mark.parametrize("case", FORMATS)
def test_a_file_cut_off_anywhere_is_a_picture_or_a_sentence(tools, case):
    format, options = FORMATS[case]
    exif = Image.Exif()
    exif[274] = 6
    data = tools.encoded(tools.quadrants(48, 32), format, exif=exif, **options)
    assert outcome(data) is not None
    for end in sorted({*range(0, min(400, len(data))), *range(0, len(data), max(1, len(data) // 150))}):
        outcome(data[:end])


@pytest.mark.parametrize("case", FORMATS)
def test_a_file_cut_in_half_is_refused(tools, case):
    format, options = FORMATS[case]
    noise = Image.frombytes("RGB", (64, 48), random.Random(0).randbytes(64 * 48 * 3))
    data = tools.encoded(noise, format, **options)
    for part in (len(data) // 2, len(data) * 3 // 4):
        with pytest.raises(UnreadableInput) as error:
            open_image(data[:part])
        sentence(error)


@pytest.mark.parametrize("case", FORMATS)
def test_a_file_with_any_bytes_changed_is_a_picture_or_a_sentence(tools, case):
    format, options = FORMATS[case]
    data = tools.encoded(tools.quadrants(48, 32), format, **options)
    chance = random.Random(case)
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 8, 40))):
            # the first bytes are the header, where most harm is done
            changed[chance.randrange(min(len(data), chance.choice((60, 400, len(data)))))] = chance.randrange(256)
        outcome(bytes(changed))


def test_noise_is_no_picture():
    chance = random.Random(1)
    for _ in range(200):
        assert outcome(chance.randbytes(chance.randrange(600))) is None


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SVG, "SVG data"),
        (b"<svg/>", "SVG data"),
        (b"  <!DOCTYPE html><html><script>", "HTML data"),
        (b"<html>", "HTML data"),
        (b"<error/>", "XML or HTML data"),
        (b"%PDF-1.7", "PDF data"),
        (b"PK\3\4", "ZIP data"),
        (b"\0\0\0\x18ftypheic", "HEIC data"),
        (b"\0\0\0\x18ftypavif", "AVIF data"),
        (b"\0\0\0\x18ftypisom", "a video"),
        (b"8BPS\0\1", "Photoshop data"),
        (b"just text", "something else"),
        (b"\0", "something else"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n", "ends too early|damaged"),
    ],
)
def test_what_is_no_picture_is_named_for_what_it_is(tmp_path, data, words):
    path = tmp_path / "lying.jpg"
    path.write_bytes(data)
    for source in (data, path):
        for take in (probe, open_image):
            with pytest.raises(UnreadableInput, match=words) as error:
                take(source)
            assert "lying.jpg" in sentence(error) or source is data


def test_a_picture_without_width_is_refused(tools):
    bmp = bytearray(tools.encoded(tools.quadrants(), "BMP"))
    bmp[18:22] = b"\0\0\0\0"
    with pytest.raises(UnreadableInput, match=r"0 x 24 pixels|damaged"):
        open_image(bytes(bmp))
    gif = bytearray(tools.encoded(Image.new("P", (5, 5)), "GIF"))
    gif[6:10] = b"\0\0\0\0"
    assert outcome(bytes(gif)) is None or outcome(bytes(gif)).width > 0


def test_missing_folder_pipe_and_too_large_each_have_their_sentence(tools, tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "large.png").write_bytes(tools.encoded(tools.quadrants()))
    cases = {
        tmp_path / "gone.jpg": "there is no file 'gone.jpg'",
        tmp_path: "got the folder",
        tmp_path / "pipe.jpg": "no regular file",
        tmp_path / "large.png": "at most 20 bytes",
        "a\0b.jpg": "cannot be opened",
        "n" * 5000: "cannot be opened",
    }
    for source, words in cases.items():
        with pytest.raises(UnreadableInput, match=re.escape(words)) as error:
            open_image(source, max_bytes=20)
        assert str(error.value).count("expected") == 1
        sentence(error)


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    path = tmp_path / "secret.jpg"
    path.write_bytes(b"x")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(UnreadableInput, match=r"'secret\.jpg' may not be read"):
        open_image(path)


@pytest.mark.parametrize(
    "name",
    ["<img src=x onerror=alert(1)>.jpg", "a\nb.jpg", "\u202egpj.exe", "x" * 240 + ".jpg", "\udce9.jpg", "😀'\".jpg"],
)
def test_a_hostile_name_is_shown_short_and_visibly(tmp_path, name):
    with pytest.raises(UnreadableInput) as error:
        open_image(tmp_path / name)
    text = sentence(error)
    text.encode()
    assert "\u202e" not in text


@pytest.mark.parametrize("source", [None, 5, 1.5, ["a.jpg"], object()])
def test_what_is_neither_path_nor_content_is_refused(source):
    with pytest.raises(BadInput, match="expected a path or bytes"):
        open_image(source)


def test_no_memory_is_a_sentence_too(tools, monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr("notebook_labeler.media.image.to_rgb", full)
    with pytest.raises(UnreadableInput, match="fits into memory"):
        open_image(tools.encoded(tools.quadrants()))


def test_ctrl_c_is_not_taken_for_a_damaged_file(tools, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("notebook_labeler.media.image.to_rgb", stop)
    with pytest.raises(KeyboardInterrupt):
        open_image(tools.encoded(tools.quadrants()))
