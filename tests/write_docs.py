"""Write the part of README.md that comes from the code: `python -m tests.write_docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.settings import PREFIX, Settings

__all__ = ["settings_table", "with_settings"]

ROOT = Path(__file__).resolve().parent.parent
_BEGIN = "<!-- settings -->\n"
_END = "<!-- end of settings -->\n"


def settings_table() -> str:
    """Return the Markdown table of all settings with defaults and help."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{PREFIX}{name.upper()}` | {_shown(field.default)} | {field.description} |")
    return "\n".join(rows) + "\n"


def with_settings(text: str) -> str:
    """Return `text` with the table between the markers renewed; fail when a marker is missing."""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"README.md needs the lines {_BEGIN.strip()} and {_END.strip()}")
    return before + begin + settings_table() + end + after


def _shown(default: object) -> str:
    """Return a default as one would write it; a path within the clone without the place of the clone."""
    if isinstance(default, Path) and default.is_relative_to(ROOT):
        default = default.relative_to(ROOT)
    if isinstance(default, bool):
        default = str(default).lower()
    return "" if default in (None, "") else f"`{default}`"


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(with_settings(path.read_text("utf-8")), "utf-8")
    sys.stderr.write(f"{path.name} is up to date\n")
