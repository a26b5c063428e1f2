"""What the tests of complaints in conversation share."""

from crm.complaints.models import ComplaintCard
from crm.staff.models import Staff
from tests.integration.actions.conftest import Firm
from tests.integration.actions.talk import Said


async def card(firm: Firm) -> ComplaintCard:
    """The only card."""
    (only,) = await firm.rows(ComplaintCard)
    assert isinstance(only, ComplaintCard)
    return only


async def employ(firm: Firm, *people: tuple[str, str, str]) -> None:
    """Agents of the firm: code, name, what customers read."""
    async with firm.database.transaction() as session:
        for code, name, shown in people:
            session.add(
                Staff(code=code, name=name, display_name=shown, role="agent", department="service",
                      password_hash="-", skills=[], active=True, created_at=firm.clock.now())
            )  # fmt: skip


def sorry(said: Said, category: str = "") -> bool:
    """Whether an apology (for this category) is among what is said."""
    return any(name.startswith(f"utter_sorry_{category}") for name in said.names)
