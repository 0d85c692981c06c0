"""The forms of a name: what is typed in many ways is looked up in one, with its singular and its compact form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ...domain.names import MAX_NAME, name_key
from .wordnet import nouns

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ASIDE = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_JOINT = re.compile(r"[_\-\s]+")
_WORDS = re.compile(r"[^\W_]+(?:['’.&][^\W_]*)*(?: [^\W_]+(?:['’.&][^\W_]*)*)*")
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("ves", "fe"), ("men", "man"))


@dataclass(frozen=True)
class Name:
    """A name taken apart.

    `key` is the folded name as a whole; `texts` its alternatives (``plane, airplane`` has two, ``car (automobile)``
    a second in brackets), lower case, blanks between words. A name of which any part is no word has no texts.
    """

    raw: str
    key: str
    texts: tuple[str, ...]


@lru_cache(maxsize=65536)
def parse(raw: str) -> Name:
    """Take a name apart: camelCase, ``_``, ``-``, commas, slashes and brackets.

    >>> parse("TrafficLight").texts, parse("car_(automobile)").texts, parse("tench, Tinca tinca").texts
    (('traffic light',), ('car', 'automobile'), ('tench', 'tinca tinca'))
    """
    if len(raw) > 2 * MAX_NAME:
        return Name(raw, raw, ())
    text = unicodedata.normalize("NFKC", raw)
    asides = _ASIDE.findall(text)
    parts = [*re.split(r"[,/]", _ASIDE.sub(" ", text)), *(a for aside in asides for a in re.split(r"[,/]", aside))]
    texts = dict.fromkeys(_JOINT.sub(" ", _HUMP.sub(" ", part)).strip().casefold() for part in parts)
    texts.pop("", None)
    return Name(raw, name_key(raw), tuple(texts) if all(map(_WORDS.fullmatch, texts)) else ())


def compact(text: str) -> str:
    """Write a name without blanks.

    >>> compact("tennis racket")
    'tennisracket'
    """
    return text.replace(" ", "")


def singulars(text: str) -> Iterator[str]:
    """Give what a name may be the plural of, by the exceptions and then by the rules; the caller checks which exists.

    >>> list(singulars("sheep dogs")), list(singulars("mice"))
    (['sheep dog'], ['mouse'])
    """
    before, blank, last = text.rpartition(" ")
    if (single := nouns().irregular.get(last)) is not None:
        yield before + blank + single
        return
    if len(last) < 4 or last.endswith(("ss", "us")):
        return
    for ending, singular in _ENDINGS:
        stem = last.removesuffix(ending)
        if (
            stem != last
            and len(stem) > 1
            and not (ending == "es" and not stem.endswith(("s", "x", "z", "ch", "sh", "o")))
        ):
            yield before + blank + stem + singular


def bases(text: str) -> Iterator[str]:
    """Give what a word may be a form of when it is a verb (``blurred``, ``blurring``) or an adjective (``wetter``).

    >>> [base for base in bases("stopped")]
    ['stop', 'stopp', 'stoppe']
    """
    for ending in ("ed", "ing", "er", "est", "ly", "s"):
        stem = text.removesuffix(ending)
        if stem != text and len(stem) > 2:
            if stem[-1] == stem[-2]:
                yield stem[:-1]
            yield from (stem, stem + "e")


def words_of(text: str) -> list[str]:
    """Give the forms of a text that WordNet knows: as it stands, its singular, and as one word or two joined.

    >>> words_of("bookcases"), words_of("wine glass")
    (['bookcase'], ['wineglass'])
    """
    known = nouns()
    forms = [text, *singulars(text)]
    found = [form for form in dict.fromkeys(forms) if form in known]
    return found or [form for form in map(compact, forms) if form in known] or _split(forms)


def _split(forms: list[str]) -> list[str]:
    """Find the two words that were run into one (``tennisracket``)."""
    known = nouns()
    for form in forms:
        if " " not in form and 6 <= len(form) <= 40:
            halves = [f"{form[:i]} {form[i:]}" for i in range(3, len(form) - 2)]
            if found := [pair for pair in halves if pair in known]:
                return found[:1]
    return []
