"""Appointments as values for the templates, and as a file for calendars."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import icalendar

from crm.appointments.models import Appointment, AppointmentState, Way
from crm.clock import SHANGHAI
from crm.staff.models import Staff

WEEKDAYS = "一二三四五六日"
MEETS = {
    Way.CALL: "打电话给您",
    Way.VISIT: "上门拜访您",
    Way.OFFICE: "在公司等您",
    Way.CHAT: "在这里一对一跟您沟通",
}
SOMEBODY = "我们的同事"
WARN_BEFORE = timedelta(minutes=10)


def told_at(at: datetime) -> str:
    """A moment as people say it: 11月23日（周一）14:30."""
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def known_as(staff: Staff | None) -> str:
    """How customers know somebody; never the real name."""
    return (staff.display_name if staff else "") or SOMEBODY


def appointment_values(appointment: Appointment, staff: Staff | None) -> dict[str, str]:
    """Values for the responses about appointments."""
    return {
        "at": told_at(appointment.starts_at),
        "name": known_as(staff),
        "meets": MEETS[Way(appointment.way)],
        "about": appointment.subject,
    }


def times_told(times: Sequence[datetime]) -> str:
    """Several moments in one line."""
    return "、".join(told_at(at) for at in times)


def ics_for_customer(appointment: Appointment, staff: Staff | None, firm: str) -> bytes:
    """The appointment as a calendar file (RFC 5545) for the customer: no staff name but the one customers know."""
    way = Way(appointment.way)
    return _file(appointment, f"{firm}：{way.name_zh}", f"{known_as(staff)}，{appointment.subject}", firm)


def ics_for_staff(appointment: Appointment, card_number: str, firm: str) -> bytes:
    """The same for whoever of ours keeps it, with the complaint's number (empty: about none); nothing of the customer."""
    way = Way(appointment.way)
    about = f"投诉 {card_number}" if card_number else ""
    return _file(appointment, f"{way.name_zh}：{card_number or appointment.subject}", about, firm, warned=WARN_BEFORE)


def _file(
    appointment: Appointment, summary: str, description: str, firm: str, warned: timedelta | None = None
) -> bytes:
    event = icalendar.Event()
    event.add("uid", f"{appointment.id}@wenhuo")
    event.add("sequence", appointment.changes)
    event.add("dtstamp", appointment.changed_at)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", summary)
    if description:
        event.add("description", description)
    if appointment.place:
        event.add("location", appointment.place)
    cancelled = appointment.state == AppointmentState.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if warned is not None and not cancelled:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", -warned)
        event.add_component(alarm)
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//Wenhuo//{firm}//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file
