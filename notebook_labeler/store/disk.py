"""What the store asks of a disk: durable bytes, a create that only one can win, folders shared by a group.

Versions touch files through `Disk` alone, so that an object store can stand in its place later.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from ..errors import StoreError

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class Disk:
    """A folder of the local file system. Paths are relative to it, with ``/`` between their parts."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self, folder: str) -> None:
        """Make sure that the root and a folder in it are there, durably."""
        if not (self.root / folder).is_dir():
            make_shared_folder(self.root / folder)
            self.settle(folder, ".", "..")

    def make_folder(self, path: str) -> None:
        """Make a folder that is not there yet."""
        (self.root / path).mkdir()
        share(self.root / path)

    def put(self, path: str, data: bytes | memoryview) -> None:
        """Write a new file; it is sure to be on the disk after `settle` only."""
        with open(self.root / path, "xb") as file:
            file.write(data)
        share(self.root / path)

    def settle(self, *paths: str) -> None:
        """Wait until the bytes of these files, and the names in these folders, are on the disk."""
        if len(paths) < 2:
            for path in paths:
                self._fsync(path)
            return
        with ThreadPoolExecutor(min(len(paths), 8)) as pool:  # together, for then the disk waits but once
            list(pool.map(self._fsync, paths))

    def _fsync(self, path: str) -> None:
        target = self.root / path
        if os.name == "nt" and target.is_dir():  # no folder can be opened there; NTFS keeps its own journal of names
            return
        handle = os.open(target, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def create(self, path: str, data: bytes, *, speaks_of: Sequence[str] = ()) -> None:
        """Make a file appear, whole and durable, if nobody has made it before.

        Parameters
        ----------
        path
            The file.
        data
            What is in it.
        speaks_of
            Files and folders that are on the disk before it appears.

        Raises
        ------
        FileExistsError
            Somebody else was first.
        StoreError
            The file system cannot do this.
        """
        folder = _parent(path)
        draft = f"{folder}/.{uuid.uuid4().hex}.tmp"
        try:
            self.put(draft, data)
            self.settle(draft, *speaks_of)
            self._link(draft, path)
        finally:
            self.remove(draft)
        self.settle(folder)

    def _link(self, draft: str, path: str) -> None:
        try:
            os.link(self.root / draft, self.root / path)
        except FileExistsError:
            # over NFS the answer of a link that did succeed can be lost; the count of names tells
            if os.stat(self.root / draft).st_nlink != 2:
                raise
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            raise StoreError(
                f"expected a file system with hard links at {str(self.root)!r}, got one without "
                f"({error.strerror}); keep the project on another disk."
            ) from error

    def rename_folder(self, old: str, new: str) -> None:
        """Give a folder that nobody refers to yet another name."""
        os.rename(self.root / old, self.root / new)
        self.settle(_parent(new))

    def read(self, path: str) -> bytes:
        """Give the bytes of a file."""
        return (self.root / path).read_bytes()

    def names(self, folder: str = ".") -> list[str]:
        """Give the names of the plain files and folders (no links) in a folder, sorted; none when it is not there."""
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(e.name for e in entries if not e.is_symlink())
        except FileNotFoundError:
            return []

    def size(self, path: str) -> int | None:
        """Give the size of a file in bytes; None when it is not there."""
        try:
            found = os.stat(self.root / path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def sha256(self, path: str) -> str:
        """Give the hexadecimal SHA-256 of a file's bytes."""
        with open(self.root / path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def age_s(self, path: str) -> float:
        """Give how many seconds ago a file, or the youngest thing in a folder, was changed."""
        target = self.root / path
        times = [target.lstat().st_mtime]
        if target.is_dir():
            times += [child.lstat().st_mtime for child in target.iterdir()]
        return time.time() - max(times)

    def remove(self, path: str) -> None:
        """Remove a file or a folder with all that is in it; nothing happens when it is not there."""
        target = self.root / path
        with suppress(FileNotFoundError):
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            else:
                target.unlink()


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or "."


def make_shared_folder(path: Path) -> None:
    """Make a folder and those above it, each with the group rights of the one it lies in (see `share`)."""
    if not path.parent.is_dir():
        make_shared_folder(path.parent)
    try:
        path.mkdir()
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        share(path)


def share(path: Path) -> None:
    """Give a new file or folder the group rights of its folder, where that one is shared (set-group-id).

    The umask of most people takes the group's right to write away; a folder with the set-group-id bit says that
    a group works in it, so the right is given back.
    """
    folder = path.parent.stat().st_mode
    if not folder & getattr(stat, "S_ISGID", 0) or os.name == "nt":
        return
    own = stat.S_IMODE(path.stat().st_mode)
    wanted = own | folder & (0o2070 if path.is_dir() else 0o060)
    if wanted != own:
        with suppress(PermissionError):  # it is another's: their choice
            path.chmod(wanted)
