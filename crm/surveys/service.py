"""Telling the result of a complaint, asking whether it is solved, and what follows from the answer."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.complaints.desk.service import ComplaintDesk, Reopened
from crm.complaints.desk.tasks import Said
from crm.complaints.models import ComplaintState, EventKind
from crm.complaints.repository import ComplaintRepository
from crm.surveys.errors import SurveyNotFound
from crm.surveys.models import HIGHEST, LOWEST, Survey
from crm.surveys.repository import SurveyRepository
from crm.surveys.views import Result, SurveyFigures, SurveyView, Verdict, Waiting

ANSWERED_WITHIN = timedelta(days=3)
"""So long a few words (5分) are taken as the answer; a button counts whenever it is pressed."""
NOT_SATISFIED = 2
"""Scores up to this open the complaint again."""
TOLD_AT_ONCE = 100
BOT = "bot"


class SurveyService:
    """Surveys on complaints."""

    def __init__(self, session: AsyncSession, clock: Clock, desk: ComplaintDesk) -> None:
        self._surveys = SurveyRepository(session)
        self._history = ComplaintRepository(session)
        self._clock = clock
        self._desk = desk

    async def waiting(self) -> Sequence[Waiting]:
        """Complaints whose result is still to be told, the longest waiting first."""
        return [Waiting(*row) for row in await self._surveys.untold(TOLD_AT_ONCE)]

    async def begin(self, card_id: UUID, dialogue_id: UUID) -> Result | None:
        """The result of a card, marked as told in this dialogue; None: it is told already, or the card is open again.

        The first result of a card comes with the survey, later ones without: nobody is asked twice.
        """
        card = await self._surveys.card(card_id)
        if card.answered_at is None or card.state not in (ComplaintState.ANSWERED, ComplaintState.CLOSED):
            return None
        now = self._clock.now()
        ask = await self._surveys.ask(card, dialogue_id, card.answered_at, now)
        if not ask and not await self._surveys.mark_told(card_id, card.answered_at):
            return None
        found = await self._surveys.of_card(card_id)
        if found is None:
            raise SurveyNotFound
        await self._history.record(
            card, EventKind.CUSTOMER_TOLD, turn_id=None, by_whom=BOT, at=now, old=None, new=card.result
        )
        return Result(card.number, card.result, found[0].id, ask)

    async def open_in(self, dialogue_id: UUID) -> SurveyView | None:
        """The survey to which a few words may be the answer; None: none was asked here lately, or it is answered."""
        found = await self._surveys.open_in(dialogue_id, self._clock.now() - ANSWERED_WITHIN)
        return _view(*found) if found else None

    async def of_card(self, card_id: UUID) -> SurveyView | None:
        """The survey of a card; None: not asked yet."""
        found = await self._surveys.of_card(card_id)
        return _view(*found) if found else None

    async def solved(self, survey_id: UUID, said: Said, *, solved: bool) -> Verdict:
        """Records whether it is solved; if not, the complaint is opened again. The last word counts.

        Raises SurveyNotFound unless it was asked in this dialogue.
        """
        survey, number = await self._asked(survey_id, said)
        survey.solved, survey.answered_at = solved, self._clock.now()
        await self._surveys.flush()
        reopened = None if solved else await self._open_again(number, "客户回访说没有解决", said)
        return Verdict(_view(survey, number), reopened)

    async def score(self, survey_id: UUID, said: Said, score: int) -> Verdict:
        """Records a score of 1 to 5; 1 and 2 open the complaint again. The last word counts.

        Raises SurveyNotFound unless it was asked in this dialogue, ValueError for another score.
        """
        if not LOWEST <= score <= HIGHEST:
            raise ValueError(f"a score is {LOWEST} to {HIGHEST}")
        survey, number = await self._asked(survey_id, said)
        survey.score, survey.answered_at = score, self._clock.now()
        await self._surveys.flush()
        reopened = await self._open_again(number, f"客户回访打了{score}分", said) if score <= NOT_SATISFIED else None
        return Verdict(_view(survey, number), reopened)

    async def give_reason(self, survey_id: UUID, dialogue_id: UUID, words: str) -> SurveyView:
        """Why, in the customer's words; more words are added. Raises SurveyNotFound unless it was asked in this dialogue."""
        found = await self._surveys.asked_in(survey_id, dialogue_id)
        if found is None:
            raise SurveyNotFound
        survey, number = found
        if words not in survey.reason.split("\n"):
            survey.reason = "\n".join(part for part in (survey.reason, words) if part)
        await self._surveys.flush()
        return _view(survey, number)

    async def figures(self, since: datetime, until: datetime) -> SurveyFigures:
        """Of the surveys asked from a moment on and before another."""
        surveys = await self._surveys.asked_between(since, until)
        scores = Counter(one.score for one in surveys if one.score is not None)
        told = [one.solved for one in surveys if one.solved is not None]
        answered = sum(one.answered_at is not None for one in surveys)
        return SurveyFigures(
            asked=len(surveys),
            answered=answered,
            response_rate=_share(answered, len(surveys)),
            solved_rate=_share(sum(told), len(told)),
            average=_share(sum(score * times for score, times in scores.items()), scores.total()),
            scores={score: scores[score] for score in range(LOWEST, HIGHEST + 1)},
        )

    async def _asked(self, survey_id: UUID, said: Said) -> tuple[Survey, str]:
        found = await self._surveys.asked_in(survey_id, said.dialogue_id)
        if found is None:
            raise SurveyNotFound
        return found

    async def _open_again(self, number: str, reason: str, said: Said) -> Reopened:
        return await self._desk.not_solved(number, reason, said)


def _view(survey: Survey, number: str) -> SurveyView:
    return SurveyView(
        id=survey.id,
        number=number,
        asked_at=survey.asked_at,
        solved=survey.solved,
        score=survey.score,
        reason=survey.reason,
        answered_at=survey.answered_at,
    )


def _share(part: int, whole: int) -> Decimal | None:
    return None if whole == 0 else (Decimal(part) / whole).quantize(Decimal("0.001"))
