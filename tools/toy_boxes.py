"""The toy model's boxes on scenes of several things, judged by COCO's own evaluation (pycocotools)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from notebook_labeler.models.toys import KINDS, Scene, ToyPredictor, draw_scene

FEWEST, MOST = 2, 6


def scenes_of_several(seeds: Sequence[int]) -> list[Scene]:
    """Draw scenes in which two to six things can be seen."""
    drawn = (draw_scene(seed, count=FEWEST + seed % (MOST - FEWEST + 1)) for seed in seeds)
    return [scene for scene in drawn if FEWEST <= len(scene.things) <= MOST]


def measure_boxes(predictor: ToyPredictor, scenes: Sequence[Scene]) -> tuple[float, float]:
    """Give AP50 and AP50:95 of boxes on scenes as users get them (full size, JPEG), by COCO's evaluation."""
    images, truth, results = [], [], []
    for number, scene in enumerate(scenes, 1):
        file = io.BytesIO()
        scene.picture.save(file, "JPEG", quality=88)
        (guesses,) = predictor.predict_batch([predictor.prepare(file.getvalue())])
        images.append({"id": number, "width": scene.picture.width, "height": scene.picture.height})
        for thing in scene.things:
            box = _sides(thing.box)
            area = box[2] * box[3]
            kind = KINDS.index(thing.kind) + 1
            truth.append({"id": len(truth) + 1, "image_id": number, "category_id": kind, "bbox": box, "area": area})
        for guess in guesses:
            kind = KINDS.index(guess.concept) + 1
            results.append(
                {
                    "image_id": number,
                    "category_id": kind,
                    "bbox": _sides(guess.box or (0, 0, 0, 0)),
                    "score": guess.score,
                }
            )
    kinds = [{"id": n, "name": kind} for n, kind in enumerate(KINDS, 1)]
    whole = {"images": images, "annotations": [{**one, "iscrowd": 0} for one in truth], "categories": kinds}
    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO()
        known.dataset = whole
        known.createIndex()
        evaluation = COCOeval(known, known.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return float(evaluation.stats[1]), float(evaluation.stats[0])


def told(predictor: ToyPredictor, seeds: Sequence[int]) -> str:
    """Give the figures in a sentence of Markdown."""
    scenes = scenes_of_several(seeds)
    things = np.array([len(scene.things) for scene in scenes])
    ap50, ap = measure_boxes(predictor, scenes)
    return (
        f"Boxes on {len(scenes):,} further scenes with two to six things each ({int(things.sum()):,} things; the "
        f"model was trained on one to four), by COCO's evaluation (pycocotools): AP50 {ap50:.3f}, AP50:95 {ap:.3f}."
    )


def _sides(box: tuple[float, float, float, float]) -> list[float]:
    x0, y0, x1, y1 = box
    return [x0, y0, x1 - x0, y1 - y0]
