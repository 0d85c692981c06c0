"""Where a foreign region lies on the upright picture: turned as EXIF says, clipped to what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...domain.geometry import SMALLEST, Box, Polygon, Region
from ...errors import BadInput
from ...formats.records import Label, Picture, Problem
from ...media.image import ImageInfo
from ...media.pixels import SIDEWAYS

AUTO, UPRIGHT, STORED = "auto", "upright", "stored"
FRAMES = (AUTO, UPRIGHT, STORED)
_TURNS: dict[int, Callable[[float, float, float, float], tuple[float, float]]] = {  # x, y, width, height as stored
    2: lambda x, y, w, h: (w - x, y),
    3: lambda x, y, w, h: (w - x, h - y),
    4: lambda x, y, w, h: (x, h - y),
    5: lambda x, y, w, h: (y, x),
    6: lambda x, y, w, h: (h - y, x),
    7: lambda x, y, w, h: (h - y, w - x),
    8: lambda x, y, w, h: (y, w - x),
}


def turned(region: Region, orientation: int, width: float, height: float) -> Region:
    """Turn a region of the picture as it is stored (`width` x `height`) as its EXIF orientation (1 to 8) says.

    Examples
    --------
    >>> turned(Box(0, 0, 10, 20), 6, 640, 480)
    Box(left=460.0, top=0.0, width=20.0, height=10.0)
    """
    turn = _TURNS.get(orientation)
    if turn is None:
        return region
    if isinstance(region, Box):
        x0, y0, x1, y1 = region.corners
        return Box.spanning(*turn(x0, y0, width, height), *turn(x1, y1, width, height))
    return Polygon(
        tuple(
            tuple(v for x, y in zip(ring[::2], ring[1::2], strict=True) for v in turn(x, y, width, height))
            for ring in region.rings
        )
    )


def placed(picture: Picture, info: ImageInfo | None, frame: str = AUTO) -> tuple[tuple[Label, ...], list[Problem]]:
    """Give the labels of a picture of a file with their regions on the upright picture, and what went wrong.

    Parameters
    ----------
    picture
        As the file has it.
    info
        What the picture's own header says; None when it cannot be opened.
    frame
        Of which picture the file speaks: ``upright``, ``stored`` (as the pixels lie in the file, before EXIF turns
        them), or ``auto``: stored if the stated size says so, else upright.

    Raises
    ------
    BadInput
        The file speaks of a picture of another size, or the size is needed and not known.
    """
    said = (picture.width, picture.height)
    if info is None:
        if picture.relative or not all(said):
            raise BadInput("expected a picture that can be opened, for the file does not say its size; look at it.")
        info = ImageInfo(*said, "unknown")
    upright = (info.width, info.height)
    stored = upright[::-1] if info.orientation in SIDEWAYS else upright
    frame = _frame(frame, said, upright, stored)
    labels, problems = [], []
    for label in picture.in_pixels(*(stored if frame == STORED else upright)).labels:
        region = label.region
        if region is not None:
            if frame == STORED:
                region = turned(region, info.orientation, *stored)
            kept = region if _fits(region, *upright) else region.clipped(*upright)
            if kept is not region:
                problems.append(_clipped(picture, label, kept, upright))
            if kept is None:
                continue
            region = kept
        labels.append(label if region is label.region else replace(label, region=region))
    return tuple(labels), problems


def _frame(frame: str, said: tuple[int, int], upright: tuple[int, int], stored: tuple[int, int]) -> str:
    if not all(said):
        return UPRIGHT if frame == AUTO else frame
    if frame == AUTO:
        frame = STORED if said == stored != upright else UPRIGHT
    expected = stored if frame == STORED else upright
    if said != expected:
        raise BadInput(
            f"expected labels for a picture of {expected[0]} x {expected[1]} pixels, got some for "
            f"{said[0]} x {said[1]}; it is another picture or a resized one, so they were left out."
        )
    return frame


def _fits(region: Region, width: int, height: int) -> bool:
    """Whether a region lies in the picture, but for what adding floats has made of it."""
    x0, y0, x1, y1 = region.bounds.corners
    return min(x0, y0) >= -SMALLEST and x1 <= width + SMALLEST and y1 <= height + SMALLEST


def _clipped(picture: Picture, label: Label, kept: Region | None, size: tuple[int, int]) -> Problem:
    assert label.region is not None
    sides = ", ".join(f"{v:g}" for v in label.region.bounds.sides)
    what = "lies wholly outside of" if kept is None else "reaches beyond"
    done = "left out" if kept is None else "clipped"
    reason = f"{label.concept!r} at [{sides}] {what} the picture of {size[0]} x {size[1]} pixels and was {done}."
    return Problem(picture.name, "", reason)
