"""The Celery application. A message is a nudge that carries an id; the truth is in PostgreSQL."""

from typing import Any

from celery import Celery

from dollarclub.core.redis import broker_url
from dollarclub.core.settings import Settings

VISIBILITY_TIMEOUT = 3600


def create_celery(settings: Settings) -> Celery:
    """A Celery application without a result back end whose messages are acknowledged early."""
    app = Celery("dollarclub", broker=broker_url(settings.redis.url.get_secret_value()))
    options: dict[str, Any] = {
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "enable_utc": True,
        "task_ignore_result": True,
        "task_default_queue": "default",
        "task_routes": {f"{kind}.*": {"queue": kind} for kind in ("scripts", "trading", "default")},
        "task_acks_late": False,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_send_task_events": False,
        "worker_enable_remote_control": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_connection_timeout": 2,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_TIMEOUT,
            "socket_keepalive": True,
            "socket_timeout": 30,
            "max_retries": 0,
        },
        "task_publish_retry": False,
        "beat_max_loop_interval": 5,
    }
    app.conf.update(options)
    return app
