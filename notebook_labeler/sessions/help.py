"""The assistance verbs: choose a model, ask it, wait or do not, and take its answers for the right input only."""

from __future__ import annotations

import threading
from dataclasses import replace

from ..domain.label_mapping import asked
from ..domain.predictions import Prediction
from ..domain.records import Assignment
from ..errors import BadInput, ModelFailed
from .assistance import Model, kept_name, shown_name
from .mapping import Mapper
from .queue import Queue
from .state import CANCELLED, FAILED, LOADING, PREDICTING, READY, Assist, LabelState


class Help(Queue):
    """Assistance on and off, and what the model answers."""

    def choose_model(self, model: Model) -> None:
        """Turn assistance on with a model: a name, a function, a predictor or a DataFrame of predictions."""
        self.set_assist(True, model)

    def set_assist(self, on: bool, model: Model | None = None) -> None:
        """Turn assistance on (with a model, or with the one used last) or off.

        Raises
        ------
        BadInput
            It is turned on and no model has been chosen.
        """
        with self.lock:
            if not on:
                self._turn_off()
                return
            if self.assistance is None:
                raise BadInput("this session was opened without models; open it with task.session() to use one.")
            chosen: Model = model if model is not None else self.assistance.last or self.bench.settings.model
            if isinstance(chosen, str) and not chosen.strip():
                raise BadInput("assistance needs a model; choose one first, for example 'toys' or a timm name.")
            self._mapper = self._map = None
            assist = Assist(True, shown_name(chosen), phase=LOADING)
            self._announce(replace(self.state, assist=assist, suggestions=(), mapping=()))
            settings = self.bench.settings
            self.assistance.open(
                chosen,
                settings.kind,
                geometries=asked(settings),
                concepts=settings.concepts,
                opened=self._opened,
                failed=self._failed,
            )

    def set_suggest(self, what: str) -> None:
        """Suggest what maps to the task's concepts (``mapped``), or the model's other concepts too (``all``)."""
        with self.lock:
            self.bench.save(self.bench.settings.changed(suggest=what))
            self._tell(self.state)

    def predict(self, *, input_id: str | None = None) -> None:
        """Ask the model for the input at hand, now, even if it has answered before.

        Raises
        ------
        BadInput
            Assistance is off, or the model is still being loaded.
        """
        with self.lock:
            if self.state.input is None or not self._on_screen(input_id):
                return
            if self.assistance is None or self._mapper is None:
                raise BadInput("assistance is off or its model is not ready; choose a model first.")
            self._announce(replace(self.state, assist=replace(self.state.assist, phase=PREDICTING, message="")))
            self.assistance.ask(self.state.input, answered=self._answered, failed=self._failed)

    def wait(self, timeout: float = 120.0) -> None:
        """Wait until the model has been loaded and has answered for the input at hand. For scripts.

        Parameters
        ----------
        timeout
            How long at most, in seconds.

        Raises
        ------
        ModelFailed
            It could not be loaded, or failed on this input.
        TimeoutError
            It takes longer.
        """
        rested = threading.Event()
        leave = self.observe(lambda _, new: None if new.assist.waiting else rested.set())
        try:
            if self.state.assist.waiting and not rested.wait(timeout):
                raise TimeoutError(f"the model {self.state.assist.model!r:.80} has not answered within {timeout} s.")
        finally:
            leave()
        if self.state.assist.phase == FAILED:
            raise ModelFailed(self.state.assist.message)

    def cancel(self) -> None:
        """Stop waiting for the model. A late answer is kept for later and drawn nowhere."""
        with self.lock:
            if self.assistance is not None and self.state.assist.waiting:
                self.assistance.cancel()
                self._announce(replace(self.state, assist=replace(self.state.assist, phase=CANCELLED)))

    def close(self) -> None:
        """Stop asking the model. What was done is on disk already; closing twice is fine."""
        if self.assistance is not None:
            self.assistance.cancel()

    def _turn_off(self) -> None:
        if self.assistance is not None:
            self.assistance.cancel()
        self._mapper = self._map = None
        self.bench.save(self.bench.settings.changed(assist=False))
        off = Assist(model=self.state.assist.model)
        self._tell(replace(self.state, assist=off, suggestions=(), mapping=()))

    def _opened(self, key: str, mapper: Mapper) -> None:
        with self.lock:
            if not self.state.assist.on or self.assistance is None:
                return
            self._mapper = mapper
            model = self.assistance.last
            self.bench.save(self.bench.settings.changed(assist=True, model=kept_name(model)))
            assist = self._arriving(
                Assist(True, shown_name(model), key, mapper.vocabulary, on_demand=mapper.on_demand), self.state.input
            )
            self._tell(replace(self.state, assist=assist))
            self._ask()

    def _failed(self, message: str) -> None:
        with self.lock:
            if self.state.assist.on and self.state.assist.phase != CANCELLED:
                self._announce(replace(self.state, assist=replace(self.state.assist, phase=FAILED, message=message)))

    def _answered(self, prediction: Prediction) -> None:
        """Take an answer. One for an input left behind is kept by `Assistance` and drawn nowhere."""
        with self.lock:
            state = self.state
            if state.input is None or state.input.input_id != prediction.input_id:
                return
            if prediction.model != state.assist.key or state.assist.phase == CANCELLED:
                return
            if prediction.error:
                self._failed(prediction.error)
                return
            assist = replace(state.assist, phase=READY, message="")
            self._announce(replace(state, assist=assist, suggestions=self._mapped(prediction)))

    def _show(self, state: LabelState) -> None:
        super()._show(state)
        self._keep_up()

    def _keep_up(self) -> None:
        """Open the model anew where it is asked for something else: a zero-shot detector finds the task's concepts."""
        assist, settings = self.state.assist, self.bench.settings
        if self.assistance is None or not assist.on or assist.phase in (LOADING, CANCELLED):
            return
        if self.assistance.outdated(asked(settings), settings.concepts):
            self.set_assist(True, self.assistance.last)

    def _bring(self, assignment: Assignment | None) -> None:
        super()._bring(assignment)
        self._ask()

    def _ask(self) -> None:
        """Ask for the input on the screen and for the next ones, where the model has not answered yet."""
        state, assistance = self.state, self.assistance
        if assistance is None or self._mapper is None or not state.assist.on or state.input is None:
            return
        if state.assist.phase == PREDICTING:
            assistance.ask(state.input, answered=self._answered, failed=self._failed)
        assistance.ahead(self.upcoming(), answered=self._answered)
