"""The model of a pre-label run and what its classes mean: a labeling session's mapping, with no input on the desk."""

from __future__ import annotations

from dataclasses import replace

from ..domain.concept_map import ConceptMap
from .assistance import kept_name, shown_name
from .following import Following
from .label_mapping import LabelMapping
from .looking import Looking
from .mapping import Mapper
from .state import READY, Assist


class PrelabelMapping(LabelMapping, Looking, Following):
    """Choose a model, map its classes, set the range. What is mapped here holds for labeling too."""

    @property
    def concept_map(self) -> ConceptMap | None:
        """The mapping in force; None while no model is open."""
        return self._map

    def _opened(self, key: str, mapper: Mapper) -> None:
        """Take a model that is open. The task's assistance stays as it is; a task without a model takes this one."""
        with self.lock:
            if not self.state.assist.on or self.assistance is None:
                return
            self._mapper = mapper
            model, settings = self.assistance.last, self.bench.settings
            if not settings.model:
                self.bench.save(settings.changed(model=kept_name(model)))
            assist = Assist(True, shown_name(model), key, mapper.vocabulary, phase=READY, on_demand=mapper.on_demand)
            self._tell(replace(self.state, assist=assist))
