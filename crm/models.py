"""Every table of the crm, imported in one place so that the metadata is complete for migrations and tests."""

from crm import numbers
from crm.alerts import models as alerts
from crm.appointments import models as appointments
from crm.audit import models as audit
from crm.claims import models as claims
from crm.complaints import models as complaints
from crm.complaints.changes import models as complaint_moves
from crm.customers import models as customers
from crm.faq import models as faq
from crm.files import models as files
from crm.followups import models as followups
from crm.notices import models as notices
from crm.orders import models as orders
from crm.pricing import models as pricing
from crm.promises import models as promises
from crm.remedies import models as remedies
from crm.shipments import models as shipments
from crm.staff import models as staff
from crm.staff import shifts_models as shifts
from crm.surveys import models as surveys

__all__ = [
    "alerts",
    "appointments",
    "audit",
    "claims",
    "complaint_moves",
    "complaints",
    "customers",
    "faq",
    "files",
    "followups",
    "notices",
    "numbers",
    "orders",
    "pricing",
    "promises",
    "remedies",
    "shifts",
    "shipments",
    "staff",
    "surveys",
]
