"""Which process works on a run, and whether it is still there: known at once on this machine, else by its heartbeat."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..domain.names import new_id

LEASE_S = 60.0  # a holder elsewhere that has been silent for so long is gone
_HERE: set[str] = set()  # tokens of the runs that this process works on


def take() -> str:
    """Give a holder of this process, alive until it is let go or the process ends."""
    token = new_id()
    _HERE.add(token)
    pid = os.getpid()
    return json.dumps({"host": _host(), "name": platform.node(), "pid": pid, "born": born(pid), "token": token})


def let_go(holder: str) -> None:
    """Say that this process no longer works on a run. Twice is fine."""
    _HERE.discard(_read(holder).get("token", ""))


def gone(holder: str, beat_us: int, now_us: int) -> bool:
    """Whether nobody works on a run any more.

    Parameters
    ----------
    holder
        What `take` gave, in whatever process.
    beat_us, now_us
        When it said last that it is there, and now: microseconds since 1970, UTC.
    """
    who = _read(holder)
    if who.get("host") != _host():
        return now_us - beat_us > LEASE_S * 1e6
    if who.get("pid") == os.getpid() and who.get("born") == born(os.getpid()):
        return who.get("token") not in _HERE
    return born(who.get("pid", 0)) != who.get("born")


def told(holder: str) -> str:
    """Say for people where a holder is.

    >>> told('{"name": "ada", "pid": 12}')
    'process 12 on ada'
    """
    who = _read(holder)
    if who.get("token") in _HERE:
        return "this kernel"
    return f"process {who.get('pid', '?')} on {who.get('name', 'an unknown host')}"


def born(pid: int) -> str:
    """Give when a process of this machine began, in whatever unit; empty where there is none of that number.

    A number alone would not do: it is given again to another process.
    """
    if pid <= 0:
        return ""
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()  # proc_pid_stat(5); names hold ")"
            return "" if fields[0] in "ZX" else fields[19]  # a zombie works on nothing
        except (OSError, IndexError):
            return ""
    with suppress(OSError, subprocess.SubprocessError):  # macOS has no /proc
        ask = ["ps", "-o", "lstart=", "-p", str(pid)]
        asked = subprocess.run(ask, check=False, capture_output=True, text=True, timeout=10)
        return asked.stdout.strip()
    return ""


@lru_cache(maxsize=1)
def _host() -> str:
    """Give what tells this machine, its boot and its process numbers from others (containers share a name)."""
    parts = [platform.node()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip())
    with suppress(OSError):
        parts.append(str(os.stat("/proc/self/ns/pid").st_ino))
    return " ".join(parts)


def _read(holder: str) -> dict[str, Any]:  # Any: JSON, of whatever version wrote it
    try:
        found = json.loads(holder or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
