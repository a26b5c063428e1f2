"""All queries on staff, sessions and keys."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
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

    async def valid_key(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, unless it is revoked."""
        query = select(ApiKey).where(ApiKey.key_hash == key_hash, ApiKey.revoked_at.is_(None))
        return (await self._session.execute(query)).scalar_one_or_none()
