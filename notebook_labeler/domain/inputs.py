"""What is labeled, before anybody opens it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from .names import digest

IMAGE, TEXT, VIDEO = "image", "text", "video"


@dataclass(frozen=True)
class Input:
    """One thing to label. `uri` is an absolute path or an http(s) URL; `input_id` follows from it.

    `meta` holds what the table that it came from said beside the path (JSON text), or nothing.
    """

    input_id: str
    uri: str
    kind: str = IMAGE
    name: str = ""
    meta: str = ""

    @classmethod
    def at(cls, uri: str, *, kind: str = IMAGE, meta: str = "") -> Input:
        """Make the input that stands for a path or URL."""
        tail = unquote(urlsplit(uri).path) if is_url(uri) else uri
        return cls(digest("input", uri), uri, kind, PurePosixPath(tail.replace("\\", "/")).name or uri, meta)


def is_url(uri: str) -> bool:
    """Whether it is an http or https address.

    >>> is_url("https://example.org/a.jpg"), is_url("/home/a.jpg")
    (True, False)
    """
    return uri[:8].lower().startswith(("http://", "https://"))
