"""Files that came in, and which of them belong to a complaint. The bytes are not here: see store.py."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Keyed
from database.types import UtcDateTime

CUSTOMER = "customer"
"""`uploaded_by` of what customers send."""


class StoredFile(Keyed, Base):
    """One file of one account. Where there is a row, there are the bytes."""

    __tablename__ = "stored_files"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        Index("ix_stored_files_identity_id_created_at", "identity_id", "created_at"),
    )

    identity_id: Mapped[UUID] = mapped_column(ForeignKey("channel_identities.id"))
    """Whose it is; for what staff adds to a card, the account that complained."""
    name: Mapped[str] = mapped_column(String(120))
    """As sent, cleaned; empty: it had none. Shown to people, never part of a path."""
    media_type: Mapped[str] = mapped_column(String(100))
    """Found in the content (kinds.py)."""
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    """In hex: where the bytes are."""
    uploaded_by: Mapped[str] = mapped_column(String(32))
    """'customer' or a staff code."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was first sent with a message or put to a card; None: only uploaded, and swept away after a day."""


class ComplaintEvidence(Keyed, Base):
    """A file that belongs to a complaint card."""

    __tablename__ = "complaint_evidence"
    __table_args__ = (UniqueConstraint("card_id", "file_id"),)

    card_id: Mapped[UUID] = mapped_column(ForeignKey("complaint_cards.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_files.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_whom: Mapped[str] = mapped_column(String(32))
    """'bot' or a staff code."""
