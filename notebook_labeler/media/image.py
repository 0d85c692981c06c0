"""Open pictures that anybody may have made: told by content, sized before decoding, upright, in sRGB."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from ..errors import UnreadableInput
from .files import MAX_BYTES, called, opened_file
from .magic import PREFIX, refusal, sniff, webp_size
from .pixels import SIDEWAYS, to_rgb, upright
from .quiet import quiet

MAX_PIXELS = 178_956_970  # where Pillow too begins to refuse
_ORIENTATION, _WIDTH, _HEIGHT, _TILE_WIDTH, _TILE_HEIGHT = 274, 256, 257, 322, 323
_PLUGINS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
}


@dataclass(frozen=True)
class ImageInfo:
    """What the header of a picture says. `width` and `height` are those of the upright picture."""

    width: int
    height: int
    format: str  # one of magic.FORMATS
    orientation: int = 1  # EXIF, 1 to 8


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture: upright, RGB, sRGB. `width` and `height` are those of the source, upright.

    `rgb` may be smaller than the source when less was asked for; all geometry is in source pixels.
    """

    rgb: Image.Image
    width: int
    height: int

    @property
    def detail(self) -> float:
        """Decoded pixels per source pixel: 1.0 when nothing is missing."""
        return min(1.0, self.rgb.width / self.width)


def probe(
    source: str | Path | bytes, *, name: str = "", max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES
) -> ImageInfo:
    """Read size, format and orientation from the header, decoding nothing.

    Parameters
    ----------
    source
        A path, or the file's content.
    name
        How an error calls it; the file's own name when empty.
    max_pixels, max_bytes
        The largest picture (width times height) and the largest file that is taken.

    Raises
    ------
    UnreadableInput
        There is no such file, or its header is not that of a picture within the limits.
    """
    with _opened(source, name, max_pixels, max_bytes) as (_, info):
        return info


def open_image(
    source: str | Path | bytes,
    *,
    at_least: int | tuple[int, int] | None = None,
    name: str = "",
    max_pixels: int = MAX_PIXELS,
    max_bytes: int = MAX_BYTES,
) -> Picture:
    """Decode a picture: JPEG, PNG, WebP, GIF (first frame), BMP or TIFF (first page), whatever its name says.

    Parameters
    ----------
    source
        A path, or the file's content.
    at_least
        The pixels that are needed: of the shorter side, or (width, height) of a box that the whole upright picture
        is fitted into. A JPEG may then be decoded smaller, which is faster, but never below twice as many per side.
        None: all of them.
    name
        How an error calls it; the file's own name when empty.
    max_pixels, max_bytes
        The largest picture (width times height) and the largest file that is taken.

    Raises
    ------
    UnreadableInput
        It cannot be decoded, completely and within the limits.
    """
    with _opened(source, name, max_pixels, max_bytes) as (image, info):
        if at_least is not None and info.format == "JPEG":
            wide, high = _needed(info, at_least)
            image.draft(None, (high, wide) if info.orientation in SIDEWAYS else (wide, high))
        image.load()
        # Pillow turns a TIFF by itself while loading it, and then forgets its orientation.
        turn = _orientation(image) if info.format == "TIFF" else info.orientation
        return Picture(upright(to_rgb(image), turn), info.width, info.height)


@contextmanager
def _opened(
    source: str | Path | bytes, name: str, max_pixels: int, max_bytes: int
) -> Iterator[tuple[ImageFile.ImageFile, ImageInfo]]:
    """Give the picture whose header has been read and checked; any fault becomes one sentence."""
    title = called(source, name)
    try:
        with quiet(), opened_file(source, title, max_bytes) as file:
            prefix = file.read(PREFIX)
            kind = sniff(prefix)
            if kind is None:
                raise UnreadableInput(refusal(prefix, title))
            if kind == "WebP" and (size := webp_size(prefix)) is not None:
                _check_size(*size, title, max_pixels)
            file.seek(0)
            # Made directly: Image.open holds a limit of its own that only a change for the whole process could lift.
            with _PLUGINS[kind](file) as image:
                info = _info(image, kind)
                _check_size(info.width, info.height, title, max_pixels)
                if kind == "TIFF":
                    tags = image.tag_v2  # type: ignore[attr-defined]
                    _check_size(tags.get(_TILE_WIDTH, 1), tags.get(_TILE_HEIGHT, 1), title, max_pixels)
                yield image, info
    except UnreadableInput:
        raise
    except MemoryError:
        raise UnreadableInput(f"expected a picture that fits into memory, got {title}; make it smaller.") from None
    except Exception as error:  # decoders raise whatever a damaged file drives them to
        raise UnreadableInput(f"expected a whole picture, got {title}, which {_reason(error)}; replace it.") from error


def _check_size(width: int, height: int, title: str, limit: int) -> None:
    if width < 1 or height < 1:
        raise UnreadableInput(f"expected a picture, got {title} of {width} x {height} pixels; replace it.")
    if width * height > limit:
        raise UnreadableInput(f"expected at most {limit:,} pixels, got {width} x {height} in {title}; make it smaller.")


def _info(image: ImageFile.ImageFile, kind: str) -> ImageInfo:
    turn = _orientation(image)
    width, height = image.size
    if kind == "TIFF":  # Pillow reports some of them turned, depending on its version
        tags = image.tag_v2  # type: ignore[attr-defined]
        width, height = int(tags.get(_WIDTH, 0)), int(tags.get(_HEIGHT, 0))
    return ImageInfo(*((height, width) if turn in SIDEWAYS else (width, height)), kind, turn)


def _needed(info: ImageInfo, at_least: int | tuple[int, int]) -> tuple[int, int]:
    """Give twice the width and height, upright, that `at_least` speaks of."""
    if isinstance(at_least, int):
        scale = at_least / min(info.width, info.height)
    else:
        scale = min(at_least[0] / info.width, at_least[1] / info.height)
    return max(1, math.ceil(2 * scale * info.width)), max(1, math.ceil(2 * scale * info.height))


def _orientation(image: ImageFile.ImageFile) -> int:
    """Read the orientation; PNG's own getexif would decode the picture for it, so the general one is called."""
    try:
        turn = Image.Image.getexif(image).get(_ORIENTATION, 1)
    except Exception:  # a damaged EXIF block leaves the picture as it lies
        return 1
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1


def _reason(error: Exception) -> str:
    text = str(error).lower()
    cut = isinstance(error, EOFError) or any(
        word in text for word in ("truncated", "not enough", "end of", "unexpected")
    )
    return "ends too early" if cut else "is damaged"
