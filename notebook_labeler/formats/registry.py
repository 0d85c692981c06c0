"""The formats, found by name or told by what a path holds.

A format is a module of this folder with three functions:

``looks_like(path) -> bool``
    Whether a file or folder is probably of it; reads little, raises nothing.
``read(path, **options) -> Collection``
    Raises `BadInput` when the whole cannot be read; what is wrong with a part is listed in `Collection.problems`.
``write(collection, folder, **options) -> Written``
    Into an empty folder that is there, and nowhere else; what the format has no room for is in `Written.problems`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from ..errors import BadInput
from .records import Collection, Written

TITLES = {
    "coco": "COCO JSON",
    "yolo": "YOLO",
    "voc": "Pascal VOC",
    "cvat": "CVAT XML",
    "label_studio": "Label Studio JSON",
}
_ALSO = {"pascal_voc": "voc", "pascal": "voc", "labelstudio": "label_studio", "ultralytics": "yolo"}


class Format(Protocol):
    """What a module of a format offers."""

    def looks_like(self, path: Path) -> bool:
        """Whether a file or folder is probably of this format."""

    def read(self, path: Path, **options: Any) -> Collection:  # Any: each format's own
        """Read a file or folder."""

    def write(self, collection: Collection, folder: Path, **options: Any) -> Written:
        """Write into an empty folder."""


def clean_format(name: str) -> str:
    """Give a format's own name.

    Raises
    ------
    BadInput
        There is no such format; the sentence lists those there are.

    Examples
    --------
    >>> clean_format("COCO"), clean_format("Pascal VOC")
    ('coco', 'voc')
    """
    key = name.strip().casefold().replace(" ", "_").replace("-", "_") if isinstance(name, str) else ""
    key = _ALSO.get(key, key)
    if key not in TITLES:
        raise BadInput(f"expected a format out of {', '.join(TITLES)}, got {name!r:.60}.")
    return key


def find(name: str) -> Format:
    """Give the functions of a format by its name."""
    return cast(Format, import_module(f".{clean_format(name)}", __package__))


def guess(path: Path) -> str:
    """Give the name of the format that a file or folder is of.

    Raises
    ------
    BadInput
        There is no such path, or it looks like none of them, or like several.
    """
    if not path.exists():
        raise BadInput(f"expected a file or folder of annotations, but there is no {str(path)!r:.200}; check the path.")
    fitting = [name for name in TITLES if find(name).looks_like(path)]
    if len(fitting) != 1:
        what = f"one that may be {' or '.join(fitting)}" if fitting else "something else"
        raise BadInput(
            f"expected annotations of a known format in {path.name!r:.80}, got {what}; pass format=, "
            f"one of {', '.join(TITLES)}."
        )
    return fitting[0]
