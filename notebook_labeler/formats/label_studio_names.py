"""Which picture an address in a task of Label Studio speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from .safe import name_parts

_UPLOAD = re.compile(r"[0-9a-f]{8}-(.+)", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?)(\?.*)?$", re.IGNORECASE)
IMAGE = "image"


def address_key(data: Mapping[str, Any]) -> str | None:  # Any: a task's data is whatever somebody imported
    """Give under which key a task's data has its picture's address: image, or what ends like a picture."""
    texts = [key for key, value in data.items() if isinstance(value, str) and value.strip()]
    if IMAGE in texts:
        return IMAGE
    return next((key for key in texts if _PICTURE.search(data[key])), None)


def picture_names(address: str) -> tuple[str, tuple[str, ...]]:
    """Give a picture's name, and others that it may have here, in the order in which they are to be tried.

    Label Studio puts eight hexadecimal digits before the names of uploaded files. A file of ours may truly be called
    so, therefore the name without them comes second.

    Examples
    --------
    >>> picture_names("/data/upload/3/abcd1234-photo.jpg")
    ('abcd1234-photo.jpg', ('photo.jpg',))
    >>> picture_names("/data/local-files/?d=folder/photo%201.jpg"), picture_names("s3://bucket/folder/photo.jpg")
    (('folder/photo 1.jpg', ()), ('folder/photo.jpg', ('s3://bucket/folder/photo.jpg',)))
    """
    try:
        parts = urlsplit(address) if _SCHEME.match(address) or address.startswith("/data/") else None
        within = parse_qs(parts.query).get("d", []) if parts else []
    except ValueError:
        parts, within = None, []
    if parts is None:
        return address, ()
    path = within[0] if within else unquote(parts.path)
    others = [address] if parts.scheme else []
    if not within and path.startswith("/data/upload/"):
        path = re.sub(r"^\d+/", "", path.removeprefix("/data/upload/"))
        upload = _UPLOAD.fullmatch(path.rsplit("/", 1)[-1])
        others += [upload.group(1)] if upload else []
    name = "/".join(name_parts(path))
    return (name or address), tuple(other for other in others if other != name)
