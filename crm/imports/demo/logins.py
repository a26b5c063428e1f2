"""What `wenhuo up` prints at its end, so that the demo can be tried at once."""

from crm.imports.demo.loading import DEMO_KEY, DEMO_PASSWORD
from crm.imports.demo.staff import PEOPLE
from crm.staff.models import Role

_TRY = (
    "MRKU6345214到哪了 (as K1001 王海峰)  |  MSKU1234565什么时候到 (as K1003 陆志明)"
    "  |  上海到汉堡两个高柜多少钱 (as anybody)"
)
_FIRST_OF_ROLE = {person.role: person for person in reversed(PEOPLE)}


def demo_logins() -> list[str]:
    """One line for the console's logins, one for the REST key, one with numbers to ask for."""
    staff = "  ".join(f"{role.value} {_FIRST_OF_ROLE[role].code}" for role in Role)
    return [
        f"Console: {staff}  (password of all: {DEMO_PASSWORD})",
        f"REST key, trusted: {DEMO_KEY}",
        f"Try: {_TRY}",
    ]
