"""The api process: `python -m dollarclub.entry.serve`."""

import sys

import uvicorn

from dollarclub.core.logging import configure_logging
from dollarclub.core.settings import load_settings
from dollarclub.entry.http import create_app


def main() -> int:
    """Serve until told to stop; refuses to start on missing or sample secrets."""
    settings = load_settings()
    configure_logging(settings.server.log_level, log_format=settings.server.log_format)
    if problems := settings.problems():
        sys.stderr.write("DollarClub does not start: " + " ".join(problems) + "\n")
        return 2
    uvicorn.run(
        create_app(settings),
        host=settings.server.host,
        port=settings.server.port,
        log_config=None,
        access_log=False,
        proxy_headers=bool(settings.server.trusted_proxies),
        forwarded_allow_ips=list(settings.server.trusted_proxies),
        server_header=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
