"""A link opens one file, for a quarter of an hour, and only as it was made."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest

from crm.clock import FixedClock
from crm.files.links import OPEN_FOR, FileLinks

FILE = UUID("6a0f4b0e-0000-4000-8000-000000000001")


@pytest.fixture
def links(clock: FixedClock) -> FileLinks:
    return FileLinks("a secret", clock)


def parts(url: str) -> tuple[UUID, str, str]:
    """Id, expiry and signature of an address."""
    read = urlsplit(url)
    query = parse_qs(read.query)
    return UUID(read.path.removeprefix("/files/")), query["expires"][0], query["signature"][0]


def test_a_link_opens_until_its_time_is_over(links: FileLinks, clock: FixedClock) -> None:
    link = parts(links.url(FILE))
    assert links.opens(*link)
    clock.move(OPEN_FOR - timedelta(seconds=1))
    assert links.opens(*link)
    clock.move(timedelta(seconds=1))
    assert not links.opens(*link)


def test_nothing_else_opens(links: FileLinks, clock: FixedClock) -> None:
    file, expires, signature = parts(links.url(FILE))
    assert not links.opens(uuid4(), expires, signature)
    assert not links.opens(file, str(int(expires) + 1), signature)
    assert not links.opens(file, "9" * 4000, signature)
    flipped = ("0" if signature[0] != "0" else "1") + signature[1:]
    for wrong in ("", "签名", signature[:-1], signature.upper(), flipped):
        assert not links.opens(file, expires, wrong) or wrong == signature
    for wrong in ("", "-1", "１", "1e9", " " + expires):
        assert not links.opens(file, wrong, signature)
    assert not FileLinks("another secret", clock).opens(file, expires, signature)
