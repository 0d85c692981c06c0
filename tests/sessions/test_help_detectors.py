"""Detectors beside a session: what they are asked for follows the task; labels come from boxes too."""

import pytest

import notebook_labeler as nl
from notebook_labeler.domain.predictions import Guess
from notebook_labeler.runs.runner import Runner


@pytest.fixture
def asked(monkeypatch):
    """Put a function in the place of every named model; gives the names and options that were opened."""
    opened, real = [], Runner.open

    def open_instead(self, model, **options):
        if not isinstance(model, str):
            return real(self, model, **options)
        opened.append((model, options))
        words = options.get("labels") or options.get("concepts")
        if "zero-shot" not in model:
            words = ["sheep", "dog"]
        elif not words:
            return real(self, lambda pictures: [], labels=[])
        boxes = [{"concept": word, "score": 0.9, "box": [n, n, 9, 9]} for n, word in enumerate(words)]
        return real(self, lambda pictures: [boxes for _ in pictures], labels=words, shapes=["box", "polygon"])

    monkeypatch.setattr(Runner, "open", open_instead)
    return opened


def suggested(session):
    return [s.concept for s in session.state.suggestions]


def test_A04_a_zero_shot_detector_is_opened_anew_when_the_concepts_change(open_session, asked, until):
    session = open_session(kind="detection", concepts=["sheep"], model="hf:zero-shot/owl")
    until(session, lambda s: [x.concept for x in s.suggestions] == ["sheep"])
    session.draw("black dog", [1, 1, 5, 5])
    until(session, lambda s: {x.concept for x in s.suggestions} == {"sheep", "black dog"})
    assert [options["concepts"] for _, options in asked] == [["sheep"], ["sheep", "black dog"]]
    session.undo()
    until(session, lambda s: [x.concept for x in s.suggestions] == ["sheep"])


def test_a_zero_shot_detector_without_a_concept_waits_for_the_first(open_session, asked, until):
    session = open_session(kind="detection", model="hf:zero-shot/owl")
    until(session, lambda s: s.assist.phase == "failed")
    session.draw("sheep", [1, 1, 5, 5])
    until(session, lambda s: s.assist.phase == "ready")
    assert asked[-1][1]["concepts"] == ["sheep"]


def test_a_detector_with_words_of_its_own_is_not_opened_again(open_session, asked, until):
    session = open_session(kind="detection", concepts=["sheep"], model="hf:closed/detr")
    until(session, lambda s: [x.concept for x in s.suggestions] == ["sheep"])
    session.draw("tree", [1, 1, 5, 5])
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("kind", "model", "options"),
    [
        ("classification", "toys", {}),
        ("detection", "toys", {"boxes": True}),
        ("segmentation", "toys", {"polygons": True}),
        ("classification", "tv:maskrcnn_resnet50_fpn", {"polygons": False}),
        ("detection", "tv:maskrcnn_resnet50_fpn", {}),
        ("segmentation", "tv:maskrcnn_resnet50_fpn", {"polygons": True}),
        ("detection", "timm/resnet18", {}),
    ],
)
def test_H07_a_model_is_opened_for_the_shapes_that_the_task_draws(open_session, asked, until, kind, model, options):
    session = open_session(kind=kind, concepts=["sheep"], model=model)
    until(session, lambda s: not s.assist.waiting)
    assert asked == [(model, options)]


def test_A04_a_classification_takes_labels_from_boxes(open_session, ready):
    def detect(picture):
        return [Guess("cat", 0.4, (1, 1, 9, 9)), Guess("cat", 0.7, (10, 1, 19, 9)), Guess("dog", 0.2, (1, 1, 5, 5))]

    model = nl.predictor(detect, labels=["cat", "dog"], batched=False, shapes="box", name="boxes", version="1")
    session = open_session(concepts=["cat", "dog"], model=model)
    ready(session)
    assert [(s.concept, s.score, s.region) for s in session.state.suggestions] == [
        ("cat", 0.7, None),
        ("dog", 0.2, None),
    ]


def test_B08_boxes_for_polygons_are_refused_with_a_reason(open_session, until):
    model = nl.predictor(lambda pictures: [], labels=["cat"], shapes="box", name="boxes")
    session = open_session(kind="segmentation", concepts=["cat"], model=model)
    until(session, lambda s: s.assist.phase == "failed")
    assert "polygons for a segmentation task, got 'boxes', which gives boxes" in session.state.assist.message
