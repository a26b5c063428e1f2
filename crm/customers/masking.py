"""Personal data as it may be shown: hidden the way GB/T 41833-2022 (express electronic waybills) asks.

A name hides at least one character, a phone number at least six digits, an address its unit and room. The common
138****5678 hides only four digits and prints the last four, with which a shipment is looked up: it is not used here.
"""

import re

import phonenumbers

HIDDEN_DIGITS = 6
_SIGN = "*"

_ROOM_WORDS = "单元|号房|房间|房|室|户|层"
_ID = r"[0-9A-Za-z一二三四五六七八九十百零〇]+(?:[-－—–#][0-9A-Za-z]+)*"
_ADDRESS_PARTS = re.compile(
    rf"(?P<named>{_ID})(?P<word>{_ROOM_WORDS})"
    r"|(?P<before>(?i:\b(?:room|rm|unit|apt|suite|flat|floor)\b\.?|#)\s*)[0-9A-Za-z]+(?:[-–][0-9A-Za-z]+)*"
    # A number right after a building, floor or street number is a room, unless it numbers a building itself.
    r"|(?<=[楼栋座幢苑园厦层元号塔])\s*[0-9A-Za-z]+(?:[-－—–#][0-9A-Za-z]+)*(?![0-9A-Za-z号栋幢座楼塔])"
    r"|[0-9A-Za-z]+(?:[-－—–#][0-9A-Za-z]+)+\s*$"
)


def mask_phone(phone: str | None) -> str:
    """Return 138******78 for +8613812345678: at least six digits hidden, never the last four shown. Empty for None."""
    if not phone:
        return ""
    prefix, digits = _national(phone)
    shown = max(0, len(digits) - HIDDEN_DIGITS)
    tail = min(2, shown // 2)
    head = min(3, shown - tail)
    return prefix + digits[:head] + _SIGN * (len(digits) - head - tail) + (digits[-tail:] if tail else "")


def _national(phone: str) -> tuple[str, str]:
    """Split a number into what may be shown of its country (empty for China) and its own digits."""
    try:
        number = phonenumbers.parse(phone, "CN")
    except phonenumbers.NumberParseException:
        return "", re.sub(r"[^0-9]", "", phone) or _SIGN * HIDDEN_DIGITS
    national = phonenumbers.national_significant_number(number)
    if number.country_code == 86:
        return "", national
    return f"+{number.country_code}", national


def mask_name(name: str | None) -> str:
    """Return 张* for 张三, J*** S**** for John Smith; a name of one character is hidden whole. Empty for None."""
    if not name or not name.strip():
        return ""
    return " ".join(_mask_word(word) for word in name.split())


def _mask_word(word: str) -> str:
    return _SIGN if len(word) == 1 else word[0] + _SIGN * (len(word) - 1)


def mask_address(address: str | None) -> str:
    """Return an address without its unit, floor and room (88号3号楼**单元**室). Empty for None."""
    if not address:
        return ""
    return _ADDRESS_PARTS.sub(_hide_part, address.strip())


def _hide_part(match: re.Match[str]) -> str:
    return (match["before"] or "") + "**" + (match["word"] or "")


def mask_email(email: str | None) -> str:
    """Return w***@example.com: the first sign of the mailbox and the domain. Empty for None."""
    if not email:
        return ""
    box, at, domain = email.partition("@")
    return f"{box[:1]}***{at}{domain}"
