"""One real WordPress for the tests of this directory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real.wordpress import WordPress, missing, wordpress
from tests.web.conftest import browser

__all__ = ["browser"]


@pytest.fixture(scope="session")
def blog() -> Iterator[WordPress]:
    """Return a blog that was just installed, or skip."""
    lacking = missing()
    if lacking:
        pytest.skip(f"no WordPress is installed (missing: {lacking})")
    # A socket's path has to be shorter than the directories that pytest gives.
    with tempfile.TemporaryDirectory() as folder, wordpress(Path(folder)) as one:
        yield one
