"""Rounding, ratios, breaks, charges and margins beyond the worked examples."""

from datetime import date
from decimal import Decimal

import pytest

from crm.pricing.calculation import Terms, selling_lines
from crm.pricing.chargeable import PieceRule, Pieces, air_kg, express_kg, express_kg_of_pieces, loading_metres
from crm.pricing.charges import Charge, Counted, charge_line
from crm.pricing.lines import Basis, Inclusion, Line, Side
from crm.pricing.margin import Approver, Floors, floor_price, margin_from_markup, margin_of, markup_of, sell_for_margin
from crm.pricing.money import Money, cny_total, rounded, totals
from crm.pricing.policy import Policy, Validity, end_of_day, standard_policy
from crm.pricing.rates import express, per_container, per_rt, per_truck
from crm.pricing.tariff import BadTariff, CannotCarry, Load, tariff_from_json

D = Decimal
DAY = date(2026, 11, 21)


def line(
    price: str, basis: Basis = Basis.SHIPMENT, quantity: str = "1", code: str = "DOC", currency: str = "CNY"
) -> Line:
    return Line(code, "费用", Side.ORIGIN, basis, D(quantity), D(price), currency)


def test_lines_round_half_up_and_yen_has_no_decimals() -> None:
    assert rounded(D("2.345"), "CNY") == D("2.35")
    assert rounded(D("1234.5"), "JPY") == D(1235)
    assert totals([Money(D("0.005"), "CNY"), Money(D("0.005"), "CNY")]) == (Money(D("0.02"), "CNY"),)


def test_currencies_are_never_added_up() -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        Money(D(1), "USD") + Money(D(1), "CNY")
    with pytest.raises(KeyError, match="EUR"):
        cny_total([Money(D(1), "EUR")], {"USD": D(7)})


def test_sides_are_measured_in_whole_centimetres() -> None:
    assert Pieces(2, (D("10.5"), D("10.4"), D("10"))).cm3() == 2 * 11 * 10 * 10


@pytest.mark.parametrize(("share", "kg"), [("1", "200"), ("0.5", "175"), ("0", "150")])
def test_half_volume_deals(share: str, kg: str) -> None:
    assert air_kg(D(150), D(1_200_000), share=D(share)) == D(kg)


@pytest.mark.parametrize(
    ("gross", "kg"), [("20.6", "21"), ("20.4", "20.5"), ("21.0", "21"), ("21.1", "22"), ("0.1", "0.5")]
)
def test_express_steps_change_at_21_kg(gross: str, kg: str) -> None:
    assert express_kg(D(gross), D(0)) == D(kg)


@pytest.mark.parametrize(
    ("rule", "kg"),
    [(PieceRule.TOTAL, "27"), (PieceRule.LARGER_PER_PIECE, "35"), (PieceRule.ROUNDED_PER_PIECE, "35.5")],
)
def test_express_carriers_count_pieces_differently(rule: PieceRule, kg: str) -> None:
    flat = Pieces(1, (D(50), D(50), D(20)), D("2.2"))  # 50,000 cm3: 10 kg
    heavy = Pieces(3, (D(20), D(20), D(20)), D("8.2"))  # 8,000 cm3 each: 1.6 kg
    assert express_kg_of_pieces([flat, heavy], rule) == D(kg)


def test_stacked_pallets_take_half_the_floor() -> None:
    assert loading_metres(D("1.2"), D("0.8"), 5, stacked=2) == D("1.2")


def test_a_tariff_says_what_it_cannot_carry() -> None:
    with pytest.raises(CannotCarry, match="40RH"):
        tariff_from_json(per_container({"20GP": 100})).freight(Load(containers=(("40RH", 1),)))
    with pytest.raises(CannotCarry, match="volume and weight"):
        tariff_from_json(per_rt(45)).freight(Load())


def test_the_cheapest_truck_that_fits() -> None:
    trucks = per_truck([("9.6米", 4200, 15000, 55), ("4.2米", 1500, 2000, 15), ("17.5米", 7000, 32000, 130)])
    tariff = tariff_from_json(trucks)
    assert tariff.freight(Load(gross_kg=D(1800), cbm=D(20)))[0].detail == "9.6米"
    assert tariff.freight(Load(gross_kg=D(1800), cbm=D(15)))[0].unit_price == 1500
    with pytest.raises(CannotCarry):
        tariff.freight(Load(gross_kg=D(40000)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "by_feeling"},
        {"kind": "per_kg", "breaks": []},
        {"kind": "per_kg", "breaks": [["45", "38"], ["0", "48"]]},
        {"kind": "per_rt", "price": 45.0},
        {"kind": "per_rt", "price": "-1"},
        {"kind": "per_container", "prices": {"20GP": "a lot"}},
        {"kind": "express", "first_kg": "0.5", "first": "1", "step_kg": "0", "step": "1"},
        {},
    ],
)
def test_a_wrong_tariff_is_named(wrong: dict[str, object]) -> None:
    with pytest.raises(BadTariff):
        tariff_from_json(wrong)


def test_express_without_heavy_rates_goes_on_in_steps() -> None:
    (charged,) = tariff_from_json(express(100, 10)).freight(Load(chargeable_kg=D(22)))
    assert charged.amount == 100 + 43 * 10


@pytest.mark.parametrize(
    ("price", "low", "high", "amount"), [("5", "100", None, "100"), ("5", None, "30", "30"), ("5", "10", "90", "50")]
)
def test_a_charge_keeps_within_its_limits(price: str, low: str | None, high: str | None, amount: str) -> None:
    least, most = D(low) if low else None, D(high) if high else None
    charge = Charge("CFS", "场站费", Side.ORIGIN, Basis.RT, D(price), "CNY", minimum=least, maximum=most)
    assert charge_line(charge, Counted(Load(rt=D(10)))).amount == D(amount)


def test_charges_apply_only_in_force_and_to_their_container() -> None:
    charge = Charge(
        "PSS", "旺季附加费", Side.FREIGHT, Basis.CONTAINER, D(100), "USD", "40HQ", valid_from=date(2026, 12, 1)
    )
    load = Load(containers=(("40HQ", 1),))
    assert not charge.applies(DAY, load)
    assert charge.applies(date(2026, 12, 1), load)
    assert not charge.applies(date(2026, 12, 1), Load(containers=(("20GP", 1),)))


@pytest.mark.parametrize("inclusion", [Inclusion.INCLUDED, Inclusion.AT_COST])
def test_included_and_at_cost_add_nothing(inclusion: Inclusion) -> None:
    charge = Charge("INSP", "查验费", Side.ORIGIN, Basis.SHIPMENT, D(500), "CNY", inclusion=inclusion)
    counted = charge_line(charge, Counted(Load()))
    assert (counted.amount, counted.inclusion) == (D(0), inclusion)


def test_insurance_is_at_cost_while_the_value_is_unknown() -> None:
    charge = Charge("INS", "保险费", Side.ORIGIN, Basis.PERCENT_VALUE, D("0.3"), "CNY")
    assert charge_line(charge, Counted(Load())).inclusion is Inclusion.AT_COST
    assert charge_line(charge, Counted(Load(), value=Money(D(100_000), "CNY"))).amount == 300


def test_a_percentage_of_freight_in_another_currency_is_refused() -> None:
    charge = Charge("CAF", "货币附加费", Side.FREIGHT, Basis.PERCENT_FREIGHT, D(5), "CNY")
    with pytest.raises(CannotCarry, match="CNY"):
        charge_line(charge, Counted(Load(), freight=(Money(D(100), "USD"),)))


def test_margin_is_not_markup() -> None:
    assert margin_of(D(80), D(100)) == D("0.2")
    assert markup_of(D(80), D(100)) == D("0.25")
    assert margin_from_markup(D("0.25")) == D("0.2")


def test_a_floor_price_never_falls_under_its_floor() -> None:
    floor = D("0.12")
    assert margin_of(D(8620), sell_for_margin(D(8620), floor)) < floor
    assert margin_of(D(8620), floor_price(D(8620), floor)) >= floor


@pytest.mark.parametrize(
    ("margin", "approver"),
    [
        ("0.12", Approver.SALES),
        ("0.1199", Approver.TEAM_LEADER),
        ("0.08", Approver.TEAM_LEADER),
        ("0.0799", Approver.DEPARTMENT_HEAD),
        ("0.03", Approver.DEPARTMENT_HEAD),
        ("0.0299", Approver.DIRECTOR),
        ("-0.1", Approver.DIRECTOR),
    ],
)
def test_who_may_approve(margin: str, approver: Approver) -> None:
    assert standard_policy().floors.approver(D(margin)) is approver


def test_floors_in_disorder_are_refused() -> None:
    with pytest.raises(ValueError, match="must not rise"):
        Floors.from_settings({"sales": "0.05", "team_leader": "0.08", "department_head": "0.03"})


@pytest.mark.parametrize("cost", ["0.01", "6.5", "32", "1.2", "825", "2450.33"])
@pytest.mark.parametrize("discount", ["0", "0.03", "0.5"])
def test_no_class_and_no_discount_falls_under_the_floor(cost: str, discount: str) -> None:
    policy = standard_policy()
    for class_code in ("A", "B", "C", "D", "unknown"):
        terms = Terms(policy.margin_for(class_code), policy.floors.sales, D(discount), policy.unit_price_step)
        assert margin_of(D(cost), terms.unit_price(line(cost))) >= D("0.12")


def test_every_selling_line_is_quantity_times_price_and_fuel_follows_the_selling_freight() -> None:
    freight = line("46", Basis.KG_CHARGEABLE, "24", code="E/F")
    fuel = line("0.225", Basis.PERCENT_FREIGHT, "1104", code="FSC")
    sold = selling_lines((freight, fuel), Terms(D("0.2"), D("0.12")))
    assert [(one.quantity, one.unit_price, one.amount) for one in sold] == [
        (D(24), D("57.50"), D("1380.00")),
        (D("1380.00"), D("0.225"), D("310.50")),
    ]


def test_prices_per_container_are_whole() -> None:
    policy = standard_policy()
    price = policy.terms("B").unit_price(line("2450", Basis.CONTAINER, currency="USD"))
    assert price == 2883


def test_a_line_survives_storage() -> None:
    one = Line("O/F", "海运费", Side.FREIGHT, Basis.RT, D("2.880"), D("45"), "USD", detail="x", payable_at="上海")
    assert Line.from_json(one.as_json()) == one


@pytest.mark.parametrize(
    ("validity", "today", "last"),
    [
        (Validity(14, within_month=True), date(2026, 11, 10), date(2026, 11, 24)),
        (Validity(14, within_month=True), date(2026, 11, 21), date(2026, 11, 30)),
        (Validity(7), date(2026, 11, 28), date(2026, 12, 5)),
        (Validity(30), date(2026, 12, 1), date(2026, 12, 15)),
    ],
)
def test_validity_ends_with_the_month_or_the_rate(validity: Validity, today: date, last: date) -> None:
    assert validity.last_day(today, date(2026, 11, 1), date(2026, 12, 15)) == last


def test_a_rate_of_next_month_is_bound_to_that_month() -> None:
    validity = Validity(14, within_month=True)
    assert validity.last_day(date(2026, 11, 28), date(2026, 12, 1), date(2026, 12, 31)) == date(2026, 12, 12)


def test_a_price_holds_to_the_last_second_of_its_day_in_shanghai() -> None:
    assert end_of_day(date(2026, 11, 30)).isoformat() == "2026-11-30T15:59:59+00:00"


def test_the_policy_needs_all_its_parts() -> None:
    with pytest.raises(KeyError):
        Policy.from_json({"floors": {"sales": "0.12", "team_leader": "0.08", "department_head": "0.03"}})
