"""Connect to public addresses only: the name is looked up once, checked, and the checked address is connected to.

A page that a source names, or that it redirects to, must not make the guide read what only this machine can reach.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import certifi
import httpcore
import httpx

__all__ = ["AddressError", "GuardedTransport", "is_public_address"]

_TUNNELS = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""IPv6 networks that lead to an IPv4 address within: NAT64, 6to4, Teredo."""
_TRIED = 3
"""Addresses of one name that are tried."""


class AddressError(Exception):
    """An address that may not be connected to; the message completes "the site …"."""


def is_public_address(address: str) -> bool:
    """Tell whether anybody on the internet means the same machine by `address` (an IP address, scope allowed)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    return found.is_global and not found.is_multicast and not any(found in net for net in _TUNNELS)


class GuardedTransport(httpx.BaseTransport):
    """Sends one request at a time; `deadline` (of `time.monotonic`) ends whatever is going on, drop by drop or not.

    Raises `AddressError`, and what httpcore raises.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._backend = _Backend(allow_private=allow_private)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(cafile=certifi.where()),
            max_connections=1,
            network_backend=self._backend,
        )

    def until(self, deadline: float) -> None:
        """Let requests go on until `deadline`."""
        self._backend.deadline = deadline

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response with an open stream."""
        assert isinstance(request.stream, httpx.SyncByteStream)  # noqa: S101  # what a client without async gives
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Backend(httpcore.NetworkBackend):
    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._real = httpcore.SyncBackend()
        self.deadline = float("inf")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._addresses(host, port)
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, timeout, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(addresses[-1], port, timeout, socket_options)

    def _connect(self, address: str, port: int, seconds: float | None, options: Iterable[Any] | None) -> _Stream:
        left = _left(self.deadline, seconds, httpcore.ConnectTimeout)
        return _Stream(self._real.connect_tcp(address, port, left, socket_options=options), self)

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError(f"no address is known for {host}") from None
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))[:_TRIED]
        if not addresses:
            raise httpcore.ConnectError(f"no address is known for {host}")
        if not self._allow_private and not all(map(is_public_address, addresses)):
            raise AddressError(f"leads to an address of a private network ({host}), which is not read")
        return addresses


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write ends at the deadline of its backend."""

    def __init__(self, real: httpcore.NetworkStream, backend: _Backend) -> None:
        self._real, self._backend = real, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._real.read(max_bytes, _left(self._backend.deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._real.write(buffer, _left(self._backend.deadline, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._real.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._backend.deadline, timeout, httpcore.ConnectTimeout)
        return _Stream(self._real.start_tls(ssl_context, server_hostname, left), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._real.get_extra_info(info)


def _left(deadline: float, seconds: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    """Return the seconds to wait at most. Raises `error` when the time is over."""
    if deadline == float("inf"):
        return seconds
    left = deadline - time.monotonic()
    if left <= 0:
        raise error("the time is over")
    return left if seconds is None else min(seconds, left)
