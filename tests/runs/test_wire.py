"""What is sent through the pipe arrives as it was."""

import io
from pathlib import Path

import numpy as np
import pytest

from notebook_labeler import errors
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.predictions import Guess, Vocabulary
from notebook_labeler.models.predictor import Answer
from notebook_labeler.runs import wire
from notebook_labeler.runs.engine import Item, Reply
from notebook_labeler.runs.frames import read_frame, write_frame


def through(header, parts=()):
    pipe = io.BytesIO()
    write_frame(pipe, header, parts)
    pipe.seek(0)
    return read_frame(pipe)


@pytest.mark.parametrize("parts", [[], [b""], [b"a", b"", b"\x00" * 70_000]])
def test_a_frame_arrives_with_all_its_parts(parts):
    header = {"text": 'né "<b>\n', "surrogate": "a\udcff", "numbers": [1, 0.1, None]}
    assert through(header, parts) == (header, parts)


def test_two_frames_in_a_row_are_told_apart_and_the_end_is_none():
    pipe = io.BytesIO()
    write_frame(pipe, {"n": 1}, [b"x"])
    write_frame(pipe, {"n": 2})
    pipe.seek(0)
    assert [read_frame(pipe), read_frame(pipe), read_frame(pipe)] == [({"n": 1}, [b"x"]), ({"n": 2}, []), None]


def test_a_frame_that_breaks_off_anywhere_is_the_end_and_no_error():
    pipe = io.BytesIO()
    write_frame(pipe, {"n": 1}, [b"xyz"])
    whole = pipe.getvalue()
    assert {read_frame(io.BytesIO(whole[:n])) is None for n in range(len(whole))} == {True}


def test_inputs_arrive_as_paths_bytes_or_reasons():
    items = [
        Item(Input("1", "/a b.jpg"), Path("/a b.jpg")),
        Item(Input("2", ""), b"\xff\xd8"),
        Item(Input("3", ""), error="it is gone"),
    ]
    assert wire.items_from(*wire.items_to(items)) == items


def test_replies_arrive_with_boxes_polygons_and_embeddings():
    labels = ("cat", "dog")
    told = Answer(
        (Guess("dog", 0.75, (0, 1, 2.5, 3)), Guess("cat", 0.1, None, ((0, 0, 1, 0, 1, 1), (0, 0, 0.5, 0, 0.5, 0.5)))),
        np.array([1.5, -2], dtype=np.float32),
    )
    replies = [Reply("1", told), Reply("2", error="torn"), Reply("3", Answer())]
    places = {label: n for n, label in enumerate(labels)}
    back = wire.replies_from(*through(*wire.replies_to(replies, places, embeddings=True)), labels)
    assert back == replies
    assert back[0].answer.embedding.tolist() == [1.5, -2.0]
    back = wire.replies_from(*through(*wire.replies_to(replies, places, embeddings=False)), labels)
    assert back[0].answer.embedding is None


@pytest.mark.parametrize("synsets", [None, (1, None)])
def test_a_model_arrives_with_its_vocabulary(synsets):
    class Model:
        key, name, licence = "k", "n", "mit"
        vocabulary = Vocabulary(("a", "b"), synsets, False, frozenset({"box"}))

    opened = wire.opened_from("id", through(wire.opened_to(Model(), 8))[0])
    assert opened == wire.Opened("id", "k", "n", Model.vocabulary, 8, "mit")


@pytest.mark.parametrize("kind", sorted(wire.FAMILY))
def test_an_error_of_ours_arrives_as_the_same_kind_with_its_sentence(kind):
    error = wire.FAMILY[kind]("expected this, got that.")
    back = wire.error_from(through(wire.error_to(error))[0])
    assert type(back) is type(error)
    assert str(back) == "expected this, got that."


def test_any_other_error_arrives_as_a_failed_model_in_one_sentence():
    back = wire.error_from(wire.error_to(ZeroDivisionError("no\nway")))
    assert type(back) is errors.ModelFailed
    assert str(back) == "the model could not be opened: ZeroDivisionError: no way"
