"""The stage in real JupyterLab: the picture, zoom and pan, the next picture, reload, a busy kernel, two views."""

from io import BytesIO

import pytest
from PIL import Image, ImageStat

pytestmark = pytest.mark.browser

# Plain quarters: every place can be told by its colour. Lines of one pixel in the middle: only a sharp view shows them.
SETUP = """
if "stage" in globals():
    stage.close()
import time
import ipycanvas, ipywidgets
from PIL import Image, ImageDraw
from notebook_labeler.media.image import Picture
from notebook_labeler.widgets.stage import DONE, ERROR, Stage

def quarters(*colours, size=(2400, 1600)):
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    w, h = size[0] // 2, size[1] // 2
    for colour, (x, y) in zip(colours, [(0, 0), (w, 0), (0, h), (w, h)]):
        draw.rectangle((x, y, x + w, y + h), fill=colour)
    for x in range(w - 60, w + 60):
        draw.line((x, h - 60, x, h + 60), fill="white" if x % 2 else "black")
    return Picture(image, *size)

first = quarters("#c02020", "#20a020", "#2020c0", "#c0a020")
second = quarters("#104040", "#803080", "#308080", "#806030")
third = quarters("#301010", "#103010", "#101030", "#303010", size=(900, 1600))
errors, steps = [], []
stage = Stage(height="480px")
stage.on_error(errors.append)
stage.show("first", first, 1, name="Four quarters")
"""
RED, GREEN, BLUE, YELLOW = (192, 32, 32), (32, 160, 32), (32, 32, 192), (192, 160, 32)
PETROL, TEAL = (16, 64, 64), (48, 128, 128)
AT_REST = """text => { const canvas = document.querySelector('canvas.nbl-canvas');
    return canvas?.style.visibility === 'visible' && canvas.style.transform === 'translate(0px, 0px) scale(1)'
        && (!text || document.querySelector('.nbl-percent').textContent === text); }"""

# From a key on, every frame: what is seen in the upper left quarter, as the stage or ipycanvas under it has it.
WATCH = """() => {
    const seen = window.seen = [];
    const [still, canvas] = ['.nbl-still', '.nbl-canvas'].map((name) => document.querySelector(name));
    const dot = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const look = () => {
        const [x, y] = [still.width * 0.4, still.height * 0.3];
        dot.clearRect(0, 0, 1, 1);
        dot.drawImage(still, x, y, 1, 1, 0, 0, 1, 1);
        const kernel = dot.getImageData(0, 0, 1, 1).data[3] === 0;
        if (kernel && canvas.style.visibility === 'visible') dot.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
        seen.push({ rgb: [...dot.getImageData(0, 0, 1, 1).data].join(), kernel });
        requestAnimationFrame(look);
    };
    window.addEventListener('keydown', () => requestAnimationFrame(look), { capture: true, once: true });
}"""


# Whether the canvas was where the kernel had painted it, at every change.
MOVES = """() => { const canvas = document.querySelector('canvas.nbl-canvas'); window.moves = [];
    new MutationObserver(() => window.moves.push(canvas.style.transform === 'translate(0px, 0px) scale(1)'))
        .observe(canvas, { attributes: true, attributeFilter: ['style'] }); }"""


def close_to(seen, wanted):
    return all(abs(a - b) <= 4 for a, b in zip(seen, wanted, strict=True))


def contrast(nb):
    """How much the lines in the middle of the stage differ: 0 is grey, 127 is black and white."""
    box = nb.page.locator(".nbl-surface").bounding_box()
    clip = {"x": box["x"] + box["width"] / 2 - 8, "y": box["y"] + box["height"] / 2 - 8, "width": 16, "height": 16}
    return ImageStat.Stat(Image.open(BytesIO(nb.page.screenshot(clip=clip))).convert("L")).stddev[0]


def wait_for_ahead(nb, *inputs):
    """Wait until the page itself holds the pictures: the kernel having sent them is not enough."""
    held = "wanted => { const all = JSON.parse(document.querySelector('.nbl-surface').dataset.ahead ?? '[]');"
    nb.until(f"{held} return wanted.every((one) => all.includes(one)); }}", list(inputs))


def middle(nb, dx=0, dy=0):
    box = nb.page.locator(".nbl-surface").bounding_box()
    return box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy


def transform(nb):
    return nb.page.evaluate("() => document.querySelector('canvas.nbl-canvas').style.transform")


def percent(nb):
    return nb.page.locator(".nbl-percent").first.inner_text()


@pytest.fixture
def stage(open_notebook, one_page):
    """Show a stage in the page that all have, or in its `own`."""

    def make(cells=("stage.widget",), setup="", own=False, **options):
        nb = open_notebook(list(cells), **options) if own or options else one_page(cells)
        assert nb.python(SETUP + setup) == ""
        nb.run_all()
        nb.until(AT_REST)
        return nb

    return make


def test_a_picture_is_shown_whole_in_its_colours(stage):
    nb = stage()
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -100, -100)), RED)
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, 100, -100)), GREEN)
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -100, 100)), BLUE)
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, 100, 100)), YELLOW)
    assert nb.page.get_by_role("img", name="Four quarters").count() == 1
    assert percent(nb) == "30%"
    nb.shot("stage-light")


def offset(nb, dx, dy):
    box = nb.page.locator(".nbl-surface").first.bounding_box()
    return box["width"] / 2 + dx, box["height"] / 2 + dy


def test_X03_the_wheel_zooms_at_once_and_the_kernel_makes_it_sharp(stage):
    nb = stage()
    nb.page.mouse.click(*middle(nb))
    assert contrast(nb) < 20
    for _ in range(12):
        nb.page.mouse.wheel(0, -100)
    nb.until("() => parseInt(document.querySelector('.nbl-percent').textContent) > 300")
    nb.until(AT_REST)
    assert contrast(nb) > 60
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -380, -230)), RED)


def test_X03_the_wheel_is_left_to_the_page_until_the_stage_is_clicked_or_ctrl_is_held(stage):
    nb = stage()
    nb.page.mouse.move(*middle(nb))
    nb.page.mouse.wheel(0, -100)
    nb.wait(".nbl-hint.nbl-on")
    assert percent(nb) == "30%"
    nb.page.keyboard.down("Control")
    nb.page.mouse.wheel(0, -100)
    nb.page.keyboard.up("Control")
    nb.until("() => document.querySelector('.nbl-percent').textContent !== '30%'")


def test_X03_keys_zoom_fit_and_pan(stage):
    nb = stage()
    nb.page.mouse.click(*middle(nb))
    nb.page.keyboard.press("o")
    nb.until(AT_REST, "100%")
    assert contrast(nb) > 100
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -200, -200)), RED)
    for _ in range(7):
        nb.page.keyboard.press("ArrowRight")
    nb.until(AT_REST, "100%")
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -200, -200)), GREEN)
    nb.page.keyboard.press("+")
    nb.until(AT_REST, "125%")
    nb.page.keyboard.press("-")
    nb.until(AT_REST, "100%")
    nb.page.keyboard.press("f")
    nb.until(AT_REST, "30%")
    nb.page.get_by_role("button", name="One screen pixel per picture pixel (O)").click()
    nb.until(AT_REST, "100%")


def test_X03_what_a_hand_does_while_the_kernel_paints_is_not_taken_back(stage):
    slow = """
import notebook_labeler.widgets.stage as module
crop = module.crop_jpeg
module.crop_jpeg = lambda *given: (time.sleep(0.4), crop(*given))[1]  # longer than the page waits for a hand to rest
"""
    heed = """() => { const { send } = WebSocket.prototype; window.sent = 0;
        WebSocket.prototype.send = function (...given) { window.sent++; return send.apply(this, given); }; }"""
    nb = stage()
    nb.page.mouse.click(*middle(nb))
    nb.page.keyboard.press("o")
    nb.until(AT_REST, "100%")
    nb.python(slow)
    nb.page.evaluate(heed)
    nb.page.keyboard.press("f")
    nb.until("() => window.sent > 0")  # the kernel has been asked for the whole picture
    nb.page.evaluate(MOVES)
    nb.page.keyboard.press("o")
    nb.until("() => window.moves.slice(window.moves.indexOf(true)).includes(false)")  # painted too late: shown larger
    nb.until(AT_REST)
    assert percent(nb) == "100%"
    nb.python("module.crop_jpeg = crop")


def test_X03_dragging_pans_and_double_click_zooms_in_and_out(stage):
    nb = stage()
    nb.page.mouse.dblclick(*middle(nb))
    nb.until(AT_REST, "100%")
    nb.page.mouse.move(*middle(nb))
    nb.page.mouse.down()
    nb.page.mouse.move(*middle(nb, -200, -150), steps=8)
    nb.page.mouse.up()
    nb.until(AT_REST, "100%")
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -100, -50)), YELLOW)
    nb.page.mouse.dblclick(*middle(nb))
    nb.until(AT_REST, "30%")


def test_X03_no_key_reaches_the_notebook_and_escape_gives_the_keyboard_back(stage):
    nb = stage(["'a cell that must stay'", "stage.widget"], own=True)
    nb.page.mouse.click(*middle(nb))
    for key in ["d", "d", "0", "0", "x", "1", "m", "a", "b", "Shift+Digit3", "Enter"]:
        nb.page.keyboard.press(key)
    cells = "() => window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.model.type).join()"
    assert nb.page.evaluate(cells) == "code,code"
    assert nb.page.locator(".jp-Dialog").count() == 0
    nb.page.keyboard.press("Tab")
    assert nb.page.evaluate("() => document.activeElement.title") == "Zoom out (−)"
    nb.page.keyboard.press("Escape")
    nb.until("() => !document.activeElement.closest('.nbl-stage') && document.activeElement.closest('.jp-Notebook')")
    nb.page.keyboard.press("b")  # the notebook's own again: a cell below
    nb.until("() => window.jupyterapp.shell.currentWidget.content.widgets.length === 3")


def test_reloading_the_page_shows_it_again(stage):
    nb = stage()
    nb.reload()
    nb.until(AT_REST)
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -100, -100)), RED)
    nb.python("stage.show('second', second, 2)")
    nb.until(AT_REST)
    nb.until("() => document.querySelector('.nbl-surface').getAttribute('aria-label') === ''")
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -100, 100)), TEAL)
    assert nb.python("print(errors)") == "[]"


def test_X03_a_busy_kernel_does_not_hold_the_view(stage):
    # Newer kernels answer widgets from another thread while a cell runs: the lock keeps that one waiting too.
    nb = stage(
        ["stage.widget", "with stage._lock:\n    while not gate.exists(): time.sleep(0.05)"],
        setup="import pathlib; gate = pathlib.Path('open-the-gate'); gate.touch()",
    )
    gate = nb.lab.folder / "open-the-gate"
    gate.unlink()
    nb.run_cell(1, wait=False)
    nb.page.mouse.click(*middle(nb))
    nb.page.keyboard.press("o")
    nb.until("() => document.querySelector('.nbl-percent').textContent === '100%'")
    assert "scale(3.3" in transform(nb)  # by the page alone
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -300, -200)), RED)
    nb.page.mouse.move(*middle(nb))
    nb.page.mouse.down()
    nb.page.mouse.move(*middle(nb, -400, 0), steps=4)
    nb.page.mouse.up()
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -300, -200)), GREEN)
    nb.page.keyboard.press("f")
    nb.until("() => document.querySelector('.nbl-percent').textContent === '30%'")
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -300, -200)), RED)
    gate.touch()
    nb.page.keyboard.press("o")
    nb.until(AT_REST, "100%")
    assert contrast(nb) > 100


def test_X04_the_next_picture_is_there_within_three_frames_while_the_kernel_is_busy(stage):
    nb = stage(
        setup="""
import pathlib
gate = pathlib.Path("go-on")
gate.unlink(missing_ok=True)
def go(step, message):
    steps.append((step, message.input_id))
    while not gate.exists():
        time.sleep(0.01)
    stage.show("second", second, 2, name="second")
stage.on_navigate(go)
stage.on_ready(lambda: stage.ahead([("second", second), ("third", third)]))
"""
    )
    nb.page.mouse.click(*middle(nb))
    nb.page.evaluate(WATCH)
    wait_for_ahead(nb, "second", "third")
    nb.page.keyboard.press("ArrowRight")
    nb.until("() => window.seen.length > 12")
    (nb.lab.folder / "go-on").touch()
    nb.until("() => document.querySelector('.nbl-surface').getAttribute('aria-label') === 'second'")
    nb.until(AT_REST)
    nb.until("() => window.seen.at(-1).kernel")
    seen = nb.page.evaluate("() => window.seen")
    colours = [tuple(int(c) for c in one["rgb"].split(",")) for one in seen]
    arrived = next(n for n, colour in enumerate(colours) if close_to(colour[:3], PETROL))
    assert arrived <= 2
    assert all(close_to(colour, (*PETROL, 255)) for colour in colours[arrived:])  # nothing flashes
    by_kernel = next(n for n in range(arrived, len(seen)) if seen[n]["kernel"])
    assert by_kernel > arrived + 5
    assert nb.python("print(steps, errors)") == "[(1, 'first')] []"


def test_X04_a_picture_that_the_kernel_did_not_go_to_is_taken_back(stage):
    nb = stage(setup='stage.on_ready(lambda: stage.ahead([("second", second)]))')
    wait_for_ahead(nb, "second")
    nb.page.mouse.click(*middle(nb))
    nb.page.evaluate(WATCH)
    nb.page.keyboard.press("ArrowRight")
    nb.until("c => window.seen.some((one) => one.rgb === c)", "16,64,64,255")
    nb.until(AT_REST)
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -100, -100)), RED)


def test_X04_submit_shows_the_next_open_one_at_once_though_another_follows(stage):
    ready = "stage.ahead([('second', second)], following_open=[('third', third)])"
    nb = stage(setup=f"stage.on_ready(lambda: {ready})")
    wait_for_ahead(nb, "second", "third")
    shown = """kind => new Promise((done) => {
        const scope = [...window.notebookLabeler.scopes.values()].at(-1);
        const navigate = [...scope].find((one) => one.type === 'navigate').listener;
        scope.add({ type: 'shown', listener: ({ input }) => done(input) });
        navigate({ step: 1, op: kind, kind });
    })"""
    assert nb.page.evaluate(shown, "submit") == "third"
    nb.python("stage.show('first', first, 2)")
    nb.until("() => document.querySelector('.nbl-surface').getAttribute('aria-label') === ''")
    nb.reload()
    nb.until(AT_REST)
    wait_for_ahead(nb, "second")
    assert nb.page.evaluate(shown, "next") == "second"


def test_two_views_show_the_same_and_follow_each_other(stage):
    nb = stage(["stage.widget", "stage.widget"], viewport=(1280, 1300))
    nb.until("() => document.querySelectorAll('canvas.nbl-canvas').length === 2")
    nb.until("() => [...document.querySelectorAll('canvas.nbl-canvas')].every((c) => c.style.visibility === 'visible')")
    nb.page.locator(".nbl-surface").nth(1).dblclick()
    nb.until("() => [...document.querySelectorAll('.nbl-percent')].every((p) => p.textContent === '100%')")
    nb.until(
        "() => [...document.querySelectorAll('canvas.nbl-canvas')].every((c) => c.style.transform.endsWith('scale(1)'))"
    )
    nb.shot("stage-two-views")


def test_the_stage_follows_its_container_and_the_screens_density(stage):
    nb = stage(ratio=2)
    width = """() => { const c = document.querySelector('canvas.nbl-canvas');
        return [c.width, c.clientWidth, c.closest('.nbl-stage').clientWidth]; }"""
    pixels, shown, room = nb.page.evaluate(width)
    assert shown == room
    assert pixels == 2 * room
    nb.page.set_viewport_size({"width": 900, "height": 800})
    nb.until(f"room => ({width})()[2] < room && ({width})()[0] === 2 * ({width})()[2]", room)
    nb.until(AT_REST)
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -100, -100)), RED)
    nb.shot("stage-narrow")


def test_words_are_shown_as_they_are(stage):
    nb = stage()
    words = "<img src=x onerror=alert(1)> cannot be opened: it is not a picture"
    nb.python(f"stage.say({words!r}, tone=ERROR, input_id='bad', revision=2)")
    nb.until("words => document.querySelector('.nbl-message.nbl-on')?.textContent === words", words)
    assert nb.page.locator(".nbl-message img").count() == 0
    nb.shot("stage-unreadable")
    nb.python("stage.say('All inputs are done.', tone=DONE)")
    nb.until("() => document.querySelector('.nbl-message.nbl-on')?.dataset.tone === 'done'")
    nb.theme("dark")
    nb.shot("stage-done-dark")


def test_in_the_dark_it_is_dark(stage):
    nb = stage()
    nb.theme("dark")
    nb.page.mouse.click(*middle(nb))
    nb.shot("stage-dark")
    assert max(nb.pixel(".nbl-surface", 20, 20)) < 90


def test_somebody_elses_broken_picture_does_not_stop_the_stage(stage):
    nb = stage(["other = ipycanvas.Canvas(width=100, height=100); display(other, stage.widget)"])
    nb.python("other.draw_image(ipywidgets.Image(value=b'not a picture'), 0, 0)")
    nb.page.mouse.click(*middle(nb))
    nb.page.keyboard.press("o")
    nb.until(AT_REST, "100%")
    assert nb.python("print(stage._failed, errors)") == "0 []"  # painted again; nobody needs to know


def test_closing_the_stage_right_after_drawing_leaves_other_canvases_alive(stage):
    nb = stage(["other = ipycanvas.Canvas(width=100, height=100); display(other, stage.widget)"])
    nb.python("stage.show('second', second, 2); stage.close(); other.fill_rect(0, 0, 100, 100)")
    black = """() => [...document.querySelectorAll('canvas')].find((c) => c.width === 100)
        .getContext('2d').getImageData(50, 50, 1, 1).data[3] === 255"""
    nb.until(black)
    nb.until("() => !document.querySelector('.nbl-surface')?.offsetParent")


def test_X03_two_fingers_zoom_around_what_is_between_them(stage):
    nb = stage()
    fingers = nb.page.context.new_cdp_session(nb.page)

    def touch(kind, *points):
        spots = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    touch("touchStart", middle(nb, -20), middle(nb, 20))
    for spread in (30, 40, 50, 60):
        touch("touchMove", middle(nb, -spread), middle(nb, spread))
    touch("touchEnd")
    nb.until(AT_REST, "90%")
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -200, -150)), RED)
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, 200, 150)), YELLOW)


def test_X03_the_picture_can_be_looked_at_after_its_kernel_died(stage):
    nb = stage(own=True)
    nb.page.add_style_tag(content=".jp-Dialog { display: none !important }")  # JupyterLab says it too, sooner or later
    nb.kill_kernel()
    nb.page.mouse.click(*middle(nb))
    nb.page.keyboard.press("o")
    nb.until("() => document.querySelector('.nbl-percent').textContent === '100%'")
    assert close_to(nb.pixel(".nbl-surface", *offset(nb, -300, -200)), RED)
