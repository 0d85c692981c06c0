"""The queue verbs: which input is on the screen, what is handed in, what is put aside, what is taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any, ClassVar

from ..domain import labeling
from ..domain.assignments import LEFT, OUT, SKIPPED
from ..domain.inputs import Input
from ..domain.names import named
from ..domain.records import Assignment
from ..errors import BadInput, NothingToUndo
from .shares import Shares
from .state import ERROR

UPCOMING = 8  # inputs that are made ready ahead


class Queue(Shares):
    """Submit, skip, next, previous, undo, redo."""

    OPEN: ClassVar[Collection[str]] = LEFT  # the states of inputs that want something done
    SEEN: ClassVar[Collection[str]] = OUT  # the states of inputs that next and previous bring

    def submit(self, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Hand the input in, with the suggestions that reach the task's threshold, and go to the next open one.

        A script whose session follows what others do names `input_id`: between two calls the screen may move on.

        Raises
        ------
        BadInput
            There is no input at hand, or the task is shared out and it is somebody else's to label.
        Conflict
            It was given to somebody else, or begun by them, since it was shown. Nothing was written.
        """
        with self.lock:
            desk = self._desk(input_id)
            if self._commit("submit", desk, labeling.submit(desk, self._suggestions(desk)), op_id):
                self._pace.tick()
            if self._on_screen(desk.input_id):
                self._advance()

    def skip(self, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Put the input aside and go to the next open one. One that is handed in stays so."""
        with self.lock:
            desk = self._desk(input_id)
            if desk.scene.assignment.state in LEFT:
                self._commit("skip", desk, labeling.skip(desk), op_id)
            if self._on_screen(desk.input_id):
                self._advance()

    def reopen(self, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Bring an input that was handed in, or skipped, back into the queue."""
        with self.lock:
            desk = self._desk(input_id)
            self._commit("reopen", desk, labeling.reopen(desk), op_id, "This input is open again.")

    def next(self, *, input_id: str | None = None) -> None:
        """Go to the input after this one, whatever its state."""
        self._step(input_id, backwards=False)

    def previous(self, *, input_id: str | None = None) -> None:
        """Go to the input before this one, whatever its state."""
        self._step(input_id, backwards=True)

    def go_to(self, position: int) -> None:
        """Go to the input at a place of the queue, counted from 0. Others' inputs can be looked at, not changed.

        Raises
        ------
        BadInput
            There is no such place.
        """
        with self.lock:
            found = self.bench.journal.assignment_at(self.state.task_id, position)
            if found is None:
                many = self.bench.journal.progress(self.bench.task_id).total  # also others' inputs have places
                if not many:
                    raise BadInput("the task has no inputs; add some first.")
                raise BadInput(f"expected a position from 0 to {many - 1}, got {position!r:.80}.")
            self._bring(found)
            self._look_on()

    def unreadable(self, input_id: str, reason: str) -> None:
        """Put an input that cannot be opened out of the way, with its reason, and go on to the next one."""
        with self.lock:
            self.bench.journal.mark_unreadable(input_id, reason)
            shown = self.state.input
            if shown is None or shown.input_id != input_id:
                self._refresh()
                return
            found = self._open_after(self.state.position) or self._at(after=-1, states=self.SEEN)
            if found:
                self._bring(found[0])
            else:
                self._tell(replace(self.state, unreadable=reason))
            self.say(f"{reason} It is listed in project.problems and was passed over.", error=True)

    def next_open(self) -> None:
        """Go to the next input that waits for somebody: further on, or else from the start."""
        with self.lock:
            self._advance()

    def upcoming(self, count: int = UPCOMING) -> list[Input]:
        """Give the inputs that will probably be on the screen next, nearest first."""
        with self.lock:
            journal, after = self.bench.journal, self.state.position
            found = self._open_from(after, count) or self._at(after=after, states=self.SEEN, limit=count)
            return journal.inputs_of([a.input_id for a in found])

    def around(self, count: int) -> tuple[list[Input], list[Input], list[Input]]:
        """Give the inputs that next, that submit and skip, and that previous bring, the nearest first."""
        with self.lock:
            after, shown = self.state.position, self.state.input
            ways = (
                self._at(after=after, states=self.SEEN, limit=count),
                self._open_from(after, count) + self._open_from(-1, count) or self._open_after(after),
                self._at(after=after, states=self.SEEN, limit=count, backwards=True),
            )
            here = {shown.input_id} if shown else set()
            ids = [[i for i in dict.fromkeys(a.input_id for a in way) if i not in here][:count] for way in ways]
            wanted = list(dict.fromkeys(i for way in ids for i in way))
            known = dict(zip(wanted, self.bench.journal.inputs_of(wanted), strict=True))
            places, still_open, before = ([known[i] for i in way] for way in ids)
            return places, still_open, before

    def undo(self, *, op_id: str | None = None) -> None:
        """Take back one's last action, wherever it was, and show that input.

        Raises
        ------
        NothingToUndo
            There is none.
        Conflict
            Somebody changed the same thing since.
        """
        self._history(self.bench.journal.undo, "Undone", op_id)

    def redo(self, *, op_id: str | None = None) -> None:
        """Do again what was undone last."""
        self._history(self.bench.journal.redo, "Redone", op_id)

    def _history(self, verb: Callable[..., Any], word: str, op_id: str | None) -> None:
        with self.lock:
            try:
                with self._or_unsaved():
                    self.bench.read()  # refuses where the task was deleted
                    undone = verb(self.state.task_id, self.state.actor, op_id=op_id)
            except NothingToUndo as nothing:
                self.say(str(nothing))
                raise
            if undone.input_id and not self._on_screen(undone.input_id):
                self._bring(self.bench.desk(undone.input_id).scene.assignment)
            self._refresh(notice=f"{word}: {undone.kind}.")

    def _at(self, *, after: int, states: Iterable[str], limit: int = 1, backwards: bool = False) -> list[Assignment]:
        return self.bench.journal.queue(
            self.state.task_id, after=after, states=tuple(states), limit=limit, backwards=backwards, **self.bench.whose
        )

    def _open_after(self, position: int) -> list[Assignment]:
        """Give the open input that submit and skip bring; where anybody labels, what others have begun comes last."""
        found = self._open_from(position, 1) or self._open_from(-1, 1)
        if found or not self._open_to_all:
            return found
        return self._at(after=position, states=self.OPEN) or self._at(after=-1, states=self.OPEN)

    def _open_from(self, after: int, limit: int) -> list[Assignment]:
        """Give the next open inputs that are one's own, and where anybody labels those that nobody has begun."""
        if not self._open_to_all:
            return self._at(after=after, states=self.OPEN, limit=limit)
        people = ("", self.state.actor)
        return self.bench.journal.queue(
            self.state.task_id, after=after, states=tuple(self.OPEN), limit=limit, labeler=people
        )

    @property
    def _open_to_all(self) -> bool:
        """Whether anybody labels whatever is open."""
        return not (self.bench.whose or self.bench.reviewing)

    def _first(self) -> list[Assignment]:
        """Give the input to begin with, if there is any."""
        return self._open_after(-1) or self._at(after=-1, states=self.SEEN)

    def _start(self) -> None:
        """Begin where there is something to do."""
        found = self._first()
        self._bring(found[0] if found else None)
        among = self.bench.settings.labelers
        if not found and among and self.state.actor not in among:
            self.say(f"This task is shared out among {named(among)}; {self.state.actor} has no inputs in it.")

    def _advance(self) -> None:
        found = self._open_after(self.state.position)
        if found:
            self._bring(found[0])
            return
        skipped = self._at(after=-1, states=(SKIPPED,))
        text = "Nothing is left but what was skipped." if skipped else "All inputs are done."
        self._refresh(notice=text)

    def _step(self, input_id: str | None, *, backwards: bool) -> None:
        with self.lock:
            if not self._on_screen(input_id):
                return  # a repeated click: that input was left already
            found = self._at(after=self.state.position, states=self.SEEN, backwards=backwards)
            if found:
                self._bring(found[0])
            else:
                self.say("This is the first input." if backwards else "This is the last input.")

    def _bring(self, assignment: Assignment | None) -> None:
        if assignment is None:
            self._tell(replace(self.state, input=None, desk=None, suggestions=(), selected=()))
            return
        desk, arriving = self.bench.come(assignment)
        self._shown = self.bench.rev
        notice = self.state.notice
        self._looking_on = False
        self._show(
            replace(
                self.state,
                input=arriving,
                position=assignment.position,
                desk=desk,
                suggestions=(),
                unreadable=None,
                selected=(),
                hidden=self.state.hidden & self.bench.concepts.keys(),
                notice=notice if notice is not None and notice.kind == ERROR else None,
                assist=self._arriving(self.state.assist, arriving),
            )
        )
