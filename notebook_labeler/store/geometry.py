"""Geometry text as list columns: what a region's JSON says, a million at a time.

The text of a region is a JSON object: ``{"box": [left, top, width, height]}`` or
``{"polygon": [[x0, y0, x1, y1, ...], ...]}``, rings one after the other, in pixels of the upright picture.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_NUMBERS = pa.list_(pa.float64())
_SHAPES = pa.schema([("box", _NUMBERS), ("polygon", pa.list_(_NUMBERS))])


def boxes_and_polygons(texts: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Give the columns ``box`` and ``polygon`` of a column of geometry texts; missing where a text says neither."""
    there = pc.drop_null(texts)
    if not len(there):
        return tuple(pa.chunked_array([pa.nulls(len(texts), field.type)]) for field in _SHAPES)
    from pyarrow import json

    lines = pa.BufferReader("\n".join(there.to_pylist()).encode())
    size = max(1 << 20, lines.size() + 1)
    read = json.read_json(
        lines,
        read_options=json.ReadOptions(block_size=min(size, 1 << 30)),
        parse_options=json.ParseOptions(explicit_schema=_SHAPES, unexpected_field_behavior="ignore"),
    )
    known = pc.is_valid(texts)
    places = pc.if_else(known, pc.subtract(pc.cumulative_sum(known.cast(pa.int64())), 1), None)
    return read["box"].take(places), read["polygon"].take(places)
