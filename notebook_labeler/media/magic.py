"""Which kind of file some bytes are: told by how they begin, never by a name."""

from __future__ import annotations

import re

FORMATS = ("JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF")
PREFIX = 256  # bytes that are enough to tell

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II\x2a\x00", "TIFF"),
    (b"MM\x00\x2a", "TIFF"),
    (b"II\x2b\x00", "TIFF"),
    (b"MM\x00\x2b", "TIFF"),
)
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (rb"\s*<(\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype svg[^>]*>\s*)?<?svg", "SVG"),
    (rb"\s*<(!doctype\s+html|html|head|body)", "HTML"),
    (rb"\s*<", "XML or HTML"),
    (rb"....ftyp(heic|heix|mif1|msf1|hevc)", "HEIC"),
    (rb"....ftypavif", "AVIF"),
    (rb"....ftyp", "video"),
    (rb"\x1aE\xdf\xa3", "video"),
    (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "JPEG 2000"),
    (rb"%PDF", "PDF"),
    (rb"%!PS", "PostScript"),
    (rb"8BPS", "Photoshop"),
    (rb"\x00\x00\x01\x00", "icon"),
    (rb"PK\x03\x04", "ZIP"),
    (rb"\x1f\x8b", "gzip"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), what) for pattern, what in _OTHERS)


def sniff(prefix: bytes) -> str | None:
    r"""Give the picture format (one of `FORMATS`) that bytes begin like, None for anything else.

    >>> sniff(b"GIF89a..."), sniff(b"<html>")
    ('GIF', None)
    """
    if prefix[:4] == b"RIFF" and prefix[8:12] == b"WEBP":
        return "WebP"
    return next((name for start, name in _STARTS if prefix.startswith(start)), None)


def refusal(prefix: bytes, name: str) -> str:
    """Give the sentence that says why bytes that begin like this are no picture that we open."""
    what = next((what for pattern, what in _PATTERNS if pattern.match(prefix)), None)
    found = "something else" if what is None else "a video" if what == "video" else f"{what} data"
    return f"expected a picture ({', '.join(FORMATS)}), got {found} in {name}; convert it or leave it out."


def webp_size(prefix: bytes) -> tuple[int, int] | None:
    """Read width and height of a WebP file (RFC 9649, sections 2.5 to 2.7) from its first 30 bytes.

    The decoder reserves memory for the whole canvas as soon as it is made, so the size must be known before.
    """
    if len(prefix) < 30:
        return None
    kind = prefix[12:16]
    if kind == b"VP8X":
        return int.from_bytes(prefix[24:27], "little") + 1, int.from_bytes(prefix[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(prefix[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return int.from_bytes(prefix[26:28], "little") & 0x3FFF, int.from_bytes(prefix[28:30], "little") & 0x3FFF
    return None
