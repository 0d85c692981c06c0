"""From an empty board to a labeled input: the form, the list, labeling inside the board, a reload, another kernel."""

from ast import literal_eval

import pytest

pytestmark = pytest.mark.browser

SETUP = """
import notebook_labeler as nl
project = nl.open_project("clothes", actor="ana")
project.add_inputs({toys!r})
project.add_collaborators("ben")
"""
ROW = """([name, text]) => [...document.querySelectorAll('.nl-task-row[role=row]')].some((row) =>
    row.querySelector('.nl-task-name').textContent === name && row.textContent.includes(text))"""
BY_ANOTHER = """
other = nl.open_project("clothes", actor="ben")
s = other.task("meadow").session()
s.submit()
s.close()
other.close()
"""


@pytest.fixture
def board(open_notebook, toys):
    nb = open_notebook(["board = project.board(); board"], viewport=(1400, 1000))
    assert "Traceback" not in (said := nb.python(SETUP.format(toys=str(toys)))), said
    nb.run_all()
    nb.wait(".nl-board-empty")
    return nb


def test_H01_H12_H15_a_task_is_made_labeled_and_seen_to_get_on(board):
    nb, page, keys = board, board.page, board.page.keyboard
    nb.shot("taskboard-empty", ".nl-taskboard")
    page.get_by_role("button", name="Make the first labeling task").click()
    nb.wait(".nl-form")
    keys.type("meadow")
    page.get_by_role("combobox", name="Search concepts").click()
    for concept in ("sheep", "dog"):
        keys.type(concept)
        keys.press("Enter")
    for role in ("labelers", "reviewers"):
        page.get_by_role("combobox", name=f"Select {role}").click()
        keys.type("ana")
        keys.press("Enter")
    page.get_by_role("combobox", name="Select labelers").click()
    keys.type("ben")
    keys.press("Enter")
    nb.until("() => document.querySelector('.nl-form-preview').textContent.includes('2 labelers: 12 each')")
    nb.shot("taskboard-form", ".nl-taskboard")
    page.get_by_role("button", name="Create task").click()
    nb.until(ROW, ["meadow", "New"])
    made = nb.python("print(project.tasks[['name', 'inputs', 'status']].values.tolist())")
    assert literal_eval(made) == [["meadow", 24, "New"]]
    nb.until("() => document.querySelector('.nl-task-row[role=row]').dataset.status === 'New'")  # it is shared out

    row = page.locator(".nl-task-row[role=row]")
    row.get_by_role("button", name="Label", exact=True).click()
    nb.wait(".nbl-root .nbl-root .nl-row")
    nb.until("() => document.activeElement?.classList.contains('nbl-surface')")  # the keys are the labeler's at once
    keys.press("1")
    nb.until("() => document.querySelector('.nl-row[data-state=accepted]:not([data-waiting])')")
    keys.press("Enter")
    nb.until("() => document.querySelector('.nl-counts')?.textContent.startsWith('1 done')")
    nb.shot("taskboard-labeling", ".nl-taskboard")
    page.get_by_role("button", name="Back to tasks").click()
    nb.until(ROW, ["meadow", "1 / 24"])
    nb.until("() => document.activeElement?.textContent === 'Label'")
    assert page.locator(".nbl-surface").count() == 0
    assert literal_eval(nb.python("print(project.task('meadow').annotations['concept'].tolist())")) == ["sheep"]

    said = nb.python(BY_ANOTHER)
    assert "Traceback" not in said, said
    nb.until(ROW, ["meadow", "2 / 24"])  # without a touch
    nb.theme("dark")
    nb.shot("taskboard-dark", ".nl-taskboard")
    nb.theme("light")
    nb.reload()
    nb.until(ROW, ["meadow", "Labeling"])
    assert page.locator(".nl-task-row[role=row]").count() == 1

    page.locator(".nl-task-row[role=row]").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    nb.wait(".nl-board-empty")
    page.get_by_role("button", name="Undo").click()
    nb.until(ROW, ["meadow", "2 / 24"])
    assert nb.page.locator(".jp-Cell").count() == 1  # no key went to the notebook
    assert literal_eval(nb.python("print(board.session.failures)")) == []
