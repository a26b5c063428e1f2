"""A whole desk with a bot that echoes and a channel that records."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import cache

import pytest

from conversations.agents import Agent
from conversations.desk import Desk
from conversations.desk_agent import DeskAgent
from conversations.human_agent import HumanAgent
from conversations.inbox import Inbox, Incoming
from conversations.outbox import Outbox
from conversations.queue import TurnQueue
from conversations.router import Router
from conversations.texts import Texts
from crm.clock import Clock
from database.session import Database
from settings import ROOT
from tests.fakes import EchoBot

QUIET = 0.05


@dataclass
class House:
    """The parts of a conversation, connected as in the app."""

    database: Database
    clock: Clock
    inbox: Inbox
    router: Router
    queue: TurnQueue
    outbox: Outbox
    desk: Desk
    bot: Agent


@cache
def texts() -> Texts:
    """The real words, always the first variation. Read once: it takes longer than most of the tests."""
    loaded = Texts.from_domain(ROOT / "domain.yml")
    return Texts(loaded._responses, pick=lambda variants: variants[0])


BuildHouse = Callable[[Agent], House]


@pytest.fixture
async def build_house(database: Database) -> AsyncIterator[BuildHouse]:
    """Makes houses around a bot."""
    built: list[House] = []

    def build(bot: Agent) -> House:
        # A running clock: leases and bursts are about passing time.
        clock = Clock()
        words = texts()
        router = Router(database, clock, bot, HumanAgent(), DeskAgent(words))
        house = House(
            database=database,
            clock=clock,
            inbox=Inbox(database, clock, message_limit=200),
            router=router,
            queue=TurnQueue(database, clock, router, quiet=QUIET, longest=1.0),
            outbox=Outbox(database, clock),
            desk=Desk(database, clock, words, lambda: None),
            bot=bot,
        )
        built.append(house)
        return house

    yield build
    for house in built:
        await house.queue.stop()


@pytest.fixture
def house(build_house: BuildHouse) -> House:
    """A house with an echoing bot."""
    return build_house(EchoBot())


def line(text: str, external_id: str, account: str = "u1") -> Incoming:
    """A message of the test channel."""
    return Incoming(channel="test", account=account, external_id=external_id, text=text)
