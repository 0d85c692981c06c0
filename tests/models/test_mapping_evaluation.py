"""How good the recommendations are on concepts labelled by hand: the bounds that were promised, held for good."""

import importlib.util
import sys
import time
from pathlib import Path

import pytest

from notebook_labeler.models.mapping import recommend
from notebook_labeler.models.mapping.vocabularies import index_of

TOOL = Path(__file__).parents[2] / "tools" / "evaluate_mapping.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("evaluate_mapping", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("half", ["heldout", "dev", "first", "second"])
def test_B06_recommendations_keep_the_promised_bounds(tool, half):
    found = tool.figures(tool.cases(half))
    assert found.precision >= 0.95, found
    assert found.precision_per_case >= 0.95, found
    assert found.recall_top3 >= 0.75, found
    assert found.silence >= 0.90, found
    assert found.silence_per_case >= 0.90, found
    assert found.sure_precision >= 0.99, found


def test_the_sets_are_apart_and_large_enough(tool):
    sets = {half: {c.concept.casefold() for c in tool.cases(half)} for half in ("dev", "heldout", "first", "second")}
    assert sum(map(len, sets.values())) == len(set().union(*sets.values()))
    held = tool.cases("heldout")
    matched = {c.concept for c in held if c.has_match}
    assert len(matched) >= 100
    assert len({c.concept for c in held} - matched) >= 25


def test_a_lookup_among_a_thousand_classes_takes_less_than_a_millisecond(tool):
    classes = tool.imagenet()
    concepts = sorted({c.concept for c in tool.cases("dev")})
    recommend(concepts, classes)
    start = time.process_time()
    recommend(concepts, classes)
    assert (time.process_time() - start) / len(concepts) < 0.001
    assert index_of(classes) is index_of(tool.imagenet())
