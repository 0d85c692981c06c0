"""Predicting on a Ray cluster: Ray has the machines, our own predictor code looks at the inputs.

Answers come back to this process, which alone writes them: machines need the pictures, the model and this package,
but no folder of the project.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable

from ...domain.inputs import Input
from ...domain.predictions import Prediction
from ...errors import BadInput
from ...models.named import lasting
from ...models.registry import CHECKPOINT, kind_of
from ...store.predictions import PredictionStore
from ..job import Job
from ..runner import ModelHandle
from .engine import Taken, missing
from .ray_cluster import library
from .ray_run import RayRun
from .ray_worker import Order

PATIENCE_S = 600.0


class RayEngine:
    """Predicts on a Ray cluster. Pays off beyond some 10,000 inputs, or where GPUs are on other machines.

    Every machine must have this package and the model's files, and must find the pictures under the same paths or
    by URL.

    Parameters
    ----------
    address
        Of the cluster, as `ray.init` takes it. None: the connection that there is, else what ``RAY_ADDRESS`` names,
        else a cluster of this machine alone, which ends with the run.
    workers
        How many copies of the model; as many as have room unless told. One CPU always stays free, for Ray itself.
    cpus, gpus
        What one of them takes of a machine.
    patience_s
        After so many seconds without a single answer the run fails instead of waiting for ever.
    allow_private
        Whether picture URLs may lead to private and local addresses.

    Examples
    --------
    >>> RayEngine(workers=4, gpus=1)
    RayEngine(address=None, workers=4, cpus=1, gpus=1)
    """

    name = "ray"

    def __init__(
        self,
        address: str | None = None,
        *,
        workers: int | None = None,
        cpus: int = 1,
        gpus: float = 0,
        patience_s: float = PATIENCE_S,
        allow_private: bool = False,
    ) -> None:
        if (workers is not None and workers < 1) or cpus < 1 or gpus < 0 or patience_s <= 0:
            raise BadInput(
                "expected at least one worker and one CPU for each, no fewer than 0 GPUs and some patience, "
                f"got workers={workers}, cpus={cpus}, gpus={gpus}, patience_s={patience_s}."
            )
        self.address, self.workers, self.cpus, self.gpus = address, workers, cpus, gpus
        self.patience_s, self.allow_private = patience_s, allow_private

    def __repr__(self) -> str:
        return f"RayEngine(address={self.address!r}, workers={self.workers}, cpus={self.cpus}, gpus={self.gpus})"

    def predict(
        self, model: ModelHandle, inputs: Iterable[Input], store: PredictionStore, *, taken: Taken | None = None
    ) -> Job[tuple[Prediction, ...]]:
        """See `PredictEngine.predict`. The model must be one that has a name: a Python object cannot travel."""
        if not model.named:
            raise BadInput(
                f"expected a model that other machines can load by its name, got the Python object {model.name!r:.80}; "
                "name its weights with notebook_labeler.checkpoint(...), or use engine='embedded'."
            )
        library()
        wanted = missing(model, inputs, store)
        job: Job[tuple[Prediction, ...]] = Job(f"predicting with {model.name} on Ray", total=len(wanted))
        if not wanted:
            job.finish(())
            return job
        order = Order(abroad(model.spec), dict(model.options), model.key, self.cpus, self.gpus, self.allow_private)
        told = {
            "address": self.address,
            "workers": self.workers,
            "batch_size": model.batch_size,
            "patience_s": self.patience_s,
        }
        run = RayRun(job, wanted, store, taken)
        threading.Thread(target=run.work, args=(order,), kwargs=told, name="nl-ray", daemon=True).start()
        return job


def abroad(spec: str) -> str:
    """Give a model's name as it is found from every working directory.

    >>> abroad("toys"), abroad("/models/best.safetensors")
    ('toys', '/models/best.safetensors')
    """
    return os.path.abspath(os.path.expanduser(spec)) if kind_of(spec)[0] == CHECKPOINT else lasting(spec)
