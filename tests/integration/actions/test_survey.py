"""What a customer says to the survey on a complaint, with buttons and in words."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from bot.actions.survey import score_said, solved_said
from crm.complaints.desk.tasks import Said as Where
from crm.complaints.models import ComplaintCard, ComplaintState
from crm.complaints.service import ComplaintFacts
from crm.customers.models import ContactRequest
from crm.orders.models import DepartmentTask
from crm.promises.models import Promise, PromiseKind
from crm.staff.departments import Department
from crm.staff.models import Role, Staff
from crm.surveys.models import Survey
from tests.integration.actions.conftest import MONDAY, OURS_BY_AIR, Firm
from tests.integration.actions.talk import Said, Talk

LEAD = Staff(
    code="chen", name="陈", role=Role.ADMIN.value, department=Department.MANAGEMENT.value, password_hash="", skills=[]
)


@dataclass
class Asked:
    """A conversation in which it was asked whether a complaint is solved."""

    firm: Firm
    talk: Talk
    number: str
    survey_id: UUID

    async def presses(self, kind: str, score: int | None = None) -> Said:
        """A button of the survey."""
        found = ("score", str(score)) if score else (kind, str(self.survey_id))
        more = (("survey", str(self.survey_id)),) if score else ()
        return await self.talk.says("rate_service", kind, found, *more)

    async def survey(self) -> Survey:
        """The survey as it stands."""
        (found,) = await self.firm.rows(Survey)
        assert isinstance(found, Survey)
        return found

    async def card(self) -> ComplaintCard:
        """The card as it stands."""
        (found,) = await self.firm.rows(ComplaintCard)
        assert isinstance(found, ComplaintCard)
        return found

    async def calls(self) -> list[Promise]:
        """Promised calls back."""
        return [one for one in await self.firm.rows(Promise) if one.kind == PromiseKind.CALLBACK]


async def ask(firm: Firm, talk: Talk) -> Asked:
    """As the job leaves it (conversations/survey_asking.py)."""
    async with firm.crm() as crm:
        card = await crm.complaints.open(talk.dialogue_id, uuid4(), ComplaintFacts("complain_delay", "货晚了五天"))
        await crm.complaints.tell(talk.dialogue_id, uuid4(), card.number)
        await crm.complaint_desk.take(card.number, LEAD)
        found = await crm.complaint_desk.answer(card.number, LEAD, "货今天送到了")
        result = await crm.surveys.begin(found.id, talk.dialogue_id)
    assert result is not None
    talk.slots |= {"topic": "survey", "asked": "solved", "survey": str(result.survey_id), "complaint_no": card.number}
    return Asked(firm, talk, card.number, result.survey_id)


@pytest.fixture
async def asked(firm: Firm, ours: Talk) -> Asked:
    """A contact with a phone has been asked."""
    return await ask(firm, ours)


# ---------------------------------------------------------------- another complaint instead of an answer


async def test_a_complaint_after_the_result_opens_it_again_and_says_who_calls(asked: Asked) -> None:
    asked.firm.clock.move(timedelta(hours=1))
    asked.talk.slots |= {"topic": None, "asked": None}
    said = await asked.talk.says("complain_delay", "根本没送到，货晚了六天了")
    assert said.names[0] == "utter_survey_reopened"
    assert "今天14:00前" in said.text
    assert asked.number in said.text
    card, calls = await asked.card(), await asked.calls()
    assert (card.state, card.level, card.reopened) == (ComplaintState.CHECKING, 1, 1)
    assert len(calls) == 1
    again = await asked.talk.says("complain_delay", "还是没人管")
    assert "utter_survey_reopened" not in again.names
    assert (len(await asked.calls()), (await asked.card()).reopened) == (1, 1)


async def test_the_same_turn_again_says_the_same(asked: Asked) -> None:
    turn_id, facts = uuid4(), ComplaintFacts("complain_delay", "根本没送到")
    said = Where(asked.talk.dialogue_id, turn_id)
    for _ in range(2):
        async with asked.firm.crm() as crm:
            card = await crm.complaints.open(asked.talk.dialogue_id, turn_id, facts)
            assert card.answered
            reopened = await crm.complaint_desk.not_solved(card.number, "又来投诉", said)
        assert reopened.call_due is not None
    assert (len(await asked.calls()), (await asked.card()).reopened) == (1, 1)


# ---------------------------------------------------------------- solved


async def test_solved_is_followed_by_the_score_and_thanks(asked: Asked) -> None:
    said = await asked.presses("solved")
    assert said.names == ["utter_survey_ask_score"]
    assert list(said.buttons) == ["5分", "4分", "3分", "2分", "1分"]
    assert (await asked.survey()).solved is True
    said = await asked.talk.presses(said, "5分")
    assert said.names == ["utter_survey_thanks"]
    survey, card = await asked.survey(), await asked.card()
    assert (survey.score, survey.reason) == (5, "")
    assert (card.state, card.level) == (ComplaintState.ANSWERED, 0)
    assert asked.talk.slots["topic"] is None


async def test_three_is_asked_why_and_opens_nothing(asked: Asked) -> None:
    await asked.presses("solved")
    said = await asked.presses("3分", 3)
    assert said.names == ["utter_survey_ask_why"]
    said = await asked.talk.says("inform", "等得太久了，中间没人告诉我")
    assert said.names == ["utter_survey_reason_noted"]
    assert (await asked.survey()).reason == "等得太久了，中间没人告诉我"
    card = await asked.card()
    assert (card.state, card.facts) == (ComplaintState.ANSWERED, "货晚了五天")


@pytest.mark.parametrize("score", [1, 2])
async def test_one_and_two_open_it_again_with_a_call_within_two_working_hours(asked: Asked, score: int) -> None:
    await asked.presses("solved")
    asked.firm.clock.move(timedelta(hours=1))
    said = await asked.presses(f"{score}分", score)
    assert said.names == ["utter_survey_reopened"]
    assert "今天14:00前" in said.text, "one hour before lunch, one after"
    assert asked.number in said.text
    assert "尾号1111的号码" in said.text
    card = await asked.card()
    assert (card.state, card.level, card.reopened, card.taken_by) == (ComplaintState.CHECKING, 1, 1, None)
    (call,) = await asked.calls()
    assert (call.due_at, call.by_whom) == (MONDAY + timedelta(hours=4), Department.SERVICE_LEAD)
    (task,) = [one for one in await asked.firm.rows(DepartmentTask) if one.kind == "call_back_complaint"]
    assert (task.department, task.due_at, task.facts["phone"]) == ("service_lead", call.due_at, "+8613900001111")


async def test_what_was_missing_goes_onto_the_card(asked: Asked) -> None:
    said = await asked.presses("not_solved")
    assert said.names == ["utter_survey_reopened"]
    said = await asked.talk.says("nlu_fallback", "还差两箱没到，没人管")
    assert said.names == ["utter_survey_reason_noted"]
    assert (await asked.survey()).reason == "还差两箱没到，没人管"
    assert (await asked.card()).facts.endswith("还差两箱没到，没人管")


@pytest.mark.parametrize("intent", ["complain_loss", "vent", "out_of_scope", "inform", "rate_service"])
async def test_what_is_missing_opens_no_second_card(asked: Asked, intent: str) -> None:
    await asked.presses("not_solved")
    said = await asked.talk.says(intent, "还差两箱没到啊")
    assert said.names == ["utter_survey_reason_noted"]
    assert (await asked.card()).facts.endswith("还差两箱没到啊")


async def test_another_shipment_is_another_matter(asked: Asked) -> None:
    await asked.presses("not_solved")
    await asked.talk.says("complain_loss", f"{OURS_BY_AIR}也少了一箱", ("shipment_no", OURS_BY_AIR))
    assert (await asked.survey()).reason == ""


async def test_a_stranger_is_called_where_the_customer_says(firm: Firm, stranger: Talk) -> None:
    asked = await ask(firm, stranger)
    said = await asked.presses("not_solved")
    assert said.names == ["utter_survey_reopened_no_phone"]
    assert (await asked.survey()).solved is False


async def test_not_solved_twice_opens_it_once(asked: Asked) -> None:
    await asked.presses("not_solved")
    said = await asked.presses("not_solved")
    assert said.names == ["utter_survey_reopened"], "the call that was promised is named again"
    assert (await asked.card()).reopened == 1
    assert len(await asked.calls()) == 1


async def test_the_same_turn_again_opens_it_once(asked: Asked) -> None:
    turn = uuid4()
    for _ in range(2):
        await asked.talk.says("rate_service", "还没有", ("not_solved", str(asked.survey_id)), turn=turn)
        asked.talk.forget_turn()
    assert (await asked.card()).reopened == 1
    assert len(await asked.calls()) == 1


async def test_who_changes_their_mind_is_heard(asked: Asked) -> None:
    await asked.presses("solved")
    await asked.presses("5分", 5)
    await asked.presses("not_solved")
    survey = await asked.survey()
    assert (survey.solved, survey.score) == (False, 5)
    assert (await asked.card()).state == ComplaintState.CHECKING


# ---------------------------------------------------------------- in words


@pytest.mark.parametrize(
    ("intent", "text", "solved"),
    [
        ("affirm", "解决了", True),
        ("affirm", "嗯", True),
        ("thank", "解决了谢谢", True),
        ("inform", "已经处理好了", True),
        ("nlu_fallback", "搞定了", True),
        ("deny", "没有", False),
        ("deny", "还没解决", False),
        ("nlu_fallback", "还没弄好", False),
        ("out_of_scope", "还是不行", False),
        ("rate_service", "没解决", False),
        ("inform", "問題還沒解決", False),
        ("affirm", "还没解决呢", False),
        ("deny", "不用了", None),
        ("thank", "谢谢", None),
    ],
)
async def test_solved_or_not_in_words(asked: Asked, intent: str, text: str, solved: bool | None) -> None:
    said = await asked.talk.says(intent, text)
    assert said.failed is None
    assert (await asked.survey()).solved is solved
    assert (await asked.card()).reopened == (solved is False)
    assert ("utter_survey_ask_score" in said.names) is (solved is True)


@pytest.mark.parametrize(
    ("intent", "text", "score"),
    [
        ("rate_service", "5分", 5),
        ("inform", "给四分吧", 4),
        ("rate_service", "非常满意", 5),
        ("affirm", "很好", 5),
        ("deny", "不太满意", 2),
        ("nlu_fallback", "一般吧", 3),
        ("deny", "不打了", None),
    ],
)
async def test_scores_in_words(asked: Asked, intent: str, text: str, score: int | None) -> None:
    await asked.presses("solved")
    await asked.talk.says(intent, text)
    assert (await asked.survey()).score == score


async def test_a_score_is_taken_at_once_also_without_solved(asked: Asked) -> None:
    said = await asked.talk.says("rate_service", "5分")
    assert said.names == ["utter_survey_thanks"]
    survey = await asked.survey()
    assert (survey.solved, survey.score) == (None, 5)


async def test_a_score_hours_later_is_still_one(asked: Asked) -> None:
    asked.talk.slots |= {"topic": None, "asked": None}
    await asked.talk.says("rate_service", "4分")
    assert (await asked.survey()).score == 4


async def test_after_three_days_words_are_no_answer_but_a_button_is(asked: Asked) -> None:
    asked.talk.slots |= {"topic": None, "asked": None}
    asked.firm.clock.move(timedelta(days=3, minutes=1))
    assert (await asked.talk.says("rate_service", "1分")).names == ["utter_rate_thanks"]
    assert (await asked.survey()).score is None
    assert await asked.firm.count(ContactRequest) == 1
    await asked.presses("4分", 4)
    assert (await asked.survey()).score == 4


@pytest.mark.parametrize("words", ["没有了谢谢", "没了"])
async def test_nothing_more_to_say_is_no_reason(asked: Asked, words: str) -> None:
    await asked.presses("3分", 3)
    assert (await asked.talk.says("deny", words)).names == ["utter_rate_thanks"]
    assert (await asked.survey()).reason == ""


async def test_a_question_in_between_is_answered(asked: Asked) -> None:
    said = await asked.talk.says("faq/insurance", "保险怎么买")
    assert said.names[0] == "utter_faq/insurance"
    assert (await asked.survey()).answered_at is None


# ---------------------------------------------------------------- whose


async def test_a_button_in_another_conversation_changes_nothing(asked: Asked, theirs: Talk) -> None:
    for kind in ("solved", "not_solved"):
        said = await theirs.says("rate_service", kind, (kind, str(asked.survey_id)))
        assert said.names == ["utter_ok"]
    said = await theirs.says("rate_service", "1分", ("score", "1"), ("survey", str(asked.survey_id)))
    assert said.names == ["utter_rate_thanks"]
    survey = await asked.survey()
    assert (survey.solved, survey.score) == (None, None)
    assert (await asked.card()).state == ComplaintState.ANSWERED


@pytest.mark.parametrize("score", ["0", "6", "-1", "五", ""])
async def test_a_payload_with_another_score_is_none(asked: Asked, score: str) -> None:
    said = await asked.talk.says("rate_service", score, ("score", score), ("survey", str(asked.survey_id)))
    assert said.failed is None
    assert (await asked.survey()).score is None


async def test_a_late_button_leaves_what_is_talked_about(asked: Asked) -> None:
    asked.talk.slots |= {"topic": "quote", "asked": "weight"}
    said = await asked.presses("solved")
    assert said.names == ["utter_survey_ask_score"]
    assert (asked.talk.slots["topic"], asked.talk.slots["asked"]) == ("quote", "weight")


# ---------------------------------------------------------------- plain rules


@pytest.mark.parametrize(
    ("text", "score"),
    [("5", 5), ("5分", 5), ("给五分", 5), ("打4分吧", 4), ("三星", 3), ("５分", 5), ("五星好评", 5)]
    + [(text, None) for text in ("6分", "50公斤", "5个柜", "0分", "十分满意", "1.5", "5分钟")],
)
def test_scores(text: str, score: int | None) -> None:
    assert score_said(text) == score


@pytest.mark.parametrize("text", ["货到哪了", "转人工", "报个价", "你们主管电话多少", "什么时候到", "5分"])
def test_other_words_say_nothing_of_it(text: str) -> None:
    assert solved_said(text) is None
