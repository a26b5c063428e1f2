"""Readers of cells: text, numbers, words of a fixed list, telephones. Each raises BadValue with a Chinese reason."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from stdnum.cn import uscc as uscc_rules
from stdnum.exceptions import ValidationError

from crm.customers.phones import to_e164
from crm.imports.cells import Cell, Unusable, folded, shown
from crm.imports.errors import BadValue

Reader = Callable[[Cell, datetime], Any]
"""(cell, not empty; the present moment) -> value. Raises BadValue."""

SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
_UNITS = re.compile(r"(kgs?|公斤|千克|cbm|立方米?|方|m3|㎥|%|天|日|days?|件|元)$")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_YES, _NO = ("是", "yes", "y", "true", "1", "可", "√"), ("否", "no", "n", "false", "0", "不可", "×")
LARGEST_NUMBER = Decimal(10) ** 12
"""Amounts are stored with twelve places before the point."""


def plain(cell: Cell) -> str:
    """The cell as text. Raises BadValue for one that has no value."""
    if isinstance(cell, Unusable):
        raise BadValue(cell.reason)
    return cell if isinstance(cell, str) else shown(cell)


def text(longest: int) -> Reader:
    """Text of at most `longest` signs."""

    def read(cell: Cell, _now: datetime) -> str:
        words = plain(cell)
        if len(words) > longest:
            raise BadValue(f"太长，最多{longest}个字符，现有{len(words)}个")
        return words

    return read


def code(longest: int) -> Reader:
    """A code of ours: letters, digits and - _ . without blanks, upper and lower case kept."""
    pattern = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")

    def read(cell: Cell, _now: datetime) -> str:
        written = unicodedata.normalize("NFKC", plain(cell))
        if SCIENTIFIC.fullmatch(written):
            raise BadValue("编号被 Excel 变成了科学计数法，请把该列设为文本")
        if len(written) > longest or not pattern.fullmatch(written):
            raise BadValue(f"编码只能用字母、数字和 - _ .，最多{longest}位")
        return written

    return read


def decimal(*, least: str = "0", most: str = "999999999999", above: bool = False) -> Reader:
    """An exact number between two limits; thousands separators and a unit behind it are allowed. `above`: not `least` itself."""
    low, high = Decimal(least), Decimal(most)

    def read(cell: Cell, _now: datetime) -> Decimal:
        number = _decimal(plain(cell))
        if number < low or (above and number == low):
            raise BadValue(f"应{'大于' if above else '不小于'}{least}")
        if number > high:
            raise BadValue(f"应不大于{most}")
        return number

    return read


def whole(*, least: int = 0, most: int = 1_000_000) -> Reader:
    """A whole number between two limits."""

    def read(cell: Cell, _now: datetime) -> int:
        number = _decimal(plain(cell))
        if number != number.to_integral_value():
            raise BadValue("应为整数")
        if not least <= number <= most:
            raise BadValue(f"应在{least}到{most}之间")
        return int(number)

    return read


def _decimal(written: str) -> Decimal:
    bare = _UNITS.sub("", folded(written))
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", bare):
        bare = bare.replace(",", "")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        raise BadValue("不是数字") from None
    if not number.is_finite() or abs(number) >= LARGEST_NUMBER:
        raise BadValue("不是数字")
    if number != number.quantize(Decimal("0.000001")):
        raise BadValue("小数最多6位")
    return number


def word(table: Mapping[str, Any], what: str) -> Reader:
    """One of a fixed list of words, Chinese or English; `what` names the list in the reason."""
    known = {folded(name): value for name, value in table.items()}

    def read(cell: Cell, _now: datetime) -> Any:
        found = known.get(folded(plain(cell)))
        if found is None:
            raise BadValue(f"不认识，可以写：{what}")
        return found

    return read


def yes_no(cell: Cell, _now: datetime) -> bool:
    """是 or 否."""
    answer = folded(plain(cell))
    if answer in _YES:
        return True
    if answer in _NO:
        return False
    raise BadValue("请写“是”或“否”")


def phone(cell: Cell, _now: datetime) -> str:
    """A telephone number as E.164."""
    written = plain(cell)
    if SCIENTIFIC.fullmatch(written):
        raise BadValue("电话被 Excel 变成了科学计数法，请把该列设为文本")
    number = _e164(written)
    if number is None or len(number) > 20:
        raise BadValue("不是电话号码；境外号码请带国家代码，如 +49 40 …")
    return number


@lru_cache(maxsize=20_000)
def _e164(written: str) -> str | None:
    """E.164. Chinese mobiles, nearly all that is imported, need no telephone library: it takes longer than the whole row."""
    mobile = _MOBILE.fullmatch(written.replace(" ", "").replace("-", ""))
    return f"+86{mobile.group(1)}" if mobile else to_e164(written)


def email(cell: Cell, _now: datetime) -> str:
    """An e-mail address."""
    address = unicodedata.normalize("NFKC", plain(cell))
    if len(address) > 200 or not _EMAIL.fullmatch(address):
        raise BadValue("不是邮箱地址")
    return address


def uscc(cell: Cell, _now: datetime) -> str:
    """统一社会信用代码 (GB 32100): 18 signs with a check sign."""
    written = folded(plain(cell)).upper()
    try:
        return str(uscc_rules.validate(written))
    except ValidationError:
        raise BadValue("统一社会信用代码不对，应为18位且校验码正确") from None


def currency(cell: Cell, _now: datetime) -> str:
    """ISO 4217 letters; RMB and the Chinese names of the usual ones count."""
    written = folded(plain(cell)).upper()
    named = _CURRENCIES.get(written, written)
    if not re.fullmatch(r"[A-Z]{3}", named):
        raise BadValue("请写三个字母的币种代码，如 USD、CNY")
    return named


_CURRENCIES = {"RMB": "CNY", "人民币": "CNY", "元": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR", "日元": "JPY",
               "英镑": "GBP", "港币": "HKD", "¥": "CNY", "$": "USD", "€": "EUR"}  # fmt: skip
