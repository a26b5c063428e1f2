"""Refusals about follow-up sheets."""

from crm.errors import Refusal


class SheetNotFound(Refusal):
    """There is no sheet of this id."""

    code = "sheet_not_found"


class SheetSettled(Refusal):
    """A sheet that is done or dropped does not change any more."""

    code = "sheet_settled"


class UnknownQuestion(Refusal):
    """An answer to a question that is not on the sheet."""

    code = "unknown_question"
