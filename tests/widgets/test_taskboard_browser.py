"""The task board in Chromium: its form by mouse and by keys alone, its list, menus and dialogs, hostile names."""

from dataclasses import replace

import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.sessions.drafting import Draft
from notebook_labeler.sessions.planning import Planner
from notebook_labeler.sessions.taskboard import TaskBoard
from notebook_labeler.sessions.taskboard_list import Errands
from notebook_labeler.widgets.taskboard import Board

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(12):
        Image.new("RGB", (8 + i, 6)).save(folder / f"{i}.png")
    with nl.open_project(tmp_path / "project", actor="ana") as opened:
        opened.add_inputs(folder)
        yield opened


@pytest.fixture
def shown(bench, project, toys_alone):
    """Mount the board over a project; give the page and the board's session."""
    made = []

    def mount(width=1100, tables=()):
        session = TaskBoard(
            project.journal,
            actor="ana",
            project="project",
            assistance=toys_alone,
            errands=Errands(save=lambda _, name, message: f"Version {name} is saved: {message}"),
        )
        board = Board(session, opens={}, team=lambda _: list(tables))
        made.append(board)
        bench.page.set_viewport_size({"width": width, "height": 900})
        bench.page.evaluate("document.getElementById('root').classList.add('nl-taskboard')")
        bench.mount("board", board.view)
        bench.pump()
        return bench.page, session

    yield mount
    for board in made:
        board.close()


def named(page, role, name, exact=True):
    return page.get_by_role(role, name=name, exact=exact)


def tasks(page):
    return page.locator(".nl-task-row[role=row] .nl-task-name").all_inner_texts()


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.className")


def settle(bench):
    """Wait until what was typed is told, and pass it on."""
    bench.page.wait_for_function("() => outbox.length")
    bench.pump()


def chips(page, label):
    return page.get_by_role("listbox", name=f"{label}, chosen").locator("bdi").all_inner_texts()


def test_H01_H02_H05_H06_H08_H10_the_whole_form_by_mouse(bench, shown, project):
    project.add_concepts("car", "tree")
    project.add_collaborators("ben", "cleo")
    project.create_dataset("spring", project.inputs["input_id"].tolist()[:5])
    page, session = shown()
    named(page, "button", "Make the first labeling task").click()
    bench.pump()
    page.get_by_label("Name", exact=True).fill("street scenes")

    named(page, "combobox", "Select a dataset").click()
    options = page.locator(".nl-option:visible")
    assert options.locator("bdi").all_inner_texts() == ["All inputs", "spring", "New dataset with all inputs…"]
    options.nth(2).click()
    page.get_by_label("Name of the new dataset").fill("everything")
    page.get_by_role("radio", name="Detection").check()
    page.get_by_role("radiogroup", name="AI assist").get_by_role("radio", name="Yes").check()
    named(page, "combobox", "Select a model").fill("toys")
    page.keyboard.press("Enter")
    settle(bench)
    assert page.locator(".nl-model-phase").inner_text() == "Knows 3 concepts"

    concepts = named(page, "combobox", "Search concepts")
    concepts.click()
    assert options.locator("bdi").all_inner_texts() == ["car", "tree"]
    options.first.click()
    concepts.fill("spoon")
    assert options.last.inner_text().strip() == "Add new concept “spoon”"
    options.last.click()
    bench.pump()
    assert chips(page, "Search concepts") == ["car", "spoon"]
    marks = page.get_by_role("listbox", name="Search concepts, chosen").locator("li")
    assert [each.locator(".nl-icon-model").count() for each in marks.all()] == [1, 0]
    named(page, "button", "Add all concepts of the model").click()
    bench.pump()
    bench.page.wait_for_function("document.querySelectorAll('.nl-chosen .nl-icon-model').length >= 1")
    bench.pump()
    assert chips(page, "Search concepts") == ["car", "spoon", "truck", "sheep"]

    named(page, "combobox", "Select labelers").click()
    assert options.first.inner_text().split() == ["ana", "you"]
    named(page, "button", "Add all, labelers").click()
    assert chips(page, "Select labelers") == ["ana", "ben", "cleo"]
    everybody, nobody = named(page, "button", "Add all, labelers"), named(page, "button", "Remove all, reviewers")
    for inactive, why in ((everybody, "Everybody in the project is chosen"), (nobody, "Nobody is chosen")):
        assert (inactive.get_attribute("aria-disabled"), inactive.get_attribute("title")) == ("true", why)
    named(page, "button", "Remove cleo").click()
    assert everybody.get_attribute("aria-disabled") is None  # at once, before the kernel has heard of it
    named(page, "button", "New collaborator, for reviewers").click()
    page.get_by_label("Name of the new collaborator, for reviewers").fill("דנה")
    named(page, "button", "Add to reviewers").click()
    bench.pump()
    assert page.locator(".nl-form-preview").inner_text() == "12 inputs, 2 labelers: 6 each; 1 reviewer: all of them."
    assert "attribution, not authentication" in page.locator(".nl-names-hint").inner_text()
    named(page, "button", "Create task").click()
    bench.pump()

    assert tasks(page) == ["street scenes"]
    row = project.tasks.iloc[0]
    assert row[["dataset", "kind", "model", "inputs"]].tolist() == ["everything", "detection", "toys", 12]
    assert list(row["concepts"]) == ["car", "spoon", "truck", "sheep"]
    assert (list(row["labelers"]), list(row["reviewers"])) == (["ana", "ben"], ["דנה"])
    assert session.state.notice.text == "street scenes was created."


def test_X03_the_form_by_keys_alone_with_mistakes_at_their_fields_and_a_draft_that_stays(bench, shown, project):
    page, session = shown()
    keys = page.keyboard
    named(page, "button", "Make the first labeling task").focus()
    keys.press("Enter")
    bench.pump()
    keys.press("Control+Enter")
    bench.pump()
    assert page.locator(".nl-wrong:visible").all_inner_texts() == [
        "Give the task a name.",
        "Add at least one concept to label with.",
    ]
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    keys.type("coats")
    keys.press("Escape")  # Cancel: what was typed stays
    bench.pump()
    assert page.locator(".nl-form").is_hidden()
    keys.press("Enter")
    bench.pump()
    assert page.evaluate("document.activeElement.value") == "coats"
    keys.press("Tab")  # the dataset, whose list opens
    keys.press("Escape")
    keys.press("Tab")
    keys.press("ArrowRight")  # detection
    keys.press("ArrowLeft")
    keys.press("Tab")
    for concept in ("coat", "hat", "scarf"):
        keys.type(concept)
        keys.press("Enter")
    keys.press("Backspace")  # to the last chip
    keys.press("Alt+ArrowLeft")
    keys.press("ArrowLeft")
    keys.press("Delete")
    assert chips(page, "Search concepts") == ["scarf", "hat"]
    named(page, "combobox", "Select labelers").focus()
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.type("ben")
    keys.press("Enter")
    page.locator(".nl-form-more summary").click()
    page.locator(".nl-number-field").first.fill("0")  # none: no mistake
    keys.press("Control+Enter")
    bench.pump()
    assert [each.text for each in [session.state.notice]] == ["coats was created."]
    settings = project.task("coats").settings
    assert (settings.concepts, settings.labelers, settings.kind) == (("scarf", "hat"), ("ana", "ben"), "classification")


def test_X03_H14_the_list_and_its_menu_by_keys_delete_and_undo(bench, shown, project):
    plan = Planner(project.journal, "ana")
    for name in ("apples", EVIL, "coats"):
        plan.create(name, TaskSettings(concepts=(name, "b"), labelers=(name,)))
    table = {
        "title": EVIL,
        "columns": ["person", "rate"],
        "digits": [0, 2],
        "rows": [[EVIL, 1], ["ben", None]],
        "note": "",
    }
    page, session = shown(tables=[table])
    assert tasks(page) == ["coats", EVIL, "apples"]
    keys = page.keyboard
    page.get_by_label("Search tasks").focus()
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("m")
    menu = page.get_by_role("menu")
    assert menu.get_attribute("aria-label") == f"More for {EVIL}"
    assert menu.get_by_role("menuitem").all_inner_texts() == [
        "Copy task ID",
        "New dataset version…",
        "Edit…",
        "Pre-label…",
        "Team…",
        "Delete…",
    ]
    keys.press("t")
    keys.press("Enter")
    bench.pump()
    assert page.get_by_role("dialog").locator("td").all_inner_texts() == [EVIL, "1.00", "ben", "–"]
    keys.press("Escape")
    assert focused(page) == "More"
    keys.press("Enter")
    keys.press("n")
    keys.press("Enter")
    keys.press("Enter")  # without a name it is not saved
    assert page.locator(".nl-wrong:visible").inner_text() == "Give the version a name."
    keys.type("first")
    keys.press("Tab")
    keys.type("by hand")
    keys.press("Enter")
    bench.pump()
    assert page.locator(".nl-toast bdi").inner_text() == "Version first is saved: by hand"
    keys.press("Enter")
    keys.press("End")
    keys.press("Enter")
    bench.pump()
    said = page.get_by_role("dialog").inner_text()
    assert EVIL in said
    assert "None of its inputs is labeled yet. It has 0 labels." in said
    keys.press("Enter")
    bench.pump()
    assert tasks(page) == ["coats", "apples"]
    keys.press("Enter")  # Undo has the keys, for the row that had them is gone
    bench.pump()
    assert tasks(page) == ["coats", EVIL, "apples"]
    named(page, "button", "Sort by name").click()
    bench.pump()
    assert tasks(page) == [EVIL, "apples", "coats"]
    page.get_by_label("Search tasks").fill("zebra")
    settle(bench)
    assert page.locator(".nl-none bdi").inner_text() == "No task matches “zebra”."
    named(page, "button", "Show all tasks").click()
    bench.pump()
    assert tasks(page) == [EVIL, "apples", "coats"]
    assert focused(page) == "Search tasks"
    assert session.failures == []


def test_H12_X03_a_narrow_board_sorts_by_every_column_and_the_keys_go_to_the_task_that_was_made(bench, shown, project):
    project.add_concepts(*(f"concept {n:02d}" for n in range(40)))
    few = project.create_dataset("few", project.inputs["input_id"].tolist()[:5])
    plan = Planner(project.journal, "ana")
    plan.create("all", TaskSettings(concepts=("a",), labelers=("ana", "dan", "eve", "ivo")))
    plan.create("\u05e9\u05dc\u05d5\u05dd", TaskSettings(concepts=("b",), kind="detection", dataset=few))
    page, _ = shown(width=620)
    keys, options = page.keyboard, page.get_by_role("menuitemradio")
    left = page.locator(".nl-task-row[role=row] .nl-task-name").evaluate_all("(all) => all.map((n) => n.offsetLeft)")
    assert left[0] == left[1]  # a name that is read from the right stands where the others do
    colours = page.locator(".nl-face").evaluate_all("(all) => all.map((n) => n.style.getPropertyValue('--nl-hue'))")
    assert len(set(colours)) == len(colours) == 4  # also of dan and eve, whose names alone would give one
    assert "Concepts: b" in page.locator(".nl-task-name").first.get_attribute("title")
    assert page.get_by_role("grid").get_attribute("aria-rowcount") == "2"
    assert named(page, "button", "Sort by inputs").is_hidden()
    named(page, "button", "Sort tasks").click()
    said = ["Newest first", "Name", "Status", "Dataset", "Type", "Concepts", "Labelers", "Inputs", "AI assist"]
    assert options.all_inner_texts() == said
    assert page.evaluate("document.activeElement.getAttribute('aria-checked')") == "true"
    for order in (["\u05e9\u05dc\u05d5\u05dd", "all"], ["all", "\u05e9\u05dc\u05d5\u05dd"]):
        keys.press("i")
        keys.press("Enter")
        bench.pump()
        assert tasks(page) == order
        assert focused(page) == "Sort tasks"
        keys.press("Enter")
    assert options.all_inner_texts() == [*said[:7], "Inputs \u2193", "AI assist"]
    keys.press("Escape")
    page.get_by_label("Search tasks").fill("few")
    settle(bench)
    assert page.locator(".nl-board-count").inner_text() == "1 of 2"
    named(page, "button", "New labeling task").click()
    bench.pump()
    keys.type("mine")
    named(page, "combobox", "Search concepts").focus()
    assert page.locator(".nl-option:visible").count() == 42
    keys.press("Tab")  # a long list that is open does not take the focus with it when it closes
    assert page.evaluate("document.activeElement.type") == "radio"
    keys.press("Shift+Tab")
    keys.type("concept 07")
    keys.press("Enter")
    keys.press("Control+Enter")
    for _ in range(3):
        bench.pump()
    assert tasks(page)[0] == "mine"  # what one had searched for hides nothing that one has just made
    assert page.evaluate("document.activeElement.closest('.nl-task-row').nlItem.name") == "mine"
    assert focused(page) == "Label"


def test_H12_H15_a_thousand_tasks_build_few_rows_and_stay_where_one_is_while_others_work(bench, shown, project):
    plan = Planner(project.journal, "ana")
    record = plan.create("task 0", TaskSettings(concepts=("a",)))
    page, session = shown()
    first = session.state.lines[0]
    many = tuple(replace(first, task_id=f"t{n}", name=f"task {n}", created_us=n) for n in range(1000))
    session._announce(replace(session.state, lines=many))
    bench.pump()
    assert page.locator(".nl-board-tools .nl-hint").inner_text() == "1,000"
    assert page.locator(".nl-task-row[role=row]").count() < 30
    page.locator("[role=grid]").evaluate("(node) => { node.scrollTop = 300 * 56; }")
    bench.painted()
    bench.pump()
    row = page.locator(".nl-task-row[role=row]").filter(has_text="task 695")
    row.get_by_role("button", name="More").focus()
    session._announce(replace(session.state, lines=(*many, replace(first, task_id="new", created_us=2000))))
    bench.pump()
    assert page.evaluate("document.activeElement.closest('.nl-task-row').nlItem.name") == "task 695"
    label = row.get_by_role("button", name="Label", exact=True)
    assert label.get_attribute("aria-disabled") is None
    review = row.get_by_role("button", name="Review", exact=False)
    assert review.get_attribute("title") == "12 inputs wait to be labeled first."
    assert record.name == "task 0"


MARKDOWN = f"""# Look *twice*
Be **quick**, not `hasty`; see [the <b>guide</b>](https://example.org/a?b=1&c="x").
snake_case stays, 2 * 3 * 4 too. https://example.net/x.

- one
- [js](javascript:alert(1)) and [data](data:text/html,<script>alert(1)</script>)
1. first

> quoted {EVIL}

```
<script>alert(1)</script>
```
{EVIL}<svg/onload=alert(1)>
[good.example](https://good.example@evil.example/)
**never closed
"""
TAGS = ["A", "BDI", "BLOCKQUOTE", "BR", "CODE", "EM", "H3", "LI", "OL", "P", "PRE", "SPAN", "STRONG", "UL"]


def test_H11_markdown_is_shown_and_nothing_in_it_is_ever_html(bench, shown):
    page, session = shown()
    session.new()
    session.write(replace(Draft(), instructions=MARKDOWN, markdown=True))
    session.cancel()
    session.new()
    bench.pump()
    preview = page.get_by_role("region", name="Preview")
    tags = preview.evaluate("(node) => [...new Set([...node.querySelectorAll('*')].map((e) => e.tagName))].sort()")
    assert tags == TAGS
    links = preview.locator("a")
    assert links.evaluate_all("(all) => all.map((a) => [a.textContent, a.href, a.rel, a.target])") == [
        ["the <b>guide</b>", "https://example.org/a?b=1&c=%22x%22", "noopener noreferrer nofollow", "_blank"],
        ["https://example.net/x", "https://example.net/x", "noopener noreferrer nofollow", "_blank"],
        ["good.example", "https://good.example@evil.example/", "noopener noreferrer nofollow", "_blank"],
    ]
    text = preview.inner_text()
    for said in (
        EVIL,
        "<script>alert(1)</script>",
        "(evil.example)",
        "snake_case stays, 2 * 3 * 4 too",
        "**never closed",
    ):
        assert said in text
    assert preview.locator("em").all_inner_texts() == ["twice"]
    attributes = preview.evaluate(
        "(node) => [...new Set([...node.querySelectorAll('*')].flatMap((e) => e.getAttributeNames()))].sort()"
    )
    assert attributes == ["class", "href", "rel", "start", "target", "title"]


WIDE = """() => [...document.querySelectorAll('.nl-board, .nl-board *')].filter((n) => n.offsetParent
    && n.getBoundingClientRect().right > document.querySelector('.nl-board').getBoundingClientRect().right + 1
    && !n.closest('.nl-heard, .nl-c-name, .nl-c-concepts, .nl-c-labelers, bdi')).map((n) => n.className)"""


@pytest.mark.parametrize("width", [1280, 900, 620, 420])
def test_nothing_is_wider_than_the_board(bench, shown, project, width):
    plan = Planner(project.journal, "ana")
    plan.create("a" * 200, TaskSettings(concepts=tuple("x" * 60 + str(i) for i in range(20)), labelers=("W" * 90,)))
    page, _ = shown(width=width)
    assert page.evaluate(WIDE) == []
    named(page, "button", "New labeling task").click()
    bench.pump()
    page.locator(".nl-form-more summary").click()
    assert page.evaluate(WIDE) == []
