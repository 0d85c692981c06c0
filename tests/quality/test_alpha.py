"""Alpha and kappa are what their inventors worked out by hand, and their intervals hold what they promise."""

import itertools
import math

import numpy as np
import pytest

from notebook_labeler.quality.alpha import alpha, alpha_of_labels, by_labels, kappa
from notebook_labeler.quality.intervals import over_inputs, wilson

# Krippendorff, Computing Krippendorff's alpha-reliability (2011): the examples of sections A, B and C
MEG_OWEN = ("0100000010", "1110010000"), 0.095
BEN_GERRY = ("aabbdcccedda", "babbbccceddd"), 0.692
FOUR = ("123321412...", "1233224125.3", ".3332342251.", "12332441251."), 0.743


def counts(people):
    """How many people said what of each thing that at least two spoke of ('.': nothing)."""
    kinds = sorted(set("".join(people)) - {"."})
    table = np.array([[said.count(kind) for kind in kinds] for said in zip(*people, strict=True)], float)
    return table[table.sum(axis=1) > 1]


def by_coincidences(table):
    """Alpha by its definition: the coincidence matrix, pair by pair."""
    kinds = range(table.shape[1])
    together = np.zeros((len(kinds), len(kinds)))
    for unit in table.astype(int):
        said = [kind for kind in kinds for _ in range(unit[kind])]
        for a, b in itertools.permutations(range(len(said)), 2):
            together[said[a], said[b]] += 1 / (len(said) - 1)
    each = together.sum(axis=1)
    n = each.sum()
    observed = n - np.trace(together)
    expected = (n**2 - (each**2).sum()) / (n - 1)
    return 1 - observed / expected


@pytest.mark.parametrize(("people", "known"), [MEG_OWEN, BEN_GERRY, FOUR], ids=["binary", "nominal", "missing"])
def test_X10_alpha_is_as_Krippendorff_publishes_it(people, known):
    value = alpha(counts(people))[1]
    assert round(value, 3) == known
    assert value == pytest.approx(by_coincidences(counts(people)))


def test_X10_kappa_is_as_Cohen_publishes_it():
    shares = [[44, 5, 1], [7, 20, 3], [9, 5, 6]]  # of 100, by judge and judge
    pairs = [(a, b) for a, row in enumerate(shares) for b, many in enumerate(row) for _ in range(many)]
    assert round(kappa(*zip(*pairs, strict=True)), 3) == 0.492


@pytest.mark.parametrize("seed", range(8))
def test_X10_of_random_tables_alpha_is_what_its_definition_gives(seed):
    random = np.random.default_rng(seed)
    table = random.integers(0, 4, (random.integers(3, 30), random.integers(2, 6))).astype(float)
    table = table[table.sum(axis=1) > 1]
    observed, value, (low, high) = alpha(table)
    assert value == pytest.approx(by_coincidences(table))
    assert -1 <= low <= value <= high <= 1
    assert 0 <= observed <= 1


def test_X10_of_one_label_both_alphas_are_the_same():
    table = np.array([[2, 0], [1, 1], [0, 3], [2, 1], [0, 2]], float)
    (agreed, value, ends), whole = alpha_of_labels(table[:, :1], table.sum(axis=1)), alpha(table)
    assert (agreed, value) == pytest.approx(whole[:2])
    assert ends == pytest.approx(whole[2])


def test_X10_labels_that_nobody_used_change_nothing_over_all():
    used, size = np.array([[2.0], [1.0], [0.0], [0.0]]), np.full(4, 2.0)
    with_empty = np.hstack([used, np.zeros((4, 3))])
    assert alpha_of_labels(with_empty, size)[1] == pytest.approx(alpha_of_labels(used, size)[1])


@pytest.mark.parametrize(
    "table",
    [np.zeros((0, 2)), np.array([[2.0, 0.0]] * 5), np.zeros((0, 0))],
    ids=["nothing", "one category", "no category"],
)
def test_X10_where_alpha_is_undefined_it_is_no_number(table):
    _, value, ends = alpha(table)
    assert math.isnan(value)
    assert all(map(math.isnan, ends))


def test_X10_kappa_of_one_category_is_no_number():
    assert math.isnan(kappa("aaa", "aaa"))
    assert math.isnan(kappa("", ""))


def test_X10_full_agreement_on_few_inputs_is_not_told_as_certain():
    ends = [alpha(np.array([[2, 0], [0, 2]] * many))[2] for many in (2, 20, 200)]
    assert [high for _, high in ends] == [1.0, 1.0, 1.0]
    assert ends[0][0] < 0.4 < ends[1][0] < 0.96 < ends[2][0] < 1


@pytest.mark.parametrize(("inputs", "share", "true"), [(15, 0.5, 0.8), (50, 0.2, 0.8), (50, 0.5, 0.95)])
def test_X10_intervals_hold_the_true_alpha_as_often_as_they_say(inputs, share, true):
    random = np.random.default_rng(5)
    differ = 2 * share * (1 - share) * (1 - true)
    tries, held = 200, 0
    for _ in range(tries):
        both, one, _ = random.multinomial(inputs, [share - differ / 2, differ, 1 - share - differ / 2])
        used = np.repeat([2.0, 1.0, 0.0], [both, one, inputs - both - one])
        low, high = over_inputs(np.where(used == 1, 2.0, 0.0), np.full(inputs, 2.0), used[:, None], by_labels)
        held += low <= true <= high
    assert 0.91 <= held / tries <= 1.0


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_X10_Wilsons_interval_is_as_published(hits, of, low, high):  # the last: Newcombe, Stat. Med. 17 (1998)
    assert wilson(hits, of) == pytest.approx((low, high), abs=6e-5)


def test_X10_of_nothing_there_is_no_interval():
    assert all(map(math.isnan, wilson(0, 0)))
