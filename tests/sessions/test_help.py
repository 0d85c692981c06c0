import threading
import time

import pandas as pd
import pytest

import notebook_labeler as nl
from notebook_labeler.errors import BadInput


def concepts(session, state):
    return [r.concept for r in session.state.rows if r.state == state]


def test_A03_turning_assistance_on_requires_a_model(open_session):
    session = open_session()
    with pytest.raises(BadInput, match="choose one"):
        session.set_assist(True)


def test_A02_A09_a_task_with_a_model_begins_with_suggestions_and_no_labels(open_session, project, pets, ready):
    session = open_session(concepts=["cat"], model=pets)
    assert ready(session).assist.on
    assert concepts(session, "suggested") == ["cat"]
    assert len(project.annotations) == 0


def test_A02_a_task_with_a_model_may_begin_without_assistance_and_the_switch_turns_it_on(project, pets, ready):
    task = project.create_task("quiet", concepts=["cat"], model=pets, assist=False)
    session = task.session()
    assert not session.state.assist.on
    session.set_assist(True)
    ready(session)
    assert concepts(session, "suggested") == ["cat"]
    session.close()


def test_A08_a_late_answer_is_never_drawn_on_another_input(open_session, project, until):
    first, free = threading.Event(), threading.Event()

    def slow(picture):
        if picture.width == 40:
            first.set()
            assert free.wait(30)
        return {"cat": 0.9} if picture.width == 40 else {"dog": 0.9}

    model = nl.predictor(slow, labels=["cat", "dog"], batched=False, name="slow", version="1")
    session = open_session(concepts=["cat", "dog"], model=model)
    assert first.wait(30)
    assert session.state.assist.phase == "predicting"
    session.next()
    seen = []
    session.observe(lambda old, new: seen.append((new.input.name, [s.concept for s in new.suggestions])))
    free.set()
    until(session, lambda s: bool(s.suggestions))
    assert concepts(session, "suggested") == ["dog"]
    assert all(found in ([], ["dog"]) for name, found in seen if name == "b.png")
    session.previous()
    until(session, lambda s: [x.concept for x in s.suggestions] == ["cat"])


def test_A08_labeling_goes_on_while_a_model_works_and_waiting_can_be_cancelled(open_session, until):
    free = threading.Event()
    model = nl.predictor(
        lambda picture: {"cat": 0.9} if free.wait(30) else {}, labels=["cat"], batched=False, name="stuck"
    )
    session = open_session(concepts=["cat"], model=model)
    until(session, lambda s: s.assist.phase == "predicting")
    session.toggle("cat")
    assert concepts(session, "accepted") == ["cat"]
    session.cancel()
    assert session.state.assist.phase == "cancelled"
    free.set()
    session.next()
    until(session, lambda s: s.assist.phase in ("ready", "predicting"))


def test_A07_a_prediction_can_be_asked_for_on_demand(open_session, pets, until, ready):
    session = open_session(concepts=["cat"], model=pets)
    ready(session)
    phases = []
    session.observe(lambda old, new: phases.append(new.assist.phase))
    session.predict()
    until(session, lambda s: s.assist.phase == "ready")
    assert "predicting" in phases


def test_a_model_that_raises_says_so_and_manual_work_goes_on(open_session, until):
    def broken(picture):
        raise RuntimeError("no <b>weights</b> today")

    model = nl.predictor(broken, labels=["cat"], batched=False, name="broken")
    session = open_session(concepts=["cat"], model=model)
    state = until(session, lambda s: s.assist.phase == "failed")
    assert "no <b>weights</b> today" in state.assist.message
    session.toggle("cat")
    assert concepts(session, "accepted") == ["cat"]


def test_a_model_that_is_not_there_is_one_sentence(open_session, until, tmp_path):
    session = open_session(concepts=["cat"])
    session.choose_model(f"local-dir:{tmp_path / 'nowhere'}")
    state = until(session, lambda s: s.assist.phase == "failed")
    assert "nowhere" in state.assist.message
    assert state.assist.message.count("\n") == 0


def test_A04_predictions_may_come_from_a_table(open_session, ready, project):
    import pandas as pd

    frame = pd.DataFrame({"name": ["a.png", "b.png"], "concept": ["cat", "dog"], "score": [0.75, 0.5]})
    session = open_session(concepts=["cat", "dog"], model=frame)
    ready(session)
    assert [(s.concept, s.score) for s in session.state.suggestions] == [("cat", 0.75)]


def test_turning_it_off_takes_the_suggestions_away(open_session, pets, ready):
    session = open_session(concepts=["cat"], model=pets)
    ready(session)
    session.set_assist(False)
    assert concepts(session, "suggested") == []
    assert session.state.assist.phase == "off"
    session.set_assist(True)
    ready(session)
    assert concepts(session, "suggested") == ["cat"]


def test_X04_the_next_inputs_are_predicted_ahead(open_session, project, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets)
    state = ready(session)
    ids, end = [i.input_id for i in session.upcoming()], time.monotonic() + 60
    while len(project.predictions.get(state.assist.key, ids)) < 3:
        assert time.monotonic() < end, "never came"
        time.sleep(0.01)
    session.next()
    assert session.state.assist.phase == "ready"
    assert concepts(session, "suggested") == ["dog"]


def test_C06_accept_all_for_many_inputs_is_one_undo(open_session, project, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets)
    ready(session)
    session.set_range(0.5, 1.0)
    assert session.accept_all_inputs().value(60) == 2
    assert sorted(project.annotations["concept"]) == ["cat", "dog"]
    session.undo()
    assert len(project.annotations) == 0


def test_C06_accept_all_says_which_inputs_could_not_be_looked_at(open_session, project, pictures, pets, ready):
    (pictures / "c.png").write_bytes(b"")
    session = open_session(concepts=["cat", "dog"], model=pets)
    ready(session)
    job = session.accept_all_inputs()
    assert job.value(60) == 3
    (failure,) = job.failures
    assert "which is empty" in failure[1]
    assert session.state.notice.text.startswith("3 labels added on 3 inputs; 1 was passed over, for example: expected")


def test_C06_accept_all_takes_chosen_inputs_only(open_session, project, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets)
    ready(session)
    ids = project.inputs["input_id"]
    session.accept_all_inputs(ids[1]).value(60)
    assert project.annotations["name"].tolist() == ["b.png"]
    session.accept_all_inputs(ids[2:]).value(60)
    assert project.annotations["name"].unique().tolist() == ["b.png", "c.png"]
    with pytest.raises(BadInput, match="as a list"):
        session.accept_all_inputs(5)


def test_C06_what_was_handed_in_is_left_alone(open_session, project, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets)
    ready(session)
    session.submit()
    session.accept_all_inputs().value(60)
    assert sorted(project.annotations["name"]) == ["b.png", "c.png"]


def test_a_model_that_was_a_python_object_asks_to_be_passed_again(open_session, project, pets, ready, until):
    ready(open_session(concepts=["cat"], model=pets))
    again = project.task("task").session()
    state = until(again, lambda s: s.assist.phase == "failed")
    assert state.assist.message == (
        "'pets' was a Python object; run the cell that defines it again and call task.label(model=pets)."
    )
    again.toggle("cat")
    assert concepts(again, "accepted") == ["cat"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda pictures: 1 / 0, "failed with ZeroDivisionError"),
        (lambda pictures: None, "one answer per picture, got NoneType"),
        (lambda pictures: [{"cat": float("nan")}], "from 0 to 1 for 'cat', got nan"),
        (lambda pictures: [[5.0, -3.0]], "not logits"),
        (lambda pictures: [{"cat": 0.5}] * 3, "with 1 answers, got 3"),
        (lambda pictures: [{"horse": 0.5}], "not among its 2 labels"),
    ],
)
def test_A06_a_function_that_answers_nonsense_is_one_sentence_and_labeling_goes_on(open_session, answer, says):
    session = open_session(concepts=["cat"], model=nl.predictor(answer, labels=["cat", "dog"], batch_size=1))
    with pytest.raises(nl.ModelFailed, match=says) as caught:
        session.wait(30)
    assert "\n" not in str(caught.value)
    assert session.state.assist.message == str(caught.value)
    session.add("cat")
    session.submit()
    assert session.state.progress.done == 1


def test_A04_predictions_made_elsewhere_are_suggested(project):
    frame = pd.DataFrame({"name": ["a.png", "b.png"], "cat": [0.8, None], "dog": [0.3, 0.6]})
    session = project.create_task("t", concepts=["cat", "dog"], model=frame).session()
    session.wait(30)
    assert [(r.concept, r.score) for r in session.state.rows] == [("cat", 0.8), ("dog", 0.3)]
    session.next()
    session.wait(30)
    assert concepts(session, "suggested") == ["dog"]
    session.close()


def test_A03_models_are_changed_there_and_back_and_the_last_one_counts(open_session, pets, ready):
    other = nl.predictor(lambda pictures: [{"dog": 0.6} for _ in pictures], labels=["dog"], name="other", version="1")
    session = open_session(concepts=["cat", "dog"], model=pets)
    for model, seen in ((other, ["dog"]), (pets, ["cat", "dog"]), (other, ["dog"])):
        session.choose_model(model)
        assert ready(session).assist.model == model.name
        assert concepts(session, "suggested") == seen
    for model in (pets, other, pets, other, pets):
        session.choose_model(model)
    assert ready(session).assist.model == "pets"
    assert concepts(session, "suggested") == ["cat", "dog"]


def test_B10_a_vocabulary_of_22000_serves_a_task(open_session, ready):
    labels = [f"label {n}" for n in range(22_000)]
    model = nl.predictor(lambda pictures: [{"label 7": 0.9, "label 8": 0.4}] * len(pictures), labels=labels, name="big")
    session = open_session(concepts=["label 7", "mine"], model=model)
    assert len(ready(session).assist.vocabulary.labels) == 22_000
    assert concepts(session, "suggested") == ["label 7"]
    session.relate("mine", "label 8")
    assert concepts(session, "suggested") == ["label 7", "mine"]


def test_A09_suggest_all_shows_the_models_other_concepts_and_they_join_on_acceptance(
    open_session, project, pets, ready
):
    session = open_session(concepts=["cat"], model=pets, suggest="all")
    ready(session)
    assert concepts(session, "suggested") == ["cat", "dog"]
    session.accept("dog")
    assert project.annotations["concept"].tolist() == ["dog"]
    session.set_suggest("mapped")
    assert concepts(session, "suggested") == ["cat"]
    assert concepts(session, "accepted") == ["dog"]


def test_B03_the_mapping_may_change_while_predictions_arrive(open_session, project, ready, pets):
    session = open_session(concepts=["cat", "pet"], model=pets)
    ready(session)
    job = session.accept_all_inputs()
    for _ in range(5):
        session.relate("pet", "dog", "hyponym")
        session.unrelate("pet", "dog")
    job.value(60)
    assert session.failures == []
    assert set(project.annotations["concept"]) <= {"cat", "pet"}
    assert project.check().ok
