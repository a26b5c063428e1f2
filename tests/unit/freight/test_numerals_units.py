"""Numerals and units as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from freight import numerals, units


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", "3"), ("3.5", "3.5"), ("1,200", "1200"), ("1,200.50", "1200.50"), ("三千", "3000"), ("一万二", "12000"),
        ("两百五", "250"),
        ("一百零五", "105"), ("一百五", "150"), ("三千五", "3500"), ("十五", "15"), ("二十", "20"), ("廿", "20"),
        ("卅五", "35"), ("三万五", "35000"), ("1.2万", "12000"), ("2万", "20000"), ("3千5", "3500"), ("3k", "3000"),
        ("两千三百", "2300"), ("一百二十", "120"), ("十万八千", "108000"), ("一亿三千万五百", "130000500"), ("半", "0.5"),
        ("三点五", "3.5"), ("零点八", "0.8"), ("两", "2"), ("俩", "2"), ("仨", "3"), ("壹佰", "100"), ("百", "100"),
        ("一三八", "138"), ("两万半", "25000"), ("一千零五十", "1050"),
    ],
)  # fmt: skip
def test_parse(text: str, value: str) -> None:
    assert numerals.parse(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", " ", "abc", "一辆", "12,5", "三五百", "万", "个", "3..5"])
def test_parse_refuses_what_is_no_numeral(text: str) -> None:
    assert numerals.parse(text) is None


def test_plain_is_int_where_whole() -> None:
    assert numerals.plain(Decimal("1500.00")) == 1500
    assert isinstance(numerals.plain(Decimal("1500.00")), int)
    assert numerals.plain(Decimal("2.5")) == 2.5


@pytest.mark.parametrize(
    ("value", "unit", "kilograms"),
    [
        ("500", "公斤", "500"), ("800", "斤", "400"), ("1.5", "吨", "1500"), ("2000", "lbs", "907.18474"), ("300", "g", "0.3"),
        ("1", "KGS", "1"),
    ],
)  # fmt: skip
def test_weights(value: str, unit: str, kilograms: str) -> None:
    assert units.to_kilograms(Decimal(value), unit) == Decimal(kilograms)


def test_volumes_and_lengths() -> None:
    assert units.to_cubic_metres(Decimal("3.5"), "立方") == Decimal("3.5")
    assert units.to_cubic_metres(Decimal(100), "cft") == Decimal("2.83168")
    assert units.to_centimetres(Decimal("1.2"), "米") == Decimal(120)
    assert units.to_centimetres(Decimal(10), "inch") == Decimal("25.4")
    with pytest.raises(KeyError):
        units.to_kilograms(Decimal(1), "parsec")
