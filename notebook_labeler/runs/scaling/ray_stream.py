"""A run on Ray as a stream of chunks. A task of its own steers Ray Data, so that it can be stopped at any moment.

Ray Data has no way to be cancelled while one waits for its next block, and prints a lot; in a task of its own both
stay out of the notebook's process, and ending the task ends all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ...domain.predictions import Prediction
from ...errors import EngineFailed
from ...store.prediction_parts import SCHEMA, from_rows
from .ray_worker import RayWorker, broken_in

LOOK_S = 0.5  # how often to look whether the job was cancelled
AHEAD = 16  # chunks that may wait for us
RETRIES = 2  # of a chunk whose worker died


@dataclass(frozen=True)
class Order:
    """What a run asks of the cluster.

    Attributes
    ----------
    spec, options, key
        The model, and the fingerprint that it must have on every machine.
    cpus, gpus
        What each worker takes.
    allow_private
        Whether URLs may lead to private addresses.
    """

    spec: str
    options: dict[str, Any]  # Any: what the kind of model takes, as JSON has it
    key: str
    cpus: int
    gpus: float
    allow_private: bool


def stream(
    ray: Any, order: Order, chunks: pa.Table, *, workers: int, patience_s: float, over: Callable[[], bool]
) -> Iterator[list[Prediction]]:
    """Give the predictions of chunks as they are done, in any order; a chunk whose worker kept dying is left out.

    Parameters
    ----------
    ray
        The library, connected.
    order
        What to run.
    chunks
        See `chunks.cut`.
    workers
        How many copies of the model.
    patience_s
        How long to wait for the next chunk.
    over
        Whether nobody wants more.

    Raises
    ------
    LabelerError
        The model cannot be loaded there, or nothing came for `patience_s`.
    """
    steer = ray.remote(num_cpus=0, max_retries=0)(steered)
    coming = steer.options(num_returns="streaming", _generator_backpressure_num_objects=AHEAD).remote(
        order, chunks, workers
    )
    heard = time.monotonic()
    try:
        while not over():
            ready, _ = ray.wait([coming], timeout=LOOK_S)
            if ready:
                try:
                    table = ray.get(next(coming))
                except StopIteration:
                    return
                if (error := broken_in(table)) is not None:
                    raise error
                yield from_rows(table.select(SCHEMA.names), order.key)
                heard = time.monotonic()
            elif time.monotonic() - heard > patience_s:
                raise EngineFailed(_silence(ray, patience_s))
    finally:
        with suppress(Exception):  # it may have ended by itself
            ray.cancel(coming, force=True)


def steered(order: Order, chunks: pa.Table, workers: int) -> Iterator[pa.Table]:
    """Steer Ray Data, in a task on the cluster; gives one table per chunk."""
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.max_errored_blocks = -1  # a chunk that no worker survives costs no other its answer
    rows = [chunks.slice(n, 1).combine_chunks() for n in range(len(chunks))]
    done = ray.data.from_arrow(rows).map_batches(
        RayWorker,
        fn_constructor_args=(order,),
        batch_size=1,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=order.cpus,
        num_gpus=order.gpus or None,
        max_task_retries=RETRIES,
    )
    yield from done.iter_batches(batch_size=None, batch_format="pyarrow")


def _silence(ray: Any, patience_s: float) -> str:
    free, there = ray.available_resources().get("CPU", 0.0), ray.cluster_resources().get("CPU", 0.0)
    return (
        f"expected predictions from Ray, got none for {patience_s:g} s ({free:g} of {there:g} CPUs are free); "
        "see what `ray status` says, or allow more time with RayEngine(patience_s=...)."
    )
