"""What others are told of a file."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm.files.models import StoredFile
from database.base import JsonObject


@dataclass(frozen=True, slots=True)
class FileView:
    """One file. `name` empty: it had none."""

    id: UUID
    name: str
    media_type: str
    size: int
    """Bytes."""
    uploaded_by: str
    """'customer' or a staff code."""
    created_at: datetime

    @classmethod
    def of(cls, file: StoredFile) -> "FileView":
        """The view of a row."""
        return cls(file.id, file.name, file.media_type, file.size, file.uploaded_by, file.created_at)

    def in_log(self) -> JsonObject:
        """How a message's content names it."""
        return {"id": str(self.id), "media_type": self.media_type, "name": self.name}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file on a complaint card."""

    file: FileView
    added_at: datetime
    by_whom: str
    """'bot' or a staff code."""
