"""What the bot asks: the answer to a question, and whether it helped."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.faq.defaults import Defaults, shipped
from crm.faq.errors import UnknownLabel
from crm.faq.models import FaqAsking
from crm.faq.repository import FaqRepository
from crm.faq.views import Answer, answer_of
from crm.orders.tasks import Due, TaskService
from crm.staff.departments import Department

REVIEW_HOURS = 16
"""Working hours within which an answer that has run out is looked at: two days."""
SETTLED_LATELY = timedelta(days=7)
"""Who has looked at it is not asked to look again for so long."""


class FaqDesk:
    """Answers to frequent questions, as customers hear them."""

    def __init__(
        self, session: AsyncSession, clock: Clock, tasks: TaskService, due: Due, defaults: Defaults | None = None
    ) -> None:
        """`defaults`: None takes those of `domain.yml`."""
        self._faq = FaqRepository(session)
        self._clock = clock
        self._tasks = tasks
        self._due = due
        self._defaults = shipped() if defaults is None else defaults

    async def answer(self, label: str) -> Answer:
        """What is said now. Raises UnknownLabel.

        An answer that has run out is still said; the head of customer service gets one task to look at it.
        """
        default = self._defaults.get(label)
        if default is None:
            raise UnknownLabel(label)
        found = answer_of(default, await self._faq.newest(label))
        if self.has_expired(found):
            await self._have_it_reviewed(found)
        return found

    def has_expired(self, answer: Answer) -> bool:
        """Whether the last day of an answer has passed."""
        return answer.expired(self._clock.today())

    def named(self, labels: Sequence[str]) -> list[tuple[str, str]]:
        """(label, what the question is called on a button) of those that are still answered."""
        return [(label, self._defaults[label].title) for label in labels if label in self._defaults]

    async def ask_whether_it_helped(
        self, dialogue_id: UUID, turn_id: UUID, answer: Answer, others: Sequence[str]
    ) -> UUID | None:
        """The id of the asking; None: this dialogue was asked about this question before. The same turn again is asked again.

        `others`: labels that the question may have meant instead; those that are none are left out.
        """
        known = [label for label in others if label in self._defaults and label != answer.label]
        asking = await self._faq.ask(
            dialogue_id,
            turn_id,
            answer.label,
            version=answer.said_version,
            others=known,
            at=self._clock.now(),
        )
        return asking.id if asking.turn_id == turn_id else None

    async def verdict(self, dialogue_id: UUID, asking_id: UUID, *, helped: bool) -> FaqAsking | None:
        """Records whether it helped; said again, the later verdict counts. None: this dialogue was never asked that."""
        asking = await self._faq.asking(asking_id)
        if asking is None or asking.dialogue_id != dialogue_id:
            return None
        asking.helped, asking.told_at = helped, self._clock.now()
        await self._faq.flush()
        return asking

    async def _have_it_reviewed(self, answer: Answer) -> None:
        """A task for the head of customer service, unless one waits or was settled lately."""
        await self._faq.alone("faq review")
        now = self._clock.now()
        if await self._faq.reviewed_since(answer.label, now - SETTLED_LATELY):
            return
        facts = {
            "label": answer.label,
            "version": answer.version,
            "source": answer.source,
            "valid_until": str(answer.valid_until),
        }
        await self._tasks.open(answer.label, Department.SERVICE_LEAD, facts, due_at=self._due(now, REVIEW_HOURS))
