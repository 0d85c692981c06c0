"""Boxes drawn while a cell runs: seen at once, kept in order under the right inputs; late answers go nowhere."""

import json

import pytest

pytestmark = pytest.mark.browser

SETUP = """
import pathlib, threading, time
import notebook_labeler as nl
project = nl.open_project({name!r})
project.add_inputs({meadows!r})
gate = pathlib.Path({name!r} + "-gate")
gate.touch()
answers = threading.Semaphore({answers})

@nl.predictor(labels=["sheep"], shapes="box", name="slow", batch_size=1)
def model(pictures):
    answers.acquire(timeout=600)
    return [[dict(concept="sheep", score=0.75, box=[20 + 50 * round(p.getpixel((4, 4))[0] / 40), 20, 100, 80])]
            for p in pictures]

task = project.create_task("busy", kind="detection", concepts=["sheep", "tree"], model=model)
"""
RUNS = "while not gate.exists(): time.sleep(0.05)"
# Newer kernels answer widgets from another thread while a cell runs: the lock keeps that one waiting, too.
HELD = f"with widget.session.lock:\n    {RUNS}"
KEPT = "task.annotations.sort_values('created_at')[['name', 'concept', 'box']].to_json(orient='values')"
AHEAD = """([root, wanted]) => JSON.parse(document.querySelector(`${root} .nbl-surface`).dataset.ahead || '[]')
    .includes(wanted)"""


@pytest.fixture
def seat(sit_before_objects, meadows, request):
    def sit(answers):
        setup = SETUP.format(meadows=str(meadows), name=request.node.name[:20], answers=answers)
        cells = ["widget = task.label(); widget", RUNS, HELD]
        seat = sit_before_objects(cells, setup=setup, viewport=(1280, 1000))
        seat.gate = seat.nb.lab.folder / f"{request.node.name[:20]}-gate"
        return seat

    return sit


def same(found, wanted, slack=3):
    """Whether what is kept is this, in this order, to the pixels of a mouse."""
    assert [[int(name[7]), concept] for name, concept, _ in found] == [one[:2] for one in wanted]
    return all(abs(a - b) <= slack for f, w in zip(found, wanted, strict=True) for a, b in zip(f[2], w[2], strict=True))


def test_X02_what_is_drawn_while_a_cell_runs_is_kept_in_order_under_the_right_inputs(seat):
    seat = seat(1000)
    nb = seat.nb
    seat.on_stage(1)
    coming = seat.told("[one.input_id for one in widget.session.upcoming()][:2]")
    seat.gate.unlink()
    nb.run_cell(1, wait=False)
    seat.focus()
    seat.press("2")
    seat.draws("tree")
    seat.drag((200, 250), (260, 300))
    nb.until("() => document.querySelector('.nbl-surface').dataset.objects === '2'")  # at once, saved or not
    seat.gate.touch()
    nb.idle()
    seat.on_stage(2)
    seat.saved()
    seat.gate.unlink()

    for one in coming:
        nb.until(AHEAD, [seat.root, one])
    nb.run_cell(2, wait=False)
    seat.drag((200, 50), (260, 100))
    seat.drag((300, 60), (380, 160))
    seat.drag((420, 70), (520, 190))
    seat.on_stage(5, waiting=3)
    seat.press("Escape")
    seat.draws("")
    seat.drag((230, 75), (240, 105))  # the first of them moves
    seat.on_stage(5, waiting=4)
    seat.click(340, 110)
    seat.selects(1)
    seat.press("Delete")  # the second goes
    seat.on_stage(4, waiting=5)
    seat.press("n")
    seat.on_stage(0, waiting=5)
    seat.press("1")
    seat.draws("sheep")
    seat.drag((100, 200), (200, 300))
    seat.on_stage(1, waiting=6)
    seat.reads(".nl-saved", "Not saved yet: the kernel is busy")
    nb.shot("objects-busy", ".nbl-root")
    seat.press("Escape", "Enter")  # hands in what is seen, though the kernel is at the first input still
    seat.on_stage(0, waiting=6)
    seat.gate.touch()
    nb.idle()
    seat.input_is("3 / 6")
    seat.on_stage(1)
    seat.saved()
    assert seat.told("project.task('busy').progress['done']") == 1
    seat.press("p")
    seat.input_is("2 / 6")
    seat.on_stage(2)
    seat.reads(".nl-done-mark", "submitted")
    seat.press("p")
    seat.input_is("1 / 6")
    seat.on_stage(4)
    trees = [[0, "tree", [200, 250, 60, 50]], [0, "tree", [210, 80, 60, 50]], [0, "tree", [420, 70, 100, 120]]]
    assert same(json.loads(seat.told(KEPT)), [*trees, [1, "sheep", [100, 200, 100, 100]]])
    assert nb.python("print(widget.session.failures)") == "[]"
    assert seat.errors() == []


def test_A08_a_late_answer_for_an_input_left_behind_is_drawn_on_no_other(seat):
    seat = seat(0)
    nb = seat.nb
    nb.wait(".nl-phase[data-phase=predicting]")
    seat.on_stage(0)
    seat.focus()
    seat.press("2")
    seat.draws("tree")
    seat.drag((300, 100), (400, 200))  # nobody waits for a model
    seat.on_stage(1)
    seat.saved()
    seat.press("Escape", "n")
    seat.input_is("2 / 6")
    seat.on_stage(0)
    there = """[[t.region.left for t in widget.session.state.objects.values() if t.state == "suggested"],
        widget.session.state.progress.total]"""
    nb.python("first = task.session(); here = first.state.input.input_id")
    nb.python("answers.release()")
    known = "[one for one in widget.session.assistance.known(widget.session.state.assist.key, [here])]"
    nb.python(f"end = time.time() + 60\nwhile not {known} and time.time() < end: time.sleep(0.02)")
    assert seat.told(f"len({known})") == 1
    assert seat.told(there) == [[], 6]
    seat.on_stage(0)
    nb.python("answers.release(1000)")
    seat.on_stage(1)
    assert seat.told(there) == [[70], 6]
    seat.press("p")
    seat.input_is("1 / 6")
    seat.on_stage(2)
    assert seat.told(there) == [[20], 6]
    assert nb.python("print(widget.session.failures)") == "[]"
    assert seat.errors() == []
