"""Predictions that are in a table already, answered by input."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from notebook_labeler.domain.inputs import Input
from notebook_labeler.errors import BadInput
from notebook_labeler.models.adopt import adopt
from notebook_labeler.models.fits import fits
from notebook_labeler.models.table import table
from notebook_labeler.runs.runner import Runner

A, B = Input.at("/photos/a.jpg"), Input.at("/photos/b.jpg")
LONG = {"concept": ["dog", "cat", "cat"], "score": [0.2, 0.7, 1]}


def said(model, *inputs):
    return [[(g.concept, g.score) for g in answer.guesses] for answer in model.predict_inputs(inputs)]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("uri", ["/photos/a.jpg", "/photos/a.jpg", "/photos/b.jpg"]),
        ("path", ["/photos/a.jpg", "/photos/a.jpg", "/photos/b.jpg"]),
        ("name", ["a.jpg", "a.jpg", "b.jpg"]),
        ("input_id", [A.input_id, A.input_id, B.input_id]),
    ],
)
def test_a_long_table_answers_by_whatever_names_the_input(column, values):
    model = table(pd.DataFrame({column: values, **LONG}))
    assert said(model, B, A) == [[("cat", 1.0)], [("cat", 0.7), ("dog", 0.2)]]
    assert model.vocabulary.labels == ("dog", "cat")


def test_a_wide_table_has_a_column_per_concept_and_empty_cells_say_nothing():
    model = table(pd.DataFrame({"name": ["a.jpg", "b.jpg"], "cat": [0.5, np.nan], "traffic  light": [0.1, 1]}))
    assert said(model, A, B) == [[("cat", 0.5), ("traffic light", 0.1)], [("traffic light", 1.0)]]


def test_an_input_that_the_table_does_not_have_gets_no_suggestions():
    assert said(table(pd.DataFrame({"name": ["a.jpg"], "cat": [0.5]})), B) == [[]]


def test_of_two_scores_for_the_same_concept_the_higher_counts():
    frame = pd.DataFrame({"name": ["a.jpg"] * 2, "concept": ["cat", "cat "], "score": [0.9, 0.1]})
    assert said(table(frame), A) == [[("cat", 0.9)]]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"file": ["a"], "cat": [0.5]}, "expected a column input_id, uri, path or name"),
        ({"name": ["a"], "concept": ["cat"]}, "column score"),
        ({"name": ["a"]}, "one column per concept"),
        ({"name": ["a"], "concept": ["cat"], "score": [3.2]}, "got 3.2 for 'cat'"),
        ({"name": ["a"], "concept": ["cat"], "score": ["high"]}, "numbers from 0 to 1"),
        ({"name": ["a"], "cat": ["high"]}, "numbers from 0 to 1 in the column 'cat'"),
        ({"name": ["a"], "cat": [-0.1]}, "got -0.1"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(columns, sentence):
    with pytest.raises(BadInput) as reason:
        table(pd.DataFrame(columns))
    assert sentence in str(reason.value)


def test_the_same_table_has_the_same_key_and_another_has_another():
    frame = pd.DataFrame({"name": ["a.jpg", "b.jpg"], "cat": [0.5, 0.6]})
    assert table(frame).key == table(frame.iloc[::-1]).key
    assert table(frame).key != table(frame.assign(cat=[0.5, 0.7])).key


def test_a_table_predicts_through_the_runner_without_opening_any_picture():
    with Runner() as runner:
        handle = runner.open(pd.DataFrame({"name": ["a.jpg"], "cat": [0.5]}), name="earlier").value(30)
        job = runner.predict(handle, [A, B])
        assert [len(p.guesses) for p in job.value(30)] == [1, 0]
        assert (handle.name, job.failed) == ("earlier", 0)


def test_a_frame_is_recognised_as_a_table():
    assert adopt(pd.DataFrame({"name": ["a.jpg"], "cat": [0.5]})).vocabulary.labels == ("cat",)


def test_a_path_leads_to_its_input_however_it_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one = Input.at(str(tmp_path / "photos" / "a.jpg"))
    web = Input.at("https://example.org/a.jpg")
    paths = ["photos/a.jpg", "../" + tmp_path.name + "/photos/./a.jpg", web.uri]
    for path in paths:
        model = table(pd.DataFrame({"path": [path], "concept": ["cat"], "score": [0.5]}))
        assert said(model, web if path == web.uri else one) == [[("cat", 0.5)]]


def test_columns_of_several_rows_are_refused():
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("name", "a"), ("cat", "b")]))
    with pytest.raises(BadInput, match="one row of column names"):
        table(frame)


OBJECTS = {
    "name": ["a.jpg"] * 4 + ["b.jpg"],
    "concept": ["sheep", "sheep ", "dog", "cat", "dog"],
    "score": [0.5, 0.9, np.nan, 0.3, 0.2],
    "box": [[1, 2, 3, 4], np.array([5.5, 6, 7, 8]), "[0, 0, 9, 9]", None, None],
    "polygon": [None, None, None, None, [[0, 0, 4, 0, 4, 3]]],
}


def test_A04_several_objects_of_one_concept_stay_and_keep_their_regions():
    model = table(pd.DataFrame(OBJECTS))
    one, other = model.predict_inputs([A, B])
    assert [(g.concept, g.score, g.box) for g in one.guesses] == [
        ("dog", 1.0, (0, 0, 9, 9)),
        ("sheep", 0.9, (5.5, 6, 12.5, 14)),
        ("sheep", 0.5, (1, 2, 4, 6)),
    ]
    assert [(g.box, g.polygon) for g in other.guesses] == [((0, 0, 4, 3), ((0, 0, 4, 0, 4, 3),))]
    assert model.vocabulary.shapes == {"box", "polygon"}
    assert model.vocabulary.labels == ("sheep", "dog")  # the row without a region says nothing
    fits(model, "segmentation")


def test_a_table_without_any_region_is_one_of_labels():
    frame = pd.DataFrame({**OBJECTS, "box": None, "polygon": None})
    assert table(frame).vocabulary.shapes == {"label"}
    assert said(table(frame), B) == [[("dog", 0.2)]]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"box": [[1, 2, 3]] * 5}, "expected a box in row 0 of the objects"),
        ({"box": ["nonsense"] * 5}, "expected a box in row 0"),
        ({"box": [[1, 2, 0, 4]] * 5}, "positive width"),
        ({"box": [[1, 2, float("inf"), 4]] * 5}, "finite number"),
        ({"polygon": [[[0, 0, 1, 1]]] * 5}, "expected a polygon in row 0"),
        ({"score": [7.0] * 5}, "got 7.0 for 'sheep'"),
    ],
)
def test_a_table_of_objects_that_cannot_be_read_says_where(columns, sentence):
    with pytest.raises(BadInput) as reason:
        table(pd.DataFrame({**OBJECTS, **columns}))
    assert sentence in str(reason.value)
    with pytest.raises(BadInput, match="column concept beside box"):
        table(pd.DataFrame({"name": ["a.jpg"], "box": [[1, 2, 3, 4]]}))


def test_A04_the_annotations_of_one_task_are_suggestions_in_another(tmp_path):
    import notebook_labeler as nl

    Image.new("RGB", (40, 30)).save(tmp_path / "a.png")
    with nl.open_project(tmp_path / "project", actor="ana") as project:
        project.add_inputs(tmp_path / "a.png")
        first = project.create_task("first", kind="detection", concepts=["sheep"])
        session = first.session()
        session.draw("sheep", [1, 2, 3, 4])
        session.draw("sheep", [10, 2, 3.5, 4])
        session.close()
        second = project.create_task("second", kind="detection", concepts=["sheep"])
        helped = second.session(model=first.annotations)
        helped.wait(60)
        boxes = [s.region.sides for s in helped.state.suggestions]
        helped.close()
    assert sorted(boxes) == [(1, 2, 3, 4), (10, 2, 3.5, 4)]
