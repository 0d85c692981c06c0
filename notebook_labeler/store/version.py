"""One saved version: read it, check it, compare it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from ..errors import BadInput, DamagedVersion
from .disk import Disk
from .frames import to_frame, with_columns
from .manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_TAG = b"notebook_labeler.schema"


@dataclass(frozen=True, repr=False)
class Version:
    """A saved version of a table of annotations. It never changes.

    Any Parquet reader takes its `folder`, for example ``pd.read_parquet(version.folder)``.
    """

    manifest: Manifest
    disk: Disk = field(compare=False)
    schema: pa.Schema = field(compare=False)

    def __repr__(self) -> str:
        who = f" by {self.author}" if self.author else ""
        return f"Version({self.number}, {self.name!r}, {self.rows:,} rows{who}, {self.created_at:%Y-%m-%d %H:%M} UTC)"

    @property
    def number(self) -> int:
        """Its place in the chain, from 1."""
        return self.manifest.number

    @property
    def name(self) -> str:
        """Its name, which no other version has."""
        return self.manifest.name

    @property
    def message(self) -> str:
        """What its author said of it."""
        return self.manifest.message

    @property
    def author(self) -> str:
        """Who saved it."""
        return self.manifest.author

    @property
    def created_at(self) -> datetime:
        """When it was saved, in UTC."""
        return self.manifest.created_at

    @property
    def parent(self) -> int | None:
        """The number of the version before it; None for the first."""
        return self.manifest.parent

    @property
    def rows(self) -> int:
        """How many annotations."""
        return self.manifest.rows

    @property
    def journal_rev(self) -> int:
        """The revision of the journal that it was taken from."""
        return self.manifest.journal_rev

    @property
    def task_id(self) -> str:
        """The task that it is of; empty when it is of the whole project."""
        return self.manifest.task_id

    @property
    def content_hash(self) -> str:
        """A SHA-256, equal for equal content."""
        return self.manifest.content_hash

    @property
    def folder(self) -> Path:
        """The folder that holds its Parquet files and nothing else."""
        return self.disk.root / self.manifest.folder

    def read(self, *, verify: bool = False) -> pd.DataFrame:
        """Give the annotations, sorted by `input_id`, then `annotation_id`.

        Parameters
        ----------
        verify
            Compare the hashes of all files first; without it, their sizes and number of rows alone.

        Returns
        -------
        pandas.DataFrame
            The columns of `schema.ANNOTATIONS`. Text is ``str``, times ``datetime64[us, UTC]``, probabilities
            ``float64``, `version` ``int64``, `box` and `polygon` objects. Missing: NaN, NaT or None. Columns that are
            younger than the version are missing throughout.

        Raises
        ------
        DamagedVersion
            A file is absent, changed or cannot be read.
        """
        return to_frame(self.arrow(verify=verify))

    def arrow(self, *, verify: bool = False) -> pa.Table:
        """Give what `read` gives, as an Arrow table."""
        import pyarrow.parquet as pq

        if verify:
            self.verify()
        else:
            self._check_sizes()
        tables = []
        for part in self.manifest.parts:
            try:
                tables.append(pq.ParquetFile(self.folder / part.name).read())
            except (pa.ArrowException, OSError) as error:
                raise self._damaged(part.name, f"it cannot be read ({error!s:.200})") from error
            if tables[-1].num_rows != part.rows:
                raise self._damaged(part.name, f"{part.rows} rows were expected, {tables[-1].num_rows} came")
        return with_columns(pa.concat_tables(tables), self._known_schema(tables[0].schema))

    def verify(self) -> None:
        """Compare every file with its hash in the manifest.

        Raises
        ------
        DamagedVersion
            A file is absent, changed, or there is one that does not belong; the message names it.
        """
        self._check_sizes()
        own = {part.name for part in self.manifest.parts}
        for name in self.disk.names(self.manifest.folder):
            if name not in own:
                raise self._damaged(name, "it is not part of the version; plain readers would take it for one")
        with ThreadPoolExecutor(4) as pool:
            paths = [f"{self.manifest.folder}/{part.name}" for part in self.manifest.parts]
            for part, found in zip(self.manifest.parts, pool.map(self.disk.sha256, paths), strict=True):
                if found != part.sha256:
                    raise self._damaged(part.name, "its content is not what was saved")

    def diff(self, other: Version) -> pd.DataFrame:
        """Tell what changed between two versions, from the earlier to the later one, whichever is asked.

        Parameters
        ----------
        other
            Another version of the same project.

        Returns
        -------
        pandas.DataFrame
            One row per annotation that differs, those added first, then those removed, then those changed:
            `change` (``added``, ``removed``, ``changed``), `annotation_id`, `task_id`, `input_id`, `concept` (the
            later ones, where there are two), `fields` (names of the columns that changed, comma between), and for each
            column that changed anywhere a pair ``<column>_before``, ``<column>_after``. `version` and `updated_at`
            count changes and are not compared.

        Examples
        --------
        >>> import pyarrow as pa
        >>> from tempfile import mkdtemp
        >>> from notebook_labeler.store.versions import Versions
        >>> columns = pa.schema([pa.field(n, pa.string(), False) for n in ("annotation_id", "input_id", "concept")])
        >>> versions = Versions(mkdtemp(), schema=columns)
        >>> row = {"annotation_id": ["a"], "input_id": ["i"], "concept": ["cat"]}
        >>> old = versions.publish(pa.table(row), name="first")
        >>> new = versions.publish(pa.table({**row, "concept": ["dog"]}), name="second")
        >>> new.diff(old)[["change", "concept_before", "concept_after"]].values.tolist()
        [['changed', 'cat', 'dog']]
        """
        from .diff import difference

        if not isinstance(other, Version):
            raise BadInput(f"expected another version, got {type(other).__name__}; get it with project.version(name).")
        old, new = sorted((self, other), key=lambda v: (v.number, v.created_at))
        return difference(old.arrow(), new.arrow())

    def _check_sizes(self) -> None:
        for part in self.manifest.parts:
            size = self.disk.size(f"{self.manifest.folder}/{part.name}")
            if size is None:
                raise self._damaged(part.name, "it is not there")
            if size != part.bytes:
                raise self._damaged(part.name, f"{part.bytes} bytes were saved, {size} are there")

    def _known_schema(self, found: pa.Schema) -> pa.Schema:
        """Give today's schema, and after it what the version has beside it."""
        more = [f for f in found if f.name not in self.schema.names]
        missing = {f.name for f in self.schema} - set(found.names)
        fields: Iterable[pa.Field] = (f.with_nullable(True) if f.name in missing else f for f in self.schema)
        return pa.schema([*fields, *more], metadata=self.schema.metadata)

    def _damaged(self, name: str, reason: str) -> DamagedVersion:
        return DamagedVersion(
            f"version {self.number} ({self.name!r}) is damaged at {self.manifest.folder}/{name}: {reason}; "
            "restore the file from a backup, or go on from another version."
        )
