"""Predicting a dataset by another engine: a Ray cluster of this machine against our runner and the naive loop.

On one machine there is nothing to win: it shows what the cluster costs, and from how many inputs on that no longer
matters. Told apart are what Ray takes before the first answer, and its rate from then on.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from notebook_labeler.domain.inputs import Input
from notebook_labeler.runs.runner import Runner
from notebook_labeler.runs.scaling import EmbeddedEngine, PredictEngine, RayEngine
from notebook_labeler.store.predictions import PredictionStore

from .runner import NAIVE, naive, pictures

MODEL = "mobilenetv4_conv_small"
COUNT = 768  # three parts of the store
ROUNDS = 2
CPUS = 4  # that Ray is told there are: with two it would have one worker, since it keeps one CPU for itself


def main() -> None:
    """Print the milliseconds per input of each, and the number of inputs from which two machines like this one win."""
    try:
        import ray
    except ModuleNotFoundError:
        print("    skipped: ray is not installed")
        return
    import timm
    import torch
    from timm.models import save_for_hf

    with tempfile.TemporaryDirectory() as name, Runner() as runner:
        folder = Path(name)
        files = pictures(folder, COUNT)
        torch.manual_seed(0)
        network = timm.create_model(MODEL)
        config = {"num_classes": 1000, "label_names": [f"class {n}" for n in range(1000)]}
        save_for_hf(network, str(folder / "model"), model_config=config, safe_serialization=True)
        handle = runner.open(f"local-dir:{folder / 'model'}").value()
        inputs = [Input.at(str(file)) for file in files]
        began = time.perf_counter()
        engine = RayEngine(workers=min(CPUS - 1, os.cpu_count() or 1))
        ray.init(num_cpus=CPUS, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        joined = time.perf_counter() - began
        took: dict[str, list[float]] = {"naive": [], "embedded": [], "ray": [], "first": []}
        for number in range(ROUNDS):
            took["naive"].append(_naive(timm, torch, network.eval(), files, folder))
            _, rate = _run(EmbeddedEngine(runner), handle, inputs, folder / f"embedded-{number}")
            took["embedded"].append(rate)
            first, rate = _run(engine, handle, inputs, folder / f"ray-{number}")
            took["first"].append(first)
            took["ray"].append(rate)
        ray.shutdown()
    best = {name: min(values) for name, values in took.items()}
    print(
        f"    {MODEL}: naive {best['naive']:.2f}, embedded {best['embedded']:.2f}, ray {best['ray']:.2f} ms an input "
        f"once it runs; a cluster of this machine is there after {joined:.1f} s, the first answer "
        f"{best['first']:.1f} s later; load {os.getloadavg()[0]:.1f}"
    )
    gain = best["embedded"] - best["ray"] / 2
    even = (joined + best["first"]) / gain * 1e3 if gain > 0 else float("inf")
    print(
        f"    ray: {best['naive'] / best['ray']:.1f} x naive, {best['embedded'] / best['ray']:.2f} x embedded; "
        f"two such machines overtake one from {even:,.0f} inputs on"
    )


def _naive(timm, torch, network, files: Sequence[Path], folder: Path) -> float:
    began = time.perf_counter()
    naive(timm, torch, network, files[:NAIVE], folder)
    return (time.perf_counter() - began) / NAIVE * 1e3


def _run(engine: PredictEngine, handle, inputs: Sequence[Input], folder: Path) -> tuple[float, float]:
    """Give the seconds until the first chunk, and the milliseconds per input from then on."""
    began = time.perf_counter()
    came: list[tuple[float, int]] = []
    store = PredictionStore(folder)
    job = engine.predict(handle, inputs, store, taken=lambda found: came.append((time.perf_counter(), len(found))))
    job.value()
    counted = sum(count for _, (_, count) in pairwise(came))
    return came[0][0] - began, (came[-1][0] - came[0][0]) / counted * 1e3
