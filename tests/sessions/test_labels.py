import pytest

from notebook_labeler.errors import BadInput, Conflict, NothingToUndo, UnknownConcept


def labels(session):
    return {row.concept for row in session.state.rows if row.state == "accepted"}


def row(session, concept):
    return next(r for r in session.state.rows if r.concept == concept)


def test_A01_off_is_plain_manual_work(open_session):
    session = open_session(concepts=["cat", "dog"])
    assert session.state.assist.phase == "off"
    assert [r.state for r in session.state.rows] == ["choice", "choice"]
    session.toggle("cat")
    assert labels(session) == {"cat"}
    session.toggle("cat")
    assert labels(session) == set()


def test_C01_C02_suggestions_come_with_their_probability_highest_first(open_session, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets)
    ready(session)
    assert [(r.concept, r.score, r.state) for r in session.state.rows] == [
        ("cat", 0.9, "suggested"),
        ("dog", 0.4, "suggested"),
    ]


def test_D01_D02_accepting_is_on_disk_when_it_is_shown(open_session, project, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets)
    ready(session)
    session.accept("cat")
    assert row(session, "cat").state == "accepted"
    assert session.state.saving.phase == "saved"
    frame = project.annotations
    assert frame[["concept", "labeler", "origin", "via"]].values.tolist() == [["cat", "ana", "model", "accepted"]]
    assert "cat" in session.state.notice.text


def test_D03_unchecking_reverts_to_a_suggestion(open_session, project, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets)
    ready(session)
    session.accept("cat")
    session.uncheck("cat")
    assert row(session, "cat").state == "suggested"
    assert len(project.annotations) == 0


def test_D06_a_deleted_suggestion_does_not_come_back_from_the_same_model(open_session, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets, suggest="all")
    ready(session)
    session.delete("cat")
    session.predict()
    ready(session)
    assert row(session, "cat").state == "choice"
    assert [s.concept for s in session.state.acceptable] == ["dog"]


def test_C05_accept_all_takes_exactly_what_range_and_search_show(open_session, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets)
    ready(session)
    session.set_range(0.3, 0.5)
    assert session.accept_all() == 1
    assert labels(session) == {"dog"}
    session.set_range(0, 1)
    session.search("zebra")
    assert session.accept_all() == 0
    session.search("CA")
    assert session.accept_all() == 1
    session.search("")
    assert labels(session) == {"cat", "dog"}


def test_C03_a_new_prediction_does_not_move_the_range(open_session, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets, threshold=(0.3, 0.8))
    ready(session)
    session.set_range(0.35, 0.75)
    session.next()
    ready(session)
    assert (session.state.lens.low, session.state.lens.high) == (0.35, 0.75)


def test_D08_a_new_name_is_a_concept_a_label_and_on_the_list(open_session, project):
    session = open_session(concepts=["cat"])
    session.add("Sun <b>glasses</b>")
    assert labels(session) == {"Sun <b>glasses</b>"}
    assert session.state.settings.concepts == ("cat", "Sun <b>glasses</b>")
    assert "Sun <b>glasses</b>" in project.concepts


def test_B11_to_B14_renaming_and_renaming_back(open_session, project):
    session = open_session(concepts=["cat"])
    session.add("cat")
    session.rename("cat", "tabby")
    assert (row(session, "tabby").original, labels(session)) == ("cat", {"tabby"})
    assert project.relations.values.tolist() == [["tabby", "cat", "synonym", "rename"]]
    session.next()
    session.add("cat")
    assert (row(session, "tabby").original, labels(session)) == ("cat", {"tabby"})
    session.rename("tabby", "cat")
    assert labels(session) == {"cat"}
    session.previous()
    assert labels(session) == {"tabby"}
    assert len(project.relations) == 1


def test_X01_undo_and_redo_go_across_inputs_and_actions(open_session, project):
    session = open_session(concepts=["cat", "dog"])
    first = session.state.input
    session.add("cat")
    session.rename("cat", "tabby")
    session.submit()
    assert session.state.input != first
    for _ in range(3):
        session.undo()
    assert session.state.input == first
    assert (labels(session), len(project.annotations), project.tasks["done"].item()) == (set(), 0, 0)
    with pytest.raises(NothingToUndo):
        session.undo()
    for _ in range(3):
        session.redo()
    assert (labels(session), project.tasks["done"].item()) == ({"tabby"}, 1)
    assert session.state.redo is None


def test_a_verb_that_changes_nothing_announces_nothing(open_session):
    session = open_session(concepts=["cat"])
    session.add("cat")
    told = []
    session.observe(lambda old, new: told.append(new))
    session.add("cat")
    session.set_range(0, 1)
    session.search("")
    assert told == []


def test_the_same_operation_sent_twice_is_done_once(open_session, project):
    session = open_session(concepts=["cat"])
    one = session.state.input.input_id
    session.toggle("cat", input_id=one, op_id="op-1")
    session.toggle("cat", input_id=one, op_id="op-1")
    assert labels(session) == {"cat"}


def test_a_late_click_lands_on_the_input_it_was_meant_for(open_session, project):
    session = open_session(concepts=["cat"])
    first = session.state.input.input_id
    session.next()
    session.toggle("cat", input_id=first)
    assert labels(session) == set()
    assert project.annotations["input_id"].tolist() == [first]


def test_a_repeated_next_of_an_input_left_behind_moves_nothing(open_session):
    session = open_session()
    first = session.state.input.input_id
    session.next(input_id=first)
    session.next(input_id=first)
    assert session.state.position == 1


def test_two_kernels_on_one_task_lose_nothing_and_name_the_conflict(open_session, project):
    ana, bo = open_session(concepts=["cat"]), open_session(actor="bo", concepts=["cat"])
    ana.add("cat")
    bo.look()
    bo.add("dog")
    assert labels(bo) == {"cat", "dog"}
    ana.say("look again")
    ana.next()
    ana.previous()
    assert labels(ana) == {"cat", "dog"}
    assert set(project.annotations["labeler"]) == {"ana", "bo"}


def test_undo_of_what_somebody_changed_since_is_a_conflict(open_session):
    ana, bo = open_session(concepts=["cat"]), open_session(actor="bo", concepts=["cat"])
    ana.add("cat")
    bo.look()
    bo.uncheck("cat")
    with pytest.raises(Conflict, match="bo"):
        ana.undo()


def test_accepting_what_nobody_suggests_is_refused(open_session):
    session = open_session(concepts=["cat"])
    with pytest.raises(UnknownConcept, match="nothing suggests"):
        session.accept("cat")
    with pytest.raises(UnknownConcept, match="does not carry"):
        session.uncheck("cat")


def test_C07_green_ones_are_added_on_submit(open_session, project, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets, submit_threshold=0.5)
    ready(session)
    assert [r.concept for r in session.state.rows if r.passing] == ["cat"]
    session.submit()
    assert project.annotations[["concept", "via"]].values.tolist() == [["cat", "on_submit"]]


def test_single_choice(open_session, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets, choice="single")
    ready(session)
    assert [s.concept for s in session.state.acceptable] == ["cat"]
    session.accept("cat")
    session.accept("dog")
    assert labels(session) == {"dog"}


def test_an_empty_project_has_nothing_to_label_and_says_so(tmp_path):
    import notebook_labeler as nl

    with nl.open_project(tmp_path / "empty") as project:
        session = project.create_task("none", concepts=["cat"]).session()
        assert session.state.input is None
        assert session.state.rows == ()
        with pytest.raises(BadInput, match="no input"):
            session.add("cat")


def test_G02_concepts_are_made_and_put_on_inputs_by_checkmark(open_session, project, pets, ready):
    session = open_session(model=pets)
    ready(session)
    assert project.concepts == []
    session.toggle("cat")
    session.next()
    ready(session)
    session.toggle("dog")
    assert project.concepts == ["cat", "dog"]
    assert project.annotations[["name", "concept"]].values.tolist() == [["a.png", "cat"], ["b.png", "dog"]]


def test_D04_a_row_names_everybody_who_stands_for_it_and_the_model(open_session, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets)
    ready(session)
    session.accept("cat")
    (row,) = [r for r in session.state.rows if r.concept == "cat"]
    assert "ana" in row.people
    assert row.models == (session.state.assist.key,)


def test_C07_a_single_choice_made_by_a_person_is_not_overruled_on_submit(open_session, project, pets, ready):
    session = open_session(concepts=["cat", "dog"], model=pets, choice="single", submit_threshold=0.5)
    ready(session)
    session.add("dog")
    session.submit()
    ready(session)
    session.submit()
    assert project.annotations[["name", "concept", "via"]].values.tolist() == [
        ["a.png", "dog", "added"],
        ["b.png", "dog", "on_submit"],
    ]


def test_X01_undo_and_redo_of_two_people_go_their_own_ways(open_session, project):
    ana, bo = open_session(concepts=["cat"]), open_session(actor="bo")
    ana.add("cat")
    bo.look()
    bo.add("dog")
    ana.undo()
    assert project.annotations["concept"].tolist() == ["dog"]
    bo.undo()
    ana.redo()
    assert project.annotations[["labeler", "concept"]].values.tolist() == [["ana", "cat"]]
    bo.redo()
    assert sorted(project.annotations["labeler"]) == ["ana", "bo"]
    assert project.check().ok


def test_a_thousand_concepts_are_a_task_like_any_other(open_session, project):
    session = open_session(concepts=[f"concept {n}" for n in range(1000)])
    assert len(session.state.rows) == 1000
    session.toggle("concept 999")
    session.search("concept 99")
    assert {r.concept for r in session.state.rows} == {"concept 99", *(f"concept {n}" for n in range(990, 1000))}
    session.undo()
    assert project.annotations.empty


@pytest.mark.parametrize("verb", ["accept", "uncheck", "toggle", "delete", "add", "add_task_concept"])
@pytest.mark.parametrize("name", [None, 5, "", "a\0b", "x" * 201])
def test_a_name_that_is_none_is_refused_in_one_sentence(open_session, verb, name):
    session = open_session(concepts=["cat"])
    with pytest.raises(BadInput) as caught:
        getattr(session, verb)(name)
    assert "\n" not in str(caught.value)


def test_searching_for_nothing_shows_everything(open_session):
    session = open_session(concepts=["cat"])
    session.search("zebra")
    assert session.state.rows == ()
    session.search(None)
    assert [r.concept for r in session.state.rows] == ["cat"]
