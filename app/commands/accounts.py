"""`wenhuo users` and `wenhuo keys`."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.database import with_database
from app.launcher.errors import LauncherError
from settings import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.clock import Clock
    from crm.staff.models import ApiKey, Staff
    from database.session import Database


class StaffRole(StrEnum):
    """The roles of `crm.staff.models`, named here so that `wenhuo --help` need not load them."""

    AGENT = "agent"
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"
    ADMIN = "admin"


Code = Annotated[str, typer.Argument(help="What the person logs in with.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
users = typer.Typer(help="Staff accounts of the console.", no_args_is_help=True)
keys = typer.Typer(help="Keys of programs that use the REST channel.", no_args_is_help=True)


@users.command("add")
def add_user(
    code: Code,
    name: Annotated[str, typer.Argument(help="The real name, for colleagues.")],
    *,
    role: Annotated[StaffRole, typer.Option(help="What the person may do.")] = StaffRole.AGENT,
    department: Annotated[str, typer.Option(help="service, operations, customs, international, finance …")] = "service",
    shown_as: Annotated[str, typer.Option(help="What customers read, for example 客服小林.")] = "",
    password_stdin: FromStdin = False,
) -> None:
    """Create an account; the password is asked for."""
    from crm.staff.departments import Department  # noqa: PLC0415
    from crm.staff.errors import CodeTaken, PasswordTooShort  # noqa: PLC0415
    from crm.staff.models import Role  # noqa: PLC0415
    from crm.staff.service import SHORTEST_PASSWORD, StaffService  # noqa: PLC0415

    if department not in list(Department):
        raise LauncherError(f"no department {department}; there are {', '.join(Department)}")
    password = _password(password_stdin)

    async def create(database: "Database", clock: "Clock") -> None:
        async with database.transaction() as session:
            await StaffService(session, clock).create(
                code, name, Role(role.value), Department(department), password, display_name=shown_as
            )

    try:
        with_database(load(), create)
    except CodeTaken:
        raise LauncherError(f"there is an account {code} already") from None
    except PasswordTooShort:
        raise LauncherError(f"the password needs at least {SHORTEST_PASSWORD} characters") from None
    print(f"{code} can log in.")


@users.command("list")
def list_users() -> None:
    """List all accounts."""
    from crm.staff.service import StaffService  # noqa: PLC0415

    async def read(database: "Database", clock: "Clock") -> "Sequence[Staff]":
        async with database.reading() as session:
            return await StaffService(session, clock).everybody()

    _table(
        ("code", "name", "role", "department", "customers read", "active"),
        [
            (one.code, one.name, one.role, one.department, one.display_name, "yes" if one.active else "no")
            for one in with_database(load(), read)
        ],
    )


@users.command("password")
def set_password(code: Code, password_stdin: FromStdin = False) -> None:
    """Give an account a new password; open sessions end."""
    from crm.staff.errors import PasswordTooShort  # noqa: PLC0415
    from crm.staff.service import SHORTEST_PASSWORD, StaffService  # noqa: PLC0415

    password = _password(password_stdin)

    async def change(database: "Database", clock: "Clock") -> bool:
        async with database.transaction() as session:
            return await StaffService(session, clock).set_password(code, password)

    try:
        if not with_database(load(), change):
            raise LauncherError(f"there is no account {code}")
    except PasswordTooShort:
        raise LauncherError(f"the password needs at least {SHORTEST_PASSWORD} characters") from None
    print(f"The password of {code} is changed.")


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="Which program it is for.")],
    trusted: Annotated[bool, typer.Option("--trusted", help="It may say which contact is speaking.")] = False,
) -> None:
    """Create a key and print it; it is shown only this once."""
    from crm.staff.errors import KeyNameTaken  # noqa: PLC0415
    from crm.staff.service import ApiKeyService  # noqa: PLC0415

    async def create(database: "Database", clock: "Clock") -> str:
        async with database.transaction() as session:
            return await ApiKeyService(session, clock).create(name, trusted=trusted)

    try:
        print(with_database(load(), create))
    except KeyNameTaken:
        raise LauncherError(f"there is or was a key named {name}; take another name") from None


@keys.command("list")
def list_keys() -> None:
    """List all keys by name; the keys themselves are not stored."""
    from crm.staff.service import ApiKeyService  # noqa: PLC0415

    async def read(database: "Database", clock: "Clock") -> "Sequence[ApiKey]":
        async with database.reading() as session:
            return await ApiKeyService(session, clock).all()

    _table(
        ("name", "trusted", "created", "revoked"),
        [
            (key.name, "yes" if key.trusted else "no", f"{key.created_at:%Y-%m-%d}",
             f"{key.revoked_at:%Y-%m-%d}" if key.revoked_at else "")
            for key in with_database(load(), read)
        ],
    )  # fmt: skip


@keys.command("revoke")
def revoke_key(name: Annotated[str, typer.Argument(help="As `wenhuo keys list` shows it.")]) -> None:
    """End a key at once."""
    from crm.staff.service import ApiKeyService  # noqa: PLC0415

    async def revoke(database: "Database", clock: "Clock") -> bool:
        async with database.transaction() as session:
            return await ApiKeyService(session, clock).revoke(name)

    if not with_database(load(), revoke):
        raise LauncherError(f"there is no valid key named {name}")
    print(f"The key {name} no longer works.")


def _password(from_stdin: bool) -> str:
    """Never an argument: other users of the machine could read it in the list of processes."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _table(header: "Sequence[str]", rows: "Sequence[Sequence[Any]]") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*header)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console(highlight=False).print(table)


def register(cli: typer.Typer) -> None:
    """Adds both groups."""
    cli.add_typer(users, name="users")
    cli.add_typer(keys, name="keys")
