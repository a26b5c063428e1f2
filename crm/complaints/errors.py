"""Refusals about complaint cards. Their messages are Chinese: staff read them."""

from collections.abc import Sequence

from crm.errors import Refusal


class ComplaintNotFound(Refusal):
    """No such card, or one that this person may not see: both are answered alike."""

    code = "complaint_not_found"

    def __init__(self) -> None:
        super().__init__("没有这张投诉处理卡")


class PersonComplainedAbout(Refusal):
    """Whoever is complained about never gets the card; at the console it does not exist for them."""

    code = "person_complained_about"

    def __init__(self) -> None:
        super().__init__("当事人不能处理这件投诉")


class TooJunior(Refusal):
    """The card asks for somebody of a higher rank."""

    code = "complaint_too_junior"

    def __init__(self, wanted: str) -> None:
        super().__init__(f"这一步要由{wanted}来做")


class AlreadyTaken(Refusal):
    """Somebody else was first."""

    code = "complaint_taken"

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} 已经接手了这件投诉")


class NotInHand(Refusal):
    """Only who has taken the card, or a supervisor, does this."""

    code = "complaint_not_in_hand"

    def __init__(self) -> None:
        super().__init__("请先接手这件投诉再操作")


class WrongComplaintMove(Refusal):
    """The card is not in a state in which this can be done."""

    code = "wrong_complaint_move"

    def __init__(self, verb: str, state: str) -> None:
        super().__init__(f"现在是“{state}”，不能{verb}")


class CauseMissing(Refusal):
    """A card is closed only with root cause, its department and the prevention. `missing`: names of those fields."""

    code = "complaint_cause_missing"

    def __init__(self, missing: Sequence[str]) -> None:
        names = {"root_cause": "根本原因", "cause_department": "责任部门", "prevention": "预防措施"}
        super().__init__(f"结案前还要写明：{'、'.join(names[one] for one in missing)}")
        self.missing = tuple(missing)


class StillToDo(Refusal):
    """Something that was promised to the customer is under way: the card is not closed before it is done."""

    code = "complaint_still_to_do"

    def __init__(self, left: Sequence[str]) -> None:
        """`left`: what there is to do, in words for staff."""
        super().__init__(f"还没办完：{'、'.join(left)}。办完再结案；要先结案，请主管写明原因")


class UnfitValue(Refusal):
    """A value that was given is not one of those that fit. `field` names it."""

    code = "complaint_unfit_value"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
