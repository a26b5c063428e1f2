"""Refusals about staff, log-ins and keys."""

from datetime import datetime

from crm.errors import Refusal


class LoginLocked(Refusal):
    """Too many wrong passwords for this code; `until` is when the next try is allowed."""

    code = "login_locked"

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until.isoformat()}")
        self.until = until


class CodeTaken(Refusal):
    """There is a member of staff with this code already."""

    code = "staff_code_taken"


class PasswordTooShort(Refusal):
    """A password needs at least as many characters as crm.staff.service.SHORTEST_PASSWORD says."""

    code = "password_too_short"


class KeyNameTaken(Refusal):
    """There is a key of this name already, perhaps a revoked one: names are not used twice."""

    code = "key_name_taken"
