"""Check digits, kinds and finding of reference numbers: the vectors of the freight reference, section 1."""

from __future__ import annotations

from datetime import date

import pytest

from freight import checkdigits, references
from freight.references import ReferenceKind as Kind


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("CSQU3054383", True), ("TASU1170000", True), ("MSKU3000000", True), ("MSCU4100030", True), ("MSKU1234565", True),
        ("HLXU8000009", True), ("CSQU3054384", False), ("MSKU1235465", False), ("MSKU1234556", False),
        ("MSAU1234565", True), ("MSKA1234565", False), ("MSKU123456", False), ("柜号", False),
    ],
)  # fmt: skip
def test_container_check_digit(number: str, valid: bool) -> None:
    assert checkdigits.container_is_valid(number) is valid


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("999-12345675", True), ("020-81140743", True), ("160-00000011", True), ("176-98765432", False),
        ("160-12345678", False), ("172-07123454", True), ("172-70123454", True), ("1601234567", False),
    ],
)  # fmt: skip
def test_air_waybill_check_digit(number: str, valid: bool) -> None:
    assert checkdigits.awb_is_valid(references.normalise(number)) is valid


@pytest.mark.parametrize(
    ("check", "number", "valid"),
    [
        (checkdigits.s10_is_valid, "RB123456785GB", True), (checkdigits.s10_is_valid, "EE123456785CN", True),
        (checkdigits.s10_is_valid, "EA473124829CN", True), (checkdigits.s10_is_valid, "EE123456784CN", False),
        (checkdigits.dhl_is_valid, "3318810025", True), (checkdigits.dhl_is_valid, "1234567890", False),
        (checkdigits.ups_is_valid, "1Z5R89390357567127", True), (checkdigits.ups_is_valid, "1Z5R89390357567128", False),
        (checkdigits.fedex_is_valid, "986578788855", True), (checkdigits.fedex_is_valid, "986578788856", False),
        (checkdigits.s10_is_valid, "", False), (checkdigits.dhl_is_valid, "x", False),
        (checkdigits.ups_is_valid, "1Z", False), (checkdigits.fedex_is_valid, "９", False),
    ],
)  # fmt: skip
def test_express_check_digits(check: object, number: str, valid: bool) -> None:
    assert callable(check)
    assert check(number) is valid


@pytest.mark.parametrize(("digits", "check"), [("2611210001", 3), ("2611210042", 7)])
def test_damm_digit(digits: str, check: int) -> None:
    assert checkdigits.damm_digit(digits) == check
    assert checkdigits.damm_is_valid(f"{digits}{check}")


def test_damm_finds_every_wrong_digit_and_every_swap() -> None:
    right = "26112100427"
    for position, sign in enumerate(right):
        for digit in "0123456789":
            wrong = right[:position] + digit + right[position + 1 :]
            assert checkdigits.damm_is_valid(wrong) is (digit == sign)
    for position in range(len(right) - 1):
        one, two = right[position], right[position + 1]
        swapped = right[:position] + two + one + right[position + 2 :]
        assert checkdigits.damm_is_valid(swapped) is (one == two)


def test_own_numbers() -> None:
    day = date(2026, 11, 21)
    assert references.own_number("WB", day, 1) == "WB26112100013"
    assert references.own_number("QT", day, 42) == "QT26112100427"
    with pytest.raises(ValueError, match="prefix"):
        references.own_number("XX", day, 1)
    with pytest.raises(ValueError, match="serial"):
        references.own_number("WB", day, 10_000)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ＭＳＫＵ１２３４５６５", "MSKU1234565"), ("mrku 634521 4", "MRKU6345214"), ("999-1234 5675", "99912345675"),
        ("MSKU幺234565", "MSKU1234565"), ("一二三", "一二三"), ("1幺8〇2", "11802"), ("qt-2024.06/01", "QT20240601"),
    ],
)  # fmt: skip
def test_normalise(written: str, normal: str) -> None:
    assert references.normalise(written) == normal


@pytest.mark.parametrize(
    ("number", "kind", "valid"),
    [
        ("WB26112100013", Kind.WAYBILL, True), ("SO26112100013", Kind.ORDER, True), ("QT26112100427", Kind.QUOTE, True),
        ("CP26112100427", Kind.COMPLAINT, True), ("CP26112100428", Kind.COMPLAINT, False),
        ("BJ20240601", Kind.QUOTE, None), ("TS-2024-0601", Kind.COMPLAINT, None), ("MSKU1234565", Kind.CONTAINER, True),
        ("MSKU1234567", Kind.CONTAINER, False), ("SF1234567890123", Kind.EXPRESS, None),
        ("YT5555508965056", Kind.EXPRESS, None), ("160-12345675", Kind.MAWB, True), ("COSU6112345670", Kind.MBL, None),
        ("RB123456785GB", Kind.EXPRESS, True), ("1Z5R89390357567127", Kind.EXPRESS, True),
        ("3914712788236", Kind.EXPRESS, None), ("986578788855", Kind.EXPRESS, True),
    ],
)  # fmt: skip
def test_classify(number: str, kind: Kind, valid: bool | None) -> None:
    best = references.classify(number)[0]
    assert (best.kind, best.valid) == (kind, valid)


@pytest.mark.parametrize("text", ["", "你好", "123", "40HQ", "abc"])
def test_classify_refuses(text: str) -> None:
    assert references.classify(text) == []


@pytest.mark.parametrize(
    ("message", "numbers"),
    [
        ("柜号MSKU1234565到哪", ["MSKU1234565"]),
        ("mrku 634521 4到哪了", ["MRKU6345214"]),
        ("ＭＳＫＵ１２３４５６５在哪", ["MSKU1234565"]),
        ("msku 123-4565", ["MSKU1234565"]),
        ("CSQU3054383和TASU1170000", ["CSQU3054383", "TASU1170000"]),
        ("帮我查160-12345675", ["16012345675"]),
        ("主单 999 1234 5675 到了吗", ["99912345675"]),
        ("我电话13812345678", []),
        ("13112345675", []),
        ("运单号13112345675", ["13112345675"]),
        ("131-12345675", ["13112345675"]),
        ("0755-88886666", []),
        ("SF1234567890123", ["SF1234567890123"]),
        ("QT-20240601", ["QT20240601"]),
        ("投诉单CP-261121-0042-7", ["CP26112100427"]),
        ("提单号是 COSU6112345670", ["COSU6112345670"]),
        ("HBL SHHAM2304418", ["SHHAM2304418"]),
        ("40HQ x 2 上海到洛杉矶", []),
        ("2026-11-23 2000kg 500CTNS 120*80*60cm", []),
        ("68759375306这个订单今天发货么", ["68759375306"]),
        ("QQ 123456789", []),
        ("3318810025", ["3318810025"]),
        ("1234567890", []),
        ("WB２６１１２１０００１３ 谢谢", ["WB26112100013"]),
    ],
)
def test_find(message: str, numbers: list[str]) -> None:
    found = references.find(message)
    assert [item.number for item in found] == numbers
    assert all(message[item.start : item.end] == item.text for item in found)


def test_find_names_the_kind_from_the_word_before() -> None:
    kinds = [
        references.find(text)[0].kind for text in ("HBL SHHAM2304418", "订舱号 SGN0123456789", "提单COSU6112345670")
    ]
    assert kinds == [Kind.HBL, Kind.BOOKING, Kind.MBL]


def test_find_stays_quick_on_a_long_message() -> None:
    assert references.find("A1" * 50_000) == []
    assert references.find("1 " * 50_000) == []
    assert references.find("MSKU-" * 20_000) == []


@pytest.mark.parametrize(
    ("typed", "candidates", "expected"),
    [
        ("MSKU1235465", ["CSQU3054383", "MSKU1234565"], ["MSKU1234565"]),
        ("MSKU123456S", ["MSKU1234565"], ["MSKU1234565"]),
        ("234565", ["MSKU1234565", "CSQU3054383"], ["MSKU1234565"]),
        ("MSKU123456", ["MSKU1234565"], ["MSKU1234565"]),
        ("26112100013", ["WB26112100013", "WB26112100427"], ["WB26112100013"]),
        ("MSKU1234665", ["MSKU1234565"], ["MSKU1234565"]),
        ("OOLU9999999", ["MSKU1234565"], []),
        ("", ["MSKU1234565"], []),
    ],
)
def test_suggest(typed: str, candidates: list[str], expected: list[str]) -> None:
    assert references.suggest(typed, candidates) == expected


def test_suggest_offers_at_most_three_and_prefers_swaps() -> None:
    mine = ["MSKU1234569", "MSKU1235465", "MSKU1234561", "MSKU1234562"]
    offered = references.suggest("MSKU1234565", mine)
    assert offered[0] == "MSKU1235465"
    assert len(offered) == 3


def test_look_alikes_and_explanations() -> None:
    assert references.look_alike_repair("MSKUl23456S") == "MSKU1234565"
    assert references.look_alike_repair("M5KU1234565") == "MSKU1234565"
    assert references.look_alike_repair("MSKU1234567") == "MSKU1234567"
    assert references.explain_container("MSKU1234567") == "第11位校验码应为5"
    assert references.explain_container("MSKU123456") == "柜号应为11位，您给的是10位"
    assert references.explain_container("MSKX1234565") == "第4位应为U、J或Z"
    assert references.explain_container("M1KU1234565") == "第2位应为字母"
    assert references.explain_container("MSKU1234565") is None
