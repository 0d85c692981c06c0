"""Say how good the recommendations are, on concepts that were labelled by hand before anything was tuned.

Data: ``tests/models/data/mapping_*.csv``. Each row is an everyday concept with its right labels in ImageNet-1k
(class indices, ranges allowed) and in COCO (names): in ``imagenet`` and ``coco`` the labels that are the concept or
a kind of it, in ``*_broader`` the labels that the concept is a kind of. Empty columns mean: nothing is right.
``coco80.txt`` lists COCO's names, ``imagenet1k.csv`` ImageNet's labels with their WordNet offsets;
``--write-imagenet`` makes the latter from timm.

``dev`` was for tuning from the start. ``first`` and ``second`` were kept aside, measured once, missed a bound
(precision 0.934 and silence 0.870; precision 0.926) and have been used for tuning since. ``heldout`` was labelled
after that and is measured only; nothing was ever tuned on it, and nothing may be.

A *case* is a concept on one vocabulary. Recommendations are all that `recommend` gives with its default limit of 8.

precision
    Right recommendations / recommendations, over all cases. One is right when it says synonym or hyponym of a label
    in the first column, or hypernym of a label in the ``_broader`` column: the relation counts, not only the label.
precision per case
    The mean of that over cases in which anything was recommended, so that large concepts weigh no more than small.
top-3 recall
    Of the cases with a right label (in either column): the share with a right recommendation among the first three.
silence
    Of the concepts with no right label in either vocabulary: the share for which neither vocabulary gives anything.
silence per case
    Of the cases without a right label: the share for which nothing is recommended.
sure precision
    As precision, over the recommendations marked sure.

Usage: python tools/evaluate_mapping.py [--errors] [--write-imagenet] [dev | heldout | ...]
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from notebook_labeler.domain.concept_map import Match
from notebook_labeler.domain.predictions import Vocabulary
from notebook_labeler.domain.records import HYPERNYM
from notebook_labeler.models.mapping import recommend

DATA = Path(__file__).parents[1] / "tests" / "models" / "data"


@dataclass(frozen=True)
class Case:
    """A concept on one vocabulary: what is right, and what was recommended."""

    concept: str
    where: str
    kinds: frozenset[str]
    broader: frozenset[str]
    given: tuple[Match, ...]

    @property
    def has_match(self) -> bool:
        """Whether anything is right."""
        return bool(self.kinds or self.broader)

    def right(self, match: Match) -> bool:
        """Whether a recommendation names a right label in the right relation."""
        return match.other in (self.broader if match.relation == HYPERNYM else self.kinds)

    @property
    def hit(self) -> bool:
        """Whether one of the first three is right."""
        return any(self.right(m) for m in self.given[:3])


@dataclass(frozen=True)
class Figures:
    """The measures of the docstring above, each a share from 0 to 1."""

    precision: float
    precision_per_case: float
    recall_top3: float
    silence: float
    silence_per_case: float
    sure_precision: float
    recommendations: int
    cases: int


def imagenet() -> Vocabulary:
    """Give ImageNet-1k's labels as timm spells them, tagged with their synsets."""
    with (DATA / "imagenet1k.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Vocabulary(tuple(row["label"] for row in rows), tuple(int(row["synset"]) for row in rows))


def coco() -> Vocabulary:
    """Give COCO's 80 names as detectors give them: without synsets."""
    names = (DATA / "coco80.txt").read_text(encoding="utf-8").splitlines()
    return Vocabulary(tuple(names), exclusive=False)


def indices(text: str) -> Iterator[int]:
    """Read ``"151-268 273"``."""
    for part in text.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def cases(half: str) -> list[Case]:
    """Run the recommendations for one file of labelled concepts."""
    with (DATA / f"mapping_{half}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = []
    classes, objects = imagenet(), coco()
    for row in rows:
        concept = row["concept"]
        kinds, broader = (
            frozenset(classes.labels[i] for i in indices(row[c])) for c in ("imagenet", "imagenet_broader")
        )
        found.append(Case(concept, "ImageNet", kinds, broader, recommend([concept], classes)))
        kinds, broader = (frozenset(filter(None, row[c].split(";"))) for c in ("coco", "coco_broader"))
        assert kinds | broader <= set(objects.labels), concept
        found.append(Case(concept, "COCO", kinds, broader, recommend([concept], objects)))
    return found


def share(verdicts: list[bool]) -> float:
    """Give the share of true ones; 1 when there are none."""
    return sum(verdicts) / len(verdicts) if verdicts else 1.0


def figures(found: list[Case]) -> Figures:
    """Measure."""
    speaking = [c for c in found if c.given]
    matched = {c.concept for c in found if c.has_match}
    heard = {c.concept for c in speaking}
    return Figures(
        precision=share([c.right(m) for c in found for m in c.given]),
        precision_per_case=sum(share([c.right(m) for m in c.given]) for c in speaking) / max(1, len(speaking)),
        recall_top3=share([c.hit for c in found if c.has_match]),
        silence=share([concept not in heard for concept in {c.concept for c in found} - matched]),
        silence_per_case=share([not c.given for c in found if not c.has_match]),
        sure_precision=share([c.right(m) for c in found for m in c.given if m.sure]),
        recommendations=sum(len(c.given) for c in found),
        cases=len(found),
    )


def show_errors(found: list[Case]) -> None:
    """Print what is wrong and what is missed."""
    for case in found:
        wrong = [
            f"{m.other} ({m.relation}: {m.reason}{', sure' if m.sure else ''})" for m in case.given if not case.right(m)
        ]
        missed = case.has_match and not case.hit
        if wrong or missed:
            print(
                f"  {case.concept} on {case.where}{' MISSED' if missed else ''}{''.join(f'; WRONG {w}' for w in wrong)}"
            )


def write_imagenet() -> None:
    """Make ``imagenet1k.csv`` from timm."""
    from timm.data import ImageNetInfo

    info = ImageNetInfo("imagenet-1k")
    with (DATA / "imagenet1k.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("synset", "label"))
        out.writerows((int(name[1:]), info.index_to_description(i)) for i, name in enumerate(info.label_names()))


def main() -> None:
    """Print the figures of each file asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("halves", nargs="*", default=["dev", "heldout"])
    parser.add_argument("--errors", action="store_true", help="list what is wrong (not for files kept aside)")
    parser.add_argument("--write-imagenet", action="store_true", help="make imagenet1k.csv from timm and stop")
    asked = parser.parse_args()
    if asked.write_imagenet:
        return write_imagenet()
    for half in asked.halves:
        found = cases(half)
        print(f"{half}: {figures(found)}")
        if asked.errors:
            show_errors(found)


if __name__ == "__main__":
    main()
