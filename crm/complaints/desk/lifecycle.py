"""The life of a complaint card: what staff can do to it, in which states, and who may."""

from collections.abc import Mapping

from crm.complaints.errors import PersonComplainedAbout, WrongComplaintMove
from crm.complaints.models import ComplaintCard, ComplaintState
from crm.staff.models import Role, Staff

S = ComplaintState
IN_WORK = frozenset({S.CHECKING, S.ACTING})
UNANSWERED = IN_WORK | {S.RECEIVED}
NOT_CLOSED = UNANSWERED | {S.ANSWERED}
ANY = frozenset(S)
FINISHED = frozenset({S.ANSWERED, S.CLOSED})

VERBS: Mapping[str, tuple[str, frozenset[ComplaintState]]] = {
    "take": ("接手", UNANSWERED),
    "start_acting": ("开始处理", frozenset({S.CHECKING})),
    "note": ("记备注", ANY),
    "add_facts": ("补充事实", NOT_CLOSED),
    "change_category": ("改类别", NOT_CLOSED),
    "change_severity": ("改严重程度", UNANSWERED),
    "name_accused": ("登记当事人", NOT_CLOSED),
    "clear_accused": ("撤销当事人", NOT_CLOSED),
    "pause": ("暂停计时", IN_WORK),
    "resume": ("恢复计时", IN_WORK),
    "answer": ("答复", IN_WORK),
    "link": ("关联单据", NOT_CLOSED),
    "ask_cause": ("请部门查原因", NOT_CLOSED),
    "report_cause": ("填写原因", NOT_CLOSED),
    "called_back": ("登记回电", ANY),
    "close": ("结案", frozenset({S.ANSWERED})),
    "reopen": ("重新打开", FINISHED),
}
"""Verb -> what it is called, and the states it is allowed in."""
BY_WHO_HAS_IT = frozenset({"start_acting", "pause", "resume", "answer", "close", "change_severity"})
"""Done by who has taken the card, or by a supervisor, and by nobody below the card's level."""

STATE_NAMES: Mapping[ComplaintState, str] = {
    S.RECEIVED: "已登记",
    S.CHECKING: "核查中",
    S.ACTING: "处理中",
    S.ANSWERED: "已答复",
    S.CLOSED: "已结案",
}


def check_move(card: ComplaintCard, verb: str) -> None:
    """Raises WrongComplaintMove unless the card is in a state in which this can be done."""
    name, states = VERBS[verb]
    if card.state not in states:
        raise WrongComplaintMove(name, STATE_NAMES[ComplaintState(card.state)])


def refuse_accused(card: ComplaintCard, staff: Staff) -> None:
    """Raises PersonComplainedAbout for whoever is complained about on the card."""
    if staff.code in card.accused:
        raise PersonComplainedAbout


def may_see(card: ComplaintCard, staff: Staff) -> bool:
    """Everybody who works with customers, but nobody who is complained about."""
    return staff.role != Role.TRAINER and staff.code not in card.accused
