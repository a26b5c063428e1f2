"""Logs: JSON lines with ids only. Text of customers, names, phones and addresses are never put into them."""

import logging
import sys

import structlog


def configure_logging(level: str) -> None:
    """Sets up structlog and the standard library's logging alike."""
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s")
    # httpx writes every URL it calls at INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Unbuffered: a line is in the log when its process dies.
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
