"""What is recommended, in which order, with which reason, and what is not."""

import pytest

from notebook_labeler.domain.concept_map import ConceptMap
from notebook_labeler.domain.predictions import Vocabulary
from notebook_labeler.models.mapping import explain, meanings, recommend, search
from notebook_labeler.models.mapping.vocabularies import index_of

TOYS = Vocabulary(("car", "truck", "bus", "person", "bicycle", "sheep", "dog", "tree", "house", "boat"))


def reasons(concept, vocabulary=TOYS, **options):
    return {m.other: m.reason for m in recommend([concept], vocabulary, **options)}


def test_B06_vehicle_gathers_what_drives_and_floats_among_the_toys():
    found = recommend(["vehicle"], TOYS)
    assert {m.other for m in found} == {"car", "truck", "bus", "bicycle", "boat"}
    assert {m.relation for m in found} == {"hyponym"}
    assert not any(m.sure for m in found)
    assert "car is a kind of vehicle" in {m.reason for m in found}


def test_B06_pants_find_nothing_among_the_toys():
    assert recommend(["pants"], TOYS) == ()


@pytest.mark.parametrize(
    ("concept", "other", "relation", "reason"),
    [
        ("car", "car", "synonym", "same name"),
        ("CAR", "car", "synonym", "same name"),
        ("Cars", "car", "synonym", "plural of car"),
        ("people", "person", "synonym", "synonym: people = person"),
        ("automobile", "car", "synonym", "synonym: automobile = car"),
        ("lorries", "truck", "synonym", "synonym: lorry = truck"),
    ],
)
def test_B06_the_same_thing_is_sure_and_says_why(concept, other, relation, reason):
    best = recommend([concept], TOYS)[0]
    assert (best.other, best.relation, best.reason, best.sure) == (other, relation, reason, True)


@pytest.mark.parametrize(
    ("concept", "other", "relation", "reason"),
    [
        ("walker", "person", "hypernym", "person is a broader term for walker"),
        ("bike_rider", "person", "hypernym", "person is a broader term for bike rider"),
        ("bicyle", "bicycle", "synonym", "spelled like bicycle"),
        ("animal", "dog", "hyponym", "dog is a kind of animal"),
        ("plant", "tree", "hyponym", "tree is a kind of plant"),
    ],
)
def test_B06_kinds_broader_terms_and_spellings_are_offered_but_never_sure(concept, other, relation, reason):
    best = recommend([concept], TOYS)[0]
    assert (best.other, best.relation, best.reason, best.sure) == (other, relation, reason, False)


@pytest.mark.parametrize(
    "spelling", ["tennis racket", "TennisRacket", "tennis_racket", "tennis-racket", "Tennis Rackets", "tennisracket"]
)
def test_one_name_is_found_in_all_its_spellings(spelling):
    (match,) = recommend([spelling], Vocabulary(("tennis_racket", "dog")))
    assert match.other == "tennis_racket"
    assert match.sure


def test_a_bracket_says_what_is_meant():
    assert reasons("crane (bird)", Vocabulary(("bird", "person")))


@pytest.mark.parametrize(
    ("plural", "single"), [("mice", "mouse"), ("wolves", "wolf"), ("buses", "bus"), ("women", "woman")]
)
def test_irregular_plurals_are_known(plural, single):
    assert reasons(plural, Vocabulary((single, "zzz"))) == {single: f"plural of {single}"}


def test_a_plural_label_is_found_by_its_singular():
    assert recommend(["ski"], Vocabulary(("skis", "zzz")))[0].sure


def test_broader_terms_come_only_where_nothing_better_exists():
    wide, narrow = Vocabulary(("animal", "car")), Vocabulary(("animal", "dog", "car"))
    assert [m.relation for m in recommend(["dog"], wide)] == ["hypernym"]
    assert [m.other for m in recommend(["dog"], narrow)] == ["dog"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "🚗",
        "🚗 car",
        "מכונית",
        "سيارة",
        "汽车",
        "<b>car</b>",
        "<img src=x onerror=alert(1)>",
        "car'; drop",
        "a" * 10_000,
        "(" * 300,
        "_" * 300,
        "a.b.c" * 60,
        "\x00car",
        "{{car}}",
        "../car",
    ],
)
def test_what_is_no_word_matches_nothing_and_breaks_nothing(name):
    assert recommend([name], TOYS) == ()
    assert explain(name) == ""
    assert isinstance(search(TOYS, name), tuple)


def test_what_is_no_word_still_finds_its_equal():
    odd = Vocabulary(("<b>auto</b>", "מכונית", "🚗", ""))
    assert [recommend([label], odd)[0].other for label in odd.labels[:3]] == list(odd.labels[:3])


def test_borders_of_the_lists():
    assert recommend([], TOYS) == ()
    assert recommend(["car"], Vocabulary(())) == ()
    assert len(recommend(["car", "car"], TOYS)) == 1
    assert len(recommend(["vehicle"], TOYS, limit=2)) == 2
    assert {m.other for m in recommend(["car"], Vocabulary(("car", "car")))} == {"car"}


def test_words_that_are_no_nouns_are_not_taken_for_misspelt_ones():
    assert (
        recommend(["striped", "blurred", "louder", "another"], Vocabulary(("striper", "blurb", "loader", "anther")))
        == ()
    )


def test_what_a_detector_leaves_out_is_no_concept():
    detector = Vocabulary(("__background__", "person", "N/A", "car", "dog"))
    assert recommend(["background", "n/a", "__background__"], detector) == ()


def test_coco_names_mean_what_coco_means_by_them():
    mixed = Vocabulary(("mouse", "keyboard", "orange", "kite", "tie", "person", "remote", "bowl"))
    assert "computer" in explain("mouse", mixed)
    assert reasons("animal", mixed) == {}
    assert reasons("necktie", mixed) == {"tie": "synonym: necktie = tie"}


def test_a_tagged_vocabulary_is_taken_at_its_word():
    bird, machine = Vocabulary(("crane",), (2012849,)), Vocabulary(("crane",), (3126707,))
    assert recommend(["bird"], bird)[0].other == "crane"
    assert recommend(["bird"], machine) == ()


def test_names_with_aliases_are_found_by_each_of_them():
    labels = Vocabulary(
        ("cellular telephone, cellular phone, cellphone, mobile phone", "tench, Tinca tinca"), (2992529, 1440764)
    )
    assert recommend(["mobile_phone"], labels)[0].sure
    assert recommend(["Tinca tinca"], labels)[0].other == "tench, Tinca tinca"


def test_the_mapping_takes_the_sure_ones_by_itself():
    own = ("Autos", "vehicle", "pants")
    mapping = ConceptMap.build(own, TOYS, matches=recommend(own, TOYS))
    assert mapping.mapped == ("Autos",)
    assert mapping.unmapped == ("vehicle", "pants")


def test_a_vocabulary_is_indexed_once():
    assert index_of(TOYS) is index_of(Vocabulary(TOYS.labels))
    for number in range(20):
        index_of(Vocabulary((f"label {number}",)))
    assert recommend(["car"], TOYS)[0].other == "car"


def test_B10_the_vocabulary_is_searched_by_part_and_then_by_meaning():
    words = Vocabulary(("sports car", "car", "cargo ship", "scar", "dog"))
    assert search(words, "car") == ("car", "cargo ship", "sports car", "scar")
    assert search(words, "automobile")[0] == "car"
    assert search(words, " ") == words.labels
    assert search(words, "c", limit=2) == ("car", "cargo ship")
    assert search(words, "zebra crossing") == ()


def test_meanings_are_explained():
    assert explain("bicycle").startswith("a wheeled vehicle")
    assert meanings("mouse")[3].startswith("mouse#4: mouse, computer mouse (")
    assert meanings("qqqq") == ()
