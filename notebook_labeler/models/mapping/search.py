"""Finding a label in a model's vocabulary: by a part of its name, then by what it means."""

from __future__ import annotations

from ...domain.names import name_key
from ...domain.predictions import Vocabulary
from .recommend import recommend
from .vocabularies import index_of


def search(vocabulary: Vocabulary, query: str, *, limit: int = 200) -> tuple[str, ...]:
    """Give the labels that a query finds.

    Parameters
    ----------
    vocabulary
        What the model can name.
    query
        Part of a name, or another word for it. Empty finds everything.
    limit
        At most so many labels.

    Returns
    -------
    tuple of str
        The same name first, then names that begin with the query, names with a word that does, names that contain
        it, and last what means the same or is a kind of it.

    Examples
    --------
    >>> search(Vocabulary(("sports car", "car", "cargo ship", "scar", "dog")), "car")
    ('car', 'cargo ship', 'sports car', 'scar')
    >>> search(Vocabulary(("car", "dog")), "automobile")
    ('car',)
    """
    key = name_key(query)
    if not key:
        return tuple(dict.fromkeys(vocabulary.labels))[:limit]
    keys = [name.key for name in index_of(vocabulary).names]
    ranks = ((_rank(key, other), position) for position, other in enumerate(keys) if key in other)
    named = [vocabulary.labels[position] for _, position in sorted(ranks)]
    meant = [match.other for match in recommend([query], vocabulary, limit=limit)]
    return tuple(dict.fromkeys(named + meant))[:limit]


def _rank(key: str, other: str) -> int:
    if key == other:
        return 0
    if other.startswith(key):
        return 1
    return 2 if f" {key}" in other else 3
