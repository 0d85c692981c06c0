import pytest

from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.records import (
    Annotation,
    Assignment,
    Concept,
    Failure,
    Relation,
    TaskRecord,
    Verdict,
    from_json,
    label_id,
    to_json,
)
from notebook_labeler.errors import BadInput

EXAMPLES = [
    Concept.named("Größe <b>"),
    Relation.between("vehicle", "car", relation="hyponym"),
    Annotation(
        task_id="t",
        annotation_id="a",
        input_id="i",
        concept="cat",
        concept_key="cat",
        score=0.25,
        geometry='{"box":[1.5,2,3,4]}',
        shape="box",
    ),
    Verdict(task_id="t", input_id="i", suggestion_id="s", by="ana"),
    Assignment(task_id="t", input_id="i", position=3, comment='"quoted"'),
    TaskRecord(task_id="t", name="garments", settings="{}"),
    Failure(run_id="r", go=2, input_id="i", why="“<b>” is no picture."),
]


@pytest.mark.parametrize("record", EXAMPLES, ids=lambda r: r.kind)
def test_a_record_written_and_read_is_equal(record):
    assert from_json(to_json(record)) == record


def test_a_record_written_by_a_later_version_is_read_without_what_is_unknown():
    assert from_json({**to_json(EXAMPLES[0]), "colour": "red"}) == EXAMPLES[0]


def test_accepting_twice_is_one_row():
    assert label_id("t", "i", "Cat", "ana") == label_id("t", "i", "cat ", "ana") != label_id("t", "i", "cat", "bo")


def test_a_change_follows_the_version_that_was_seen():
    seen = EXAMPLES[0]
    with pytest.raises(BadInput, match="version 2"):
        Change(seen, seen)
    with pytest.raises(BadInput, match="keeps its key"):
        Change(seen, Concept.named("other"))


def test_an_operation_that_changes_nothing_is_none():
    seen = EXAMPLES[0]
    assert Operation.of("rename", [Change(seen, seen.changed())], actor="ana") is None
    assert Operation.of("nothing", [], actor="ana") is None
    assert Operation.of("add", [Change(None, seen)], actor="ana") is not None
