"""Who the customers are, who speaks for them, and where they write from."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base, JsonObject, Keyed
from database.types import UtcDateTime


class CustomerClass(StrEnum):
    """Classes by lifetime value: history x potential. Internal: never shown to a customer."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Customer(Keyed, Base):
    """A company (or a private person) that ships with the firm."""

    __tablename__ = "customers"
    __table_args__ = (CheckConstraint("class_code IN ('A','B','C','D')", name="class_code"),)

    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80), default="")
    class_code: Mapped[str] = mapped_column(String(1), default="D")
    uscc: Mapped[str | None] = mapped_column(String(18))
    """统一社会信用代码; None: a private person or not known."""
    city: Mapped[str] = mapped_column(String(80), default="")
    payment_days: Mapped[int] = mapped_column(default=0)
    """Agreed days of credit; 0: pays before release."""
    discount_percent: Mapped[int] = mapped_column(default=0)
    owner_code: Mapped[str] = mapped_column(String(32), default="")
    """Staff code of the agent who looks after this customer; empty: nobody in particular."""
    note: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    contacts: Mapped[list["Contact"]] = relationship(back_populates="customer")


class Contact(Keyed, Base):
    """A person who speaks for a customer."""

    __tablename__ = "contacts"

    code: Mapped[str] = mapped_column(String(32), unique=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    """E.164."""
    email: Mapped[str | None] = mapped_column(String(200), index=True)
    honorific: Mapped[str] = mapped_column(String(16), default="")
    """How to call this person (王经理, 李姐); empty: by name."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    customer: Mapped[Customer] = relationship(back_populates="contacts", lazy="joined", innerjoin=True)


class ChannelIdentity(Keyed, Base):
    """One account in one channel (an openid, a visitor token, a REST sender). Bound to a contact or not yet."""

    __tablename__ = "channel_identities"
    __table_args__ = (UniqueConstraint("channel", "account"),)

    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(200))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    """None: nobody we know; sees a shipment only by number and the last four digits of a phone."""
    bound_by: Mapped[str | None] = mapped_column(String(32))
    """What proved who it is (signed_token, trusted_key, code); None: not bound."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    contact: Mapped[Contact | None] = relationship(lazy="joined")


class Dialogue(Keyed, Base):
    """The crm's side of one conversation (same id): who is speaking. What is said lives in `conversations`."""

    __tablename__ = "dialogues"

    identity_id: Mapped[UUID] = mapped_column(ForeignKey("channel_identities.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    identity: Mapped[ChannelIdentity] = relationship(lazy="joined", innerjoin=True)


class UpdateSubscription(Keyed, Base):
    """Somebody wants to hear of changes of a shipment (or of all own ones, when `shipment_id` is None)."""

    __tablename__ = "update_subscriptions"
    __table_args__ = (
        Index("uq_update_subscriptions_one", "identity_id", "shipment_id", unique=True),
        # In SQL two NULLs differ, so the index above lets any number of subscriptions to everything through.
        Index(
            "uq_update_subscriptions_all",
            "identity_id",
            unique=True,
            sqlite_where=text("shipment_id IS NULL"),
            postgresql_where=text("shipment_id IS NULL"),
        ),
    )

    identity_id: Mapped[UUID] = mapped_column(ForeignKey("channel_identities.id"))
    shipment_id: Mapped[UUID | None] = mapped_column(ForeignKey("shipments.id"))
    reference: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The number by which this account calls the shipment; empty: all shipments are wanted, or it is not known."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContactRequest(Keyed, Base):
    """A wish about account or privacy that a person must carry out: binding, other contact data, erasure."""

    __tablename__ = "contact_requests"
    __table_args__ = (UniqueConstraint("dialogue_id", "turn_id", "kind"),)

    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogues.id"), index=True)
    turn_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(32))
    detail: Mapped[JsonObject]
    state: Mapped[str] = mapped_column(String(16), default="open")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
