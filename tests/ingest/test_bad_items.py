"""Bad items: each is named, what is good is ingested, none takes long or much memory: see `benchmarks/bench_bad.py`."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from benchmarks.bench_bad import CASES
from bot.errors import SourceError
from ingest.report import Skipped
from tests.conftest import ROOT
from tests.ingest.test_wordpress_rest import TEXT, Sync, ids
from tests.ingest.wordpress_site import Blog, Request, serve


def test_each_bad_item_is_named_and_costs_little() -> None:
    """500 MB at most, the building of the index included; the live index is never hurt.

    That five seconds are enough is for the benchmark itself to say: here others may be at work on the same cores. What
    hangs takes much longer.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_bad"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.stdout, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["problems"] == []
    assert found["worst"]["seconds"] < 30
    assert found["cases"].keys() == CASES.keys()
    assert found["worst"]["mb"] <= 500


@pytest.mark.parametrize("count", [1, 5])
def test_a_post_that_is_slow_does_not_stop_the_others(count: int) -> None:
    """It is named and asked for again next time; where two in a row are slow it is the site."""
    with serve(Blog()) as blog:
        numbers = [blog.add(f"題{n}", TEXT.format(n)) for n in range(count)]
        slow = {numbers[-1]}

        def trouble(request: Request) -> None:
            asked = {int(number) for number in request.query.get("include", "").split(",") if number}
            if asked & slow and not request.lists:
                time.sleep(3)

        blog.trouble = trouble
        items = Sync(blog)()
        assert ids(items) == [str(number) for number in numbers[:-1]]
        (skipped,) = [item for item in items if isinstance(item, Skipped)]
        assert f"-{numbers[-1]})" in skipped.source
        assert "did not answer within 1 seconds" in skipped.reason
        if count > 1:
            slow |= {numbers[-2], numbers[-3]}
            with pytest.raises(SourceError, match="did not answer"):
                Sync(blog)()
