"""Names that mean harm, through every place where objects tell a name: shown to the letter, never executed."""

import json

import pytest

pytestmark = pytest.mark.browser

CORPUS = [
    "<img src=x onerror=window.harmed=1>",
    "</bdi></span><script>window.harmed=2</script>",
    '" onmouseover="window.harmed=4" x="',
    "' onclick='window.harmed=5",
    "{{constructor.constructor('window.harmed=6')()}}",
    "${window.harmed=7}",
    "javascript:window.harmed=8",
    "url(https://example.org/x);}*{display:none}",
    "&lt;b&gt; &amp; \\u003cb\\u003e $\\alpha$",
    "🦄 👩‍👩‍👧 naïve İstanbul",
    "שלום עולם",
    "__proto__",
    "constructor",
    "<b>" + "wide " * 39 + "!",
    "W" * 200,
]
HUGE = "<img src=x onerror=window.harmed=9> " + "endless " * 20 + "end"
SETUP = """
import json
import notebook_labeler as nl
corpus, huge, folder = map(json.loads, {given!r})
project = nl.open_project("objects-hostile")
project.add_inputs(folder)
try:
    nl.predictor(print, labels=[huge * 50], shapes="box")
except nl.BadInput as error:
    refused = str(error)

@nl.predictor(labels=[*corpus, huge], shapes="box", name=corpus[0])
def model(pictures):
    return [[dict(concept=c, score=0.9 - 0.02 * n, box=[10 + 110 * (n % 5), 10 + 95 * (n // 5), 90, 30])
             for n, c in enumerate([*corpus, huge])] for _ in pictures]

@nl.predictor(labels=corpus, shapes="box", name=corpus[1])
def failing(pictures):
    raise ValueError(corpus[0])

task = project.create_task(corpus[1], kind="detection", concepts=corpus, model=model)
"""
HARMED = (
    "() => window.harmed === undefined && document.querySelectorAll('.nbl-root :is(script, img, iframe)').length === 0"
)
# What sticks out of the labeler: nothing may, however long a name is.
LAYOUT = """root => { const whole = document.querySelector(root).getBoundingClientRect();
    const out = [...document.querySelectorAll(`${root} *`)].filter((one) => { const { left, right, width } =
        one.getBoundingClientRect(); return one.checkVisibility() && width && !one.closest('.nl-heard, .nbl-heard')
        && !one.closest('[data-clipped]') && (right > whole.right + 2 || left < whole.left - 2)
        && !clipped(one); });
    function clipped(one) { for (let up = one.parentElement; up && up !== document.querySelector(root).parentElement;
        up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return true; return false; }
    return out.map((one) => one.className || one.tagName); }"""


@pytest.fixture
def seat(sit_before_objects, meadows):
    given = [json.dumps(text) for text in (CORPUS, HUGE, str(meadows))]
    seat = sit_before_objects(["widget = task.label(); widget"], setup=SETUP.format(given=given), viewport=(1280, 1000))
    seat.nb.page.on("dialog", lambda dialog: seat.nb.console_errors.append(f"a dialog: {dialog.message}"))
    seat.on_stage(len(CORPUS))
    return seat


def fine(seat):
    assert seat.page.evaluate(HARMED)
    assert seat.page.evaluate(LAYOUT, seat.root) == []


def test_hostile_names_are_shown_to_the_letter_wherever_objects_tell_them(seat):
    nb, page = seat.nb, seat.page
    fine(seat)
    assert nb.python("print(refused)") == "expected a label of at most 200 characters, got 9950; shorten it."
    nb.shot("objects-hostile", ".nbl-root")
    for number, concept in enumerate(CORPUS):
        group = seat.group(concept)
        group.scroll_into_view_if_needed()
        group.hover()
        group.locator(".nl-box").click()
        seat.draws(concept)
        assert seat.at(".nbl-badge-concept").text_content() == concept
        if len(concept) == 200:
            fine(seat)
            nb.shot(f"objects-hostile-badge-{number}", ".nbl-root")
        x, y = 10 + 110 * (number % 5), 50 + 95 * (number // 5)
        seat.drag((x + 5, y), (x + 85, y + 25))
        seat.on_stage(len(CORPUS) + number + 1)
    seat.press("Escape")
    seat.draws("")
    kept = seat.told("[o.concept for o in widget.session.state.objects.values() if o.state == 'accepted']")
    assert sorted(kept) == sorted(CORPUS)
    for number in (0, 1, 10, 14):  # hover: the chip on the picture
        x, y = 10 + 110 * (number % 5), 50 + 95 * (number // 5)
        page.mouse.move(*seat.place(x + 40, y + 12))
        seat.click(x + 40, y + 12)
        seat.selects(1)
        nb.shot(f"objects-hostile-chip-{number}", ".nbl-stage")
    fine(seat)

    seat.press("r")  # another concept: the 200 letters become a script
    seat.at(".nl-reassign").wait_for()
    nb.shot("objects-hostile-reassign", ".nbl-root")
    fine(seat)
    seat.at(".nl-reassign .nl-option").filter(has_text=CORPUS[1]).click()
    seat.on_stage(2 * len(CORPUS))
    seat.press("c")
    page.keyboard.type("<svg onload=window.harmed=10>")
    seat.reads(".nl-option", "<svg onload=window.harmed=10>")
    seat.press("Enter")
    seat.draws("<svg onload=window.harmed=10>")
    seat.press("w")
    seat.nb.until("() => document.querySelector('.nbl-surface').dataset.drawing.startsWith('segment ')")
    seat.drag((300, 300), (400, 380))
    seat.nb.until("() => document.querySelector('.nbl-badge').textContent.includes('<svg onload')")
    nb.shot("objects-hostile-wand", ".nbl-root")
    fine(seat)
    seat.press("Escape", "Escape", "Escape")
    seat.draws("")

    page.evaluate("() => { document.querySelector('.nl-tree').scrollTop = 0; }")
    group = seat.group(CORPUS[0])
    group.scroll_into_view_if_needed()
    group.hover()
    group.locator(".nl-pencil").click()
    page.keyboard.type("<i>renamed</i>")
    seat.button("Update").click()
    seat.reads(".nl-group .nl-original", CORPUS[0])
    seat.reads(".nl-notice > bdi", "<i>renamed</i>")
    fine(seat)
    seat.at(".lm-TabBar-tab").filter(has_text="Concept mapping").click()
    nb.wait(".nl-class-line")
    seat.at(".nl-class-line").first.click()
    seat.press("Enter")
    nb.wait(".nl-class-editor")
    nb.shot("objects-hostile-mapping", ".nbl-root")
    fine(seat)
    table = seat.told("task.label_mapping.model_class.tolist()")
    assert sorted(table) == sorted([*CORPUS, HUGE])
    seat.press("Escape")
    seat.at(".lm-TabBar-tab").filter(has_text="Label").click()
    nb.python("widget.session.choose_model(failing)")
    nb.wait(".nl-phase[data-phase=failed]")
    assert CORPUS[0] in seat.at(".nl-phase-text").text_content()
    fine(seat)
    nb.shot("objects-hostile-end", ".nbl-root")
    assert nb.python("print(widget.session.failures)") == "[]"
    assert seat.errors() == []
