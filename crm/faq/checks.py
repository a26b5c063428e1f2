"""What is fit to be said as an answer. Each check gives a Chinese reason, or nothing where all is well."""

import re
import unicodedata
from datetime import date

from crm.customers.personal_numbers import bank_cards, identity_cards, mobile_numbers

LONGEST_TEXT = 600
"""Characters; a longer answer is not read on a phone."""
LONGEST_SOURCE = 60
"""Customers read it in one line below the answer."""
_TEMPLATE = re.compile(r"[{}]|0\[")
"""What Rasa would take for a value to be filled in."""
_FORMULA = re.compile(r"[=+@-]")
"""What a spreadsheet would take for a formula at the beginning of a cell, or an import for "empty this"."""


def tidy(text: str) -> str:
    """Without blanks at the ends of lines and lines at both ends."""
    return "\n".join(line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def wrong_text(text: str) -> str | None:
    """Why this cannot be an answer; None: it can. `text` is tidy."""
    return _wrong(text, LONGEST_TEXT)


def wrong_source(source: str) -> str | None:
    """Why this cannot be named as a source; None: it can. `source` is tidy."""
    return "依据只能写一行" if "\n" in source else _wrong(source, LONGEST_SOURCE)


def wrong_day(as_of: date, today: date) -> str | None:
    """Why an answer cannot be of this day; None: it can."""
    return "更新日期不能在将来" if as_of > today else None


def wrong_end(valid_until: date | None, as_of: date) -> str | None:
    """Why an answer of a day cannot hold until another; None: it can."""
    return "有效期不能早于更新日期" if valid_until is not None and valid_until < as_of else None


def _wrong(text: str, longest: int) -> str | None:
    if not text:
        return "不能为空"
    if len(text) > longest:
        return f"太长，最多{longest}个字符，现有{len(text)}个"
    if _TEMPLATE.search(text):
        return "不能有花括号 { } 或“0[”，机器人会当成要填的变量"
    if _FORMULA.match(text):
        return "开头不能是 = + - @，表格会当成公式"
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co") and sign != "\n" for sign in text):
        return "有显示不出来的字符"
    return _personal(text)


def _personal(text: str) -> str | None:
    if identity_cards(text):
        return "像是身份证号，个人信息不能写进答案"
    if bank_cards(text):
        return "像是银行卡号，不能写进答案"
    if mobile_numbers(text):
        return "有手机号，个人信息不能写进答案，请写公司座机或 400 电话"
    return None
