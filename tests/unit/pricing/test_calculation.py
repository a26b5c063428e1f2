"""A rate card applied to a request, mode by mode (no database)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm.pricing.calculation import Calculation, Terms, calculate, load_of
from crm.pricing.lines import Basis, Line, Side
from crm.pricing.models import RateCard
from crm.pricing.money import Money
from crm.pricing.rates import express, per_container, per_kg, per_rt, per_truck
from crm.pricing.request import QuoteRequest
from crm.pricing.tariff import CannotCarry

D = Decimal
DAY = date(2026, 11, 21)
AT_COST = Terms(D(0), D(0))


def card(mode: str, load_type: str, tariff: dict[str, Any], currency: str = "CNY", **chargeable: str) -> RateCard:
    return RateCard(
        code="R", mode=mode, load_type=load_type, tariff=tariff, currency=currency, chargeable=chargeable, charges=[]
    )


def boxes(count: int, *sides: int, kg: str | None = None) -> QuoteRequest:
    length, width, height = map(D, sides)
    weight = None if kg is None else D(kg)
    return QuoteRequest(dimensions=(length, width, height), pieces=count, weight_kg=weight)


@pytest.mark.parametrize(
    ("rate", "request_", "money"),
    [
        (card("air", "", per_kg({0: 48, 100: 32}, 320)), boxes(10, 60, 50, 40, kg="150"), Money(D("6400.00"))),
        (
            card("air", "", per_kg({0: 48, 100: 32}, 320), share="0.5"),
            boxes(10, 60, 50, 40, kg="150"),
            Money(D("5600.00")),
        ),
        (card("express", "", express(120, 28, {21: 46})), boxes(1, 45, 35, 30, kg="7.2"), Money(D("624.00"))),
        (card("express", "", express(120, 28)), QuoteRequest(weight_kg=D("1.2")), Money(D("176.00"))),
        (card("sea", "LCL", per_rt(45), "USD"), boxes(12, 80, 60, 50, kg="1850"), Money(D("129.60"), "USD")),
        (
            card("sea", "LCL", per_rt(45), "USD", kg_per_cbm="500"),
            boxes(12, 80, 60, 50, kg="1850"),
            Money(D("166.50"), "USD"),
        ),
        (
            card("rail", "LCL", per_rt(165), "USD"),
            QuoteRequest(volume_cbm=D("3.2"), weight_kg=D(2000)),
            Money(D("660.00"), "USD"),
        ),
        (
            card("road", "LTL", per_kg({0: "0.85"}), kg_per_cbm="250"),
            QuoteRequest(volume_cbm=D("2.5"), weight_kg=D(480)),
            Money(D("531.25")),
        ),
        (
            card("road", "LTL", per_kg({0: 1}), "EUR", kg_per_cbm="333", kg_per_ldm="1750"),
            boxes(4, 120, 80, 150, kg="1200"),
            Money(D("2800.00"), "EUR"),
        ),
        (
            card("road", "FTL", per_truck([("4.2米", 1500, 2000, 15), ("9.6米", 4200, 15000, 55)])),
            QuoteRequest(weight_kg=D(9000)),
            Money(D("4200.00")),
        ),
        (
            card("rail", "FCL", per_container({"40HQ": 6000}), "USD"),
            QuoteRequest(containers=(("40HQ", 2),)),
            Money(D("12000.00"), "USD"),
        ),
    ],
)
def test_every_mode(rate: RateCard, request_: QuoteRequest, money: Money) -> None:
    calculation = calculate(rate, request_, DAY, AT_COST)
    assert calculation.cost_totals == calculation.sell_totals == (money,)


def test_pieces_of_an_express_shipment_may_count_one_by_one() -> None:
    rate = card("express", "", express(100, 10), piece_rule="rounded_per_piece")
    assert load_of(rate, boxes(3, 20, 20, 20, kg="24.6")).chargeable_kg == D("25.5")


def test_a_load_that_is_not_measured_is_not_priced() -> None:
    with pytest.raises(CannotCarry, match="chargeable weight"):
        calculate(card("air", "", per_kg({0: 48})), QuoteRequest(weight_kg=D(5)), DAY, AT_COST)


def test_profit_in_one_currency_does_not_hide_a_loss_in_another() -> None:
    def line(price: str, currency: str) -> Line:
        return Line("X", "费用", Side.ORIGIN, Basis.SHIPMENT, D(1), D(price), currency)

    both = Calculation((line("80", "USD"), line("100", "CNY")), (line("100", "USD"), line("80", "CNY")))
    assert both.margin == D("-0.25")
    assert Calculation((), ()).margin == 0
