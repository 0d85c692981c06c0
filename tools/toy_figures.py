"""The toy model's held-out figures: how they are measured, and how they come into its card."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from notebook_labeler.models import toys
from notebook_labeler.models.toys import KINDS, Scene, ToyPredictor, draw_scene
from notebook_labeler.models.toys.letterbox import Framed
from notebook_labeler.models.toys.net import Sighting, shared

CARD = Path(toys.__file__).with_name("CARD.md")
FLOORS = (0.3, 0.5, 0.8)


def measure(predictor: ToyPredictor, seeds: Sequence[int]) -> str:
    """Draw scenes as users get them (full size, JPEG), predict them, and tell in Markdown how well that went.

    Labels are those of `toys.load()`, boxes those of `predictor`, made with ``boxes=True``.
    """
    scenes: list[Scene] = []
    prepared: list[Framed] = []
    for seed in seeds:
        scene, file = draw_scene(seed), io.BytesIO()
        scene.picture.save(file, "JPEG", quality=88)
        scenes.append(scene)
        prepared.append(predictor.prepare(file.getvalue()))
    seen = _seen(ToyPredictor(), prepared)
    seen_twice = _seen(predictor, prepared)
    truth = np.array([[kind in scene.kinds for kind in KINDS] for scene in scenes])
    scores = np.array(
        [[max((s.score for s in found if s.kind == k), default=0.0) for k in range(len(KINDS))] for found in seen]
    )
    lines = [
        f"{len(scenes):,} scenes that took no part in training or calibration, {int(truth.sum()):,} kinds in them,",
        "at full size through JPEG. A label says that a kind is somewhere in the picture.",
        "",
        "| a score of at least | precision | recall | F1 (micro) | pictures without a mistake |",
        "| --- | --- | --- | --- | --- |",
    ]
    for floor in FLOORS:
        said = scores >= floor
        right = int((said & truth).sum())
        precision, recall = right / max(1, int(said.sum())), right / int(truth.sum())
        score = 2 * right / (int(said.sum()) + int(truth.sum()))
        whole = float((said == truth).all(axis=1).mean())
        lines.append(f"| {floor} | {precision:.3f} | {recall:.3f} | {score:.3f} | {whole:.0%} |")
    lines += [
        "",
        "| kind | pictures | precision at 0.5 | recall at 0.5 | label AP | box AP50 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    labels, boxes = [], []
    for index, kind in enumerate(KINDS):
        said, there = scores[:, index] >= 0.5, truth[:, index]
        right = int((said & there).sum())
        labels.append(average_precision(list(zip(scores[:, index], there, strict=True)), int(there.sum())))
        boxes.append(box_precision(scenes, prepared, seen_twice, index))
        cells = (right / max(1, int(said.sum())), right / max(1, int(there.sum())), labels[-1], boxes[-1])
        lines.append(f"| {kind} | {int(there.sum())} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    lines += ["", f"Mean over kinds: label AP {np.mean(labels):.3f}, box AP50 {np.mean(boxes):.3f}.", ""]
    return "\n".join([*lines, *_reliability(scores, truth)])


def _seen(predictor: ToyPredictor, prepared: Sequence[Framed]) -> list[list[Sighting]]:
    return [found for k in range(0, len(prepared), 32) for found in predictor.look(prepared[k : k + 32])]


def _reliability(scores: np.ndarray, truth: np.ndarray) -> list[str]:
    """Of proposals with about this score, how many were right."""
    lines = ["| scores from | to | proposals | of which right |", "| --- | --- | --- | --- |"]
    for low, high in ((0.05, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)):
        inside = (scores >= low) & (scores < high)
        share = f"{truth[inside].mean():.0%}" if inside.any() else "-"
        lines.append(f"| {low} | {min(high, 1.0)} | {int(inside.sum())} | {share} |")
    return lines


def average_precision(ranked: list[tuple[float, bool]], whole: int) -> float:
    """Area under the precision-recall curve, precision made monotone (as Pascal VOC does since 2010)."""
    ranked = sorted(ranked, key=lambda pair: -pair[0])
    right = np.cumsum([hit for _, hit in ranked])
    precision = right / np.arange(1, len(ranked) + 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.r_[0, right / max(1, whole)]) * best))


def box_precision(scenes: list[Scene], prepared: list[Framed], seen: list[list[Sighting]], kind: int) -> float:
    """Average precision of one kind's boxes; a box is right if it shares half its union with a thing not yet found."""
    ranked: list[tuple[float, bool]] = []
    whole = 0
    for scene, framed, found in zip(scenes, prepared, seen, strict=True):
        left = [framed.to_square(thing.box) for thing in scene.things if thing.kind == KINDS[kind]]
        whole += len(left)
        for sighting in (s for s in found if s.kind == kind):
            match = max(left, key=lambda box: shared(box, sighting.box), default=None)
            hit = match is not None and shared(match, sighting.box) >= 0.5
            if hit and match is not None:
                left.remove(match)
            ranked.append((sighting.score, hit))
    return average_precision(ranked, whole) if ranked else 0.0


def file(figures: str) -> None:
    """Put the figures into the card, between its two marks."""
    text = CARD.read_text(encoding="utf-8")
    part = f"<!-- figures: written by tools/train_toys.py -->\n{figures}\n<!-- end of figures -->"
    CARD.write_text(
        re.sub(r"<!-- figures.*?<!-- end of figures -->", lambda _: part, text, flags=re.S), encoding="utf-8"
    )
