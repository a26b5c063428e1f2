"""The declarative base of every table, with predictable constraint names (migrations need them on both databases)."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

JsonObject = dict[str, Any]
Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {JsonObject: Json, UUID: Uuid}


class Keyed:
    """Mixin: a UUID primary key, made by us, so that a row's id is known before it is written."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition of a check: the column has one of these values."""
    # Sorted, because some come as sets, and the tables should read the same in every process.
    return f"{column} IN ({', '.join(repr(value) for value in sorted(map(str, values)))})"
