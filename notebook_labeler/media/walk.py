"""Find the pictures in folders and by patterns, in natural order, and count what else lay there."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .files import called

EXTENSIONS = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff"})
EXAMPLES = 5
HIDDEN, OTHER_FILE, CLOSED = "hidden", "not pictures by their extension", "unreadable folders"

_NUMBERS = re.compile(r"(\d+)")


@dataclass
class Found:
    """What a search came across: how many inputs it gave, and what it passed over, by reason, with examples."""

    taken: int = 0
    passed_over: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def skip(self, reason: str, name: str) -> None:
        """Note something that was passed over."""
        self.passed_over[reason] = self.passed_over.get(reason, 0) + 1
        known = self.examples.setdefault(reason, [])
        if len(known) < EXAMPLES:
            known.append(called(name or "(empty)"))

    def __str__(self) -> str:
        skipped = [
            f"{count:,} {reason} ({', '.join(self.examples[reason][:2])})" for reason, count in self.passed_over.items()
        ]
        return f"{self.taken:,} found" + (f"; passed over: {', '.join(skipped)}" if skipped else "")


def walk(folder: str, found: Found, above: frozenset[str] = frozenset()) -> Iterator[str]:
    """Give the pictures of a folder and its subfolders; a link back to a folder above is not followed."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: natural(entry.name))
    except OSError:
        found.skip(CLOSED, folder)
        return
    for entry in entries:
        if entry.name.startswith("."):
            found.skip(HIDDEN, entry.name)
        elif is_picture(entry.name) and not _is_folder(entry):
            yield entry.path
        elif _is_folder(entry):
            here = above | {os.path.realpath(folder)}
            if not (entry.is_symlink() and os.path.realpath(entry.path) in here):
                yield from walk(entry.path, found, here)
        else:
            found.skip(OTHER_FILE, entry.name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def matches(pattern: str, root: str, found: Found) -> Iterator[str]:
    """Give the absolute paths of the pictures that match a glob pattern, which starts from `root`."""
    for match in sorted(glob.iglob(pattern, root_dir=root, recursive=True), key=natural):
        path = os.path.abspath(os.path.join(root, match))
        if is_picture(path):
            yield path
        elif not os.path.isdir(path):
            found.skip(OTHER_FILE, match)


def is_picture(path: str) -> bool:
    """Whether a name ends like that of a picture."""
    return os.path.splitext(path)[1].lower() in EXTENSIONS


def natural(name: str) -> list[tuple[bool, int, str]]:
    """Give the key by which names sort as people count.

    >>> sorted(["b", "a10", "a9"], key=natural)
    ['a9', 'a10', 'b']
    """
    parts = _NUMBERS.split(name)
    return [(False, int(part), part) if i % 2 else (True, 0, part) for i, part in enumerate(parts)]
