"""Joining a Ray cluster quietly, and seeing beforehand whether it has room: without, Ray waits and says nothing."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import floor
from typing import Any

from ...errors import BadInput, EngineFailed, MissingExtra

SPARE = 1  # CPUs that models leave to Ray: with none it stands still (ray-project/ray#44687)
SETTLE_S, LOOK_S = 15.0, 0.2  # what an earlier run held is given back within seconds, not at once
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
_LOCK = threading.Lock()
_OURS = 0  # runs that use the connection that we made


def library() -> Any:
    """Give the library, told to send no usage statistics.

    Raises
    ------
    MissingExtra
        It is not installed.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "expected the library 'ray' for engine='ray', found none; "
            'install it with pip install "notebook-labeler[ray]".'
        ) from error
    return ray


@contextmanager
def joined(address: str | None) -> Iterator[Any]:
    """Give Ray, connected. A connection that was there before is used and left as it is; ours ends with the last run.

    Raises
    ------
    BadInput
        There is a connection already, and an address for another one was given.
    EngineFailed
        The cluster does not answer.
    """
    global _OURS
    ray = library()
    with _LOCK:
        if not ray.is_initialized():
            _connect(ray, address)
            _OURS = 1
        elif _OURS:
            _OURS += 1
        elif address is not None:
            raise BadInput(
                f"expected no connection to Ray when asked for {address!r:.200}, found one; "
                "leave address= out to use it, or call ray.shutdown() first."
            )
    try:
        yield ray
    finally:
        with _LOCK:
            if _OURS:
                _OURS -= 1
                if not _OURS:
                    ray.shutdown()


def _connect(ray: Any, address: str | None) -> None:
    alone = address is None and not os.environ.get("RAY_ADDRESS")
    here = {"include_dashboard": False} if alone else {}
    try:
        ray.init(address=address, logging_level="ERROR", log_to_driver=False, **here)
    except Exception as error:
        ray.shutdown()  # what of it has started
        text = " ".join(str(error).split())
        if alone:
            wanted, todo = "Ray to start on this machine", "try again once it is less busy"
        else:
            wanted, todo = f"a Ray cluster at {address or os.environ['RAY_ADDRESS']!r:.200}", "check the address"
        raise EngineFailed(f"expected {wanted}, got {type(error).__name__}: {text:.300}; {todo}.") from error


def places(ray: Any, wanted: int | None, cpus: int, gpus: float, *, most: int) -> int:
    """Give how many workers the cluster has room for now: those wanted, or as many as fit, and no more than `most`.

    Raises
    ------
    EngineFailed
        There is no room, also after a few seconds.
    """
    asked = min(wanted, most) if wanted is not None else 1
    deadline = time.monotonic() + SETTLE_S
    while True:
        there, free = ray.cluster_resources(), ray.available_resources()
        room = _room(free, cpus, gpus)
        if room >= asked:
            return min(wanted or room, most)
        if _room(there, cpus, gpus) < asked or time.monotonic() > deadline:
            raise EngineFailed(_no_room(asked, cpus, gpus, there, free))
        time.sleep(LOOK_S)


def _room(resources: Mapping[str, float], cpus: int, gpus: float) -> int:
    room = floor((resources.get("CPU", 0.0) - SPARE) / cpus)
    return min(room, floor(resources.get("GPU", 0.0) / gpus)) if gpus else room


def _no_room(workers: int, cpus: int, gpus: float, there: Mapping[str, float], free: Mapping[str, float]) -> str:
    cpu = f"{free.get('CPU', 0.0):g} of {there.get('CPU', 0.0):g} CPUs"
    gpu = f" and {free.get('GPU', 0.0):g} of {there.get('GPU', 0.0):g} GPUs" if gpus else ""
    need = f"{workers * cpus + SPARE} CPUs" + (f" and {workers * gpus:g} GPUs" if gpus else "")
    return (
        f"expected a Ray cluster with {need} free ({workers} x {cpus} for the model, {SPARE} for Ray), "
        f"got {cpu}{gpu} free; "
        "end what occupies them, add a machine, or use engine='embedded'."
    )
