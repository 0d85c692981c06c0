"""Where a SQLite file may lie: on a disk of this host, not on a share that several hosts write to."""

from __future__ import annotations

import re
from pathlib import Path

_NETWORK = re.compile(r"^(nfs\d*|cifs|smb\d*|smbfs|lustre|gpfs|ceph|9p|afs|beegfs|glusterfs|fuse\..+|fuse)$")
_MOUNTS = Path("/proc/self/mountinfo")


def network_file_system(path: Path, *, mounts: str | None = None) -> str | None:
    """Give the type of the network file system that a path lies on, or None on a local disk.

    Known on Linux only (from ``/proc/self/mountinfo``); elsewhere the answer is None.

    Parameters
    ----------
    path
        Any absolute path; it need not exist.
    mounts
        The text of a mountinfo file, for other machines' tables.
    """
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(errors="surrogateescape")
        except OSError:
            return None
    best, kind = -1, ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        if len(left.split()) < 5 or not right.split():
            continue
        point = re.sub(r"\\(\d{3})", lambda m: chr(int(m.group(1), 8)), left.split()[4])
        if len(point) >= best and (path == Path(point) or Path(point) in path.parents):
            best, kind = len(point), right.split()[0]
    return kind if _NETWORK.match(kind) else None
