"""The web application: every router, the live hub, and the dashboard's files on the same port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from dollarclub.accounts.router import auth_router, users_router
from dollarclub.analytics.router import overview_router
from dollarclub.analytics.router import router as analytics_router
from dollarclub.core.context import Context, build_context
from dollarclub.core.live import LiveHub
from dollarclub.core.outbox import LIVE_CHANNEL
from dollarclub.core.schemas import Problem
from dollarclub.core.settings import Settings, load_settings
from dollarclub.core.shortcut import Shortcut
from dollarclub.core.web import RequestScope, document_problems, install_error_handlers
from dollarclub.entry import health, live
from dollarclub.entry.configuration.router import router as configuration_router
from dollarclub.orders.queries.uses import key_use
from dollarclub.orders.router import balances, halts, orders, tickets
from dollarclub.pool.router import pool_router, queue_router
from dollarclub.positions.configs_router import router as configs_router
from dollarclub.positions.router import router as groups_router
from dollarclub.risk.router import audit_router
from dollarclub.risk.router import router as risk_router
from dollarclub.scripts.events import LOG_CHANNEL
from dollarclub.scripts.router import monitor, runs, scripts
from dollarclub.scripts.router.settings import packages_router, secrets_router
from dollarclub.signals.inbox import Inbox
from dollarclub.signals.router import signals, strategies, webhooks
from dollarclub.vault.markets_router import exchanges_router, markets_router
from dollarclub.vault.paper_router import router as paper_router
from dollarclub.vault.router import router as keys_router

LIVE_CHANNELS = {LIVE_CHANNEL: "account", LOG_CHANNEL: "runs"}
BODY_BYTES = 1024**2
IMMUTABLE = "public, max-age=31536000, immutable"
PAGE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
)

ROUTERS = (
    health.router,
    auth_router,
    users_router,
    scripts.router,
    runs.router,
    secrets_router,
    packages_router,
    monitor.router,
    exchanges_router,
    markets_router,
    keys_router,
    paper_router,
    strategies.router,
    signals.router,
    configs_router,
    configuration_router,
    pool_router,
    queue_router,
    orders.router,
    balances.router,
    tickets.router,
    groups_router,
    halts.router,
    risk_router,
    audit_router,
    analytics_router,
    overview_router,
    live.router,
)


class Assets(StaticFiles):
    """Built files whose names change with their content."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = IMMUTABLE
        return response


def create_app(settings: Settings | None = None, context: Context | None = None) -> FastAPI:
    """The application on given settings, or on those of the environment."""
    settings = settings or load_settings()
    context = context or build_context(settings)
    hub = LiveHub(settings.redis.url.get_secret_value(), LIVE_CHANNELS)
    inbox = Inbox(context)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with hub.running(), inbox.running():
            yield
        context.close()

    app = FastAPI(
        title="DollarClub",
        version="0.1.0",
        lifespan=lifespan,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
        responses={"default": {"model": Problem, "description": "A problem, as `application/problem+json`."}},
    )
    app.state.context = context
    app.state.hub = hub
    app.state.inbox = inbox
    app.state.key_use = key_use
    app.add_middleware(Shortcut, routes=webhooks.routes(), body_bytes=webhooks.BODY_BYTES)
    app.add_middleware(RequestScope)
    install_error_handlers(app)
    document_problems(app)
    app.include_router(webhooks.router, max_body_size=webhooks.BODY_BYTES)
    for router in ROUTERS:
        app.include_router(router, max_body_size=BODY_BYTES)
    _serve_dashboard(app, settings.server.static_dir)
    return app


def _serve_dashboard(app: FastAPI, folder: Path) -> None:
    """Every address that is not the API's is a page of the single-page dashboard."""
    app.mount("/assets", Assets(directory=folder / "assets", check_dir=False), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str, request: Request) -> Response:
        if path == "api" or path.startswith(("api/", "assets/")):
            raise HTTPException(404, "There is nothing at this address.")
        wanted = (folder / path).resolve() if path and "\x00" not in path else folder
        if path and wanted.is_relative_to(folder.resolve()) and wanted.is_file():
            return FileResponse(wanted)
        index = folder / "index.html"
        if not index.is_file():
            raise HTTPException(404, "The dashboard is not built; run `make run`.")
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": PAGE_POLICY}
        return FileResponse(index, headers=headers)
