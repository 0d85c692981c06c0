"""The segment assist: point, look, accept; nothing is written down before, and no late answer is drawn."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler.domain.geometry import Box
from notebook_labeler.errors import BadInput, LabelerError, UnknownModel

LIMIT = 60
BOX = [58, 38, 84, 44]  # around the blue thing in the first picture
THING = Box(60, 40, 80, 40)


@pytest.fixture
def project(tmp_path):
    """Three pictures of 200 x 120, each with one blue thing on light ground, a little further to the right."""
    folder = tmp_path / "things"
    folder.mkdir()
    for n, name in enumerate("abc"):
        pixels = np.full((120, 200, 3), 230, np.uint8)
        pixels[40:80, 60 + 10 * n : 140 + 10 * n] = (40, 90, 200)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    with nl.open_project(tmp_path / "project", actor="ana") as opened:
        opened.add_inputs(folder)
        yield opened


@pytest.fixture
def session(project):
    session = project.create_task("things", kind="segmentation", concepts=["sheep", "dog"]).session()
    yield session
    session.close()


def slowly(session):
    """Make pictures come only when told. Gives what tells, and what says that one is waited for."""
    free, begun, sight = threading.Event(), threading.Event(), session.sight

    def look(given, full):
        begun.set()
        assert free.wait(LIMIT)
        return sight.look(given, full)

    session.sight = replace(sight, look=look)
    return free, begun


def test_X06_H07_a_box_becomes_a_proposal_and_then_an_object(session, project):
    phases = []
    session.observe(lambda old, new: phases.append(new.proposal and new.proposal.phase))
    proposal = session.segment(box=BOX).value(LIMIT)
    assert phases == ["waiting", "ready"]
    assert session.state.proposal == proposal
    assert proposal.region.bounds == THING
    assert len(project.annotations) == 0
    made = session.accept_proposal("sheep", op_id="once")
    thing = session.state.objects[made]
    assert (thing.concept, thing.state, thing.region) == ("sheep", "accepted", proposal.region)
    assert session.state.proposal is None
    row = project.annotations.iloc[0]
    assert (row["concept"], row["via"], row["shape"]) == ("sheep", "segmented", "polygon")
    session.undo()
    assert not session.state.objects


def test_X06_clicks_alone_will_do_and_later_clicks_refine(session):
    first = session.segment(points=[(100, 60)]).value(LIMIT)
    assert first.region.contains(100, 60)
    second = session.segment(points=[(100, 60), (20, 20, False)]).value(LIMIT)
    assert second.number == first.number + 1
    assert second.points == ((100.0, 60.0, True), (20.0, 20.0, False))
    assert not second.region.contains(20, 20)


def test_X06_the_tolerance_can_be_changed_without_asking_again(session):
    session.segment(points=[(100, 60)], tolerance=0.5).value(LIMIT)
    calls = []
    session.sight = replace(session.sight, look=lambda *_: calls.append(1))
    session.set_tolerance(30)
    assert session.state.proposal.tolerance == 30
    assert session.state.proposal.phase == "ready"
    assert calls == []
    session.discard_proposal()
    session.set_tolerance(2.5)
    assert session.state.proposal is None


def test_A08_leaving_the_input_discards_the_proposal_and_a_late_answer_is_dropped(session):
    free, begun = slowly(session)
    job = session.segment(box=BOX)
    assert begun.wait(LIMIT)
    session.next()
    seen = []
    session.observe(lambda old, new: seen.append(new.proposal))
    free.set()
    assert job.wait(LIMIT).state == "cancelled"
    assert session.state.proposal is None
    session.previous()
    assert session.state.proposal is None
    assert set(seen) <= {None}
    ready = session.segment(box=BOX).value(LIMIT)
    session.next()
    assert ready.phase == "ready"
    assert session.state.proposal is None
    with pytest.raises(BadInput, match="none"):
        session.accept_proposal("sheep")


def test_A08_of_quick_clicks_the_last_one_is_shown(session):
    free, begun = slowly(session)
    jobs = [session.segment(points=[(100, 60), (20 + n, 20, False)]) for n in range(6)]
    assert begun.wait(LIMIT)
    free.set()
    proposal = jobs[-1].value(LIMIT)
    assert proposal.points[1][0] == 25
    assert session.state.proposal == proposal
    assert [job.wait(LIMIT).state for job in jobs[:-1]] == ["cancelled"] * 5


def test_X06_waiting_can_be_cancelled_and_what_is_waited_for_is_not_accepted(session):
    free, begun = slowly(session)
    job = session.segment(box=BOX)
    assert begun.wait(LIMIT)
    with pytest.raises(BadInput, match="wait"):
        session.accept_proposal("sheep")
    session.discard_proposal()
    assert session.state.proposal is None
    assert job.wait(LIMIT).state == "cancelled"
    free.set()
    assert session.segment(box=BOX).value(LIMIT).phase == "ready"


def test_X06_a_message_for_an_input_left_behind_changes_nothing(session):
    first = session.state.input.input_id
    session.next()
    assert session.segment(box=BOX, input_id=first).wait(LIMIT).state == "cancelled"
    assert session.state.proposal is None
    session.segment(box=BOX).value(LIMIT)
    session.discard_proposal(input_id=first)
    session.set_tolerance(3, input_id=first)
    assert session.state.proposal.tolerance != 3


def test_X06_a_picture_that_cannot_be_opened_is_said_and_the_next_click_works(session, project):
    good = session.sight

    def broken(given, full):
        raise LabelerError("expected a whole picture, got <b>none</b>.")

    session.sight = replace(good, look=broken)
    with pytest.raises(LabelerError):
        session.segment(box=BOX).value(LIMIT)
    assert (session.state.proposal.phase, session.state.proposal.region) == ("failed", None)
    assert "<b>none</b>" in session.state.proposal.message
    session.sight = good
    assert session.segment(box=BOX).value(LIMIT).phase == "ready"


def test_X06_the_concept_may_be_the_one_that_is_drawn_with(session):
    session.segment(box=BOX).value(LIMIT)
    with pytest.raises(BadInput, match="concept"):
        session.accept_proposal()
    session.draw_with("dog")
    made = session.accept_proposal()
    assert session.state.objects[made].concept == "dog"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"points": [(1, 1, False)]},
        {"points": "10,10"},
        {"points": [1, 2]},
        {"points": [(float("nan"), 1)]},
        {"points": [(1, 2, 3, 4)]},
        {"points": [(5, 5)] * 201},
        {"box": [1, 2, 3]},
        {"box": [1, 2, 0, 5]},
        {"box": BOX, "tolerance": -1},
        {"box": BOX, "tolerance": "1"},
        {"box": BOX, "tolerance": float("inf")},
    ],
    ids=str,
)
def test_X06_what_points_at_nothing_is_refused(session, asked):
    with pytest.raises(BadInput):
        session.segment(**asked)
    assert session.state.proposal is None


@pytest.mark.parametrize("box", [[-50, -50, 60, 60], [190, 110, 500, 500], [-1000, -1000, 5000, 5000], [0, 0, 1, 1]])
def test_X06_boxes_over_the_border_are_survived_and_the_outline_stays_on_the_picture(session, box):
    proposal = session.segment(box=box).wait(LIMIT).result
    assert proposal.phase in ("ready", "failed")
    if proposal.region is not None:
        x0, y0, x1, y1 = proposal.region.bounds.corners
        assert (x0 >= 0, y0 >= 0, x1 <= 200, y1 <= 120) == (True,) * 4


def test_X06_unknown_segmenters_are_refused_and_a_known_one_is_kept(session):
    for odd in ("sam", "", "hf:", 5):
        with pytest.raises(UnknownModel):
            session.set_segmenter(odd)
    assert session.state.segmenter == "grabcut"


def test_X06_a_model_that_is_not_there_is_said_at_the_first_click(session, tmp_path):
    session.set_segmenter(f"hf:{tmp_path}")
    with pytest.raises(UnknownModel):
        session.segment(box=BOX).value(LIMIT)
    assert "config.json" in session.state.proposal.message
    session.set_segmenter("grabcut")
    assert session.state.proposal is None
    assert session.segment(box=BOX).value(LIMIT).phase == "ready"


def test_X06_tasks_of_whole_inputs_have_no_segment_assist(project):
    session = project.create_task("whole", concepts=["sheep"]).session()
    with pytest.raises(BadInput, match="detection or segmentation"):
        session.segment(box=BOX)
    session.close()
