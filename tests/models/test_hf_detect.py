"""Detectors of transformers: tiny ones, saved by the library itself and loaded as real ones are."""

import json
import os
import pickle
import shutil
import time

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from huggingface_hub import constants  # noqa: E402

from notebook_labeler.domain.geometry import Polygon  # noqa: E402
from notebook_labeler.domain.inputs import Input  # noqa: E402
from notebook_labeler.domain.raster import filled_rings  # noqa: E402
from notebook_labeler.errors import MissingExtra, UnfitModel, UnknownModel  # noqa: E402
from notebook_labeler.models import outlines  # noqa: E402
from notebook_labeler.models.fits import fits  # noqa: E402
from notebook_labeler.models.registry import load  # noqa: E402
from notebook_labeler.runs.runner import Runner  # noqa: E402

pytestmark = pytest.mark.xdist_group("torch")
SIZE = 120, 160  # height and width of the scene


@pytest.fixture
def opened(detectors):
    return lambda name, **options: load(f"hf:{detectors(name)}", device="cpu", **options)


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """An empty cache of the hub."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def theirs(folder, picture, names=()):
    """What the library itself says, read by its own processor: (score, place, box), best first."""
    if names:
        network = transformers.AutoModelForZeroShotObjectDetection.from_pretrained(folder).eval()
        processor = transformers.AutoProcessor.from_pretrained(folder)
        asked = processor(text=[[f"a photo of a {one}" for one in names]], images=picture, return_tensors="pt")
        read = processor.post_process_grounded_object_detection
    else:
        network = transformers.AutoModelForObjectDetection.from_pretrained(folder).eval()
        processor = transformers.AutoImageProcessor.from_pretrained(folder)
        asked, read = processor(images=picture, return_tensors="pt"), processor.post_process_object_detection
    with torch.inference_mode():
        (found,) = read(network(**asked), threshold=0.05, target_sizes=[SIZE])
    rows = zip(found["scores"].tolist(), found["labels"].tolist(), found["boxes"].tolist(), strict=True)
    return sorted(rows, key=lambda row: -row[0])


def clamped(box):
    return [min(max(v, 0), limit) for v, limit in zip(box, (160, 120, 160, 120), strict=True)]


@pytest.mark.parametrize("name", ["detr", "rtdetr", "yolos"])
def test_A04_a_detector_in_a_folder_gives_the_librarys_own_boxes_unrounded(opened, detectors, scene, name):
    model = opened(name)
    alone, again = model.predict_batch([model.prepare(scene), model.prepare(scene.read_bytes())])
    expected = theirs(detectors(name), Image.open(scene))
    names = json.loads((detectors(name) / "config.json").read_text())["id2label"]
    kept = [(s, p, b) for s, p, b in expected if names[str(p)] != "N/A"]
    kept = [(s, p, c) for s, p, b in kept if (c := clamped(b))[2] - c[0] >= 1 and c[3] - c[1] >= 1]
    assert kept
    assert [g.score for g in alone.guesses] == pytest.approx([row[0] for row in kept], abs=1e-4)
    for guess, (_, place, box) in zip(alone.guesses, kept, strict=True):
        assert guess.concept.startswith(names[str(place)])
        assert guess.box == pytest.approx(box, abs=0.01)
    assert [g.concept for g in again.guesses] == [g.concept for g in alone.guesses]
    assert (model.vocabulary.shapes, model.vocabulary.exclusive) == ({"box"}, False)


def test_B07_the_vocabulary_has_every_class_once_and_no_gaps(opened):
    assert opened("detr").vocabulary.labels == ("person (1)", "car", "person (3)", "sheep")
    assert opened("rtdetr", labels=["a", "b", "c"]).vocabulary.labels == ("a", "b", "c")
    with pytest.raises(UnfitModel, match="expected 3 labels"):
        opened("rtdetr", labels=["a", "b"])


def test_A04_a_zero_shot_detector_finds_what_it_is_asked_for_in_one_pass(opened, detectors, scene):
    words = ["sheep", "bike rider"]
    model = opened("owlv2", concepts=words)
    expected = [(s, words[p], clamped(b)) for s, p, b in theirs(detectors("owlv2"), Image.open(scene), words)]
    expected = [(s, w, b) for s, w, b in expected if b[2] - b[0] >= 1 and b[3] - b[1] >= 1]
    assert expected
    answers = model.predict_batch([model.prepare(scene)] * 2)
    for answer in answers:
        assert [g.concept for g in answer.guesses] == [word for _, word, _ in expected]
        assert [g.box for g in answer.guesses] == [pytest.approx(box, abs=0.01) for _, _, box in expected]
    assert model.vocabulary.labels == tuple(words)
    assert opened("owlv2", labels=["dog"], concepts=words).vocabulary.labels == ("dog",)


def test_a_zero_shot_detector_with_other_words_shares_the_network_and_has_another_key(opened):
    one, other = opened("owlv2", concepts=["sheep"]), opened("owlv2", concepts=["sheep", "dog"])
    assert one.network is other.network
    assert one.key != other.key
    assert one.key == opened("owlv2", labels=["sheep"]).key


def test_a_word_longer_than_the_network_can_read_is_cut_and_any_spelling_is_taken(opened, scene):
    model = opened("owlv2", concepts=["a very " * 20 + "long name", "شجرة 🌳", "<b>bold</b>"])
    assert all(g.concept in model.vocabulary.labels for g in model.predict_batch([model.prepare(scene)])[0].guesses)


def test_a_zero_shot_detector_without_a_word_is_refused(opened):
    with pytest.raises(UnfitModel, match="add concepts to the task"):
        opened("owlv2")


def test_H07_masks_become_polygons_in_source_pixels(opened, detectors, scene):
    model = opened("rfdetr-masks")
    (answer,) = model.predict_batch([model.prepare(scene)])
    network = transformers.RfDetrForInstanceSegmentation.from_pretrained(detectors("rfdetr-masks")).eval()
    processor = transformers.AutoImageProcessor.from_pretrained(detectors("rfdetr-masks"))
    with torch.inference_mode():
        said = network(**processor(images=Image.open(scene), return_tensors="pt"))
    (found,) = processor.post_process_instance_segmentation(
        said, threshold=0.05, target_sizes=[SIZE], return_binary_maps=True
    )
    masks = {(round(i["score"], 4), NAMES[i["label_id"]]): m for i, m in zip(*_parts(found), strict=True)}
    assert answer.guesses
    for guess in answer.guesses:
        mask, drawn = masks[round(guess.score, 4), guess.concept], filled_rings(guess.polygon, 160, 120)
        assert (mask & drawn).sum() / (mask | drawn).sum() > 0.9
        assert Polygon(guess.polygon).bounds.corners == pytest.approx(guess.box, abs=3)
    assert model.vocabulary.shapes == {"box", "polygon"}
    fits(model, "segmentation")
    fits(model, "detection")


NAMES = {0: "person", 1: "car", 2: "sheep"}


def _parts(found):
    return found["segments_info"], found["segmentation"].numpy() > 0.5


def test_masks_that_nobody_wants_outlined_are_boxes_and_a_wish_without_opencv_is_refused(opened, scene, monkeypatch):
    plain = opened("rfdetr-masks", polygons=False)
    guesses = plain.predict_batch([plain.prepare(scene)])[0].guesses
    assert guesses
    assert all(g.polygon is None and g.box for g in guesses)
    assert plain.key != opened("rfdetr-masks").key
    monkeypatch.setattr(outlines, "find_spec", lambda _: None)
    assert opened("rfdetr-masks").vocabulary.shapes == {"box"}
    with pytest.raises(MissingExtra, match=r"notebook-labeler\[segment\]"):
        opened("rfdetr-masks", polygons=True)


def test_A06_what_is_no_detector_is_refused_with_its_kind(opened):
    with pytest.raises(UnfitModel, match=r"got .* which is ViTForImageClassification; choose another model"):
        opened("classifier")


def test_A06_boxes_do_not_serve_polygons(opened):
    model = opened("rtdetr")
    fits(model, "detection")
    fits(model, "classification")
    with pytest.raises(UnfitModel, match="polygons for a segmentation task, got 'hf:rtdetr', which gives boxes"):
        fits(model, "segmentation")


def test_a_picture_that_lies_on_its_side_is_seen_upright(opened, scene, tmp_path):
    model = opened("rtdetr")
    upright = Image.open(scene)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    turned = tmp_path / "turned.png"
    upright.transpose(Image.Transpose.ROTATE_90).save(turned, exif=exif)
    one, other = model.predict_batch([model.prepare(scene), model.prepare(turned)])
    assert [g.box for g in other.guesses] == [pytest.approx(g.box, abs=0.01) for g in one.guesses]


@pytest.mark.parametrize("name", ["detr", "rtdetr", "owlv2", "rfdetr-masks"])
@pytest.mark.parametrize("size", [(1, 1), (900, 1), (1, 900), (3, 2)])
def test_pictures_of_any_size_are_taken(opened, tmp_path, name, size):
    model = opened(name, concepts=["sheep"])
    file = tmp_path / "odd.png"
    Image.effect_noise(size, 90).convert("RGB").save(file)
    for guess in model.predict_batch([model.prepare(file)])[0].guesses:
        x0, y0, x1, y1 = guess.box
        assert 0 <= x0 < x1 <= size[0]
        assert 0 <= y0 < y1 <= size[1]


def test_a_large_picture_is_shown_no_larger_than_it_can_be_used(opened, tmp_path):
    model = opened("rtdetr")
    Image.effect_noise((1600, 1200), 90).convert("RGB").save(tmp_path / "large.png")
    prepared = model.prepare(tmp_path / "large.png")
    assert (prepared.width, prepared.height) == (1600, 1200)
    assert 128 <= prepared.rgb.width < 300
    assert max(g.box[2] for g in model.predict_batch([prepared])[0].guesses) > 900


def test_a_folder_that_is_not_whole_says_what_it_lacks(detectors, tmp_path):
    for missing, sentence in [
        ("config.json", "found no config.json"),
        ("model.safetensors", "expected model.safetensors beside config.json"),
        ("preprocessor_config.json", "preprocessor_config.json"),
    ]:
        place = tmp_path / missing
        shutil.copytree(detectors("rtdetr"), place)
        (place / missing).unlink()
        with pytest.raises(UnknownModel, match=sentence) as refused:
            load(f"hf:{place}")
        assert "\n" not in str(refused.value)
    with pytest.raises(UnknownModel, match="organisation/name"):
        load("hf:nonsense")


def edited(detectors, tmp_path, **changes):
    place = tmp_path / "edited"
    shutil.copytree(detectors("rtdetr"), place)
    config = json.loads((place / "config.json").read_text()) | changes
    (place / "config.json").write_text(json.dumps(config))
    return place


def test_a_model_whose_classes_nobody_named_wants_labels(detectors, tmp_path):
    place = edited(detectors, tmp_path, id2label={str(n): f"LABEL_{n}" for n in range(3)})
    with pytest.raises(UnfitModel, match=r"pass labels=\[\.\.\.\]"):
        load(f"hf:{place}")
    assert load(f"hf:{place}", labels=["a", "b", "c"]).vocabulary.labels == ("a", "b", "c")


@pytest.mark.parametrize("number", ["1000000000000", "-1"])
def test_a_number_of_a_class_that_cannot_be_takes_no_memory(detectors, tmp_path, number):
    place = edited(detectors, tmp_path, id2label={"0": "cat", number: "dog"})
    with pytest.raises(UnknownModel, match="numbered from 0"):
        load(f"hf:{place}")


def test_code_that_comes_with_a_model_is_never_run(detectors, tmp_path):
    place = edited(detectors, tmp_path, auto_map={"AutoModelForObjectDetection": "evil.Evil"})
    (place / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(UnknownModel, match="code of its own"):
        load(f"hf:{place}")
    assert not (tmp_path / "ran").exists()


class Evil:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.system, (f"touch {self.target}",)


def test_pickled_weights_are_not_opened(detectors, tmp_path):
    place = tmp_path / "pickled"
    shutil.copytree(detectors("rtdetr"), place)
    (place / "model.safetensors").unlink()
    (place / "pytorch_model.bin").write_bytes(pickle.dumps(Evil(tmp_path / "ran")))
    with pytest.raises(UnknownModel, match="pickled weights are not opened"):
        load(f"hf:{place}")
    assert not (tmp_path / "ran").exists()


def test_weights_that_are_damaged_or_lack_a_part_are_refused(detectors, tmp_path):
    from safetensors.torch import load_file, save_file

    place = tmp_path / "cut"
    shutil.copytree(detectors("rtdetr"), place)
    file = place / "model.safetensors"
    state = {name: value.clone() for name, value in load_file(file).items()}  # the file itself is mapped into memory
    part = file.read_bytes()[:3000]
    file.unlink()
    file.write_bytes(part)
    with pytest.raises(UnknownModel, match="cannot be read"):
        load(f"hf:{place}")
    save_file({k: v for k, v in state.items() if "enc_score_head" not in k}, file, metadata={"format": "pt"})
    with pytest.raises(UnknownModel, match="what would be random is not used"):
        load(f"hf:{place}")


def test_A04_a_repository_in_the_cache_needs_no_hub_and_one_that_is_not_says_so_at_once(detectors, hub, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    started = time.monotonic()
    with pytest.raises(UnknownModel, match=r"'me/mine' in the model cache, found none, and HF_HUB_OFFLINE"):
        load("hf:me/mine")
    assert time.monotonic() - started < 45  # the hub that nobody answers for would take longer
    kept = hub / "models--me--mine"
    shutil.copytree(detectors("rtdetr"), kept / "snapshots" / "abc")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("abc")
    model = load("hf:me/mine")
    assert (model.name, model.vocabulary.labels) == ("hf:me/mine", ("person", "car", "sheep"))


def test_A08_a_batch_in_the_model_process_survives_a_corrupt_picture(detectors, scene, tmp_path):
    (tmp_path / "broken.png").write_bytes(scene.read_bytes()[:200])
    inputs = [Input.at(str(scene)), Input.at(str(tmp_path / "broken.png")), Input.at(str(tmp_path / "none.png"))]
    with Runner() as runner:
        handle = runner.open(f"hf:{detectors('owlv2')}", concepts=["sheep", "bike rider"]).value(300)
        job = runner.predict(handle, inputs)
        good, broken, absent = job.value(300)
        masks = runner.open(f"hf:{detectors('rfdetr-masks')}").value(300)
        (outlined,) = runner.predict(masks, inputs[:1]).value(300)
    assert (handle.vocabulary.labels, handle.vocabulary.shapes) == (("sheep", "bike rider"), {"box"})
    assert good.guesses
    assert good.error is None
    assert "broken.png" in broken.error
    assert absent.error
    assert all(Polygon(guess.polygon).area > 0 for guess in outlined.guesses)
    assert np.isfinite([guess.box for guess in good.guesses]).all()
