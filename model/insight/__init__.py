"""What can be seen of a network: how well it reads, what it looks at, what it bears, and what its layers answer to."""

from model.insight.evaluation import Evaluation, evaluate, wilson_interval

__all__ = ["Evaluation", "evaluate", "wilson_interval"]
