"""Staff accounts, log-ins and API keys."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from hashlib import sha256

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.staff.departments import Department
from crm.staff.errors import CodeTaken, KeyNameTaken, LoginLocked, PasswordTooShort
from crm.staff.models import ApiKey, FailedLogin, Role, Staff, StaffSession
from crm.staff.repository import StaffRepository

TOKEN_BYTES = 32
SHORTEST_PASSWORD = 8
LOCK_AFTER = 5
LOCK_WINDOW = timedelta(minutes=15)
SESSION_LENGTH = timedelta(hours=12)


class StaffService:
    """Accounts and sessions of the desk."""

    def __init__(self, session: AsyncSession, clock: Clock, hasher: PasswordHash | None = None) -> None:
        """`hasher`: None takes Argon2id with the library's recommended cost."""
        self._staff = StaffRepository(session)
        self._clock = clock
        self._hasher = hasher or _usual_hasher()

    async def create(
        self,
        code: str,
        name: str,
        role: Role,
        department: Department,
        password: str,
        *,
        display_name: str = "",
        skills: Sequence[str] = (),
    ) -> Staff:
        """A new account. Raises CodeTaken and PasswordTooShort."""
        if len(password) < SHORTEST_PASSWORD:
            raise PasswordTooShort(f"at least {SHORTEST_PASSWORD} characters")
        if await self._staff.by_code(code) is not None:
            raise CodeTaken(code)
        staff = Staff(
            code=code,
            name=name,
            display_name=display_name,
            role=role,
            department=department,
            password_hash=await asyncio.to_thread(self._hasher.hash, password),
            skills=list(skills),
            active=True,
            created_at=self._clock.now(),
        )
        await self._staff.add(staff)
        return staff

    async def login(self, code: str, password: str) -> str | None:
        """The token of a new session; None when code or password is wrong, which is recorded.

        None instead of an exception, because the caller must commit: a rollback would forget the wrong try.
        Raises LoginLocked, without looking at the password, after five wrong ones within 15 minutes.
        """
        await self._refuse_locked(code)
        staff = await self._staff.by_code(code)
        known = staff.password_hash if staff is not None and staff.active else None
        valid, better_hash = await asyncio.to_thread(_verify, self._hasher, password, known)
        now = self._clock.now()
        if staff is None or not valid:
            await self._staff.add(FailedLogin(code=code[:32], at=now))
            return None
        if better_hash is not None:
            staff.password_hash = better_hash
        await self._staff.forget_failures(code, now)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self._staff.add(
            StaffSession(token_hash=_digest(token), staff=staff, created_at=now, expires_at=now + SESSION_LENGTH)
        )
        return token

    async def has_password(self, code: str, password: str) -> bool:
        """Whether somebody active could log in with this password; nothing is recorded (for checks of the installation)."""
        staff = await self._staff.by_code(code)
        if staff is None or not staff.active:
            return False
        return await asyncio.to_thread(self._hasher.verify, password, staff.password_hash)

    async def who(self, token: str) -> Staff | None:
        """Whose session this is; None when the token is unknown, expired or ended, or the person has left."""
        session = await self._staff.session_of(_digest(token))
        if session is None or session.ended_at is not None or session.expires_at <= self._clock.now():
            return None
        return session.staff if session.staff.active else None

    async def end(self, token: str) -> None:
        """Logs out; a token that is unknown or ended already changes nothing."""
        session = await self._staff.session_of(_digest(token))
        if session is not None and session.ended_at is None:
            session.ended_at = self._clock.now()

    async def everybody(self) -> Sequence[Staff]:
        """All accounts by code, those of people who left too."""
        return await self._staff.everybody()

    async def set_password(self, code: str, password: str) -> bool:
        """Gives an account a new password and ends its open sessions; False when there is no such account.

        Raises PasswordTooShort.
        """
        if len(password) < SHORTEST_PASSWORD:
            raise PasswordTooShort(f"at least {SHORTEST_PASSWORD} characters")
        staff = await self._staff.by_code(code)
        if staff is None:
            return False
        staff.password_hash = await asyncio.to_thread(self._hasher.hash, password)
        await self._staff.end_sessions(staff.id, self._clock.now())
        await self._staff.forget_failures(code, self._clock.now())
        return True

    async def _refuse_locked(self, code: str) -> None:
        opens = self._clock.now() - LOCK_WINDOW
        await self._staff.forget_failures(code[:32], opens)
        failures = await self._staff.failures_since(code[:32], opens)
        if len(failures) >= LOCK_AFTER:
            raise LoginLocked(failures[-LOCK_AFTER] + LOCK_WINDOW)


class ApiKeyService:
    """Keys of programs that use the REST channel."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._keys = StaffRepository(session)
        self._clock = clock

    async def create(self, name: str, *, trusted: bool = False, fixed: str = "") -> str:
        """A new key in clear, to be shown once; only its hash is kept. Raises KeyNameTaken.

        `fixed`: the key to use, for the demo company only; empty: a random one.
        """
        if await self._keys.key_named(name) is not None:
            raise KeyNameTaken(name)
        key = fixed or "wk_" + secrets.token_urlsafe(TOKEN_BYTES)
        await self._keys.add(ApiKey(name=name, key_hash=_digest(key), trusted=trusted, created_at=self._clock.now()))
        return key

    async def all(self) -> Sequence[ApiKey]:
        """All keys by name, revoked ones too."""
        return await self._keys.keys()

    async def verify(self, key: str) -> ApiKey | None:
        """The record of a valid key; None when it is unknown or revoked."""
        return await self._keys.valid_key(_digest(key))

    async def revoke(self, name: str) -> bool:
        """Ends a key; False when there is no valid key of this name."""
        key = await self._keys.key_named(name)
        if key is None or key.revoked_at is not None:
            return False
        key.revoked_at = self._clock.now()
        return True


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


@cache
def _usual_hasher() -> PasswordHash:
    # One for the whole process: a service is built for every transaction, and _hash_of_nothing is kept per hasher.
    return PasswordHash((Argon2Hasher(),))


@cache
def _hash_of_nothing(hasher: PasswordHash) -> str:
    return hasher.hash(secrets.token_urlsafe(TOKEN_BYTES))


def _verify(hasher: PasswordHash, password: str, known: str | None) -> tuple[bool, str | None]:
    """Whether the password fits, and a stronger hash to store instead, if there is one.

    `known` None: no such account. It costs as much time as a real one, so that timing does not tell which codes exist.
    """
    valid, better = hasher.verify_and_update(password, known or _hash_of_nothing(hasher))
    return valid and known is not None, better
