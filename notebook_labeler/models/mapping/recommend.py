"""Which of a model's concepts are probably one's own, by name, meaning, kind or spelling, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...domain.concept_map import Match
from ...domain.predictions import Vocabulary
from ...domain.records import HYPERNYM, HYPONYM, SYNONYM
from .forms import bases, compact, parse, singulars
from .senses import Sense, senses_of
from .vocabularies import Index, index_of
from .wordnet import nouns, other_words

_TOO_GENERAL = frozenset(
    # entity, physical entity, abstraction, object, whole, living thing, artifact, matter, thing, causal agent, ...
    {1740, 1930, 2137, 2684, 3553, 4258, 4475, 21939, 20827, 2452, 7347, 19128, 20090, 3575240, 4341686, 33020}
)
_FARTHEST = 8  # steps up to a broader term that is still worth offering
_EQUAL = 0.97  # meanings that likely are all meant
_NEAR = 0.8  # only meanings that likely have kinds, and all of them must agree on a broader term


def recommend(concepts: Iterable[str], vocabulary: Vocabulary, *, limit: int = 8) -> tuple[Match, ...]:
    """Recommend model concepts for one's own.

    Parameters
    ----------
    concepts
        One's own concepts, as typed.
    vocabulary
        What the model can name. Its index is built at the first call and kept.
    limit
        At most so many per concept.

    Returns
    -------
    tuple of Match
        In the order of `concepts`, each one's best first. `sure` ones share the name (up to case, plural and
        punctuation) or mean exactly the same; kinds of the concept, broader terms and near spellings are offers.
        Broader terms and near spellings come only where nothing better exists.

    Examples
    --------
    >>> toys = Vocabulary(("car", "truck", "dog", "house"))
    >>> [(m.other, m.reason, m.sure) for m in recommend(["Autos", "pants"], toys)]
    [('car', 'synonym: auto = car', True)]
    """
    index = index_of(vocabulary)
    return tuple(match for concept in dict.fromkeys(concepts) for match in _best(concept, index, limit)[:limit])


def _best(concept: str, index: Index, limit: int) -> list[Match]:
    found = _certain(concept, index, limit) or [*_broader(concept, index)] or [*_misspelt(concept, index, limit)]
    return sorted(found, key=lambda m: -m.score)


def _certain(concept: str, index: Index, limit: int) -> list[Match]:
    """Give what is the concept or a kind of it, each label once."""
    found: dict[str, Match] = {}
    for match in (*_by_name(concept, index), *_by_meaning(concept, index, limit)):
        if match.other not in found or found[match.other].score < match.score:
            found[match.other] = match
    return list(found.values())


def _by_name(concept: str, index: Index) -> Iterator[Match]:
    """Labels of the same name, up to case, punctuation, camelCase and plural."""
    name = parse(concept)
    same = set(index.by_key.get(name.key, ()))
    for p in same:
        yield Match(concept, index.labels[p], SYNONYM, 1.0, "same name", sure=True)
    whole = [index.by_text, index.by_compact]
    for text in name.texts:
        ways = [(whole[0], text, "same name", 0.99), (whole[1], compact(text), "same name", 0.98)]
        ways += [(whole[0], s, f"plural of {s}", 0.97) for s in singulars(text)]
        ways += [(whole[1], compact(s), f"plural of {s}", 0.96) for s in singulars(text)]
        ways += [(index.by_singular, text, "singular of {}", 0.97)]
        for table, form, reason, score in ways:
            for p in table.get(form, ()):
                if p not in same and len(index.names[p].texts) == 1:
                    yield Match(concept, index.labels[p], SYNONYM, score, reason.format(index.labels[p]), sure=True)


def _by_meaning(concept: str, index: Index, limit: int) -> Iterator[Match]:
    """Labels of the same meaning and kinds of it, by the likeliest meaning that the vocabulary knows."""
    heard = False
    for sense in senses_of(concept):
        if sense.kind_of or sense.synset in _TOO_GENERAL or (heard and sense.weight < _EQUAL):
            return
        kinds = _kinds(concept, sense, index, limit) if sense.weight >= _NEAR else ()
        for match in (*_same(concept, sense, index), *kinds):
            heard = True
            yield match


def _same(concept: str, sense: Sense, index: Index) -> Iterator[Match]:
    for p, label in index.by_synset.get(sense.synset, ()):
        if not label.kind_of:
            same = sense.word in index.names[p].texts
            reason = "same name" if same else f"synonym: {sense.word} = {index.usual(p)}"
            sure = sense.weight == 1.0 and sense.plain and label.plain
            yield Match(concept, index.labels[p], SYNONYM, 0.95 * sense.weight * label.weight, reason, sure=sure)


def _kinds(concept: str, sense: Sense, index: Index, limit: int) -> Iterator[Match]:
    for steps, p in index.kinds(sense.synset, limit):
        score = 0.9 * 0.985**steps * sense.weight
        yield Match(concept, index.labels[p], HYPONYM, score, f"{index.usual(p)} is a kind of {sense.word}")


def _broader(concept: str, index: Index) -> Iterator[Match]:
    """Labels that the concept is a kind of, by each meaning that is about as likely as the first."""
    meant = [sense for sense in senses_of(concept) if sense.weight >= _NEAR]
    if len(meant) == 1 and not meant[0].plain:
        return
    above = [_above(sense) for sense in meant]
    for synset in set(above[0]).intersection(*above[1:]) if above else ():
        steps = min(a[synset] for a in above)
        if steps <= _FARTHEST and synset not in _TOO_GENERAL:
            for p, _ in index.by_synset.get(synset, ()):
                word = parse(concept).texts[0] if meant[0].kind_of else meant[0].word
                reason = f"{index.usual(p)} is a broader term for {word}"
                yield Match(concept, index.labels[p], HYPERNYM, 0.55 * 0.93**steps, reason)


def _above(sense: Sense) -> dict[int, int]:
    """Give what a meaning is a kind of; a name known by its last word only is a kind of that."""
    above = nouns().ancestors(sense.synset)
    return {sense.synset: 1, **{synset: steps + 1 for synset, steps in above.items()}} if sense.kind_of else above


def _misspelt(concept: str, index: Index, limit: int) -> Iterator[Match]:
    """What would be recommended for the nearest spelling, where a name is no word itself."""
    if senses_of(concept):
        return
    for text in parse(concept).texts:
        if not other_words().isdisjoint({text, *bases(text)}):
            return
        for apart, near in index.spellings.near(text)[:1]:
            score = 0.8 * (1 - apart / len(text))
            for match in _certain(near, index, limit):
                reason = f"spelled like {near}" + ("" if match.reason == "same name" else f"; {match.reason}")
                yield Match(concept, match.other, match.relation, score * match.score, reason)
