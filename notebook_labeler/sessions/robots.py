"""Which concepts a model covers, before there is a task: the robots beside the concepts of the form."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..domain.geometry import LABEL
from ..domain.names import name_key
from ..domain.tasks import DRAWN
from ..errors import LabelerError
from ..store.journal import Journal
from .assistance import Assistance
from .mapping import Mapper
from .state import FAILED, LOADING, OFF, READY

Asked = tuple[str, str]  # model, kind of task


@dataclass(frozen=True)
class Robots:
    """How far a model is known. `phase` is off, loading, ready or failed; `message` says why."""

    model: str = ""
    phase: str = OFF
    message: str = ""
    labels: tuple[str, ...] = ()
    covered: frozenset[str] = frozenset()  # keys of concepts that it covers, found by itself or by a relation


class Coverage:
    """Opens the model of a form in the background and says which concepts it covers.

    Parameters
    ----------
    journal
        Where concepts and relations are known.
    assistance
        Opens models; None: nothing is ever covered.
    changed
        Called with what is known, at each change, on whatever thread.
    """

    def __init__(self, journal: Journal, assistance: Assistance | None, changed: Callable[[Robots], None]) -> None:
        self._journal, self._assistance, self._changed = journal, assistance, changed
        self._lock = threading.RLock()
        self._asked: Asked = ("", "")
        self._concepts: tuple[str, ...] = ()
        self._mapper: Mapper | None = None
        self.robots = Robots()

    def ask(self, model: str, kind: str, concepts: Sequence[str]) -> None:
        """Want to know it of this model, for these concepts. Loading blocks nobody."""
        with self._lock:
            self._concepts, shapes = tuple(concepts), {DRAWN.get(kind, LABEL)}
            stale = self._assistance is not None and self._assistance.outdated(shapes, self._concepts)
            if (model, kind) == self._asked and not stale:
                self._tell()
                return
            self._asked, self._mapper = (model, kind), None
            if not model or self._assistance is None:
                if self._assistance is not None:
                    self._assistance.cancel()
                self._set(Robots())
                return
            self._set(Robots(model, LOADING))
        self._assistance.open(
            model,
            kind,
            opened=lambda _, mapper: self._opened((model, kind), mapper),
            failed=lambda text: self._failed((model, kind), text),
            geometries=shapes,
            concepts=self._concepts,
        )

    def close(self) -> None:
        """Stop waiting for a model."""
        if self._assistance is not None:
            self._assistance.cancel()

    def _opened(self, asked: Asked, mapper: Mapper) -> None:
        with self._lock:
            if asked != self._asked:
                return
            self._mapper = mapper
            self._tell()

    def _failed(self, asked: Asked, text: str) -> None:
        with self._lock:
            if asked == self._asked:
                self._set(Robots(asked[0], FAILED, text))

    def _tell(self) -> None:
        """Say what the concepts that are listed now have of the model."""
        if self._mapper is None:
            return
        try:
            found = self._mapper.build(self._concepts, self._journal.relations(), self._journal.concepts())
        except LabelerError as error:
            self._set(Robots(self._asked[0], FAILED, str(error)))
            return
        covered = frozenset(name_key(concept) for concept in self._concepts if found.feeding(concept))
        self._set(Robots(self._asked[0], READY, "", self._mapper.vocabulary.labels, covered))

    def _set(self, robots: Robots) -> None:
        if robots != self.robots:
            self.robots = robots
            self._changed(robots)
