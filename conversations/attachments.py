"""What came with messages besides words, where only words or ids can stand."""

from collections.abc import Iterable, Sequence

from conversations.models import Message
from crm.files.kinds import IN_WORDS, kind_of
from database.base import JsonObject


def files_of(lines: Iterable[Message]) -> list[JsonObject]:
    """Ids and media types of the files of some lines, in order; their names stay in the log."""
    return [
        {"id": file["id"], "media_type": file["media_type"]} for line in lines for file in line.content.get("files", ())
    ]


def in_words(lines: Sequence[Message]) -> str:
    """What was said, one line of it under the other; where nothing was, each kind of file once ([图片])."""
    said = "\n".join(line.text for line in lines if line.text)
    return said or "\n".join(dict.fromkeys(IN_WORDS[kind_of(file["media_type"])] for file in files_of(lines)))
