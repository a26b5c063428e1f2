"""After a complaint was answered: whether it is solved, how it was handled, and what comes of a no."""

import re
from typing import Any
from uuid import UUID

from bot.actions.topics import MISSING, REASON, SCORE, SOLVED, SURVEY
from bot.actions.turn import Reply, Turn
from crm.complaints.desk.service import Reopened
from crm.complaints.desk.tasks import Said
from crm.complaints.models import Emotion
from crm.complaints.service import ComplaintFacts
from crm.crm import Crm
from crm.surveys.errors import SurveyNotFound
from crm.surveys.models import HIGHEST, LOWEST
from crm.surveys.views import SurveyView, Verdict
from crm.wording import by_when

NOT_SOLVED = "not_solved"
"""What a pressed button brings along: SOLVED or NOT_SOLVED with the id of the survey, or SCORE and SURVEY."""
WHY = frozenset({REASON, MISSING})
SO_SO = 3
"""Up to this score it is asked why."""
LONGEST_VERDICT = 24
"""Characters; a longer message is a story."""
LONGEST_NOTHING_MORE = 8
"""Characters of a 没有了谢谢 to the question why."""

_NOT_YET = re.compile(
    r"[没沒未](?:有|能)?(?:彻底|完全|真正|给我)?(?:解决|解決|处理|處理|弄好|搞定|搞好|办好|办完|满意)|[还還][没沒]"
    r"|[没沒]有?呢?[。!！~ ]*$|不行|不满意|不滿意|没用|沒用|老样子|还是(?:不|没|那样|老)|不解决|解决不了|没人(?:管|理)"
)
_DONE = re.compile(
    r"解决了|解決了|已经?解决|搞定|处理好|弄好了|办好了|可以了|没问题了|沒問題了|好了|满意|滿意|收到货了"
)
_BARE_SCORE = re.compile(
    r"(?:我?[给打評评]?[你您]?们?[个給给]?)?(?P<score>[1-5１-５一二两三四五])\s*(?:分|星|颗星)?(?:吧|好评|啦|了)?[。.!！~ ]*"
)
_IN_WORDS = (
    (1, re.compile(r"(?:非常|很|太|极其?)不(?:满意|滿意)|差评|极差|太差")),
    (2, re.compile(r"不(?:太|怎么|大|是很)?(?:满意|滿意)|不好|[较比]差")),
    (3, re.compile(r"一般|还行|还可以|马马虎虎|凑合|普通")),
    (5, re.compile(r"(?:非常|很|特别|十分|太)(?:满意|滿意|好)|满分|滿分|好评|完美")),
    (4, re.compile(r"满意|滿意|不错|挺好|可以")),
)
"""Scores in words, where a score was asked for; the first that fits counts."""
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_LETS_GO = re.compile(r"不用|不必|不需要|算了|没事|沒事|没关系|不想|不打")


def score_said(text: str) -> int | None:
    """5分, 给五分, 五星 -> 5; None: something else than a score from 1 to 5."""
    found = _BARE_SCORE.fullmatch(text.strip())
    if found is None:
        return None
    sign = found["score"]
    return _DIGITS[sign] if sign in _DIGITS else int(sign)


def _score_meant(turn: Turn) -> int | None:
    """A number, or 非常满意 where a score was asked for."""
    score, said = score_said(turn.text), turn.text.strip()
    if score is not None or turn.asked != SCORE or len(said) > LONGEST_VERDICT:
        return score
    return next((value for value, words in _IN_WORDS if words.search(said)), None)


def solved_said(text: str) -> bool | None:
    """Whether a few words say that a matter is solved; None: they say nothing of it, or too much."""
    said = text.strip()
    if len(said) > LONGEST_VERDICT:
        return None
    if _NOT_YET.search(said):
        return False
    return True if _DONE.search(said) else None


def heard(turn: Turn) -> bool:
    """Whether the words answer what was asked in SURVEY."""
    if turn.topic != SURVEY or turn.others:
        return False
    if turn.asked in WHY:
        return True
    return _score_meant(turn) is not None or (turn.asked == SOLVED and solved_said(turn.text) is not None)


def tells_what_is_missing(turn: Turn) -> bool:
    """Whether a complaint is the answer to what is still missing, and no matter of its own."""
    return turn.topic == SURVEY and turn.asked == MISSING and turn.first("shipment_no") is None and not turn.others


def heard_in_passing(turn: Turn) -> bool:
    """Like `heard`, for what is a word of its own as well (谢谢, 算了): that alone is no reason for a score."""
    return turn.asked not in WHY and heard(turn)


def pressed(turn: Turn) -> bool:
    """Whether a button of a survey was pressed."""
    return any(turn.first(kind) is not None for kind in (SOLVED, NOT_SOLVED, SCORE))


async def take_press(turn: Turn, crm: Crm) -> Reply:
    """A pressed button counts whenever it is pressed."""
    for kind in (SOLVED, NOT_SOLVED):
        if turn.first(kind) is not None:
            return await take_solved(turn, crm, kind == SOLVED, str(turn.first(kind)))
    score = str(turn.first(SCORE))
    if not score.isdecimal() or not LOWEST <= int(score) <= HIGHEST:
        return Reply().say("utter_rate_thanks")
    return await take_score(turn, crm, int(score), str(turn.first(SURVEY)))


async def take_answer(turn: Turn, crm: Crm) -> Reply:
    """What was said in words to the survey (see `heard`)."""
    if turn.asked in WHY:
        return await take_reason(turn, crm)
    score = _score_meant(turn)
    if score is not None:
        return await take_score(turn, crm, score)
    return await take_solved(turn, crm, bool(solved_said(turn.text)))


async def survey_open(turn: Turn, crm: Crm) -> SurveyView | None:
    """The survey that waits for a score in this conversation; None: there is none, or it was asked long ago."""
    return await crm.surveys.open_in(turn.dialogue_id)


async def take_solved(turn: Turn, crm: Crm, solved: bool, survey_id: str | None = None) -> Reply:
    """解决了 asks for a score; 还没有 opens the complaint again and says who calls by when.

    `survey_id`: None takes the one asked last.
    """
    key = _key(turn, survey_id)
    if key is None:
        return Reply().say("utter_ok").about(None)
    try:
        verdict = await crm.surveys.solved(key, await said_in(turn, crm), solved=solved)
    except SurveyNotFound:
        return Reply().say("utter_ok").about(None)
    if not solved:
        return await _not_satisfied(turn, crm, verdict)
    return _about(turn, Reply().say("utter_survey_ask_score", survey=str(key)), SCORE, verdict)


async def take_score(turn: Turn, crm: Crm, score: int, survey_id: str | None = None) -> Reply:
    """4 and 5 are thanked for, 3 is asked why, 1 and 2 open the complaint again. `survey_id` as in `take_solved`."""
    key = _key(turn, survey_id)
    if key is None:
        return Reply().say("utter_rate_thanks")
    try:
        verdict = await crm.surveys.score(key, await said_in(turn, crm), score)
    except SurveyNotFound:
        return Reply().say("utter_rate_thanks")
    if verdict.reopened is not None:
        return await _not_satisfied(turn, crm, verdict)
    if score <= SO_SO:
        return _about(turn, Reply().say("utter_survey_ask_why"), REASON, verdict)
    return _about(turn, Reply().say("utter_survey_thanks"), None, verdict)


async def take_reason(turn: Turn, crm: Crm) -> Reply:
    """Why, in the customer's words: with the score, and among the facts of a complaint that is open again."""
    key = _key(turn, None)
    if key is None:
        return Reply().say("utter_ok").finish()
    survey = await crm.surveys.give_reason(key, turn.dialogue_id, turn.text)
    if turn.asked == MISSING:
        facts = ComplaintFacts(turn.intent, turn.text, emotion=Emotion(turn.mood))
        await crm.complaints.add_facts(turn.dialogue_id, turn.turn_id, facts, number=survey.number)
    return Reply().say("utter_survey_reason_noted").finish().remember(complaint_no=survey.number)


async def say_yes(turn: Turn, crm: Crm) -> Reply:
    """好的, 对 to what was asked."""
    if turn.asked == SOLVED:
        return await take_solved(turn, crm, solved_said(turn.text) is not False)
    return await _answer_or_end(turn, crm)


async def say_no(turn: Turn, crm: Crm) -> Reply:
    """没有, 不是 to what was asked; 不用了 leaves it at that."""
    if turn.asked == SOLVED and not _LETS_GO.search(turn.text):
        return await take_solved(turn, crm, bool(solved_said(turn.text)))
    return await _answer_or_end(turn, crm)


async def _answer_or_end(turn: Turn, crm: Crm) -> Reply:
    nothing_more = turn.asked in WHY and len(turn.text) <= LONGEST_NOTHING_MORE
    return await (_let_go() if nothing_more or not heard(turn) else take_answer(turn, crm))


async def _let_go() -> Reply:
    return Reply().say("utter_rate_thanks").finish()


async def _not_satisfied(turn: Turn, crm: Crm, verdict: Verdict) -> Reply:
    """Who calls and by when; and the question what was missing."""
    reply = await open_again(turn, crm, verdict.survey.number, verdict.reopened)
    return _about(turn, reply, MISSING, verdict)


async def open_again(turn: Turn, crm: Crm, number: str, reopened: Reopened | None) -> Reply:
    """A complaint is open again: who calls and by when. Without a promised call only that it is being worked on."""
    reply = Reply()
    if reopened is None or reopened.call_due is None:
        return reply.say("utter_survey_open_already", complaint_no=number)
    values: dict[str, Any] = {"complaint_no": number, "due": by_when(reopened.call_due, crm.clock.now())}
    phone = await _phone(turn, crm)
    if phone:
        reply.say("utter_survey_reopened", values, phone=f"尾号{phone[-4:]}的号码")
    else:
        reply.say("utter_survey_reopened_no_phone", values)
    return reply


def _about(turn: Turn, reply: Reply, asked: str | None, verdict: Verdict) -> Reply:
    """A button pressed late, in the middle of something else, changes nothing about that."""
    if turn.topic not in (None, SURVEY):
        return reply
    reply.remember(survey=str(verdict.survey.id), complaint_no=verdict.survey.number)
    return reply.finish() if asked is None else reply.about(SURVEY, asked)


async def said_in(turn: Turn, crm: Crm) -> Said:
    """Where the customer says it, and where to call."""
    return Said(turn.dialogue_id, turn.turn_id, await _phone(turn, crm))


async def _phone(turn: Turn, crm: Crm) -> str:
    """Where the customer can be called; empty: not known."""
    contact = (await crm.customers.dialogue(turn.dialogue_id)).identity.contact
    return turn.slot("phone") or (contact.phone if contact else None) or ""


def _key(turn: Turn, survey_id: str | None) -> UUID | None:
    try:
        return UUID(survey_id or str(turn.slot(SURVEY)))
    except ValueError:
        return None
