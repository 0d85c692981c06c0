"""The Explore view's list: quick, without torch, and honest about what is here already."""

import pytest

from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import UnknownModel
from notebook_labeler.models import catalogue
from notebook_labeler.models.catalogue import FIRST, search
from notebook_labeler.models.detectors import FIRST_BOXES, FIRST_POLYGONS, search_detectors
from notebook_labeler.models.registry import kind_of
from notebook_labeler.widgets.explore import explore


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def keep(cache, repository, file="model.safetensors"):
    folder = cache / f"models--{repository.replace('/', '--')}" / "snapshots" / "abc"
    folder.mkdir(parents=True)
    (folder / file).write_bytes(b"")


def test_A05_a_search_finds_models_by_words_in_any_order():
    for query in ("resnet18 a1_in1k", "A1_in1k resnet18", "timm/resnet18.a1_in1k"):
        assert search(query, 1)[0].spec == "timm/resnet18.a1_in1k"
    found = search("convnext imagenet-12k", 500)
    assert found
    assert {(card.trained_on, "convnext" in card.spec) for card in found} == {("ImageNet-12k", True)}
    assert search("no such model anywhere") == []


def test_A05_the_catalogue_opens_with_a_few_good_ones_and_as_many_as_asked_for():
    assert [card.spec for card in search(limit=len(FIRST))] == list(FIRST)
    assert len(search(limit=50)) == 50
    assert search(limit=0) == []
    assert len(search(limit=10_000)) > 1400


def test_A05_what_lies_in_the_cache_comes_first_and_says_so(cache):
    keep(cache, "timm/vit_base_patch16_224.augreg_in21k")
    keep(cache, "timm/resnet50.a1_in1k", "config.json")
    found = search(limit=100)
    assert [card.spec for card in found if card.cached] == ["timm/vit_base_patch16_224.augreg_in21k"]
    assert found[0].cached


def test_a_card_tells_what_decides_a_choice():
    card = search("timm/convnext_tiny.in12k_ft_in1k", 1)[0]
    assert card.parameters_m == pytest.approx(28.6, abs=0.1)
    assert (card.classes, card.trained_on, card.side, card.licence) == (1000, "ImageNet-1k", 224, "apache-2.0")
    assert card.architecture == "convnext_tiny"


def test_networks_without_classes_are_listed_only_where_asked_for():
    assert all(card.classes for card in search("dinov2", 100))
    assert any(not card.classes for card in search("dinov2", 100, features=True))
    clip = search("vit_base_patch32_clip_224.openai", 1, features=True)[0]  # its 512 outputs are no classes
    assert (clip.classes, clip.trained_on) == (0, "features only")


def test_every_line_of_the_shipped_list_is_whole():
    specs = [card.spec for card, _, _ in catalogue._catalogue()]
    assert specs == sorted(set(specs))
    assert set(FIRST) <= set(specs)


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("toys", "toys"),
        ("timm/resnet18.a1_in1k", "timm"),
        ("timm:resnet18", "timm"),
        ("resnet18", "timm"),
        ("hf-hub:timm/resnet18.a1_in1k", "hub"),
        ("local-dir:/models/toys", "folder"),
        ("/weights/best.SAFETENSORS", "checkpoint"),
        ("best.pth", "checkpoint"),
        ("torchvision/fcos_resnet50_fpn", "torchvision"),
        ("tv:fcos_resnet50_fpn", "torchvision"),
        ("hf:google/owlvit-base-patch32", "hf"),
        ("hf:/models/detr", "hf"),
    ],
)
def test_A04_a_name_tells_its_kind(spec, kind):
    assert kind_of(spec)[0] == kind


def test_A04_nothing_is_the_name_of_no_model():
    with pytest.raises(UnknownModel, match="empty text"):
        kind_of("  ")


def test_A05_detectors_are_found_by_words_and_those_that_give_polygons_apart(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    assert [card.spec for card in search_detectors()][: len(FIRST_BOXES)] == list(FIRST_BOXES)
    polygons = [card.spec for card in search_detectors(polygons=True)]
    assert polygons[: len(FIRST_POLYGONS)] == list(FIRST_POLYGONS)
    assert all("mask" in spec or "seg" in spec for spec in polygons)
    assert search_detectors("ZERO-SHOT google")[0].spec == "hf:google/owlv2-base-patch16-ensemble"
    assert search_detectors("no such detector") == []
    assert all(card.licence for card in search_detectors())
    keep(cache, "hustvl/yolos-tiny")
    weights = tmp_path / "torch" / "hub" / "checkpoints" / "ssd300_vgg16_coco-b556d3b4.pth"
    weights.parent.mkdir(parents=True)
    weights.touch()
    assert [card.spec for card in search_detectors() if card.cached] == [
        "hf:hustvl/yolos-tiny",
        "torchvision/ssd300_vgg16",
    ]


def test_A05_explore_offers_what_fits_the_task():
    classes = explore("", TaskSettings())
    boxes = explore("", TaskSettings(kind="detection"))
    polygons = explore("", TaskSettings(kind="segmentation"))
    assert all(entry["name"].startswith("timm/") for entry in classes)
    assert {entry["name"] for entry in polygons} < {entry["name"] for entry in boxes}
    mixed = TaskSettings(kind="segmentation", concepts=("cell",), geometries=(("cell", "box"),))
    assert explore("", mixed) == boxes
    assert boxes[0].keys() == classes[0].keys()
