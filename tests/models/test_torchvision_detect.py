"""torchvision's detectors: tiny ones of its own parts, under its own registry, loaded as real ones are."""

import os
import pickle

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")

from huggingface_hub import constants  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from torch import nn  # noqa: E402
from torchvision.models import Weights, WeightsEnum, get_model  # noqa: E402
from torchvision.models._api import BUILTIN_MODELS  # noqa: E402
from torchvision.models.detection import FCOS, MaskRCNN  # noqa: E402
from torchvision.models.detection.anchor_utils import AnchorGenerator  # noqa: E402
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead  # noqa: E402
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor  # noqa: E402
from torchvision.models.detection.roi_heads import paste_masks_in_image  # noqa: E402
from torchvision.ops import MultiScaleRoIAlign  # noqa: E402

from notebook_labeler.domain.geometry import Polygon  # noqa: E402
from notebook_labeler.domain.raster import filled_rings  # noqa: E402
from notebook_labeler.errors import UnfitModel, UnknownModel  # noqa: E402
from notebook_labeler.models.fits import fits  # noqa: E402
from notebook_labeler.models.named import checkpoint  # noqa: E402
from notebook_labeler.models.registry import load  # noqa: E402
from notebook_labeler.models.torchvision_detect import mask_rings  # noqa: E402
from notebook_labeler.runs.runner import Runner  # noqa: E402

pytestmark = pytest.mark.xdist_group("torch")
LABELS = ["person", "car", "sheep"]


class TinyWeights(WeightsEnum):
    """What torchvision knows of pretrained weights: where they are, and what their classes are called."""

    COCO_V1 = Weights(
        url="https://download.pytorch.org/models/tiny_fcos-00000000.pth",
        transforms=object,
        meta={"categories": ["__background__", "person", "N/A", "sheep"]},
    )
    DEFAULT = COCO_V1


def backbone():
    layers = nn.Sequential(nn.Conv2d(3, 8, 3, 4, 1), nn.ReLU(), nn.Conv2d(8, 32, 3, 2, 1), nn.ReLU())
    layers.out_channels = 32
    return layers


def tiny_maskrcnn(*, weights=None, weights_backbone=None, num_classes=91, **options):
    return MaskRCNN(
        backbone(),
        min_size=96,
        max_size=160,
        rpn_anchor_generator=AnchorGenerator(((16, 32),), ((1.0,),)),
        rpn_post_nms_top_n_test=30,
        box_roi_pool=MultiScaleRoIAlign(["0"], 3, 2),
        box_head=TwoMLPHead(32 * 9, 16),
        box_predictor=FastRCNNPredictor(16, num_classes),
        mask_roi_pool=MultiScaleRoIAlign(["0"], 14, 2),
        mask_head=MaskRCNNHeads(32, (8,), 1),
        mask_predictor=MaskRCNNPredictor(8, 8, num_classes),
        **options,
    )


def tiny_fcos(*, weights: TinyWeights | None = None, weights_backbone=None, num_classes=4, **options):
    network = FCOS(
        backbone(),
        num_classes=num_classes,
        anchor_generator=AnchorGenerator(((16,),), ((1.0,),)),
        min_size=96,
        max_size=160,
        **options,
    )
    if weights is not None:
        network.load_state_dict(weights.get_state_dict(progress=True, check_hash=True))
    return network


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    for builder in (tiny_maskrcnn, tiny_fcos):
        monkeypatch.setattr(builder, "__module__", "torchvision.models.detection.tiny")
        monkeypatch.setitem(BUILTIN_MODELS, builder.__name__, builder)


@pytest.fixture(scope="module")
def networks():
    torch.manual_seed(0)
    return {"tiny_maskrcnn": tiny_maskrcnn(num_classes=4), "tiny_fcos": tiny_fcos(num_classes=4)}


@pytest.fixture
def opened(networks, tmp_path):
    def open_one(name, **options):
        file = tmp_path / f"{name}.safetensors"
        save_file(networks[name].state_dict(), file)
        return load(str(file), architecture=f"torchvision/{name}", labels=LABELS, device="cpu", **options)

    return open_one


def theirs(network, scene):
    network.eval()
    for part in (network, getattr(network, "roi_heads", None)):
        if hasattr(part, "score_thresh"):
            part.score_thresh, part.detections_per_img = 0.05, 300
    picture = torch.from_numpy(np.array(Image.open(scene))).permute(2, 0, 1) / 255
    with torch.inference_mode():
        return network([picture])[0]


@pytest.mark.parametrize("name", ["tiny_maskrcnn", "tiny_fcos"])
def test_A04_ones_own_checkpoint_gives_the_boxes_of_torchvisions_forward(opened, networks, scene, name):
    model = opened(name, polygons=False)
    alone, again = model.predict_batch([model.prepare(scene), model.prepare(scene.read_bytes())])
    found = theirs(networks[name], scene)
    rows = [
        (label, score, box)
        for label, score, box in zip(*(found[k].tolist() for k in ("labels", "scores", "boxes")), strict=True)
        if label and box[2] - box[0] >= 1 and box[3] - box[1] >= 1
    ]
    assert rows
    assert [g.concept for g in alone.guesses] == [LABELS[label - 1] for label, _, _ in rows]
    assert [g.score for g in alone.guesses] == pytest.approx([score for _, score, _ in rows], abs=1e-4)
    assert [g.box for g in alone.guesses] == [pytest.approx(box, abs=0.01) for _, _, box in rows]
    assert [g.box for g in again.guesses] == [pytest.approx(g.box, abs=0.01) for g in alone.guesses]
    assert (model.vocabulary.labels, model.vocabulary.shapes) == (tuple(LABELS), {"box"})


def test_H07_a_small_mask_is_outlined_where_torchvision_would_paste_it():
    y, x = np.mgrid[0:28, 0:28]
    blob = torch.tensor(1 / (1 + np.exp(((x - 12) ** 2 + (y - 15) ** 2 - 90) / 9)), dtype=torch.float32)[None]
    for box in ([10.3, 20.6, 110.2, 95.1], [0.0, 0.0, 900.5, 640.0], [3.2, 3.4, 13.9, 12.2]):
        high, wide = int(box[3]) + 20, int(box[2]) + 20
        pasted = paste_masks_in_image(blob[None], torch.tensor([box]), (high, wide))[0, 0].numpy() > 0.5
        drawn = filled_rings(mask_rings(blob, box), wide, high)
        shared = (pasted & drawn).sum() / (pasted | drawn).sum()
        assert shared > (0.97 if pasted.sum() > 1000 else 0.85), box


def test_H07_a_mask_rcnn_gives_polygons_within_the_picture(opened, scene):
    model = opened("tiny_maskrcnn")
    (answer,) = model.predict_batch([model.prepare(scene)])
    assert answer.guesses
    for guess in answer.guesses:
        x0, y0, x1, y1 = Polygon(guess.polygon).bounds.corners
        assert min(x0, y0) >= 0
        assert (x1, y1) <= (160, 120)
    assert model.vocabulary.shapes == {"box", "polygon"}
    fits(model, "segmentation")
    assert model.key != opened("tiny_maskrcnn", polygons=False).key


def test_B08_a_detector_of_boxes_serves_no_polygons(opened):
    fits(opened("tiny_fcos"), "detection")
    with pytest.raises(UnfitModel, match=r"polygons for a segmentation task, got 'tiny_fcos\.safetensors'"):
        fits(opened("tiny_fcos"), "segmentation")


@pytest.mark.parametrize("name", ["tiny_maskrcnn", "tiny_fcos"])
@pytest.mark.parametrize("size", [(1, 1), (700, 1), (1, 700), (3, 2)])
def test_pictures_of_any_size_are_taken(opened, tmp_path, name, size):
    Image.effect_noise(size, 90).convert("RGB").save(tmp_path / "odd.png")
    model = opened(name)
    for guess in model.predict_batch([model.prepare(tmp_path / "odd.png")])[0].guesses:
        x0, y0, x1, y1 = guess.box
        assert 0 <= x0 < x1 <= size[0]
        assert 0 <= y0 < y1 <= size[1]


def test_a_picture_that_lies_on_its_side_is_seen_upright(opened, scene, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 8  # to be turned by 90 degrees anticlockwise
    Image.open(scene).transpose(Image.Transpose.ROTATE_270).save(tmp_path / "turned.png", exif=exif)
    model = opened("tiny_fcos")
    one, other = model.predict_batch([model.prepare(scene), model.prepare(tmp_path / "turned.png")])
    assert [g.box for g in other.guesses] == [pytest.approx(g.box, abs=0.01) for g in one.guesses]


def test_A06_other_labels_architectures_and_weights_are_refused_with_a_reason(opened, networks, tmp_path):
    file = tmp_path / "mine.safetensors"
    save_file(networks["tiny_maskrcnn"].state_dict(), file)
    for labels, architecture, kind, sentence in [
        (["a", "b"], "tiny_maskrcnn", UnfitModel, "expected 3 labels for mine.safetensors, one per class"),
        (LABELS, "tiny_fcos", UnknownModel, "expected weights of tiny_fcos, got others"),
        (LABELS, "fcos_resnet5_fpn", UnknownModel, "did you mean 'fcos_resnet50_fpn'"),
        (LABELS, "resnet18", UnknownModel, "no torchvision detector is called 'resnet18'"),
    ]:
        with pytest.raises(kind, match=sentence) as refused:
            load(str(file), architecture=f"tv:{architecture}", labels=labels)
        assert "\n" not in str(refused.value)
    assert load(str(file), architecture="tv:tiny_maskrcnn", labels=["__background__", *LABELS]).labels[1] == "person"


def test_frozen_normalisation_of_a_network_trained_further_counts_no_batches(tmp_path, scene):
    """What torchvision's own tutorial for fine-tuning saves."""
    torch.manual_seed(0)
    network = get_model("ssdlite320_mobilenet_v3_large", weights=None, weights_backbone=None, num_classes=3)
    state = {k: v for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    torch.save({"model": state}, tmp_path / "ssd.pth")
    model = load(
        str(tmp_path / "ssd.pth"),
        architecture="torchvision/ssdlite320_mobilenet_v3_large",
        labels=["car", "sheep"],
        device="cpu",
    )
    assert model.longest == 320
    assert model.predict_batch([model.prepare(scene)])[0].guesses


class Evil:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.system, (f"touch {self.target}",)


def test_A04_pretrained_weights_come_from_torchs_cache_and_are_never_unpickled(networks, scene, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    file = tmp_path / "hub" / "checkpoints" / "tiny_fcos-00000000.pth"
    file.parent.mkdir(parents=True)
    torch.save(networks["tiny_fcos"].state_dict(), file)
    model = load("tv:tiny_fcos", device="cpu")
    assert model.vocabulary.labels == ("person", "sheep")
    assert (model.name, model.licence) == ("torchvision/tiny_fcos", "bsd-3-clause")
    concepts = {g.concept for g in model.predict_batch([model.prepare(scene)])[0].guesses}
    assert concepts <= {"person", "sheep"}
    assert load("tv:tiny_fcos", labels=["a", "b", "c"]).vocabulary.labels == ("a", "b", "c")
    assert not vars(TinyWeights.COCO_V1).get("get_state_dict")
    for content in (pickle.dumps(Evil(tmp_path / "ran")), file.read_bytes()[:500]):
        file.write_bytes(content)
        with pytest.raises(UnknownModel, match=r"pickled code|cannot be read"):
            load("tv:tiny_fcos")
    assert not (tmp_path / "ran").exists()


def test_weights_that_are_not_here_and_cannot_be_fetched_are_named_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(UnknownModel, match=r"'tiny_fcos-00000000.pth' in the model cache, found none"):
        load("torchvision/tiny_fcos")


def test_A04_a_checkpoint_of_ones_own_predicts_in_the_model_process(tmp_path, pictures):
    network = get_model("ssdlite320_mobilenet_v3_large", weights=None, weights_backbone=None, num_classes=3)
    save_file(network.state_dict(), tmp_path / "mine.safetensors")
    model = checkpoint(
        tmp_path / "mine.safetensors", architecture="tv:ssdlite320_mobilenet_v3_large", labels=["car", "sheep"]
    )
    with Runner() as runner:
        handle = runner.open(model.spec, **model.options).value(300)
        (said,) = runner.predict(handle, pictures).value(300)
    assert handle.vocabulary.shapes == {"box"}
    assert said.guesses


@pytest.fixture
def pictures(scene):
    from notebook_labeler.domain.inputs import Input

    return [Input.at(str(scene))]
