"""A function of one's own as a model: what it may answer, and what is refused."""

import numpy as np
import pytest
from PIL import Image

from notebook_labeler.domain.predictions import Guess
from notebook_labeler.errors import BadInput, ModelFailed, UnfitModel
from notebook_labeler.media.image import Picture
from notebook_labeler.models.adopt import adopt
from notebook_labeler.models.answers import guesses_from
from notebook_labeler.models.callable import predictor
from notebook_labeler.models.fits import fits
from notebook_labeler.models.named import NamedModel, checkpoint
from notebook_labeler.models.predictor import is_predictor

PICTURES = [Picture(Image.new("RGB", (4, 4), colour), 4, 4) for colour in ("black", "white")]


def said(answer, **options):
    options.setdefault("labels", ["cat", "dog"])
    model = predictor(lambda pictures: answer, **options)
    return [[(g.concept, g.score) for g in a.guesses] for a in model.predict_batch(PICTURES)]


class Tensor:
    """As much of a torch tensor as matters here: it wants to be detached before numpy may have it."""

    def __init__(self, values, steps=()):
        self.values, self.steps = values, steps

    def __len__(self):
        return len(self.values)

    def __iter__(self):
        return (Tensor(row) for row in self.values)

    def detach(self):
        return Tensor(self.values, (*self.steps, "detach"))

    def cpu(self):
        return Tensor(self.values, (*self.steps, "cpu"))

    def float(self):
        return Tensor(self.values, (*self.steps, "float"))

    def is_floating_point(self):
        return True

    def __array__(self, dtype=None, copy=None):
        assert self.steps == ("detach", "cpu", "float")
        return np.array(self.values)


BEST_FIRST = [[("dog", 0.75), ("cat", 0.25)], [("cat", 1.0), ("dog", 0.0)]]


@pytest.mark.parametrize(
    "answer",
    [
        [{"cat": 0.25, "dog": 0.75}, {"cat": 1, "dog": 0}],
        [[("cat", 0.25), ("dog", 0.75)], [("dog", 0.0), ("cat", 1.0)]],
        np.array([[0.25, 0.75], [1, 0]]),
        np.array([[0.25, 0.75], [1, 0]], dtype=np.float16),
        [[0.25, 0.75], [1, 0]],
        [np.array([0.25, 0.75]), np.array([1, 0])],
        Tensor([[0.25, 0.75], [1.0, 0.0]]),
        ([0.25, 0.75], (1, 0)),
    ],
    ids=["dicts", "pairs", "array", "half", "lists", "rows", "tensor", "tuple"],
)
def test_A04_a_function_may_answer_in_any_usual_form_and_guesses_come_best_first(answer):
    assert said(answer) == BEST_FIRST


def test_an_answer_of_nothing_means_nothing_was_found():
    assert said([None, {}]) == [[], []]
    assert said([[], np.array([])]) == [[], []]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ([{"cat": 1.0}], "2 pictures with 2 answers, got 1"),
        ({"cat": 1.0}, "a list with one answer per picture, got dict"),
        (None, "got NoneType"),
        ("cat", "got str"),
        ([{"cat": float("nan")}, {}], "0 to 1"),
        (np.array([[3.2, -1.0], [0, 0]]), "not logits"),
        ([{"cow": 0.5}, {}], "not among its 2 labels"),
        (np.ones((2, 3)) / 3, "2 probabilities per picture"),
        ([["cat", "dog"], []], "expected '<lambda>' to answer with"),
        ([{"cat": "high"}, {}], "0 to 1"),
        ([7, 7], "got int"),
        ([{"cat": True}, {3: 0.5}], "not among its 2 labels"),
    ],
)
def test_what_is_no_answer_is_refused_with_one_sentence(answer, sentence):
    with pytest.raises(ModelFailed, match=r"expected|answered") as refused:
        said(answer)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_decorator_keeps_the_function_callable_and_takes_single_pictures():
    @predictor(labels=["bright", "dark"], batched=False, exclusive=True)
    def brightness(picture):
        level = picture.convert("L").getpixel((0, 0)) / 255
        return {"bright": level, "dark": 1 - level}

    assert brightness(PICTURES[1].rgb) == {"bright": 1.0, "dark": 0.0}
    assert [a.guesses[0].concept for a in brightness.predict_batch(PICTURES)] == ["dark", "bright"]
    assert brightness.name == "brightness"
    assert brightness.vocabulary.exclusive
    assert is_predictor(brightness)


def test_predictions_of_two_definitions_are_kept_apart_unless_a_version_says_they_are_the_same():
    def f(pictures):
        return [{} for _ in pictures]

    assert predictor(f, labels=["a"]).key != predictor(f, labels=["a"]).key
    assert predictor(f, labels=["a"], version="1").key == predictor(f, labels=["a"], version="1").key
    assert predictor(f, labels=["a"], version="1").key != predictor(f, labels=["a"], version="2").key
    assert predictor(f, labels=["a"], version="1").key != predictor(f, labels=["a", "b"], version="1").key


@pytest.mark.parametrize("labels", [None, [], ["cat", "Cat "], [3], [""], "/no/such/labels.txt"])
def test_labels_that_cannot_be_are_refused(labels):
    with pytest.raises(BadInput):
        predictor(lambda pictures: [], labels=labels)


def test_labels_come_from_a_text_or_json_file(tmp_path):
    (tmp_path / "labels.txt").write_text("traffic  light\n\ncafé\n", encoding="utf-8")
    (tmp_path / "labels.json").write_text('["traffic light", "café"]', encoding="utf-8")
    for name in ("labels.txt", "labels.json"):
        assert predictor(len, labels=tmp_path / name).vocabulary.labels == ("traffic light", "café")
    (tmp_path / "labels.json").write_text('{"0": "cat"}')
    with pytest.raises(BadInput, match="JSON list"):
        predictor(len, labels=tmp_path / "labels.json")


def test_A06_a_thing_that_is_no_model_is_refused_with_a_reason():
    for thing in (3, None, int, object()):
        with pytest.raises(UnfitModel, match="expected"):
            adopt(thing)
    with pytest.raises(UnfitModel, match=r"pass labels=\[\.\.\.\]"):
        adopt(lambda pictures: [])
    with pytest.raises(UnfitModel, match="no options"):
        adopt(predictor(len, labels=["a"]), labels=["a"])


def test_A06_a_model_whose_outputs_do_not_fit_the_task_is_refused_with_a_reason():
    model = predictor(len, labels=["a"], name="mine")
    fits(model, "classification")
    with pytest.raises(UnfitModel, match="boxes for a detection task, got 'mine', which gives concepts"):
        fits(model, "detection")
    with pytest.raises(BadInput, match="kind of task"):
        fits(model, "juggling")


def test_a_probability_that_rounding_put_a_hair_outside_is_the_end_it_means():
    row = [np.float32(1) + np.float32(2e-7), -1e-9]
    assert [g.score for g in guesses_from(row, ("a", "b"), "mine")] == [1.0, 0.0]
    with pytest.raises(ModelFailed, match="from 0 to 1"):
        guesses_from([1.01, 0], ("a", "b"), "mine")


@pytest.mark.parametrize(
    "wrong", [{"labels": 5}, {"labels": ["a"], "batch_size": "x"}, {"labels": ["a"], "batch_size": 0}]
)
def test_options_of_the_wrong_kind_are_refused(wrong):
    with pytest.raises(BadInput, match="expected"):
        predictor(len, **wrong)


def test_A04_a_checkpoint_is_refused_at_once_where_it_cannot_be_kept(tmp_path):
    file = tmp_path / "best.safetensors"
    with pytest.raises(BadInput, match="found none at"):
        checkpoint(file, architecture="resnet18", labels=["a"])
    file.touch()
    for labels in (None, 3, [object()], [], tmp_path / "none.txt"):
        with pytest.raises(BadInput, match="label"):
            checkpoint(file, architecture="resnet18", labels=labels)
    with pytest.raises(BadInput, match="plain values"):
        checkpoint(file, architecture="resnet18", labels=["a"], device=object())
    assert NamedModel.parse(checkpoint(file, architecture="resnet18", labels=("a", "b")).text).options["labels"] == [
        "a",
        "b",
    ]


SEEN = Picture(Image.new("RGB", (100, 50)), 200, 100)  # decoded at half its size


def objects(*said, shapes="box", labels=("cat", "dog")):
    model = predictor(lambda _: [list(said)], labels=labels, shapes=shapes, name="mine")
    return model.predict_batch([SEEN])[0].guesses


@pytest.mark.parametrize(
    "region",
    [
        {"box": [10, 5, 20, 10]},
        {"box": np.array([10, 5, 20, 10], np.float32)},
        {"xyxy": (10, 5, 30, 15)},
        {"xyxy": Tensor([10, 5, 30, 15])},
        {"polygon": [(10, 5), (30, 5), (30, 15)]},
        {"polygon": np.array([[10, 5], [30, 5], [30, 15]])},
        {"polygon": [[10, 5, 30, 5, 30, 15]]},
        {"mask": np.pad(np.ones((10, 20), bool), ((5, 35), (10, 70)))},
    ],
    ids=["box", "array", "xyxy", "tensor", "points", "array of points", "rings", "mask"],
)
def test_A04_objects_come_in_any_usual_form_and_in_pixels_of_the_source(region):
    (guess,) = objects({"concept": "cat", "score": np.float32(0.5), **region})
    assert (guess.concept, guess.score, guess.polygon) == ("cat", 0.5, None)
    assert guess.box == pytest.approx((20, 10, 60, 30))


def test_H07_polygons_are_kept_where_they_are_declared():
    (guess,) = objects({"concept": "cat", "score": 1, "polygon": [(10, 5), (30, 5), (30, 15)]}, shapes="polygon")
    assert guess.polygon == ((20, 10, 60, 10, 60, 30),)
    mask = np.pad(np.ones((10, 20), bool), ((5, 35), (10, 70)))
    mask[8:12, 15:25] = False
    (holed,) = objects({"concept": "cat", "score": 1, "mask": mask}, shapes=["box", "polygon"])
    assert len(holed.polygon) == 2
    boxed = objects(Guess("cat", 0.5, (10, 5, 30, 15)), shapes=["box", "polygon"])
    assert boxed[0].polygon is None
    assert predictor(len, labels=["a"], shapes=["box", "polygon"]).vocabulary.shapes == {"box", "polygon"}


def test_several_objects_of_one_concept_stay_and_what_is_outside_or_a_sliver_goes():
    said = [{"concept": "cat", "score": s, "box": b} for s, b in [(0.2, [1, 1, 9, 9]), (0.9, [50, 20, 900, 5])]]
    nothing = [
        {"concept": "cat", "score": 1.0, "box": [300, 1, 9, 9]},
        {"concept": "cat", "score": 1.0, "xyxy": [5, 5, 5, 40]},
        {"concept": "dog", "score": 1.0, "box": [5, 5, 0.2, 40]},
        {"concept": "dog", "score": 1.0, "mask": np.zeros((50, 100), bool)},
    ]
    guesses = objects(*said, *nothing)
    assert [(g.score, g.box) for g in guesses] == [(0.9, (100, 40, 200, 50)), (0.2, (2, 2, 20, 20))]
    assert objects() == ()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"concept": "cat", "score": 0.5}, "got no region in one object"),
        ({"concept": "cat", "score": 0.5, "box": [1, 1, 2, 2], "xyxy": [1, 1, 2, 2]}, "box and xyxy in one object"),
        ({"concept": "cat", "box": [1, 1, 2, 2]}, "dicts with concept, score"),
        ({"concept": "cow", "score": 0.5, "box": [1, 1, 2, 2]}, "not among its 2 labels"),
        ({"concept": "cat", "score": 7, "box": [1, 1, 2, 2]}, "from 0 to 1"),
        ({"concept": "cat", "score": 0.5, "box": [1, 1, 2]}, "four numbers"),
        ({"concept": "cat", "score": 0.5, "box": [1, 1, float("nan"), 2]}, "finite number"),
        ({"concept": "cat", "score": 0.5, "box": [0.1, 0.1, 0.5, 0.5]}, "multiply x by its width"),
        ({"concept": "cat", "score": 0.5, "polygon": [(1, 1), (2, 2)]}, "at least three points"),
        ({"concept": "cat", "score": 0.5, "mask": np.zeros((4, 4))}, "mask as an array of bool"),
        (("cat", 0.5), "dicts with concept, score"),
        ("cat", "dicts with concept, score"),
        (Guess("cat", 0.5), "a region with each object"),
        (Guess("cat", 0.5, (float("nan"), 1, 2, 3)), "cannot be one"),
    ],
)
def test_what_is_no_object_is_refused_with_one_sentence(said, sentence):
    with pytest.raises(ModelFailed, match=r"expected|answered") as refused:
        objects(said)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_B08_shapes_that_were_not_declared_are_refused():
    with pytest.raises(ModelFailed, match="declare it with shapes='box'"):
        objects({"concept": "cat", "score": 0.5, "box": [1, 1, 9, 9]}, shapes="polygon")
    with pytest.raises(ModelFailed, match="a list of dicts"):
        predictor(lambda _: [{"cat": 0.5}], labels=["cat"], shapes="box").predict_batch([SEEN])
    for shapes in ("circle", [], ["label", "box"]):
        with pytest.raises(BadInput, match="shapes"):
            predictor(len, labels=["a"], shapes=shapes)
    fits(predictor(len, labels=["a"], shapes="box"), "detection")
