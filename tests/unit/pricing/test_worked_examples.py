"""The worked examples 1 to 14 of the freight reference (4.6), to the cent."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from crm.pricing.chargeable import Pieces, air_kg, express_kg, loading_metres, revenue_tons, road_kg
from crm.pricing.charges import Charge, Counted, charge_line
from crm.pricing.lines import Basis, Line, Side
from crm.pricing.margin import Approver, Floors, floor_price, margin_of, sell_for_margin, sell_for_markup
from crm.pricing.money import Money, buffered_rate, cny_total, rounded, totals
from crm.pricing.rates import express, per_container, per_kg, per_rt
from crm.pricing.tariff import Charged, Load, tariff_from_json

D = Decimal
AIR = per_kg({0: 48, 45: 38, 100: 32, 300: 28, 500: 26, 1000: 24}, minimum=320)
EXPRESS = express(120, 28, {21: 46})
FLOORS = Floors(D("0.12"), D("0.08"), D("0.03"))


def pieces(count: int, *sides: int) -> Pieces:
    length, width, height = map(D, sides)
    return Pieces(count, (length, width, height))


def air(kg: str) -> Charged:
    (charged,) = tariff_from_json(AIR).freight(Load(chargeable_kg=D(kg)))
    return charged


def charge(basis: Basis, price: str, currency: str = "CNY", container_type: str = "") -> Charge:
    return Charge("X", "费用", Side.ORIGIN, basis, D(price), currency, container_type)


def lines(charges: Iterable[Charge], counted: Counted) -> list[Line]:
    return [charge_line(one, counted) for one in charges]


def test_1_volume_counts_by_air() -> None:
    cartons = pieces(10, 60, 50, 40)
    kg = air_kg(D(150), cartons.cm3())
    assert cartons.cm3() == 1_200_000
    assert kg == 200
    assert air("200").amount == D("6400.00")


@pytest.mark.parametrize(
    ("kg", "billed", "amount"),
    [("92", "100", "3200.00"), ("84.0", "84.0", "3192.00"), ("84.5", "100", "3200.00"), ("480", "500", "13000.00")],
)
def test_2_a_higher_break_may_be_cheaper(kg: str, billed: str, amount: str) -> None:
    charged = air(kg)
    assert (charged.quantity, charged.amount) == (D(billed), D(amount))


def test_2_an_airline_may_refuse_the_higher_break() -> None:
    refusing = {**AIR, "higher_break": False}
    (charged,) = tariff_from_json(refusing).freight(Load(chargeable_kg=D(92)))
    assert charged.amount == D("3496.00")


def test_3_minimum_by_air() -> None:
    kg = air_kg(D("5.2"), D(24_000))
    assert kg == D("5.5")
    assert air("5.5").amount == D("320.00")


def test_4_cost_and_margin() -> None:
    load = Load(gross_kg=D(150), chargeable_kg=D(200))
    charges = [
        charge(Basis.KG_CHARGEABLE, "6.5"),
        charge(Basis.KG_CHARGEABLE, "1.2"),
        charge(Basis.AWB, "50"),
        charge(Basis.DECLARATION, "250"),
        charge(Basis.TRIP, "380"),
    ]
    cost = air("200").amount + sum(line.amount for line in lines(charges, Counted(load)))
    assert cost == D("8620.00")
    assert sell_for_margin(cost, D("0.12")) == D("9795.45")
    assert sell_for_markup(cost, D("0.12")) == D("9654.40")
    assert rounded(margin_of(cost, D("9654.40")) * 100, "CNY") == D("10.71")


@pytest.mark.parametrize(
    ("box", "gross", "kg", "amounts"),
    [
        (pieces(1, 45, 35, 30), "7.2", "9.5", ("624", "140.40", "764.40")),
        (pieces(1, 60, 50, 40), "23.1", "24", ("1104", "248.40", "1352.40")),
    ],
)
def test_5_and_6_express(box: Pieces, gross: str, kg: str, amounts: tuple[str, str, str]) -> None:
    counted = express_kg(D(gross), box.cm3())
    (charged,) = tariff_from_json(EXPRESS).freight(Load(chargeable_kg=counted))
    surcharge = charge_line(
        charge(Basis.PERCENT_FREIGHT, "22.5"), Counted(Load(), freight=(Money(charged.amount, "CNY"),))
    )
    assert counted == D(kg)
    got = (charged.amount, surcharge.amount, charged.amount + surcharge.amount)
    assert got == tuple(D(amount) for amount in amounts)


def test_7_groupage_in_two_currencies() -> None:
    rt = revenue_tons(pieces(12, 80, 60, 50).cm3() / 1_000_000, D(1850))
    (ocean,) = tariff_from_json(per_rt(45)).freight(Load(rt=rt))
    local = lines([charge(Basis.RT, "65"), charge(Basis.BL, "300")], Counted(Load(rt=rt)))
    parts = [Money(ocean.amount, "USD"), *(line.money for line in local)]
    assert rt == D("2.880")
    assert totals(parts) == (Money(D("129.60"), "USD"), Money(D("487.20"), "CNY"))
    assert cny_total(parts, {"USD": D("7.15")}) == D("1413.84")


@pytest.mark.parametrize(
    ("cbm", "kg", "amount"), [("0.42", "260", "45.00"), ("1.6", "2350", "105.75")], ids=["minimum", "weight"]
)
def test_8_revenue_tons(cbm: str, kg: str, amount: str) -> None:
    (charged,) = tariff_from_json(per_rt("45")).freight(Load(rt=revenue_tons(D(cbm), D(kg))))
    assert rounded(charged.amount, "USD") == D(amount)


def test_9_full_containers() -> None:
    load = Load(containers=(("40HQ", 2), ("20GP", 1)))
    ocean = tariff_from_json(per_container({"40HQ": "2450", "20GP": "1380"})).freight(load)
    foreign = [charge(Basis.TEU, "40", "USD"), charge(Basis.BL, "35", "USD")]
    local = [
        charge(Basis.CONTAINER, "1190", container_type="40HQ"),
        charge(Basis.CONTAINER, "825", container_type="20GP"),
        charge(Basis.BL, "500"),
        charge(Basis.CONTAINER, "50"),
        charge(Basis.TRIP, "1600", container_type="40HQ"),
        charge(Basis.TRIP, "1200", container_type="20GP"),
        charge(Basis.DECLARATION, "350"),
    ]
    parts = [Money(one.amount, "USD") for one in ocean]
    parts += [line.money for line in lines(foreign + local, Counted(load))]
    assert totals(parts) == (Money(D("6515.00"), "USD"), Money(D("8605.00"), "CNY"))
    assert cny_total(parts, {"USD": D("7.15")}) == D("55187.25")


@pytest.mark.parametrize(("kg", "rt", "amount"), [("900", "3.2", "528.00"), ("2000", "4.0", "660.00")])
def test_10_groupage_by_rail(kg: str, rt: str, amount: str) -> None:
    counted = revenue_tons(D("3.2"), D(kg), kg_per_cbm=D(500))
    (charged,) = tariff_from_json(per_rt("165")).freight(Load(rt=counted))
    assert counted == D(rt)
    assert rounded(charged.amount, "USD") == D(amount)


def test_11_part_load_in_china() -> None:
    kg = road_kg(D(480), D("2.5"), D(250))
    (charged,) = tariff_from_json(per_kg({0: "0.85"})).freight(Load(chargeable_kg=kg))
    assert kg == 625
    assert rounded(charged.amount, "CNY") == D("531.25")
    assert rounded(charged.amount, "CNY") + 60 + 80 == D("671.25")


def test_12_part_load_in_europe_by_loading_metres() -> None:
    ldm = loading_metres(D("1.2"), D("0.8"), 4)
    cbm = D("1.2") * D("0.8") * D("1.5") * 4
    assert ldm == D("1.6")
    assert cbm * 333 == D("1918.08")
    assert road_kg(D(1200), cbm, D(333), ldm, D(1750)) == 2800


def test_13_floor_and_who_may_go_below() -> None:
    asked = margin_of(D(8620), D(9200))
    assert floor_price(D(8620), D("0.08")) == D("9369.57")
    assert rounded(asked * 100, "CNY") == D("6.30")
    assert FLOORS.approver(asked) is Approver.DEPARTMENT_HEAD


def test_14_exchange_with_buffer() -> None:
    rate = buffered_rate(D("7.15"), D("0.015"))
    assert rate == D("7.2573")
    assert cny_total([Money(D(1000), "USD")], {"USD": rate}) == D("7257.30")
