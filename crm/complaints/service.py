"""Taking complaints: one numbered card per matter, with the customer's words, a severity, and a promised first reply."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.service import AlertService
from crm.clock import Clock
from crm.complaints.cards import (
    AGAIN,
    comes_again,
    first_reply_due,
    first_to_reply,
    names_the_same,
    same_matter,
    stored,
    understand,
)
from crm.complaints.categories import OTHER, Category, categories, categories_told, category_over
from crm.complaints.models import ComplaintCard, ComplaintState, Emotion, EventKind, Severity, stronger
from crm.complaints.repository import ComplaintRepository, Speaker
from crm.complaints.severity import (
    RESOLVE_WITHIN,
    Assessment,
    Circumstances,
    assess,
    graver,
)
from crm.complaints.urgent import alert_if_urgent
from crm.complaints.views import CardView, view_of
from crm.complaints.words.accused import StaffName, accused
from crm.complaints.words.story import read
from crm.numbers import NumberService
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import PromiseKind, SubjectKind
from crm.promises.service import PromiseService, Subject
from crm.staff.repository import StaffRepository

JOIN_WITHIN = timedelta(hours=24)
REPEATED_WITHIN = timedelta(days=30)
TOLD_KINDS = (PromiseKind.FIRST_REPLY, PromiseKind.RESOLUTION)
BOT = "bot"
Accused = Callable[[ComplaintCard], Awaitable[None]]


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
    value_cny: Decimal | None = None
    delay: timedelta | None = None
    """How late the shipment is by our own data."""
    express: bool = False
    emotion: Emotion = Emotion.CALM
    """How the words sound, as the bot heard them."""
    answered_by: Collection[str] = ()
    """Codes of the staff who answered this customer lately: 刚才那个客服 is one of them."""


class ComplaintService:
    """Complaint cards."""

    def __init__(
        self,
        session: AsyncSession,
        clock: Clock,
        promises: PromiseService,
        alerts: AlertService,
        *,
        numbers: NumberService | None = None,
        calendar: BusinessCalendar | None = None,
    ) -> None:
        """`numbers` and `calendar`: None takes the usual ones."""
        self._cards = ComplaintRepository(session)
        self._clock = clock
        self._promises = promises
        self._alerts = alerts
        self._staff = StaffRepository(session)
        self._numbers = numbers or NumberService(session, clock)
        self._calendar = calendar or BusinessCalendar()
        self._when_accused: list[Accused] = []

    def on_accused(self, listener: Accused) -> None:
        """From now on `listener` gets every card on which the customer has named somebody of ours."""
        self._when_accused.append(listener)

    async def open(self, dialogue_id: UUID, turn_id: UUID, facts: ComplaintFacts) -> CardView:
        """Takes a complaint: a new card, or more words on the open card of the same matter.

        The customer is told of a new card with `tell`, once the story is understood; until then nothing is promised.
        The same turn again changes nothing. Raises NoResultFound for an unknown dialogue.
        """
        speaker = await self._cards.speaker(dialogue_id, lock=True)
        done = await self._done(turn_id)
        if done is not None:
            return done
        since = self._clock.now() - JOIN_WITHIN
        category = _category(facts)
        for card in await self._cards.open_of(speaker):
            goes_on = card.dialogue_id == dialogue_id and not read(facts.text).facts
            if (same_matter(card, facts, category) or goes_on) and (
                card.created_at > since or names_the_same(card, facts)
            ):
                raised = comes_again(card, self._clock.now())
                await self._extend(card, speaker, turn_id, facts, sort=not goes_on, again=raised)
                answered, waits_for = card.state == ComplaintState.ANSWERED, await self._waits_for(card)
                return view_of(card, joined=True, raised=raised, answered=answered, waits_for=waits_for)
        return view_of(await self._new_card(speaker, turn_id, facts))

    async def withdraw(self, dialogue_id: UUID, turn_id: UUID, number: str) -> bool:
        """The customer takes back a complaint of which nothing was told yet (我要投诉 … 算了); False: something was told.

        The card stays, closed, with what was said.
        """
        speaker = await self._cards.speaker(dialogue_id, lock=True)
        card = await self._cards.numbered(number, speaker)
        if card is None or card.told_at is not None or read(card.facts).facts:
            return False
        if card.state != ComplaintState.CLOSED:
            await self._record(card, turn_id, EventKind.STATE_CHANGED, card.state, ComplaintState.CLOSED)
            card.state, card.closed_at = ComplaintState.CLOSED, self._clock.now()
        return True

    async def _done(self, turn_id: UUID) -> CardView | None:
        """The card as this turn found it, when the turn was at work before: its answer may never have gone out."""
        done = await self._cards.of_turn(turn_id)
        if done is None:
            return None
        card, event = done
        told = card.told_at is not None and not await self._cards.happened_in(card.id, turn_id, EventKind.CUSTOMER_TOLD)
        raised = event.what == EventKind.FACTS_ADDED and told and comes_again(card, event.at)
        answered = await self._cards.happened_in(card.id, turn_id, EventKind.REOPENED)
        return view_of(card, joined=event.what != EventKind.OPENED, raised=raised, told=told, answered=answered)

    async def tell(self, dialogue_id: UUID, turn_id: UUID, number: str) -> CardView | None:
        """The customer is given number, next step and time: from now on the first reply and the result are promised.

        Telling again promises nothing anew. None: no open card of this number that the customer may see.
        """
        speaker = await self._cards.speaker(dialogue_id, lock=True)
        card = await self._cards.numbered(number, speaker)
        if card is None or card.state == ComplaintState.CLOSED:
            return None
        if card.told_at is None:
            card.told_at = self._clock.now()
            await self._record(card, turn_id, EventKind.CUSTOMER_TOLD, None, card.severity)
            await self._promise(card, turn_id)
        return view_of(card)

    async def add_facts(
        self,
        dialogue_id: UUID,
        turn_id: UUID,
        facts: ComplaintFacts,
        *,
        number: str | None = None,
        corrects: bool = False,
        vents: bool = False,
    ) -> CardView | None:
        """Adds the customer's further words to a card (of this number, else the newest open one); None: there is none.

        A shipment is linked if the card has none yet. `corrects`: the words put right what the bot had summed up;
        `vents`: they are anger after we had apologised. The intent of `facts` does not count. The same turn again
        changes nothing.
        """
        speaker = await self._cards.speaker(dialogue_id, lock=True)
        done = await self._done(turn_id)
        if done is not None:
            return done
        cards = await self._cards.open_of(speaker)
        card = next((one for one in cards if number in (None, one.number)), None)
        if card is None:
            return None
        if corrects:
            await self._record(card, turn_id, EventKind.CORRECTED, None, facts.text)
        if vents:
            await self._record(card, turn_id, EventKind.VENTED, None, facts.text)
        await self._extend(card, speaker, turn_id, facts, sort=False)
        return view_of(card, joined=True, waits_for=await self._waits_for(card))

    async def status(self, dialogue_id: UUID, number: str | None = None) -> CardView | None:
        """The card of this number, if the speaker made it or is of the same company; None in every other case.

        Without a number: the newest card this person made, in whatever conversation.
        """
        speaker = await self._cards.speaker(dialogue_id)
        card = await self._find(speaker, number)
        if card is None:
            return None
        return view_of(card, waits_for=await self._waits_for(card), due_at=await self._next_due(card))

    async def _waits_for(self, card: ComplaintCard) -> str:
        pause = await self._cards.open_pause(card.id)
        return pause.reason if pause else ""

    async def _next_due(self, card: ComplaintCard) -> datetime | None:
        """When the customer was promised to hear next, after all that was put off; None: as the card says."""
        promised = await self._promises.open_about(Subject(SubjectKind.COMPLAINT, card.id))
        return next((promise.due_at for promise in promised if promise.kind in TOLD_KINDS), None)

    async def untold(self, silent_for: timedelta) -> Sequence[ComplaintCard]:
        """Cards opened at least so long ago whose customers were not told of them yet, oldest first."""
        return await self._cards.untold(self._clock.now() - silent_for)

    async def link_shipment(
        self, dialogue_id: UUID, turn_id: UUID, shipment_id: UUID, number: str | None = None
    ) -> CardView | None:
        """Says which shipment a complaint is about (of this number, else the newest open one of the dialogue).

        The caller has checked that the customer may see the shipment. None when there is no such card to be seen.
        """
        speaker = await self._cards.speaker(dialogue_id, lock=True)
        if number is None:
            card = next(iter(await self._cards.open_of(speaker)), None)
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
        now, category = self._clock.now(), _category(facts)
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
            severity=found.severity,
            severity_reasons=stored(found),
            emotion=facts.emotion,
            channel=speaker.channel,
            state=ComplaintState.RECEIVED,
            department=category.department,
            accused=[],
            first_reply_due=first_reply_due(self._calendar, now, found.severity, category, speaker.class_code),
            resolve_due=now + RESOLVE_WITHIN[found.severity],
            created_at=now,
        )
        understand(card)
        await self._cards.add(card)
        await self._record(card, turn_id, EventKind.OPENED, None, facts.text)
        await self._name_accused(card, turn_id, facts)
        await self._alert_if_urgent(card)
        return card

    async def _extend(
        self,
        card: ComplaintCard,
        speaker: Speaker,
        turn_id: UUID,
        facts: ComplaintFacts,
        *,
        sort: bool = True,
        again: bool = False,
    ) -> None:
        """More words on a card: nothing on it gets milder by them."""
        category = _category(facts, card) if sort else categories()[card.category]
        known = {card.category, category.code}
        card.facts = f"{card.facts}\n{facts.text}"
        understand(card)
        card.order_id = card.order_id or facts.order_id
        card.quote_id = card.quote_id or facts.quote_id
        await self._record(card, turn_id, EventKind.FACTS_ADDED, None, facts.text)
        if facts.shipment_id is not None and card.shipment_id is None:
            await self._link(card, turn_id, facts.shipment_id)
        if category.code != card.category and card.taken_by is None:
            # Not when a person has it in hand already.
            await self._record(card, turn_id, EventKind.CATEGORY_CHANGED, card.category, category.code)
            card.category, card.department = category.code, category.department
        emotion = stronger(Emotion(card.emotion), facts.emotion)
        if emotion != card.emotion:
            await self._record(card, turn_id, EventKind.EMOTION_RAISED, card.emotion, emotion)
            card.emotion = emotion
        await self._name_accused(card, turn_id, facts)
        found = await self._assess(speaker, facts, card.facts, known, card.id)
        if again:
            found = Assessment(graver(found.severity, Severity.S2), (AGAIN, *found.reasons))
        await self._raise_severity(card, turn_id, found)

    async def _name_accused(self, card: ComplaintCard, turn_id: UUID, facts: ComplaintFacts) -> None:
        staff = [
            StaffName(one.code, one.name, one.display_name, one.code in facts.answered_by)
            for one in await self._staff.everybody()
            if one.active
        ]
        named = sorted(accused(facts.text, staff) - set(card.accused))
        if named:
            card.accused = [*card.accused, *named]
            await self._record(card, turn_id, EventKind.ACCUSED_NAMED, None, "、".join(named))
            for take_away in self._when_accused:
                await take_away(card)

    async def _alert_if_urgent(self, card: ComplaintCard) -> None:
        """Before the customer is told that supervisors know of it."""
        words = "、".join(dict.fromkeys(reason["basis"] for reason in card.severity_reasons if reason["basis"]))
        await alert_if_urgent(self._alerts, card, words)

    async def _raise_severity(self, card: ComplaintCard, turn_id: UUID, found: Assessment) -> None:
        known = list(card.severity_reasons)
        card.severity_reasons = known + [reason for reason in stored(found) if reason not in known]
        severity = graver(Severity(card.severity), found.severity)
        if severity == card.severity:
            return
        await self._record(card, turn_id, EventKind.SEVERITY_RAISED, card.severity, severity)
        card.severity = severity
        await self._alert_if_urgent(card)
        card.resolve_due = min(card.resolve_due, self._clock.now() + RESOLVE_WITHIN[severity])
        if card.state == ComplaintState.RECEIVED:
            due = first_reply_due(self._calendar, self._clock.now(), severity, categories()[card.category])
            card.first_reply_due = min(card.first_reply_due, due)
            subject, gravest = Subject(SubjectKind.COMPLAINT, card.id), severity == Severity.S1
            for kind, due in (
                (PromiseKind.FIRST_REPLY, card.first_reply_due),
                (PromiseKind.RESOLUTION, card.resolve_due),
            ):
                await self._promises.hasten(subject, kind, due, first_to_reply(card), round_the_clock=gravest)

    async def _assess(
        self, speaker: Speaker, facts: ComplaintFacts, words: str, known: set[str], card_id: UUID | None
    ) -> Assessment:
        since = self._clock.now() - REPEATED_WITHIN
        kind = next(iter(known)) if len(known) == 1 else _category(facts).code
        repeated = await self._cards.like(speaker, since, kind, facts.shipment_id, card_id)
        return assess(
            words,
            Circumstances(
                categories=frozenset(known),
                class_a=speaker.class_code == "A",
                value_cny=facts.value_cny,
                delay=facts.delay,
                express=facts.express,
                repeated=repeated,
                today=self._clock.today(),
            ),
        )

    async def _promise(self, card: ComplaintCard, turn_id: UUID) -> None:
        replier, subject = first_to_reply(card), Subject(SubjectKind.COMPLAINT, card.id)
        for kind, what, due in (
            (PromiseKind.FIRST_REPLY, "首次回复客户", card.first_reply_due),
            (PromiseKind.RESOLUTION, "给出处理结果", card.resolve_due),
        ):
            await self._promises.make(
                card.dialogue_id,
                turn_id,
                kind,
                text=f"投诉 {card.number}：{replier.name_zh}{what}",
                by_whom=replier,
                due_at=due,
                subject=subject,
                round_the_clock=card.severity == Severity.S1,
            )

    async def _link(self, card: ComplaintCard, turn_id: UUID, shipment_id: UUID) -> None:
        if card.shipment_id != shipment_id:
            old = str(card.shipment_id) if card.shipment_id else None
            await self._record(card, turn_id, EventKind.SHIPMENT_LINKED, old, str(shipment_id))
            card.shipment_id = shipment_id

    async def _record(self, card: ComplaintCard, turn_id: UUID, what: EventKind, old: str | None, new: str) -> None:
        await self._cards.record(card, what, turn_id=turn_id, by_whom=BOT, at=self._clock.now(), old=old, new=new)


def _category(facts: ComplaintFacts, card: ComplaintCard | None = None) -> Category:
    """What the whole story is about; `card` None: it begins.

    Once a matter is told, what is heard in a later message counts only if its words speak of it: 我已经联系了记者 after a story
    about packaging is no complaint about time, whatever it sounds like.
    """
    now = card.category if card else OTHER
    code = category_over([(facts.intent, facts.text)], now)
    if card is not None and read(card.facts).facts and code not in categories_told(facts.text):
        code = now
    return categories()[code]
