"""The gate: an exclusive lock between processes that every open, write, checkpoint and close of a SQLite file takes.

It lets writers in one after the other without SQLite's sleep-and-retry, and keeps checkpoints and commits apart
(SQLite before 3.51.3 can damage a file where they meet).
"""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Gate:
    """A lock file, held while the gate is entered. Threads of one process must take a lock of their own before."""

    def __init__(self, path: str, *, mode: int | None) -> None:
        self.path, self.mode = path, mode
        self._fd = self._opened()

    def _opened(self) -> int:
        return open_file(self.path, mode=self.mode)

    def __enter__(self) -> Gate:
        if sys.platform == "win32":
            while True:
                try:
                    os.lseek(self._fd, 0, os.SEEK_SET)
                    msvcrt.locking(self._fd, msvcrt.LK_NBLCK, 1)
                    return self
                except OSError:  # somebody is inside; Windows has no fair wait for a byte range
                    time.sleep(0.005)
        else:
            fcntl.flock(self._fd, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if sys.platform == "win32":
            os.lseek(self._fd, 0, os.SEEK_SET)
            msvcrt.locking(self._fd, msvcrt.LK_UNLCK, 1)
        else:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def after_fork(self) -> None:
        """In a forked child: take a lock of one's own, since an inherited one is the parent's too."""
        os.close(self._fd)  # frees nothing of the parent's: a flock lives until all copies are closed or one unlocks
        self._fd = self._opened()

    @property
    def closed(self) -> bool:
        """Whether the lock file is closed."""
        return self._fd < 0

    def close(self) -> None:
        """Close the lock file. The file itself stays: removing it would let two processes in at once."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def open_file(path: str, *, mode: int | None) -> int:
    """Open a file for reading and writing, making it if it is not there, with exactly this mode (None: as usual).

    Umask and SQLite would make it unwritable for the other people of a shared folder.
    """
    flags = os.O_RDWR | getattr(os, "O_CLOEXEC", 0)
    try:
        fd = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
    except FileExistsError:
        return os.open(path, flags)
    if mode is not None:
        os.chmod(path, mode)
    return fd
