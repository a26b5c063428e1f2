"""Frequent questions: whose answer is said, when it is asked whether it helped, and what becomes of the verdict."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from crm.faq.models import FaqAnswer, FaqAsking
from crm.orders.models import DepartmentTask
from crm.promises.models import Promise
from tests.integration.actions.conftest import MONDAY, OURS, Firm
from tests.integration.actions.talk import Found, Said, Talk

LANE: tuple[Found, ...] = (("place", "CNSHA", "origin"), ("place", "DEHAM", "destination"))
RANKING = [("faq/insurance", 0.5), ("ask_claim", 0.3), ("faq/payment_terms", 0.1), ("faq/free_time", 0.05)]
ASKED = "utter_faq_ask_helped"


async def store(firm: Firm, label: str = "faq/insurance", **changed: object) -> None:
    """An answer of the firm's own."""
    known = {
        "label": label,
        "version": 1,
        "text": "保险找我们代买，按货值 110% 投保。",
        "source": "公司操作手册 3.2",
        "as_of": date(2026, 10, 8),
        "changed_by": "staff:tang",
        "changed_at": MONDAY,
    }
    async with firm.database.transaction() as session:
        session.add(FaqAnswer(**{**known, **changed}))


async def insurance(talk: Talk) -> Said:
    return await talk.says("faq/insurance", "保险怎么买", ranking=RANKING)


async def verdicts(firm: Firm) -> list[bool | None]:
    return [one.helped for one in await firm.rows(FaqAsking)]


async def test_without_an_answer_of_the_firms_own_the_default_is_said_with_source_and_day(stranger: Talk) -> None:
    said = await insurance(stranger)
    assert said.names == ["utter_faq/insurance", "utter_faq_note", ASKED]
    assert "依据：通用行业惯例，2026年11月更新" in said.text
    assert list(said.buttons) == ["有帮助", "没解决"]


async def test_the_firms_own_answer_comes_first(firm: Firm, stranger: Talk) -> None:
    await store(firm)
    said = await insurance(stranger)
    assert said.names == ["utter_faq_own", "utter_faq_note", ASKED]
    assert "保险找我们代买，按货值 110% 投保。" in said.texts
    assert "依据：公司操作手册 3.2，2026年10月更新" in said.text
    await store(firm, version=2, text="", source="", withdrawn=True)
    assert (await insurance(stranger)).names[0] == "utter_faq/insurance"


async def test_an_answer_that_has_run_out_is_said_with_care_and_looked_at_once(firm: Firm, stranger: Talk) -> None:
    await store(firm, valid_until=MONDAY.date() - timedelta(days=1))
    assert (await insurance(stranger)).names[:2] == ["utter_faq_own", "utter_faq_note_expired"]
    await insurance(await firm.talk())
    (task,) = await firm.rows(DepartmentTask)
    assert (task.department, task.kind, task.facts["version"]) == ("service_lead", "faq/insurance", 1)
    assert task.due_at > MONDAY


async def test_on_its_last_day_an_answer_still_holds(firm: Firm, stranger: Talk) -> None:
    await store(firm, valid_until=MONDAY.date())
    assert (await insurance(stranger)).names[1] == "utter_faq_note"
    assert await firm.count(DepartmentTask) == 0


async def test_it_is_asked_once_about_a_question_and_not_after_every_answer(stranger: Talk) -> None:
    asked = []
    for label in ("insurance", "insurance", "invoice", "insurance", "packaging", "invoice"):
        said = await stranger.says(f"faq/{label}", "问一下")
        asked.append(ASKED in said.names)
    assert asked == [True, False, False, False, True, False]


async def test_the_same_turn_again_asks_again_and_records_once(firm: Firm, stranger: Talk) -> None:
    turn = uuid4()
    for _ in range(2):
        assert ASKED in (await stranger.says("faq/insurance", "保险", turn=turn)).names
        stranger.forget_turn()
    assert await firm.count(FaqAsking) == 1


async def test_an_angry_customer_is_not_asked(firm: Firm, stranger: Talk) -> None:
    said = await stranger.says("faq/insurance", "保险到底赔不赔", mood="angry")
    assert ASKED not in said.names
    assert await firm.count(FaqAsking) == 0


@pytest.mark.parametrize("topic", ["status", "quote", "offer", "inquiry", "confirm_order", "complaint", "callback"])
async def test_in_the_middle_of_something_else_it_is_not_asked(firm: Firm, stranger: Talk, topic: str) -> None:
    stranger.slots["topic"] = topic
    said = await insurance(stranger)
    assert ASKED not in said.names
    assert stranger.slots["topic"] == topic
    assert await firm.count(FaqAsking) == 0


async def test_in_the_middle_of_a_quote_the_quote_goes_on(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE, ("transport_mode", "air"))
    said = await insurance(stranger)
    assert said.names == ["utter_faq/insurance", "utter_faq_note", "utter_resume_quote", "utter_ask_weight"]
    assert (await stranger.says("inform", "500")).names == ["utter_ask_volume"]


async def test_it_helped(firm: Firm, stranger: Talk) -> None:
    said = await insurance(stranger)
    assert (await stranger.presses(said, "有帮助")).names == ["utter_faq_helped"]
    assert await verdicts(firm) == [True]
    assert stranger.slots["topic"] is None
    assert (await stranger.says("affirm", "好的")).names == ["utter_ok"]


async def test_it_did_not_help_the_nearest_other_meaning_or_a_person(firm: Firm, stranger: Talk) -> None:
    said = await insurance(stranger)
    offered = await stranger.presses(said, "没解决")
    assert offered.names == ["utter_faq_not_helped"]
    assert "您是想问付款和月结吗" in offered.text
    assert list(offered.buttons.items()) == [
        ("问付款和月结", "/faq/payment_terms"),
        ("问免箱期和滞箱费", "/faq/free_time"),
        ("转人工", "/request_human"),
    ]
    assert await verdicts(firm) == [False]
    assert (await stranger.presses(offered, "问付款和月结")).names == ["utter_faq/payment_terms", "utter_faq_note"]


async def test_a_second_press_changes_the_verdict(firm: Firm, stranger: Talk) -> None:
    said = await insurance(stranger)
    await stranger.presses(said, "没解决")
    await stranger.presses(said, "有帮助")
    await stranger.presses(said, "有帮助")
    assert await verdicts(firm) == [True]


async def test_yes_to_the_other_meaning_tells_it_and_no_calls_a_person(stranger: Talk, ours: Talk) -> None:
    for talk, intent in ((stranger, "affirm"), (ours, "deny")):
        await insurance(talk)
        await talk.says("deny", "不是这个意思")
        said = await talk.says(intent, "是" if intent == "affirm" else "不是")
        if intent == "affirm":
            assert said.names == ["utter_faq/payment_terms", "utter_faq_note"]
        else:
            assert said.names == ["utter_handoff"]
            assert said.handoff is not None
            assert said.handoff["reason"] == "faq_not_helped"


async def test_without_another_meaning_a_person_is_offered(firm: Firm, stranger: Talk) -> None:
    await stranger.says("faq/insurance", "保险怎么买", ranking=[("faq/insurance", 0.98), ("faq/invoice", 0.01)])
    said = await stranger.says("deny", "没用")
    assert said.names == ["utter_faq_not_helped_person"]
    assert list(said.buttons) == ["转人工"]
    assert (await stranger.says("deny", "不用了")).names == ["utter_ok"]
    await stranger.says("faq/invoice", "")
    assert await verdicts(firm) == [False]


async def test_yes_to_a_person_calls_one_also_out_of_hours(firm: Firm, stranger: Talk) -> None:
    firm.clock.move(timedelta(hours=12))
    await stranger.says("faq/insurance", "保险怎么买")
    await stranger.says("deny", "没有")
    said = await stranger.says("affirm", "好")
    assert said.names == ["utter_handoff", "utter_handoff_after_hours"]
    assert await firm.count(Promise) == 1


WORDS = [
    ("deny", "没有", False),
    ("deny", "没用", False),
    ("deny", "不是这个意思", False),
    ("rate_service", "没解决", False),
    ("stop", "答非所问", False),
    ("nlu_fallback", "看不懂", False),
    ("out_of_scope", "你没回答我的问题", False),
    ("thank", "谢谢，但还是不明白", False),
    ("affirm", "清楚了", True),
    ("out_of_scope", "明白了", True),
    ("nlu_fallback", "解决了", True),
    ("thank", "谢谢", True),
    ("thank", "懂了谢谢", True),
    ("inform", "有用", True),
    ("deny", "不用了", None),
]


@pytest.mark.parametrize(("intent", "text", "helped"), WORDS)
async def test_verdicts_in_words(firm: Firm, stranger: Talk, intent: str, text: str, helped: bool | None) -> None:
    await insurance(stranger)
    said = await stranger.says(intent, text)
    assert said.names
    assert await verdicts(firm) == [helped]
    assert ("utter_faq_not_helped" in said.names) is (helped is False)


async def test_words_count_right_after_the_question_only(firm: Firm, stranger: Talk) -> None:
    await insurance(stranger)
    await stranger.says("chitchat", "今天真冷")
    assert (await stranger.says("affirm", "嗯")).names == ["utter_ok"]
    assert await verdicts(firm) == [None]


async def test_words_about_something_are_no_verdict(firm: Firm, ours: Talk) -> None:
    await insurance(ours)
    said = await ours.says("nlu_fallback", "这票不清楚到哪了", ("shipment_no", OURS), ranking=[("track_shipment", 0.3)])
    assert "utter_status" in said.names
    assert await verdicts(firm) == [None]


async def test_a_late_press_in_the_middle_of_a_quote_is_recorded_and_the_quote_goes_on(
    firm: Firm, stranger: Talk
) -> None:
    said = await insurance(stranger)
    await stranger.says("ask_price", "", *LANE, ("transport_mode", "air"))
    late = await stranger.presses(said, "没解决")
    assert late.names == ["utter_faq_not_helped", "utter_resume_quote", "utter_ask_weight"]
    assert (stranger.slots["topic"], stranger.slots["asked"]) == ("quote", "weight")
    assert await verdicts(firm) == [False]


async def test_nobody_gives_a_verdict_for_another_conversation(firm: Firm, stranger: Talk) -> None:
    theirs = await insurance(await firm.talk())
    assert (await stranger.presses(theirs, "有帮助")).names == ["utter_faq_helped"]
    assert (await stranger.says("faq", "", ("not_helped", "no id"))).names == ["utter_ok"]
    assert await verdicts(firm) == [None]


async def test_stop_after_an_answer_forgets_no_request(stranger: Talk) -> None:
    stranger.slots["origin"] = "CNSHA"
    await insurance(stranger)
    assert (await stranger.says("stop", "先这样")).names == ["utter_nothing_to_stop"]
    assert stranger.slots["origin"] == "CNSHA"
    assert stranger.slots["topic"] is None


async def test_a_label_that_is_no_answer_is_asked_back(stranger: Talk) -> None:
    assert (await stranger.says("faq/weather", "今天下雨吗")).names == ["utter_inform_unclear"]


async def test_a_meaning_that_is_no_longer_answered_is_not_offered(firm: Firm, stranger: Talk) -> None:
    said = await insurance(stranger)
    async with firm.database.transaction() as session:
        (asking,) = (await session.scalars(select(FaqAsking))).all()
        asking.others = ["faq/of_yesterday"]
    assert (await stranger.presses(said, "没解决")).names == ["utter_faq_not_helped_person"]
