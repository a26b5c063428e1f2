"""The app process: the only one that faces the network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape
from pathlib import Path
from typing import Any

import socketio
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from app.bootstrap import Container, build
from app.demo_door import demo_router
from connectors.files import files_router
from connectors.rest.access import api_key
from connectors.rest.endpoints import rest_router
from connectors.rest.files import rest_files_router
from connectors.uploads import Uploads
from connectors.web.files import web_files_router
from console.alerts import alerts_router
from console.api import console_router
from console.appointments import appointments_router
from console.changes import changes_router
from console.claims import claims_router
from console.complaints import complaints_router
from console.drafts import drafts_router
from console.faq import faq_router
from console.files import console_files_router
from console.followups import followups_router
from console.promises import promises_router
from console.remedies import remedies_router
from console.shifts import shifts_router
from crm.crm import crm_factory
from crm.promises.business_time import BusinessCalendar
from logs import configure_logging
from settings import ROOT, Settings, load

PAGE = ROOT / "web" / "widget" / "dist"
FIRM_IN_PAGE = "远航国际物流"

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob: https:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(settings: Settings | None = None, container: Container | None = None) -> Any:
    """The ASGI app. `container`: for tests; else it is built from the settings."""
    settings = settings or (container.settings if container else load())
    configure_logging(settings.log_level)
    parts = container or build(settings)
    api = FastAPI(title="Wenhuo 问货", version="0.1.0", lifespan=_lifespan(parts))
    api.include_router(rest_router(parts.intake, parts.database, parts.clock, parts.links))
    _files(api, parts)
    api.include_router(console_router(parts.database, parts.clock, parts.desk))
    api.include_router(drafts_router(parts.database, parts.clock, BusinessCalendar()))
    api.include_router(faq_router(parts.database, parts.clock))
    api.include_router(remedies_router(parts.database, parts.clock))
    api.include_router(claims_router(parts.database, parts.clock))
    api.include_router(complaints_router(parts.database, parts.clock, parts.changes))
    api.include_router(promises_router(parts.database, parts.clock, BusinessCalendar()))
    api.include_router(alerts_router(parts.database, parts.clock))
    api.include_router(appointments_router(parts.database, parts.clock, parts.appointments, settings.firm_name))
    api.include_router(changes_router(parts.database, parts.clock, parts.changes))
    api.include_router(shifts_router(parts.database, parts.clock, BusinessCalendar()))
    api.include_router(followups_router(parts.database, parts.clock, crm_factory(parts.database, parts.clock)))
    if settings.mode == "demo":
        api.include_router(demo_router(parts.database, parts.clock, parts.tokens))
    api.exception_handler(RequestValidationError)(_say_what_is_wrong)
    _health(api, parts)
    _page(api, PAGE, settings.firm_name)

    @api.middleware("http")
    async def _headers(request: Any, call_next: Any) -> Response:
        response: Response = await call_next(request)
        if not request.url.path.startswith(("/docs", "/openapi")):
            for name, value in SECURITY_HEADERS.items():
                response.headers.setdefault(name, value)
        if request.url.path.startswith("/assets/"):
            # Their names carry a hash of what is in them.
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    return socketio.ASGIApp(parts.socket_server, api, socketio_path="socket.io")


async def _say_what_is_wrong(_request: Request, error: Exception) -> JSONResponse:
    """Which field is wrong and why, without repeating what was sent: it may be huge, or no valid text."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    detail = [{"loc": list(one["loc"]), "msg": one["msg"], "type": one["type"]} for one in found]
    return JSONResponse({"detail": detail}, status_code=422)


def _lifespan(parts: Container) -> Any:
    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[None]:
        if parts.database.is_sqlite:
            # One app process: whatever was under way belonged to one that has died.
            await parts.queue.take_over()
        background = parts.start()
        try:
            yield
        finally:
            await parts.stop(background)

    return run


def _files(api: FastAPI, parts: Container) -> None:
    """What customers and colleagues send besides words, on its way in and out."""
    uploads = Uploads(parts.database, parts.clock, parts.files)
    api.include_router(rest_files_router(uploads, api_key(parts.database, parts.clock)))
    api.include_router(web_files_router(uploads, parts.tokens, parts.clock))
    api.include_router(files_router(parts.database, parts.clock, parts.files, parts.links))
    api.include_router(console_files_router(parts.database, parts.clock, parts.desk, parts.files, parts.links))


def _health(api: FastAPI, parts: Container) -> None:
    @api.get("/healthz", include_in_schema=False)
    async def health() -> dict[str, str]:
        """Alive, and the database answers."""
        async with parts.database.reading() as session:
            await session.execute(text("SELECT 1"))
        return {"status": "ok"}

    @api.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Prometheus figures of this process."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _page(api: FastAPI, folder: Path, firm_name: str) -> None:
    if not (folder / "index.html").exists():
        return
    api.mount("/assets", StaticFiles(directory=folder / "assets"), name="assets")
    # The page is built once for every firm: its name is filled in here.
    html = (folder / "index.html").read_text(encoding="utf-8").replace(FIRM_IN_PAGE, escape(firm_name))

    @api.get("/", include_in_schema=False)
    async def page() -> HTMLResponse:
        """The chat page."""
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})
