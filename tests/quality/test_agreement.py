"""What people agree on who labeled the same inputs; "undefined" where nothing can be said."""

import math

import pytest

from notebook_labeler.quality.agreement import (
    FEW,
    ONE_CATEGORY,
    OVERALL,
    SAME_CHOICE,
    UNUSED,
    about_labels,
    paired,
)

HOSTILE = ["<img src=x onerror=alert(1)>", "עברית 🐑", "x" * 200, "'; DROP TABLE annotation; --"]
PETS = {"cat": "cat", "dog": "dog"}


def said(opinion, *rows, people=("ana", "ben")):
    """Each row: what each person said of one input, labels by blanks."""
    return paired(
        [
            opinion(place, person, *labels.split(), seat=seat)
            for place, row in enumerate(rows)
            for seat, (person, labels) in enumerate(zip(people, row, strict=True))
        ]
    )


def figures(row):
    return [row.agreement, row.alpha, row.low, row.high, row.kappa]


def test_X10_each_concept_has_its_agreement_and_the_last_row_speaks_of_all(opinion):
    rows = about_labels(said(opinion, ("cat", "cat"), ("cat dog", "dog"), ("", ""), ("dog", "dog")), PETS)
    cat, dog, both = rows
    assert [row.concept for row in rows] == ["cat", "dog", OVERALL]
    assert (cat.agreement, cat.inputs, cat.labels, cat.note) == (0.75, 4, 3, "")
    assert cat.alpha == pytest.approx(1 - 0.25 / (2 * 3 * 5 / (8 * 7)))
    assert cat.kappa == pytest.approx((0.75 - 0.5) / 0.5)  # ana half the time, ben in a quarter: chance 0.5
    assert dog.alpha == dog.kappa == 1.0
    assert both.agreement == 0.875
    assert both.alpha == pytest.approx(1 - 0.25 / (2 * 3 * 5 / 56 + 2 * 4 * 4 / 56))
    assert math.isnan(both.kappa)
    assert all(row.low <= row.alpha <= row.high for row in rows)
    assert dog.low < 1.0


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([], FEW),
        ([("cat", "dog")], FEW),
        ([("", ""), ("", "")], UNUSED),
        ([("dog", "dog"), ("dog", "dog")], UNUSED),
        ([("cat", "cat"), ("cat", "cat")], ONE_CATEGORY),
    ],
    ids=["no input", "one input", "nothing said", "another concept", "everywhere"],
)
def test_X10_undefined_is_said_and_is_neither_0_nor_1(opinion, rows, note):
    cat = about_labels(said(opinion, *rows), PETS)[0]
    assert cat.note == note
    assert note.startswith("undefined")
    assert all(map(math.isnan, figures(cat)))
    assert cat.inputs == len(rows)


def test_X10_a_choice_of_one_is_compared_as_a_whole(opinion):
    both = about_labels(said(opinion, ("cat", "cat"), ("cat", "dog"), ("dog", "dog"), ("", "")), PETS, single=True)[-1]
    assert both.agreement == 0.75
    assert both.alpha == pytest.approx(1 - 0.25 / ((64 - 9 - 9 - 4) / 56))
    assert both.kappa == pytest.approx((0.75 - (2 + 2 + 1) / 16) / (1 - 5 / 16))
    assert both.labels == 6
    same = about_labels(said(opinion, ("cat", "cat"), ("cat", "cat")), PETS, single=True)[-1]
    assert same.note == SAME_CHOICE


def test_X10_inputs_may_have_different_numbers_of_opinions_by_different_people(opinion):
    everybody = [opinion(1, "ana", "cat"), opinion(1, "ben", "cat", seat=1), opinion(1, "cleo", seat=2)]
    others = [opinion(2, "ben"), opinion(2, "cleo", seat=1), opinion(3, "ana", "cat")]
    row = about_labels(paired(everybody + others), PETS)[0]
    assert row.inputs == 2
    assert row.agreement == pytest.approx((3 * (1 / 3) + 2 * 1) / 5)
    assert math.isnan(row.kappa)  # of two people only


def test_X10_ones_own_second_opinion_is_no_second_opinion(opinion):
    assert paired([opinion(1, "ana", "cat"), opinion(1, "ana", seat=1)]) == []
    assert len(paired([opinion(1, "", "cat"), opinion(1, "", seat=1)])) == 1  # nobody knows who they were


def test_X10_hostile_names_are_concepts_as_others_are(opinion):
    names = dict.fromkeys(HOSTILE)
    inputs = paired([opinion(n, who, ("🐑"), seat=s) for n in range(3) for s, who in enumerate(HOSTILE[:2])])
    rows = about_labels(inputs, {**{name: name for name in names}, "🐑": "🐑"})
    assert [row.note for row in rows] == [UNUSED] * len(HOSTILE) + [ONE_CATEGORY] * 2


def test_X10_the_same_opinions_have_the_same_interval_every_time(opinion):
    inputs = said(opinion, ("cat", "cat"), ("cat", ""), ("", ""), ("cat dog", "cat"))
    assert repr(about_labels(inputs, PETS)) == repr(about_labels(inputs, PETS))


def test_X10_without_concepts_there_is_one_row_that_says_so(opinion):
    assert [row.note for row in about_labels(said(opinion, ("", ""), ("", "")), {})] == [UNUSED]
    assert [row.note for row in about_labels(said(opinion, ("", ""), ("", "")), {}, single=True)] == [UNUSED]
