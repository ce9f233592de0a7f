"""`guide redact`: mask secrets in a text, all else byte-identical."""

from __future__ import annotations

import sys

from bot.errors import UsageError
from bot.text.secrets import redact

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide redact < conversation.txt > safe.txt"


def run() -> None:
    """Mask the secrets in a text.

    Copies standard input to standard output. Product keys, recovery keys, addresses and the like are replaced by the
    name of their kind; all else stays byte-identical.
    """
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"standard input is not UTF-8 (byte {error.start}); convert it first") from None
    rest = memoryview(redact(text).text.encode("utf-8"))
    while rest:  # an unbuffered stream (PYTHONUNBUFFERED) may take only a part at a time
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()
