"""The manifest of a dataset version: what is in it, who made it, out of which. A version is there when this file is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

FORMAT = 1
FOLDER = "_versions"
_NAME = re.compile(r"v(\d{6,})\.json")
DATA_FOLDER = re.compile(r"v\d{6,}-[0-9a-f]{8}")
_PART = re.compile(r"part-\d{5,}\.parquet")


@dataclass(frozen=True)
class Part:
    """One Parquet file of a version: its name in the version's folder, rows, bytes and SHA-256."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All that is known of a version beside its rows. `created_at` is UTC; `parent` the version before it."""

    number: int
    name: str
    parent: int | None
    message: str
    author: str
    created_at: datetime
    task_id: str
    journal_rev: int
    schema: str
    rows: int
    folder: str
    parts: tuple[Part, ...]
    libraries: dict[str, str]

    @property
    def content_hash(self) -> str:
        """A SHA-256 that is equal for equal content written by equal libraries."""
        return hashlib.sha256("".join(part.sha256 for part in self.parts).encode()).hexdigest()

    @property
    def paths(self) -> tuple[str, ...]:
        """Its files and the folders that name them."""
        return (*(f"{self.folder}/{part.name}" for part in self.parts), self.folder, ".")

    def dumps(self) -> bytes:
        """Write as JSON."""
        data = {
            "format": FORMAT,
            **asdict(self),
            "created_at": self.created_at.isoformat(),
            "content_hash": self.content_hash,
        }
        return json.dumps(data, ensure_ascii=False, indent=1).encode()

    @classmethod
    def loads(cls, data: bytes) -> Manifest:
        """Read what `dumps` wrote.

        Raises
        ------
        ValueError
            It is no manifest, is of a later format, contradicts itself, or points outside its folder.
        """
        try:
            values = json.loads(data)
            if values.pop("format") != FORMAT:
                raise ValueError("its format is a later one; update notebook_labeler")
            content_hash = values.pop("content_hash")
            parts = tuple(Part(**part) for part in values.pop("parts"))
            created_at = datetime.fromisoformat(values.pop("created_at")).astimezone(UTC)
            manifest = cls(parts=parts, created_at=created_at, **values)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"it lacks or doubles a field ({error})") from error
        if not DATA_FOLDER.fullmatch(manifest.folder) or not all(_PART.fullmatch(part.name) for part in parts):
            raise ValueError("it points outside its folder")
        if manifest.content_hash != content_hash or manifest.rows != sum(part.rows for part in parts):
            raise ValueError("its hash or number of rows is not that of its files")
        return manifest


def manifest_path(number: int) -> str:
    """Give where the manifest of a version lies.

    >>> manifest_path(3)
    '_versions/v000003.json'
    """
    return f"{FOLDER}/v{number:06d}.json"


def numbers(names: Iterable[str]) -> list[int]:
    """Give the version numbers among file names, ascending."""
    return sorted(int(found[1]) for name in names if (found := _NAME.fullmatch(name)))
