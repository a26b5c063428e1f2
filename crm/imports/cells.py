"""What one cell of a file can be, whatever the file's format."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

LONGEST_CELL = 2000
"""Signs; no column takes more. Longer text is a file gone wrong (an open quotation mark)."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TO_CLEAN = re.compile(r"[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff]|  |^ | $|^=")
"""Whatever `clean` would change; looked for first, since hardly any cell has it."""
_BLANKS = re.compile(r"[^\S\n]+")
_EXCEL_TEXT = re.compile(r'="(.*)"')


@dataclass(frozen=True)
class Unusable:
    """A cell that has no value to take: a formula, a spreadsheet error, endless text. `reason` is Chinese."""

    shown: str
    reason: str


Cell = str | datetime | date | Unusable
"""An empty cell is an empty text. A datetime is naive: as it stands in the sheet."""


def clean(text: str) -> Cell:
    """Text without control and invisible signs, single blanks, trimmed; what is too long becomes Unusable.

    Spreadsheets write ="0123" to keep a leading zero: that is the text 0123.
    """
    if not text or (len(text) <= LONGEST_CELL and not _TO_CLEAN.search(text)):
        return text
    plain = _BLANKS.sub(" ", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()
    if len(plain) > LONGEST_CELL:
        return Unusable(plain[:40] + "…", f"内容太长（{len(plain)}个字符），请检查引号是否成对")
    unwrapped = _EXCEL_TEXT.fullmatch(plain)
    return unwrapped.group(1).strip() if unwrapped else plain


def shown(cell: Cell) -> str:
    """A cell as an error list shows it."""
    if isinstance(cell, Unusable):
        return cell.shown
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date) else cell


def folded(text: str) -> str:
    """NFKC, lower case, without blanks: full-width digits and letters are the same as plain ones."""
    if text.isascii():
        return text.lower().replace(" ", "")
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
