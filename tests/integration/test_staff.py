"""Staff accounts, log-ins and API keys: who gets in, who must not, and that no secret is stored."""

from datetime import timedelta

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.staff.departments import Department
from crm.staff.errors import CodeTaken, KeyNameTaken, LoginLocked, PasswordTooShort
from crm.staff.models import ApiKey, FailedLogin, Role, Staff, StaffSession
from crm.staff.service import LOCK_WINDOW, SESSION_LENGTH, ApiKeyService, StaffService
from database.session import Database

PASSWORD = "correct horse"
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))


@pytest.fixture
def staff(session: AsyncSession, clock: FixedClock) -> StaffService:
    return StaffService(session, clock, CHEAP)


@pytest.fixture
def keys(session: AsyncSession, clock: FixedClock) -> ApiKeyService:
    return ApiKeyService(session, clock)


async def lin(staff: StaffService) -> Staff:
    return await staff.create(
        "lin", "林小雨", Role.AGENT, Department.SERVICE, PASSWORD, display_name="客服小林", skills=["delay"]
    )


async def wrong(staff: StaffService, times: int, code: str = "lin") -> None:
    for _ in range(times):
        assert await staff.login(code, "wrong password") is None


async def test_the_right_password_opens_a_session(staff: StaffService, clock: FixedClock) -> None:
    created = await lin(staff)
    token = await staff.login("lin", PASSWORD)
    assert token is not None
    person = await staff.who(token)
    assert person is not None
    assert (person.id, person.role, person.department, person.skills) == (created.id, "agent", "service", ["delay"])


async def test_tokens_are_long_and_never_the_same(staff: StaffService) -> None:
    await lin(staff)
    tokens = {await staff.login("lin", PASSWORD) for _ in range(3)}
    assert len(tokens) == 3
    assert all(token is not None and len(token) >= 43 for token in tokens)


async def test_no_password_token_or_key_is_stored(
    staff: StaffService, keys: ApiKeyService, session: AsyncSession
) -> None:
    person = await lin(staff)
    token, key = await staff.login("lin", PASSWORD), await keys.create("shop")
    assert person.password_hash.startswith("$argon2id$")
    assert PASSWORD not in person.password_hash
    assert (await session.execute(select(StaffSession.token_hash))).scalar_one() != token
    assert (await session.execute(select(ApiKey.key_hash))).scalar_one() not in (key, "")


@pytest.mark.parametrize(("code", "password"), [("lin", "wrong password"), ("nobody", PASSWORD), ("lin", "")])
async def test_wrong_code_or_password_opens_nothing(staff: StaffService, code: str, password: str) -> None:
    await lin(staff)
    assert await staff.login(code, password) is None


@pytest.mark.parametrize("token", ["", "made up"])
async def test_an_unknown_token_is_nobody(staff: StaffService, token: str) -> None:
    await lin(staff)
    await staff.login("lin", PASSWORD)
    assert await staff.who(token) is None


async def test_a_session_ends_by_time_by_logging_out_and_by_leaving(staff: StaffService, clock: FixedClock) -> None:
    person = await lin(staff)
    first = await staff.login("lin", PASSWORD)
    assert first is not None
    clock.move(SESSION_LENGTH - timedelta(seconds=1))
    assert await staff.who(first) is not None
    clock.move(timedelta(seconds=1))
    assert await staff.who(first) is None

    second, third = await staff.login("lin", PASSWORD), await staff.login("lin", PASSWORD)
    assert second is not None
    assert third is not None
    await staff.end(second)
    await staff.end("made up")
    assert await staff.who(second) is None
    assert await staff.who(third) is not None

    person.active = False
    assert await staff.who(third) is None
    assert await staff.login("lin", PASSWORD) is None


async def test_five_wrong_passwords_lock_even_the_right_one(staff: StaffService, clock: FixedClock) -> None:
    await lin(staff)
    await wrong(staff, 5)
    with pytest.raises(LoginLocked) as refused:
        await staff.login("lin", PASSWORD)
    assert refused.value.until == clock.now() + LOCK_WINDOW
    clock.move(LOCK_WINDOW)
    assert await staff.login("lin", PASSWORD) is not None


async def test_four_wrong_passwords_do_not_lock_and_a_right_one_forgives(staff: StaffService) -> None:
    await lin(staff)
    for _ in range(2):
        await wrong(staff, 4)
        assert await staff.login("lin", PASSWORD) is not None


async def test_wrong_passwords_count_only_within_the_window(staff: StaffService, clock: FixedClock) -> None:
    await lin(staff)
    await wrong(staff, 4)
    clock.move(LOCK_WINDOW)
    await wrong(staff, 1)
    assert await staff.login("lin", PASSWORD) is not None


async def test_an_unknown_code_locks_like_a_known_one_and_touches_no_other(staff: StaffService) -> None:
    await lin(staff)
    await wrong(staff, 5, "nobody")
    with pytest.raises(LoginLocked):
        await staff.login("nobody", PASSWORD)
    assert await staff.login("lin", PASSWORD) is not None


async def test_a_wrong_try_outlives_its_transaction(database: Database, clock: FixedClock) -> None:
    for _ in range(5):
        async with database.transaction() as session:
            await wrong(StaffService(session, clock, CHEAP), 1)
    async with database.transaction() as session:
        assert len((await session.execute(select(FailedLogin))).scalars().all()) == 5
        with pytest.raises(LoginLocked):
            await StaffService(session, clock, CHEAP).login("lin", PASSWORD)


async def test_a_dearer_hash_replaces_the_old_one_at_log_in(
    staff: StaffService, session: AsyncSession, clock: FixedClock
) -> None:
    person = await lin(staff)
    before = person.password_hash
    dearer = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=64, parallelism=1),))
    assert await StaffService(session, clock, dearer).login("lin", PASSWORD) is not None
    assert person.password_hash != before
    assert await staff.login("lin", PASSWORD) is not None


async def test_codes_are_unique_and_passwords_not_too_short(staff: StaffService) -> None:
    await lin(staff)
    with pytest.raises(CodeTaken):
        await lin(staff)
    with pytest.raises(PasswordTooShort):
        await staff.create("wang", "王", Role.ADMIN, Department.SERVICE, "1234567")


async def test_the_database_refuses_a_role_that_does_not_exist(staff: StaffService, session: AsyncSession) -> None:
    person = await lin(staff)
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            person.role = "owner"


async def test_a_key_is_good_until_revoked_and_for_itself_only(keys: ApiKeyService) -> None:
    shop, partner = await keys.create("shop"), await keys.create("partner", trusted=True)
    found = await keys.verify(partner)
    assert found is not None
    assert (found.name, found.trusted) == ("partner", True)
    plain = await keys.verify(shop)
    assert plain is not None
    assert not plain.trusted

    assert await keys.revoke("partner")
    assert await keys.verify(partner) is None
    assert not await keys.revoke("partner")
    assert await keys.verify(shop) is not None
    for wrong_key in ("", "wk_", shop[:-1], "shop"):
        assert await keys.verify(wrong_key) is None


async def test_a_key_name_is_used_once(keys: ApiKeyService) -> None:
    await keys.create("shop")
    await keys.revoke("shop")
    with pytest.raises(KeyNameTaken):
        await keys.create("shop", trusted=True)


async def test_a_new_password_ends_open_sessions_and_a_lock(staff: StaffService) -> None:
    await lin(staff)
    token = await staff.login("lin", PASSWORD)
    assert token is not None
    await wrong(staff, 5)
    assert await staff.set_password("lin", "battery staple")
    assert await staff.who(token) is None
    assert await staff.login("lin", PASSWORD) is None
    assert await staff.login("lin", "battery staple") is not None
    assert not await staff.set_password("nobody", "battery staple")
    with pytest.raises(PasswordTooShort):
        await staff.set_password("lin", "short")
    assert [one.code for one in await staff.everybody()] == ["lin"]
