"""Segment-anything models of transformers: really saved, really loaded, tiny."""

import json
import shutil

import numpy as np
import pytest

from notebook_labeler.domain.geometry import Box
from notebook_labeler.errors import UnfitModel, UnknownModel
from notebook_labeler.models.segment.named import known_name, load_segmenter
from notebook_labeler.models.segment.segmenter import Prompt

pytestmark = [
    pytest.mark.xdist_group("torch"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]
PICTURE = np.random.default_rng(0).integers(0, 255, (120, 160, 3), dtype=np.uint8)
CLICK = (80.0, 60.0, True)
PROMPTS = [
    Prompt((CLICK,)),
    Prompt((CLICK, (10.0, 10.0, False))),
    Prompt(box=Box(10, 10, 50, 50)),
    Prompt((CLICK,), Box(10, 10, 100, 90)),
]


@pytest.fixture(scope="module", params=["sam", "sam2"])
def model(request, tiny_sam):
    return load_segmenter(f"hf:{tiny_sam(request.param)}")


def test_X06_a_model_answers_clicks_and_boxes_about_a_picture_it_has_seen_once(model):
    seen, looked = [], model.network.get_image_embeddings
    model.network.get_image_embeddings = lambda *a, **k: (seen.append(1), looked(*a, **k))[1]
    state = model.open(PICTURE)
    masks = [model.segment(state, prompt).mask for prompt in PROMPTS]
    assert all(mask.shape == (120, 160) and mask.dtype == bool for mask in masks)
    assert (model.segment(state, PROMPTS[0]).mask == masks[0]).all()
    assert len({mask.tobytes() for mask in masks}) > 1
    assert seen == [1]
    del model.network.get_image_embeddings


@pytest.mark.parametrize("prompt", PROMPTS, ids=["click", "two clicks", "box", "click in a box"])
def test_X06_what_it_says_is_what_the_library_says_in_one_go(model, prompt):
    import torch

    asked = {"images": PICTURE, "return_tensors": "pt"}
    if prompt.points:
        asked["input_points"] = [[[list(p[:2]) for p in prompt.points]]]
        asked["input_labels"] = [[[int(p[2]) for p in prompt.points]]]
    if prompt.box:
        asked["input_boxes"] = [[list(prompt.box.corners)]]
    given = model.processor(**asked)
    with torch.inference_mode():
        said = model.network(**given, multimask_output=prompt is PROMPTS[0])
    more = [given["reshaped_input_sizes"]] if "reshaped_input_sizes" in given else []
    masks = model.processor.post_process_masks(said.pred_masks, given["original_sizes"], *more)
    best = masks[0][0, int(said.iou_scores[0, 0].argmax())].numpy()
    ours = model.segment(model.open(PICTURE), prompt).mask
    assert (ours == best).mean() > 0.999


def test_X06_the_key_is_that_of_the_weights(model, tiny_sam, tmp_path):
    kind = "sam2" if "Sam2" in type(model.network).__name__ else "sam"
    copy = tmp_path / "copy"
    shutil.copytree(tiny_sam(kind), copy)
    again = load_segmenter(f"hf:{copy}")
    assert (again.key, again.name) == (model.key, "hf:copy")


def test_X06_only_grabcut_and_hf_are_known_names():
    assert known_name("GrabCut") == "grabcut"
    for odd in ("", "sam", "hf:", "timm/resnet18", None, "<b>x</b>"):
        with pytest.raises(UnknownModel, match="grabcut"):
            known_name(odd)


def test_X06_folders_that_hold_no_such_model_are_refused(tiny_sam, tmp_path):
    good = tiny_sam("sam")
    with pytest.raises(UnknownModel, match=r"config\.json"):
        load_segmenter(f"hf:{tmp_path}")

    def changed(name, **config):
        folder = tmp_path / name
        shutil.copytree(good, folder)
        said = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(said | config))
        return f"hf:{folder}"

    with pytest.raises(UnfitModel, match="segment-anything"):
        load_segmenter(changed("detr", model_type="detr"))
    with pytest.raises(UnknownModel, match="never run"):
        load_segmenter(changed("remote", auto_map={"AutoModel": "evil.Model"}))
    pickled = changed("pickled")
    (tmp_path / "pickled" / "model.safetensors").rename(tmp_path / "pickled" / "pytorch_model.bin")
    with pytest.raises(UnknownModel, match="pickled weights are not opened"):
        load_segmenter(pickled)
