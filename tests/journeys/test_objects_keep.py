"""Boxes and polygons outlive what happens to kernels and pages, and two people at one object lose nothing."""

import json
import os
import signal

import pytest

import notebook_labeler as nl

pytestmark = pytest.mark.browser

OPEN = """
import os
import notebook_labeler as nl, pandas as pd
said = [("sheep", 0.91, [40, 40, 120.5, 90.25]), ("sheep", 0.55, [220, 60, 120, 90]),
        ("tree", 0.83, [60, 200, 90, 120]), ("tree", 0.4, [450, 250, 100, 100])]
boxes = pd.DataFrame([dict(name=f"meadow-{{n}}.jpg", concept=c, score=s, box=b) for n in range(6) for c, s, b in said])
project = nl.open_project({name!r})
project.add_inputs({meadows!r})
"""
TASK = 'task = project.create_task("flock", kind="detection", concepts=["sheep", "tree"], model=boxes)'
SHOW = "widget = task.label(); widget"
IDLE = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"


def kept(folder):
    """Give what is on disk, as another process reads it: concept, shape and every coordinate."""
    with nl.open_project(folder) as project:
        frame = project.task("flock").annotations
    columns = ["annotation_id", "name", "concept", "box", "polygon"]
    return sorted(json.loads(frame[columns].to_json(orient="values", double_precision=15)))


def seen(seat):
    """Give the same as the widget has it."""
    code = "sorted([o.object_id, o.concept, o.region.text] for o in widget.session.state.objects.values() if {})"
    return seat.told(code.format("o.state == 'accepted'"))


def kill(seat, pid):
    """End the kernel's process now; wait until another is there."""
    os.kill(pid, signal.SIGKILL)
    seat.page.locator(".jp-Dialog").get_by_role("button", name="Ok").click()
    seat.nb.until(IDLE)


def test_X02_objects_outlive_killed_kernels_and_reloads_to_the_last_digit(sit_before_objects, meadows):
    cells = [OPEN.format(name="objects-keep", meadows=str(meadows)), TASK, SHOW]
    seat = sit_before_objects(cells, viewport=(1280, 1000))
    nb = seat.nb
    folder = nb.lab.folder / "objects-keep"
    seat.on_stage(4)
    seat.focus()
    seat.press("1")
    seat.draws("sheep")
    seat.drag((380.3, 30.7), (400, 90), (430.1, 160.9))
    seat.on_stage(5)
    seat.press("Escape")
    seat.draws("")
    seat.group("tree").locator(".nl-polygon").click()
    seat.draws("tree")
    for point in [(250, 220), (330, 230), (340, 330), (240, 310)]:
        seat.click(*point)
    seat.press("Enter", "Escape")
    seat.on_stage(6)
    seat.thing("sheep.1").locator(".nl-check").click()
    seat.stands_as("sheep.1", "accepted")  # E10
    seat.click(280, 100)
    seat.drag((280, 100), (300, 120))
    seat.stands_as("sheep.2", "accepted")  # E06
    seat.click(500, 300)
    seat.selects(1)
    seat.press("Delete")
    seat.on_stage(5)
    seat.saved()
    pid = int(nb.python("print(os.getpid())"))
    before = seen(seat)

    seat.click(100, 80)
    seat.selects(1)
    seat.press("ArrowRight")
    seat.on_stage(5)
    seat.saved()  # acknowledged: it is on disk
    kill(seat, pid)
    made = kept(folder)
    assert sorted(row[1:3] for row in made) == [["meadow-0.jpg", "sheep"]] * 3 + [["meadow-0.jpg", "tree"]]
    assert [40 + 1, 40, 120.5, 90.25] in [row[3] for row in made]
    seat.drag((100, 80), (140, 120))  # into the dead kernel: shown, and not said to be saved
    seat.reads(".nl-saved", "the kernel is gone")
    nb.run_all()
    nb.until("() => document.querySelectorAll('.nbl-root').length === 1")
    seat.painted()
    seat.on_stage(5)
    after = seen(seat)
    assert kept(folder) == made
    assert len(after) == len(before) == len(made)
    assert [a for a in after if a not in before] == [
        [b[0], b[1], b[2].replace("[40.0,", "[41.0,")] for b in before if b not in after
    ]

    seat.focus()
    seat.press("Control+z")  # X01: of the kernel before, step by step
    seat.reads(".nl-notice", "Undone: ")
    seat.on_stage(5)
    assert seen(seat) == before
    seat.press("Control+z")
    seat.on_stage(6)  # the deleted one
    seat.press("Control+Shift+z", "Control+Shift+z")
    seat.on_stage(5)
    nb.until("() => document.querySelector('.nl-saved').textContent === 'Saved'")
    assert seen(seat) == after

    seat.press("2")
    seat.draws("tree")
    seat.press("Escape")
    seat.group("sheep").locator(".nl-polygon").click()
    seat.draws("sheep")
    seat.click(400, 200)
    seat.click(450, 200)
    nb.reload()  # in the middle of a polygon
    seat.painted()
    seat.on_stage(5)
    seat.draws("sheep")  # goes on where one was, with nothing half done
    assert seen(seat) == after
    for point in [(400, 200), (450, 200), (430, 240)]:
        seat.click(*point)
    kill(seat, int(nb.python("print(os.getpid())")))  # in the middle of the next one
    seat.press("Enter")
    seat.reads(".nl-saved", "the kernel is gone")
    nb.run_all()
    nb.until("() => document.querySelectorAll('.nbl-root').length === 1")
    seat.painted()
    seat.on_stage(5)
    assert seen(seat) == after
    assert kept(folder) == made
    assert seat.errors() == []


def test_X02_two_kernels_at_one_object_say_so_and_lose_nothing(sit_before_objects, meadows):
    cells = [OPEN.format(name="objects-two", meadows=str(meadows)), TASK, SHOW]
    here = sit_before_objects(cells)
    here.on_stage(4)
    here.thing("sheep.1").locator(".nl-check").click()
    here.stands_as("sheep.1", "accepted")
    there = sit_before_objects(cells)
    there.stands_as("sheep.1", "accepted")

    here.focus()
    here.press("1")
    here.draws("sheep")
    here.drag((380, 30), (430, 160))
    here.on_stage(5)
    there.on_stage(5)  # within a second, by itself
    here.press("Escape")
    here.draws("")

    there.nb.python("widget.session.look = lambda: False")  # looks away for a moment
    here.drag((100, 80), (120, 100))
    here.on_stage(5)
    here.saved()
    moved = seen(here)
    there.drag((100, 80), (80, 60))
    there.reads(".nl-notice", "meanwhile")
    there.on_stage(5)
    assert seen(there) == moved == seen(here)  # nothing was overwritten, and it is shown where it is
    there.drag((120, 100), (110, 90))
    there.on_stage(5)
    there.saved()
    there.nb.python("del widget.session.look")
    here.nb.python("while widget.session.look(): pass")
    assert seen(here) == seen(there) != moved

    there.nb.python("widget.session.look = lambda: False")
    here.click(110, 90)
    here.selects(1)
    here.press("Delete")
    here.on_stage(4)
    here.saved()
    there.drag((110, 90), (90, 70))
    there.reads(".nl-notice", "meanwhile")
    there.on_stage(4)
    here.press("Control+z")
    here.on_stage(5)
    there.nb.python("del widget.session.look")
    there.on_stage(5)
    assert seen(here) == seen(there)
    for seat in (here, there):
        assert seat.nb.python("print(widget.session.failures)") == "[]"
