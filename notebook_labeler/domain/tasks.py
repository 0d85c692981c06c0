"""What a task is: which concepts, which kind of label, which help, and what the labeler is told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from ..errors import BadInput
from .geometry import BOX, LABEL, POLYGON, SHAPES
from .names import clean_name, name_key

CLASSIFICATION, DETECTION, SEGMENTATION = "classification", "detection", "segmentation"
DRAWN = {DETECTION: BOX, SEGMENTATION: POLYGON}  # the kinds that label regions, and how each draws a concept
MULTIPLE, SINGLE = "multiple", "single"
MAPPED, ALL = "mapped", "all"
MAX_INSTRUCTIONS = 20_000
MAX_OPINIONS = 9


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Clean names and drop second spellings of the same one, keeping the order."""
    kept: dict[str, str] = {}
    for name in names:
        text = clean_name(name)
        kept.setdefault(name_key(text), text)
    return tuple(kept.values())


def unique_people(names: Iterable[str]) -> tuple[str, ...]:
    """Clean the names of people and drop what comes twice, keeping the order.

    >>> unique_people(["ana", " ben ", "ana"])
    ('ana', 'ben')
    """
    if isinstance(names, str):
        return (clean_name(names, what="a person's name"),)
    return tuple(dict.fromkeys(clean_name(name, what="a person's name") for name in names))


@dataclass(frozen=True, kw_only=True)
class TaskSettings:
    """The settings of a task, checked.

    Parameters
    ----------
    kind
        ``classification``, ``detection`` or ``segmentation``.
    concepts
        The task's own concepts, in the order in which they are listed.
    choice
        ``multiple``: several concepts per input. ``single``: accepting one replaces the other.
    assist
        Whether a model proposes.
    model
        A model's name (``timm/...``, ``hf-hub:...``, ``local-dir:...``, ``toys``), or empty.
    low, high
        Where the probability range starts, both inclusive.
    submit_threshold
        Suggestions that score at least this much are shown green, and are added when the input is submitted;
        None: nothing is added on its own.
    suggest
        ``mapped``: only what maps to the task's concepts. ``all``: the model's other concepts too.
    instructions
        Plain text shown to the labeler.
    geometries
        Pairs of concept and ``box`` or ``polygon``, for concepts that are drawn otherwise than the kind has it.
    overlap
        Suggested objects of one concept that overlap at least this much (IoU, 0 to 1) are doubles: the likeliest stays.
    labelers, reviewers
        Among whom the inputs are shared out; nobody: anybody labels what is open.
    dataset
        Id of the dataset whose inputs are labeled; empty: all inputs, those added later too.
    connection
        Counts how often the dataset was connected: each time an input may be pre-labeled once.
    assistance
        Whether the tool offers assistance at all.
    auto
        Whether the model pre-labels the waiting inputs as soon as the task is made.
    markdown
        Whether the instructions are Markdown.
    opinions, opinions_share
        How many labelers label each input of a share (0 to 1) of the inputs, for agreement.
    together
        Whether near-duplicates stay with one labeler and one reviewer.
    """

    kind: str = CLASSIFICATION
    concepts: tuple[str, ...] = ()
    choice: str = MULTIPLE
    assist: bool = False
    model: str = ""
    low: float = 0.0
    high: float = 1.0
    submit_threshold: float | None = None
    suggest: str = MAPPED
    instructions: str = ""
    geometries: tuple[tuple[str, str], ...] = ()
    overlap: float = 0.5
    labelers: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    dataset: str = ""
    connection: int = 1
    assistance: bool = True
    auto: bool = False
    markdown: bool = False
    opinions: int = 1
    opinions_share: float = 0.0
    together: bool = True

    @property
    def seats(self) -> int:
        """How many labelers label one input, where second opinions are asked for; else 1."""
        return self.opinions if self.opinions_share else 1

    @property
    def objects(self) -> bool:
        """Whether regions of the input are labeled, not the whole of it."""
        return self.kind in DRAWN

    def geometry_of(self, concept: str) -> str:
        """Give how a concept is drawn: ``box`` or ``polygon``; ``label`` where whole inputs are labeled."""
        own = {name_key(name): shape for name, shape in self.geometries} if self.objects else {}
        return own.get(name_key(concept), DRAWN.get(self.kind, LABEL))

    def __post_init__(self) -> None:
        """Refuse settings that cannot be."""
        one_of("kind", self.kind, (CLASSIFICATION, DETECTION, SEGMENTATION))
        one_of("choice", self.choice, (MULTIPLE, SINGLE))
        one_of("suggest", self.suggest, (MAPPED, ALL))
        for name in ("assist", "assistance", "auto", "markdown", "together"):
            if not isinstance(getattr(self, name), bool):
                raise BadInput(f"expected {name} to be True or False, got {getattr(self, name)!r:.80}.")
        object.__setattr__(self, "concepts", unique_names(self.concepts))
        object.__setattr__(self, "geometries", _geometries(self.geometries))
        object.__setattr__(self, "overlap", probability(self.overlap, "overlap"))
        object.__setattr__(self, "labelers", unique_people(self.labelers))
        object.__setattr__(self, "reviewers", unique_people(self.reviewers))
        object.__setattr__(self, "opinions_share", probability(self.opinions_share, "the share of second opinions"))
        if (
            isinstance(self.opinions, bool)
            or not isinstance(self.opinions, int)
            or not 1 <= self.opinions <= MAX_OPINIONS
        ):
            raise BadInput(f"expected opinions as a number from 1 to {MAX_OPINIONS}, got {self.opinions!r}.")
        low, high = low_to_high(self.low, self.high)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        if self.submit_threshold is not None:
            object.__setattr__(self, "submit_threshold", probability(self.submit_threshold, "submit_threshold"))
        if not isinstance(self.instructions, str):
            raise BadInput(f"expected instructions as text, got {type(self.instructions).__name__}; pass a string.")
        if len(self.instructions) > MAX_INSTRUCTIONS:
            raise BadInput(
                f"expected instructions of at most {MAX_INSTRUCTIONS} characters, got {len(self.instructions)}."
            )

    def changed(self, **values: Any) -> Self:
        """Give other settings, checked again."""
        return replace(self, **values)

    def dumps(self) -> str:
        """Write as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> TaskSettings:
        """Read what `dumps` wrote; settings that this version does not know are left out."""
        known = {f.name for f in fields(cls)}
        data = {k: v for k, v in json.loads(text).items() if k in known}
        pairs = tuple((concept, shape) for concept, shape in data.get("geometries", ()))
        lists = {name: tuple(data.get(name, ())) for name in ("concepts", "labelers", "reviewers")}
        return cls(**{**data, **lists, "geometries": pairs})


def taken_back(before: TaskSettings, after: TaskSettings, now: TaskSettings) -> TaskSettings | None:
    """Give the settings as they are now without what an action made of them; None where others changed the same since.

    Concepts that it put on the list leave it (or come back to it), whatever was put there since; any other setting goes
    back if it is as the action left it.

    Examples
    --------
    >>> before, after = TaskSettings(concepts=("hat",)), TaskSettings(concepts=("hat", "coat"))
    >>> taken_back(before, after, TaskSettings(concepts=("hat", "coat", "shoe"), labelers=("ana",))).concepts
    ('hat', 'shoe')
    """
    wanted: dict[str, Any] = {}  # Any: values of fields
    for name in (f.name for f in fields(TaskSettings) if getattr(before, f.name) != getattr(after, f.name)):
        old, new, stands = (getattr(each, name) for each in (before, after, now))
        if stands == new:
            wanted[name] = old
        elif name == "concepts" and (rest := _put_back(old, new, stands)) is not None:
            wanted[name] = rest
        else:
            return None
    return now.changed(**wanted)


def _put_back(old: tuple[str, ...], new: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...] | None:
    """Take back what was put on a list or off it between `old` and `new`; None where that no longer stands."""
    on, off = set(new) - set(old), set(old) - set(new)
    if not (on or off) or not on <= set(now) or off & set(now):
        return None
    return (*(one for one in now if one not in on), *(one for one in old if one in off))


def _geometries(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Check how concepts are drawn; of two words about one concept the later counts."""
    said: dict[str, tuple[str, str]] = {}
    for concept, shape in pairs:
        one_of("a concept's geometry", shape, SHAPES)
        name = clean_name(concept)
        said[name_key(name)] = (name, shape)
    return tuple(said.values())


def one_of(what: str, value: str, choices: tuple[str, ...]) -> None:
    """Refuse a word that is none of the choices."""
    if value not in choices:
        raise BadInput(f"expected {what} to be one of {', '.join(choices)}, got {value!r}.")


def probability(value: object, what: str) -> float:
    """Give a number from 0 to 1 as float.

    Raises
    ------
    BadInput
        It is no number, not finite, or outside 0 to 1.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadInput(f"expected {what} as a number from 0 to 1, got {value!r}.")
    return float(value)


def low_to_high(low: object, high: object) -> tuple[float, float]:
    """Give the ends of a probability range as float.

    Raises
    ------
    BadInput
        They are not two numbers from 0 to 1 in this order.
    """
    ends = probability(low, "low"), probability(high, "high")
    if ends[0] > ends[1]:
        raise BadInput(f"expected low <= high, got {ends}; swap them.")
    return ends


def probability_range(value: Any) -> tuple[Any, Any]:  # Any: what a user gave; who takes the range checks its ends
    """Give the two ends of a probability range.

    Raises
    ------
    BadInput
        It is no pair.
    """
    if not isinstance(value, Iterable) or isinstance(value, str) or len(ends := tuple(value)) != 2:
        raise BadInput(f"expected threshold as two numbers, (low, high), got {value!r:.80}; pass (0.5, 1.0).")
    return ends[0], ends[1]
