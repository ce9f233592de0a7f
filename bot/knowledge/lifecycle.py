"""When Windows releases came out and leave support for Home and Pro, from `lifecycle.csv`."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.errors import CorpusError

__all__ = ["Lifecycle", "Release", "load_lifecycle"]

_SUPPORT_END = re.compile(r"サポート(?:の)?(?:終了|切れ|期限|が終わ|は終わ)")
_YEAR = re.compile(r"(20[0-9]{2})\s?年")
_VERSION = re.compile(r"(?<![0-9A-Z])[0-9]{2}H[12](?![0-9A-Z])")


@dataclass(frozen=True, slots=True)
class Release:
    """One release: `label` such as "Windows 11 24H2", `windows` "11", `version` "24H2"; `end` is for Home and Pro.

    `start` is when it came out, None where the table does not say.
    """

    label: str
    windows: str
    version: str
    end: date
    start: date | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """All releases, newest first."""

    releases: tuple[Release, ...]

    def newest_ended(self, versions: Sequence[str], os: Sequence[str], today: date) -> Release | None:
        """Return the newest release among `versions` of the Windows named in `os` when all of them are out of support.

        Where no version is named, all releases of these Windows count. None when one still has support, or when no
        release is known: then there is nothing to warn of.
        """
        wanted = {version.upper() for version in versions}
        systems = {name.removeprefix("Windows ") for name in os}
        named = [
            release
            for release in self.releases
            if (release.version.upper() in wanted or (not wanted and systems))
            and (not systems or release.windows in systems)
        ]
        known = {release.windows for release in named}
        if not named or (not wanted and systems - known) or any(release.end >= today for release in named):
            return None
        return max(named, key=lambda release: release.end)

    def first_of(self, versions: Sequence[str], windows: Sequence[str]) -> Release | None:
        """Return the release that came out first among `versions`, or where none is named among those of `windows`."""
        wanted = {version.upper() for version in versions}
        named = [
            release
            for release in self.releases
            if release.start is not None
            and (release.version.upper() in wanted if wanted else release.windows in windows)
            and (not windows or release.windows in windows)
        ]
        return min(named, key=lambda release: release.start or date.max, default=None)

    def contradicts(self, text: str) -> bool:
        """Tell whether a sentence gives an end of support in another year than the table; the table outranks prose."""
        if not _SUPPORT_END.search(text):
            return False
        years = {int(year) for year in _YEAR.findall(text)}
        versions = set(_VERSION.findall(text.upper()))
        ends = {release.end.year for release in self.releases if release.version in versions}
        return len(versions) == 1 and bool(years) and bool(ends) and not years & ends

    def supported(self, today: date) -> tuple[Release, ...]:
        """Return the releases with support `today`, newest first."""
        return tuple(release for release in self.releases if release.end >= today)


def load_lifecycle(path: Path) -> Lifecycle:
    """Load the table (columns windows, version, label, release, end). Raises `CorpusError` naming the line."""
    releases = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), 2):
                try:
                    releases.append(
                        Release(
                            row["label"],
                            row["windows"],
                            row["version"],
                            date.fromisoformat(row["end"]),
                            date.fromisoformat(row["release"]),
                        )
                    )
                except (KeyError, TypeError, ValueError) as error:
                    raise CorpusError(
                        f"{path}:{line}: {error}; each line needs windows, version, label, release and end (YYYY-MM-DD)"
                    ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); restore it or correct GUIDE_CORPUS") from None
    return Lifecycle(tuple(releases))
