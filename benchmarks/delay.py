"""A slow network on one machine: a door to a server behind which every byte is kept for a while, in both directions."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def delayed(port: int, seconds: float) -> Iterator[int]:
    """Give the port of a door to a local server; what goes through arrives `seconds` later, each way."""
    loop = asyncio.new_event_loop()
    ready: list[int] = []
    opened = threading.Event()

    async def serve() -> None:
        async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(asyncio.CancelledError, OSError):  # the door is closed, or the server is gone
                there, back = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_carry(reader, back, seconds), _carry(there, writer, seconds))

        server = await asyncio.start_server(welcome, "127.0.0.1", 0)
        ready.append(server.sockets[0].getsockname()[1])
        opened.set()

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop).result()
    opened.wait()
    try:
        yield ready[0]
    finally:
        asyncio.run_coroutine_threadsafe(_end(), loop)
        thread.join(5)
        loop.close()


async def _end() -> None:
    """Drop what is still under way, and stop."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    asyncio.get_running_loop().call_soon(asyncio.get_running_loop().stop)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Hand on what comes, in order, each piece as late as it was delayed."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not piece:
                writer.close()
                return
            writer.write(piece)
            await writer.drain()

    delivering = asyncio.ensure_future(deliver())
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            pieces.put_nowait((loop.time() + seconds, piece))
    pieces.put_nowait((loop.time() + seconds, b""))
    with suppress(ConnectionError):
        await delivering
