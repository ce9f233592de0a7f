"""The style sheets: every pair of colours is readable, light and dark, and every token is defined."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "bot" / "web" / "static"
GUIDE = (STATIC / "guide.css").read_text("utf-8")
CHAT = (STATIC / "chat.css").read_text("utf-8")
TEXT_PAIRS = [
    *(("ink", ground) for ground in ("bg", "surface", "caution-bg", "danger-bg", "fine-bg")),
    *(("muted", ground) for ground in ("bg", "surface")),
    *(("primary", ground) for ground in ("bg", "surface")),
    ("on-primary", "primary"),
    *((f"{kind}-ink", f"{kind}-bg") for kind in ("caution", "danger", "fine", "found")),
]


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", block))


def _block(style: str, selector: str) -> str:
    match = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", style)
    assert match, selector
    return match.group(1)


LIGHT = _tokens(_block(GUIDE, ":root"))
DARK = LIGHT | _tokens(_block(GUIDE.split("prefers-color-scheme: dark")[1], ":root"))


def _luminance(colour: str) -> float:
    digits = colour[1:]
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_is_readable(scheme: dict[str, str], pair: tuple[str, str]) -> None:
    """Text has at least 4.5:1 against its ground (WCAG 2.2, 1.4.3)."""
    assert _contrast(scheme[pair[0]], scheme[pair[1]]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("token", ["edge", "primary"])
def test_edges_of_controls_are_visible(scheme: dict[str, str], token: str) -> None:
    """The edge of a box or button, and the ring of what has the focus, have at least 3:1 (WCAG 2.2, 1.4.11)."""
    assert _contrast(scheme[token], scheme["bg"]) >= 3


def test_both_ways_of_being_dark_are_the_same() -> None:
    """A page made dark by its address looks like one made dark by the system."""
    assert _tokens(_block(CHAT, ".dark")) == _tokens(_block(GUIDE.split("prefers-color-scheme: dark")[1], ":root"))


def test_every_token_is_defined() -> None:
    """A misspelt token would silently fall back to something unreadable."""
    used = set(re.findall(r"var\(--([\w-]+)\)", GUIDE + CHAT))
    defined = set(re.findall(r"--([\w-]+):", GUIDE + CHAT))
    assert used - {"font"} <= defined
