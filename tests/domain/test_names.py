import pytest

from notebook_labeler.domain.names import clean_name, name_key
from notebook_labeler.errors import BadInput


def test_two_spellings_of_one_name_have_one_key():
    composed, decomposed = "Caf\u00e9", "cafe\u0301"
    assert name_key(composed) == name_key(decomposed)
    assert name_key(" Traffic   LIGHT ") == name_key("traffic light")


def test_a_name_keeps_its_letters_and_loses_its_outer_blanks():
    assert clean_name("  <b>Größe</b>   🐑 ") == "<b>Größe</b> 🐑"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "empty"),
        ("   ", "empty"),
        (None, "NoneType"),
        (3, "int"),
        ("x" * 201, "201"),
        ("a\x00b", "control"),
        ("a\x1bb", "control"),
        ("\ud800", "control"),
    ],
)
def test_what_is_no_name_is_refused_in_one_sentence(given, says):
    with pytest.raises(BadInput, match=says):
        clean_name(given)
