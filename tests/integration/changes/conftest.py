"""The scene on the database under test."""

import pytest

from crm.clock import FixedClock
from database.session import Database
from tests.integration.changes.scene import Scene


@pytest.fixture
async def scene(database: Database, clock: FixedClock) -> Scene:
    """Staff of every rank on a Monday at 10:00 in Shanghai."""
    return await Scene(database, clock).hire()
