"""What is plugged into what, in plain code. Tests call it with fakes in place of the bot."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import socketio
import structlog

from connectors.desk import Intake
from connectors.web.socket import WebChannel, WebSocketEndpoint
from connectors.web.tokens import WebTokens
from conversations.agents import Agent
from conversations.appointments import AppointmentDesk
from conversations.change_watch import ChangeWatch
from conversations.changes import ChangeDesk
from conversations.desk import Desk
from conversations.desk_agent import DeskAgent
from conversations.human_agent import HumanAgent
from conversations.inbox import Inbox
from conversations.listening import Listening
from conversations.notices import Notices
from conversations.outbox import Channel, Outbox, Relay
from conversations.promise_watch import PromiseWatch
from conversations.queue import TurnQueue
from conversations.rasa_agent import RasaAgent
from conversations.router import Router
from conversations.survey_asking import SurveyAsking
from conversations.texts import Texts
from crm.claims.watch import ClaimWatch
from crm.clock import Clock
from crm.files.links import FileLinks
from crm.files.store import MEBIBYTE, FileStore, Limits
from crm.files.sweep import FileSweep
from crm.followups.watch import FollowUpWatch
from crm.promises.business_time import BusinessCalendar
from crm.watching import Watch
from database.session import Database
from settings import ROOT, Settings

log = structlog.get_logger(__name__)

RECEIPT_WITHIN = timedelta(seconds=5)


@dataclass
class Container:
    """Everything of one app process."""

    settings: Settings
    clock: Clock
    database: Database
    http: httpx.AsyncClient
    queue: TurnQueue
    relay: Relay
    intake: Intake
    desk: Desk
    jobs: Mapping[str, Watch]
    """What looks by itself whether there is something to do, by name."""
    tokens: WebTokens
    socket_server: socketio.AsyncServer
    files: FileStore
    links: FileLinks
    appointments: AppointmentDesk
    changes: ChangeDesk

    def start(self) -> list[asyncio.Task[None]]:
        """Starts what runs beside the requests."""
        return [
            asyncio.create_task(self.queue.sweep_forever(), name="sweep"),
            asyncio.create_task(self.relay.run_forever(), name="relay"),
            *(asyncio.create_task(job.run_forever(), name=name) for name, job in self.jobs.items()),
        ]

    async def stop(self, background: list[asyncio.Task[None]]) -> None:
        """Stops it again; what is unfinished stands in the database."""
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await self.queue.stop()
        await self.http.aclose()
        await self.database.close()


class _Woken:
    """Wakes the relay after each turn: the router knows nothing of channels."""

    def __init__(self, router: Router, relay: Relay) -> None:
        self._router = router
        self._relay = relay

    async def handle(self, conversation_id: UUID) -> bool:
        """See Router.handle."""
        handled = await self._router.handle(conversation_id)
        self._relay.wake()
        return handled


def build(
    settings: Settings,
    *,
    bot: Agent | None = None,
    clock: Clock | None = None,
    domain: Path = ROOT / "domain.yml",
    channels: tuple[Channel, ...] | None = None,
) -> Container:
    """The app's parts, connected. `bot`: None asks Rasa. `channels`: those this process sends to; None: the web."""
    clock = clock or Clock(settings.now, settings.now_since)
    database = Database(settings.database)
    http = httpx.AsyncClient(timeout=settings.bot_deadline)
    texts = Texts.from_domain(domain)
    router = Router(
        database,
        clock,
        bot=bot or RasaAgent(http, settings.rasa, settings.bot_deadline),
        person=HumanAgent(),
        desk=DeskAgent(texts),
    )
    server = _socket_server(settings)
    web = WebChannel(server)
    outbox = Outbox(database, clock)
    relay = Relay(outbox, (web,) if channels is None else channels, RECEIPT_WITHIN)
    queue = TurnQueue(
        database, clock, _Woken(router, relay), quiet=settings.burst_quiet, longest=settings.burst_longest
    )
    intake = Intake(database, Inbox(database, clock, settings.message_limit), queue, outbox, relay)
    tokens = WebTokens(settings.secret.get_secret_value())
    links = FileLinks(settings.secret.get_secret_value(), clock)
    files = _file_store(settings, clock)
    WebSocketEndpoint(server, web, intake, tokens, clock, links=links)
    desk = Desk(database, clock, texts, relay.wake)
    calendar = BusinessCalendar()
    _warn_of_missing_holidays(calendar, clock)
    jobs: dict[str, Watch] = {
        "notices": Notices(database, clock, texts, relay.wake),
        "claims": ClaimWatch(database, clock),
        "changes": ChangeWatch(database, clock, calendar, texts, relay.wake),
        "promises": PromiseWatch(database, clock, texts, relay.wake, calendar),
        "listening": Listening(database, clock, texts, calendar, relay.wake),
        "surveys": SurveyAsking(database, clock, texts, relay.wake, calendar),
        "follow-ups": FollowUpWatch(database, clock, calendar),
        "files": FileSweep(database, clock, files),
    }
    book = AppointmentDesk(database, clock, calendar, texts, relay.wake)
    changes = ChangeDesk(database, clock, calendar, texts, relay.wake)
    return Container(
        settings, clock, database, http, queue, relay, intake, desk, jobs, tokens, server, files, links, book, changes
    )


def _warn_of_missing_holidays(calendar: BusinessCalendar, clock: Clock) -> None:
    """What is promised into the next year is counted wrongly until its make-up days are known."""
    year = calendar.missing_notice(clock.today())
    if year is not None:
        log.warning("the holidays of next year are not in crm/promises/calendar.json", year=year)


def _file_store(settings: Settings, clock: Clock) -> FileStore:
    limits = Limits(
        image=settings.file_image_mb * MEBIBYTE,
        document=settings.file_document_mb * MEBIBYTE,
        audio=settings.file_audio_mb * MEBIBYTE,
        video=settings.file_video_mb * MEBIBYTE,
        per_day=settings.files_per_day_mb * MEBIBYTE,
    )
    return FileStore(settings.data_dir / "files", clock, limits)


def _socket_server(settings: Settings) -> socketio.AsyncServer:
    # None: same origin only (the library compares with the Host header).
    origins = settings.web_origins or None
    manager = socketio.AsyncRedisManager(settings.redis_url) if settings.redis_url else None
    return socketio.AsyncServer(
        async_mode="asgi",
        cors_allowed_origins=origins,
        client_manager=manager,
        max_http_buffer_size=256_000,
    )
