"""The contact sheet of a review: the next inputs side by side, approved at once but for those that are taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..domain import reviewing
from ..domain.labeling import Desk, Scene
from ..domain.names import new_id
from ..domain.operations import Operation
from ..errors import BadInput
from ..store.inside import Inside
from .judging import Judging
from .review_state import SIZES, Card, ReviewState, Sheet
from .state import SAVED, LabelState, Saving

PAGE = 500  # inputs approved in one transaction


class SheetVerbs(Judging):
    """Look at many, take out some, approve the rest."""

    def show_sheet(self, size: int | None = None) -> None:
        """Look at the next inputs to review side by side.

        Parameters
        ----------
        size
            12, 24 or 48; as many as before unless told.

        Raises
        ------
        BadInput
            Another number.
        """
        with self.lock:
            sheet = self.state.sheet
            if size is not None and size not in SIZES:
                raise BadInput(f"expected a sheet of {', '.join(map(str, SIZES[:-1]))} or {SIZES[-1]}, got {size!r}.")
            cards = sheet.cards[: size or sheet.size]
            self._tell(replace(self.state, grid=True, sheet=replace(sheet, size=size or sheet.size, cards=cards)))

    def show_one(self, input_id: str | None = None) -> None:
        """Look at one input: that one, or where one was."""
        with self.lock:
            if self.state.grid:
                self._announce(replace(self.state, grid=False))
            if input_id is not None and not (self.state.input and self.state.input.input_id == input_id):
                self._bring(self.bench.desk(input_id).scene.assignment)

    def take_out(self, input_id: str, on: bool = True) -> None:
        """Leave an input out when all that are shown are approved, or take it in again."""
        with self.lock:
            sheet = self.state.sheet
            shown = {card.input.input_id for card in sheet.cards}
            out = (sheet.taken_out | {input_id} if on else sheet.taken_out - {input_id}) & shown
            self._announce(replace(self.state, sheet=replace(sheet, taken_out=out)))

    def approve_all(
        self,
        input_ids: Iterable[str] | None = None,
        *,
        seen: Mapping[str, str] | None = None,
        op_id: str | None = None,
    ) -> int:
        """Approve many inputs; one undo takes all of it back.

        What was changed since it was looked at, what somebody else judged and what is not of the share is left out.

        Parameters
        ----------
        input_ids
            Which; those of the sheet that were not taken out, unless told. Without a sheet these are the next ones.
        seen
            As what each input was seen (`Card.seen`); as the sheet has it unless told.
        op_id
            Sending the same one again is harmless.

        Returns
        -------
        int
            How many were approved.
        """
        with self.lock:
            sheet = self.state.sheet
            cards = sheet.cards or self._cards(sheet)
            known = {card.input.input_id: card.seen for card in cards} | dict(seen or {})
            kept = [card.input.input_id for card in cards if card.input.input_id not in sheet.taken_out]
            wanted = kept if input_ids is None else _ids(input_ids)
            group, done = op_id or new_id(), 0
            for start in range(0, len(wanted), PAGE):
                done += self._approve_page(wanted[start : start + PAGE], known, group, start)
            aside = sheet.aside | sheet.taken_out
            state = replace(self.state, sheet=replace(sheet, cards=(), taken_out=frozenset(), aside=aside))
            self._announce(replace(state, saving=Saving(SAVED)))
            self._refresh()
            if self.state.assignment is None or self.state.assignment.state not in self.OPEN:
                self._start()
            self.say(_said(done, len(wanted) - done))
            return done

    def _off_sheet(self, input_id: str) -> None:
        """Forget that an input was taken out: it was judged by itself."""
        sheet = self.state.sheet
        if input_id in sheet.aside:
            self._announce(replace(self.state, sheet=replace(sheet, aside=sheet.aside - {input_id})))

    def _approve_page(self, page: list[str], known: Mapping[str, str], group: str, start: int) -> int:
        bench, made = self.bench, 0
        bench.read()

        def plan(inside: Inside) -> Iterable[Operation]:
            nonlocal made
            operations = []
            for number, input_id in enumerate(page, start):
                scene = inside.scenes.get(input_id)
                if scene is None or not self._fit(scene, known.get(input_id)):
                    continue
                desk = Desk(bench.task_id, bench.actor, bench.settings, scene, bench.concepts, bench.relations)
                done = Operation.of(
                    reviewing.APPROVE,
                    reviewing.approve(desk),
                    actor=bench.actor,
                    task_id=bench.task_id,
                    input_id=input_id,
                    op_id=f"{group}/{number}" if number else group,
                    group=group,
                )
                operations += [done] if done is not None else []
            made = len(operations)
            return operations

        bench.journal.atomically(bench.task_id, page, plan)
        return made

    def _fit(self, scene: Scene, seen: str | None) -> bool:
        """Whether an input is still one to approve, and as it was seen."""
        assignment = scene.assignment
        mine = self._whose is None or assignment.reviewer in self._whose
        return mine and assignment.state in self.OPEN and seen in (None, reviewing.seen(scene))

    # -- what is on it

    def _counted(self, state: LabelState) -> LabelState:
        found = super()._counted(state)
        assert isinstance(found, ReviewState)
        return replace(found, sheet=self._sheet(found.sheet)) if found.grid else found

    def _history(self, verb: Callable[..., Any], word: str, op_id: str | None) -> None:
        """Begin the sheet anew afterwards: what was approved is there again."""
        with self.lock:
            super()._history(verb, word, op_id)
            if self.state.grid:
                self._tell(replace(self.state, sheet=replace(self.state.sheet, cards=(), aside=frozenset())))

    def _sheet(self, sheet: Sheet) -> Sheet:
        """Give the sheet as it is now: who is on it stays while it is to review, others fill it up at its end."""
        cards = self._cards(sheet)
        ids = {card.input.input_id for card in cards}
        out = sheet.taken_out & ids
        if ids and ids <= sheet.aside:  # nothing else is left: they are shown as what they are
            out |= ids if not sheet.cards else frozenset()
        return replace(sheet, cards=cards, taken_out=out)

    def _cards(self, sheet: Sheet) -> tuple[Card, ...]:
        journal, task_id = self.bench.journal, self.bench.task_id
        before = [card.input.input_id for card in sheet.cards]
        found = self._at(after=-1, states=self.OPEN, limit=sheet.size + len(before) + len(sheet.aside))
        fresh = [a.input_id for a in found if a.input_id not in sheet.aside and a.input_id not in before]
        scenes = journal.scenes(task_id, [*before, *fresh[: sheet.size]], whole=True)
        stay = [i for i in before if i in scenes and self._fit(scenes[i], None)]
        ids = [*stay, *fresh][: sheet.size]
        if not ids:  # only those are left that were taken out before
            ids = [a.input_id for a in found][: sheet.size]
            scenes = journal.scenes(task_id, ids, whole=True)
        known = {card.input.input_id: card for card in sheet.cards}
        return tuple(self._card(scenes[i], known.get(i)) for i in ids if i in scenes)

    def _card(self, scene: Scene, before: Card | None) -> Card:
        seen, assignment = reviewing.seen(scene), scene.assignment
        if before is not None and before.seen == seen and before.assignment == assignment:
            return before
        given = before.input if before is not None else self.bench.journal.input(assignment.input_id)
        return Card(given, assignment, scene.active, seen, scene.prelabel)


def _ids(input_ids: Iterable[str]) -> list[str]:
    if not isinstance(input_ids, Iterable):
        raise BadInput(f"expected input_ids as a list, got {type(input_ids).__name__}; see task.inputs.")
    return [input_ids] if isinstance(input_ids, str) else list(dict.fromkeys(input_ids))


def _said(done: int, left_out: int) -> str:
    """Give the sentence that says what came of it.

    >>> _said(24, 0)
    '24 inputs approved.'
    >>> _said(1, 2)
    '1 input approved; 2 were changed meanwhile, or are not to be reviewed, and left out.'
    """
    said = f"{done} input{'s' * (done != 1)} approved"
    if not left_out:
        return f"{said}."
    verb = "was" if left_out == 1 else "were"
    return f"{said}; {left_out} {verb} changed meanwhile, or are not to be reviewed, and left out."
