"""Logs: one JSON object a line on standard error. They hold ids and rules, never names, addresses, texts or links."""

import logging
import sys

import structlog


def configure() -> None:
    """Send structlog's events to standard error, so that a command's output stays its own."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
