"""The groups of near-duplicates among a project's first inputs, kept so that a few more are soon added to them.

One file in the project's cache, that may be deleted or torn at any time and is made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .files import write_whole
from .fingerprints import Fingerprints
from .kept_fingerprints import Kept, Keys
from .near_duplicates import Chained, chained, extended

FILE = "groups.npz"
_DTYPES = {"ids": np.uint32, "keys": np.uint64, "looked": bool, "groups": np.int64, "chains": np.int64}


@dataclass(frozen=True)
class KeptGroups:
    """The groups of a project's inputs, from the first on.

    Attributes
    ----------
    ids
        uint32, n: a number for each input's id, by which another project's file is told.
    keys
        uint64, n: where the fingerprints are kept (see `kept_fingerprints.key_of`).
    looked
        bool, n: whether there was one when the groups were found.
    found
        The groups.
    """

    ids: NDArray[np.uint32]
    keys: Keys
    looked: NDArray[np.bool_]
    found: Chained

    @classmethod
    def read(cls, path: Path) -> KeptGroups | None:
        """Read what is kept; None if there is no such file, or it is torn."""
        with suppress(Exception), path.open("rb") as raw, np.load(raw) as file:  # a torn file may raise anything
            columns = {name: file[name] for name in _DTYPES}
            many = len(columns["ids"])
            if all(columns[name].dtype == kind and columns[name].shape == (many,) for name, kind in _DTYPES.items()):
                groups, chains = columns.pop("groups"), columns.pop("chains")
                return cls(**columns, found=Chained(groups, chains))
        return None

    @classmethod
    def of(cls, input_ids: Sequence[str], keys: Sequence[int | None], prints: Fingerprints) -> KeptGroups:
        """Group inputs of which all is known that there is."""
        return cls(_ids(input_ids), _keys(keys), prints.known, chained(prints))

    def are_of(self, input_ids: Sequence[str], places: Sequence[int]) -> bool:
        """Whether these inputs lie at these places."""
        return len(input_ids) == len(places) and self.ids[list(places)].tolist() == _ids(input_ids).tolist()

    def same(self, input_ids: Sequence[str], keys: Sequence[int | None], prints: Fingerprints) -> bool:
        """Whether they are of just these inputs with just these fingerprints."""
        pairs = ((self.ids, _ids(input_ids)), (self.keys, _keys(keys)), (self.looked, prints.known))
        return all(np.array_equal(one, other) for one, other in pairs)

    def unseen(self, kept: Kept) -> int:
        """Give how many of them nobody has looked at yet, though their files are at hand."""
        return int((~np.isin(self.keys[self.keys > 0], kept.keys)).sum())

    def with_more(self, input_ids: Sequence[str], keys: Sequence[int | None], kept: Kept) -> KeptGroups | None:
        """Give the groups with a few inputs more, whose fingerprints are kept; None if those of the others are not."""
        all_keys = np.r_[self.keys, _keys(keys)]
        prints, _ = kept.find([int(key) or None for key in all_keys.tolist()])
        many = len(self.ids)
        if (self.looked & ~prints.known[:many]).any():
            return None
        prints.known[:many] &= self.looked
        found = extended(self.found, prints)
        return KeptGroups(np.r_[self.ids, _ids(input_ids)], all_keys, prints.known, found)

    def save(self, path: Path) -> None:
        """Write them. A cache that cannot be written is none."""
        out, found = BytesIO(), self.found
        np.savez(out, ids=self.ids, keys=self.keys, looked=self.looked, groups=found.groups, chains=found.chains)
        with suppress(OSError):
            write_whole(path, out.getvalue())


def _ids(input_ids: Sequence[str]) -> NDArray[np.uint32]:
    return np.array([crc32(one.encode("utf-8", "surrogatepass")) for one in input_ids], np.uint32)


def _keys(keys: Sequence[int | None]) -> Keys:
    return np.array([key or 0 for key in keys], np.uint64)
