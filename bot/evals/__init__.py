"""Measure the guide: test questions, pure metrics, comparison, gate and report."""
