"""Predicting many pictures: our runner against the loop one would write, and against its own bare stages.

Stages: decode and cut to size (all decoding threads), forward passes in batches, writing to Parquet. Their sum is what
a run without any machinery around it would take, one stage after the other.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.predictions import Prediction
from notebook_labeler.models.predictor import BATCH
from notebook_labeler.runs.runner import BULK, Runner

MODELS = {"mobilenetv4_conv_small": 320, "resnet18": 96}  # name -> pictures: enough that begin and end do not count
DISTINCT = 64  # so many are drawn; the others are further names of these
ROUNDS = 3
NAIVE = 16  # pictures are enough for the slow one
PARTS = 1000  # predictions per Parquet part


def main() -> None:
    """Print, per model, how many times faster than the naive loop, and which share of the bare stages' speed."""
    with tempfile.TemporaryDirectory() as folder, Runner() as runner:
        files = pictures(Path(folder), max(MODELS.values()))
        for name, count in MODELS.items():
            report(name, files[:count], Path(folder) / name, runner)


def pictures(folder: Path, count: int) -> list[Path]:
    """Write photographs of about 1.5 megapixels: smooth noise, so that the JPEGs are of the usual size."""
    chance = np.random.default_rng(0)
    files = []
    for n in range(count):
        files.append(folder / f"{n:04}.jpg")
        if n >= DISTINCT:
            os.link(files[n % DISTINCT], files[-1])
            continue
        coarse = chance.integers(0, 255, (64, 96, 3), dtype=np.uint8)
        fine = chance.integers(-12, 12, (1024, 1536, 3))
        smooth = np.asarray(Image.fromarray(coarse).resize((1536, 1024), Image.Resampling.BICUBIC), dtype=np.int16)
        Image.fromarray(np.clip(smooth + fine, 0, 255).astype(np.uint8)).save(files[-1], quality=85)
    return files


def report(name: str, files: Sequence[Path], folder: Path, runner: Runner) -> None:
    """Measure one model and print its two ratios; every variant's best of some rounds, taken in turn."""
    import timm
    import torch
    from timm.models import save_for_hf

    from notebook_labeler.models.timm_load import load_folder

    torch.manual_seed(0)
    network = timm.create_model(name)
    labels = [f"class {n}" for n in range(1000)]
    config = {"num_classes": 1000, "label_names": labels}
    save_for_hf(network, str(folder), model_config=config, safe_serialization=True)
    bare = load_folder(str(folder))
    handle = runner.open(f"local-dir:{folder}").value()
    inputs = [Input.at(str(file)) for file in files]
    prepared: list[np.ndarray] = []
    answers: list = []
    variants: dict[str, Callable[[], object]] = {
        "naive": lambda: naive(timm, torch, network.eval(), files[:NAIVE], folder),
        "decode": lambda: prepared.__setitem__(slice(None), decoded(bare, files)),
        "forward": lambda: answers.__setitem__(slice(None), forward(bare, prepared)),
        "write": lambda: write(predictions(inputs, answers), folder / "bare.parquet"),
        "runner": lambda: run(runner, handle, inputs, folder),
    }
    runner.predict(handle, inputs[:BATCH]).wait()
    took: dict[str, list[float]] = {variant: [] for variant in variants}
    for _ in range(ROUNDS):
        for variant, work in variants.items():
            began = time.perf_counter()
            work()
            count = NAIVE if variant == "naive" else len(files)
            took[variant].append((time.perf_counter() - began) / count * 1e3)
    best = {variant: min(times) for variant, times in took.items()}
    stages = best["decode"] + best["forward"] + best["write"]
    print(
        "   ",
        name,
        ", ".join(f"{variant} {ms:.2f} ms" for variant, ms in best.items()),
        f"load {os.getloadavg()[0]:.1f}",
    )
    print(f"    {name}: {best['naive'] / best['runner']:.1f} x naive, {stages / best['runner']:.2f} of the bare stages")


def naive(timm, torch, network, files: Sequence[Path], folder: Path) -> None:
    """The loop that the libraries' own examples show."""
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(network), is_training=False)
    torch.set_num_threads(os.cpu_count() or 1)
    rows = []
    with torch.inference_mode():
        for file in files:
            picture = Image.open(file).convert("RGB")
            scores = network(transform(picture).unsqueeze(0)).softmax(-1)[0]
            best, places = scores.topk(5)
            rows += [
                {"input_id": str(file), "concept": p, "score": s}
                for s, p in zip(best.tolist(), places.tolist(), strict=True)
            ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "naive.parquet")


def decoded(bare, files: Sequence[Path]) -> list[np.ndarray]:
    """Decode and cut, with as many threads as the runner uses."""
    import torch

    with ThreadPoolExecutor(min(8, os.cpu_count() or 2), initializer=lambda: torch.set_num_threads(1)) as pool:
        return list(pool.map(bare.prepare, files))


def forward(bare, prepared: list[np.ndarray]) -> list:
    """Predict in batches."""
    return [one for n in range(0, len(prepared), BATCH) for one in bare.predict_batch(prepared[n : n + BATCH])]


def predictions(inputs: Sequence[Input], answers: Sequence) -> list[Prediction]:
    """Put answers beside inputs."""
    return [Prediction(one.input_id, "k", answer.guesses) for one, answer in zip(inputs, answers, strict=True)]


def write(found: Sequence[Prediction], file: Path) -> None:
    """Write predictions as Parquet."""
    rows = [(p.input_id, g.concept, g.score) for p in found for g in p.guesses]
    columns = list(zip(*rows, strict=True)) if rows else [[], [], []]
    pq.write_table(pa.table(dict(zip(("input_id", "concept", "score"), map(list, columns), strict=True))), file)


def run(runner: Runner, handle, inputs: Sequence[Input], folder: Path) -> None:
    """Predict in the child process and write what arrives."""
    waiting: list[Prediction] = []
    job = runner.predict(handle, inputs, priority=BULK, sink=waiting.extend)
    job.value()
    for n in range(0, len(waiting), PARTS):
        write(waiting[n : n + PARTS], folder / f"part-{n}.parquet")
