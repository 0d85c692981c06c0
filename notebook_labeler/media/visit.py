"""One request to one web address, and what guards it: checked target, time limits, size limit."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit

from ..domain.inputs import is_url
from ..errors import FetchRefused
from .addresses import connected, public_addresses
from .files import called
from .magic import PREFIX, refusal, sniff

_MOVED = frozenset({301, 302, 303, 307, 308})
_CHUNK = 1 << 16


class Visit:
    """One request to one address, and what guards it."""

    def __init__(self, url: str, deadline: float, limit: int, read_s: float, connect_s: float) -> None:
        self.url, self.title = url, called(url)
        self.deadline, self.limit, self.read_s, self.connect_s = deadline, limit, read_s, connect_s
        self.secure, self.host, self.port, self.path = _parts(url, self.title)
        self.late = False

    def made(self, allow_private: bool) -> tuple[str | None, bytes]:
        """Give where it redirects to, or what it holds."""
        addresses = public_addresses(self.host, self.port, self.title, allow_private, min(self.connect_s, self._left()))
        try:
            sock = connected(addresses, min(self.connect_s, self._left()))
        except OSError as error:
            raise self._failed(error) from None
        watch = None
        try:
            if self.secure:
                context = ssl.create_default_context()
                sock = context.wrap_socket(sock, server_hostname=self.host, do_handshake_on_connect=False)
            sock.settimeout(self.read_s)
            watch = threading.Timer(self._left(), self._stop, (sock,))
            watch.daemon = True
            watch.start()
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            return self._talk(sock)
        except FetchRefused:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failed(error) from None
        finally:
            if watch is not None:
                watch.cancel()
            sock.close()

    def _talk(self, sock: socket.socket) -> tuple[str | None, bytes]:
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = kind(self.host, self.port)
        connection.sock = sock
        connection.request(
            "GET",
            self.path,
            headers={"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "notebook-labeler"},
        )
        with connection.getresponse() as response:
            if response.status in _MOVED:
                target = response.headers.get("Location")
                if target is None:
                    raise FetchRefused(
                        f"expected a picture at {self.title}, got a redirect to nowhere; check the address."
                    )
                return urljoin(self.url, target), b""
            if response.status != 200:
                raise FetchRefused(
                    f"expected a picture at {self.title}, got HTTP status {response.status}; check the address."
                )
            return None, self._body(response)

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchRefused(f"expected a picture at {self.title}, got compressed content; fetch it yourself.")
        promised = response.length
        if promised is not None and promised > self.limit:
            raise self._large(promised)
        parts: list[bytes] = []
        count = 0
        while part := response.read1(_CHUNK):
            count += len(part)
            if count > self.limit:
                raise self._large(count)
            if count == len(part) and sniff(part[:PREFIX]) is None and len(part) >= PREFIX:
                raise FetchRefused(refusal(part[:PREFIX], self.title))
            parts.append(part)
        if self.late:
            raise TimeoutError
        if promised is not None and count < promised:
            raise FetchRefused(f"expected {promised:,} bytes from {self.title}, got {count:,}; try again.")
        return b"".join(parts)

    def _stop(self, sock: socket.socket) -> None:
        """End a visit that trickles: below TLS, so that the reader in the other thread sees the end."""
        self.late = True
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.late = True
            raise self._failed(TimeoutError())
        return left

    def _large(self, count: int) -> FetchRefused:
        return FetchRefused(
            f"expected at most {self.limit:,} bytes, got {count:,} or more from {self.title}; fetch it yourself."
        )

    def _failed(self, error: Exception) -> FetchRefused:
        if self.late:
            why = "took too long altogether"
        elif isinstance(error, TimeoutError):
            why = "did not answer in time"
        elif isinstance(error, ssl.SSLCertVerificationError):
            why = "has no valid certificate"
        elif isinstance(error, ConnectionRefusedError):
            why = "refused the connection"
        else:
            why = "answered what is no HTTP" if not isinstance(error, OSError) else "broke the connection"
        return FetchRefused(
            f"expected a picture at {self.title}, but the server {why}; try later or copy the file here."
        )


def _parts(url: str, title: str) -> tuple[bool, str, int, str]:
    """Give whether it is https, the host as ASCII, the port, and the path with query."""
    if not is_url(url):
        raise FetchRefused(f"expected an http or https address, got {title}; other addresses are not fetched.")
    try:
        if re.search(r"[\x00-\x20\x7f\\]", url.strip()):
            raise ValueError
        parts = urlsplit(url.strip())
        if parts.username is not None or parts.password is not None or not parts.hostname:
            raise ValueError
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
        port = parts.port or (443 if parts.scheme.lower() == "https" else 80)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    except ValueError:  # UnicodeError is one
        raise FetchRefused(
            f"expected an http or https address, got {title}; check its spelling, and that it holds no password."
        ) from None
    return parts.scheme.lower() == "https", host, port, f"{path}?{query}" if query else path
