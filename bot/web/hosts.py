"""Under which names the guide may be reached.

A page of any site can point its own name at this machine (DNS rebinding) and is then of the guide's origin for the
browser: it reads a guide that only this machine should reach. What gives it away is the name in `Host`. An address
there is harmless, since only a name can be pointed elsewhere.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.settings import Settings, listed
from bot.web.errors import error_body, http_error
from bot.web.languages import language_for

__all__ = ["HostGuard", "host_names"]

_log = logging.getLogger(__name__)
_ANY = "*"
_THIS_MACHINE = "localhost"
_STATUS = 421
"""Misdirected Request (RFC 9110, 15.5.20): sent to a server that does not answer for that name."""


class HostGuard:
    """Refuse a request for a name that is not on the list; addresses and localhost always serve.

    Starlette's own class for this answers in English plain text, and knows no address but those it is told.
    """

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self._app = app
        self._any = _ANY in names
        self._names = frozenset({_THIS_MACHINE, *names})
        self._under = tuple(name.removeprefix(_ANY) for name in names if name.startswith("*."))
        self._said = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan" or self._any or self._serves(Headers(scope=scope).getlist("host")):
            await self._app(scope, receive, send)
            return
        if not self._said:
            self._said = True  # once, as anybody may send any number of them
            _log.warning("a request for another host name was refused; add to GUIDE_ALLOWED_HOSTS what readers use")
        if scope["type"] == "http":
            body = error_body(
                *http_error(_STATUS, language_for(scope)), str(scope.get("state", {}).get("request_id", ""))
            )
            await JSONResponse(body, _STATUS)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _serves(self, hosts: Sequence[str]) -> bool:
        if len(hosts) != 1:
            return False
        name = _name(hosts[0])
        return name in self._names or name.endswith(self._under) or _is_address(name)


def host_names(settings: Settings) -> list[str]:
    """Return the names to answer for: those of the settings, else any unless only this machine is listened to."""
    names = listed(settings.allowed_hosts)
    if names:
        return names
    address = settings.host
    alone = address == _THIS_MACHINE or (_is_address(address) and ipaddress.ip_address(address).is_loopback)
    return [address] if alone else [_ANY]


def _name(host: str) -> str:
    """Return the name in a `Host` header in small letters, "" where there is none to rely on."""
    if set(host) & set("@/\\?#"):
        return ""
    try:
        return (urlsplit(f"//{host}").hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
