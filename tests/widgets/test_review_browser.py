"""The review in Chromium: the keyboard alone, what is shown before the kernel has answered, strings that mean harm."""

import pytest

from notebook_labeler.widgets.header import Header
from notebook_labeler.widgets.review import Reviewer

pytestmark = pytest.mark.browser

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</bdi></span><script>alert(2)</script>",
    '" onmouseover="alert(3)" x="',
    "${alert(5)} {{7*7}} `x`",
    "🦄👩‍👩‍👧 naïve İstanbul",
    "שלום \u202eabc\u202c עולם",
    "constructor",
    "__proto__",
    "x" * 1900,
]

LONG = " and so on" * 90
INSIDE = """(card) => [...card.querySelectorAll('button, textarea')].every((node) =>
    node.getBoundingClientRect().right < card.getBoundingClientRect().right)"""
SEEN = """(node) => { const at = node.getBoundingClientRect();
    return [at.top >= 0 && at.bottom <= innerHeight, getComputedStyle(node).outlineStyle, node.dir]; }"""


class Small:
    def get(self, given, side=0):
        return b"no jpeg"


@pytest.fixture
def sit(bench, make_office, make_album):
    """Mount a review in a page: the pane in the column that the grid hides."""
    opened = []

    def mount(office):
        review = Reviewer(office.reviewer(), make_album(), Small(), height=300)
        opened.append(review)
        columns = "Object.assign(document.createElement('div'), { className: 'nl-columns', id: 'columns' })"
        bench.page.evaluate(f"() => document.getElementById('root').append({columns})")
        for name, view, place in (
            ("header", review.header.view, "root"),
            ("pane", review.pane.view, "columns"),
            ("history", review.history.view, "columns"),
            ("sheet", review.sheet.view, "root"),
        ):
            bench.mount(name, view, place)
        bench.pump()
        bench.page.locator("#root").focus()
        return review

    yield mount
    for review in opened:
        review.close()


def texts(page, selector):
    return page.locator(selector).all_text_contents()


def test_H16_one_reviews_by_keyboard_alone(bench, sit, make_office):
    office, page = make_office(4, names=HOSTILE[:4]), bench.page
    review = sit(office)

    def press(*keys):
        for key in keys:
            page.keyboard.press(key)

    # approved: at once it is being saved, then the next one is there
    assert texts(page, ".nl-input-name") == [HOSTILE[0]]
    press("Enter")
    assert page.locator(".nl-saved").inner_text() == "Saving…"
    bench.pump()
    assert texts(page, ".nl-input-name") == [HOSTILE[1]]
    assert office.states()[0] == "approved"

    # rejected: Escape gives up, an empty comment goes nowhere, keys are text while one writes
    press("j")
    page.keyboard.type("a")
    press("Escape")
    assert page.locator(".nl-reject-card").is_hidden()
    page.locator("#root").focus()
    page.evaluate("document.body.style.paddingBottom = '3000px'; window.scrollTo(0, 2000)")
    press("j")  # at the picture, the head out of sight: what one writes into comes into sight, with a frame around it
    assert page.locator(".nl-comment").evaluate(SEEN) == [True, "solid", "auto"]
    press("Enter")
    assert bench.heard() == []
    page.keyboard.type("1 Anja: <b>no</b> cat")
    page.keyboard.insert_text(LONG)
    press("Shift+Enter")
    page.keyboard.type("p, n, t")
    press("Enter")
    bench.pump()
    assert office.states()[:2] == ["approved", "rejected"]
    comment = f"1 Anja: <b>no</b> cat{LONG}\np, n, t"
    assert review.session.state.comments == (comment,)

    # what was said is offered again; the history tells it
    page.locator("#root").focus()
    press("j", "ArrowDown", "Enter")
    assert page.locator(".nl-comment").input_value() == comment
    assert page.locator(".nl-reject-card").evaluate(INSIDE)  # however long it is, the buttons stay in sight
    press("Escape")
    page.locator("#root").focus()
    press("p")
    bench.pump()
    assert texts(page, ".nl-state-mark") == ["rejected"]
    assert texts(page, ".nl-event p")[0] == f"ben rejected: {comment}"

    # fix and approve: an edit, then Enter, before the kernel has answered the first
    press("1", "Enter")
    bench.pump()
    assert office.states()[:2] == ["approved", "approved"]
    assert [e.operation.kind for e in office.journal.events(task_id="t")][-2:] == ["uncheck", "approve"]

    # somebody else was quicker: it is named, nothing is overwritten
    office.reviewer("cem").reject("mine")
    press("Enter")
    bench.pump()
    assert page.locator(".nl-notice").inner_text().startswith("Meanwhile cem rejected: mine")
    assert office.states()[2] == "rejected"
    press("n", "Control+z")
    bench.pump()
    assert office.states()[1] == "rejected"


def test_H16_the_grid_by_keyboard_and_mouse(bench, sit, make_office):
    office, page = make_office(9, names=HOSTILE), bench.page
    review = sit(office)
    labels = len(office.journal.events(task_id="t"))
    page.keyboard.press("t")
    bench.pump()
    assert page.locator(".nl-columns").is_hidden()
    assert texts(page, ".nl-tile-name")[:8] == HOSTILE[:8]
    assert page.evaluate("document.querySelectorAll('#root :is(script, img)').length") == 0
    page.wait_for_function("document.activeElement.classList.contains('nl-tile')")
    page.keyboard.press("1")  # no key of what is hidden
    page.keyboard.press("Enter")  # opens the first
    bench.pump()
    assert page.locator(".nl-columns").is_visible()
    assert len(office.journal.events(task_id="t")) == labels
    page.locator("#root").focus()
    page.keyboard.press("t")
    bench.pump()
    page.locator(".nl-tile").first.focus()
    for key in ("ArrowRight", "Space", "End", "Space", "Space", "Home", "Space"):
        page.keyboard.press(key)
    assert page.locator(".nl-tile[data-out]").count() == 2  # before the kernel has answered
    assert page.locator(".nl-sheet .nl-main").inner_text() == "Approve all shown (7)"
    page.locator(".nl-tile").nth(4).click()
    bench.pump()
    sheet = review.session.state.sheet
    taken_out = [card.input.name for card in sheet.cards if card not in sheet.kept]
    assert taken_out == [HOSTILE[0], HOSTILE[1], HOSTILE[4]]
    page.keyboard.press("a")
    bench.pump()
    assert office.states().count("approved") == 6
    assert texts(page, ".nl-tile-name") == [HOSTILE[0], HOSTILE[1], HOSTILE[4]]
    assert page.locator(".nl-sheet .nl-main").get_attribute("aria-disabled") == "true"  # only what was taken out
    page.locator(".nl-tile").nth(2).dblclick()
    bench.pump()
    assert texts(page, ".nl-input-name") == [HOSTILE[4]]
    assert page.locator(".nl-sheet").is_hidden()


def test_H16_the_labeler_reads_why_an_input_came_back(bench, make_office):
    office, page = make_office(1), bench.page
    ana = office.labeler()
    header = Header(ana, ana.state, scope="s", tell=lambda error: ana.say(str(error), error=True))
    ana.observe(header.paint)
    bench.mount("header", header.view)
    for comment in HOSTILE:
        office.reviewer().reject(comment)
        ana.look()
        bench.pump()
        assert texts(page, ".nl-sent-back p") == [f"Rejected by ben: {comment}"]
        assert page.locator(".nl-sent-back").bounding_box()["height"] < 110
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ana.submit()
        bench.pump()
        assert page.locator(".nl-sent-back").is_hidden()
    header.close()
