"""What every format speaks: pictures with labels, the concepts in their order, and what could not be read or written.

Regions are in float pixels of the picture as `Picture.width` and `Picture.height` describe it, origin at its upper left
corner, continuous: the first pixel covers 0 to 1. Files that state fractions and no sizes (YOLO) give `relative`
pictures; `Picture.in_pixels` turns them once somebody knows the size.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..domain.geometry import Box, Polygon, Region
from ..domain.names import clean_name, name_key
from ..errors import BadInput


@dataclass(frozen=True)
class Label:
    """A concept on a picture, or on a region of it.

    `attributes` is JSON text of what the format says beside (see `attributes_text`), empty when it says nothing.
    """

    concept: str
    region: Region | None = None
    score: float | None = None
    attributes: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture of a format: its name as the format has it, and what is on it.

    Parameters
    ----------
    name
        Relative, with ``/`` between the parts where the format has folders. It comes from a file and is never trusted
        as a path: it is compared with the names of inputs, nothing else.
    width, height
        In pixels; 0 when the format does not say.
    labels
        What is on it, in the file's order. None is an answer too: an empty picture.
    attributes
        JSON text of what the format says of the picture beside.
    relative
        Whether regions are in fractions of the upright picture (0 to 1), as in YOLO.
    aliases
        Other names that it may have here, in the order in which they are to be tried.
    """

    name: str
    width: int = 0
    height: int = 0
    labels: tuple[Label, ...] = ()
    attributes: str = ""
    relative: bool = False
    aliases: tuple[str, ...] = ()

    def in_pixels(self, width: int, height: int) -> Picture:
        """Give a relative picture in pixels; any other as it is.

        Nine decimals of a pixel are kept: whole pixels that were written as fractions come back whole.

        Raises
        ------
        BadInput
            A region is of no size then.

        Examples
        --------
        >>> picture = Picture("a", labels=(Label("cat", Box(0.1, 0.2, 0.3, 0.4)),), relative=True)
        >>> picture.in_pixels(640, 480).labels[0].region
        Box(left=64.0, top=96.0, width=192.0, height=192.0)
        """
        if not self.relative:
            return self
        labels = tuple(replace(one, region=_scaled(one.region, width, height)) for one in self.labels)
        return replace(self, width=width, height=height, labels=labels, relative=False)


@dataclass(frozen=True)
class Problem:
    """Something that could not be read or written: of which picture, where in the files, and why, in a sentence."""

    picture: str
    place: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place or self.picture, self.reason) if part)


@dataclass(frozen=True)
class Collection:
    """What was read, or is to be written.

    Parameters
    ----------
    pictures
        In the order of the files.
    concepts
        The classes in their order, also those without a label. Writers number classes by it.
    problems
        What could not be read. Nothing is left out silently.
    """

    pictures: tuple[Picture, ...] = ()
    concepts: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def label_count(self) -> int:
        """How many labels there are on all pictures."""
        return sum(len(picture.labels) for picture in self.pictures)


@dataclass(frozen=True)
class Written:
    """What a writer left behind: its files, and what the format had no room for."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()


@dataclass
class Findings:
    """Collects, while a file is read, its concepts (in the order in which they are met) and its problems."""

    names: dict[str, str] = field(default_factory=dict)  # by key
    problems: list[Problem] = field(default_factory=list)
    _spelled: dict[object, str | None] = field(default_factory=dict)

    def note(self, picture: str, place: str, reason: object) -> None:
        """Note a problem; `reason` may be the error that said it."""
        self.problems.append(Problem(picture, place, str(reason)))

    def concept(self, name: object, picture: str, place: str) -> str | None:
        """Give a class name in the spelling met first; None, with a problem noted, when it cannot be a name."""
        if isinstance(name, str) and (known := self._spelled.get(name)) is not None:
            return known
        try:
            text = clean_name(name, what="a class name")
        except BadInput as error:
            self.note(picture, place, error)
            return None
        found = self.names.setdefault(name_key(text), text)
        self._spelled[name] = found
        return found

    def region(self, make: Callable[[], Region], picture: str, place: str) -> Region | None:
        """Give the region that `make` makes; None, with a problem noted, when its numbers cannot be one."""
        try:
            return make()
        except (BadInput, TypeError, ValueError, KeyError) as error:
            reason = (
                error if isinstance(error, BadInput) else f"expected the numbers of a region, got others ({error})."
            )
            self.note(picture, place, reason)
            return None

    def collection(self, pictures: Iterable[Picture]) -> Collection:
        """Give all together."""
        return Collection(tuple(pictures), tuple(self.names.values()), tuple(self.problems))


def attributes_text(values: dict[str, Any]) -> str:  # Any: whatever JSON a format has beside a label
    """Write what a format says beside a label as JSON text; nothing gives an empty text.

    Examples
    --------
    >>> attributes_text({"truncated": 1}), attributes_text({})
    ('{"truncated":1}', '')
    """
    if not values:
        return ""
    try:
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInput(f"expected attributes as JSON without NaN, got others ({error}).") from error


def attributes_of(text: str) -> dict[str, Any]:  # Any: as above
    """Read what `attributes_text` wrote; text that is no JSON object gives nothing."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _scaled(region: Region | None, width: int, height: int) -> Region | None:
    if isinstance(region, Box):
        (x0, y0, x1, y1), by = region.corners, (width, height)
        left, top = round(x0 * by[0], 9), round(y0 * by[1], 9)
        return Box(left, top, round(x1 * by[0] - left, 9), round(y1 * by[1] - top, 9))
    if isinstance(region, Polygon):
        by = (width, height)
        return Polygon(tuple(tuple(round(v * by[i % 2], 9) for i, v in enumerate(ring)) for ring in region.rings))
    return region
