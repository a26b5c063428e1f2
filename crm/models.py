"""Every table of the crm, imported in one place so that the metadata is complete for migrations and tests."""

from crm import numbers
from crm.audit import models as audit
from crm.complaints import models as complaints
from crm.customers import models as customers
from crm.faq import models as faq
from crm.notices import models as notices
from crm.orders import models as orders
from crm.pricing import models as pricing
from crm.promises import models as promises
from crm.shipments import models as shipments
from crm.staff import models as staff

__all__ = [
    "audit",
    "complaints",
    "customers",
    "faq",
    "notices",
    "numbers",
    "orders",
    "pricing",
    "promises",
    "shipments",
    "staff",
]
