"""Train the toy model on toy scenes, write its weights, and print and file its held-out figures.

One command does all of it, from fixed seeds, on two cores in about a quarter of an hour::

    python tools/train_toys.py

``--figures`` measures the shipped weights again without training; ``--smoke`` runs a few steps and writes nothing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import toy_boxes
import toy_figures

from notebook_labeler.models.toys import KINDS, ToyPredictor, draw_scene
from notebook_labeler.models.toys.letterbox import SIDE, frame
from notebook_labeler.models.toys.net import STRIDE, build, to_tensor
from notebook_labeler.models.toys.predictor import WEIGHTS

# Seeds of scenes. Samples for users start at 9,000,000 (samples.py); none of the ranges meet.
TRAINING, CALIBRATION, HELD_OUT, SEVERAL = 0, 1_000_000, 2_000_000, 3_000_000
CELLS = SIDE // STRIDE


@dataclass(frozen=True)
class Lesson:
    """One training scene: the square, and kinds and boxes (x0, y0, x1, y1 in its pixels) of what is in it."""

    pixels: npt.NDArray[np.uint8]
    kinds: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float32]


def lesson(seed: int) -> Lesson:
    """Draw the scene of a seed at the network's size."""
    scene = draw_scene(seed, long_side=SIDE)
    framed = frame(scene.picture)
    boxes = [framed.to_square(thing.box) for thing in scene.things]
    kinds = [KINDS.index(thing.kind) for thing in scene.things]
    return Lesson(framed.pixels, np.array(kinds, np.int64), np.array(boxes, np.float32).reshape(-1, 4))


def draw(first: int, count: int, processes: int) -> list[Lesson]:
    """Draw `count` scenes from consecutive seeds."""
    seeds = range(first, first + count)
    if processes == 1:
        return [lesson(seed) for seed in seeds]
    with get_context("spawn").Pool(processes) as pool:
        return pool.map(lesson, seeds, chunksize=50)


def varied(one: Lesson, chance: np.random.Generator) -> Lesson:
    """The same scene, perhaps mirrored, in slightly other light."""
    pixels, boxes = one.pixels, one.boxes
    if chance.random() < 0.5:
        pixels, boxes = pixels[:, ::-1], boxes.copy()
        boxes[:, [0, 2]] = SIDE - boxes[:, [2, 0]]
    if chance.random() < 0.5:
        gain, lift = chance.uniform(0.8, 1.2, 3), chance.uniform(-20, 20)
        pixels = (pixels * gain + lift).clip(0, 255).astype(np.uint8)
    return Lesson(pixels, one.kinds, boxes)


def targets(lessons: Sequence[Lesson]) -> tuple[Any, Any, Any]:
    """What the network should answer: bumps on the maps of kinds, distances to the sides, and where these count."""
    import torch

    heat = np.zeros((len(lessons), len(KINDS), CELLS, CELLS), np.float32)
    reach = np.zeros((len(lessons), 4, CELLS, CELLS), np.float32)
    inside = np.zeros((len(lessons), CELLS, CELLS), np.float32)
    middle = (np.arange(CELLS, dtype=np.float32) + 0.5) * STRIDE
    x, y = middle[None, :], middle[:, None]
    for index, one in enumerate(lessons):
        size = (one.boxes[:, 2] - one.boxes[:, 0]) * (one.boxes[:, 3] - one.boxes[:, 1])
        for number in np.argsort(-size):  # small things last, so that they win a shared cell
            x0, y0, x1, y1 = one.boxes[number]
            column, row = (int(np.clip((a + b) / 2 // STRIDE, 0, CELLS - 1)) for a, b in ((x0, x1), (y0, y1)))
            wide, high = max((x1 - x0) / 6, STRIDE / 2), max((y1 - y0) / 6, STRIDE / 2)
            bump = np.exp(-((x - middle[column]) ** 2 / (2 * wide**2) + (y - middle[row]) ** 2 / (2 * high**2)))
            heat[index, one.kinds[number]] = np.maximum(heat[index, one.kinds[number]], bump)
            near = bump > 0.6
            for side, distance in enumerate(np.broadcast_arrays(x - x0, y - y0, x1 - x, y1 - y)):
                reach[index, side][near] = distance[near]
            inside[index][near] = 1
    return torch.from_numpy(heat), torch.from_numpy(reach), torch.from_numpy(inside)


def loss(answer: tuple[Any, Any], wanted: tuple[Any, Any, Any]) -> Any:
    """Focal loss on the map (CornerNet, arXiv:1808.01244) and generalised IoU on the boxes (arXiv:1902.09630)."""
    import torch

    heat, reach, inside = wanted
    p = answer[0].float().sigmoid().clamp(1e-4, 1 - 1e-4)
    peak = (heat == 1).float()
    focal = peak * (1 - p) ** 2 * p.log() + (1 - peak) * (1 - heat) ** 4 * p**2 * (1 - p).log()
    found = answer[1].float()
    low, high = torch.minimum(found, reach), torch.maximum(found, reach)
    common = ((low[:, 0] + low[:, 2]) * (low[:, 1] + low[:, 3])).clamp(min=0)
    area, other = ((d[:, 0] + d[:, 2]) * (d[:, 1] + d[:, 3]) for d in (found, reach))
    union, hull = (
        (area + other - common).clamp(min=1),
        ((high[:, 0] + high[:, 2]) * (high[:, 1] + high[:, 3])).clamp(min=1),
    )
    boxes = ((1 - common / union + (hull - union) / hull) * inside).sum() / inside.sum().clamp(min=1)
    return -focal.sum() / peak.sum().clamp(min=1) + 2 * boxes


def train(lessons: Sequence[Lesson], steps: int, seed: int, batch: int = 16) -> Any:
    """Train a network: AdamW, one cycle of the learning rate, bfloat16 where the processor has it."""
    import torch

    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    net = build(len(KINDS)).to(memory_format=torch.channels_last).train()
    steerer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-2)
    rate = torch.optim.lr_scheduler.OneCycleLR(steerer, 4e-3, total_steps=max(steps, 4), pct_start=0.1)
    started = time.monotonic()
    for step in range(steps):
        chosen = [varied(lessons[index], chance) for index in chance.integers(len(lessons), size=batch)]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            answer = net(to_tensor(np.stack([one.pixels for one in chosen])))
        cost = loss(answer, targets(chosen))
        steerer.zero_grad()
        cost.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        steerer.step()
        rate.step()
        if step % 100 == 0 or step == steps - 1:
            print(f"step {step:5d} of {steps}: loss {cost.item():.3f}, {time.monotonic() - started:.0f} s", flush=True)
    return net.eval()


def calibrate(net: Any, lessons: Sequence[Lesson]) -> None:
    """Fit scale and shift so that a score is the share of pictures, among those with this score, that hold the kind.

    Platt's scaling on the best logit of each kind in each picture, one scale for all kinds, one shift for each.
    """
    import torch

    with torch.no_grad():
        best = torch.cat(
            [
                net(to_tensor(np.stack([one.pixels for one in lessons[k : k + 50]])))[0].amax((2, 3))
                for k in range(0, len(lessons), 50)
            ]
        )
    present = torch.tensor([[float(kind in one.kinds) for kind in range(len(KINDS))] for one in lessons])
    scale, shift = torch.ones(1, requires_grad=True), torch.zeros(len(KINDS), requires_grad=True)
    solver = torch.optim.LBFGS([scale, shift], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Any:
        solver.zero_grad()
        wrong = torch.nn.functional.binary_cross_entropy_with_logits(best * scale + shift, present)
        wrong = wrong + 1e-4 * (shift**2).mean()
        wrong.backward()
        return wrong

    solver.step(closure)
    net.scale.copy_(scale.detach())
    net.shift.copy_(shift.detach())


def save(net: Any, path: Path) -> None:
    """Write the weights as safetensors, floats in half precision."""
    from safetensors.torch import save_file

    tensors = {name: tensor.contiguous() for name, tensor in net.state_dict().items()}
    halved = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
    save_file(halved, path, metadata={"kinds": ",".join(KINDS), "side": str(SIDE)})
    path.chmod(0o644)  # safetensors writes for the owner alone


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--scenes", type=int, default=6000, help="how many training scenes")
    parser.add_argument("--held-out", type=int, default=1000, help="scenes for the figures")
    parser.add_argument("--seed", type=int, default=0, help="of the network's start and the order of scenes")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--figures", action="store_true", help="measure the shipped weights; no training")
    parser.add_argument("--smoke", action="store_true", help="a few steps, nothing written")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    if not chosen.figures:
        steps, scenes, fitting = (4, 40, 60) if chosen.smoke else (chosen.steps, chosen.scenes, 1500)
        net = train(draw(TRAINING, scenes, chosen.threads), steps, chosen.seed)
        calibrate(net, draw(CALIBRATION, fitting, chosen.threads))
        if chosen.smoke:
            print("smoke run: nothing written")
            return
        save(net, WEIGHTS)
    predictor = ToyPredictor(boxes=True)
    figures = toy_figures.measure(predictor, range(HELD_OUT, HELD_OUT + chosen.held_out))
    figures += "\n\n" + toy_boxes.told(predictor, range(SEVERAL, SEVERAL + chosen.held_out))
    print(figures)
    toy_figures.file(figures)


if __name__ == "__main__":
    main()
