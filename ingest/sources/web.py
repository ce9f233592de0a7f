"""Fetch pages politely and safely: one connection, pauses, limits of size and time, retries, public addresses only."""

from __future__ import annotations

import json
import logging
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpcore
import httpx
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from ingest.sources.addresses import AddressError, GuardedTransport

__all__ = ["FetchError", "Fetcher", "Limits", "Response", "WebOptions"]

_log = logging.getLogger(__name__)
_AGENT = "trouble-guide/0.1 (reads a blog's articles for its support guide)"
_REDIRECTS = 5
_CONNECT_SECONDS = 5.0
_WAIT_FIRST, _WAIT_MOST = 0.5, 8.0
"""Seconds before the second attempt, and at most before a later one; each attempt doubles them."""
_RETRY_AFTER_MOST = 30.0
"""Seconds that a site may ask for before the next attempt; who asks for more is left alone until the next sync."""
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_NETWORK = (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError)
_WITHIN_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class WebOptions:
    """How sites are read. `user` and `password` go to the blog's own host only."""

    allow_private: bool = False
    user: str = ""
    password: SecretStr | None = None
    seconds: float = 3.6
    """Longest time for one answer of a site's interface, all attempts together."""
    pause: float = 0.25
    """Seconds between two requests."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may take: seconds of all attempts without the waits between, attempts, bytes decompressed."""

    seconds: float
    attempts: int = 3
    size: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, read to its end. `url` is where it came from in the end; status 304 has no body."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Return the JSON it holds. Raises `FetchError` if it holds something else."""
        text = self.body.decode("utf-8-sig", "replace").strip()
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            what = "a web page" if text.startswith("<") else "something else"
            raise FetchError(f"answered {what} instead of JSON", status=self.status) from None


class FetchError(Exception):
    """An answer that cannot be used; the message completes "the site …". `status` is 0 where there was none.

    `late` tells that the site did not answer in time.
    """

    def __init__(
        self, message: str, *, status: int = 0, transient: bool = False, wait: float = 0.0, late: bool = False
    ) -> None:
        super().__init__(message)
        self.status = status
        self.late = late
        self.transient = transient
        self.wait = wait


class Fetcher:
    """Gets pages of one site. Use it as a context manager."""

    def __init__(self, home: str, options: WebOptions, sleep: Callable[[float], None] = time.sleep) -> None:
        self._home = httpx.URL(home)
        self._options = options
        self._sleep = sleep
        self._transport = GuardedTransport(allow_private=options.allow_private)
        self._client = httpx.Client(
            transport=self._transport,
            trust_env=False,  # a proxy would resolve names itself, and none of them could be checked
            headers={"User-Agent": _AGENT, "Accept-Encoding": "gzip, deflate"},
            timeout=httpx.Timeout(options.seconds, connect=_CONNECT_SECONDS),
        )
        self._last = 0.0

    @property
    def seconds(self) -> float:
        """Return the longest time for one answer."""
        return self._options.seconds

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> Response:
        """Return the answer of `url` with `params` added, after retries and redirects.

        Raises `FetchError` for everything but success and 304.
        """
        limits = limits or Limits(self._options.seconds)
        spent = 0.0

        def attempt() -> Response:
            nonlocal spent
            began = time.monotonic()
            try:
                return self._follow(address, dict(headers or {}), limits, began + limits.seconds - spent)
            finally:
                spent += time.monotonic() - began

        try:
            address = httpx.URL(url).copy_merge_params(params or {})
        except (httpx.InvalidURL, ValueError):
            raise FetchError("names an address that is none") from None
        attempts = Retrying(
            stop=stop_after_attempt(limits.attempts),
            retry=retry_if_exception(
                lambda error: isinstance(error, FetchError) and error.transient and spent < limits.seconds
            ),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        return attempts(attempt)

    def _follow(self, url: httpx.URL, headers: dict[str, str], limits: Limits, deadline: float) -> Response:
        for _ in range(_REDIRECTS + 1):
            response = self._once(url, headers, deadline, limits)
            if response.status not in _REDIRECT:
                return response
            try:
                url = url.join(response.headers.get("location", ""))
            except (httpx.InvalidURL, ValueError):
                raise FetchError("redirects to an address that is none", status=response.status) from None
        raise FetchError(f"redirects more than {_REDIRECTS} times", status=response.status)

    def _once(self, url: httpx.URL, headers: dict[str, str], deadline: float, limits: Limits) -> Response:
        if url.scheme not in ("http", "https") or not url.host:
            raise FetchError("leads to an address that is neither http nor https")
        self._sleep(max(0.0, self._last + self._options.pause - time.monotonic()))
        self._last = time.monotonic()
        self._transport.until(deadline)
        try:
            with self._client.stream("GET", url, headers=headers, auth=self._auth(url)) as response:
                if response.status_code in _REDIRECT:
                    return Response(str(url), response.status_code, response.headers, b"")
                _check(response)
                body = b"" if response.status_code == HTTPStatus.NOT_MODIFIED else _body(response, limits.size)
                return Response(str(url), response.status_code, response.headers, body)
        except AddressError as error:
            hint = "set GUIDE_ALLOW_PRIVATE_ADDRESSES=true if it is yours"
            raise FetchError(f"{error}; {hint}") from None
        except (httpcore.TimeoutException, httpx.TimeoutException):
            more = " (GUIDE_SITE_SECONDS allows more)" if limits.seconds == self._options.seconds else ""
            raise FetchError(
                f"did not answer within {limits.seconds:g} seconds{more}", transient=True, late=True
            ) from None
        except httpcore.ConnectError as error:
            raise FetchError(f"cannot be reached ({error})", transient=True) from None
        except _NETWORK as error:
            raise FetchError(f"broke off its answer ({type(error).__name__})", transient=True) from None
        except (httpcore.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as error:
            raise FetchError(f"leads to an address that cannot be asked ({type(error).__name__})") from None

    def _auth(self, url: httpx.URL) -> httpx.Auth | None:
        """Return the application password for the blog's own host, and only where nobody can read it on the way."""
        options = self._options
        own = url.host.removeprefix("www.") == self._home.host.removeprefix("www.")
        own = own and url.port == self._home.port  # another port may be another owner's
        secret = url.scheme == "https" or options.allow_private
        if not (options.user and options.password and own and secret):
            return None
        return httpx.BasicAuth(options.user, options.password.get_secret_value())


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status in (HTTPStatus.NOT_MODIFIED, HTTPStatus.OK):
        return
    name = HTTPStatus(status).phrase.lower() if status in HTTPStatus._value2member_map_ else "no standard status"
    transient = status in _TRANSIENT
    wait = _retry_after(response.headers.get("retry-after", "")) if transient else 0.0
    if wait > _RETRY_AFTER_MOST:
        raise FetchError(f"answered {status} ({name}) and asks to wait {wait:.0f} seconds", status=status)
    raise FetchError(f"answered {status} ({name})", status=status, transient=transient, wait=wait)


def _retry_after(value: str) -> float:
    """Return the seconds that a `Retry-After` header asks for, 0 where it says nothing usable."""
    if value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _wait(state: RetryCallState) -> float:
    """Return the seconds before the next attempt: what the site asked for, else twice as long each time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, FetchError) else 0.0
    _log.info("attempt %d failed: the site %s", state.attempt_number, error)
    return max(asked, min(_WAIT_MOST, _WAIT_FIRST * 2.0 ** (state.attempt_number - 1)))


def _body(response: httpx.Response, limit: int) -> bytes:
    """Return the decompressed body; no more than `limit` bytes are ever made of it."""
    parts: list[bytes] = []
    size = 0
    for part in _decompressed(response, limit):
        size += len(part)
        if size > limit:
            raise FetchError(f"sent more than {limit / 1e6:g} MB in one answer", status=response.status_code)
        parts.append(part)
    return b"".join(parts)


def _decompressed(response: httpx.Response, limit: int) -> Iterator[bytes]:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        yield from response.iter_raw()
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(f"sent its answer packed as '{encoding[:20]}', which was not asked for")
    unpack = zlib.decompressobj(_WITHIN_GZIP if "gzip" in encoding else zlib.MAX_WBITS)
    try:
        for packed in response.iter_raw():
            data = packed
            while data:
                yield unpack.decompress(data, limit)
                data = unpack.unconsumed_tail
    except zlib.error:
        raise FetchError("sent an answer whose compression is damaged", transient=True) from None
    if not unpack.eof:
        raise FetchError("broke off its answer (its compressed data has no end)", transient=True)
