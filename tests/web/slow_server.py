"""A server whose answers take a second, as a process of its own: `python -m tests.web.slow_server PORT`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

from bot.types import Answer, Delta, Doing, Status, StreamEvent
from bot.web.api import create_api
from bot.web.logs import set_up_log
from bot.web.server import listen, run


class _Slow:
    def ask(self, *_: Any) -> Answer:
        time.sleep(1.0)
        return Answer(Status.ANSWERED, "おわり。")

    def stream(self, *_: Any) -> Iterator[StreamEvent]:
        yield Doing("記事を探しています")
        for _piece in range(10):
            time.sleep(0.1)
            yield Delta("あ")
        yield Answer(Status.ANSWERED, "あ" * 10)


if __name__ == "__main__":
    set_up_log("info", "json")
    with listen("127.0.0.1", int(sys.argv[1])) as listener:
        run(create_api(_Slow()), listener)  # type: ignore[arg-type]
