"""Named models at home in a child process: torch never enters the notebook, and a crash costs one request."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

from ..domain.names import digest
from ..errors import BadInput, LabelerError, ModelFailed
from ..models.named import folder_of
from .engine import Batch
from .frames import Header
from .link import Answered, Link, Lost
from .wire import Opened, error_from, items_to, opened_from, replies_from


class Child:
    """Keeps one model process; starts a fresh one when the last has died, and opens its models there again."""

    def __init__(self) -> None:
        self._link: Link | None = None
        self._asked: dict[str, tuple[str, str]] = {}  # model id -> its name, its options as JSON
        self._lock = threading.RLock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process id of the child, None when there is none."""
        link = self._link
        return link.process.pid if link is not None and link.alive else None

    def warm(self) -> None:
        """Start it and have it import the model libraries; waits until that is done."""
        future: Future[None] = Future()
        self._living().ask({"do": "warm"}, (), lambda said, _: _settle(future, said, None), future.set_exception)
        future.result()

    def open(self, spec: str, options: Mapping[str, Any]) -> Opened:
        """Load a model by name; waits until it is there. Asking again for the same one costs nothing.

        Raises
        ------
        LabelerError
            What the child says about why not.
        """
        try:
            text = json.dumps(options, sort_keys=True, default=_plain)
        except (TypeError, ValueError) as error:
            raise BadInput(f"expected options of a named model as plain values, got {error}.") from error
        model_id = digest("model", spec, text, _stamp(spec))
        with self._lock:
            self._asked[model_id] = (spec, text)
            future = self._opening(self._living(), model_id)
        return future.result()

    def submit(self, batch: Batch) -> None:
        """Queue a batch, opening its model first where the child is a fresh one."""
        try:
            with self._lock:
                if batch.model not in self._asked:
                    raise ModelFailed("expected an opened model, got one that was closed; open it again.")
                link = self._living()
                opening = self._opening(link, batch.model)
        except LabelerError as error:
            batch.broken(error)
            return
        opening.add_done_callback(lambda opened: self._send(link, batch, opened))

    def ask(self, header: Header, parts: Sequence[bytes], answered: Answered, lost: Lost) -> None:
        """Ask what is no batch; exactly one of the two callbacks comes."""
        try:
            link = self._living()
        except LabelerError as error:
            lost(error)
            return
        link.ask(header, parts, answered, lost)

    def drop(self, group: str) -> None:
        """Forget all batches of a group that have not begun."""
        link = self._link
        if link is not None and link.alive:
            link.tell({"do": "drop", "group": group})

    def remove(self, model_id: str) -> None:
        """Let go of a model."""
        with self._lock:
            self._asked.pop(model_id, None)
            link = self._link
            if link is not None and link.opened.pop(model_id, None) is not None:
                link.tell({"do": "remove", "model": model_id})

    def close(self) -> None:
        """End the process. Twice is fine."""
        with self._lock:
            self._closed = True
            link, self._link = self._link, None
        if link is not None:
            link.close()

    def _living(self) -> Link:
        with self._lock:
            if self._closed:
                raise LabelerError("expected an open runner, got one that was closed; make a new one.")
            if self._link is None or not self._link.alive:
                try:
                    self._link = Link()
                except OSError as error:
                    raise ModelFailed(f"the model process could not be started: {error}.") from error
            return self._link

    def _opening(self, link: Link, model_id: str) -> Future[Opened]:
        known = cast("Future[Opened] | None", link.opened.get(model_id))
        if known is not None and not (known.done() and known.exception() is not None):
            return known
        future: Future[Opened] = Future()
        link.opened[model_id] = future
        spec, options = self._asked[model_id]
        header = {"do": "open", "model": model_id, "spec": spec, "options": json.loads(options)}
        link.ask(header, (), lambda said, _: _settle(future, said, model_id), future.set_exception)
        return future

    def _send(self, link: Link, batch: Batch, opened: Future[Opened]) -> None:
        error = opened.exception()
        if error is not None:
            batch.broken(error)
            return
        labels = opened.result().vocabulary.labels
        lines, parts = items_to(batch.items)
        header = {
            "do": "predict",
            "model": batch.model,
            "items": lines,
            "priority": batch.priority,
            "group": batch.group,
            "embeddings": batch.embeddings,
        }

        def answered(said: dict[str, Any], parts: list[bytes]) -> None:
            if "error" in said:
                batch.broken(error_from(said["error"]))
            else:
                batch.reply(replies_from(said, parts, labels))

        link.ask(header, parts, answered, batch.broken)


def _settle(future: Future[Any], said: dict[str, Any], model_id: str | None) -> None:
    if "error" in said:
        future.set_exception(error_from(said["error"]))
    else:
        future.set_result(None if model_id is None else opened_from(model_id, said["opened"]))


def _stamp(spec: str) -> str:
    """Give what changes when the files behind a path are written anew; empty for a mere name."""
    path = Path(folder_of(spec) or spec).expanduser()
    if path == Path(spec) and not path.suffix:
        return ""
    found = sorted(path.iterdir()) if path.is_dir() else [path] if path.is_file() else []
    return json.dumps([(one.name, one.stat().st_mtime_ns, one.stat().st_size) for one in found if one.is_file()])


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, tuple | set | frozenset) or hasattr(value, "__iter__"):
        return list(value)
    raise TypeError(f"{type(value).__name__} {value!r:.80}")
