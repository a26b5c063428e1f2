"""Column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import DateTime, Dialect, Numeric, String
from sqlalchemy.types import TypeDecorator, TypeEngine

SMALLEST = Decimal("0.000001")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC. A naive datetime is refused: it would mean a different instant on each machine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Aware datetime in any zone -> UTC. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite gives back naive datetimes: they are UTC by construction."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal of up to six places: NUMERIC(18, 6) on PostgreSQL, text on SQLite, which has only floats."""

    impl = Numeric(18, 6)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Decimal]:
        """Text where the database has no exact numbers."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))  # type: ignore[arg-type]  # bound as text by process_bind_param
        return dialect.type_descriptor(Numeric(18, 6))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        """Raises TypeError for a float: it has lost its exactness already."""
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"an exact amount must be a Decimal, not {type(value).__name__}")
        # One way to write a value: SQLite compares text, and would keep places that PostgreSQL rounds away.
        exact = value.quantize(SMALLEST, ROUND_HALF_UP)
        return format(exact, "f") if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Decimal | str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Text or NUMERIC -> Decimal without trailing zeros beyond two places."""
        if value is None:
            return None
        number = Decimal(value)
        cents = number.quantize(Decimal("0.01"))
        return cents if cents == number else number.normalize()
