"""Plots as inline SVG: numbers only, so that they read in any language; colours come from the page's own tokens."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

__all__ = ["curve_plot", "histogram"]

_WIDTH, _HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 24, 12, 36
_BINS = 24
_HEAD = 0.8
"""Height of the highest bar: above it stand the names of the marks."""
_LINES = (("recall", "p1"), ("precision", "p2"), ("answered", "p3"))


def curve_plot(points: Sequence[dict[str, float | None]], threshold: float | None) -> str:
    """Return the abstention curve: recall, precision and the answered share over the threshold, all in 0–1."""
    parts = [_axes([(x / 5, f"{x / 5:.1f}") for x in range(6)], [(y / 4, f"{y / 4:.2f}") for y in range(5)])]
    if threshold is not None:
        parts.append(
            f'<line class="now" x1="{_x(threshold):.1f}" x2="{_x(threshold):.1f}" y1="{_TOP}" '
            f'y2="{_HEIGHT - _BOTTOM}"/>'
            f'<text class="tick" x="{_x(threshold) + 4:.1f}" y="{_TOP + 12}">{threshold:g}</text>'
        )
    for name, style in _LINES:
        path = [
            (_x(float(point["threshold"] or 0)), _y(float(value)))
            for point in points
            if (value := point[name]) is not None
        ]
        if path:
            coordinates = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
            parts.append(f'<polyline class="{style}" points="{coordinates}"/>')
    return _svg(parts)


def histogram(values: Sequence[float], marks: Sequence[tuple[str, float]]) -> str:
    """Return the distribution of times in milliseconds, with named marks such as the median."""
    if not values:
        return ""
    # A few slow outliers must not squeeze all else into one bar: they are counted in the last one.
    edge = max(float(np.percentile(values, 99)) * 1.1, 1.0)
    counts, _ = np.histogram(np.minimum(values, edge * 0.999), bins=_BINS, range=(0, edge))
    most = int(counts.max())
    ticks = [(part / 4, f"{edge * part / 4:.0f}") for part in range(5)]
    parts = [_axes(ticks, [(0, "0"), (_HEAD, str(most))])]
    width = (_WIDTH - _LEFT - _RIGHT) / _BINS
    for position, count in enumerate(counts):
        top = _y(int(count) / most * _HEAD)
        parts.append(
            f'<rect class="bar" x="{_LEFT + position * width + 1:.1f}" y="{top:.1f}" width="{width - 2:.1f}" '
            f'height="{_HEIGHT - _BOTTOM - top:.1f}"/>'
        )
    for order, (name, value) in enumerate(marks):
        x = _x(min(value / edge, 1.0))
        side = -1 if x > _WIDTH * 0.7 else 1  # the label must not run out of the picture
        parts.append(
            f'<line class="now" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
            f'<text class="tick" text-anchor="{"start" if side > 0 else "end"}" x="{x + side * 4:.1f}" '
            f'y="{_TOP + 14 + order * 24}">{escape(name)} {value:.0f} ms</text>'
        )
    return _svg(parts)


def _axes(xs: Sequence[tuple[float, str]], ys: Sequence[tuple[float, str]]) -> str:
    lines = [
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_y(y):.1f}" y2="{_y(y):.1f}"/>'
        f'<text class="tick" text-anchor="end" x="{_LEFT - 8}" y="{_y(y) + 4:.1f}">{escape(label)}</text>'
        for y, label in ys
    ]
    lines += [
        f'<text class="tick" text-anchor="middle" x="{_x(x):.1f}" y="{_HEIGHT - 12}">{escape(label)}</text>'
        for x, label in xs
    ]
    return "".join(lines)


def _svg(parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-hidden="true">{"".join(parts)}</svg>'


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)
