"""What staff write on a card: notes, facts, category, severity, who is complained about, what it is about."""

from collections.abc import Sequence
from uuid import UUID

from crm.appointments.models import Appointment
from crm.complaints.cards import first_reply_due, first_to_reply, understand
from crm.complaints.categories import categories
from crm.complaints.changes.assignment import RANK_NAMES, SUPERVISOR, rank
from crm.complaints.desk.base import DeskBase, subject_of
from crm.complaints.errors import TooJunior, UnfitValue
from crm.complaints.models import ComplaintCard, ComplaintState, EventKind, Severity
from crm.complaints.severity import RESOLVE_WITHIN
from crm.complaints.urgent import alert_if_urgent
from crm.promises.models import PromiseKind
from crm.staff.models import Staff

BY_PERSON = "by_person"
"""The rule that stands for a person's judgement among the reasons of a severity."""


class CardEdits(DeskBase):
    """The verbs that leave a card where it is."""

    async def note(self, number: str, staff: Staff, text: str) -> ComplaintCard:
        """A word for colleagues, in the history only."""
        card = await self._take_up(number, "note", staff)
        await self._record(card, EventKind.NOTE, staff, new=text)
        return card

    async def add_facts(self, number: str, staff: Staff, text: str) -> ComplaintCard:
        """What the customer said elsewhere (on the phone, by mail), a line of its own among the facts."""
        card = await self._take_up(number, "add_facts", staff)
        line = " ".join(text.split())
        card.facts = f"{card.facts}\n{line}"
        understand(card)
        await self._record(card, EventKind.FACTS_ADDED, staff, new=line)
        return card

    async def change_category(self, number: str, staff: Staff, category: str, reason: str) -> ComplaintCard:
        """Another category, whose department works on it from now on. Raises UnfitValue for one there is not."""
        card = await self._take_up(number, "change_category", staff)
        found = categories().get(category)
        if found is None:
            raise UnfitValue("category", f"没有“{category}”这个类别")
        if found.code != card.category:
            await self._record(card, EventKind.CATEGORY_CHANGED, staff, card.category, found.code)
            await self._record(card, EventKind.NOTE, staff, new=f"改类别：{reason}")
            card.category, card.department = found.code, found.department.value
            await self._hasten_first_reply(card)
        return card

    async def change_severity(self, number: str, staff: Staff, severity: Severity, reason: str) -> ComplaintCard:
        """Graver or milder, as a person sees it. Graver hastens what is due; milder leaves what was promised as it is."""
        card = await self._take_up(number, "change_severity", staff)
        old = Severity(card.severity)
        if severity == old:
            return card
        # The text order of severities is the order of gravity.
        graver = severity < old
        what = EventKind.SEVERITY_RAISED if graver else EventKind.SEVERITY_LOWERED
        await self._record(card, what, staff, old.value, severity.value)
        card.severity = severity.value
        basis = {"severity": severity.value, "rule": BY_PERSON, "basis": reason}
        card.severity_reasons = [*card.severity_reasons, basis]
        if graver:
            card.resolve_due = min(card.resolve_due, self._now() + RESOLVE_WITHIN[severity])
            await self._promises.hasten(
                subject_of(card),
                PromiseKind.RESOLUTION,
                card.resolve_due,
                first_to_reply(card).value,
                round_the_clock=severity == Severity.S1,
            )
            await self._hasten_first_reply(card)
            await alert_if_urgent(self._alerts, card, reason)
        elif not await self._result_promised(card):
            card.resolve_due = max(card.resolve_due, card.created_at + RESOLVE_WITHIN[severity])
        return card

    async def name_accused(self, number: str, staff: Staff, codes: Sequence[str]) -> Sequence[Appointment]:
        """Who is complained about: from now on the card is not there for them, and whatever they have of its customer
        goes to somebody else.

        Returns what `AssignmentService.accuse` returns: appointments of which the customer is to be told. Raises
        UnfitValue for a code that nobody has.
        """
        card = await self._history.card_numbered(number)
        # Accusing holds the customer, and that comes before the card.
        await self._assignments.held(card.id)
        await self._take_up(number, "name_accused", staff)
        return await self._assignments.accuse(card.id, codes, staff.code)

    async def clear_accused(self, number: str, staff: Staff, code: str, reason: str) -> ComplaintCard:
        """Somebody was named wrongly: a supervisor takes the name off again. The card stays with who has it by now.

        Raises TooJunior, UnfitValue for somebody who is not named, or without a reason.
        """
        card = await self._take_up(number, "clear_accused", staff)
        if rank(staff) < SUPERVISOR:
            raise TooJunior(RANK_NAMES[SUPERVISOR])
        if code not in card.accused:
            raise UnfitValue("code", f"{code} 不是这件投诉的当事人")
        if not reason.strip():
            raise UnfitValue("reason", "请写明为什么撤销")
        card.accused = [one for one in card.accused if one != code]
        await self._record(card, EventKind.ACCUSED_CLEARED, staff, code, reason.strip())
        return card

    async def link_shipment(self, number: str, staff: Staff, code: str) -> ComplaintCard:
        """Which shipment it is about, by our number. Raises UnfitValue for one there is not."""
        card = await self._take_up(number, "link", staff)
        key = _known(await self._cards.shipment(code), "shipment", f"没有运单 {code}")
        if key != card.shipment_id:
            old = str(card.shipment_id) if card.shipment_id else None
            await self._record(card, EventKind.SHIPMENT_LINKED, staff, old, str(key))
            card.shipment_id = key
        return card

    async def link_order(self, number: str, staff: Staff, order: str) -> ComplaintCard:
        """Which order it is about. Raises UnfitValue for one there is not."""
        card = await self._take_up(number, "link", staff)
        key = _known(await self._cards.order(order), "order", f"没有订单 {order}")
        if key != card.order_id:
            await self._record(card, EventKind.NOTE, staff, new=f"关联订单 {order}")
            card.order_id = key
        return card

    async def link_quote(self, number: str, staff: Staff, quote: str) -> ComplaintCard:
        """Which quote it is about. Raises UnfitValue for one there is not."""
        card = await self._take_up(number, "link", staff)
        key = _known(await self._cards.quote(quote), "quote", f"没有报价 {quote}")
        if key != card.quote_id:
            await self._record(card, EventKind.NOTE, staff, new=f"关联报价 {quote}")
            card.quote_id = key
        return card

    async def _hasten_first_reply(self, card: ComplaintCard) -> None:
        """The first reply of a card nobody has begun with falls due earlier, never later: a time may have been told."""
        if card.state != ComplaintState.RECEIVED:
            return
        severity = Severity(card.severity)
        due = first_reply_due(self._calendar, self._now(), severity, categories()[card.category])
        card.first_reply_due = min(card.first_reply_due, due)
        await self._promises.hasten(
            subject_of(card),
            PromiseKind.FIRST_REPLY,
            card.first_reply_due,
            first_to_reply(card).value,
            round_the_clock=severity == Severity.S1,
        )

    async def _result_promised(self, card: ComplaintCard) -> bool:
        return any(one.kind == PromiseKind.RESOLUTION for one in await self._promises.open_about(subject_of(card)))


def _known(key: UUID | None, field: str, reason: str) -> UUID:
    if key is None:
        raise UnfitValue(field, reason)
    return key
