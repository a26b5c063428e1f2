"""Taking complaints: one numbered card per matter, with the customer's words, a severity, and a promised first reply."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, Clock
from crm.complaints.categories import Category, Family, categories, category_of, same_family
from crm.complaints.models import ComplaintCard, ComplaintState, Emotion, EventKind, Severity, stronger
from crm.complaints.repository import ComplaintRepository, Speaker
from crm.complaints.severity import (
    FIRST_REPLY_HOURS,
    RESOLVE_WITHIN,
    Assessment,
    Circumstances,
    assess,
    graver,
)
from crm.complaints.views import CardView, view_of
from crm.numbers import NumberService
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import PromiseKind, SubjectKind
from crm.promises.service import PromiseService, Subject
from crm.staff.departments import Department

JOIN_WITHIN = timedelta(hours=24)
REPEATED_WITHIN = timedelta(days=30)
BOT = "bot"


@dataclass(frozen=True)
class ComplaintFacts:
    """What a customer complains about. Empty and None: not told or not known."""

    intent: str
    """A complain_* intent; any other counts as complain_other."""
    text: str
    """The customer's own words."""
    shipment_id: UUID | None = None
    """A shipment the customer may see: the caller has checked that."""
    order_id: UUID | None = None
    quote_id: UUID | None = None
    consequences: str = ""
    wish: str = ""
    value_cny: Decimal | None = None
    delay: timedelta | None = None
    """How late the shipment is by our own data."""
    express: bool = False
    emotion: Emotion = Emotion.CALM
    """How the words sound, as the bot heard them."""


class ComplaintService:
    """Complaint cards."""

    def __init__(
        self,
        session: AsyncSession,
        clock: Clock,
        promises: PromiseService,
        numbers: NumberService | None = None,
        calendar: BusinessCalendar | None = None,
    ) -> None:
        """`numbers` and `calendar`: None takes the usual ones."""
        self._cards = ComplaintRepository(session)
        self._clock = clock
        self._promises = promises
        self._numbers = numbers or NumberService(session, clock)
        self._calendar = calendar or BusinessCalendar()

    async def open(self, dialogue_id: UUID, turn_id: UUID, facts: ComplaintFacts) -> CardView:
        """Takes a complaint: a new card with a promised first reply, or more words on the card of the same matter.

        The same turn again changes nothing. Raises NoResultFound for an unknown dialogue.
        """
        speaker = await self._cards.speaker(dialogue_id, lock=True)
        done = await self._cards.of_turn(dialogue_id, turn_id)
        if done is not None:
            return view_of(done[0], joined=done[1] != EventKind.OPENED)
        since = self._clock.now() - JOIN_WITHIN
        for card in await self._cards.open_in(dialogue_id, since):
            if _same_matter(card, facts):
                await self._extend(card, speaker, turn_id, facts)
                return view_of(card, joined=True)
        return view_of(await self._new_card(speaker, turn_id, facts))

    async def add_facts(
        self,
        dialogue_id: UUID,
        turn_id: UUID,
        text: str,
        shipment_id: UUID | None = None,
        *,
        emotion: Emotion = Emotion.CALM,
        consequences: str = "",
        wish: str = "",
    ) -> CardView | None:
        """Adds the customer's further words to the newest open card of the dialogue; None when there is none.

        A shipment is linked if the card has none yet. The same turn again changes nothing.
        """
        speaker = await self._cards.speaker(dialogue_id, lock=True)
        done = await self._cards.of_turn(dialogue_id, turn_id)
        if done is not None:
            return view_of(done[0], joined=done[1] != EventKind.OPENED)
        cards = await self._cards.open_in(dialogue_id)
        if not cards:
            return None
        intent = categories()[cards[0].category].intent
        facts = ComplaintFacts(intent, text, shipment_id, consequences=consequences, wish=wish, emotion=emotion)
        await self._extend(cards[0], speaker, turn_id, facts)
        return view_of(cards[0], joined=True)

    async def status(self, dialogue_id: UUID, number: str | None = None) -> CardView | None:
        """The card of this number, if the speaker made it or is of the same company; None in every other case.

        Without a number: the newest card this person made, in whatever conversation.
        """
        speaker = await self._cards.speaker(dialogue_id)
        card = await self._find(speaker, number)
        return view_of(card) if card else None

    async def link_shipment(
        self, dialogue_id: UUID, turn_id: UUID, shipment_id: UUID, number: str | None = None
    ) -> CardView | None:
        """Says which shipment a complaint is about (of this number, else the newest open one of the dialogue).

        The caller has checked that the customer may see the shipment. None when there is no such card to be seen.
        """
        speaker = await self._cards.speaker(dialogue_id, lock=True)
        if number is None:
            card = next(iter(await self._cards.open_in(dialogue_id)), None)
        else:
            card = await self._find(speaker, number)
        if card is None:
            return None
        await self._link(card, turn_id, shipment_id)
        return view_of(card, joined=True)

    async def _find(self, speaker: Speaker, number: str | None) -> ComplaintCard | None:
        if number is None:
            return await self._cards.newest(speaker)
        return await self._cards.numbered(number.strip().upper().replace("-", ""), speaker)

    async def _new_card(self, speaker: Speaker, turn_id: UUID, facts: ComplaintFacts) -> ComplaintCard:
        now, category = self._clock.now(), category_of(facts.intent)
        found = await self._assess(speaker, facts, facts.text, {category.code}, None)
        card = ComplaintCard(
            number=await self._numbers.next("CP"),
            dialogue_id=speaker.dialogue_id,
            turn_id=turn_id,
            customer_id=speaker.customer_id,
            contact_id=speaker.contact_id,
            shipment_id=facts.shipment_id,
            order_id=facts.order_id,
            quote_id=facts.quote_id,
            category=category.code,
            facts=facts.text,
            consequences=facts.consequences,
            wish=facts.wish,
            severity=found.severity,
            severity_reasons=_stored(found),
            emotion=facts.emotion,
            channel=speaker.channel,
            state=ComplaintState.RECEIVED,
            department=category.department,
            first_reply_due=self._first_reply_due(found.severity, category),
            resolve_due=now + RESOLVE_WITHIN[found.severity],
            created_at=now,
        )
        await self._cards.add(card)
        await self._record(card, turn_id, EventKind.OPENED, None, facts.text)
        await self._promise_first_reply(card, turn_id)
        return card

    async def _extend(self, card: ComplaintCard, speaker: Speaker, turn_id: UUID, facts: ComplaintFacts) -> None:
        """More words on a card: nothing on it gets milder by them."""
        category = category_of(facts.intent)
        known = {card.category, category.code}
        card.facts = f"{card.facts}\n{facts.text}"
        card.consequences = _more(card.consequences, facts.consequences)
        card.wish = _more(card.wish, facts.wish)
        card.order_id = card.order_id or facts.order_id
        card.quote_id = card.quote_id or facts.quote_id
        await self._record(card, turn_id, EventKind.FACTS_ADDED, None, facts.text)
        if facts.shipment_id is not None and card.shipment_id is None:
            await self._link(card, turn_id, facts.shipment_id)
        await self._sort_better(card, turn_id, category)
        emotion = stronger(Emotion(card.emotion), facts.emotion)
        if emotion != card.emotion:
            await self._record(card, turn_id, EventKind.EMOTION_RAISED, card.emotion, emotion)
            card.emotion = emotion
        await self._raise_severity(card, turn_id, await self._assess(speaker, facts, card.facts, known, card.id))

    async def _sort_better(self, card: ComplaintCard, turn_id: UUID, category: Category) -> None:
        """A card that was opened without saying about what gets its matter, unless a person has it in hand already."""
        vague = categories()[card.category].family == Family.GENERAL and category.family != Family.GENERAL
        if vague and card.taken_by is None:
            await self._record(card, turn_id, EventKind.CATEGORY_CHANGED, card.category, category.code)
            card.category, card.department = category.code, category.department

    async def _raise_severity(self, card: ComplaintCard, turn_id: UUID, found: Assessment) -> None:
        known = list(card.severity_reasons)
        card.severity_reasons = known + [reason for reason in _stored(found) if reason not in known]
        severity = graver(Severity(card.severity), found.severity)
        if severity == card.severity:
            return
        await self._record(card, turn_id, EventKind.SEVERITY_RAISED, card.severity, severity)
        card.severity = severity
        card.resolve_due = min(card.resolve_due, self._clock.now() + RESOLVE_WITHIN[severity])
        if card.state == ComplaintState.RECEIVED:
            due = self._first_reply_due(severity, categories()[card.category])
            card.first_reply_due = min(card.first_reply_due, due)
            subject = Subject(SubjectKind.COMPLAINT, card.id)
            await self._promises.hasten(subject, PromiseKind.FIRST_REPLY, card.first_reply_due, _first_to_reply(card))

    async def _assess(
        self, speaker: Speaker, facts: ComplaintFacts, words: str, known: set[str], card_id: UUID | None
    ) -> Assessment:
        since = self._clock.now() - REPEATED_WITHIN
        category = category_of(facts.intent).code
        repeated = await self._cards.like(speaker, since, category, facts.shipment_id, card_id)
        return assess(
            "\n".join((words, facts.consequences, facts.wish)),
            Circumstances(
                categories=frozenset(known),
                class_a=speaker.class_code == "A",
                value_cny=facts.value_cny,
                delay=facts.delay,
                express=facts.express,
                repeated=repeated,
            ),
        )

    def _first_reply_due(self, severity: Severity, category: Category) -> datetime:
        now, hours = self._clock.now(), FIRST_REPLY_HOURS[severity]
        if severity == Severity.S1:
            return now + timedelta(hours=hours)
        return self._calendar.due(now, min(hours, category.first_reply_hours))

    async def _promise_first_reply(self, card: ComplaintCard, turn_id: UUID) -> None:
        due = card.first_reply_due.astimezone(SHANGHAI)
        replier = _first_to_reply(card)
        await self._promises.make(
            card.dialogue_id,
            turn_id,
            PromiseKind.FIRST_REPLY,
            text=f"投诉 {card.number}：{replier.name_zh}在 {due:%m-%d %H:%M} 前首次回复客户",
            by_whom=replier,
            due_at=card.first_reply_due,
            subject=Subject(SubjectKind.COMPLAINT, card.id),
        )

    async def _link(self, card: ComplaintCard, turn_id: UUID, shipment_id: UUID) -> None:
        if card.shipment_id != shipment_id:
            old = str(card.shipment_id) if card.shipment_id else None
            await self._record(card, turn_id, EventKind.SHIPMENT_LINKED, old, str(shipment_id))
            card.shipment_id = shipment_id

    async def _record(self, card: ComplaintCard, turn_id: UUID, what: EventKind, old: str | None, new: str) -> None:
        await self._cards.record(card, what, turn_id=turn_id, by_whom=BOT, at=self._clock.now(), old=old, new=new)


def _same_matter(card: ComplaintCard, facts: ComplaintFacts) -> bool:
    """Nothing both sides name differs, and the categories go together."""
    named = ((card.shipment_id, facts.shipment_id), (card.order_id, facts.order_id), (card.quote_id, facts.quote_id))
    differ = any(one is not None and other is not None and one != other for one, other in named)
    return not differ and same_family(categories()[card.category], category_of(facts.intent))


def _first_to_reply(card: ComplaintCard) -> Department:
    return Department.SERVICE_LEAD if card.severity == Severity.S1 else Department(card.department)


def _stored(found: Assessment) -> list[dict[str, str]]:
    return [{"severity": reason.severity, "rule": reason.rule, "basis": reason.basis} for reason in found.reasons]


def _more(old: str, new: str) -> str:
    return "\n".join(part for part in (old, new) if part)
