"""One model process, from its start to its end, and the questions it still owes an answer."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from ..errors import ModelFailed
from .frames import Header, read_frame, write_frame

Answered = Callable[[Header, list[bytes]], object]
Lost = Callable[[BaseException], object]
ROOT = Path(__file__).resolve().parents[2]
LAST_WORDS = 2000  # bytes of what the process wrote to stderr
PATIENCE_S = 2.0


class Link:
    """A running model process. It ends when we close its standard input, so it cannot outlive us."""

    def __init__(self) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed in _mourn
        own_group: dict[str, Any] = (
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined]
            if sys.platform == "win32"
            else {"start_new_session": True}  # an interrupt of the notebook does not reach it
        )
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "notebook_labeler.runs.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=_environment(),
            **own_group,
        )
        self.opened: dict[str, object] = {}
        self._input = cast(BinaryIO, self.process.stdin)
        self._output = cast(BinaryIO, self.process.stdout)
        self._numbers = itertools.count(1)
        self._owed: dict[int, tuple[Answered, Lost]] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._end: ModelFailed | None = None
        self._closing = False
        self._reader = threading.Thread(target=self._read, name="nl-child-reader", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._end is None and self.process.poll() is None

    def ask(self, header: Mapping[str, Any], parts: Sequence[bytes], answered: Answered, lost: Lost) -> None:
        """Send a question; exactly one of the two callbacks comes, on the reader's thread or, when it is gone, here."""
        with self._lock:
            end = self._end
            if end is None:
                number = next(self._numbers)
                self._owed[number] = (answered, lost)
        if end is not None:
            lost(end)
        else:
            self.tell({**header, "number": number}, parts)

    def tell(self, header: Mapping[str, Any], parts: Sequence[bytes] = ()) -> None:
        """Send a message that has no answer. If the process is gone, the reader says so to all who wait."""
        try:
            with self._writing:
                write_frame(self._input, header, parts)
        except (OSError, ValueError):
            pass

    def close(self) -> None:
        """End the process: politely, then by force. Twice is fine."""
        self._closing = True
        try:
            with self._writing:
                self._input.close()
        except OSError:
            pass
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
        if threading.current_thread() is not self._reader:
            self._reader.join(PATIENCE_S)

    def _read(self) -> None:
        while (frame := self._frame()) is not None:
            header, parts = frame
            with self._lock:
                owed = self._owed.pop(header.get("number", 0), None)
            if owed is not None:
                owed[0](header, parts)
        self._mourn()

    def _frame(self) -> tuple[Header, list[bytes]] | None:
        try:
            return read_frame(self._output)
        except (OSError, ValueError):
            return None

    def _mourn(self) -> None:
        try:
            code = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        end = ModelFailed("the model process was closed." if self._closing else _obituary(code, self._last_words()))
        with self._lock:
            self._end = end
            owed, self._owed = self._owed, {}
        for _, lost in owed.values():
            lost(end)
        for stream in (self._input, self._output, self._stderr):
            with contextlib.suppress(OSError):  # unsent bytes to a process that is gone
                stream.close()

    def _last_words(self) -> str:
        size = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, size - LAST_WORDS))
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1].strip()[:300] if lines else ""


def _obituary(code: int, words: str) -> str:
    if code == -getattr(signal, "SIGKILL", 9):
        why = "was killed, most likely because memory ran out"
    elif code < 0:
        why = f"crashed with {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"crashed ({code})"
    else:
        why = f"ended with exit code {code}"
    said = f" (its last words: {words})" if words else ""
    return f"the model process {why}{said}; the next request starts a fresh one."


def _environment() -> dict[str, str]:
    """Give the child's environment: it must find this package also when it is not installed but only on our path."""
    environment = dict(os.environ)
    if str(ROOT) not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (environment.get("PYTHONPATH"), str(ROOT))))
    return environment
