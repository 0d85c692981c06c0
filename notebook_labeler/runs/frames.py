"""Frames between the notebook and its model process: a JSON header and binary parts. Nothing is ever unpickled.

A frame is two little-endian uint32 (bytes of the header, number of parts), the header, then for each part one
little-endian uint64 (its bytes), then the parts.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

Header = dict[str, Any]  # JSON: what it holds depends on the message
START = struct.Struct("<II")
LENGTH = struct.Struct("<Q")


def write_frame(stream: BinaryIO, header: Mapping[str, Any], parts: Sequence[bytes] = ()) -> None:
    """Write one frame and flush it. The caller keeps two threads from writing at once."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    lengths = b"".join(LENGTH.pack(len(part)) for part in parts)
    stream.write(b"".join((START.pack(len(text), len(parts)), text, lengths, *parts)))
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[Header, list[bytes]] | None:
    """Read one frame; None when the other side is gone, also in the middle of a frame."""
    start = _exactly(stream, START.size)
    if start is None:
        return None
    size, count = START.unpack(start)
    text, lengths = _exactly(stream, size), _exactly(stream, LENGTH.size * count)
    if text is None or lengths is None:
        return None
    parts = []
    for (length,) in LENGTH.iter_unpack(lengths):
        part = _exactly(stream, length)
        if part is None:
            return None
        parts.append(part)
    return json.loads(text.decode("utf-8", "surrogatepass")), parts


def _exactly(stream: BinaryIO, size: int) -> bytes | None:
    data = stream.read(size) if size else b""
    return data if len(data) == size else None
