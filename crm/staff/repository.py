"""All queries on staff, sessions and keys."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm.staff.models import ApiKey, FailedLogin, Staff, StaffSession
from database.base import Base


class StaffRepository:
    """Staff, sessions and keys of one database session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, row: Base) -> None:
        """Adds and flushes, so that the database checks it now."""
        self._session.add(row)
        await self._session.flush()

    async def by_code(self, code: str) -> Staff | None:
        """The member of staff with this code, active or not."""
        return (await self._session.execute(select(Staff).where(Staff.code == code))).scalar_one_or_none()

    async def everybody(self) -> Sequence[Staff]:
        """All members of staff, by code."""
        return (await self._session.execute(select(Staff).order_by(Staff.code))).scalars().all()

    async def end_sessions(self, staff_id: UUID, at: datetime) -> None:
        """Ends all open log-ins of a person."""
        query = update(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        await self._session.execute(query.values(ended_at=at))

    async def failures_since(self, code: str, since: datetime) -> Sequence[datetime]:
        """When wrong passwords were given for a code after a moment, oldest first."""
        query = select(FailedLogin.at).where(FailedLogin.code == code, FailedLogin.at > since)
        return (await self._session.execute(query.order_by(FailedLogin.at))).scalars().all()

    async def forget_failures(self, code: str, until: datetime) -> None:
        """Deletes wrong passwords of a code up to a moment."""
        await self._session.execute(delete(FailedLogin).where(FailedLogin.code == code, FailedLogin.at <= until))

    async def session_of(self, token_hash: str) -> StaffSession | None:
        """The log-in with this token, valid or not."""
        query = select(StaffSession).where(StaffSession.token_hash == token_hash)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def key_named(self, name: str) -> ApiKey | None:
        """The key of this name, revoked or not."""
        return (await self._session.execute(select(ApiKey).where(ApiKey.name == name))).scalar_one_or_none()

    async def keys(self) -> Sequence[ApiKey]:
        """All keys, by name."""
        return (await self._session.execute(select(ApiKey).order_by(ApiKey.name))).scalars().all()

    async def valid_key(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, unless it is revoked."""
        query = select(ApiKey).where(ApiKey.key_hash == key_hash, ApiKey.revoked_at.is_(None))
        return (await self._session.execute(query)).scalar_one_or_none()
