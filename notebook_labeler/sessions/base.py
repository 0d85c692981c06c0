"""What every part of a labeling session leans on: the lock, the state, and how a new state is derived and told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar

from ..domain.concept_map import ConceptMap, Suggestion
from ..domain.inputs import Input
from ..domain.labeling import Desk
from ..domain.names import name_key
from ..domain.operations import Change
from ..domain.predictions import Prediction
from ..domain.rows import Lens, shown
from ..domain.tasks import ALL
from ..errors import BadInput, Conflict, LabelerError, ProjectClosed, StoreError
from ..store.journal import Journal
from .assistance import Assistance
from .mapping import Mapper
from .pace import Pace
from .signal import Changed
from .state import ERROR, INFO, PREDICTING, READY, SAVED, UNSAVED, Assist, LabelState, Notice, Progress, Saving
from .workbench import Workbench


class SessionBase:
    """State, lock and signal. `lock` guards all that follows; listeners are told while it is held, in order."""

    STATE: ClassVar[type[LabelState]] = LabelState

    def __init__(self, journal: Journal, task_id: str, *, actor: str, assistance: Assistance | None = None) -> None:
        self.lock = threading.RLock()
        self.bench = Workbench(journal, task_id, actor=actor)
        self.assistance = assistance
        self.failures: list[Exception] = []  # what listeners raised
        self._changed: Changed[LabelState] = Changed(self.failures.append)
        self._mapper: Mapper | None = None
        self._map: ConceptMap | None = None
        self._map_basis: tuple[object, ...] = ()  # what the map was made of
        self._suggested: tuple[tuple[object, ...], tuple[Suggestion, ...]] = ((), ())  # what of, and what
        self._pace = Pace()
        self._notices = 0
        self._ranked: tuple[tuple[object, ...], int] = ((), 0)  # of what, and the place among one's own
        self._shown = -1  # the journal's revision of which the screen shows the desk
        settings = self.bench.settings
        self.state = self.STATE(
            task_id, self.bench.record.name, actor, settings, lens=Lens(settings.low, settings.high)
        )

    def observe(self, listener: Callable[[LabelState, LabelState], None]) -> Callable[[], None]:
        """Call `listener(old, new)` at each change of state; calling what is returned ends it."""
        return self._changed.observe(listener)

    def say(self, text: str, *, error: bool = False) -> None:
        """Show the labeler a sentence."""
        with self.lock:
            self._announce(self._with_notice(self.state, text, ERROR if error else INFO))

    # -- desks -------------------------------------------------------------------------------------------------------

    def _desk(self, input_id: str | None) -> Desk:
        """Put an input on the desk: the one on the screen, or the one that a late click was meant for."""
        wanted = input_id or (self.state.input.input_id if self.state.input else None)
        if wanted is None:
            raise BadInput(f"expected an input to label, got no input at hand. {self.state.nothing}")
        with self._or_unsaved():
            desk = self.bench.desk(wanted)
        self._refuse_taken(desk)
        return desk

    def _refuse_taken(self, desk: Desk) -> None:
        """Refuse to act on an input that somebody else may have taken since it was shown."""

    def _on_screen(self, input_id: str | None) -> bool:
        """Whether a message about an input is about the one on the screen; none means it is."""
        return input_id is None or (self.state.input is not None and self.state.input.input_id == input_id)

    def _suggestions(self, desk: Desk) -> tuple[Suggestion, ...]:
        if self._on_screen(desk.input_id):
            return self.state.suggestions
        return self._suggested_for(desk.input_id, self.state.assist.key)

    def _suggested_for(self, input_id: str, key: str) -> tuple[Suggestion, ...]:
        """Give what a model is known to say of an input, in one's own words."""
        if self.assistance is None or self._map is None or not key:
            return ()
        prediction = self.assistance.known(key, [input_id]).get(input_id)
        return self._mapped(prediction) if prediction and not prediction.error else ()

    def _mapped(self, prediction: Prediction) -> tuple[Suggestion, ...]:
        if self._map is None:
            return ()
        settings = self.bench.settings
        basis = (prediction, self._map, settings)
        if len(self._suggested[0]) != 3 or any(a is not b for a, b in zip(basis, self._suggested[0], strict=True)):
            found = (
                self._map.objects(prediction, settings)
                if settings.objects
                else self._map.apply(prediction, others=settings.suggest == ALL)
            )
            self._suggested = (basis, found)
        return self._suggested[1]

    def _in_sight(self, desk: Desk, lens: Lens | None = None) -> tuple[Suggestion, ...]:
        """Give the suggestions that range and search show, without those that are hidden."""
        hidden = self.state.hidden
        return tuple(
            s
            for s in shown(desk, self._suggestions(desk), lens or self.state.lens)
            if s.concept_key not in hidden and not (s.region is not None and desk.object_id(s) in hidden)
        )

    def _find(self, desk: Desk, concept: str) -> Suggestion | None:
        key = name_key(concept)
        return next((s for s in self._suggestions(desk) if s.concept_key == key), None)

    def _arriving(self, assist: Assist, one: Input | None) -> Assist:
        """Give assistance as it is when an input arrives: its suggestions are there, or they are waited for."""
        if not assist.on or self._mapper is None or self.assistance is None:
            return assist
        known = one is None or one.input_id in self.assistance.known(assist.key, [one.input_id])
        return replace(assist, phase=READY if known else PREDICTING, message="")

    # -- writing -----------------------------------------------------------------------------------------------------

    def _commit(
        self, kind: str, desk: Desk, changes: Iterable[Change], op_id: str | None, notice: str | None = None
    ) -> bool:
        """Write, then show what is now kept. A refused write is shown as not saved, and raised."""
        try:
            with self._or_unsaved():
                written = self.bench.commit(kind, desk, changes, op_id)
        except StoreError:  # nothing can be read now, either
            raise
        except LabelerError as error:
            if isinstance(error, Conflict) and desk.input_id:
                self._refuse_taken(self.bench.desk(desk.input_id))  # says more plainly what it was
            self._refresh(saving=Saving(UNSAVED, str(error)))
            raise
        if written:
            self._refresh(notice=notice, saving=Saving(SAVED))
        return written

    @contextmanager
    def _or_unsaved(self) -> Iterator[None]:
        """Show of an action that it was not saved, where the database cannot be used, and say so in one sentence."""
        try:
            yield
        except ProjectClosed:
            raise
        except StoreError as error:
            self._announce(replace(self.state, saving=Saving(UNSAVED, str(error))))
            raise StoreError(f"This was not saved: {error}") from error

    # -- deriving and telling ------------------------------------------------------------------------------------------

    def _refresh(self, *, notice: str | None = None, saving: Saving | None = None) -> None:
        """Read again all that the screen shows, and tell."""
        state = self.state if saving is None else replace(self.state, saving=saving)
        if notice:
            state = self._with_notice(state, notice)
        desk = self.bench.look(state.input.input_id if state.input is not None else "")
        self._shown = self.bench.rev
        self._show(replace(state, desk=desk))

    def _tell(self, state: LabelState) -> None:
        """Read again all but the desk, and announce the state."""
        if state.desk is None or state.desk is not self.state.desk:  # otherwise it is as old as it was
            self._shown = self.bench.rev
        self.bench.look()
        self._show(state)

    def _show(self, state: LabelState) -> None:
        """Derive mapping, suggestions, progress and undo list of a state from what was read, and announce it."""
        bench = self.bench
        desk = state.desk
        if desk is not None:
            desk = replace(desk, settings=bench.settings, concepts=bench.concepts, relations=bench.relations)
        state = replace(
            state, settings=bench.settings, task_name=bench.record.name, concepts=bench.known_names(), desk=desk
        )
        if self._mapper is not None:
            basis = (self._mapper, bench.settings.concepts, bench.relations, bench.concepts)
            if self._map is None or basis != self._map_basis:
                self._map = self._mapper.build(*basis[1:])
                self._map_basis = basis
            state = replace(
                state,
                mapping=self._mapper.lines(self._map, bench.relations),
                renamed=self._map.renamed,
                suggestions=self._suggested_for(state.input.input_id, state.assist.key) if state.input else (),
            )
        self._announce(self._counted(state))

    def _counted(self, state: LabelState) -> LabelState:
        counts = self.bench.seen.progress
        undo, redo = self.bench.seen.undoable or (None, None)
        progress = Progress(
            counts.total, counts.done, counts.left, counts.skipped, counts.unreadable, self._pace.per_minute
        )
        return replace(state, progress=progress, undo=undo, redo=redo, rank=self._rank(state, counts.total))

    def _rank(self, state: LabelState, total: int) -> int:
        """Give the place of the input among one's own; counted anew when either has changed."""
        whose = self.bench.whose
        if not whose:
            return state.position
        basis = (state.position, total, state.progress.unreadable, state.settings.labelers)
        if self._ranked[0] != basis:
            rank = self.bench.seen.rank  # that of an input which has just come
            if rank is None:
                rank = self.bench.journal.rank(state.task_id, state.position, **whose)
            self._ranked = (basis, rank)
        return self._ranked[1]

    def _with_notice(self, state: LabelState, text: str, kind: str = INFO) -> LabelState:
        self._notices += 1
        return replace(state, notice=Notice(self._notices, text, kind))

    def _announce(self, state: LabelState) -> None:
        old = self.state
        if state != old:
            state.take_over(old)
            self.state = state
            self._changed.tell(old, state)
