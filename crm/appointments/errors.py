"""Refusals about appointments. Their messages are Chinese: staff read them."""

from crm.errors import Refusal


class AppointmentRefusal(Refusal):
    """Root of what the appointment book can refuse."""

    code = "appointment_refused"
    words = "不能这样预约"

    def __init__(self) -> None:
        super().__init__(self.words)


class AppointmentNotFound(AppointmentRefusal):
    """No such appointment, or one that this person may not see: both are answered alike."""

    code = "appointment_not_found"
    words = "没有这个预约"


class InThePast(AppointmentRefusal):
    """It would have begun already."""

    code = "appointment_in_the_past"
    words = "这个时间已经过了"


class OutsideBusinessHours(AppointmentRefusal):
    """Not wholly within one working period of the firm."""

    code = "appointment_outside_hours"
    words = "这个时间不在上班时间内"


class NotOnDuty(AppointmentRefusal):
    """The person is not on duty for the whole of it."""

    code = "appointment_not_on_duty"
    words = "这位同事这段时间不当班"


class TimeTaken(AppointmentRefusal):
    """The person has another appointment then."""

    code = "appointment_time_taken"
    words = "这位同事这段时间已有预约"


class UnfitLength(AppointmentRefusal):
    """Shorter or longer than appointments are."""

    code = "appointment_unfit_length"
    words = "预约时长要在10分钟到4小时之间"


class PlaceMissing(AppointmentRefusal):
    """A visit needs an address."""

    code = "appointment_place_missing"
    words = "上门要写明地址"


class AppointmentSettled(AppointmentRefusal):
    """Kept, missed or cancelled ones do not change any more."""

    code = "appointment_settled"
    words = "这个预约已经结束，不能再改"


class NotYetBegun(AppointmentRefusal):
    """It is too early to say whether it was kept."""

    code = "appointment_not_begun"
    words = "还没到约定的时间"
