"""A promise in a few words: for its customer as a value of a sentence in `domain.yml`, for staff as a whole sentence."""

from datetime import datetime

from crm.clock import SHANGHAI
from crm.promises.models import BOT, Promise, PromiseKind
from crm.promises.warnings import Step
from crm.staff.departments import Department

FOR_CUSTOMER: dict[PromiseKind, str] = {
    PromiseKind.FIRST_REPLY: "给您的回复",
    PromiseKind.CALLBACK: "给您回电",
    PromiseKind.QUOTE: "给您的报价答复",
    PromiseKind.RESOLUTION: "给您的处理结果",
    PromiseKind.APPOINTMENT: "和您约好的沟通",
    PromiseKind.SPOKEN: "答应您的事",
    PromiseKind.OTHER: "要给您的答复",
}
OF_COMPLAINT: dict[PromiseKind, str] = {PromiseKind.FIRST_REPLY: "首次回复", PromiseKind.RESOLUTION: "处理结果"}


def for_customer(kind: str, complaint: str = "") -> str:
    """投诉CP…的首次回复, 给您回电: what its customer calls it. `complaint`: the number of the card; empty: about none.

    Never the text of the promise, which is written for staff.
    """
    known = PromiseKind(kind)
    if complaint and known in OF_COMPLAINT:
        return f"投诉{complaint}的{OF_COMPLAINT[known]}"
    return FOR_CUSTOMER[known]


def owner_of(promise: Promise) -> str:
    """Who is told: a staff code or the value of a Department. What the bot promised, the service department keeps."""
    return Department.SERVICE.value if promise.by_whom == BOT else promise.by_whom


def owner_name(promise: Promise) -> str:
    """The Chinese name of a department, or the staff code."""
    owner = owner_of(promise)
    return Department(owner).name_zh if owner in {one.value for one in Department} else owner


def for_staff(promise: Promise, step: Step, now: datetime) -> str:
    """The alert of a step."""
    until, late = _minute(promise.due_at), now > promise.due_at
    if promise.kind == PromiseKind.APPOINTMENT:
        what = "时间已过，还没有记录结果" if now >= promise.due_at else "请提前准备，准时到"
        return f"和客户约在 {until}，{what}：{promise.text}"
    if step is Step.OWNER:
        said = f"承诺已过 {until}，还没有完成，请马上处理" if late else f"承诺要在 {until} 前完成，时间不多了"
    elif step is Step.SUPERVISOR:
        said = f"{owner_name(promise)}的承诺{'已过' if late else '马上到'} {until}，还没有完成，请过问"
    else:
        said = f"承诺{'没有在' if late else '赶不上'} {until} 前完成，请直接告诉客户，并给一个新的时间"
    return f"{said}：{promise.text}"


def escalated(promise: Promise, told: bool) -> str:
    """For the lead (the customer is told again), or for the management (nobody tells the customer a third time)."""
    if told:
        return f"同一件事第二次没有按时做到，已再次向客户致歉并改由您负责：{promise.text}"
    return f"同一件事又一次没有按时做到，请直接联系客户：{promise.text}"


def _minute(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%m-%d %H:%M}"


TASKS: dict[str, str] = {
    "price": "询价",
    "negotiate": "议价",
    "approve": "审批",
    "book": "订舱",
    "pick_up": "提货派车",
    "receive": "收货",
    "declare": "报关",
    "cancel": "取消",
    "bill": "开票",
    "answer": "答复",
    "urge": "催货",
    "check": "核实货物动态",
    "document": "提供单据",
    "voucher": "发放优惠券",
    "credit_note": "减免账单",
    "free_storage": "免仓储费",
    "redelivery": "重新派送",
    "priority": "优先操作",
    "search": "查找货物",
    "repair": "维修",
    "bill_check": "核对账单",
    "apology_call": "致歉回电",
    "claim_file": "理赔资料",
    "find_cause": "查明原因",
    "call_back_complaint": "投诉回电",
}
"""Kinds of tasks as staff call them; a kind that is not named stands as 任务."""


def quote_runs_out(number: str, valid_until: datetime, now: datetime) -> str:
    """For the service department: a quote that nobody has answered."""
    until = _minute(valid_until)
    if now > valid_until:
        return f"报价 {number} 已在 {until} 过期，客户还没有答复，请联系客户看是否需要重新报价"
    return f"报价 {number} 将在 {until} 到期，客户还没有答复，请跟进"


def task_is_late(kind: str, department: str, due_at: datetime, reference: str, *, for_lead: bool) -> str:
    """For the department whose task it is, or for the supervisors. `reference`: what it is about; empty: not known."""
    about = f"（{reference}）" if reference else ""
    named = f"{TASKS.get(kind, '任务')}{about}"
    if for_lead:
        return f"{Department(department).name_zh}的{named}应在 {_minute(due_at)} 前完成，催过仍未完成，请过问"
    return f"{named}应在 {_minute(due_at)} 前完成，已经超时，请马上处理"
