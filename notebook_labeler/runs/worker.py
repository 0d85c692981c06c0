"""The model process: reads questions from its standard input, answers on its standard output, ends with its parent.

It is started by `runs.link` as ``python -m notebook_labeler.runs.worker`` and is of no use by hand.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Any, BinaryIO

from ..models.registry import import_libraries, load
from .engine import Batch, Engine, Reply
from .frames import Header, read_frame, write_frame
from .pool import PriorityPool
from .segment_desk import SegmentDesk
from .wire import error_to, items_from, opened_to, replies_to

NICER = 5
WATCH_S = 1.0


class Worker:
    """Answers frames until there are no more."""

    def __init__(self, questions: BinaryIO, answers: BinaryIO) -> None:
        self.questions = questions
        self.answers = answers
        self.engine = Engine(begin=one_thread_each)
        self.loader = PriorityPool(1, "nl-load")
        self.places: dict[str, dict[str, int]] = {}
        self._writing = threading.Lock()
        self.segments = SegmentDesk(self.answer)

    def serve(self) -> None:
        """Take questions until the parent is gone."""
        verbs = {
            "open": self.open,
            "warm": self.warm,
            "predict": self.predict,
            "drop": self.drop,
            "remove": self.remove,
            "segment": self.segments.take,
        }
        while (frame := read_frame(self.questions)) is not None:
            verbs[frame[0]["do"]](*frame)

    def open(self, asked: Header, _: list[bytes]) -> None:
        """Load a model in the loader's thread."""
        self.loader.submit(0, self._answering, asked, self._open)

    def warm(self, asked: Header, _: list[bytes]) -> None:
        """Import the libraries in the loader's thread."""
        self.loader.submit(1, self._answering, asked, _warm)

    def predict(self, asked: Header, parts: list[bytes]) -> None:
        """Queue a batch."""
        places = self.places.get(asked["model"], {})
        number, embeddings = asked["number"], asked["embeddings"]

        def reply(replies: list[Reply]) -> None:
            header, vectors = replies_to(replies, places, embeddings=embeddings)
            self.answer({**header, "number": number}, vectors)

        def broken(error: BaseException) -> None:
            self.answer({"error": error_to(error), "number": number})

        items = items_from(asked["items"], parts)
        self.engine.submit(Batch(asked["model"], items, asked["priority"], asked["group"], reply, broken, embeddings))

    def drop(self, asked: Header, _: list[bytes]) -> None:
        """Forget a group's batches."""
        self.engine.drop(asked["group"])

    def remove(self, asked: Header, _: list[bytes]) -> None:
        """Let go of a model."""
        self.engine.remove(asked["model"])

    def answer(self, header: Header, parts: list[bytes] | None = None) -> None:
        """Write one frame. A parent that is gone needs none."""
        try:
            with self._writing:
                write_frame(self.answers, header, parts or [])
        except OSError:
            os._exit(0)

    def _open(self, asked: Header) -> Header:
        model = load(asked["spec"], **asked["options"])
        self.places[asked["model"]] = {label: n for n, label in enumerate(model.vocabulary.labels)}
        self.engine.add(asked["model"], model)
        return {"opened": opened_to(model, model.batch_size)}

    def _answering(self, asked: Header, work: Any) -> None:
        """Answer with what comes of it, or with why nothing does; Any: one of our own methods."""
        try:
            said = work(asked)
        except BaseException as error:  # native libraries panic with what is no Exception
            said = {"error": error_to(error)}
        self.answer({**said, "number": asked["number"]})


def _warm(_: Header) -> Header:
    import_libraries()
    return {}


def one_thread_each() -> None:
    """Keep torch from starting a thread per core in every thread of ours; models set their own number."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


def streams() -> tuple[BinaryIO, BinaryIO]:
    """Give the two pipes, and put harmless streams where libraries print and read."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return questions, answers


def watch(parent: int) -> None:
    """End when the parent is gone although some other process still holds our pipe open."""
    while os.getppid() == parent:
        time.sleep(WATCH_S)
    os._exit(0)


def main() -> None:
    """Run until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICER)
    questions, answers = streams()
    threading.Thread(target=watch, args=(os.getppid(),), name="nl-watch", daemon=True).start()
    Worker(questions, answers).serve()
    os._exit(0)  # a model at work or libraries' own threads must not keep it alive


if __name__ == "__main__":
    main()
