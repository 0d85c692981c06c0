"""Any mode that Pillow decodes, as plain sRGB pixels that a screen and a model see alike."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDE = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
BAND = 256  # rows at a time, so that rescaling a large picture does not need it four times over

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = frozenset({5, 6, 7, 8})
_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Turn and mirror a picture as its EXIF orientation (1 to 8; anything else is 1) says."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def to_rgb(image: Image.Image) -> Image.Image:
    """Give a loaded picture in mode RGB and sRGB colours.

    Transparency lies on white. 16-bit, 32-bit and float values are stretched from their lowest and highest finite
    value to 0..255. A colour profile that fits the mode is applied; a damaged one is not.
    """
    profile = image.info.get("icc_profile")
    if image.mode in WIDE:
        return rescaled(image).convert("RGB")
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode.upper())
    if "A" in image.mode.removeprefix("LAB") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(rgba, mask=rgba.getchannel("A"))
    elif image.mode not in ("L", "RGB", "CMYK", "LAB"):
        image = image.convert("RGB")
    managed = _managed(image, profile)
    plain = managed if managed is not None else image.convert("RGB")
    if plain is image:
        plain = image.copy()
    plain.info = {}
    return plain


def rescaled(image: Image.Image) -> Image.Image:
    """Stretch what a wide picture holds to 8 bit grey; NaN, infinities and its transparent value become white.

    A picture of one value only is black where that is 0, and middle grey otherwise.
    """
    import numpy as np

    values = np.asarray(image)
    clear = image.info.get("transparency")
    clear = clear if isinstance(clear, int) else None
    low, high = _range(values, clear)
    out = np.empty(values.shape, np.uint8)
    for top in range(0, len(values), BAND):
        band = values[top : top + BAND].astype(np.float64)
        shown = _shown(band, clear)
        if high > low:
            grey = np.clip((np.where(shown, band, low) - low) * (255.0 / (high - low)), 0, 255)
        else:
            grey = np.where(band == 0, 0.0, 128.0)
        out[top : top + BAND] = np.where(shown, np.rint(grey), 255)
    return Image.fromarray(out)


def _shown(band: NDArray[Any], clear: int | None) -> NDArray[np.bool_]:
    import numpy as np

    shown: NDArray[np.bool_] = np.isfinite(band)
    return shown if clear is None else shown & (band != clear)


def _range(values: NDArray[Any], clear: int | None) -> tuple[float, float]:
    low, high = float("inf"), float("-inf")
    for top in range(0, len(values), BAND):
        band = values[top : top + BAND]
        kept = band[_shown(band, clear)]
        if kept.size:
            low, high = min(low, float(kept.min())), max(high, float(kept.max()))
    return (low, high) if low <= high else (0.0, 0.0)


def _managed(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    """Convert by colour management, or give None where there is nothing to do or it cannot be done."""
    if image.mode != "LAB" and not profile:
        return None
    try:
        from PIL import ImageCms

        srgb = ImageCms.createProfile("sRGB")
        if image.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        else:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile or b""))
            space = _SPACES.get(source.profile.xcolor_space.strip())
            if space != image.mode or "srgb" in (source.profile.profile_description or "").lower():
                return None
        return ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    except Exception:  # a profile is the file's own claim about itself; without it the picture is still a picture
        return None
