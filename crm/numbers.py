"""Our own numbers: one series per prefix and day, safe against two processes asking at once."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from crm.clock import Clock
from database.base import Base
from freight.references import own_number

LARGEST_SERIAL = 9999
"""The serial has four digits in every number customers hold."""


class SeriesExhausted(Exception):
    """More numbers of one prefix were wanted in a day than four digits hold. Not a refusal: the firm outgrew its scheme."""


class NumberSeries(Base):
    """The last serial given out for a prefix on a day (in Shanghai)."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last > 0", name="last_positive"),)

    prefix: Mapped[str] = mapped_column(String(4), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class NumberService:
    """Gives out numbers: prefix + yymmdd + four digits + Damm check digit."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def next(self, prefix: str) -> str:
        """The next number of `prefix` (WB, SO, QT, CP) for today. Raises SeriesExhausted after 9999 in one day.

        The row is locked until the surrounding transaction ends, so a number is used once; a rollback gives it back.
        """
        day = self._clock.today()
        serial = await self._next_serial(prefix, day)
        if serial > LARGEST_SERIAL:
            raise SeriesExhausted(f"{prefix} has no number left on {day.isoformat()}")
        return own_number(prefix, day, serial)

    async def _next_serial(self, prefix: str, day: date) -> int:
        # One statement that inserts or counts up: reading first and writing later would let two transactions on
        # PostgreSQL see the same serial. Both dialects have it, but SQLAlchemy has no common form of it.
        insert = sqlite.insert if self._session.get_bind().dialect.name == "sqlite" else postgresql.insert
        statement = (
            insert(NumberSeries)
            .values(prefix=prefix, day=day, last=1)
            .on_conflict_do_update(index_elements=["prefix", "day"], set_={"last": NumberSeries.last + 1})
            .returning(NumberSeries.last)
        )
        return (await self._session.execute(statement)).scalar_one()
