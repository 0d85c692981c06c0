"""Reading what COCO says: images and categories by id, and annotations or results that speak of them.

Format: https://cocodataset.org/#format-data and #format-results.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from ..domain.geometry import Box, Region
from ..errors import BadInput
from .coco_masks import Json, joined, read_mask
from .records import Collection, Findings, Label, Picture, attributes_text

_KNOWN = frozenset(
    {"id", "image_id", "category_id", "bbox", "area", "segmentation", "iscrowd", "score", "attributes", "rings"}
)
_OF_IMAGE = frozenset({"id", "file_name", "width", "height"})


@dataclass
class Reader:
    """Reads one dataset. `place` is the file's name in problems, `folder` goes before every picture's name."""

    place: str
    folder: str = ""
    findings: Findings = field(default_factory=Findings)
    classes: dict[Hashable, str] = field(default_factory=dict)
    images: dict[Hashable, Picture] = field(default_factory=dict)
    labels: dict[Hashable, list[Label]] = field(default_factory=dict)

    def dataset(self, data: Any) -> None:  # Any: what the JSON file holds
        """Take the images and categories of an instances file.

        Raises
        ------
        BadInput
            It is no such file.
        """
        if not (isinstance(data, dict) and isinstance(data.get("images"), list)):
            hint = "; read results with coco_results(results, ground_truth)" if isinstance(data, list) else ""
            raise BadInput(f"expected a COCO dataset with a list of images in {self.place!r:.120}, got none{hint}.")
        for at, said in enumerate(_list(data, "categories")):
            self._category(said, f"{self.place}, category {_number(said, at)}")
        for at, said in enumerate(data["images"]):
            self._image(said, f"{self.place}, image {_number(said, at)}")

    def annotations(self, found: Any, what: str = "annotation") -> None:
        """Take annotations or results; those that cannot be read are noted."""
        if not isinstance(found, list):
            raise BadInput(f"expected a list of {what}s in {self.place!r:.120}, got {type(found).__name__}.")
        for at, said in enumerate(found):
            self._annotation(said, f"{self.place}, {what} {_number(said, at)}")

    def collection(self) -> Collection:
        """Give what was read."""
        pictures = []
        for key, picture in self.images.items():
            labels = self.labels.get(key)
            pictures.append(_with(picture, labels) if labels else picture)
        return self.findings.collection(pictures)

    def _category(self, said: Any, place: str) -> None:
        key = _key(said, "id")
        name = self.findings.concept(said.get("name"), "", place) if isinstance(said, dict) else None
        if key in self.classes or key is None:
            self.findings.note("", place, "expected an id of its own for each category, got none, or one twice.")
        elif name is not None:
            self.classes[key] = name

    def _image(self, said: Any, place: str) -> None:
        key, name = _key(said, "id"), said.get("file_name") if isinstance(said, dict) else None
        if key is None or not isinstance(name, str) or not name:
            self.findings.note("", place, "expected an id and a file_name for each image, got none.")
        elif key in self.images:
            self.findings.note(name, place, "expected an id of its own for each image, got one twice.")
        else:
            self.images[key] = Picture(
                self.folder + name,
                _size(said, "width"),
                _size(said, "height"),
                (),
                self._beside(said, _OF_IMAGE, "", place),
            )

    def _annotation(self, said: Any, place: str) -> None:
        image, category = _key(said, "image_id"), _key(said, "category_id")
        picture, concept = self.images.get(image), self.classes.get(category)
        if picture is None or concept is None:
            what, got = ("image", image) if picture is None else ("category", category)
            name = "" if picture is None else picture.name
            self.findings.note(name, place, f"expected the id of a listed {what}, got {got!r:.60}.")
            return
        region = self._region(said, picture, place)
        if region is None:
            return
        attributes = "" if said.keys() <= _KNOWN else self._beside(said, _KNOWN, picture.name, place)
        if said.get("iscrowd") or "attributes" in said:
            attributes = self._beside(said, _KNOWN, picture.name, place)
        self.labels.setdefault(image, []).append(Label(concept, region, self._score(said, picture, place), attributes))

    def _region(self, said: Json, picture: Picture, place: str) -> Region | None:
        found, box = said.get("segmentation"), said.get("bbox")
        make: Callable[[], Region | None]
        if isinstance(found, dict):
            make = lambda: read_mask(found, said.get("rings"))  # noqa: E731
        elif found and isinstance(found, list):
            make = lambda: self._polygon(found, picture, place)  # noqa: E731
        elif isinstance(box, list) and len(box) == 4:
            make = lambda: Box(*box)  # noqa: E731
        else:
            self.findings.note(picture.name, place, "expected a bbox of four numbers or a segmentation, got neither.")
            return None
        known = len(self.findings.problems)
        region = self.findings.region(make, picture.name, place)  # type: ignore[arg-type]  # None passes through
        if region is None and len(self.findings.problems) == known:
            self.findings.note(picture.name, place, "expected a mask that covers a pixel, got an empty one.")
        return region

    def _polygon(self, found: list[Any], picture: Picture, place: str) -> Region:
        polygon, exact = joined([tuple(ring) for ring in found])
        if not exact:
            self.findings.note(picture.name, place, "its parts cross; they were joined along the edges of pixels.")
        return polygon

    def _score(self, said: Json, picture: Picture, place: str) -> float | None:
        score = said.get("score")
        if score is None:
            return None
        if isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1:
            return float(score)
        self.findings.note(picture.name, place, f"expected a score from 0 to 1, got {score!r:.40}; it was left out.")
        return None

    def _beside(self, said: Json, known: frozenset[str], picture: str, place: str) -> str:
        """Give what is said beside what we know, as JSON; CVAT and others keep it under a key ``attributes``."""
        inner = said.get("attributes") if known is _KNOWN else None
        values = {**(inner if isinstance(inner, dict) else {}), **{k: v for k, v in said.items() if k not in known}}
        if said.get("iscrowd"):
            values["iscrowd"] = 1
        try:
            return attributes_text(values)
        except BadInput as error:
            self.findings.note(picture, place, error)
            return ""


def _with(picture: Picture, labels: list[Label]) -> Picture:
    return Picture(picture.name, picture.width, picture.height, tuple(labels), picture.attributes)


def _key(said: Any, name: str) -> Hashable:
    """Give an id, which people write as numbers and as text; None when it is neither."""
    value = said.get(name) if isinstance(said, dict) else None
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


def _number(said: Any, at: int) -> Any:
    """Give what to call an entry: its id, or its place in the list."""
    key = _key(said, "id")
    return at if key is None else str(key)[:40]


def _list(data: Json, name: str) -> list[Any]:
    found = data.get(name, [])
    if not isinstance(found, list):
        raise BadInput(f"expected a list of {name}, got {type(found).__name__}.")
    return found


def _size(said: Json, name: str) -> int:
    """Give a width or height; 0 when there is none that can be."""
    value = said.get(name)
    sound = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1e7 and value == int(value)
    return int(value) if sound else 0  # type: ignore[arg-type]
