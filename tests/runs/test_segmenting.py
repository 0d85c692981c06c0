"""Outlines in the background: the newest question counts, and torch stays out of the notebook."""

import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from notebook_labeler.domain.geometry import Box
from notebook_labeler.errors import LabelerError, UnknownModel, UnreadableInput
from notebook_labeler.media.image import Picture
from notebook_labeler.models.segment.segmenter import Cut, Prompt
from notebook_labeler.runs.runner import Runner
from notebook_labeler.runs.segment_wire import cut_from, cut_to, prompt_from, prompt_to

LIMIT = 300
pytestmark = pytest.mark.xdist_group("child")
PROMPT = Prompt(((100.0, 60.0, True),), Box(58, 38, 84, 44))


def picture(detail=1.0):
    """A blue box from 60, 40 to 140, 80 on light ground, 200 x 120; decoded smaller if asked."""
    pixels = np.full((120, 200, 3), 230, np.uint8)
    pixels[40:80, 60:140] = (40, 90, 200)
    rgb = Image.fromarray(pixels)
    return Picture(rgb.resize((int(200 * detail), int(120 * detail))), 200, 120)


@pytest.fixture(scope="module")
def runner():
    with Runner() as runner:
        yield runner


def test_X06_grabcut_gives_an_outline_in_source_pixels(runner):
    found = runner.segment("grabcut", "a", lambda full: picture(), PROMPT, group="g").value(LIMIT)
    assert found.outline(1.0).bounds.sides == (60.0, 40.0, 80.0, 40.0)
    assert found.key.startswith("grabcut")


def test_X06_a_small_object_of_a_large_picture_is_looked_at_with_all_its_pixels(runner):
    asked = []

    def look(full):
        asked.append(full)
        return picture(1.0 if full else 0.25)

    found = runner.segment("grabcut", "b", look, PROMPT, group="g").value(LIMIT)
    assert found.outline(1.0).bounds.sides == (60.0, 40.0, 80.0, 40.0)
    runner.segment("grabcut", "b", look, PROMPT, group="g").value(LIMIT)
    assert asked == [False, True]


def test_A08_of_questions_asked_quickly_the_newest_alone_is_answered(runner):
    begun, free = threading.Event(), threading.Event()

    def slow(full):
        begun.set()
        assert free.wait(LIMIT)
        return picture()

    first = runner.segment("grabcut", "slow", slow, PROMPT, group="g")
    assert begun.wait(LIMIT)
    looked = []
    waiting = [
        runner.segment("grabcut", f"w{n}", lambda full: looked.append(1) or picture(), PROMPT, group="g")
        for n in range(5)
    ]
    other = runner.segment("grabcut", "other", lambda full: picture(), PROMPT, group="another")
    free.set()
    assert waiting[-1].value(LIMIT).outline(1.0) is not None
    assert [job.state for job in (first, *waiting[:-1])] == ["cancelled"] * 5
    assert len(looked) == 1
    assert other.wait(LIMIT).state == "done"


def test_X06_a_picture_that_cannot_be_opened_fails_the_job_with_its_sentence(runner):
    def broken(full):
        raise UnreadableInput("expected a whole picture, got 'a.jpg'.")

    job = runner.segment("grabcut", "broken", broken, PROMPT, group="g").wait(LIMIT)
    assert str(job.error) == "expected a whole picture, got 'a.jpg'."
    with pytest.raises(LabelerError, match="ZeroDivisionError"):
        runner.segment("grabcut", "odd", lambda full: 1 / 0, PROMPT, group="g").value(LIMIT)


def test_X06_a_model_answers_from_its_process_and_sees_each_picture_once(runner, tiny_sam):
    spec = f"hf:{tiny_sam('sam2')}"  # both kinds are asked in tests/models/test_sam.py
    ahead = runner.segment(spec, "a", lambda full: picture(), None, group="g").value(LIMIT)
    sizes = []
    ask = runner._child.ask
    runner._child.ask = lambda header, parts, *rest: (sizes.append(len(parts)), ask(header, parts, *rest))[1]
    found = runner.segment(spec, "a", lambda full: picture(0.5), PROMPT, group="g").value(LIMIT)
    assert found.cut.mask.shape == (120, 200)  # as it was seen first
    assert found.key == ahead.key
    runner.segment(spec, "other", lambda full: picture(), PROMPT, group="g").value(LIMIT)
    assert sizes == [0, 0, 1]  # known; not known, so sent along
    del runner._child.ask


def test_X06_a_model_that_is_not_there_says_so(runner, tmp_path):
    with pytest.raises(UnknownModel, match=r"config\.json"):
        runner.segment(f"hf:{tmp_path}", "a", lambda full: picture(), PROMPT, group="g").value(LIMIT)
    with pytest.raises(UnknownModel):
        runner.segment("sam", "a", lambda full: picture(), PROMPT, group="g")


def test_X06_importing_the_segmenters_loads_neither_opencv_nor_torch():
    code = "import sys, notebook_labeler.runs.runner; print({'cv2', 'torch', 'transformers'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


def test_X06_what_travels_comes_back_equal():
    for prompt in (PROMPT, Prompt(box=Box(0.5, 1, 2, 3)), Prompt(((1, 2, True), (3, 4.5, False)))):
        assert prompt_from(prompt_to(prompt)) == prompt
    mask = np.random.default_rng(0).random((13, 29)) < 0.5
    back = cut_from(*cut_to(Cut(mask, 3, 4, 1.5)))
    assert (back.mask == mask).all()
    assert (back.left, back.top, back.scale) == (3, 4, 1.5)


def test_X06_a_closed_runner_refuses():
    runner = Runner()
    runner.close()
    with pytest.raises(LabelerError, match="closed"):
        runner.segment("grabcut", "a", lambda full: picture(), PROMPT, group="g")
