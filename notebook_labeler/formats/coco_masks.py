"""COCO's run-length encoded masks: their two spellings, and polygons with holes as masks and back, nothing lost.

Runs go down the columns, outside first. The compressed spelling is that of `maskApi.c` of pycocotools: each number as
groups of five bits, lowest first, beginning with the third as the difference to the one two before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..domain.geometry import Polygon
from ..domain.raster import filled, filled_rings
from ..errors import BadInput
from .rings import AROUND, CROSSING, INSIDE, near, relation
from .rle import outline

MOST_PIXELS = 178_956_970  # of a mask that is filled here: the largest picture that is opened
Json = dict[str, Any]  # what a COCO file has, checked as it is read


def read_mask(said: Json, rings: Any = None) -> Polygon | None:
    """Give the polygon of a mask ``{"size": [height, width], "counts": ...}``; None if nothing is inside.

    Parameters
    ----------
    said
        `counts` are numbers, or text in the compressed spelling.
    rings
        The polygon that the mask was made of, as `written_mask` leaves it beside; taken if it still fits the mask.

    Raises
    ------
    BadInput
        It is no mask.
    """
    size, counts = said.get("size"), said.get("counts")
    if not (isinstance(size, list) and len(size) == 2 and all(_whole(v) for v in size)):
        raise BadInput(f"expected the size of a mask as [height, width], got {size!r:.60}.")
    height, width = size
    runs = numbers(counts) if isinstance(counts, str) else counts
    if not (isinstance(runs, list) and all(_whole(v) for v in runs)):
        raise BadInput(f"expected the counts of a mask as whole numbers, got {counts!r:.60}.")
    if rings is not None and 0 < height * width <= MOST_PIXELS:
        exact = Polygon(tuple(tuple(ring) for ring in rings))
        if runs_of(filled(exact, width, height)) == runs:
            return exact
    return outline(runs, width, height, by_columns=True)


def written_mask(region: Polygon, width: int, height: int) -> Json:
    """Give the keys of an annotation whose region no list of polygons can say: holes, crossing rings, crowds.

    The mask is the nearest that COCO has; the exact rings are kept beside it under a key that other readers ignore.
    """
    if not 0 < width * height <= MOST_PIXELS:
        raise BadInput(f"expected the size of the picture for a mask, got {width} x {height}.")
    mask = filled(region, width, height)
    return {
        "segmentation": {"size": [height, width], "counts": runs_of(mask)},
        "area": int(mask.sum()),
        "rings": [list(ring) for ring in region.rings],
    }


def joined(parts: list[tuple[float, ...]]) -> tuple[Polygon, bool]:
    """Give COCO's list of polygons, whose union is meant, as one polygon by the even-odd rule; and whether it is exact.

    A part inside another is left out, since it adds nothing. Parts that cross are joined along the pixels' edges.
    """
    if len(parts) == 1:
        return Polygon(tuple(parts)), True
    whole = Polygon(tuple(parts))
    covered: set[int] = set()
    for i, j in sorted(near(whole.rings), key=lambda pair: pair[::-1]):
        found = relation(whole.rings[i], whole.rings[j]) if not {i, j} & covered else ""
        if found == CROSSING:
            return _united(whole), False
        covered |= {i} if found == INSIDE else {j} if found == AROUND else set()
    return Polygon(tuple(ring for i, ring in enumerate(whole.rings) if i not in covered)), True


def runs_of(mask: Any) -> list[int]:
    """Give the runs of a mask (bool, height x width), down the columns.

    >>> runs_of(np.array([[0, 1], [1, 1]], bool))
    [1, 3]
    """
    flat = np.concatenate([[False], mask.ravel(order="F"), [not mask[-1, -1]]])
    return np.diff(np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1])])).tolist()  # type: ignore[no-any-return]


def numbers(text: str) -> list[int]:
    """Read the compressed spelling.

    >>> numbers("13")
    [1, 3]
    """
    found: list[int] = []
    value = shift = 0
    for character in text:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or shift > 60:
            raise BadInput(f"expected a mask in COCO's compressed spelling, got {character!r:.10} in it.")
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & 0x20:
            continue
        if bits & 0x10:
            value -= 1 << shift
        found.append(value + (found[-2] if len(found) > 2 else 0))
        value = shift = 0
    if shift:
        raise BadInput("expected a mask in COCO's compressed spelling, got one that ends within a number.")
    return found


def _united(polygon: Polygon) -> Polygon:
    left, top = (int(v // 1) for v in polygon.bounds.corners[:2])
    width, height = int(-(-polygon.bounds.right // 1)) - left, int(-(-polygon.bounds.bottom // 1)) - top
    if width * height > MOST_PIXELS:
        raise BadInput("expected parts that do not cross, got parts that do, over more pixels than a picture has.")
    mask = np.zeros((height, width), bool)
    for ring in polygon.moved(-left, -top).rings:
        mask |= filled_rings([ring], width, height)
    found = outline(runs_of(mask), width, height, left=left, top=top, by_columns=True)
    if found is None:
        raise BadInput("expected parts that cover a pixel, got parts that cross and cover none.")
    return found


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
