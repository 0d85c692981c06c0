"""All saved versions of a project: one chain of immutable Parquet folders, each made known by its manifest."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..domain.names import clean_name, name_key
from ..errors import BadInput, DamagedVersion, NameTaken, UnknownVersion
from .disk import Disk
from .frames import to_frame, to_table
from .manifest import DATA_FOLDER, FOLDER, Manifest, manifest_path, numbers
from .publish import ordered, write_parts
from .schema import ANNOTATIONS
from .version import SCHEMA_TAG, Version

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Version", "Versions"]

_DRAFT = re.compile(r"\.[0-9a-f]{32}\.tmp")
_LOG = pa.schema(
    [
        pa.field("number", pa.int64(), False),
        pa.field("name", pa.string(), False),
        pa.field("parent", pa.int64()),
        pa.field("message", pa.string(), False),
        pa.field("author", pa.string(), False),
        pa.field("created_at", pa.timestamp("us", tz="UTC"), False),
        pa.field("rows", pa.int64(), False),
        pa.field("journal_rev", pa.int64(), False),
        pa.field("content_hash", pa.string(), False),
        pa.field("folder", pa.string(), False),
    ]
)


class Versions:
    """The versions in a folder.

    A version is there from the moment at which its manifest appears, whole, under the next free number. What a crash
    leaves before that moment is seen by nobody, and `gc` removes it. Several processes may save at once.

    Parameters
    ----------
    folder
        Where they are kept; it is made when the first one is saved.
    schema
        The columns that a version has.
    """

    def __init__(self, folder: str | Path, *, schema: pa.Schema = ANNOTATIONS) -> None:
        self.disk = Disk(Path(folder).absolute())
        self.schema = schema
        self._known: dict[int, Version] = {}

    def publish(
        self,
        table: pa.Table | pd.DataFrame,
        *,
        name: str,
        message: str = "",
        author: str = "",
        journal_rev: int = 0,
        task_id: str = "",
    ) -> Version:
        """Save a table as the next version. When it returns, the version is on the disk and everybody sees it.

        Parameters
        ----------
        table
            The annotations, as Arrow table or DataFrame, in the columns of the schema, in any order.
        name
            1 to 200 characters; ``First`` and ``first`` are one name.
        message, author
            What is said of it, and by whom.
        journal_rev
            The revision of the journal at which the table was taken.
        task_id
            The task that it is of, if it is of one alone.

        Raises
        ------
        NameTaken
            A version of this name is there, perhaps only since now.
        BadInput
            The name or the table cannot be taken.
        StoreError
            The disk cannot do it.
        """
        name = clean_name(name, what="a version name")
        said = {"message": _text(message, "a message"), "author": _text(author, "an author")}
        rows = ordered(to_table(table, self.schema))
        parent = self._head(name)
        self.disk.prepare(FOLDER)
        folder = _folder_after(parent)
        try:
            parts = write_parts(self.disk, folder, rows)
            while True:
                manifest = Manifest(
                    number=parent + 1,
                    name=name,
                    parent=parent or None,
                    **said,
                    created_at=datetime.now(UTC),
                    task_id=task_id,
                    journal_rev=journal_rev,
                    schema=(self.schema.metadata or {}).get(SCHEMA_TAG, b"").decode(),
                    rows=rows.num_rows,
                    folder=folder,
                    parts=parts,
                    libraries={"pyarrow": pa.__version__},
                )
                try:
                    self.disk.create(manifest_path(manifest.number), manifest.dumps(), speaks_of=manifest.paths)
                except FileExistsError:  # another has saved meanwhile: ours comes after it
                    parent = self._head(name)
                    old, folder = folder, _folder_after(parent)
                    self.disk.rename_folder(old, folder)
                else:
                    return Version(manifest, self.disk, self.schema)
        except BaseException:
            if all(version.manifest.folder != folder for version in self.list()):
                self.disk.remove(folder)
            raise

    def list(self) -> list[Version]:
        """Give all versions, oldest first.

        Raises
        ------
        DamagedVersion
            A manifest cannot be read.
        """
        found = numbers(self.disk.names(FOLDER))
        self._known = {number: self._known.get(number) or self._load(number) for number in found}
        return [*self._known.values()]

    def latest(self) -> Version | None:
        """Give the newest version; None when there is none."""
        versions = self.list()
        return versions[-1] if versions else None

    def get(self, name_or_number: str | int) -> Version:
        """Give the version of a name or number.

        Parameters
        ----------
        name_or_number
            A name as saved (case does not matter), or a number from 1.

        Raises
        ------
        UnknownVersion
            There is none; the message lists those of a similar name.
        """
        versions = self.list()
        if isinstance(name_or_number, str):
            key = name_key(name_or_number)
            found = [v for v in versions if name_key(v.name) == key]
        elif isinstance(name_or_number, int) and not isinstance(name_or_number, bool):
            found = [v for v in versions if v.number == name_or_number]
        else:
            raise BadInput(f"expected a version's name or number, got {name_or_number!r:.60}; see versions().")
        if not found:
            raise UnknownVersion(_unknown(name_or_number, versions))
        return found[0]

    def log(self) -> pd.DataFrame:
        """Give the lineage as a DataFrame, one row per version, oldest first.

        Returns
        -------
        pandas.DataFrame
            `number`, `name`, `parent` (<NA> for the first), `message`, `author`, `created_at` (UTC), `rows`,
            `journal_rev`, `content_hash`, `folder`.
        """
        columns = {name: [getattr(v, name) for v in self.list()] for name in _LOG.names}
        return to_frame(pa.table({**columns, "folder": [str(path) for path in columns["folder"]]}, schema=_LOG))

    def gc(self, *, older_than: timedelta = timedelta(hours=24)) -> tuple[str, ...]:
        """Remove what crashes have left: folders and drafts of no version.

        Parameters
        ----------
        older_than
            What was touched later than this is left alone, for somebody may be saving just now.

        Returns
        -------
        tuple of str
            What was removed, relative to the folder of versions.
        """
        kept = {version.manifest.folder for version in self.list()}
        orphans = [name for name in self.disk.names() if DATA_FOLDER.fullmatch(name) and name not in kept]
        orphans += [f"{FOLDER}/{name}" for name in self.disk.names(FOLDER) if _DRAFT.fullmatch(name)]
        removed = [path for path in orphans if self.disk.age_s(path) >= older_than.total_seconds()]
        for path in removed:
            self.disk.remove(path)
        return tuple(removed)

    def _load(self, number: int) -> Version:
        path = manifest_path(number)
        try:
            manifest = Manifest.loads(self.disk.read(path))
            if manifest.number != number:
                raise ValueError(f"it is that of version {manifest.number}")
        except (OSError, ValueError) as error:
            raise DamagedVersion(
                f"expected the manifest of version {number} in {path}, but {error}; restore it from a backup."
            ) from error
        return Version(manifest, self.disk, self.schema)

    def _head(self, name: str) -> int:
        """Give the newest number, once it is sure that the name is free."""
        versions = self.list()
        taken = next((v for v in versions if name_key(v.name) == name_key(name)), None)
        if taken is not None:
            raise NameTaken(
                f"expected a name that no version has yet, got {name!r}, which is version {taken.number} of "
                f"{taken.created_at:%Y-%m-%d}; versions never change, so choose another name."
            )
        return versions[-1].number if versions else 0


def _folder_after(parent: int) -> str:
    return f"v{parent + 1:06d}-{uuid.uuid4().hex[:8]}"


def _text(value: Any, what: str) -> str:
    """Give text that a file can hold: halves of surrogate pairs become question marks."""
    if not isinstance(value, str):
        raise BadInput(f"expected {what} as text, got {type(value).__name__}; pass a string.")
    return value.encode("utf-8", "replace").decode()


def _unknown(wanted: str | int, versions: Sequence[Version]) -> str:
    if not versions:
        return f"expected a saved version, got {wanted!r:.80}, but none has been saved yet; save one first."
    keys = {name_key(v.name): v.name for v in versions}
    near = [keys[k] for k in get_close_matches(name_key(str(wanted)), keys, n=3, cutoff=0.5)]
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"the newest is {versions[-1].name!r}."
    return f"expected a version's name or a number from 1 to {versions[-1].number}, got {wanted!r:.80}; {hint}"
