"""What a name means, in a few words, for tooltips and for those who tend the curated table."""

from __future__ import annotations

from ...domain.predictions import Vocabulary
from .forms import parse
from .senses import curated, senses_of
from .vocabularies import index_of
from .wordnet import nouns


def explain(name: str, vocabulary: Vocabulary | None = None) -> str:
    """Explain a concept, or a model's label by what the model was taught to call so.

    Parameters
    ----------
    name
        An own concept, or a label of `vocabulary`.
    vocabulary
        What the model can name; None for an own concept.

    Returns
    -------
    str
        A few words of WordNet's; empty for a name that WordNet does not know or does not describe.

    Examples
    --------
    >>> explain("bicycle")[:21]
    'a wheeled vehicle tha'
    """
    senses = senses_of(name)[:1]
    if vocabulary is not None:
        index = index_of(vocabulary)
        senses = tuple(sense for p in index.by_key.get(parse(name).key, ())[:1] for sense in index.meanings(p))
    return nouns().gloss(senses[0].synset) if senses and not senses[0].kind_of else ""


def meanings(word: str) -> tuple[str, ...]:
    """List what a word can mean, numbered as ``curated.toml`` numbers them.

    >>> meanings("automobile")[0]
    'automobile#1: car, auto, automobile, machine, motorcar (a motor vehicle with four wheels)'
    """
    curated()
    known = nouns()
    return tuple(
        f"{word}#{number}: {', '.join(known.words(synset))} ({known.gloss(synset)})"
        for number, synset in enumerate(known.senses(word), start=1)
    )
