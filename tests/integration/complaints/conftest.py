"""The house on the database under test."""

import pytest

from crm.clock import FixedClock
from database.session import Database
from tests.integration.complaints.house import House


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    """Staff of every rank on a Monday at 10:00."""
    return await House(database, clock).furnish()
