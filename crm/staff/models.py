"""Staff, their sessions at the desk, and the keys of the REST channel. No password or token is stored, only hashes."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base, Json, Keyed
from database.types import UtcDateTime


class Role(StrEnum):
    """What a member of staff may do; the console decides by it."""

    AGENT = "agent"
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"
    ADMIN = "admin"


class Staff(Keyed, Base):
    """A member of staff."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("role IN ('agent','department','supervisor','trainer','admin')", name="role"),)

    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    """The real name, for colleagues."""
    display_name: Mapped[str] = mapped_column(String(80), default="")
    """What customers read (客服小林); empty: not shown to customers by name."""
    role: Mapped[str] = mapped_column(String(16))
    department: Mapped[str] = mapped_column(String(32))
    """A crm.staff.departments.Department."""
    password_hash: Mapped[str] = mapped_column(String(200))
    """Argon2id in PHC form."""
    skills: Mapped[list[str]] = mapped_column(Json, default=list)
    """Topics this person is good at (intent or category codes); empty: anything."""
    active: Mapped[bool] = mapped_column(default=True)
    """False: left; cannot log in, and open sessions end at once."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffSession(Keyed, Base):
    """One log-in. The token itself is only with the browser."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 in hex: the token is random, so a slow hash would add nothing."""
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was logged out; None: not."""

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)


class FailedLogin(Keyed, Base):
    """One wrong password. Counted by code, known or not, so that locking does not tell which codes exist."""

    __tablename__ = "failed_logins"
    __table_args__ = (Index("ix_failed_logins_code_at", "code", "at"),)

    code: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiKey(Keyed, Base):
    """A program's key for the REST channel."""

    __tablename__ = "api_keys"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 in hex."""
    trusted: Mapped[bool] = mapped_column(default=False)
    """True: may say which contact is speaking (metadata.contact)."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: valid."""
