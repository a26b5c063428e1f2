"""The stack for the tests here."""

import pytest

from tests.e2e.stack import sender, stack

__all__ = ["sender", "stack"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the stack needs the real Rasa."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker("rasa")
