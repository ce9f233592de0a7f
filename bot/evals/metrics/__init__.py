"""Pure metrics: each is a function of a test question and what the guide did, defined in its docstring.

Every metric is a ratio of two sums over questions (an average counts 1 below the line for each question), which makes
one bootstrap, one significance test and one gate fit all of them.
"""

from bot.evals.metrics.registry import GROUPS, METRICS, Metric, Samples, measure, metric_named, ranking_samples

__all__ = ["GROUPS", "METRICS", "Metric", "Samples", "measure", "metric_named", "ranking_samples"]
