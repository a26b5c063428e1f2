"""Writes that stay right when two processes make them at once, the same on SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from database.base import Base


async def insert_once(session: AsyncSession, model: type[Base], **values: Any) -> bool:
    """Insert a row unless one of its unique keys is taken; say whether it was inserted.

    Reading first and inserting later would fail on PostgreSQL when two transactions read before either wrote.
    """
    # Both dialects have the statement, but SQLAlchemy has no common form of it.
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first_key = next(iter(model.__table__.primary_key))
    statement = insert(model).values(**values).on_conflict_do_nothing().returning(first_key)
    return (await session.execute(statement)).first() is not None


async def take_turns(session: AsyncSession, what: str) -> None:
    """Let only one transaction at a time pass this point for the same `what`, until it ends.

    On SQLite a writing transaction is alone anyway. For rules that count rows and then add one: two transactions that
    count at the same time would both find room.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})
