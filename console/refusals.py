"""Refusals as HTTP statuses, with the reason in Chinese. One table for every route of the console."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fastapi import HTTPException

from conversations.errors import ConversationNotFound, WrongMove
from crm.appointments.errors import AppointmentNotFound, AppointmentSettled, TimeTaken
from crm.claims.errors import ClaimNotFound, NotForClaims, WrongClaimMove
from crm.complaints.errors import (
    AlreadyTaken,
    CauseMissing,
    ComplaintNotFound,
    NotInHand,
    PersonComplainedAbout,
    StillToDo,
    TooJunior,
    UnfitValue,
    WrongComplaintMove,
)
from crm.customers.errors import DialogueUnknown
from crm.errors import Refusal
from crm.files.errors import FileRefused
from crm.followups.errors import SheetNotFound, SheetSettled, UnknownQuestion
from crm.orders.errors import WrongTaskMove
from crm.promises.errors import DueInThePast, PromiseIsLate, PromiseNotFound, PromiseSettled
from crm.remedies.errors import CardIsClosed, NoSay, OverLimit, RemedyUnknown, WrongRemedyMove
from crm.staff.shifts import ShiftOverlaps

NOT_THERE, MAY_NOT, TOO_LATE, UNFIT = 404, 403, 409, 422
STATUSES: Mapping[type[Refusal], int] = {
    AppointmentNotFound: NOT_THERE,
    ClaimNotFound: NOT_THERE,
    ComplaintNotFound: NOT_THERE,
    ConversationNotFound: NOT_THERE,
    DialogueUnknown: NOT_THERE,
    PromiseNotFound: NOT_THERE,
    RemedyUnknown: NOT_THERE,
    SheetNotFound: NOT_THERE,
    NoSay: MAY_NOT,
    NotForClaims: MAY_NOT,
    OverLimit: MAY_NOT,
    PromiseIsLate: MAY_NOT,
    TooJunior: MAY_NOT,
    AlreadyTaken: TOO_LATE,
    AppointmentSettled: TOO_LATE,
    CardIsClosed: TOO_LATE,
    NotInHand: TOO_LATE,
    PersonComplainedAbout: TOO_LATE,
    PromiseSettled: TOO_LATE,
    SheetSettled: TOO_LATE,
    ShiftOverlaps: TOO_LATE,
    StillToDo: TOO_LATE,
    TimeTaken: TOO_LATE,
    WrongClaimMove: TOO_LATE,
    WrongComplaintMove: TOO_LATE,
    WrongMove: TOO_LATE,
    WrongRemedyMove: TOO_LATE,
    WrongTaskMove: TOO_LATE,
}
"""What is not in it does not fit (422)."""
WORDS: Mapping[type[Refusal], str] = {
    ConversationNotFound: "没有这个会话",
    DialogueUnknown: "没有找到",
    DueInThePast: "承诺的时间已经过了，请改成之后的时间：{}",
    PromiseIsLate: "已经超时的承诺只有主管可以作废",
    PromiseNotFound: "没有这条承诺",
    PromiseSettled: "这条承诺已经有结果了，请刷新看看",
    SheetNotFound: "没有这张回访单",
    SheetSettled: "这张回访单已经有结果了，请刷新看看",
    UnknownQuestion: "回访单上没有这个问题：{}",
    WrongMove: "这个会话刚刚换了人，请刷新后再试",
    WrongTaskMove: "别的同事刚刚报过这一步",
}
"""Where the refusal itself has no words for staff; {} is what it says."""
IN_CHAT: dict[type[Refusal], str] = {**WORDS, PersonComplainedAbout: "这位客户正在投诉您，要由其他同事接待"}


@contextmanager
def refusals(*, hides: bool = False, words: Mapping[type[Refusal], str] = WORDS) -> Iterator[None]:
    """404 what is not there (or not to be seen), 403 who may not, 409 who was too late, 422 what does not fit.

    `hides`: for whoever is complained about there is no such complaint; else they are told why they may not. `words`:
    IN_CHAT where it is about a conversation.
    """
    try:
        yield
    except PersonComplainedAbout as refused:
        raise _answer(ComplaintNotFound() if hides else refused, words) from None
    except FileRefused as refused:
        reason = {"code": refused.code, "reason": str(refused) or "没有这张投诉处理卡，或没有这个文件"}
        raise HTTPException(refused.status, reason) from None
    except UnfitValue as refused:
        raise HTTPException(UNFIT, [_problem(refused.field, refused)]) from None
    except CauseMissing as refused:
        raise HTTPException(UNFIT, [_problem(field, refused) for field in refused.missing]) from None
    except Refusal as refused:
        raise _answer(refused, words) from None


def _answer(refused: Refusal, words: Mapping[type[Refusal], str]) -> HTTPException:
    said = words.get(type(refused), "{}").format(refused)
    return HTTPException(STATUSES.get(type(refused), UNFIT), said)


def _problem(field: str, refused: UnfitValue | CauseMissing) -> dict[str, object]:
    return {"loc": ["body", field], "msg": str(refused), "type": refused.code}
