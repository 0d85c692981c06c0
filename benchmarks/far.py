"""Round trips to PostgreSQL per action of a labeler, and its time where the server is near and 2 ms further away.

The server stands behind a proxy that counts: what a client sends after it was last answered is one round trip.
A PostgreSQL URL (of an empty database) is taken from NOTEBOOK_LABELER_TEST_POSTGRES.
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from statistics import median

import sqlalchemy as sa

from benchmarks.team import emptied
from notebook_labeler.domain.inputs import Input
from notebook_labeler.project import open_project

ROUNDS = 50


class Far:
    """A server that answers `late` seconds later than it would. `trips` counts round trips."""

    def __init__(self, host: str, port: int, *, late: float) -> None:
        self._to, self._late, self.trips = (host, port), late, 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            here, there = self._server.accept()[0], socket.create_connection(self._to)
            asked = threading.Event()
            for one in (here, there):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._ask, args=(here, there, asked), daemon=True).start()
            threading.Thread(target=self._answer, args=(there, here, asked), daemon=True).start()

    def _ask(self, here: socket.socket, there: socket.socket, asked: threading.Event) -> None:
        while data := here.recv(1 << 20):
            self.trips += not asked.is_set()
            asked.set()
            there.sendall(data)
        there.close()

    def _answer(self, there: socket.socket, here: socket.socket, asked: threading.Event) -> None:
        try:
            while data := there.recv(1 << 20):
                if asked.is_set():
                    asked.clear()
                    time.sleep(self._late)
                here.sendall(data)
        except OSError:  # the client has gone
            return


def actions(url: str, far: Far) -> dict[str, list[tuple[int, float]]]:
    """Do each action many times; give its round trips and seconds."""
    took: dict[str, list[tuple[int, float]]] = {}

    def timed(name: str, verb: Callable[[], object]) -> None:
        before, began = far.trips, time.perf_counter()
        verb()
        took.setdefault(name, []).append((far.trips - before, time.perf_counter() - began))

    with tempfile.TemporaryDirectory() as place, open_project(url, actor="ann", folder=f"{place}/p") as project:
        project.journal.add_inputs((Input.at(f"/pictures/{i}.jpg") for i in range(4 * ROUNDS)), actor="ann")
        task = project.create_task("far", concepts=["car"], labelers=["ann"], keep_together=False)
        session, review = task.session(), None
        for _ in range(ROUNDS):
            timed("add", lambda: session.add("car"))
            timed("submit", session.submit)
            timed("next", session.next)
            timed("previous", session.previous)
            timed("skip", session.skip)
            timed("undo", session.undo)
            timed("look, nothing new", session.look)
        session.close()
        review = task.review_session()
        for _ in range(ROUNDS // 2):
            timed("approve", review.approve)
        review.close()
    return took


def main() -> None:
    """Print round trips and milliseconds."""
    url = os.environ.get("NOTEBOOK_LABELER_TEST_POSTGRES", "")
    if not url:
        print("NOTEBOOK_LABELER_TEST_POSTGRES names no database")
        return
    given = sa.make_url(url)
    for late in (0.0, 0.002):
        far = Far(given.host or "127.0.0.1", given.port or 5432, late=late)
        emptied(url)
        behind = given.set(host="127.0.0.1", port=far.port).render_as_string(hide_password=False)
        for name, found in actions(behind, far).items():
            trips, seconds = median(n for n, _ in found), median(s for _, s in found)
            print(f"{1000 * late:.0f} ms away  {name:18s} {trips:4.0f} round trips  p50 {1000 * seconds:7.2f} ms")


if __name__ == "__main__":
    main()
