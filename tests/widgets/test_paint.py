"""What the front end is told to paint, read from plain values."""

from dataclasses import replace

import pytest

from notebook_labeler.domain import labeling
from notebook_labeler.domain.rows import Lens
from notebook_labeler.sessions.state import FAILED, LOADING, Notice, Saving
from notebook_labeler.widgets import paint


@pytest.mark.parametrize(
    ("score", "shown"),
    [(0.899, "0.89"), (0.29, "0.29"), (0.9, "0.90"), (1.0, "1.00"), (0.0, "0.00"), (0.9999, "0.99"), (1e-9, "0.00")],
)
def test_C02_a_probability_is_rounded_down(score, shown):
    assert paint.two_digits(score) == shown


def test_C01_rows_stand_by_descending_probability_with_hotkeys_in_that_order(make_state, propose):
    rows = paint.pane_rows(make_state([propose("sheep", 0.2), propose("car", 0.9)]))
    assert [(r["concept"], r["number"], r["hotkey"]) for r in rows] == [
        ("car", "0.90", "1"),
        ("sheep", "0.20", "2"),
        ("truck", "", "3"),
    ]


def test_C04_the_title_counts_labels_and_suggestions_inside_the_range(make_state, propose):
    state = make_state([propose("car", 0.9), propose("sheep", 0.2)])
    assert paint.pane(state)["title"] == "Classifications (2)"
    assert paint.pane(replace(state, lens=Lens(0.5, 1.0)))["title"] == "Classifications (1)"


def test_C07_a_score_that_passes_the_submit_threshold_is_marked(make_state, propose):
    rows = paint.pane_rows(make_state([propose("car", 0.9), propose("sheep", 0.2)], submit_threshold=0.9))
    assert [r["passing"] for r in rows] == [True, False, False]


def test_D04_annotators_are_people_and_models_by_name(make_session, make_state, propose):
    session = make_session(make_state([propose("car", 0.9)]))
    session.accept("car")
    row = paint.pane_rows(session.state)[0]
    assert (row["state"], row["people"], row["models"]) == ("accepted", ["ana"], ["toys"])


def test_B12_the_original_of_a_renamed_label_is_painted(make_session, make_state, propose):
    session = make_session(make_state([propose("car", 0.9)]))
    session.accept("car")
    session.rename("car", "auto")
    row = next(r for r in paint.pane_rows(session.state) if r["concept"] == "auto")
    assert row["original"] == "car"


def test_an_empty_pane_says_why(make_state):
    bare = make_state(concepts=())
    assert "Add a concept" in paint.pane(bare)["empty"]
    assert "matches" in paint.pane(replace(bare, lens=Lens(search="x")))["empty"]
    waiting = replace(bare, assist=replace(bare.assist, phase=LOADING))
    assert "Waiting for the model" in paint.pane(waiting)["empty"]
    assert "no input" in paint.pane(replace(bare, input=None, desk=None))["empty"]


def test_thousands_of_suggestions_are_listed_as_far_as_one_can_read_and_the_rest_is_said(make_state, propose):
    state = make_state([propose(f"c{i}", 1 - i / 2000) for i in range(1000)])
    rows = paint.pane_rows(state)
    assert [r["state"] for r in rows] == ["suggested"] * 300 + ["choice"] * 3
    assert paint.pane(state)["title"] == "Classifications (1000)"
    assert paint.pane(state)["empty"].startswith("700 more suggestions")


def test_the_header_says_where_one_is_and_what_undo_takes_back(make_state):
    head = paint.header(replace(make_state(), undo="accept_all", redo=None, notice=Notice(3, "Done.")))
    assert (head["position"], head["total"], head["done"], head["left"], head["skipped"]) == (12, 400, 11, 386, 3)
    assert (head["undo"], head["redo"]) == ("accept all", None)
    assert head["notice"] == {"number": 3, "text": "Done.", "kind": "info"}


def test_X02_saved_is_only_said_when_the_state_says_so(make_state):
    refused = paint.header(replace(make_state(), saving=Saving("unsaved", "the disk is full.")))
    assert (refused["saving"], refused["why"]) == ("unsaved", "the disk is full.")
    assert paint.header(make_state())["saving"] == "saved"


def test_A08_the_section_says_what_the_model_does(make_state):
    state = make_state()
    failed = replace(state, assist=replace(state.assist, phase=FAILED, message="no file x.pth; check the path."))
    assert paint.assist(failed)["message"] == "no file x.pth; check the path."
    loading = paint.assist(replace(state, assist=replace(state.assist, phase=LOADING)))
    assert loading["waiting"]
    assert "loaded" in loading["message"]


def test_B05_accept_all_does_not_count_ambiguous_candidates(make_state, propose):
    assert paint.bulk(make_state([propose("car", 0.9), propose("sheep", 0.5, ambiguous=True)]))["acceptable"] == 1


def test_B01_B02_concepts_are_mapped_or_unmapped(make_state):
    tab = paint.mapping(make_state())
    assert [line["concept"] for line in tab["mapped"]] == ["car"]
    assert [line["concept"] for line in tab["unmapped"]] == ["sheep"]
    assert tab["mapped"][0]["links"][0] == {
        "other": "sports car",
        "relation": "hyponym",
        "word": "kind of it",
        "source": "a kind of it",
    }
    assert tab["unmapped"][0]["recommended"][0]["reason"] == "a kind of it"
    assert tab["recommended"] == 1


def test_painting_decides_nothing_that_the_labeling_verbs_decide(make_state, propose):
    state = make_state([propose("car", 0.9)], submit_threshold=0.5)
    declined = labeling.decline(state.desk, "car", state.suggestions[0])
    scene = replace(state.desk.scene, verdicts=(declined[0].after,))
    assert not paint.pane_rows(replace(state, desk=replace(state.desk, scene=scene)))[0]["passing"]
