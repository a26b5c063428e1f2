"""Refusals about customers and their accounts."""

from crm.errors import Refusal


class DialogueUnknown(Refusal):
    """No dialogue has this id, or it belongs to another account."""

    code = "dialogue_unknown"


class BoundToAnother(Refusal):
    """The account already speaks for another contact; a person must look into it."""

    code = "bound_to_another"


class ContactUnknown(Refusal):
    """Nobody fits the code, phone or e-mail that a trusted channel named (or several do)."""

    code = "contact_unknown"
