"""The one settings object. Only wiring reads it; nothing else looks at the environment.

Each field is an environment variable with the prefix `WENHUO_` (or a line in `.env`); `docs/settings.md` explains them all.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import AwareDatetime, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent

DEMO_SECRET = "demo-only-not-a-secret-refused-in-production"  # noqa: S105 (refused outside demo mode)


class Settings(BaseSettings):
    """How this installation runs. Durations are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="WENHUO_", env_file=ROOT / ".env", extra="ignore")

    mode: Literal["demo", "production"] = "demo"
    firm_name: str = "远航国际物流"

    data_dir: Path = ROOT / "data"
    database_url: str = ""
    """Empty: SQLite in `data_dir`. PostgreSQL: `postgresql+asyncpg://user@host/name`."""
    redis_url: str = ""
    """Empty: one app process, no Socket.IO fan-out."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    rasa_port: int = Field(default=5005, ge=1, le=65535)
    actions_port: int = Field(default=5055, ge=1, le=65535)
    rasa_url: str = ""
    """Empty: Rasa on this machine at `rasa_port`."""
    actions_url: str = ""
    """Empty: the action server on this machine at `actions_port`."""

    secret: SecretStr = SecretStr(DEMO_SECRET)
    """Signs the session tokens of the web channel and the links to files."""
    web_origins: list[str] = Field(default_factory=list)
    """Origins besides our own from which the web channel may be opened."""

    now: AwareDatetime | None = None
    """Moves the clock of every process to this instant; it runs on from there. Refused in production."""
    now_since: float | None = None
    """Unix time at which `now` applied; set by the launcher so that a restarted process does not go back in time."""

    burst_quiet: float = Field(default=0.75, ge=0, le=5)
    """Lines of one conversation that follow each other within this time become one turn."""
    burst_longest: float = Field(default=6.0, ge=0, le=30)
    """A customer who keeps writing is answered after this time all the same."""
    bot_deadline: float = Field(default=3.5, gt=0, le=4.5)
    """After this the bot has failed: the customer hears so and is offered a person. With `burst_quiet` it stays under 5."""
    message_limit: int = Field(default=5000, ge=100, le=5000)
    """Characters of one message that are kept and understood; the rest is cut, and the customer is told. The bot reads 5000."""
    file_image_mb: int = Field(default=10, ge=1, le=100)
    """Megabytes (of 1024 x 1024 bytes) of one picture that a customer or a colleague sends."""
    file_document_mb: int = Field(default=20, ge=1, le=100)
    file_audio_mb: int = Field(default=10, ge=1, le=100)
    file_video_mb: int = Field(default=50, ge=1, le=500)
    files_per_day_mb: int = Field(default=200, ge=1, le=10_000)
    """Megabytes that one account may send within 24 hours."""
    log_level: str = "INFO"

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'wenhuo.db'}"

    @property
    def rasa(self) -> str:
        """Base URL of Rasa, without a slash at the end."""
        return (self.rasa_url or f"http://127.0.0.1:{self.rasa_port}").rstrip("/")

    @property
    def actions(self) -> str:
        """The webhook of the action server."""
        return self.actions_url or f"http://127.0.0.1:{self.actions_port}/webhook"

    @model_validator(mode="after")
    def _production_is_strict(self) -> Self:
        if self.mode == "production":
            if len(self.secret.get_secret_value()) < 32 or self.secret.get_secret_value() == DEMO_SECRET:
                raise ValueError("WENHUO_SECRET: production needs a secret of your own, at least 32 characters")
            if self.now is not None:
                raise ValueError("WENHUO_NOW: the clock cannot be moved in production")
        return self


def load() -> Settings:
    """Settings from the environment and `.env`; raises pydantic's ValidationError naming what is wrong."""
    return Settings()
