"""Numbers, telephones and references in cells."""

from datetime import datetime
from decimal import Decimal

import pytest

from crm.clock import SHANGHAI
from crm.customers.phones import to_e164
from crm.imports import values
from crm.imports.cells import LONGEST_CELL, Unusable, clean
from crm.imports.errors import BadValue
from crm.imports.kinds.shipments import numbers, waybill
from crm.imports.where import whereabouts
from freight.modes import TransportMode
from freight.references import ReferenceKind

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12,300.5", "12300.5"),
        ("1,234,567", "1234567"),
        ("１２", "12"),
        ("500 kg", "500"),
        ("3.2方", "3.2"),
        ("0", "0"),
    ],
)
def test_numbers_with_separators_and_units(written: str, number: str) -> None:
    assert values.decimal()(written, NOW) == Decimal(number)


@pytest.mark.parametrize("written", ["1,23", "12;5", "NaN", "Infinity", "一百", "1e99", "0.12345678", "-1"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(BadValue):
        values.decimal()(written, NOW)


def test_limits_and_whole_numbers() -> None:
    assert values.whole(least=1)("3.0", NOW) == 3
    for written in ("0", "2.5"):
        with pytest.raises(BadValue):
            values.whole(least=1)(written, NOW)
    with pytest.raises(BadValue, match="大于0"):
        values.decimal(above=True)("0", NOW)


@pytest.mark.parametrize("written", ["138 0000 6345", "+86 138-0000-6345", "8613800006345", "13800006345"])
def test_the_short_way_for_mobiles_gives_what_the_library_gives(written: str) -> None:
    assert values.phone(written, NOW) == to_e164(written, "CN") == "+8613800006345"


@pytest.mark.parametrize("written", ["12345", "没有", "1.38E+10"])
def test_what_is_no_telephone_is_refused(written: str) -> None:
    with pytest.raises(BadValue):
        values.phone(written, NOW)


def test_foreign_telephones_need_their_country() -> None:
    assert values.phone("+49 40 66969 123", NOW) == "+494066969123"


def test_containers_are_checked() -> None:
    read = numbers(ReferenceKind.CONTAINER)
    assert read("mrku 634521-4；MSKU1234565", NOW) == ("MRKU6345214", "MSKU1234565")
    with pytest.raises(BadValue, match="MSKU1234566 不对：第11位校验码应为5"):
        read("MSKU1234566", NOW)
    with pytest.raises(BadValue, match="11位"):
        read("MSKU12345", NOW)


def test_air_waybills_are_checked_and_a_lost_zero_is_guessed_at() -> None:
    read = numbers(ReferenceKind.MAWB)
    assert read("020-8114 0743", NOW) == ("02081140743",)
    with pytest.raises(BadValue, match="最后一位应为3"):
        read("020-81140744", NOW)
    with pytest.raises(BadValue, match="开头的0"):
        read("2081140743", NOW)
    with pytest.raises(BadValue, match="科学计数法"):
        read("7.84E+10", NOW)


def test_our_own_numbers_are_checked() -> None:
    assert waybill("wb 2611210001 3", NOW) == "WB26112100013"
    with pytest.raises(BadValue, match="应为3"):
        waybill("WB26112100014", NOW)
    with pytest.raises(BadValue):
        waybill("W", NOW)


def test_cells_are_cleaned() -> None:
    assert clean("  甬\u200b晟\x00  家居\u3000 ") == "甬晟 家居"
    assert clean('="007"') == "007"
    assert clean("=1+1") == "=1+1"
    assert isinstance(clean("x" * (LONGEST_CELL + 1)), Unusable)


def test_places_by_name_and_by_code() -> None:
    assert whereabouts("上海", TransportMode.AIR).locode == "CNPVG"
    assert whereabouts("CNSGH", TransportMode.SEA).locode == "CNSHA"
    assert whereabouts("CNSHA", TransportMode.AIR).locode == "CNSHA"
    assert whereabouts("德国", TransportMode.EXPRESS).locode == "DE"
    unknown = whereabouts("王家庄3号院", TransportMode.ROAD)
    assert (unknown.locode, unknown.name) == ("", "王家庄3号院")
    with pytest.raises(BadValue, match="NZAKL、USOAK"):
        whereabouts("奥克兰", TransportMode.SEA)
