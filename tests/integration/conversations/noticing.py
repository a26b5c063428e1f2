"""A firm on a Monday morning with a customer who wants to hear of changes, and the job that tells."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from conversations import memory
from conversations.agents import Saying
from conversations.inbox import Inbox
from conversations.models import Button, Conversation, Message
from conversations.notices import Notices
from conversations.repository import ConversationRepository
from conversations.speaking import speak
from crm.clock import SHANGHAI, FixedClock
from crm.crm import Crm, crm_factory
from crm.customers.models import ChannelIdentity
from crm.customers.service import CustomerService
from crm.shipments.intake import NewEvent
from crm.shipments.models import Classifier, Shipment
from database.session import Database
from freight.modes import TransportMode
from freight.references import ReferenceKind
from tests.integration import shipping
from tests.integration.actions.talk import Talk
from tests.integration.conversations.conftest import line, texts

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
AT_HALF_PAST_NINE = MONDAY - timedelta(minutes=30)
OURS, OURS_BY_AIR, THEIRS = (shipping.waybill(serial) for serial in (1, 2, 3))
ETA = datetime(2026, 12, 18, 8, 0, tzinfo=SHANGHAI)


@dataclass
class Scene:
    """The database, and what is done in it."""

    database: Database
    clock: FixedClock
    woken: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.notices = self.process()

    def process(self) -> Notices:
        """The job of another process."""
        return Notices(self.database, self.clock, texts(), lambda: self.woken.append(1))

    @asynccontextmanager
    async def crm(self) -> AsyncIterator[Crm]:
        """One transaction; a minute passes before it."""
        self.clock.move(timedelta(minutes=1))
        async with crm_factory(self.database, self.clock)() as crm:
            yield crm

    async def account(self, name: str, contact: str | None = None) -> ChannelIdentity:
        """An account of the test channel, of a contact (OURS, THEIRS) or of a stranger."""
        async with self.crm() as crm:
            identity = await crm.customers.identify("test", name)
            if contact is not None:
                known = await crm.customers.find_contact(f"P-{contact}")
                assert known is not None
                await crm.customers.bind(identity, known, "signed_token")
            return identity

    async def subscribed(
        self, name: str, contact: str | None, code: str | None = OURS, reference: str = shipping.CONTAINER
    ) -> ChannelIdentity:
        """An account that wants to hear of a shipment (None: of all its own) from now on."""
        identity = await self.account(name, contact)
        async with self.crm() as crm:
            if code is None:
                await crm.shipments.subscribe(identity, None)
            else:
                await crm.shipments.subscribe(identity, (await self._shipment(crm, code)).id, reference)
        return identity

    async def happens(
        self,
        code: str,
        at: datetime | None = None,
        place: str = "CNSHA",
        *,
        shipment: str = OURS,
        source: str = "carrier",
        **more: Any,
    ) -> None:
        """Something becomes known of a shipment; `at` None: it happened just now."""
        async with self.crm() as crm:
            item = await self._shipment(crm, shipment)
            new = NewEvent(code, at or self.clock.now(), source, place_locode=place, **more)
            assert await crm.shipments.add_event(item, new)

    async def expected(self, eta: datetime, shipment: str = OURS, source: str = "carrier") -> None:
        """An estimate of arrival becomes known."""
        async with self.crm() as crm:
            assert await crm.shipments.add_estimate(await self._shipment(crm, shipment), eta, source)

    async def _shipment(self, crm: Crm, code: str) -> Shipment:
        found = await crm.shipments.by_code(code)
        assert found is not None
        return found

    async def says(self, account: str, text: str = "在吗") -> UUID:
        """A line of the customer, not answered yet; gives the conversation."""
        incoming = line(text, f"{account} {self.clock.now().isoformat()}", account)
        return (await Inbox(self.database, self.clock, 200).receive(incoming)).conversation_id

    async def conversation(self, account: str, **changed: Any) -> UUID:
        """A conversation of an account in which everything is answered, with some fields as given."""
        conversation_id = await self.says(account)
        async with self.database.transaction() as session:
            found = await session.get_one(Conversation, conversation_id)
            found.handled_seq = found.last_customer_seq
            for name, value in changed.items():
                setattr(found, name, value)
        return conversation_id

    async def bot_says(self, account: str, **slots: Any) -> None:
        """The bot has answered just now, and remembers these slots."""
        conversation_id = await self.conversation(account)
        async with self.database.transaction() as session:
            store = ConversationRepository(session)
            found = await store.get(conversation_id, lock=True)
            found.memory = memory.remembered({"slots": slots, "recent": []}, self.clock.now())
            await store.flush()
            await speak(store, found, Saying("请问多重？"), self.clock.now(), uuid4())

    async def speaks_for(self, account: str, contact: str | None) -> None:
        """The account is bound to another contact, or to none."""
        identity = await self.account(account)
        async with self.database.transaction() as session:
            found = await session.get_one(ChannelIdentity, identity.id)
            known = contact and await CustomerService(session, self.clock).find_contact(f"P-{contact}")
            found.contact_id = known.id if known else None

    async def conversation_id(self, account: str) -> UUID:
        """The account's open conversation."""
        found = [one for one in await self.rows(Conversation) if one.account == account and one.status != "closed"]
        assert len(found) == 1
        opened: UUID = found[0].id
        return opened

    async def heard(self, account: str) -> list[str]:
        """What an account was told, oldest first."""
        return [message.text for message in await self.told(account)]

    async def told(self, account: str) -> Sequence[Message]:
        """The messages to an account, oldest first."""
        async with self.database.reading() as session:
            query = select(Message).join(Conversation).where(Conversation.account == account)
            query = query.where(Message.author != "customer").order_by(Message.created_at, Message.seq)
            return (await session.scalars(query)).all()

    async def memory(self, account: str) -> dict[str, Any]:
        """What the bot remembers in the account's open conversation."""
        async with self.database.reading() as session:
            return (await session.get_one(Conversation, await self.conversation_id(account))).memory

    async def talk(self, account: str) -> Talk:
        """The account's open conversation goes on with what the bot remembers."""
        crm = crm_factory(self.database, self.clock)
        return Talk(crm, await self.conversation_id(account), (await self.memory(account))["slots"])

    async def buttons(self) -> dict[str, str]:
        """Title -> payload of every button there is."""
        return {button.title: button.payload for button in await self.rows(Button)}

    async def rows(self, model: type[Any]) -> list[Any]:
        """All rows of a table."""
        async with self.database.reading() as session:
            return list((await session.scalars(select(model))).all())


async def scene_on(database: Database, clock: FixedClock) -> Scene:
    """Ours has a ship that left on the 20th and an air shipment, theirs a ship; nothing is subscribed to."""
    clock.at = MONDAY
    async with database.transaction() as session:
        world = await shipping.build_world(session, clock)
        sea = await world.ship(
            1,
            world.ours,
            (ReferenceKind.CONTAINER, shipping.CONTAINER),
            promised=datetime(2026, 12, 18, tzinfo=SHANGHAI),
        )
        await world.happens(sea, "loaded", shipping.shanghai(20, 8), "CNSHA")
        await world.shipments.add_estimate(sea, ETA, "carrier")
        await world.ship(2, world.ours, mode=TransportMode.AIR, load_type=None)
        await world.ship(3, world.theirs)
    return Scene(database, clock)


async def ship_has_left(scene: Scene) -> Scene:
    """A contact of ours wants to hear of the ship, has just talked to the bot, and the ship has left."""
    await scene.subscribed("u1", "OURS")
    await scene.conversation("u1")
    await scene.happens("departed", AT_HALF_PAST_NINE)
    return scene


PLANNED = {"classifier": Classifier.PLANNED}
