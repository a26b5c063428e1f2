"""Ready Chinese values for the templates in domain.yml: dates, lanes, names. Sentences live there, not here."""

from datetime import datetime, timedelta

from crm.clock import SHANGHAI
from crm.shipments.status import StatusView, Step
from freight.milestones import DELAY_WORDS
from freight.modes import MODE_NAMES, TransportMode

_CARRIER_WORDS = {
    TransportMode.SEA: "船公司",
    TransportMode.AIR: "航空公司",
    TransportMode.RAIL: "铁路承运人",
    TransportMode.ROAD: "车队",
    TransportMode.EXPRESS: "快递公司",
}
_SCHEDULE_WORDS = {
    TransportMode.SEA: "船期表",
    TransportMode.AIR: "航班计划",
    TransportMode.RAIL: "班列计划",
    TransportMode.ROAD: "运输计划",
    TransportMode.EXPRESS: "运输计划",
}


def describe(view: StatusView) -> dict[str, str]:
    """Return Chinese values by name; an empty one means not known, or not for this reader. Times are Shanghai's.

    `eta` is a day by sea, rail and air, a time by road and express. `confidence`, `phase`, `reason` and `exception_code`,
    `milestone_code` stay codes, to choose a template by.
    """
    now = view.as_of
    eta = view.eta
    return {
        "reference": view.reference,
        "code": view.code,
        "mode": MODE_NAMES[view.mode],
        "origin": view.origin,
        "destination": view.destination,
        "lane": f"{view.origin}→{view.destination}" if view.origin and view.destination else "",
        "phase": view.phase,
        **_step("milestone", view.last),
        "when": clock_time(view.last.at, now) if view.last else "",
        "where": view.last.place if view.last else "",
        **_step("exception", view.exception),
        "exception_when": clock_time(view.exception.at, now) if view.exception else "",
        **_step("next", view.next),
        "next_when": moment(view.mode, view.next.at, now) if view.next else "",
        "eta": moment(view.mode, eta.at, now) if eta else "",
        "confidence": view.confidence.value,
        "eta_source": source_words(eta.source, view.mode) if eta else "",
        "eta_given": clock_time(eta.given_at, now) if eta else "",
        "eta_age": ago(eta.age) if eta else "",
        "promised": moment(view.mode, view.promised, now) if view.promised else "",
        "arrived": clock_time(view.arrived_at, now) if view.arrived_at else "",
        "delay_days": str(view.delay_days) if view.delay_days is not None and view.delay_days > 0 else "",
        "reason": view.reason,
        "reason_words": DELAY_WORDS.get(view.reason, ""),
        "carrier": view.carrier,
        "vessel": view.vessel,
    }


def _step(name: str, step: Step | None) -> dict[str, str]:
    return {name: step.words if step else "", f"{name}_code": step.code if step else ""}


def moment(mode: TransportMode, instant: datetime, now: datetime) -> str:
    """Return a time by road and express, a day by the other modes: nobody knows the hour of a ship."""
    return (clock_time if mode in (TransportMode.ROAD, TransportMode.EXPRESS) else day)(instant, now)


def day(instant: datetime, now: datetime) -> str:
    """Return 11月25日, with the year when it is not the present one."""
    local = instant.astimezone(SHANGHAI)
    year = "" if local.year == now.astimezone(SHANGHAI).year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日"


def clock_time(instant: datetime, now: datetime) -> str:
    """Return 11月20日 14:30, with the year when it is not the present one."""
    return f"{day(instant, now)} {instant.astimezone(SHANGHAI):%H:%M}"


def ago(age: timedelta) -> str:
    """Return 刚刚, 20分钟前, 3小时前 or 2天前."""
    minutes = int(age / timedelta(minutes=1))
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes}分钟前"
    return f"{minutes // 60}小时前" if minutes < 24 * 60 else f"{minutes // (24 * 60)}天前"


def source_words(source: str, mode: TransportMode) -> str:
    """Return who gave an estimate, in words for the customer; sources without words of their own count as the carrier."""
    if source == "schedule":
        return _SCHEDULE_WORDS[mode]
    return "操作部" if source == "operations" else _CARRIER_WORDS[mode]
