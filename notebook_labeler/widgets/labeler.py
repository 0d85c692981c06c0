"""The labeling widget: puts header, picture, panes and tabs together, and keeps them as the session's state is."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets

from ..domain.names import new_id
from ..errors import LabelerError
from ..sessions.labeling import LabelingSession
from ..sessions.state import LabelState
from .assist import AssistPanel
from .bulk import BulkPanel
from .explore import Entry, explore, suggested
from .front import Message
from .header import Header
from .mapping import MappingPanel
from .objects_link import ObjectsLink
from .objects_pane import ObjectsPane
from .pane import Pane
from .panel import Explaining, Panel, close_family
from .segment_link import SegmentLink
from .showing import Decoded, Showing
from .stage import Stage

MOST_TRACE = 8000  # characters of a traceback that are shown


class Labeler(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets is not typed
    """A labeling session on the screen.

    Parameters
    ----------
    session
        What is shown and worked with; from Python it does whatever the buttons do. It is closed with the widget.
    pictures
        Decoded pictures of its inputs (`media.pictures.Pictures`), closed with the widget.
    height
        Height of the picture in CSS pixels.

    Examples
    --------
    >>> widget = task.label()      # doctest: +SKIP
    >>> widget.session.submit()    # doctest: +SKIP
    >>> widget.close()             # doctest: +SKIP
    """

    def __init__(self, session: LabelingSession, pictures: Decoded, *, height: int = 520) -> None:
        self.session = session
        self._pictures = pictures
        self._telling = False
        self._open = True
        scope, state = new_id(), session.state
        common: dict[str, Any] = {"scope": scope, "tell": self.tell}  # Any: keyword arguments of the panels
        self.stage = Stage(height=f"{height}px", scope=scope)
        objects = state.settings.objects
        self.pane: Panel = (ObjectsPane if objects else Pane)(session, state, **common)
        self.header, *others = self._equip(state, common)
        self._panels = (self.header, *others, self.pane)
        links: list[ObjectsLink | SegmentLink] = []
        if objects:
            links = [
                ObjectsLink(self.stage.objects, session),
                SegmentLink(self.stage.front, session, self.stage.on_ready),
            ]
        self._painted: tuple[Panel | ObjectsLink | SegmentLink, ...] = (*self._panels, *links)
        self._showing = Showing(self.stage, pictures, session, self.tell)
        super().__init__([self.header.widget, self._columns(), *self._below()])
        self.add_class("nbl-root")
        self.stage.on_error(self.tell)
        self.stage.on_navigate(self._navigate)
        self._leave = session.observe(self._changed)
        self._paint(state, session.state)
        self._showing.show(session.state)

    def _explore(self, text: str) -> list[Entry]:
        return explore(text, self.session.state.settings)

    def tell(self, error: Exception) -> None:
        """Show an error in the notice line: its sentence, and for what nobody foresaw its traceback to unfold."""
        if isinstance(error, LabelerError):
            self._say(str(error), "")
            return
        trace = "".join(traceback.format_exception(error))[-MOST_TRACE:]
        kind, text = type(error).__name__, str(error)
        self._say(f"Something went wrong that should not have ({kind}: {text:.300}). What was saved is safe.", trace)

    def close(self) -> None:
        """Close every widget of it, the session and the pictures. Twice is fine."""
        if not self._open:
            return
        self._open = False
        self._leave()
        self._showing.close()
        self.session.close()
        for panel in self._panels:
            panel.close()
        self.stage.close()
        close_family(self._side)
        close_family(self._place)
        self._columns_box.layout.close()
        self._columns_box.close()
        self._pictures.close()
        self.layout.close()
        super().close()

    # ---- putting it together

    def _columns(self) -> ipywidgets.GridBox:
        self._place = ipywidgets.VBox([self.stage.widget])
        self._place.add_class("nl-place")
        if self.session.state.settings.objects:
            self._place.add_class("nl-objects-place")
        self.pane.widget.add_class("nl-pane-place")
        self._side = self._sidebar()
        self._side.add_class("nl-sidebar")
        self._columns_box = ipywidgets.GridBox([self._place, self._side])
        self._columns_box.add_class("nl-columns")
        return self._columns_box

    # What follows is another thing in a review (`review.Reviewer`).

    def _equip(self, state: LabelState, common: dict[str, Any]) -> tuple[Explaining, *tuple[Panel, ...]]:
        """Make the header, and the panels that stand beside or below the picture together with the pane."""
        header = Header(self.session, state, **common)
        self._helped = state.settings.assistance
        if not self._helped:
            self.accepting = BulkPanel(self.session, state, **common)
            self.accepting.widget.add_class("nl-card")
            return header, self.accepting
        self.assist = AssistPanel(
            self.session, state, catalogue=self._explore, models=suggested(state.settings), **common
        )
        self.mapping = MappingPanel(self.session, state, **common)
        return header, self.assist, self.mapping

    def _sidebar(self) -> ipywidgets.Widget:
        """Give what stands beside the picture."""
        label = ipywidgets.VBox([self.assist.widget if self._helped else self.accepting.widget, self.pane.widget])
        label.add_class("nl-label-tab")
        if not self._helped:
            return ipywidgets.VBox([label])
        return ipywidgets.Tab([label, self.mapping.widget], titles=("Label", "Concept mapping"))

    def _below(self) -> list[ipywidgets.Widget]:
        """Give what stands below the picture."""
        return []

    # ---- keeping it so

    def _changed(self, old: LabelState, new: LabelState) -> None:
        self._paint(old, new)
        if old.input != new.input or old.unreadable != new.unreadable:
            self._guarded(partial(self._showing.show, new))

    def _paint(self, old: LabelState, new: LabelState) -> None:
        for part in self._painted:
            self._guarded(partial(part.paint, old, new))

    def _navigate(self, step: int, message: Message) -> None:
        (self.session.next if step > 0 else self.session.previous)(input_id=message.input_id)

    def _guarded(self, paint: Callable[[], None]) -> None:
        try:
            paint()
        except Exception as error:
            self.tell(error)

    def _say(self, text: str, trace: str) -> None:
        """Have the session say it, so that every view shows it; should painting itself be at fault, say it once."""
        if self._telling or not self._open:
            return
        self._telling = True
        try:
            number = self.session.state.notice.number if self.session.state.notice else 0
            self.header.explain(trace, number + 1)
            self.session.say(text, error=True)
        finally:
            self._telling = False
