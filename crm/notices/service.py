"""What is new for whom, and that it has been told. Who talks to the customer, and where, is not decided here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.customers.models import ChannelIdentity
from crm.notices.models import NoticeSource
from crm.notices.repository import NoticeRepository
from crm.notices.views import QuoteNews, ShipmentNews, change_of, estimate_before
from crm.pricing.models import QuoteState
from crm.pricing.views import customer_quote
from crm.promises.models import PromiseKind
from crm.promises.service import PromiseService
from crm.shipments.models import Classifier, EtaEstimate, MilestoneEvent, Shipment
from crm.shipments.repository import ShipmentRepository
from crm.shipments.status import build
from freight.modes import TransportMode

NEWS_FOR = timedelta(days=7)
"""What became known longer ago than this is told to nobody."""


SEEN = frozenset({QuoteState.NEGOTIATING, QuoteState.ACCEPTED, QuoteState.REJECTED, QuoteState.CONVERTED})
"""States that a quote reaches only when its customer knows the price."""


class Matter(Enum):
    """What a piece of news is about."""

    SHIPMENT = auto()
    QUOTE = auto()


@dataclass(frozen=True)
class Waiting:
    """Something is new for an account."""

    identity_id: UUID
    matter: Matter
    subject_id: UUID
    """The shipment, or the quote."""


class NoticeService:
    """Finds news and marks it as told, each piece once for each account."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._notices = NoticeRepository(session)
        self._shipments = ShipmentRepository(session)
        self._promises = PromiseService(session, clock)
        self._clock = clock

    async def waiting(self) -> list[Waiting]:
        """For whom there may be something new, and about what."""
        now, since = self._clock.now(), self._since()
        quotes = await self._notices.quotes_with_news(since)
        shipments = await self._notices.shipments_with_news(now, since)
        return [
            *(Waiting(identity_id, Matter.QUOTE, quote_id) for identity_id, quote_id in quotes),
            *(Waiting(identity_id, Matter.SHIPMENT, shipment_id) for identity_id, shipment_id in shipments),
        ]

    async def news(self, waiting: Waiting) -> ShipmentNews | QuoteNews | None:
        """What is new as things stand now; None: nothing any more (told by another process, no longer wanted)."""
        identity = await self._notices.identity(waiting.identity_id)
        if identity is None:
            return None
        if waiting.matter is Matter.QUOTE:
            return await self._of_quote(identity, waiting.subject_id)
        return await self._of_shipment(identity, waiting.subject_id)

    async def note(self, news: ShipmentNews | QuoteNews) -> bool:
        """Marks all of it as dealt with; False when another process was first."""
        now = self._clock.now()
        noted = [
            await self._notices.note(news.identity.id, source, source_id, now) for source, source_id in news.sources
        ]
        return all(noted)

    async def answer_told(self, quote_id: UUID) -> None:
        """The customer has the answer that was promised."""
        quote = await self._notices.quote(quote_id)
        if quote is not None and quote.dialogue_id is not None and quote.turn_id is not None:
            await self._promises.keep_of_turn(quote.dialogue_id, quote.turn_id, PromiseKind.QUOTE)

    def _since(self) -> datetime:
        return self._clock.now() - NEWS_FOR

    async def _of_shipment(self, identity: ChannelIdentity, shipment_id: UUID) -> ShipmentNews | None:
        shipment = await self._notices.shipment(shipment_id)
        wanted = await self._notices.subscription(identity.id, shipment_id)
        if shipment is None or wanted is None:
            return None
        since, reference = max(wanted[0], self._since()), wanted[1]
        new = await self._notices.new_events(identity.id, shipment_id, self._clock.now(), since)
        given = await self._notices.new_estimates(identity.id, shipment_id, since)
        if not new and not given:
            return None
        return await self._shipment_news(identity, shipment, reference, new, given)

    async def _shipment_news(
        self,
        identity: ChannelIdentity,
        shipment: Shipment,
        reference: str,
        new: Sequence[MilestoneEvent],
        given: Sequence[EtaEstimate],
    ) -> ShipmentNews:
        mode = TransportMode(shipment.mode)
        events, estimates = await self._shipments.events([shipment.id]), await self._shipments.estimates([shipment.id])
        limited = identity.contact is None or identity.contact.customer_id != shipment.customer_id
        view = build(shipment, events, estimates, self._clock.now(), reference=reference, limited=limited)
        expected = [item.created_at for item in new if item.classifier != Classifier.ACTUAL.value]
        told_at = min((*expected, *(item.created_at for item in given)), default=self._clock.now())
        before = estimate_before(mode, events, estimates, told_at)
        return ShipmentNews(
            identity=identity,
            sources=(
                *((NoticeSource.EVENT, item.id) for item in new),
                *((NoticeSource.ESTIMATE, item.id) for item in given),
            ),
            view=view,
            change=change_of(events, new, view, before),
            eta_before=before,
        )

    async def _of_quote(self, identity: ChannelIdentity, quote_id: UUID) -> QuoteNews | None:
        answers = await self._notices.new_answers(identity.id, quote_id, self._since())
        quote = await self._notices.quote(quote_id)
        if quote is None or not answers:
            return None
        view = customer_quote(quote, self._clock.now())
        worth_telling = view.open or view.state is QuoteState.NO_SERVICE
        return QuoteNews(
            identity=identity,
            sources=tuple((NoticeSource.QUOTE, answer.id) for answer in answers),
            quote_id=quote.id,
            quote=view,
            worth_telling=worth_telling,
            answered=worth_telling or view.state in SEEN,
        )
