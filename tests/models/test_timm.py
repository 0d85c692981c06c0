"""timm networks as predictors: right pixels, right names, nothing random, nothing pickled, no waiting for a hub.

The only tests of this folder that load torch here.
"""

import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
timm = pytest.importorskip("timm")

from huggingface_hub import constants  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from timm.models import get_pretrained_cfg  # noqa: E402

from notebook_labeler.domain.names import name_key  # noqa: E402
from notebook_labeler.errors import BadInput, UnfitModel, UnknownModel  # noqa: E402
from notebook_labeler.models.decode import Recipe  # noqa: E402
from notebook_labeler.models.fits import fits  # noqa: E402
from notebook_labeler.models.hub import hub_files  # noqa: E402
from notebook_labeler.models.imagenet import imagenet_classes  # noqa: E402
from notebook_labeler.models.registry import load  # noqa: E402

pytestmark = pytest.mark.xdist_group("torch")
LABELS = ["pants", "shirt", "shoe", "vehicle"]


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """An empty cache, and a hub that takes the call and never answers: the worst that a network does."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        yield tmp_path / "hub"


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """A picture with structure in it, 300 x 200, as PNG, so that no draft decoding enters."""
    y, x = np.mgrid[0:200, 0:300]
    pixels = np.stack([x * 255 / 300, y * 255 / 200, 127 + 120 * np.sin(x / 7) * np.cos(y / 5)], -1).astype(np.uint8)
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize("mode", ["center", "squash", "border"])
@pytest.mark.parametrize(("size", "share"), [((3, 160, 160), 0.95), ((3, 96, 128), 0.875), ((3, 320, 320), 1.0)])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear", "lanczos"])
def test_the_pixels_are_those_of_timms_own_transform(photo, mode, size, share, interpolation):
    config = {"input_size": size, "crop_pct": share, "crop_mode": mode, "interpolation": interpolation}
    config |= {"mean": (0.5, 0.4, 0.3), "std": (0.25, 0.25, 0.25)}
    picture = Image.open(photo).convert("RGB")
    theirs = timm.data.create_transform(**config, is_training=False, normalize=False)(picture)
    ours = Recipe.of(config).prepare(photo)
    difference = np.abs(theirs.permute(1, 2, 0).numpy().astype(int) - ours)
    assert ours.shape == (size[1], size[2], 3)
    assert difference.mean() < 0.1
    assert difference.max() <= 3


def test_a_grey_model_gets_grey_pictures_and_other_channels_are_refused(photo):
    config = {
        "input_size": (1, 64, 64),
        "crop_pct": 1.0,
        "crop_mode": "center",
        "interpolation": "bilinear",
        "mean": (0.5,),
        "std": (1,),
    }
    assert Recipe.of(config).prepare(photo).shape == (64, 64, 1)
    with pytest.raises(UnfitModel, match="1 or 3 colour channels, got one of 12"):
        Recipe.of(config | {"input_size": (12, 64, 64)})


def test_A04_a_model_in_a_folder_says_what_the_naive_loop_says(tiny_model, photo):
    model = load(f"local-dir:{tiny_model}", device="cpu")
    network = timm.create_model(f"local-dir:{tiny_model}", pretrained=True).eval()
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(network), is_training=False)
    with torch.inference_mode():
        theirs = network(transform(Image.open(photo))[None]).softmax(-1)[0].tolist()
    first, second = model.predict_batch([model.prepare(photo), model.prepare(photo.read_bytes())])
    assert {g.concept: g.score for g in first.guesses} == pytest.approx(
        dict(zip(LABELS, theirs, strict=True)), abs=0.02
    )
    assert first == second
    assert first.embedding.shape == (network.num_features,)
    assert (model.vocabulary.labels, model.vocabulary.exclusive, model.name) == (tuple(LABELS), True, "local-dir:tiny")
    fits(model, "classification")


def test_the_key_follows_weights_and_labels_and_nothing_else(tiny_model, tmp_path):
    here = load(f"local-dir:{tiny_model}").key
    shutil.copytree(tiny_model, tmp_path / "copy")
    assert load(f"local-dir:{tmp_path / 'copy'}").key == here
    assert load(f"local-dir:{tiny_model}", labels=["a", "b", "c", "d"]).key != here
    state = load_file(tmp_path / "copy" / "model.safetensors")
    save_file({name: value + 1 if name == "fc.bias" else value for name, value in state.items()}, tmp_path / "new.st")
    shutil.move(tmp_path / "new.st", tmp_path / "copy" / "model.safetensors")
    assert load(f"local-dir:{tmp_path / 'copy'}").key != here


def test_A04_ones_own_checkpoint_predicts_its_own_labels(tiny_model, tmp_path, photo):
    state = load_file(tiny_model / "model.safetensors")
    torch.save({"state_dict": {f"module.{name}": value for name, value in state.items()}}, tmp_path / "mine.pth")
    (tmp_path / "labels.txt").write_text("\n".join(LABELS))
    plain = load(str(tiny_model / "model.safetensors"), architecture="test_resnet", labels=LABELS, device="cpu")
    nested = load(
        str(tmp_path / "mine.pth"),
        architecture="test_resnet",
        labels=str(tmp_path / "labels.txt"),
        exclusive=False,
        device="cpu",
    )
    one, other = (model.predict_batch([model.prepare(photo)])[0] for model in (plain, nested))
    assert sum(g.score for g in one.guesses) == pytest.approx(1, abs=0.02)
    assert [g.concept for g in one.guesses] == [g.concept for g in other.guesses]
    assert sum(g.score for g in other.guesses) != pytest.approx(1, abs=0.1)  # each class on its own
    assert (plain.name, nested.vocabulary.exclusive) == ("model.safetensors", False)


class Evil:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.system, (f"touch {self.target}",)


@pytest.mark.parametrize("name", ["evil.pth", "evil.pt", "evil.bin", "evil.pkl", "evil.safetensors"])
@pytest.mark.parametrize("how", ["torch", "pickle"])
def test_a_checkpoint_that_holds_code_is_refused_and_runs_nothing(tmp_path, name, how):
    file, target = tmp_path / name, tmp_path / "ran"
    if how == "torch":
        torch.save({"state_dict": Evil(target)}, file)
    else:
        file.write_bytes(pickle.dumps(Evil(target)))
    with pytest.raises(UnknownModel) as reason:
        load(str(file), architecture="test_resnet", labels=LABELS)
    assert not target.exists()
    assert "\n" not in str(reason.value)
    assert ("pickled code" in str(reason.value)) == (not name.endswith("safetensors"))


def test_a_folder_whose_weights_hold_code_is_refused_and_runs_nothing(tiny_model, tmp_path):
    shutil.copy(tiny_model / "config.json", tmp_path)
    torch.save(Evil(tmp_path / "ran"), tmp_path / "pytorch_model.bin")
    with pytest.raises(UnknownModel, match="pickled code"):
        load(f"local-dir:{tmp_path}")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        ({"labels": LABELS[:3]}, UnfitModel, "expected 4 labels for model.safetensors, one per class, got 3"),
        ({"labels": None}, BadInput, "pass labels=[...]"),
        ({"labels": []}, BadInput, "empty list"),
        ({"labels": LABELS, "architecture": ""}, UnknownModel, "expected the architecture"),
        ({"labels": LABELS, "architecture": "test_resnett"}, UnknownModel, "did you mean 'test_resnet'?"),
        ({"labels": LABELS, "architecture": "test_vit"}, UnknownModel, "expected weights of 'test_vit', got others"),
    ],
)
def test_a_checkpoint_that_does_not_fit_says_what_is_wrong(tiny_model, options, kind, sentence):
    options = {"architecture": "test_resnet", **options}
    with pytest.raises(kind) as reason:
        load(str(tiny_model / "model.safetensors"), **options)
    assert sentence in str(reason.value)
    assert "\n" not in str(reason.value)


def test_files_that_are_missing_or_damaged_say_so(tiny_model, tmp_path):
    for spec in (tmp_path / "gone.pth", f"local-dir:{tmp_path}"):
        with pytest.raises(UnknownModel, match="found no"):
            load(str(spec))
    whole = (tiny_model / "model.safetensors").read_bytes()
    (tmp_path / "torn.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnknownModel, match=r"expected a whole checkpoint, got torn\.safetensors"):
        load(str(tmp_path / "torn.safetensors"), architecture="test_resnet", labels=LABELS)


def test_a_folder_with_the_weights_of_another_network_is_refused_instead_of_predicting_at_random(tiny_model, tmp_path):
    shutil.copytree(tiny_model, tmp_path / "mixed")
    config = json.loads((tmp_path / "mixed" / "config.json").read_text())
    (tmp_path / "mixed" / "config.json").write_text(json.dumps(config | {"architecture": "test_vit"}))
    with pytest.raises(UnknownModel, match="expected weights that fit"):
        load(f"local-dir:{tmp_path / 'mixed'}")


@pytest.mark.parametrize("spec", ["timm/resnet18.a1_in1k", "resnet18", "hf-hub:someone/something"])
def test_a_hub_that_does_not_answer_costs_seconds_and_one_sentence(hub, spec):
    began = time.monotonic()
    with pytest.raises(UnknownModel, match="cannot be reached from here"):
        load(spec)
    assert time.monotonic() - began < 45  # the hub that nobody answers for would take longer


@pytest.mark.parametrize("spec", ["timm/resnet18.a1_in1k", "resnet18", "hf-hub:someone/something", "timm/resnot18"])
def test_without_a_hub_the_sentence_comes_before_torch_is_imported(tmp_path, spec):
    code = (
        "import sys; from notebook_labeler.models.registry import load\n"
        "try: load(sys.argv[1])\n"
        "except Exception as error: print(error)\n"
        "print('torch' in sys.modules)"
    )
    nowhere = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    said = subprocess.check_output([sys.executable, "-c", code, spec], text=True, env=nowhere)
    assert "cannot be" in said
    assert said.endswith("\nFalse\n")
    assert spec != "timm/resnot18" or "did you mean 'resnet18'" in said


def test_a_hub_that_is_switched_off_is_not_asked(hub, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(UnknownModel, match="HF_HUB_OFFLINE"):
        hub_files("timm/resnet18.a1_in1k", "WEIGHTS")


def test_a_model_in_the_cache_loads_without_the_hub_with_imagenets_names(hub, photo):
    network = timm.create_model("test_resnet")
    folder = hub / "models--timm--test_resnet.r160_in1k"
    (folder / "snapshots" / "abc").mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("abc")
    save_file(network.state_dict(), folder / "snapshots" / "abc" / "model.safetensors")
    model = load("timm/test_resnet.r160_in1k")
    assert (model.name, model.licence) == ("timm/test_resnet.r160_in1k", "apache-2.0")
    assert model.vocabulary.labels[0] == "tench"
    assert model.vocabulary.synsets[0] == 1440764
    (answer,) = model.predict_batch([model.prepare(photo)])
    assert all(g.score >= 0.01 for g in answer.guesses)
    assert len(answer.guesses) <= 100


def test_a_name_that_timm_does_not_know_or_has_no_weights_for_is_refused(hub):
    with pytest.raises(UnknownModel, match=r"no timm model is called 'resnett18'.*did you mean"):
        load("timm/resnett18")
    bare = next(name for name in timm.list_models() if not getattr(get_pretrained_cfg(name), "hf_hub_id", None))
    with pytest.raises(UnknownModel, match="with published weights"):
        load(f"timm/{bare}")
    with pytest.raises(UnknownModel, match="hf-hub:organisation/name"):
        load("hf-hub:../../etc")


@pytest.mark.parametrize("count", [1000, 11221, 11821, 21841, 21842, 21843])
def test_imagenet_labels_are_all_different_and_carry_their_synsets(count):
    labels, synsets = imagenet_classes(count)
    assert len({name_key(label) for label in labels}) == len(set(synsets)) == count
    assert max(map(len, labels)) <= 200


def test_imagenets_namesakes_are_told_apart_by_another_lemma_or_their_id():
    labels, synsets = imagenet_classes(1000)
    names = dict(zip(synsets, labels, strict=True))
    assert (names[2113186], names[2963159]) == ("Cardigan Welsh corgi", "cardigan")
    assert (names[2012849], names[3126707]) == ("crane (n02012849)", "crane (n03126707)")
    assert imagenet_classes(17) is None


def test_A06_a_network_without_classes_is_refused_with_a_reason(tiny_model, tmp_path):
    shutil.copytree(tiny_model, tmp_path / "features")
    path = tmp_path / "features" / "config.json"
    config = json.loads(path.read_text())
    config["num_classes"] = config["pretrained_cfg"]["num_classes"] = 0
    for one in (config, config["pretrained_cfg"]):
        one.pop("label_names", None)
    config.setdefault("model_args", {})["num_classes"] = 0
    path.write_text(json.dumps(config))
    state = load_file(tmp_path / "features" / "model.safetensors")
    save_file({n: v for n, v in state.items() if not n.startswith("fc.")}, tmp_path / "f.st")
    shutil.move(tmp_path / "f.st", tmp_path / "features" / "model.safetensors")
    with pytest.raises(UnfitModel, match="gives only features"):
        load(f"local-dir:{tmp_path / 'features'}")
