"""What a supervisor reads of surveys, and what the database refuses."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from crm.clock import FixedClock
from crm.complaints.desk.tasks import Said
from crm.complaints.models import ComplaintState
from crm.surveys.errors import SurveyNotFound
from crm.surveys.models import Survey
from crm.surveys.service import SurveyService
from crm.surveys.views import Result, SurveyFigures
from database.session import Database
from tests.integration.complaints.house import MONDAY, House


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    """Staff of every rank on a Monday at 10:00."""
    return await House(database, clock).furnish()


async def asked(house: House) -> tuple[Result, Said]:
    """A survey, and a turn in which it may be answered."""
    number = await house.brought_to(ComplaintState.ANSWERED)
    card = await house.card(number)
    async with house.crm() as crm:
        result = await crm.surveys.begin(card.id, card.dialogue_id)
    assert result is not None
    return result, Said(card.dialogue_id, uuid4())


async def figures(house: House) -> SurveyFigures:
    async with house.crm() as crm:
        return await crm.surveys.figures(MONDAY, MONDAY + timedelta(days=1))


async def test_the_response_rate_stands_beside_the_score(house: House) -> None:
    assert (await figures(house)).response_rate is None
    for score in (5, 4, None):
        result, said = await asked(house)
        async with house.crm() as crm:
            if score is not None:
                await crm.surveys.solved(result.survey_id, said, solved=True)
                await crm.surveys.score(result.survey_id, said, score)
    found = await figures(house)
    assert (found.asked, found.answered, found.response_rate) == (3, 2, Decimal("0.667"))
    assert (found.average, found.solved_rate) == (Decimal("4.5"), Decimal(1))
    assert found.scores == {1: 0, 2: 0, 3: 0, 4: 1, 5: 1}


@pytest.mark.parametrize("score", [0, 6, -5])
async def test_another_score_is_a_mistake(house: House, score: int) -> None:
    result, said = await asked(house)
    with pytest.raises(ValueError, match="1 to 5"):
        async with house.crm() as crm:
            await crm.surveys.score(result.survey_id, said, score)


async def test_it_is_answered_where_it_was_asked(house: House) -> None:
    result, _ = await asked(house)
    elsewhere = Said(await house.dialogue_of(await house.complaint()), uuid4())
    answers: list[Callable[[SurveyService], Awaitable[object]]] = [
        lambda surveys: surveys.solved(result.survey_id, elsewhere, solved=False),
        lambda surveys: surveys.score(result.survey_id, elsewhere, 1),
        lambda surveys: surveys.give_reason(result.survey_id, elsewhere.dialogue_id, "不好"),
    ]
    for answer in answers:
        async with house.crm() as crm:
            with pytest.raises(SurveyNotFound):
                await answer(crm.surveys)
    (survey,) = await house.rows(Survey)
    assert (survey.solved, survey.score, survey.reason) == (None, None, "")


async def test_a_card_has_one_survey(house: House) -> None:
    await asked(house)
    (survey,) = await house.rows(Survey)
    again = {"dialogue_id": survey.dialogue_id, "asked_at": MONDAY, "told_for": MONDAY, "reason": ""}
    with pytest.raises(IntegrityError):
        async with house.database.transaction() as session:
            session.add(Survey(card_id=survey.card_id, **again))


async def test_begun_again_it_is_told_and_asked_nobody(house: House) -> None:
    await asked(house)
    (survey,) = await house.rows(Survey)
    async with house.crm() as crm:
        assert await crm.surveys.begin(survey.card_id, survey.dialogue_id) is None
