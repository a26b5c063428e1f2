"""Who is behind a web session: a token we signed for a visitor, or one that the firm's site signed for a known customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import jwt

ALGORITHM = "HS256"
VISITOR = "visitor"
CUSTOMER = "customer"
VISITOR_LIFE = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """Account of the web channel. `contact` is None for a visitor."""

    account: str
    contact: str | None
    token: str
    """What the client keeps as its session id."""


class WebTokens:
    """Signs and reads session tokens (JWT, HS256)."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def visitor(self, now: datetime) -> WebIdentity:
        """A new visitor."""
        account = f"visitor:{uuid4().hex}"
        token = self._sign(account, VISITOR, now + VISITOR_LIFE)
        return WebIdentity(account, None, token)

    def customer(self, contact: str, now: datetime, life: timedelta) -> WebIdentity:
        """What a firm's site signs for a customer who has logged in there."""
        return WebIdentity(f"contact:{contact}", contact, self._sign(contact, CUSTOMER, now + life))

    def read(self, token: object, now: datetime) -> WebIdentity | None:
        """The identity of a token; None when it is not ours, altered, or expired."""
        if not isinstance(token, str):
            return None
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                options={"verify_exp": False, "require": ["sub", "exp", "kind"]},
            )
        except jwt.InvalidTokenError:
            return None
        # Checked here and not by the library, whose clock cannot be moved.
        if claims["exp"] <= now.timestamp():
            return None
        if claims["kind"] == CUSTOMER:
            return WebIdentity(f"contact:{claims['sub']}", claims["sub"], token)
        return WebIdentity(claims["sub"], None, token) if claims["kind"] == VISITOR else None

    def _sign(self, subject: str, kind: str, expires: datetime) -> str:
        claims = {"sub": subject, "kind": kind, "exp": int(expires.timestamp())}
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)
