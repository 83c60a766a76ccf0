"""Structured logs: one JSON object a line on stderr, with the correlation id of the work at hand."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_HIDDEN = frozenset(
    {"password", "secret", "token", "authorization", "cookie", "access_token", "refresh_token", "api_key"}
)
_NOISY = (
    "aiohttp", "amqp", "ccxt", "celery.redirected", "httpcore", "httpx", "kombu", "requests", "urllib3",
    "uvicorn.access", "websockets",
)  # fmt: skip


def _hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in event:
        if key.lower() in _HIDDEN:
            event[key] = "[hidden]"
    return event


def hush_libraries() -> None:
    """Keep libraries from telling their details, at any level: those of HTTP clients and of ccxt hold keys and signatures."""
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def configure_logging(level: str = "INFO", *, log_format: str = "json") -> None:
    """Route the standard library's logging and structlog through one renderer. Called once by each process."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_secrets,
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    hush_libraries()


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module."""
    return structlog.stdlib.get_logger(name)
