"""How much one client may ask: sliding windows of a minute and a day, by the `limits` library, in memory."""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from bot.errors import LimitError

__all__ = ["Limiter", "client_key"]

_NETWORK_BITS = 64
"""Of an IPv6 address: a single customer has at least all addresses of a /64."""


class Limiter:
    """Counts what clients ask. Safe to share between threads; a start forgets all counts."""

    def __init__(self, a_minute: int, a_day: int) -> None:
        items: list[RateLimitItem] = []
        if a_minute:
            items.append(RateLimitItemPerMinute(a_minute))
        if a_day:
            items.append(RateLimitItemPerDay(a_day))
        self._items = items
        self._windows = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, address: str | None, what: str) -> None:
        """Count one request for `what` by the client at `address`. Raises `LimitError` when it is one too many."""
        client = client_key(address)
        for item in self._items:
            if not self._windows.test(item, what, client):
                resets = self._windows.get_window_stats(item, what, client).reset_time
                seconds = max(1, math.ceil(resets - time.time()))
                raise LimitError(f"a client reached the limit of {item} for {what}", seconds)
        for item in self._items:
            self._windows.hit(item, what, client)


def client_key(address: str | None) -> str:
    """Return what clients are told apart by: the IPv4 address, or the /64 network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))
        parsed = parsed.ipv4_mapped
    return str(parsed)
