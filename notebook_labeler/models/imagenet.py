"""What the classes of ImageNet models are called: first lemma of each WordNet 3.0 synset, every name once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ..domain.names import name_key


def imagenet_classes(count: int) -> tuple[tuple[str, ...], tuple[int, ...]] | None:
    """Give labels and WordNet noun offsets of the ImageNet subset with this many classes, or None if there is none.

    Source: timm's ``ImageNetInfo``, whose ids are WordNet 3.0 offsets.
    """
    from timm.data import ImageNetInfo, infer_imagenet_subset

    subset = infer_imagenet_subset({"num_classes": count})
    if subset is None:
        return None
    info = ImageNetInfo(subset)
    ids = info.label_names()
    if len(ids) != count:
        return None
    labels = unique_labels([info.index_to_description(n) for n in range(count)], ids)
    return labels, tuple(offset(one) for one in ids)


def offset(wnid: str) -> int:
    """Give the noun offset in an ImageNet id.

    >>> offset("n01440764")
    1440764
    """
    return int(wnid[1:])


def unique_labels(descriptions: Sequence[str], ids: Sequence[str]) -> tuple[str, ...]:
    """Give each class its first lemma; where several share it, those with another lemma take that one.

    If then more than one is left with the same name, each of them carries its id.

    Parameters
    ----------
    descriptions
        Lemmas separated by commas, per class.
    ids
        The classes' ids.

    Examples
    --------
    >>> unique_labels(["Cardigan, Cardigan Welsh corgi", "cardigan"], ["n02113186", "n02963159"])
    ('Cardigan Welsh corgi', 'cardigan')
    >>> unique_labels(["crane", "crane"], ["n02012849", "n03126707"])
    ('crane (n02012849)', 'crane (n03126707)')
    """
    lemmas = [
        [part.strip() for part in text.split(",") if part.strip()] or [one]
        for text, one in zip(descriptions, ids, strict=True)
    ]
    labels = [names[0] for names in lemmas]
    taken = {name_key(label) for label in labels}
    for group in _shared(labels):
        for n in group:
            other = next((lemma for lemma in lemmas[n][1:] if name_key(lemma) not in taken), None)
            if other is not None:
                labels[n] = other
                taken.add(name_key(other))
    return distinct(labels, ids)


def distinct(labels: Sequence[str], ids: Sequence[str]) -> tuple[str, ...]:
    """Give the labels, those that several classes share each with its id behind it.

    >>> distinct(["cat", "Cat", "dog"], ["0", "1", "2"])
    ('cat (0)', 'Cat (1)', 'dog')
    """
    told = list(labels)
    for group in _shared(labels):
        for n in group:
            told[n] = f"{told[n]} ({ids[n]})"
    return tuple(told)


def _shared(labels: Sequence[str]) -> list[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for n, label in enumerate(labels):
        groups[name_key(label)].append(n)
    return [group for group in groups.values() if len(group) > 1]
