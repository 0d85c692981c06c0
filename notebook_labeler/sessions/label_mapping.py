"""The label-mapping verbs: which concept each of the model's classes feeds, and how that concept is drawn."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from ..domain.concept_map import Link
from ..domain.label_mapping import Wanted, asked, drawn, refuse_unfit, remap
from ..domain.labeling import Desk
from ..domain.names import name_key
from ..domain.operations import Change
from ..domain.tasks import TaskSettings
from ..errors import BadInput, ModelFailed
from .assistance import Assistance, Model
from .mapping import Mapper
from .relations import Relations
from .workbench import Workbench


class LabelMapping(Relations):
    """Map, unmap, draw otherwise. `session.state.label_mapping` is the table.

    Examples
    --------
    >>> session.choose_model("toys")
    >>> session.wait()
    >>> session.map_label("car", "vehicle")
    >>> session.map_label("truck", "vehicle")
    >>> [line.model_class for line in session.state.label_mapping if line.feeds]
    ['car', 'truck']
    >>> session.undo()
    >>> [line.model_class for line in session.state.label_mapping if line.feeds]
    ['car']
    """

    def map_label(
        self,
        model_class: str,
        concept: str,
        geometry: str | None = None,
        *,
        relation: str | None = None,
        op_id: str | None = None,
    ) -> None:
        """Have a model class feed one concept, and no other; several classes may feed the same.

        Parameters
        ----------
        model_class
            A class of the model.
        concept
            Whose suggestions it makes; it joins the task if it is not on its list.
        geometry
            ``box`` or ``polygon``: how the concept is drawn from now on. All classes that feed it share that.
        relation
            What the class is to the concept (see `relate`); what is recommended, else ``synonym``, unless told.
        op_id
            Doing it twice under one id is doing it once.

        Raises
        ------
        UnknownConcept
            The model has no such class.
        UnfitModel
            The model cannot fill the concept's geometry.
        BadInput
            Assistance is off or its model is not ready, or there is no such geometry or relation.
        """
        self.map_labels([Wanted(model_class, concept, geometry, relation)], op_id=op_id)

    def unmap_label(self, model_class: str, *, op_id: str | None = None) -> None:
        """Ignore a model class: it feeds nothing. An automatic match is refused for good."""
        self.map_labels([Wanted(model_class)], op_id=op_id)

    def map_labels(self, wanted: Iterable[Wanted], *, op_id: str | None = None) -> None:
        """Do all of it in one action, or nothing; raises as `map_label` does. Classes not named stay as they are."""
        lines = tuple(wanted)
        with self.lock:
            if self._mapper is None:
                raise BadInput("assistance is off or its model is not ready; choose a model, then session.wait().")
            desk = self._table()
            changes = remapping(self.bench, self._mapper, desk, lines)
            feeds = any(line.concept is not None for line in lines)
            self._commit("map" if feeds else "unmap", desk, changes, op_id, _told(lines))

    def set_geometry(self, concept: str, geometry: str, *, op_id: str | None = None) -> None:
        """Say how a concept is drawn: ``box`` or ``polygon``.

        Raises
        ------
        UnknownConcept
            The task has no such concept.
        UnfitModel
            Classes of the model feed it, and the model cannot fill this geometry.
        BadInput
            It is no geometry, or the task labels whole inputs.
        """
        with self.lock:
            self._own(concept)
            desk = self._table()
            own = next(c for c in self.bench.settings.concepts if name_key(c) == name_key(concept))
            settings = drawn(self.bench.settings, {own: geometry})
            if self._mapper is not None and self._feeding(own):
                refuse_unfit(settings, self._mapper.shapes, own)
            self._commit("geometry", desk, self.bench.setting(settings), op_id, f"“{own}” is now drawn as {geometry}.")

    def _feeding(self, concept: str) -> tuple[Link, ...]:
        return self._map.feeding(concept) if self._map is not None else ()


def remapping(bench: Workbench, mapper: Mapper, desk: Desk, wanted: Iterable[Wanted]) -> list[Change]:
    """Give what brings a task's label mapping to what is wanted, see `domain.label_mapping.remap`."""
    lines = tuple(wanted)
    names = (*bench.settings.concepts, *(desk.known(line.concept) for line in lines if line.concept is not None))
    concept_map = mapper.build(bench.settings.concepts, bench.relations, bench.concepts)
    found = remap(desk, concept_map, mapper.matches(dict.fromkeys(names)), lines, mapper.shapes)
    return [*found.changes, *bench.setting(found.settings)]


def opened(assistance: Assistance, model: Model, settings: TaskSettings, *, timeout: float = 600.0) -> Mapper:
    """Open a model, wait for it, and give the mapper of its vocabulary. Nothing is predicted, nothing written down.

    Raises
    ------
    ModelFailed
        It cannot be opened, or does not fit the task.
    TimeoutError
        It takes longer than `timeout` seconds.
    """
    ended = threading.Event()
    mappers: list[Mapper] = []
    failures: list[str] = []

    def take(_: str, mapper: Mapper) -> None:
        mappers.append(mapper)
        ended.set()

    def fail(sentence: str) -> None:
        failures.append(sentence)
        ended.set()

    assistance.open(
        model, settings.kind, geometries=asked(settings), concepts=settings.concepts, opened=take, failed=fail
    )
    try:
        if not ended.wait(timeout):
            raise TimeoutError(f"the model has not been opened within {timeout:g} s.")
    finally:
        assistance.cancel()
    if failures:
        raise ModelFailed(failures[0])
    return mappers[0]


def _told(lines: tuple[Wanted, ...]) -> str:
    """Give the sentence that says what was done.

    >>> _told((Wanted("car", "vehicle"),)), _told((Wanted("car"),))
    ('“car” now counts for “vehicle”.', '“car” is now ignored.')
    """
    if len(lines) != 1:
        return f"{len(lines)} classes of the model were mapped anew."
    line = lines[0]
    what = "is now ignored" if line.concept is None else f"now counts for “{line.concept}”"
    return f"“{line.model_class}” {what}."
