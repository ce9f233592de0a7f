"""The log: lines of text or of JSON, secrets masked whoever wrote them."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from bot.text.secrets import redact

__all__ = ["set_up_log"]

_OWN_ROOMS = ("app", "bot", "ingest")
_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def set_up_log(level: str, form: str = "text") -> None:
    """Write our own messages from `level` on, and those of libraries from INFO on: their details quote questions.

    `form` is "text" or "json". Whatever a library says is masked; our own messages hold nothing that readers wrote.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Masking(_TEXT))
    logging.basicConfig(handlers=[handler])
    own = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger().setLevel(max(own, logging.INFO))
    for room in _OWN_ROOMS:
        logging.getLogger(room).setLevel(own)


class _Masking(logging.Formatter):
    """Masks what libraries say."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return line if record.name.partition(".")[0] in _OWN_ROOMS else redact(line).text


class _Json(logging.Formatter):
    """Makes one JSON object a line: time (UTC), level, logger, message, and the facts of a request where it is one."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + self.formatException(record.exc_info)
        if record.name.partition(".")[0] not in _OWN_ROOMS:
            message = redact(message).text
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": when, "level": record.levelname, "logger": record.name, "message": message}
        return json.dumps(line | getattr(record, "facts", {}), ensure_ascii=False)
