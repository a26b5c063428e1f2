"""What the REST channel takes and what it refuses, with the reason."""

import pytest
from pydantic import ValidationError

from connectors.rest.messages import LONGEST, RestMessage


def test_a_long_message_is_taken_whole() -> None:
    text = "货" * LONGEST
    assert RestMessage(sender="a", message=text).incoming("key").text == text


@pytest.mark.parametrize("text", ["x" * 1_000_000, "货" * (LONGEST + 1)], ids=["a megabyte", "one more"])
def test_what_is_too_long_is_refused_with_the_limit(text: str) -> None:
    with pytest.raises(ValidationError, match="at most 100000 characters"):
        RestMessage(sender="a", message=text)
