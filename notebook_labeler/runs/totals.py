"""What a run goes by, and what comes of it: the words that predictions become, and the totals at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..domain.concept_map import ConceptMap, Suggestion
from ..domain.predictions import Prediction
from ..domain.records import FINISHED, Run
from ..domain.tasks import ALL, TaskSettings
from ..store.journal import Journal
from . import ledger


@dataclass(frozen=True)
class Totals:
    """What came of a run.

    Attributes
    ----------
    run_id
        Which run; empty where nothing was to be done.
    state
        ``finished``, ``stopped`` or ``failed``; `message` says why.
    labeled, labels
        On how many inputs it wrote, and how many annotations; of all its goes together.
    skipped
        How many inputs it left alone in this go, by reason.
    failed
        How many inputs the model or the picture failed on; they are tried again by the next start.
    failures
        The first thousand of them in this go: input id and reason.
    """

    run_id: str = ""
    state: str = FINISHED
    labeled: int = 0
    labels: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0
    failures: tuple[tuple[str, str], ...] = ()
    message: str = ""

    @classmethod
    def of(cls, run: Run, failures: Iterable[tuple[str, str]] = ()) -> Totals:
        """Read them from the row of a run and what it failed on."""
        reasons, listed = ledger.reasons_of(run), tuple(failures)
        return cls(run.run_id, run.state, run.labeled, run.labels, reasons, run.failed, listed, run.message)

    @classmethod
    def read(cls, journal: Journal, run: Run) -> Totals:
        """Read them as they stand in the journal."""
        return cls.of(run, ledger.failures_of(journal, run))


@dataclass(frozen=True)
class Words:
    """How predictions become one's own words, as it stands when a run starts."""

    concept_map: ConceptMap
    settings: TaskSettings

    def suggestions(self, prediction: Prediction) -> tuple[Suggestion, ...]:
        """Give what a prediction suggests."""
        if self.settings.objects:
            return self.concept_map.objects(prediction, self.settings)
        return self.concept_map.apply(prediction, others=self.settings.suggest == ALL)
