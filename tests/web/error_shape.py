"""The one shape that every error of the API has."""

from __future__ import annotations

import re
from typing import Any

JAPANESE = re.compile(r"[ぁ-ん]+[^。]*。$")


def check_error(response: Any, status: int, code: str) -> str:
    """Check the one shape of errors and return the sentence."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "request_id"}
    assert body["error"]["code"] == code
    assert body["error"]["request_id"] == response.headers["x-request-id"]
    message = body["error"]["message"]
    assert JAPANESE.search(message), message
    assert not re.search(r"Traceback|File \"|/work|/home|/tmp|\.py|site-packages|Error\b", response.text)
    return str(message)
