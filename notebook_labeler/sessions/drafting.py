"""The New Labeling Task form as a value: what was typed, what is wrong with it, and the settings that it stands for."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from ..domain.names import clean_name, name_key
from ..domain.tasks import (
    ALL,
    CLASSIFICATION,
    DETECTION,
    MAPPED,
    MAX_INSTRUCTIONS,
    MULTIPLE,
    SEGMENTATION,
    SINGLE,
    TaskSettings,
)
from ..errors import BadInput

KINDS = (CLASSIFICATION, DETECTION, SEGMENTATION)
FEWEST_OPINIONS = 2


@dataclass(frozen=True)
class Draft:
    """What a person has typed so far. `dataset` is an id, empty for all inputs; `percent` is 0 to 100."""

    name: str = ""
    dataset: str = ""
    new_dataset: bool = False  # a dataset of all inputs is made, called `dataset_name`
    dataset_name: str = ""
    kind: str = CLASSIFICATION
    single: bool = False
    auto: bool = False
    assist: bool = False
    model: str = ""
    concepts: tuple[str, ...] = ()
    labelers: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    percent: float = 0.0
    opinions: int = FEWEST_OPINIONS
    together: bool = True
    instructions: str = ""
    markdown: bool = False

    @property
    def helped(self) -> bool:
        """Whether a model takes part."""
        return self.auto or self.assist

    @property
    def wanted_model(self) -> str:
        """The model that takes part, if any."""
        return self.model.strip() if self.helped else ""

    @classmethod
    def of(cls, name: str, settings: TaskSettings) -> Draft:
        """Give the form as it is filled in for a task that is there."""
        return cls(
            name=name,
            dataset=settings.dataset,
            kind=settings.kind,
            single=settings.choice == SINGLE,
            auto=settings.auto,
            assist=settings.assist and settings.assistance,
            model=settings.model,
            concepts=settings.concepts,
            labelers=settings.labelers,
            reviewers=settings.reviewers,
            percent=round(100 * settings.opinions_share, 6),
            opinions=max(FEWEST_OPINIONS, settings.opinions),
            together=settings.together,
            instructions=settings.instructions,
            markdown=settings.markdown,
        )

    def settings(self, before: TaskSettings | None = None) -> TaskSettings:
        """Give the settings that it stands for; what the form does not ask stays as `before`."""
        begun = before or TaskSettings()
        return begun.changed(
            kind=self.kind,
            concepts=self.concepts,
            choice=SINGLE if self.single and self.kind == CLASSIFICATION else MULTIPLE,
            assist=self.assist,
            assistance=self.assist or (before is not None and before.assistance and not before.assist),
            auto=self.auto,
            model=self.wanted_model or ("" if before is None else before.model),
            suggest=begun.suggest if before is not None else MAPPED if self.concepts else ALL,
            labelers=self.labelers,
            reviewers=self.reviewers,
            dataset=self.dataset,
            opinions=self.opinions if self.percent else 1,
            opinions_share=self.percent / 100,
            together=self.together,
            instructions=self.instructions,
            markdown=self.markdown,
        )


def problems(draft: Draft, *, names: frozenset[str], datasets: frozenset[str], inputs: int) -> dict[str, str]:
    """Say what is wrong with a form: a sentence for each field that cannot stay as it is.

    Parameters
    ----------
    draft
        What was typed.
    names
        The names that other tasks have.
    datasets
        Folded names of the project's datasets.
    inputs
        How many inputs the project has.
    """
    found: dict[str, str] = {}
    _named(found, "name", draft.name, "a task's name", none="Give the task a name.")
    if "name" not in found and clean_name(draft.name) in names:
        found["name"] = "Another task has this name; choose another."
    if draft.new_dataset:
        _named(found, "dataset", draft.dataset_name, "a dataset's name", none="Give the dataset a name.")
        if "dataset" not in found and name_key(draft.dataset_name) in datasets:
            found["dataset"] = "There is a dataset of this name; choose it from the list, or another name."
        elif "dataset" not in found and not inputs:
            found["dataset"] = "The project has no inputs yet; add some with project.add_inputs()."
    if draft.helped and not draft.model.strip():
        found["model"] = "Choose a model, or answer No to both questions above."
    if not draft.concepts and not draft.helped:
        found["concepts"] = "Add at least one concept to label with."
    for field in ("concepts", "labelers", "reviewers"):
        for each in getattr(draft, field):
            _named(found, field, each, "a name")
    if not 0 <= draft.percent <= 100:
        found["percent"] = "Give a percentage from 0 to 100."
    elif draft.percent and not FEWEST_OPINIONS <= draft.opinions <= 9:
        found["percent"] = "Two to nine labelers can label the same input."
    elif draft.percent and len(draft.labelers) < draft.opinions:
        found["percent"] = f"Second opinions need at least {draft.opinions} labelers; add more, or ask for 0 %."
    if len(draft.instructions) > MAX_INSTRUCTIONS:
        found["instructions"] = f"At most {MAX_INSTRUCTIONS:,} characters; these are {len(draft.instructions):,}."
    return found


def _named(found: dict[str, str], field: str, text: str, what: str, *, none: str = "Give a name.") -> None:
    """Note why a name cannot be one."""
    try:
        clean_name(text, what=what)
    except BadInput as error:
        said = str(error)
        found.setdefault(field, said[0].upper() + said[1:] if text.strip() else none)


def drafted(content: Any) -> Draft:  # Any: JSON of a page, which can say anything
    """Read a form as a page sends it.

    Raises
    ------
    BadInput
        A field is missing, unknown or of another kind.
    """
    blank = Draft()
    kinds = {field.name: getattr(blank, field.name) for field in fields(Draft)}
    if not isinstance(content, dict) or set(content) != set(kinds):
        raise BadInput(f"expected a form with {', '.join(kinds)}, got {content!r:.80}; reload the page.")
    values = {name: _field(name, content[name], kinds[name]) for name in kinds}
    if values["kind"] not in KINDS:
        raise BadInput(f"expected kind to be one of {', '.join(KINDS)}, got {values['kind']!r:.40}; reload the page.")
    return replace(blank, **values)


def _field(name: str, value: Any, like: Any) -> Any:
    if isinstance(like, tuple):
        good = isinstance(value, list) and len(value) <= 10_000 and all(isinstance(v, str) for v in value)
        value = tuple(dict.fromkeys(value)) if good else value
    elif isinstance(like, bool) or isinstance(value, bool):
        good = isinstance(value, bool) and isinstance(like, bool)
    elif isinstance(like, float):
        good = isinstance(value, int | float) and abs(value) < 1e6
    else:
        good = isinstance(value, type(like))
    if not good or (isinstance(value, str) and len(value) > 10 * MAX_INSTRUCTIONS):
        raise BadInput(f"expected {name} as {type(like).__name__}, got {value!r:.80}; reload the page.")
    return value
