"""Addresses of files that open without a log-in, for a quarter of an hour. Whoever makes one has checked the rights."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from crm.clock import Clock

OPEN_FOR = timedelta(minutes=15)
PATH = "/files/"


class FileLinks:
    """Signs addresses and checks them."""

    def __init__(self, secret: str, clock: Clock) -> None:
        """`secret`: the installation's; the key is made from it for this purpose only."""
        self._key = hmac.digest(secret.encode(), b"wenhuo file links", hashlib.sha256)
        self._clock = clock

    def url(self, file_id: UUID) -> str:
        """The address of a file on this server, good for 15 minutes from now."""
        expires = int((self._clock.now() + OPEN_FOR).timestamp())
        return f"{PATH}{file_id}?expires={expires}&signature={self._signature(file_id, expires)}"

    def opens(self, file_id: UUID, expires: str, signature: str) -> bool:
        """Whether an address was made here, is unaltered and still good."""
        # Longer numbers than these cannot be instants, and reading them would take time.
        if not (expires.isascii() and expires.isdecimal() and len(expires) <= 12 and signature.isascii()):
            return False
        genuine = hmac.compare_digest(self._signature(file_id, int(expires)), signature)
        return genuine and int(expires) > self._clock.now().timestamp()

    def with_urls(self, files: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The files of a message's content, each with its address for now."""
        return [{**file, "url": self.url(UUID(file["id"]))} for file in files]

    def _signature(self, file_id: UUID, expires: int) -> str:
        return hmac.new(self._key, f"{file_id}\n{expires}".encode(), hashlib.sha256).hexdigest()
