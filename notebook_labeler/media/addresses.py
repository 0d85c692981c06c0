"""Which network addresses a URL may lead to, and a connection to exactly one that was checked."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading

from ..errors import FetchRefused

Address = tuple[socket.AddressFamily, tuple[str, int]]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: carries an IPv4 address in its last 32 bits


def is_public(text: str) -> bool:
    """Whether an address belongs to the public internet, also when IPv6 wraps an IPv4 one.

    >>> is_public("93.184.215.14"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address.teredo is not None:
            return False
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def public_addresses(host: str, port: int, title: str, allow_private: bool, timeout: float) -> list[Address]:
    """Resolve a host and give its addresses; `title` is what errors call the URL.

    Decimal, octal and hexadecimal spellings of an address are resolved like any name, and checked like any address.

    Raises
    ------
    FetchRefused
        It is unknown, not resolved in time, or any of its addresses is private and that was not allowed.
    """
    answers: queue.SimpleQueue[list[Address] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([(family, (str(where[0]), port)) for family, _, _, _, where in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="nl-resolve").start()  # the resolver itself knows no time limit
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        answer = TimeoutError()
    if isinstance(answer, Exception) or not answer:
        raise FetchRefused(f"expected a picture at {title}, but its host cannot be found; check the address.")
    if not allow_private and not all(is_public(where[0]) for _, where in answer):
        raise FetchRefused(
            f"expected a public address, but {title} leads into the private network; "
            "open the project with allow_private=True if that is meant."
        )
    return answer


def connected(addresses: list[Address], timeout: float) -> socket.socket:
    """Connect to the first address that answers.

    Raises
    ------
    OSError
        None did; the error is the last one's.
    """
    failure: OSError = OSError("no address")
    for family, where in addresses:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(timeout / len(addresses))
        try:
            sock.connect(where)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure
