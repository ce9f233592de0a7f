"""Figures for Prometheus. Labels come from short closed lists, never from what a client sends."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from bot.types import Answer

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 15, 30)
"""Bounds of the histogram: around what an extractive answer takes (tens of ms) up to where one is given up."""

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


class Metrics:
    """The figures of one application, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry(auto_describe=True)
        self._requests = Counter(
            "guide_requests", "Responses sent.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "guide_request_seconds",
            "Time until a response was complete.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter("guide_answers", "Answers given.", ("status", "mode"), registry=self._registry)
        self._limited = Counter(
            "guide_limited", "Requests refused because a limit was reached.", ("what",), registry=self._registry
        )
        self._feedback = Counter("guide_feedback", "Verdicts of readers.", ("helpful",), registry=self._registry)

    def responded(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a response to a request for a route, given as its template."""
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answered(self, answer: Answer) -> None:
        """Count an answer."""
        self._answers.labels(answer.status.value, answer.mode.value).inc()

    def limited(self, what: str) -> None:
        """Count a request that was one too many."""
        self._limited.labels(what).inc()

    def judged(self, helpful: bool) -> None:
        """Count a verdict."""
        self._feedback.labels("yes" if helpful else "no").inc()

    def text(self) -> bytes:
        """Return all figures in the text format of Prometheus."""
        return generate_latest(self._registry)
