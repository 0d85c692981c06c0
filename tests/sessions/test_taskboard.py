"""The board and the verbs of planning, without a screen."""

import re
import threading
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

import notebook_labeler as nl
from notebook_labeler.domain.status import status, why_no_labeling, why_no_review
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import AssistLimit, BadInput
from notebook_labeler.runs.job import Job
from notebook_labeler.sessions.drafting import Draft, drafted, problems
from notebook_labeler.sessions.taskboard import TaskBoard
from notebook_labeler.sessions.taskboard_list import Errands
from notebook_labeler.store.queue import Progress
from notebook_labeler.taskboard import begun_beside

HOSTILE = ["<img src=x onerror=alert(1)>", "🐑 sheep", "שלום", "constructor", "__proto__", "a" * 200, "e\u0301"]


@pytest.fixture
def board(project, toys_alone):
    jobs = []

    def share(task_id):
        jobs.append(Job("sharing", total=4))
        return jobs[-1]

    made = TaskBoard(
        project.journal,
        actor="ana",
        project="project",
        assistance=toys_alone,
        errands=Errands(share=share, save=lambda _, name, message: f"{name}: {message}"),
    )
    made.jobs = jobs
    yield made
    made.close()


def filled(**values):
    return replace(Draft(name="coats", concepts=("coat", "hat")), **values)


def lines(board):
    return [(line.name, line.status, line.counts.total) for line in board.state.lines]


# ---- the list


def test_H12_H13_the_list_shows_every_task_and_its_status_moves_with_progress(board, project):
    task = project.create_task("coats", concepts=["coat"])
    assert board.look()
    assert lines(board) == [("coats", "New", 4)]
    session = task.session()
    for expected in ("Labeling", "Labeling", "Labeling", "Complete"):
        session.submit()
        board.look()
        assert board.state.lines[0].status == expected
    session.close()
    assert (board.state.lines[0].no_label, board.state.lines[0].share) == ("Everything is labeled.", 1.0)


COUNTS = [
    ({}, "No inputs", "The task has no inputs yet.", "Nothing was handed in yet."),
    ({"total": 2, "unreadable": 2}, "No inputs", "None of its inputs can be opened.", "Nothing was handed in yet."),
    ({"total": 3, "waiting": 3}, "New", "", "3 inputs wait to be labeled first."),
    ({"total": 3, "backlog": 3}, "New", "All inputs are in the backlog.", "Nothing was handed in yet."),
    ({"total": 3, "waiting": 1, "submitted": 2}, "Labeling", "", "1 input waits to be labeled first."),
    ({"total": 3, "backlog": 1, "submitted": 2}, "In review", "Everything is labeled.", ""),
    ({"total": 3, "rejected": 1, "submitted": 2}, "In review", "", ""),
    ({"total": 3, "rejected": 1, "approved": 2}, "In review", "", "Everything is reviewed."),
    (
        {"total": 3, "skipped": 1, "approved": 2},
        "Complete",
        "Nothing is left but 1 skipped.",
        "Everything is reviewed.",
    ),
    ({"total": 3, "approved": 3}, "Complete", "Everything is labeled.", "Everything is reviewed."),
]


@pytest.mark.parametrize(("counts", "word", "no_label", "no_review"), COUNTS, ids=range(len(COUNTS)))
def test_H13_H15_H16_status_and_the_reason_why_a_button_is_inactive(counts, word, no_label, no_review):
    found = Progress(**counts)
    assert (status(found, reviewed=True), why_no_labeling(found), why_no_review(found)) == (word, no_label, no_review)


def test_H13_without_reviewers_a_task_is_complete_once_all_is_handed_in():
    assert status(Progress(total=2, submitted=2), reviewed=False) == "Complete"
    assert status(Progress(total=2, submitted=1, rejected=1), reviewed=False) == "Labeling"


def test_H15_H16_where_work_is_shared_out_the_buttons_are_about_ones_own_share(board, project):
    board.planner.create("coats", TaskSettings(concepts=("coat",), labelers=("ben",), reviewers=("ana", "ben")))
    task = project.task("coats")
    task.share_out()
    board.look()
    assert board.state.lines[0].no_label == "It is for ben to label."
    task.share_out(labelers=["ana", "ben"], keep_together=False)
    board.look()
    assert board.state.lines[0].no_label == ""
    session = task.session()
    session.submit()
    session.submit()
    session.close()
    board.look()
    said = "Nothing of your share is left to label; 2 inputs are with others."
    assert (board.state.lines[0].no_label, board.state.lines[0].status) == (said, "Labeling")
    assert board.state.lines[0].no_review == "2 inputs wait to be labeled first."
    session = task.session(actor="ben")
    session.submit()
    session.submit()
    session.close()
    board.look()
    assert board.state.lines[0].no_review == ""
    review = task.review_session()
    review.approve()
    review.approve()
    review.close()
    board.look()
    said = "Nothing of your share is left to review; 2 inputs are with others."
    assert (board.state.lines[0].no_review, board.state.lines[0].status) == (said, "In review")


def test_H12_what_others_do_is_seen_without_being_asked_for(board, project, until):
    board.follow(every=0.01)
    task = project.create_task("coats", concepts=["coat"])
    until(board, lambda s: [line.name for line in s.lines] == ["coats"])
    with nl.open_project(project.folder.path, actor="ben") as other:
        session = other.task("coats").session()
        session.submit()
        session.close()
    until(board, lambda s: s.lines[0].counts.done == 1)
    task.delete()
    until(board, lambda s: s.lines == ())


def test_looking_when_nothing_was_done_announces_nothing_and_keeps_the_lines(board, project):
    project.create_task("a", concepts=["x"])
    project.create_task("b", concepts=["x"])
    board.look()
    told, before = [], board.state.lines
    board.observe(lambda old, new: told.append(new))
    assert not board.look()
    project.create_task("c", concepts=["x"])
    board.look()
    assert len(told) == 1
    assert all(a is b for a, b in zip(before, board.state.lines, strict=False))


# ---- the form


def test_H01_H05_H08_H10_H19_anybody_makes_a_task_with_new_concepts_and_new_people(board, project):
    board.new()
    made = board.submit(filled(labelers=("ana", "ben"), reviewers=("cleo",), instructions="**Look**", markdown=True))
    assert project.concepts == ["coat", "hat"]
    assert project.collaborators == ["ana", "ben", "cleo"]
    task = project.task("coats")
    assert (task.id, board.state.form, board.state.notice.text) == (made, None, "coats was created.")
    assert (task.settings.labelers, task.settings.reviewers) == (("ana", "ben"), ("cleo",))
    assert (task.settings.markdown, task.settings.assistance, task.settings.assist) == (True, False, False)


def test_H08_sharing_out_goes_on_in_the_background_and_the_line_shows_how_far(board):
    board.new()
    board.submit(filled(labelers=("ana", "ben")))
    (line,) = board.state.lines
    assert (line.work.what, line.work.done, line.work.total) == ("Sharing out", 0, 4)
    (job,) = board.jobs
    job.start()
    job.advance(3)
    assert board.state.lines[0].work.done == 3
    job.finish(None)
    assert board.state.lines[0].work is None
    board.edit(line.task_id)
    board.submit(replace(board.state.form.draft, labelers=("ana",)))
    board.jobs[-1].fail(BadInput("the disk is full."))
    assert board.state.notice.text == "Sharing out did not end well: the disk is full."


def test_H02_a_dataset_is_chosen_or_made_of_all_inputs_and_named(board, project):
    board.new()
    assert board.submit(filled(new_dataset=True, dataset_name="everything"))
    assert project.datasets[["name", "inputs"]].values.tolist() == [["everything", 4]]
    assert board.state.lines[0].dataset == "everything"
    project.create_dataset("two", ["a.png", "c.png"])
    board.look()
    two = board.state.datasets[1]
    assert (two.name, two.inputs) == ("two", 2)
    board.new()
    board.submit(filled(name="few", dataset=two.dataset_id))
    assert project.task("few").inputs["name"].tolist() == ["a.png", "c.png"]


WRONG = [
    ({"name": ""}, "name", "Give the task a name."),
    ({"name": "taken"}, "name", "Another task has this name; choose another."),
    ({"name": "a" * 201}, "name", "Expected a task's name of at most 200 characters, got 201; shorten it."),
    ({"concepts": ()}, "concepts", "Add at least one concept to label with."),
    ({"assist": True}, "model", "Choose a model, or answer No to both questions above."),
    ({"auto": True, "model": "  "}, "model", "Choose a model, or answer No to both questions above."),
    ({"new_dataset": True}, "dataset", "Give the dataset a name."),
    ({"new_dataset": True, "dataset_name": "All"}, "dataset", "There is a dataset of this name"),
    ({"percent": 101.0}, "percent", "Give a percentage from 0 to 100."),
    ({"percent": 10.0, "labelers": ("ana",)}, "percent", "Second opinions need at least 2 labelers"),
    ({"labelers": ("",)}, "labelers", "Give a name."),
    ({"instructions": "a" * 20_001}, "instructions", "At most 20,000 characters; these are 20,001."),
]


@pytest.mark.parametrize(("values", "field", "said"), WRONG, ids=range(len(WRONG)))
def test_H01_what_is_wrong_is_said_at_its_field_in_one_sentence(values, field, said):
    found = problems(filled(**values), names=frozenset({"taken"}), datasets=frozenset({"all"}), inputs=4)
    assert set(found) == {field}
    assert found[field].startswith(said)


def test_H01_a_form_with_a_mistake_makes_nothing_and_the_mistake_goes_as_it_is_mended(board, project):
    board.new()
    assert board.submit(filled(name="", percent=200.0)) is None
    assert set(board.state.form.errors) == {"name", "percent"}
    assert project.tasks.empty
    board.write(filled(name="x", percent=200.0))
    assert set(board.state.form.errors) == {"percent"}


def test_H01_what_was_typed_is_there_again_after_cancel_and_gone_after_create(board):
    board.new()
    board.write(filled(name="half a na"))
    board.cancel()
    assert board.state.form is None
    board.new()
    assert board.state.form.draft == filled(name="half a na")
    board.submit(filled())
    board.new()
    assert board.state.form.draft == Draft()


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_any_name_may_be_that_of_a_task_a_concept_a_dataset_and_a_person(board, project, name):
    board.new()
    draft = filled(name=name, concepts=(name,), labelers=(name,), new_dataset=True, dataset_name=name)
    assert board.submit(draft), board.state.form.errors
    row = project.tasks.iloc[0]
    assert {row["name"], row["dataset"], *row["concepts"], *row["labelers"]} == {board.state.lines[0].name}


NO_FORMS = [None, [], {}, {"name": "x"}, "text"]


@pytest.mark.parametrize("content", NO_FORMS, ids=range(len(NO_FORMS)))
def test_what_is_no_form_is_refused(content):
    with pytest.raises(BadInput, match="expected a form with name"):
        drafted(content)


CHANGED = [("name", 3), ("concepts", "cat"), ("concepts", [3]), ("auto", 1), ("percent", True), ("opinions", 2.5)]
CHANGED += [("kind", "video"), ("percent", float("nan")), ("instructions", None)]


@pytest.mark.parametrize(("field", "value"), CHANGED, ids=range(len(CHANGED)))
def test_a_field_of_another_kind_is_refused(field, value):
    good = {name: list(v) if isinstance(v, tuple) else v for name, v in vars(filled()).items()}
    assert drafted(good) == filled()
    with pytest.raises(BadInput, match="expected"):
        drafted({**good, field: value})


# ---- the model, the robots


def test_H06_a_robot_stands_by_each_concept_the_model_covers(board, until):
    board.new()
    board.write(filled(kind="detection", assist=True, model="toys", concepts=("car", "lorry", "spoon")))
    state = until(board, lambda s: s.robots.phase == "ready")
    assert state.robots.covered == {"car", "lorry"}
    board.write(filled(kind="detection", assist=True, model="toys", concepts=("sheep", "spoon")))
    assert until(board, lambda s: "sheep" in s.robots.covered).robots.covered == {"sheep"}
    board.write(filled(kind="detection"))
    assert until(board, lambda s: s.robots.phase == "off").robots.covered == frozenset()


def test_H06_a_model_that_cannot_be_opened_says_so_and_keeps_nobody_from_anything(board, until):
    board.new()
    board.write(filled(assist=True, model="no-such-model-anywhere"))
    assert "no-such-model-anywhere" in until(board, lambda s: s.robots.phase == "failed").robots.message
    assert board.submit(filled(assist=True, model="no-such-model-anywhere"))


def test_H03_H17_help_is_asked_for_or_not_offered_at_all():
    plain, helped = filled().settings(), filled(assist=True, auto=True, model="toys").settings()
    assert (plain.assist, plain.assistance, plain.auto, plain.model) == (False, False, False, "")
    assert (helped.assist, helped.assistance, helped.auto, helped.model) == (True, True, True, "toys")
    before = TaskSettings(concepts=("coat",), labelers=("ana",), low=0.25, model="toys", connection=3)
    again = Draft.of("coats", before).settings(before)
    assert again == before


def test_H03_the_model_begins_once_the_inputs_are_shared_out(project):
    jobs = []

    def errand(kind):
        def begin(task_id):
            jobs.append((kind, Job(kind, total=4)))
            return jobs[-1][1]

        return begin

    board = TaskBoard(project.journal, actor="ana", errands=Errands(errand("share"), errand("begin")))
    board.new()
    board.submit(filled(auto=True, model="toys", labelers=("ana", "ben")))
    assert [kind for kind, _ in jobs] == ["share"]
    jobs[0][1].finish(None)
    assert [kind for kind, _ in jobs] == ["share", "begin"]
    assert board.state.lines[0].work.what == "Pre-labeling"
    jobs[1][1].finish(None)
    assert board.state.lines[0].work is None
    board.close()


def test_H03_from_python_the_model_has_been_over_the_inputs_when_the_task_is_there(project, pets):
    task = project.create_task("pets", concepts=["cat", "dog"], model=pets, auto_annotate=True)
    assert task.settings.auto
    assert task.inputs["prelabeled"].tolist() == [True, True, True, False]
    with pytest.raises(BadInput, match="auto-annotation needs a model"):
        project.create_task("other", concepts=["cat"], auto_annotate=True)


USED_UP = "this month's assist limit is used up"
TOO_FEW = "this run would take up to 4, but 3 of this month's assist limit are left"


@pytest.mark.parametrize(("limit", "why"), [(0, USED_UP), (3, TOO_FEW)], ids=["used up", "too few left"])
def test_H03_F10_where_the_limit_does_not_allow_the_run_the_task_is_there_and_says_so(project, pets, limit, why):
    project.assist_limit = limit
    said = f"task '<b>' was created, but nothing was pre-labeled, because {why}; begin it later with task.prelabel()."
    with pytest.warns(UserWarning, match=f"^{re.escape(said)}$") as warned:
        task = project.create_task("<b>", concepts=["cat", "dog"], model=pets, auto_annotate=True)
    assert warned[0].filename == __file__
    assert (len(task.runs), task.settings.auto, task.progress["left"]) == (0, True, 4)
    project.assist_limit = None
    assert project.prelabel(task).labeled == 3


@pytest.mark.parametrize("labelers", [(), ("ana", "ben")], ids=["nobody", "shared out"])
def test_H03_F10_the_form_makes_the_task_though_the_limit_is_used_up(project, pets, labelers):
    project.assist_limit = 0
    done = Job("share", total=4)
    run = partial(project.prelabel, model=pets, wait=False)
    board = TaskBoard(
        project.journal, actor="ana", errands=Errands(lambda _: done, lambda task: run(project.task(task)))
    )
    board.new()
    made = board.submit(filled(auto=True, model="toys", labelers=labelers))
    if labelers:
        assert board.state.notice.text == "coats was created."
        done.finish(None)
    assert board.state.notice.text == (
        f"coats was created, but nothing was pre-labeled, because {USED_UP}; “Pre-label…” in its menu begins later."
    )
    assert [line.task_id for line in board.state.lines] == [made]
    assert board.state.form is None
    project.assist_limit = None
    assert run(project.task(made)).value(30).run_id
    board.close()


def test_H03_the_board_does_not_stand_still_while_the_model_of_a_new_task_is_opened(project, pets):
    task = project.create_task("pets", concepts=["cat", "dog"])
    opened = threading.Event()

    def prelabel(task_id, *, wait):
        assert opened.wait(30)
        return project.prelabel(project.task(task_id), model=pets, wait=wait)

    slow = SimpleNamespace(prelabel=prelabel)
    begun = begun_beside(slow, task.id)
    assert (begun.state, begun.total) == ("running", None)
    opened.set()
    assert begun.value(30).labeled == 3
    assert (begun.total, begun.done) == (4, 4)
    project.assist_limit = 3
    with pytest.raises(AssistLimit):
        begun_beside(slow, task.id).value(30)


# ---- the row menu


def test_H14_a_deleted_task_comes_back_with_its_labels(board, project):
    task = project.create_task("coats", concepts=["coat"])
    session = task.session()
    session.add("coat")
    session.close()
    board.look()
    board.delete(task.id)
    assert (lines(board), board.state.deleted) == ([], (task.id, "coats"))
    board.undo()
    assert lines(board) == [("coats", "New", 4)]
    assert task.annotations["concept"].tolist() == ["coat"]
    assert project.check().problems == ()
    board.undo()  # there is nothing more to bring back


@pytest.mark.parametrize(("name", "said"), [("n" * 60, "n" * 60), ("🧦" * 200, "🧦" * 59 + "…"), ("<b>", "<b>")])
def test_H14_a_sentence_has_room_for_a_long_name(board, project, name, said):
    task = project.create_task(name, concepts=["coat"])
    board.look()
    board.delete(task.id)
    assert board.state.notice.text == f"{said} was deleted."
    board.undo()
    assert board.state.notice.text == f"{said} is back, with all its labels."


def test_H14_a_task_that_is_edited_keeps_its_concepts_and_shares_anew_only_when_people_change(board, project):
    task = project.create_task("coats", concepts=["coat", "hat"])
    board.look()
    board.edit(task.id)
    draft = board.state.form.draft
    assert (draft.name, draft.concepts) == ("coats", ("coat", "hat"))
    board.submit(replace(draft, name="jackets", concepts=("hat", "scarf", "coat")))
    assert (task.name, task.concepts, board.jobs) == ("jackets", ["hat", "scarf", "coat"], [])
    board.edit(task.id)
    board.submit(replace(board.state.form.draft, labelers=("ana", "ben")))
    assert len(board.jobs) == 1


def test_H14_a_version_is_saved_and_it_is_said_where(board, project):
    task = project.create_task("coats", concepts=["coat"])
    board.look()
    board.save_version(task.id, "first", "by hand")
    assert board.state.notice.text == "first: by hand"


def test_H15_H16_what_cannot_be_opened_says_why(board, project):
    task = project.create_task("coats", concepts=["coat"])
    board.look()
    with pytest.raises(BadInput, match="4 inputs wait to be labeled first"):
        board.open("review", task.id)
    board.open("label", task.id)
    assert (board.state.opened.what, board.state.opened.name) == ("label", "coats")
    board.back()
    assert board.state.opened is None
    task.delete()
    board.look()
    with pytest.raises(BadInput, match="somebody deleted it"):
        board.open("label", task.id)


# ---- the same from Python


def test_H02_a_dataset_is_made_of_ids_names_or_a_table_and_stays_what_it_is(project, pictures):
    ids = project.inputs["input_id"].tolist()
    project.create_dataset("by id", ids[:2])
    project.create_dataset("by name", ["d.png"])
    project.create_dataset("by table", project.inputs.iloc[1:])
    project.create_dataset("all")
    project.add_inputs(["https://example.org/e.png"])
    assert project.datasets[["name", "inputs", "created_by"]].values.tolist() == [
        ["by id", 2, "ana"],
        ["by name", 1, "ana"],
        ["by table", 3, "ana"],
        ["all", 4, "ana"],
    ]
    for wrong in (["nope"], 3, [3], project.inputs[["name"]], ""):
        with pytest.raises(BadInput):
            project.create_dataset("wrong", wrong)
    with pytest.raises(BadInput, match="choose another name"):
        project.create_dataset("ALL")
    with pytest.raises(BadInput, match="there are: 'by id'"):
        project.create_task("t", concepts=["x"], dataset="nope")


def test_H12_the_table_of_tasks_has_what_the_board_has(project):
    project.create_task("coats", concepts=["coat"], kind="detection", model="toys")
    row = project.tasks.iloc[0]
    assert row[["name", "status", "dataset", "kind", "model"]].tolist() == [
        "coats",
        "New",
        "all inputs",
        "detection",
        "toys",
    ]
    assert (row["inputs"], row["left"], row["created_by"], list(row["labelers"])) == (4, 4, "ana", [])


def test_inputs_are_put_off_and_brought_back_in_any_number(project):
    task = project.create_task("coats", concepts=["coat"])
    session = task.session()
    session.submit()
    session.close()
    assert task.to_backlog(["b.png"]) == 1
    assert task.to_backlog() == 2
    assert task.inputs["state"].tolist() == ["submitted", "backlog", "backlog", "backlog"]
    assert (task.status, task.progress["left"]) == ("Complete", 0)
    with pytest.raises(BadInput, match="submitted cannot become backlog"):
        task.to_backlog(["b.png", "a.png"])
    assert task.to_waiting(["b.png"]) == 1
    assert task.to_waiting() == 2
    assert task.to_waiting() == 0
    assert project.check().problems == ()


def test_a_cell_that_is_run_again_keeps_people_and_dataset(project):
    project.create_dataset("two", ["a.png", "b.png"])
    task = project.create_task("coats", concepts=["coat"], dataset="two")
    assert project.create_task("coats", concepts=["hat"]).settings.dataset == task.settings.dataset
    project.create_dataset("one", ["a.png"])
    with pytest.raises(BadInput, match="over another dataset"):
        project.create_task("coats", concepts=["coat"], dataset="one")


def test_a_task_that_cannot_come_back_says_why(project):
    task = project.create_task("coats", concepts=["coat"])
    gone = project.delete_task("coats")
    project.create_task("coats", concepts=["coat"])
    with pytest.raises(BadInput, match="another task is called 'coats' now"):
        project.restore_task(gone)
    with pytest.raises(BadInput, match="nothing to restore"):
        project.restore_task("nope")
    project.task("coats").edit(name="new coats")
    assert project.restore_task(gone).id == task.id


def test_F06_reconnecting_counts(project):
    task = project.create_task("coats", concepts=["coat"])
    assert (task.settings.connection, task.reconnect(), task.settings.connection) == (1, 2, 2)
    project.create_task("coats", concepts=["coat"])
    assert task.settings.connection == 2
