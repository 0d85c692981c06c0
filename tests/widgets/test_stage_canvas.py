"""ipycanvas as we use it: whole batches, one at a time, on their own canvas, whatever happened before."""

import json
import threading
from io import BytesIO

import ipycanvas
import pytest
from ipycanvas.canvas import COMMANDS
from PIL import Image

from notebook_labeler.media.view import Rect
from notebook_labeler.widgets.canvas import IMAGES, Canvas, Screen, batch


def jpeg(size=(60, 40)):
    out = BytesIO()
    Image.new("RGB", size).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def sent(monkeypatch):
    """The batches that reached the page, as lists of (command, arguments)."""
    batches = []
    manager = ipycanvas.canvas._CANVAS_MANAGER
    names = {number: name for name, number in COMMANDS.items()}

    def hear(content, buffers=None):
        commands = json.loads(bytes(buffers[0]))
        many = commands if isinstance(commands[0], list) else [commands]
        batches.append([(names[command[0]], command[1] if len(command) > 1 else []) for command in many])

    monkeypatch.setattr(manager, "send", hear)
    return batches


@pytest.fixture
def canvas():
    made = Canvas(Screen(300, 200, 2.0))
    yield made
    made.close()


def test_a_picture_is_one_batch_that_names_its_canvas_and_lies_on_device_pixels(canvas, sent):
    canvas.paint(jpeg(), Rect(10, 20, 30, 40))
    canvas.paint(jpeg(), Rect(10, 20, 30, 40))
    assert [[name for name, _ in commands] for commands in sent] == [["switchCanvas", "clear", "drawImage"]] * 2
    assert sent[0][0][1] == [f"IPY_MODEL_{canvas.layer_id}"]
    assert sent[0][2][1][1:] == [20, 40, 60, 80]


def test_an_error_while_drawing_sends_nothing_and_the_next_batch_is_whole(canvas, sent):
    other = ipycanvas.Canvas()
    manager = other._canvas_manager

    def draw():
        with batch(manager):
            other.fill_rect(0, 0, 1, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        draw()
    assert sent == []
    canvas.paint(jpeg(), Rect(0, 0, 1, 1))
    assert [name for name, _ in sent[0]] == ["switchCanvas", "clear", "drawImage"]
    other.fill_rect(0, 0, 1, 1)  # not held any more
    assert [name for name, _ in sent[-1]] == ["fillRect"]
    other.close()


def test_two_threads_never_paint_on_each_others_canvas(sent):
    both = [Canvas(Screen(10, 10, 1.0)) for _ in range(2)]
    start = threading.Barrier(2)

    def paint(canvas):
        start.wait()
        for _ in range(100):
            canvas.paint(jpeg(), Rect(0, 0, 1, 1))

    threads = [threading.Thread(target=paint, args=(canvas,)) for canvas in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 200
    own = {
        f"IPY_MODEL_{canvas.layer_id}": {f"IPY_MODEL_{image.model_id}" for image in canvas._images} for canvas in both
    }
    for commands in sent:
        (_, [layer]), _, (_, [image, *_]) = commands
        assert image in own[layer]
    for canvas in both:
        canvas.close()


def test_however_often_it_is_painted_there_are_as_many_widgets(canvas, sent):
    used = set()
    for _ in range(3 * IMAGES):
        canvas.paint(jpeg(), Rect(0, 0, 1, 1))
        used.add(sent[-1][2][1][0])
    assert len(used) == IMAGES


def test_another_room_is_another_number_of_device_pixels(canvas):
    assert (canvas.widget.width, canvas.widget.height) == (600, 400)
    canvas.resize(Screen(101, 50, 1.5))
    assert (canvas.widget.width, canvas.widget[0].width, canvas.widget.height) == (152, 152, 75)


def test_a_closed_canvas_is_painted_on_no_more(canvas, sent):
    canvas.close()
    canvas.close()
    canvas.paint(jpeg(), Rect(0, 0, 1, 1))
    assert sent == []
