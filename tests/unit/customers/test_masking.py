"""GB/T 41833: a name hides a character, a phone six digits, an address its unit and room."""

import pytest

from crm.customers.masking import HIDDEN_DIGITS, mask_address, mask_email, mask_name, mask_phone


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+8613812345678", "138******78"),
        ("13812345678", "138******78"),
        ("021-63211234", "21******34"),
        ("+4915112345678", "+49151******78"),
        ("+85291234567", "+8529******7"),
        ("123456", "******"),
        ("not a phone", "******"),
        ("", ""),
        (None, ""),
    ],
)
def test_phone(phone: str | None, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize("digits", range(7, 14))
def test_six_digits_are_hidden_and_the_tail_is_never_shown(digits: int) -> None:
    phone = "1" + "9876543210987"[: digits - 1]
    shown = mask_phone("+" + "86" + phone)
    assert shown.count("*") >= HIDDEN_DIGITS
    assert not shown.endswith(phone[-4:])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("欧阳修", "欧**"),
        ("李", "*"),
        ("John Smith", "J*** S****"),
        ("  ", ""),
        (None, ""),
    ],
)
def test_name(name: str | None, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("上海市浦东新区张江路88号3号楼2单元501室", "上海市浦东新区张江路88号3号楼**单元**室"),
        ("深圳市南山区科技园12栋B座1203", "深圳市南山区科技园12栋B座**"),
        ("北京市朝阳区建国路1号5层502", "北京市朝阳区建国路1号**层**"),
        ("杭州市西湖区文三路100号3-501", "杭州市西湖区文三路100号**"),
        ("Flat 12B, 8 Queen's Road", "Flat **, 8 Queen's Road"),
        ("宁波市北仑区明州路88号", "宁波市北仑区明州路88号"),
        (None, ""),
    ],
)
def test_address(address: str | None, shown: str) -> None:
    assert mask_address(address) == shown


@pytest.mark.parametrize(("email", "shown"), [("wang@example.com", "w***@example.com"), (None, "")])
def test_email(email: str | None, shown: str) -> None:
    assert mask_email(email) == shown
