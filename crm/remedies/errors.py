"""Refusals about remedies. Their messages are Chinese: staff read them."""

from crm.errors import Refusal


class RemedyUnknown(Refusal):
    """No such remedy."""

    code = "remedy_unknown"

    def __init__(self) -> None:
        super().__init__("没有这条补救")


class NoSay(Refusal):
    """This person decides nothing here: complained about on this card, without the right, or the one who proposed it."""

    code = "remedy_no_say"


class NotFit(Refusal):
    """What was written does not go with the kind: an amount is missing, or there is one too many."""

    code = "remedy_not_fit"


class BeyondEverybody(Refusal):
    """More than anybody of the firm may grant on one complaint."""

    code = "remedy_beyond_everybody"

    def __init__(self) -> None:
        super().__init__("这张投诉单的补救合计超过了最高权限，请走理赔，或由公司另行决定")


class OverLimit(Refusal):
    """More than this person may grant on one complaint, with what was granted before."""

    code = "remedy_over_limit"

    def __init__(self) -> None:
        super().__init__("加上这张投诉单已经批的，超过了您的权限，请更高一级来批")


class WrongRemedyMove(Refusal):
    """The remedy is not where this move starts from: somebody else has decided or settled it."""

    code = "wrong_remedy_move"


class CardIsClosed(Refusal):
    """Nothing is proposed on a closed complaint."""

    code = "remedy_card_closed"

    def __init__(self) -> None:
        super().__init__("投诉单已经办结，要补救请先重新打开")
