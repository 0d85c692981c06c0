"""WordNet's extract and the forms of names."""

import subprocess
import sys
import tomllib
from importlib.resources import files

import pytest

from notebook_labeler.models import mapping
from notebook_labeler.models.mapping.forms import parse, singulars, words_of
from notebook_labeler.models.mapping.fuzzy import distance
from notebook_labeler.models.mapping.senses import curated, senses_of
from notebook_labeler.models.mapping.wordnet import nouns

DATA = files(mapping)


def test_offsets_are_those_of_imagenet():
    assert nouns().words(1440764) == ("tench", "Tinca tinca")
    assert nouns().senses("automobile") == (2958343,)


def test_the_first_meaning_is_the_most_frequent():
    assert [nouns().words(s)[0] for s in nouns().senses("mouse")] == ["mouse", "shiner", "mouse", "mouse"]


def test_steps_upward_lead_to_the_root():
    above = nouns().ancestors(nouns().senses("bicycle")[0])
    vehicle, entity = nouns().senses("vehicle")[0], nouns().senses("entity")[0]
    assert above[vehicle] < above[entity] == max(above.values())


def test_persons_and_places_by_name_are_left_out():
    assert "paris" not in nouns() or all("capital" not in nouns().gloss(s) for s in nouns().senses("paris"))
    assert "einstein" not in nouns() or len(nouns().senses("einstein")) == 1


def test_an_unknown_word_and_an_unknown_synset_mean_nothing():
    assert nouns().senses("qqqq") == ()
    assert (nouns().words(1), nouns().gloss(1), nouns().hypernyms(1), nouns().ancestors(1)) == ((), "", (), {})


def test_the_licence_stands_beside_the_data_and_the_package_stays_small():
    text = (DATA / "LICENSE.wordnet").read_text()
    assert "WordNet 3.0 Copyright 2006 by Princeton University" in text
    assert sum(len(f.read_bytes()) for f in DATA.iterdir() if f.is_file()) < 2_200_000


def test_the_curated_table_names_only_what_exists():
    raw = tomllib.loads((DATA / "curated.toml").read_text())
    table = curated()
    assert set(table.pins) == set(raw["pins"]) | set(raw["coined"])
    assert len(table.labels) == len(raw["labels"]) >= 82
    assert all(nouns().words(s) for senses in table.pins.values() for s in senses)
    sections = (raw["pins"], raw["coined"], raw["kinds"], raw["never"], raw["labels"])
    assert all(list(section) == sorted(section) for section in sections)


def test_nothing_is_read_and_pandas_is_not_imported_until_a_word_is_looked_up():
    code = (
        "import sys; from notebook_labeler.models.mapping import recommend; assert 'pyarrow' not in sys.modules;"
        "from notebook_labeler.domain.predictions import Vocabulary;"
        "print(recommend(['auto'], Vocabulary(('car',)))[0].other, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["car", "False"]


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        ("TrafficLight", ("traffic light",)),
        ("HTMLPage", ("html page",)),
        ("fire_hydrant", ("fire hydrant",)),
        ("car_(automobile)", ("car", "automobile")),
        ("car, auto / motorcar", ("car", "auto", "motorcar")),
        ("jack-o'-lantern", ("jack o' lantern",)),
        ("ｃａｒ", ("car",)),
        ("<b>", ()),
        ("", ()),
        ("x" * 401, ()),
    ],
)
def test_a_name_is_taken_apart(raw, texts):
    assert parse(raw).texts == texts


@pytest.mark.parametrize(
    ("plural", "single"),
    [
        ("buses", "bus"),
        ("dishes", "dish"),
        ("berries", "berry"),
        ("knives", "knife"),
        ("firemen", "fireman"),
        ("skis", "ski"),
    ],
)
def test_the_singular_is_among_those_proposed(plural, single):
    assert single in set(singulars(plural))


def test_words_that_end_like_plurals_stay():
    assert [words_of(w) for w in ("glass", "bus", "gas")] == [["glass"], ["bus"], ["gas"]]


def test_meanings_follow_what_people_label():
    def first(name):
        return nouns().words(senses_of(name)[0].synset)[0]

    assert [first(w) for w in ("chicken", "toaster", "pants", "TV")] == [
        "chicken",
        "toaster",
        "trouser",
        "television receiver",
    ]
    assert nouns().lexfile(senses_of("chicken")[0].synset) == 5


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ("car", "car", 0),
        ("bicyle", "bicycle", 1),
        ("umbrlela", "umbrella", 1),
        ("", "ab", 2),
        ("kitten", "sitting", 3),
        ("a", "b", 1),
    ],
)
def test_the_distance_of_spellings(a, b, apart):
    assert distance(a, b, 5) == distance(b, a, 5) == apart
    assert distance("short", "a very long one", 2) == 3
