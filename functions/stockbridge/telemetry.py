"""One logger and one set of metrics per process (Powertools; structured logs and EMF on standard output)."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger()
metrics = Metrics()


def count(name: str, value: int = 1) -> None:
    """Add to a counter of this invocation."""
    if value:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
