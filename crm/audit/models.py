"""The record of who looked at or changed whose data, and why. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from crm.audit.errors import AuditIsAppendOnly
from database.base import Base, JsonObject, Keyed
from database.types import UtcDateTime

FIRST_PREVIOUS = "0" * 64
"""What stands as the previous hash of the first entry."""


class AuditEntry(Keyed, Base):
    """One act on somebody's data. Each entry carries the hash of the one before, so that a change in between shows."""

    __tablename__ = "audit_entries"
    __table_args__ = (UniqueConstraint("sequence"),)

    sequence: Mapped[int]
    """1, 2, 3 … without gaps."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    """Who did it: staff:CODE, bot, key:NAME, job:NAME."""
    subject: Mapped[str] = mapped_column(String(120), index=True)
    """Whose data: contact:ID, customer:ID, shipment:ID, conversation:ID. An id, never a name or a number of a person."""
    action: Mapped[str] = mapped_column(String(40))
    """What was done: unmask, export, erase, bind, change …"""
    fields: Mapped[str] = mapped_column(String(200), default="")
    """Which fields, separated by commas; empty: the whole."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why; empty: the act needs no reason."""
    detail: Mapped[JsonObject]
    """More facts as JSON, without the personal data itself."""
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


def _refuse(_mapper: Mapper[Any], _connection: Connection, target: AuditEntry) -> None:
    raise AuditIsAppendOnly(f"audit entry {target.sequence} cannot be changed or deleted")


event.listen(AuditEntry, "before_update", _refuse)
event.listen(AuditEntry, "before_delete", _refuse)
