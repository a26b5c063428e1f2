"""Refusals about claims. Their messages are Chinese: staff read them."""

from crm.errors import Refusal


class ClaimNotFound(Refusal):
    """No claim file was opened for this complaint."""

    code = "claim_not_found"

    def __init__(self) -> None:
        super().__init__("这张投诉单还没有理赔档案")


class NotForClaims(Refusal):
    """This person does not work on this claim."""

    code = "claim_not_for_you"

    def __init__(self, who: str) -> None:
        super().__init__(f"这一步由{who}来做")


class WrongClaimMove(Refusal):
    """The claim is not where this move starts from."""

    code = "wrong_claim_move"


class ClaimUnfit(Refusal):
    """What was given does not fit: a day in the future, a document that is not asked for, a missing reason."""

    code = "claim_unfit"
