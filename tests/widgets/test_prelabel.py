"""The pre-label widget: what it is told to paint, and what its buttons press; no browser, then one page."""

import time
from dataclasses import replace

import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler.domain.records import FINISHED, RUNNING, STOPPED, Prelabel, Run, dumps
from notebook_labeler.runs.ledger import set_limit
from notebook_labeler.runs.undoing import TakenBack
from notebook_labeler.sessions.prelabel_state import Aside, PrelabelState, Warned
from notebook_labeler.widgets import paint
from notebook_labeler.widgets.paint_prelabel import view
from notebook_labeler.widgets.prelabel import Prelabel as PrelabelWidget
from notebook_labeler.widgets.prelabel import PrelabelView

PATIENCE = 60
EVIL = '<img src=x onerror="alert(1)">'
FAILED_ON = (("in-9", "it is no picture."),)


def a_run(state=RUNNING, **more):
    settings = {"model": "toys", "key": "key-of-toys", "connection": 1, "reasons": {"nothing found": 38}}
    values = {"total": 320, "labeled": 128, "labels": 512, "skipped": 38, "failed": 1, "by": "ana", "message": ""}
    return Run(run_id="r", task_id="t", state=state, settings=dumps(settings), **{**values, **more})


@pytest.fixture
def stands(make_state):
    """Give what stands before a run, or beside one."""

    def state(**more):
        return PrelabelState(make_state(), waiting=320, open=300, backlog=60, **more)

    return state


@pytest.fixture
def widget(tmp_path):
    """The widget over four pictures, of which two have a cat."""
    for n in range(4):
        Image.new("RGB", (8 + n, 6)).save(tmp_path / f"{n}.png")
    model = nl.predictor(
        lambda p: {"cat": 0.9} if p.width < 10 else {}, labels=["cat"], batched=False, name="pets", version="1"
    )
    with nl.open_project(tmp_path / "project", actor="ana") as project:
        project.add_inputs(tmp_path)
        task = project.create_task(EVIL, concepts=["cat"], model=model, assist=False)
        made = task.prelabel()
        made.session.wait_model(PATIENCE)
        yield made
        made.close()


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "never came"
        time.sleep(0.01)


def press(widget, kind, **content):
    widget.view._receive(None, {"kind": kind, **content}, [])


# ---- what is painted


def test_F03_the_bar_says_how_many_how_fast_and_how_long(stands):
    said = view(stands(run=a_run(), phase=RUNNING, rate=24.31, left_s=75.0))
    assert said["running"]
    assert said["far"] == "167 of 320 inputs · 128 labeled · 1 failed"
    assert said["pace"] == "24.3 a second · 1:15 min left"
    assert said["share"] == pytest.approx(167 / 320)
    assert said["totals"] == []


def test_F05_at_the_end_totals_and_failures_are_listed(stands):
    said = view(stands(run=a_run(FINISHED), phase=FINISHED, failed=FAILED_ON, names={"in-9": EVIL}, undoable=True))
    assert [(line["number"], line["text"]) for line in said["totals"]] == [
        ("128", "pre-labeled with 512 annotations"),
        ("38", "skipped: nothing found in the range"),
        ("1", "failed; the next start tries them again"),
    ]
    assert said["failures"] == [{"id": "in-9", "name": EVIL, "why": "it is no picture."}]
    assert said["undoable"]
    assert "128 inputs" in said["undo"]
    assert said["unlisted"] == ""


def test_F05_while_it_goes_on_failures_are_listed_and_more_of_them_than_there_is_room_for_are_said(stands):
    said = view(stands(run=a_run(failed=5000), phase=RUNNING, failed=FAILED_ON, names={"in-9": EVIL}))
    assert (said["ran"], said["totals"], len(said["failures"])) == ("This run", [], 1)
    assert said["failedWords"] == "Why 5,000 inputs failed"
    assert said["unlisted"] == "The first 1 are shown; task.prelabel_failures() lists more."


@pytest.mark.parametrize(
    ("phase", "word"), [(STOPPED, "Continue"), ("left", "Continue"), (FINISHED, "Start"), ("failed", "Start")]
)
def test_F04_after_a_stop_or_a_death_start_continues(stands, phase, word):
    assert view(stands(run=a_run(phase), phase=phase))["start"] == word


def test_F09_the_warning_says_how_many_and_offers_the_first(stands):
    said = view(stands(limit=500, used=400, warned=Warned(320, 100)))
    assert said["warned"]["text"] == "This run would take 320, but 100 of this month's 500 are left."
    assert said["warned"]["first"] == "Pre-label the first 100"
    assert said["limit"]["text"] == "400 of 500 used this month (UTC) · 100 left"


@pytest.mark.parametrize(("phase", "line"), [(STOPPED, "Stopped by ana"), ("idle", "")])
def test_F04_what_is_wrong_with_the_model_is_said_once(stands, phase, line):
    state = stands(run=a_run(phase, message="stopped by ana"), phase=phase)
    broken = replace(state.mapping.assist, phase="failed", message="'f' was a Python object; run its cell again.")
    said = view(replace(state, mapping=replace(state.mapping, assist=broken)))
    assert (said["line"], said["message"], said["why"]) == (line, broken.message, broken.message)
    assert said["start"] == ("Continue" if phase == STOPPED else "Start")


@pytest.mark.parametrize("used", [500, 501])
def test_F10_at_zero_start_cannot_be_pressed(stands, used):
    said = view(stands(limit=500, used=used))
    assert said["why"] == "This month's limit of 500 is used up."
    assert said["limit"]["out"]


def test_F02_the_counts_say_what_waits_and_what_is_put_off(stands):
    said = view(stands())
    assert said["counts"] == {"open": "300", "marked": "20", "backlog": "60"}
    assert said["movable"]
    assert not view(stands(aside=Aside("to_waiting", 0, 60)))["movable"]


def test_X14_what_was_undone_is_said(stands):
    said = view(stands(run=a_run(FINISHED), phase=FINISHED, undone=TakenBack(127, 508, 4)))
    assert said["totals"][-1]["text"].startswith("undone: 508 annotations on 127 inputs taken back; 4 that somebody")
    assert said["share"] is None


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        (None, ""),
        (Prelabel(task_id="t", input_id="i", model="toys", updated_us=1_795_219_200_000_000), "run of 2026-11-21"),
        (Prelabel(task_id="t", input_id="i", model=EVIL, updated_us=1_795_219_200_000_000), EVIL),
        (Prelabel(task_id="t", input_id="i", undone=True), ""),
        (Prelabel(task_id="t", input_id="i", connection=2), ""),
    ],
    ids=["none", "marked", "hostile", "undone", "another connection"],
)
def test_F07_the_clipboard_says_which_model_and_when(make_state, mark, says):
    state = make_state()
    state = replace(state, desk=replace(state.desk, scene=replace(state.desk.scene, prelabel=mark)))
    assert says in paint.header(state)["prelabeled"]
    assert bool(says) == bool(paint.header(state)["prelabeled"])


# ---- what is pressed


def test_F01_the_buttons_do_what_they_say(widget):
    assert isinstance(widget, PrelabelWidget)
    assert widget.view.view["why"] == ""
    press(widget, "start")
    until(lambda: widget.view.view["totals"])
    assert widget.view.view["totals"][0]["text"] == "pre-labeled with 2 annotations"
    press(widget, "undo")
    until(lambda: any(line["what"] == "undone" for line in widget.view.view["totals"]))
    assert widget.session.state.used == 2


def test_F09_pressing_start_beyond_the_limit_asks(widget):
    set_limit(widget.session.journal, 1, actor="ana")
    press(widget, "start")
    assert widget.view.view["warned"]["first"] == "Pre-label the first 1"
    assert widget.view.view["notice"] is None
    press(widget, "dismiss")
    assert widget.view.view["warned"] is None
    press(widget, "start", first=True)
    until(lambda: widget.view.view["totals"])
    assert widget.session.state.run.labeled == 1


def test_the_slider_sets_the_range_and_shows_it(widget):
    widget.slider.value = (0.25, 0.75)
    assert (widget.session.state.low, widget.session.state.high) == (0.25, 0.75)
    widget.session.set_range(0.5, 1.0)
    assert widget.slider.value == (0.5, 1.0)


def test_what_is_refused_is_said_in_the_widget(widget):
    press(widget, "choose", model="local-dir:/nowhere")
    until(lambda: widget.view.view["modelPhase"] == "failed")
    assert widget.view.view["message"]
    press(widget, "start")
    assert widget.view.view["notice"]["kind"] == "error"


@pytest.mark.parametrize("content", [{}, {"model": 7}, {"model": "x" * 3000}], ids=["none", "number", "endless"])
def test_nonsense_of_the_page_is_refused(widget, content):
    press(widget, "choose", **content)
    assert widget.view.view["notice"]["kind"] == "error"
    assert widget.session.state.mapping.assist.model == "pets"


def test_closing_it_closes_every_widget_of_it(widget):
    parts = [widget.view, widget.slider, widget.slider.layout, widget.mapping.view, widget.layout]
    widget.close()
    widget.close()
    assert [part.comm for part in parts] == [None] * len(parts)


# ---- in a page


@pytest.mark.browser
def test_F01_F03_F05_F09_in_the_page(bench, stands):
    front = PrelabelView(scope="s", view=view(stands(limit=500, used=400)), models=[])
    pressed = []
    for kind in ("start", "stop", "dismiss", "undo", "to_waiting"):
        front.hear(kind, lambda m: pressed.append((m.kind, m.content.get("first"))))
    bench.mount("prelabel", front)
    page = bench.page
    assert page.locator(".nl-pre-start").get_attribute("aria-disabled") is None
    page.locator(".nl-pre-start").focus()
    page.keyboard.press("Enter")
    bench.pump()
    assert pressed == [("start", None)]

    front.view = view(stands(limit=500, used=400, warned=Warned(320, 100)))
    bench.pump()
    asked = page.locator(".nl-pre-question .nl-question")
    assert "would take 320, but 100 of this month's 500" in asked.inner_text()
    page.keyboard.press("Escape")  # the focus is on the question
    bench.pump()
    assert pressed[-1] == ("dismiss", None)
    front.view = view(stands(limit=500, used=400))
    bench.pump()
    assert asked.count() == 0
    assert page.evaluate("document.activeElement.className").startswith("nl-button nl-main nl-pre-start")

    front.view = view(stands(run=a_run(by=EVIL, holder=dumps({"name": EVIL, "pid": 1})), phase=RUNNING, rate=20.0))
    bench.pump()
    assert page.locator(".nl-progress[role=progressbar]").first.get_attribute("aria-valuenow") == "167"
    assert EVIL in page.locator(".nl-pre-phase").inner_text()
    assert page.locator("img").count() == 0
    page.locator(".nl-pre-stop").click()
    bench.pump()
    assert pressed[-1] == ("stop", None)

    front.view = view(
        stands(run=a_run(FINISHED), phase=FINISHED, failed=FAILED_ON, names={"in-9": EVIL}, undoable=True)
    )
    bench.pump()
    page.locator(".nl-pre-failed > summary").click()
    assert page.locator(".nl-pre-failures bdi").inner_text() == EVIL
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Keep").click()
    assert asked.count() == 0
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Undo the run").click()
    bench.pump()
    assert pressed[-1] == ("undo", None)

    front.view = view(stands(limit=500, used=500))
    bench.pump()
    page.locator(".nl-pre-start").dispatch_event("click")
    bench.pump()
    assert pressed[-1] == ("undo", None), "a disabled Start does nothing"
    front.close()
