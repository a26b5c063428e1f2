"""Names of files as their senders wrote them: shown to people, never part of a path."""

import unicodedata

from crm.files.kinds import ENDINGS

LONGEST_NAME = 120
LONGEST_ENDING = 10
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, direction marks (which can turn `fdp.exe` round), halves of characters, line ends."""


def cleaned(name: str) -> str:
    """The last part of a name without what cannot be seen, 120 characters at most; empty: nothing is left of it."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(character for character in last if unicodedata.category(character) not in UNSEEN)
    seen = " ".join(seen.split()).strip(". ")
    if len(seen) <= LONGEST_NAME:
        return seen
    stem, dot, ending = seen.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return seen[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending


def to_save_as(name: str, media_type: str) -> str:
    """The name under which a file is handed out: its ending says what it is, so that nothing else opens it."""
    endings = ENDINGS[media_type]
    stem = cleaned(name) or "文件"
    return stem if stem.lower().endswith(endings) else stem + endings[0]
